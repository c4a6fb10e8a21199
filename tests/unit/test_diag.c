#include <config.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/diag.h"

/* What diags_print() prints; good until the next call. */
static const char *printed(const struct diags *d)
{
	static char *text;
	size_t n;
	FILE *out;

	free(text);
	out = open_memstream(&text, &n);
	diags_print(d, out);
	fclose(out);
	return text;
}

static struct source source(const char *text)
{
	return (struct source){ "rules.yaml", span_str(text) };
}

static void test_printed_form(void **state)
{
	struct diags d = { 0 };
	struct source s = source("one: 1\n        pionts: 3.0\nthree\n");

	diags_add(&d, DIAG_ERROR, &s, 2, 9, "unknown key '%s'; did you mean '%s'?", "pionts", "points");
	assert_string_equal(printed(&d), "rules.yaml:2:9: error: unknown key 'pionts'; did you mean 'points'?\n"
	    "            pionts: 3.0\n"
	    "            ^\n");
	diags_free(&d);
	assert_int_equal(d.n, 0);
	assert_string_equal(printed(&d), "");
}

static void test_places(void **state)
{
	struct diags d = { 0 };
	struct source s = source("abc"), unnamed = { NULL, span_str("abc") };

	diags_add(&d, DIAG_WARNING, NULL, 0, 0, "no file");
	diags_add(&d, DIAG_NOTE, &s, 0, 0, "no line");
	diags_add(&d, DIAG_ERROR, &s, 1, 0, "no column");
	diags_add(&d, DIAG_ERROR, &s, 1, 3, "last");
	diags_add(&d, DIAG_ERROR, &s, 1, 4, "behind the last");
	diags_add(&d, DIAG_ERROR, &s, 1, 99, "far behind");
	diags_add(&d, DIAG_ERROR, &s, 2, 1, "no such line");
	diags_add(&d, DIAG_ERROR, &unnamed, 1, 1, "no name");
	assert_string_equal(printed(&d), "warning: no file\n"
	    "rules.yaml: note: no line\n"
	    "rules.yaml:1: error: no column\n    abc\n"
	    "rules.yaml:1:3: error: last\n    abc\n      ^\n"
	    "rules.yaml:1:4: error: behind the last\n    abc\n       ^\n"
	    "rules.yaml:1:99: error: far behind\n    abc\n       ^\n"
	    "rules.yaml:2:1: error: no such line\n"
	    ":1:1: error: no name\n    abc\n    ^\n");
	assert_int_equal(d.errors, 6);
	assert_int_equal(d.warnings, 1);
	diags_free(&d);
}

/* The caret of `column` in the first line of text. */
static void check_caret(const char *text, unsigned column, const char *want)
{
	struct diags d = { 0 };
	struct source s = source(text);

	diags_add(&d, DIAG_ERROR, &s, 1, column, "X");
	assert_string_equal(strchr(printed(&d), '\n') + 1, want);
	diags_free(&d);
}

static void test_caret(void **state)
{
	check_caret("お金x: y\n", 3, "    お金x: y\n        ^\n");      /* two columns each */
	check_caret("ｶﾈx\n", 3, "    ｶﾈx\n      ^\n");                 /* half-width: one */
	check_caret("か\xE3\x82\x99x\n", 3, "    か\xE3\x82\x99x\n      ^\n"); /* a combining mark: none */
	check_caret("\xF0\x9F\x98\x80x\n", 2, "    \xF0\x9F\x98\x80x\n      ^\n");
	check_caret("a\tお\tx\n", 5, "    a\tお\tx\n     \t  \t^\n");    /* tabs as they are in the line */
	check_caret("a\x1B" "[0mx\n", 6, "    a<1B>[0mx\n            ^\n"); /* as wide as what is shown */
	check_caret("\xE2\x80\xAEx\n", 2, "    <U+202E>x\n            ^\n");
	check_caret("ab\r\nc\n", 2, "    ab\n     ^\n");
	check_caret("ab\xFF" "cd\n", 3, "    ab\n      ^\n");          /* shown as far as it is text */
	check_caret("\n", 1, "");                                      /* an empty line is not shown */
}

