/* What wins between a label and the bytes. */
#include <config.h>

#include "decode/contest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/encode.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define BAD "\xEF\xBF\xBD"
/* A literal with its length, since NUL may stand in it. */
#define B(literal) { literal, sizeof(literal) - 1 }

struct text {
	const char *p;
	size_t n;
};

static enum charset charset(const char *label)
{
	return charset_find(span_str(label));
}

struct contest {
	const char *label, *hint;
	struct text bytes;
	const char *used, *flaws, *want;
};

static void check_contest(const struct contest *c, struct span bytes)
{
	struct buf out = BUF_HEAP, flaws = BUF_HEAP;
	struct decoded d;

	charset_read(charset(c->label), charset(c->hint), bytes, &out, &d);
	flaw_write(&flaws, d.flaws);
	if (strcmp(charset_name(d.used), c->used) != 0 || strcmp(buf_cstr(&flaws), c->flaws) != 0 ||
	    (c->want != NULL && !span_is(buf_text(&out), c->want)))
		fail_msg("label %s, hint %s: %s [%s] %s", c->label, c->hint, charset_name(d.used), buf_cstr(&flaws),
		    buf_cstr(&out));
	buf_free(&out);
	buf_free(&flaws);
}

#define SJIS_TEXT "\x97\xB7\x8D\x73\x82\xCC\x8C\xA9\x90\xCF\x82\xE0\x82\xE8" /* 旅行の見積もり */
#define EUC_TEXT "\xCE\xB9\xB9\xD4\xA4\xCE\xB8\xAB\xC0\xD1\xA4\xE2\xA4\xEA"
#define JIS_TEXT "\x1B$BN99T$N8+@Q$b$j\x1B(B"
#define TEXT "旅行の見積もり"

