/* Text in several charsets under one label: what is shown by the label is read, and the rest as what it is. */
#include <config.h>

#include "decode/mixed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "unit/encode.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SHOWN "鍵は管理人室に預けてあります。"
#define BELOW "昨日は雨が降りましたが、今日はよく晴れています。公園まで歩いて、桜の写真を撮りました。\n"

static const enum charset charsets[] = { CHARSET_UTF8, CHARSET_SHIFT_JIS, CHARSET_EUC_JP, CHARSET_ISO2022JP };

static enum charset gb;

static int setup(void **state)
{
	(void)state;
	if (charset_init() < 0)
		return -1;
	gb = charset_find(span_str("gb2312"));
	return 0;
}

static void append(struct buf *b, const char *text, enum charset c)
{
	struct buf encoded = encode(text, c);

	buf_span(b, buf_text(&encoded));
	buf_free(&encoded);
}

static struct buf read_as(enum charset label, const struct buf *b)
{
	struct buf out = BUF_HEAP;
	struct decoded d;

	charset_read(label, CHARSET_NONE, buf_text(b), &out, &d);
	return out;
}

static void must_hold(const struct buf *text, const char *needle)
{
	if (span_find(buf_text(text), 0, span_str(needle)) == text->n)
		fail_msg("'%s' is not in '%.*s'", needle, (int)text->n, text->p);
}

/* However much text of another charset stands below. */
static void test_below(void **state)
{
	(void)state;
	for (size_t l = 0; l < COUNT(charsets); l++)
		for (size_t k = 0; k < COUNT(charsets); k++)
			for (unsigned times = 1; k != l && times < 100; times *= 3) {
				struct buf b = BUF_HEAP, got;

				append(&b, SHOWN "\n\n", charsets[l]);
				for (unsigned i = 0; i < times; i++)
					append(&b, BELOW, charsets[k]);
				got = read_as(charsets[l], &b);
				must_hold(&got, SHOWN "\n\n" BELOW);
				buf_free(&got);
				buf_free(&b);
			}
}

/* Without a label nobody knows what is shown: all is read. */
static void test_without_label(void **state)
{
	static const char *const labels[] = { "", "us-ascii", "iso-8859-1", "x-unknown" };
	(void)state;

	for (size_t l = 0; l < COUNT(labels); l++)
		for (size_t i = 0; i < 3; i++)
			for (size_t k = 0; k < 3; k++) {
				struct buf b = BUF_HEAP, got;

				append(&b, SHOWN "\n" SHOWN "\n", charsets[i]);
				append(&b, BELOW BELOW BELOW, charsets[k]);
				got = read_as(charset_find(span_str(labels[l])), &b);
				must_hold(&got, SHOWN "\n" SHOWN "\n" BELOW);
				buf_free(&got);
				buf_free(&b);
			}
}

static void test_bytes_below(void **state)
{
	(void)state;
	for (size_t l = 0; l < COUNT(charsets); l++)
		for (unsigned times = 1; times < 100; times *= 3) {
			struct buf b = BUF_HEAP, got;

			append(&b, SHOWN "\r\n", charsets[l]);
			for (unsigned i = 0; i < times * 0x80; i++)
				buf_byte(&b, (char)(0x80 + i % 0x80));
			got = read_as(charsets[l], &b);
			must_hold(&got, SHOWN);
			buf_free(&got);
			buf_free(&b);
		}
}

/* In HTML, without a line end. */
static void test_between_tags(void **state)
{
	(void)state;
	for (size_t l = 0; l < 3; l++)
		for (size_t k = 0; k < 3; k++) {
			struct buf b = BUF_HEAP, got;

			if (k == l)
				continue;
			for (unsigned i = 0; i < 5; i++) {
				buf_str(&b, "<!-- ");
				append(&b, BELOW, charsets[k]);
				b.n--; /* the line end */
				buf_str(&b, " -->");
			}
			buf_str(&b, "<p>");
			append(&b, SHOWN, charsets[l]);
			buf_str(&b, "</p>");
			got = read_as(charsets[l], &b);
			must_hold(&got, "<p>" SHOWN "</p>");
			buf_free(&got);
			buf_free(&b);
		}
}

