/* Transfer encodings, whole and broken. */
#include <config.h>

#include "decode/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define BAD FLAW_BIT(BAD_TRANSFER)

/* An exact copy of the text, so that a sanitiser sees every byte that is read too many. */
static void check(enum transfer t, const char *in, const char *expected, flaw_set flaws)
{
	size_t n = strlen(in);
	char *bytes = malloc(n + 1);
	struct buf out = BUF_HEAP;

	assert_non_null(bytes);
	memmove(bytes + 1, in, n);
	assert_int_equal(transfer_decode(t, span(bytes + 1, n), &out), flaws);
	assert_string_equal(buf_cstr(&out), expected);
	buf_free(&out);
	free(bytes);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(transfer_find(span_str("base64")), TRANSFER_BASE64);
	assert_int_equal(transfer_find(span_str("BASE64;")), TRANSFER_BASE64);
	assert_int_equal(transfer_find(span_str(" (made by (us)) Base64 (really)")), TRANSFER_BASE64);
	assert_int_equal(transfer_find(span_str("\"base64\"")), TRANSFER_BASE64);
	assert_int_equal(transfer_find(span_str("base64; charset=utf-8")), TRANSFER_BASE64);
	assert_int_equal(transfer_find(span_str("quoted-printable\r\n")), TRANSFER_QP);
	assert_int_equal(transfer_find(span_str("Quoted-Printable(x)")), TRANSFER_QP);
	assert_int_equal(transfer_find(span_str("x-uuencode")), TRANSFER_UUENCODE);
	assert_int_equal(transfer_find(span_str("uuencode")), TRANSFER_UUENCODE);
	assert_int_equal(transfer_find(span_str("7bit")), TRANSFER_IDENTITY);
	assert_int_equal(transfer_find(span_str("base64x")), TRANSFER_IDENTITY);
	assert_int_equal(transfer_find(span_str("(base64)")), TRANSFER_IDENTITY);
	assert_int_equal(transfer_find(span_str("")), TRANSFER_IDENTITY);
}

static void test_base64(void **state)
{
	(void)state;
	check(TRANSFER_BASE64, "", "", 0);
	check(TRANSFER_BASE64, "44GT44KT44Gr44Gh44Gv", "こんにちは", 0);
	check(TRANSFER_BASE64, "44GT44KT\r\n44Gr 44Gh\t\r\n44Gv\r\n", "こんにちは", 0);
	check(TRANSFER_BASE64, "YQ==", "a", 0);
	check(TRANSFER_BASE64, "YWI=\n", "ab", 0);
	check(TRANSFER_BASE64, "+/+/", "\xFB\xFF\xBF", 0);
}

static void test_broken_base64(void **state)
{
	(void)state;
	check(TRANSFER_BASE64, "44GT!44KT*44Gr44Gh44Gv", "こんにちは", BAD);
	check(TRANSFER_BASE64, "44\x80GT4\xFF" "4KT", "こん", BAD);
	check(TRANSFER_BASE64, "YQ==YmM=ZGVm", "abcdef", BAD); /* padding inside: written in pieces */
	check(TRANSFER_BASE64, "YQ==\r\nYmM=\r\n", "abc", BAD);
	check(TRANSFER_BASE64, "YWI", "ab", BAD);              /* an end that is missing */
	check(TRANSFER_BASE64, "YWJjZA", "abcd", BAD);
	check(TRANSFER_BASE64, "YWJjZ", "abc", BAD);
	check(TRANSFER_BASE64, "Y=", "", BAD);
	check(TRANSFER_BASE64, "=YWJj", "abc", BAD);
	check(TRANSFER_BASE64, "YWJj====", "abc", BAD);
}

static void test_quoted_printable(void **state)
{
	(void)state;
	check(TRANSFER_QP, "", "", 0);
	check(TRANSFER_QP, "=E3=81=93=e3=82=93", "こん", 0);
	check(TRANSFER_QP, "1+1=3D2", "1+1=2", 0);
	check(TRANSFER_QP, "soft=\r\nbreak=\nand = \t\r\nblanks", "softbreakand blanks", 0);
	check(TRANSFER_QP, "lines\r\nand\nlines\r\n", "lines\r\nand\nlines\r\n", 0);
	check(TRANSFER_QP, "padded \t \r\non the way  \n=20\n", "padded\r\non the way\n \n", 0);
	check(TRANSFER_QP, "the end=", "the end", 0);
	check(TRANSFER_QP, "the end= ", "the end", 0);
	check(TRANSFER_QP, "bare=\rCR", "bareCR", 0);
	check(TRANSFER_QP, "\xE3\x81\x93 raw", "こ raw", 0);
}

static void test_broken_quoted_printable(void **state)
{
	(void)state;
	check(TRANSFER_QP, "a=b c=XY d=4", "a=b c=XY d=4", BAD);
	check(TRANSFER_QP, "==3D", "==", BAD);
	check(TRANSFER_QP, "a=4\r\nb", "a=4\r\nb", BAD);
	check(TRANSFER_QP, "x= y", "x= y", BAD);
}

