#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/escape.h"
#include "base/unicode.h"
#include "base/utf8.h"

static void check_terminal(const char *text, size_t n, bool lines, const char *want)
{
	struct buf b = BUF_HEAP;

	escape_terminal(&b, span(text, n), lines);
	assert_string_equal(buf_cstr(&b), want);
	buf_free(&b);
}
#define TERMINAL(text, lines, want) check_terminal(text, sizeof(text) - 1, lines, want)

static void test_terminal(void **state)
{
	TERMINAL("", false, "");
	TERMINAL("plain, お金 é \xF0\x9F\x98\x80", false, "plain, お金 é \xF0\x9F\x98\x80");
	TERMINAL("\x1B[31mred\x1B]0;title\x07", false, "<1B>[31mred<1B>]0;title<07>");
	TERMINAL("a\0b\x7F", false, "a<00>b<7F>");
	TERMINAL("a\tb\nc", true, "a\tb\nc");
	TERMINAL("a\tb\nc", false, "a b c");
	TERMINAL("a\rb", true, "a<0D>b");
	TERMINAL("\xC2\x9B" "31m\xC2\x85", false, "<9B>31m<85>"); /* C1 as characters */
	TERMINAL("\xE2\x80\xAE" "cod.exe\xE2\x80\xAC", false, "<U+202E>cod.exe<U+202C>");
	TERMINAL("\xE2\x80\x8B\xE2\x81\xA0\xEF\xBB\xBF\xC2\xAD", false, "<U+200B><U+2060><U+FEFF><AD>");
	TERMINAL("\xE2\x80\xA8\xE2\x80\xA9", true, "<U+2028><U+2029>");
	TERMINAL("\xF3\xA0\x81\x81", false, "<U+E0041>");
	TERMINAL("\xEE\x80\x80", false, "<U+E000>"); /* nobody knows how wide it is */
	check_terminal(NULL, 0, false, "");
}

static void test_terminal_invalid(void **state)
{
	TERMINAL("a\x9B" "b\xFF", false, "a<9B>b<FF>");
	TERMINAL("\xC0\x80", false, "<C0><80>");
	TERMINAL("\xED\xA0\x80", false, "<ED><A0><80>");
	TERMINAL("日\xE6\x97", false, "日<E6><97>");
	TERMINAL("\xF0\x9F", true, "<F0><9F>");
}

/* Whatever goes in, what comes out is valid and does nothing to a terminal. */
static void test_terminal_all(void **state)
{
	for (uint32_t cp = 0; cp < UNICODE_END; cp++) {
		struct buf b = BUF_HEAP;
		char text[UTF8_MAX];
		unsigned n = utf8_put(text, cp);

		escape_terminal(&b, span(text, n), false);
		assert_int_equal(utf8_valid(buf_text(&b), NULL), b.n);
		for (size_t i = 0; i < b.n;) {
			uint32_t c;

			i += utf8_get(b.p + i, b.p + b.n, &c);
			assert_true(c >= ' ' && !(c >= 0x7F && c < 0xA0) && !unicode_ignorable(c));
			assert_true(unicode_class(c) != UNICODE_FORMAT);
		}
		buf_free(&b);
	}
}

static void check_json(const char *text, size_t n, const char *want)
{
	struct buf b = BUF_HEAP;

	json_string(&b, span(text, n));
	assert_string_equal(buf_cstr(&b), want);
	buf_free(&b);
}
#define JSON(text, want) check_json(text, sizeof(text) - 1, want)

static void test_json_string(void **state)
{
	JSON("", "\"\"");
	check_json(NULL, 0, "\"\"");
	JSON("お金 \xF0\x9F\x98\x80", "\"お金 \xF0\x9F\x98\x80\"");
	JSON("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	JSON("\n\t\r\0\x1F\x7F", "\"\\n\\u0009\\u000d\\u0000\\u001f\\u007f\"");
	JSON("\xE2\x80\xA8\xE2\x80\xA9", "\"\\u2028\\u2029\"");
	JSON("a\xFF" "b\xE6\x97", "\"a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void test_json_key_and_comma(void **state)
{
	struct buf b = BUF_HEAP;

	json_key(&b, "first"); /* nothing before it */
	buf_clear(&b);
	buf_str(&b, "{");
	json_key(&b, "a");
	buf_str(&b, "1");
	json_key(&b, "b\"");
	buf_str(&b, "[");
	for (int i = 0; i < 3; i++) {
		json_comma(&b);
		buf_printf(&b, "%d", i);
	}
	buf_str(&b, "]}");
	assert_string_equal(buf_cstr(&b), "{\"a\":1,\"b\\\"\":[0,1,2]}");
	buf_clear(&b);
	json_key(&b, "a");
	assert_string_equal(buf_cstr(&b), "\"a\":");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_invalid),
		cmocka_unit_test(test_terminal_all),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_json_key_and_comma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