/* In the middle of a long line: dots where it goes on, and the caret under its character. */
static void test_long_line(void **state)
{
	struct buf text = BUF_HEAP;
	struct diags d = { 0 };
	struct source s;

	for (int i = 0; i < 50; i++)
		buf_str(&text, "日本語テキスト、"); /* 400 characters of three bytes */
	buf_str(&text, "X");
	for (int i = 0; i < 50; i++)
		buf_str(&text, "0123456789");
	s = source(buf_cstr(&text));
	diags_add(&d, DIAG_ERROR, &s, 1, 401, "middle");
	diags_add(&d, DIAG_ERROR, &s, 1, 1, "begin");
	diags_add(&d, DIAG_ERROR, &s, 1, 901, "end");
	for (size_t i = 0; i < 3; i++) {
		struct span q = span_str(d.v[i].quoted);

		assert_in_range(q.n, 59, 3 * 120 + 6);
		assert_int_equal(memcmp(q.p, "...", 3) == 0, i != 1);
		assert_int_equal(memcmp(q.p + q.n - 3, "...", 3) == 0, i != 2);
	}
	assert_int_equal(d.v[0].caret, 3 + 59 + 1);
	assert_int_equal(d.v[0].quoted[3 + 3 * 59], 'X');
	assert_int_equal(d.v[1].caret, 1);
	assert_int_equal(d.v[2].quoted[d.v[2].caret - 1], '9');
	assert_int_equal(d.v[2].column, 901);
	diags_free(&d);
	buf_free(&text);
}

/* A line that fits is shown whole, wherever the column is. */
static void test_line_that_fits(void **state)
{
	char text[121];
	struct diags d = { 0 };
	struct source s;

	memset(text, 'a', 120);
	text[120] = '\0';
	s = source(text);
	diags_add(&d, DIAG_ERROR, &s, 1, 120, "X");
	assert_string_equal(d.v[0].quoted, text);
	assert_int_equal(d.v[0].caret, 120);
	diags_free(&d);
}

static void test_hostile_text(void **state)
{
	struct diags d = { 0 };
	struct source s = { "a\x1B[1m.yaml", span_str("x") };

	diags_add(&d, DIAG_ERROR, &s, 1, 1, "unknown '%s'", "\x1B]0;t\x07\n\xE2\x80\xAE\xFF");
	assert_string_equal(printed(&d),
	    "a<1B>[1m.yaml:1:1: error: unknown '<1B>]0;t<07> <U+202E><FF>'\n    x\n    ^\n");
	diags_free(&d);
}

static void test_the_line_is_copied(void **state)
{
	struct diags d = { 0 };
	char *text = strdup("line one\nline two\n");
	struct source s = { strdup("f"), span_str(text) };

	diags_add(&d, DIAG_ERROR, &s, 2, 6, "X");
	source_free(&s);
	assert_string_equal(printed(&d), "f:2:6: error: X\n    line two\n         ^\n");
	diags_free(&d);
}

static void test_sort(void **state)
{
	struct diags d = { 0 };
	struct source a = { "a", span_str("1\n2\n3\n") }, b = { "b", span_str("1\n") };

	diags_add(&d, DIAG_ERROR, &b, 1, 1, "b11");
	diags_add(&d, DIAG_ERROR, &a, 2, 1, "a21 first");
	diags_add(&d, DIAG_ERROR, &a, 10, 1, "a10,1");
	diags_add(&d, DIAG_WARNING, &a, 2, 1, "a21 second");
	diags_add(&d, DIAG_ERROR, &a, 1, 12, "a1,12");
	diags_add(&d, DIAG_ERROR, &a, 1, 3, "a13");
	diags_add(&d, DIAG_ERROR, NULL, 0, 0, "nowhere");
	diags_add(&d, DIAG_ERROR, &a, 2, 1, "a21 third");
	diags_sort(&d);
	static const char *const want[] = { "nowhere", "a13", "a1,12", "a21 first", "a21 second", "a21 third", "a10,1",
		"b11" };

	assert_int_equal(d.n, 8);
	for (size_t i = 0; i < d.n; i++)
		assert_string_equal(d.v[i].text, want[i]);
	diags_free(&d);
	diags_sort(&d);
	assert_int_equal(d.n, 0);
}