static void test_contest(void **state)
{
	static const struct contest cases[] = {
		/* nothing above 7F: the label stands, whatever it is */
		{ "", "", B("plain"), "us-ascii", "", "plain" },
		{ "us-ascii", "", B("plain"), "us-ascii", "", "plain" },
		{ "iso-2022-jp", "", B("plain"), "iso-2022-jp", "", "plain" },
		{ "shift_jis", "", B("a\\~"), "cp932", "", "a\\~" },
		{ "iso-8859-1", "", B("plain"), "windows-1252", "", "plain" },
		{ "utf-7", "", B("+ZeVnLIqe-"), "utf-7", "", "日本語" },
		{ "bad-charset", "", B("plain"), "us-ascii", "unknown-charset", "plain" },
		{ "utf-8", "", B("a\0b"), "utf-8", "nul", NULL },
		{ "iso-2022-jp", "", B(""), "iso-2022-jp", "", "" },
		/* escapes: ISO-2022-JP, whatever the label */
		{ "iso-2022-jp", "", B(JIS_TEXT), "iso-2022-jp", "", TEXT },
		{ "", "", B(JIS_TEXT), "iso-2022-jp", "undeclared", TEXT },
		{ "", "iso-2022-jp", B(JIS_TEXT), "iso-2022-jp", "", TEXT },
		{ "us-ascii", "", B(JIS_TEXT), "iso-2022-jp", "label-wrong", TEXT },
		{ "utf-8", "", B(JIS_TEXT), "iso-2022-jp", "label-wrong", TEXT },
		{ "iso-8859-1", "", B(JIS_TEXT), "iso-2022-jp", "label-wrong", TEXT },
		{ "shift_jis", "", B(JIS_TEXT), "iso-2022-jp", "label-wrong", TEXT },
		{ "bad-charset", "", B(JIS_TEXT), "iso-2022-jp", "unknown-charset", TEXT },
		{ "", "", B("\x1B(I123"), "iso-2022-jp", "undeclared", "ｱｲｳ" },
		{ "", "", B("\x1B$B"), "iso-2022-jp", "undeclared", "" },
		{ "", "", B("\x1B$BN9\xFF" "9T"), "iso-2022-jp", "undeclared,undecodable", "旅" BAD "行" },
		{ "iso-2022-jp", "", B(JIS_TEXT "\n" SJIS_TEXT), "iso-2022-jp", "label-wrong", TEXT "\n" TEXT },
		/* but not those of a terminal, of Korean, of a carrier, or one that was slipped into other text */
		{ "us-ascii", "", B("\x1B[1mx\x1B[0m"), "us-ascii", "", NULL },
		{ "iso-2022-kr", "", B("\x1B$)C\x0E" "0!\x0F"), "iso-2022-kr", "", "가" },
		{ "shift_jis", "", B(SJIS_TEXT "\x1B$Gj\x0F"), "cp932", "", TEXT "〓" },
		{ "shift_jis", "", B("\x1B$Gj\x0F"), "cp932", "", "〓" },
		{ "utf-8", "", B("旅行\x1B$Bの見積もり"), "utf-8", "", "旅行\x1B$Bの見積もり" },
		/* UTF-8 is what it is */
		{ "utf-8", "", B(TEXT), "utf-8", "", TEXT },
		{ "", "", B(TEXT), "utf-8", "undeclared", TEXT },
		{ "iso-2022-jp", "", B(TEXT), "utf-8", "label-wrong", TEXT },
		{ "shift_jis", "", B(TEXT), "utf-8", "label-wrong", TEXT },
		{ "shift_jis", "", B("日"), "utf-8", "label-wrong", "日" },
		{ "gb2312", "", B(TEXT), "utf-8", "label-wrong", TEXT },
		{ "iso-8859-1", "", B("caf\xC3\xA9"), "utf-8", "label-wrong", "café" },
		{ "us-ascii", "shift_jis", B(TEXT), "utf-8", "label-wrong", TEXT },
		{ "utf-8", "", B(TEXT "\xFF"), "utf-8", "undecodable", TEXT BAD },
		{ "", "", B(TEXT "\xE3\x81"), "utf-8", "undeclared,undecodable", TEXT BAD },
		/* a true label is kept */
		{ "shift_jis", "", B(SJIS_TEXT), "cp932", "", TEXT },
		{ "euc-jp", "", B(EUC_TEXT), "euc-jp", "", TEXT },
		{ "shift_jis", "", B("\xC3\xBD\xC4"), "cp932", "", "ﾃｽﾄ" },
		{ "shift_jis", "", B("\xC3\xBD"), "cp932", "", "ﾃｽ" },
		{ "iso-8859-1", "", B("Gr\xFC\xDF" "e"), "windows-1252", "", "Grüße" },
		{ "iso-8859-1", "", B("\xC9t\xE9"), "windows-1252", "", "Été" },
		{ "windows-1252", "", B("d\x92\xE9t\xE9"), "windows-1252", "", "d’été" },
		{ "iso-8859-2", "", B("p\xF8\xED\xB9t\xEC"), "iso-8859-2", "", "příště" },
		{ "koi8-r", "", B("\xF0\xD2\xC9\xD7\xC5\xD4"), "koi8-r", "", "Привет" },
		{ "windows-1251", "", B("\xCF\xF0\xE8\xE2\xE5\xF2"), "windows-1251", "", "Привет" },
		{ "ibm866", "", B("\x8F\xE0\xA8\xA2\xA5\xE2"), "ibm866", "", "Привет" },
		{ "gb2312", "", B("\xC4\xE3\xBA\xC3\xA3\xAC\xC7\xEB\xC8\xB7\xC8\xCF"), "gb18030", "", "你好，请确认" },
		{ "gb2312", "", B("\xA4\xB4\xB0\xB8\xC4\xDA\xA4\xC7\xA4\xB9"), "gb18030", "", "ご案内です" },
		{ "big5", "", B("\xA7\x41\xA6\x6E\xA1\x41\xBD\xD0"), "big5", "", "你好，請" },
		{ "euc-kr", "", B("\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4"), "euc-kr", "", "안녕하세요" },
		/* one that cannot be is not */
		{ "iso-2022-jp", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "iso-2022-jp", "", B(EUC_TEXT), "euc-jp", "label-wrong", TEXT },
		{ "us-ascii", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "iso-8859-1", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "iso-8859-1", "", B(EUC_TEXT), "euc-jp", "label-wrong", TEXT },
		{ "utf-8", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "gb2312", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "big5", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "euc-kr", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "koi8-r", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "viscii", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "shift_jis", "", B(EUC_TEXT), "euc-jp", "label-wrong", TEXT },
		{ "euc-jp", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "utf-7", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		/* none, or one that says nothing */
		{ "", "", B(SJIS_TEXT), "cp932", "undeclared", TEXT },
		{ "", "", B(EUC_TEXT), "euc-jp", "undeclared", TEXT },
		{ "unknown-8bit", "", B(EUC_TEXT), "euc-jp", "undeclared", TEXT },
		{ "bad-charset", "", B(SJIS_TEXT), "cp932", "unknown-charset", TEXT },
		{ "", "", B("Gr\xFC\xDF" "e aus K\xF6ln"), "windows-1252", "undeclared", "Grüße aus Köln" },
		{ "us-ascii", "", B("don\x92t \x93go\x94"), "windows-1252", "label-wrong", "don’t “go”" },
		{ "", "", B("a\xE7\xE3o"), "windows-1252", "undeclared", "ação" },
		/* the second label, where the first is missing or lost */
		{ "", "shift_jis", B(SJIS_TEXT), "cp932", "", TEXT },
		{ "us-ascii", "koi8-r", B("\xF0\xD2\xC9\xD7\xC5\xD4"), "koi8-r", "label-wrong", "Привет" },
		{ "", "euc-jp", B(SJIS_TEXT), "cp932", "undeclared", TEXT },
		{ "utf-8", "shift_jis", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "euc-jp", "shift_jis", B(EUC_TEXT), "euc-jp", "", TEXT },
		/* UTF-16 where it makes sense */
		{ "utf-16", "", B("\x65\xC5\x88\x4C\x30\x6E\0\n"), "utf-16", "", "旅行の\n" },
		{ "utf-16", "", B("\xC5\x65\x4C\x88\x6E\x30\n\0"), "utf-16le", "", "旅行の\n" },
		{ "utf-16be", "", B("\xC5\x65\x4C\x88\x6E\x30\n\0"), "utf-16le", "label-wrong", "旅行の\n" },
		{ "utf-16le", "", B("\xFF\xFE\xC5\x65\x4C\x88"), "utf-16le", "", "旅行" },
		{ "", "", B("\xFF\xFE\xC5\x65\x4C\x88\x6E\x30"), "utf-16", "undeclared", "旅行の" },
		{ "utf-16", "", B("plain text"), "us-ascii", "label-wrong", "plain text" },
		{ "utf-16", "", B(SJIS_TEXT), "cp932", "label-wrong", TEXT },
		{ "utf-16le", "", B(TEXT), "utf-8", "label-wrong", TEXT },
		{ "utf-16le", "", B(""), "utf-16le", "", "" },
		/* what no charset explains */
		{ "us-ascii", "", B("a\xFF\x81 \x80\xFF"), "windows-1252", "label-wrong,undecodable", "aÿ" BAD " €ÿ" },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_contest(&cases[i], span(cases[i].bytes.p, cases[i].bytes.n));
}

/* Short subjects and names, from two to eight characters. */
static const char *const short_texts[] = {
	"会議",
	"ご連絡",
	"お知らせ",
	"Re: 見積",
	"山田太郎",
	"鈴木",
	"佐藤 花子",
	"写真",
	"明日の件",
	"至急",
	"請求書",
	"領収証",
	"ありがとう",
	"おめでとう",
	"こんにちは",
	"カレンダー",
	"パスワード",
	"アンケート",
	"テスト",
	"メール",
	"同窓会",
	"発表会",
	"年末調整",
	"忘年会",
	"歓迎会",
	"納期変更",
	"注文確認",
	"発送完了",
	"入荷連絡",
	"退職挨拶",
	"住所変更",
	"ｶﾚﾝﾀﾞｰ",
	"ｱﾝｹｰﾄ",
	"ﾃﾞｰﾀ",
	"【重要】",
	"（再送）",
	"第3回",
	"10月分",
	"雨天中止",
	"延期です",
	"了解です",
	"遅れます",
	"お見舞い",
	"引越し",
	"健康診断",
	"防災訓練",
	"保護者会",
	"部品表",
	"設計図",
	"仕様書",
	"議事録",
	"週報",
	"月報",
	"日程",
	"地図",
	"名簿",
	"会費",
	"忘れ物",
	"落とし物",
	"拾得物",
	"猫の写真",
	"桜だより",
	"梅雨入り",
	"紅葉狩り",
	"初日の出",
	"お年玉",
	"総務課",
	"人事部",
	"経理より",
	"広報ﾆｭｰｽ",
	"ｾﾐﾅｰ案内",
	"受付終了",
	"満席御礼",
	"残席僅か",
	"割引券",
	"会員証",
	"更新手続",
	"質問です",
};

static void test_short_texts(void **state)
{
	static const enum charset charsets[] = { CHARSET_SHIFT_JIS, CHARSET_EUC_JP };
	static const char *const labels[] = { "", "us-ascii", "iso-2022-jp", "iso-8859-1", "utf-8" };
	(void)state;

	for (size_t l = 0; l < COUNT(labels); l++)
		for (size_t k = 0; k < COUNT(charsets); k++) {
			unsigned wrong = 0;

			for (size_t i = 0; i < COUNT(short_texts); i++) {
				struct buf b = encode(short_texts[i], charsets[k]);
				flaw_set flaws = 0;

				if (charset_contest(charset(labels[l]), CHARSET_NONE, buf_text(&b), &flaws) !=
				    charsets[k]) {
					print_message("%s as '%s' is taken for another than %s\n", short_texts[i],
					    labels[l], charset_name(charsets[k]));
					wrong++;
				}
				buf_free(&b);
			}
			assert_true(wrong * 100 <= 3 * COUNT(short_texts));
		}
}

/* Long texts are judged by pieces: the decision must not hang on where these begin, nor on the beginning alone. */
static void test_long_texts(void **state)
{
	static const char *const labels[] = { "", "iso-8859-1", "gb2312" };
	static const enum charset charsets[] = { CHARSET_SHIFT_JIS, CHARSET_EUC_JP };
	(void)state;

	for (size_t k = 0; k < COUNT(charsets); k++) {
		struct buf sentence =
		    encode("来週の打ち合わせの資料を送りますので、ご確認をお願いします。", charsets[k]);

		for (size_t l = 0; l < COUNT(labels); l++)
			for (unsigned n = 20; n < 4000; n *= 3) {
				struct buf lines = BUF_HEAP, line = BUF_HEAP;
				flaw_set flaws = 0;

				buf_str(&line, "<p>x");
				for (unsigned i = 0; i < n; i++) {
					buf_span(&line, buf_text(&sentence));
					buf_printf(&lines, "%u: ", i);
					buf_span(&lines, buf_text(&sentence));
					buf_str(&lines, "<br>\r\n");
				}
				assert_int_equal(
				    charset_contest(charset(labels[l]), 0, buf_text(&line), &flaws), charsets[k]);
				assert_int_equal(
				    charset_contest(charset(labels[l]), 0, buf_text(&lines), &flaws), charsets[k]);
				buf_free(&lines);
				buf_free(&line);
			}
		buf_free(&sentence);
	}
}

/* A run inside other text: the favoured charset wins where nothing speaks much for another. */
static void test_run(void **state)
{
	(void)state;

	assert_int_equal(contest_run(span_str(TEXT), CHARSET_EUC_JP), CHARSET_UTF8);
	assert_int_equal(contest_run(span_str(SJIS_TEXT), CHARSET_EUC_JP), CHARSET_SHIFT_JIS);
	assert_int_equal(contest_run(span_str(EUC_TEXT), CHARSET_SHIFT_JIS), CHARSET_EUC_JP);
	assert_int_equal(contest_run(span_str("\xFF"), CHARSET_EUC_JP), CHARSET_EUC_JP);
	assert_int_equal(contest_run(span_str("\xFF"), CHARSET_SHIFT_JIS), CHARSET_SHIFT_JIS);
}

static int setup(void **state)
{
	(void)state;
	return charset_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contest),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_short_texts),
		cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
