/* Where links lead, and whether their text says so. */
#include <config.h>

#include "extract/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_target(void **state)
{
	static const char *const cases[][3] = {
		{ "", " https://a.example/x\n y\t", "https://a.example/x y" },
		{ "", "x", "x" },
		{ "https://a.example", "x", "https://a.example/x" },
		{ "https://a.example/d/e?f/g", "x", "https://a.example/d/x" },
		{ "https://a.example/d/e", "/x", "https://a.example/x" },
		{ "https://a.example/d/e", "//b.example/x", "https://b.example/x" },
		{ "https://a.example/d/e", "mailto:x", "mailto:x" },
		{ "mailto:x", "y", "y" },
		{ "relative", "y", "y" },
	};
	struct arena *a = arena_new(1u << 20);
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span t = link_target(a, span_str(cases[i][0]), span_str(cases[i][1]));

		if (!span_is(t, cases[i][2]))
			fail_msg("%zu: %.*s", i, SPAN_ARG(t));
	}
	arena_free(a);
}

static void test_host(void **state)
{
	static const char *const cases[][2] = {
		{ "https://A.Example/x", "a.example" }, { "http:\\\\a.example\\x", "a.example" }, { "https:a.example", "a.example" },
		{ "https:////a.example?x", "a.example" }, { "https://bank.example@b.example:8080/#x", "b.example" },
		{ "https://a@b@c.example", "c.example" }, { "https://%61.exam%70le./", "a.example" }, { "//a.example/x", "a.example" },
		{ "www.a.example/x", "www.a.example" }, { "mailto:x@a.example", "" }, { "/path", "" }, { "a.example/x", "" },
		{ "javascript:alert(1)", "" }, { "https://[2001:db8::1]:80/", "[2001:db8::1]" }, { "", "" }, { "https://", "" },
		{ "tel:0312345678", "" }, { "http://192.0.2.1/x", "192.0.2.1" }, { "http://%ff%fe.example/", "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char bytes[LINK_HOST];
		struct span h = link_host(span_str(cases[i][0]), bytes);

		if (!span_is(h, cases[i][1]))
			fail_msg("%s: %.*s", cases[i][0], SPAN_ARG(h));
	}
}

static void test_differs(void **state)
{
	static const struct {
		const char *target, *text;
		bool differs;
	} cases[] = {
		{ "https://evil.example/", "https://bank.example.jp/login", true },
		{ "https://evil.com/", "www.bank.co.jp", true },
		{ "https://evil.com/", "bank.co.jp", true },
		{ "https://evil.co.jp/", "bank.co.jp/login", true },
		{ "https://evil.com/", "公式サイト：https://bank.co.jp/ はこちら", true },
		{ "https://bank.co.jp@evil.com/", "https://bank.co.jp", true },
		{ "https://bank.co.jp.evil.com/", "https://bank.co.jp", true },
		{ "http://192.0.2.7/", "bank.co.jp", true },
		{ "https://xn--bnk-5cd.com/", "bank.com", true },
		{ "https://www.bank.co.jp/x", "bank.co.jp", false },
		{ "https://click.mail.bank.co.jp/x", "https://www.bank.co.jp/", false },
		{ "https://bank.co.jp/", "BANK.CO.JP", false },
		{ "https://evil.com/", "こちらをクリック", false },
		{ "https://evil.com/", "Vol.12", false },
		{ "https://evil.com/", "README.md", false },
		{ "https://evil.com/", "1,234.56", false },
		{ "https://evil.com/", "info@bank.co.jp", false },
		{ "mailto:info@evil.com", "bank.co.jp", false },
		{ "https://evil.com/", "", false },
		{ "", "bank.co.jp", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (link_differs(span_str(cases[i].target), span_str(cases[i].text)) != cases[i].differs)
			fail_msg("%s [%s]", cases[i].target, cases[i].text);
}

static void test_in_text(void **state)
{
	static const char text[] = "詳細はhttps://a.example/x?y=1。(http://b.example/z_(1)) <www.c.example>、hxxp://d.example/ e.example and/or "
	    "line.me/ti/p/abc まで。ftp://f.example/g, xhttp://h.example WWW.I.EXAMPLE! https:// user@bit.ly/x";
	static const char *const want[] = { "https://a.example/x?y=1", "http://b.example/z_(1)", "www.c.example", "line.me/ti/p/abc",
		"ftp://f.example/g", "WWW.I.EXAMPLE" };
	size_t at = 0, start, end, n = 0;
	(void)state;

	for (; link_next(span_str(text), at, &start, &end); at = end, n++) {
		assert_in_range(n, 0, sizeof want / sizeof *want - 1);
		if (!span_is(span(text + start, end - start), want[n]))
			fail_msg("%zu: %.*s", n, (int)(end - start), text + start);
	}
	assert_int_equal(n, sizeof want / sizeof *want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_target), cmocka_unit_test(test_host), cmocka_unit_test(test_differs),
		cmocka_unit_test(test_in_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