static void test_equal_ones_once(void **state)
{
	struct diags d = { 0 };
	struct source a = { "a", span_str("1\n2\n") };

	for (int i = 0; i < 3; i++) {
		diags_add(&d, DIAG_ERROR, &a, 1, 1, "one");
		diags_add(&d, DIAG_ERROR, &a, 1, 1, "two"); /* between two that are equal */
		diags_add(&d, DIAG_WARNING, &a, 1, 1, "one"); /* another level is another message */
		diags_add(&d, DIAG_ERROR, &a, 1, 2, "one");
	}
	assert_int_equal(d.errors, 9);
	assert_int_equal(d.warnings, 3);
	diags_sort(&d);
	assert_int_equal(d.n, 4);
	assert_int_equal(d.errors, 3);
	assert_int_equal(d.warnings, 1);
	assert_string_equal(d.v[0].text, "one");
	assert_string_equal(d.v[1].text, "two");
	assert_int_equal(d.v[2].level, DIAG_WARNING);
	assert_int_equal(d.v[3].column, 2);
	diags_free(&d);
}

static void test_many(void **state)
{
	struct diags d = { 0 };

	for (unsigned i = 0; i < DIAGS_MAX + 500; i++)
		diags_add(&d, i % 3 == 0 ? DIAG_NOTE : DIAG_ERROR, NULL, 0, 0, "number %u", i);
	assert_int_equal(d.n, DIAGS_MAX);
	assert_int_equal(d.errors, 1000);
	assert_non_null(strstr(printed(&d), "error: number 998\n"));
	assert_null(strstr(printed(&d), "number 1000\n"));
	assert_non_null(strstr(printed(&d), "\n... and 500 more\n"));
	diags_free(&d);
}

/* Notes alone, or notes beside errors, are not "more". */
static void test_notes_are_not_more(void **state)
{
	struct diags d = { 0 };

	diags_add(&d, DIAG_ERROR, NULL, 0, 0, "e");
	diags_add(&d, DIAG_NOTE, NULL, 0, 0, "n");
	assert_string_equal(printed(&d), "error: e\nnote: n\n");
	diags_free(&d);
}

static void test_source_read(void **state)
{
	char path[] = "/tmp/test_diag.XXXXXX";
	int fd = mkstemp(path);
	struct source s = { 0 };
	static char big[200000];

	assert_true(fd >= 0);
	assert_int_equal(source_read(path, 1000, &s), 0);
	assert_int_equal(s.bytes.n, 0);
	assert_string_equal(s.name, path);
	source_free(&s);
	assert_null(s.name);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 11);
	assert_int_equal(write(fd, big, sizeof big), sizeof big);
	assert_int_equal(source_read(path, sizeof big, &s), 0);
	assert_int_equal(s.bytes.n, sizeof big);
	assert_memory_equal(s.bytes.p, big, sizeof big);
	source_free(&s);
	assert_int_equal(source_read(path, sizeof big - 1, &s), -EFBIG);
	assert_null(s.name); /* untouched */
	close(fd);
	unlink(path);
	assert_int_equal(source_read(path, 1000, &s), -ENOENT);
	assert_int_equal(source_read("/tmp", 1000, &s), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed_form),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_caret),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_line_that_fits),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_the_line_is_copied),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_equal_ones_once),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_notes_are_not_more),
		cmocka_unit_test(test_source_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
