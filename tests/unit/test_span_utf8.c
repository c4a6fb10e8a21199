#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/span.h"
#include "base/utf8.h"

#define LITERAL(s) span(s, sizeof(s) - 1)

static void test_equal(void **state)
{
	assert_true(span_eq(span(NULL, 0), span_str("")));
	assert_true(span_eq(LITERAL("a\0b"), LITERAL("a\0b")));
	assert_false(span_eq(LITERAL("a\0b"), LITERAL("a\0c")));
	assert_false(span_eq(LITERAL("ab"), LITERAL("abc")));
	assert_true(span_is(span("xyz", 2), "xy"));
	assert_false(span_is(LITERAL("a\0b"), "a"));
	assert_int_equal(span_str(NULL).n, 0);
}

static void test_equal_but_case(void **state)
{
	assert_true(span_ieq(LITERAL("Content-TYPE"), LITERAL("content-type")));
	assert_true(span_is_nocase(LITERAL("ISO-2022-jp"), "iso-2022-JP"));
	assert_true(span_ieq(span(NULL, 0), LITERAL("")));
	assert_false(span_ieq(LITERAL("ab"), LITERAL("abc")));
	/* ASCII letters only: neither [ and {, nor letters of Latin-1, nor a full-width A and a */
	assert_false(span_ieq(LITERAL("@[\\]^"), LITERAL("`{|}~")));
	assert_false(span_ieq(LITERAL("\xC9"), LITERAL("\xE9")));
	assert_false(span_ieq(LITERAL("\xEF\xBC\xA1"), LITERAL("\xEF\xBD\x81")));
}

static void test_from(void **state)
{
	struct span s = LITERAL("abc");

	assert_true(span_is(span_from(s, 0), "abc"));
	assert_true(span_is(span_from(s, 2), "c"));
	assert_int_equal(span_from(s, 3).n, 0);
	assert_int_equal(span_from(s, 99).n, 0);
	assert_ptr_equal(span_from(s, 99).p, s.p + 3);
	assert_int_equal(span_from(span(NULL, 0), 0).n, 0);
	assert_int_equal(span_from(span(NULL, 0), 5).n, 0);
}

static void test_trim(void **state)
{
	assert_true(span_is(span_trim(LITERAL(" \t\r\n a b \n")), "a b"));
	assert_int_equal(span_trim(LITERAL(" \r\n\t")).n, 0);
	assert_int_equal(span_trim(span(NULL, 0)).n, 0);
	assert_true(span_eq(span_trim(LITERAL(" \0 ")), LITERAL("\0")));
	assert_true(span_is(span_trim(LITERAL("\va\f")), "\va\f"));
}

static void test_find(void **state)
{
	struct span s = LITERAL("abcabc");

	assert_int_equal(span_find(s, 0, span_str("bc")), 1);
	assert_int_equal(span_find(s, 2, span_str("bc")), 4);
	assert_int_equal(span_find(s, 5, span_str("bc")), 6);
	assert_int_equal(span_find(s, 0, span_str("x")), 6);
	assert_int_equal(span_find(s, 6, span_str("a")), 6);
	assert_int_equal(span_find(s, 99, span_str("a")), 6);
	assert_int_equal(span_find(s, 0, span_str("abcabcabc")), 6);
	assert_int_equal(span_find(s, 2, span_str("")), 2);
	assert_int_equal(span_find(span(NULL, 0), 0, span_str("a")), 0);
	assert_int_equal(span_find(span(NULL, 0), 0, span(NULL, 0)), 0);
	assert_int_equal(span_find(LITERAL("x\0y\0z"), 2, LITERAL("\0z")), 3);
}

static void test_put_and_get(void **state)
{
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char out[UTF8_MAX];
		uint32_t back = 0;
		unsigned n = utf8_put(out, cp);

		assert_int_equal(n, cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
		assert_int_equal(utf8_get(out, out + n, &back), n);
		assert_int_equal(back, cp);
		assert_int_equal(utf8_valid(span(out, n), NULL), cp >= 0xD800 && cp < 0xE000 ? 0 : n);
	}
}

/* Get stays before `end`, whatever the lead byte promises. */
static void test_get_at_the_end(void **state)
{
	for (unsigned lead = 0; lead < 256; lead++) {
		for (size_t n = 1; n <= 4; n++) {
			char *p = malloc(n); /* of just this size, for the address sanitizer */
			uint32_t cp;
			unsigned got;

			memset(p, 0xBF, n);
			p[0] = (char)lead;
			got = utf8_get(p, p + n, &cp);
			assert_in_range(got, 1, n);
			free(p);
		}
	}
}

static void check_valid(struct span s, size_t want, bool want_cut)
{
	bool cut = !want_cut;

	assert_int_equal(utf8_valid(s, &cut), want);
	assert_int_equal(cut, want_cut);
	assert_int_equal(utf8_valid(s, NULL), want);
}

static void test_valid(void **state)
{
	check_valid(span(NULL, 0), 0, false);
	check_valid(LITERAL("plain ASCII, longer than eight bytes"), 36, false);
	check_valid(LITERAL("a\0b"), 3, false);
	check_valid(LITERAL("\xE3\x81\x82\xF0\x9F\x98\x80\xC2\xA0"), 9, false);
	check_valid(LITERAL("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"), 7, false); /* noncharacters are characters here */
	check_valid(LITERAL("12345678\xFF"), 8, false);
	check_valid(LITERAL("1234567\xFF" "9"), 7, false);
}

static void test_invalid(void **state)
{
	static const struct span bad[] = {
		{ "\x80", 1 }, { "\xBF", 1 },                   /* a continuation alone */
		{ "\xC0\x80", 2 }, { "\xC1\xBF", 2 },           /* overlong */
		{ "\xE0\x80\x80", 3 }, { "\xE0\x9F\xBF", 3 },
		{ "\xF0\x80\x80\x80", 4 }, { "\xF0\x8F\xBF\xBF", 4 },
		{ "\xED\xA0\x80", 3 }, { "\xED\xBF\xBF", 3 },   /* surrogates */
		{ "\xF4\x90\x80\x80", 4 }, { "\xF5\x80\x80\x80", 4 }, /* above 10FFFF */
		{ "\xF8\x88\x80\x80\x80", 5 }, { "\xFE", 1 }, { "\xFF", 1 },
		{ "\xC3(", 2 }, { "\xE3\x81(", 3 }, { "\xF0\x9F\x98(", 4 }, /* broken off by another byte */
		{ "\xE0\x80", 2 }, { "\xED\xA0", 2 }, { "\xF0\x8F", 2 }, { "\xF4\x90", 2 }, /* wrong already */
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char text[32];

		check_valid(bad[i], 0, false);
		memcpy(text, "ok", 2);
		memcpy(text + 2, bad[i].p, bad[i].n);
		check_valid(span(text, 2 + bad[i].n), 2, false);
	}
}

static void test_cut(void **state)
{
	static const char *const whole[] = { "\xC2\xA2", "\xE0\xA0\x80", "\xE3\x81\x82", "\xED\x9F\xBF",
		"\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", NULL };

	for (const char *const *w = whole; *w != NULL; w++)
		for (size_t n = 1; n <= strlen(*w); n++)
			check_valid(span(*w, n), n == strlen(*w) ? n : 0, n < strlen(*w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_equal_but_case),
		cmocka_unit_test(test_from),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_put_and_get),
		cmocka_unit_test(test_get_at_the_end),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