static void test_in_one_line(void **state)
{
	(void)state;
	for (size_t k = 1; k < 3; k++) {
		struct buf b = BUF_HEAP, got;

		append(&b, "昨日は雨が降りましたが、今日はよく晴れています。", charsets[k]);
		append(&b, SHOWN, CHARSET_UTF8);
		append(&b, "公園まで歩いて、桜の写真を撮りました。", charsets[k]);
		got = read_as(CHARSET_UTF8, &b);
		must_hold(&got, "今日はよく晴れています。" SHOWN "公園まで歩いて、");
		buf_free(&got);
		buf_free(&b);
	}
}

/* Other charsets than Japan's own, by the label alone; beside ISO-2022-JP, too. */
static void test_chinese_label(void **state)
{
	static const char shown[] = "\xE6\x49\xA4\xCF\xB9\xDC\xC0\xED\xC8\xCB\xCA\xD2\xA4\xCB\xEE\x41\xA4\xB1\xA4\xC6"
		"\xA4\xA2\xA4\xEA\xA4\xDE\xA4\xB9\xA1\xA3\n";
	(void)state;

	for (size_t k = 0; k < COUNT(charsets); k++) {
		struct buf b = BUF_HEAP, got;

		buf_str(&b, shown);
		for (unsigned i = 0; i < 9; i++)
			append(&b, BELOW, charsets[k]);
		got = read_as(gb, &b);
		must_hold(&got, SHOWN "\n" BELOW);
		buf_free(&got);
		buf_free(&b);
	}
}

/* A wrong label alone changes nothing: text in one charset is read in that, line for line. */
static void test_of_one_charset(void **state)
{
	static const char *const lines[] = { "はい", "了解です。", "よろしくお願いします。", "(注)", "１．日時", "ｶﾀｶﾅ", "山田 太郎", "東京都千代田区",
		"TEL 03-0000-0000", "→次へ", "■会場：本館３階", "ネコ", "㈱例", "…", "お茶", "<b>朝</b><i>夜</i>", "「雨」", "〒", "ﾃｽﾄ ﾃﾞｽ", "、" };
	(void)state;

	for (size_t k = 0; k < 3; k++)
		for (size_t l = 0; l < 3; l++) {
			struct buf b = BUF_HEAP, got, want = BUF_HEAP;

			append(&b, BELOW BELOW, charsets[k]);
			buf_str(&want, BELOW BELOW);
			for (size_t i = 0; i < COUNT(lines); i++) {
				append(&b, lines[i], charsets[k]);
				buf_str(&b, "\n");
				buf_printf(&want, "%s\n", lines[i]);
			}
			got = read_as(charsets[l], &b);
			assert_string_equal(buf_cstr(&got), buf_cstr(&want));
			buf_free(&got);
			buf_free(&want);
			buf_free(&b);
		}
}

/* The runs are the text, one after the other, and none of them in the charset of its neighbour. */
static void test_runs(void **state)
{
	struct mixed m = { .label = CHARSET_SHIFT_JIS, .used = CHARSET_EUC_JP };
	enum charset before = CHARSET_NONE, c;
	struct buf b = BUF_HEAP;
	size_t at = 0, n = 0;
	struct span run;
	(void)state;

	for (unsigned i = 0; i < 100; i++)
		append(&b, i % 9 == 0 ? "plain\n" : SHOWN "\n", charsets[1 + i / 7 % 3]);
	m.text = buf_text(&b);
	for (; mixed_run(&m, &run, &c); before = c, at += run.n, n++) {
		assert_ptr_equal(run.p, b.p + at);
		assert_int_not_equal(c, before);
	}
	assert_int_equal(at, b.n);
	assert_int_equal(n, 15);
	buf_free(&b);
}

/* Every label with a text that changes as often as it can. */
static void test_time(void **state)
{
	const enum charset labels[] = { CHARSET_UTF8, CHARSET_SHIFT_JIS, gb };
	(void)state;

	for (size_t l = 0; l < COUNT(labels); l++) {
		struct buf b = BUF_HEAP, got;
		clock_t start;

		while (b.n < 256u << 10)
			buf_str(&b, "\x82\xA0\x82\xA2\x82\xA4あいうえ\xA4\xA2\xA4\xA4\xFF");
		start = clock();
		got = read_as(labels[l], &b);
		assert_true(clock() - start < CLOCKS_PER_SEC / 2);
		assert_true(got.n > 0);
		buf_free(&got);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_without_label),
		cmocka_unit_test(test_bytes_below),
		cmocka_unit_test(test_between_tags),
		cmocka_unit_test(test_in_one_line),
		cmocka_unit_test(test_chinese_label),
		cmocka_unit_test(test_of_one_charset),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