static void test_uuencode(void **state)
{
	(void)state;
	check(TRANSFER_UUENCODE, "begin 644 a.txt\n#86)C\n`\nend\n", "abc", 0);
	check(TRANSFER_UUENCODE, "$86)C9```\r\n#86)C\r\n", "abcdabc", 0);
	check(TRANSFER_UUENCODE, "$86)C9\n", "abcd", 0);     /* blanks at the end were lost */
	check(TRANSFER_UUENCODE, "#86)C\nend\nmore", "abc", 0);
	check(TRANSFER_UUENCODE, "#86\xE3\x43\nplain text\n", "a`#", BAD);
}

static void test_limits(void **state)
{
	static const struct {
		enum transfer t;
		const char *in;
	} cases[] = {
		{ TRANSFER_IDENTITY, "abcdefghi" },
		{ TRANSFER_BASE64, "YWJjZGVmZ2hp" },
		{ TRANSFER_QP, "ab=63d=\r\nefghi" },
		{ TRANSFER_QP, "=61=62=63=64=65=66=67=68=69" },
		{ TRANSFER_UUENCODE, ")86)C9&5F9VAI\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t limit = 1; limit < 12; limit++) {
			struct buf out = BUF_HEAP;
			flaw_set flaws;

			out.limit = limit;
			flaws = transfer_decode(cases[i].t, span_str(cases[i].in), &out);
			assert_int_equal(flaws, limit < 9 ? FLAW_BIT(TRUNCATED) : 0);
			assert_int_equal(out.n, limit < 9 ? limit : 9);
			assert_memory_equal(out.p, "abcdefghi", out.n);
			assert_int_equal(out.cut, limit < 9);
			transfer_decode(cases[i].t, span_str(cases[i].in), &out); /* what is full stays full */
			assert_true(out.n <= limit);
			buf_free(&out);
		}
}

/* Every length and every place of a line end gives what plain encoding gives. */
static void test_all_lengths(void **state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	(void)state;
	for (size_t n = 0; n < 40; n++)
		for (size_t line = 1; line < 20; line++) {
			struct buf in = BUF_HEAP, out = BUF_HEAP;
			char bytes[40];

			for (size_t i = 0; i < n; i++)
				bytes[i] = (char)(i * 37 + n);
			for (size_t i = 0; i < n; i += 3) {
				unsigned v = 0;

				for (size_t k = 0; k < 3; k++)
					v = v << 8 | (i + k < n ? (unsigned char)bytes[i + k] : 0);
				for (size_t k = 0; k < 4; k++) {
					buf_byte(&in, i + k > n ? '=' : letters[v >> (18 - 6 * k) & 63]);
					if (in.n % (line + 1) == line)
						buf_byte(&in, '\n');
				}
			}
			assert_int_equal(transfer_decode(TRANSFER_BASE64, buf_text(&in), &out), 0);
			assert_int_equal(out.n, n);
			if (n > 0)
				assert_memory_equal(out.p, bytes, n);
			buf_free(&in);
			buf_free(&out);
		}
}

static void test_uufiles(void **state)
{
	static const char text[] = "Hello,\n"
	    "begin at the beginning\n"
	    "begin 99 x\n"
	    "begin 644 no lines\n"
	    "of that kind\n"
	    "begin 644 a b.txt\r\n"
	    "#86)C\r\n"
	    "`\r\n"
	    "end\r\n"
	    "between\n"
	    "begin 0755 cut\n"
	    "#86)C\n"
	    "after\n";
	struct uufile u;
	struct span s = span_str(text);

	(void)state;
	assert_true(transfer_find_uufile(s, 0, &u));
	assert_true(span_is(u.name, "a b.txt"));
	assert_true(span_is(span(s.p + u.from, 9), "begin 644"));
	assert_true(span_is(span(s.p + u.to, 7), "between"));
	assert_true(span_is(u.lines, "#86)C\r\n`\r\nend\r\n"));
	assert_true(transfer_find_uufile(s, u.to, &u));
	assert_true(span_is(u.name, "cut"));
	assert_true(span_is(span_from(s, u.to), "after\n"));
	assert_false(transfer_find_uufile(s, u.to, &u));
	assert_false(transfer_find_uufile(span_str(""), 0, &u));
	assert_false(transfer_find_uufile(span_str("begin 644 x"), 0, &u));
	assert_false(transfer_find_uufile(span_str("x begin 644 x\n#86)C\nend\n"), 0, &u));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_broken_base64),
		cmocka_unit_test(test_quoted_printable),
		cmocka_unit_test(test_broken_quoted_printable),
		cmocka_unit_test(test_uuencode),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_all_lengths),
		cmocka_unit_test(test_uufiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
