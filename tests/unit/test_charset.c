/* Labels and the decoders of every charset. */
#include <config.h>

#include "decode/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "decode/foreign.h"

#include "unit/encode.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define BAD "\xEF\xBF\xBD"
/* A literal with its length, since NUL may stand in it. */
#define B(literal)                                                                                                     \
	{                                                                                                              \
		literal, sizeof(literal) - 1                                                                           \
	}

/* Every charset of charset.def. */
static const char *const names[] = {
#define OWN(id, name, labels) name,
#define FOREIGN(name, iconv, model, labels) name,
#include "decode/charset.def"
#undef OWN
#undef FOREIGN
};

static enum charset charset(const char *label)
{
	return charset_find(span_str(label));
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* --- labels ------------------------------------------------------------------------------------------------------ */

static void test_labels(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" }, { " ", "" }, { "\"\"", "" }, { "unknown-8bit", "" }, { "x-unknown", "" },
		{ "x-user-defined", "" }, { "US-ASCII", "us-ascii" }, { "ansi_x3.4-1968", "us-ascii" },
		{ "csASCII", "us-ascii" }, { "646", "us-ascii" }, { "UTF-8", "utf-8" }, { "utf8", "utf-8" },
		{ " \"utf-8\" ", "utf-8" }, { "'UTF_8'", "utf-8" }, { "unicode-1-1-utf-8", "utf-8" },
		{ "csUTF8", "utf-8" }, { "iso-2022-jp", "iso-2022-jp" }, { "ISO2022JP", "iso-2022-jp" },
		{ "csISO2022JP", "iso-2022-jp" }, { "iso-2022-jp-ms", "iso-2022-jp" }, { "cp50221", "iso-2022-jp" },
		{ "iso-2022-jp-1", "iso-2022-jp" }, { "_iso-2022-jp$ESC", "iso-2022-jp" },
		{ "iso-2022-jp*ja", "iso-2022-jp" }, { "iso-2022-jp; format=flowed", "iso-2022-jp" },
		{ "iso-2022-jp-mobile#kddi", "iso-2022-jp" }, { "Shift_JIS", "cp932" }, { "x-sjis", "cp932" },
		{ "sjis-win", "cp932" }, { "CP932", "cp932" }, { "windows-31j", "cp932" },
		{ "csWindows31J", "cp932" }, { "MS_Kanji", "cp932" }, { "x-ms-cp932", "cp932" },
		{ "EUC-JP", "euc-jp" }, { "eucJP-win", "euc-jp" }, { "x-euc-jp", "euc-jp" },
		{ "csEUCPkdFmtjapanese", "euc-jp" }, { "Extended_UNIX_Code_Packed_Format_for_Japanese", "euc-jp" },
		{ "x-euc", "euc-jp" }, { "unicode-1-1-utf-7", "utf-7" }, { "utf-16", "utf-16" },
		{ "UTF-16LE", "utf-16le" }, { "utf-16be", "utf-16be" }, { "gb2312", "gb18030" },
		{ "GBK", "gb18030" }, { "x-gbk", "gb18030" }, { "cp936", "gb18030" }, { "big5-hkscs", "big5" },
		{ "ks_c_5601-1987", "euc-kr" }, { "iso-2022-kr", "iso-2022-kr" }, { "iso-8859-1", "windows-1252" },
		{ "latin1", "windows-1252" }, { "windows-1252", "windows-1252" }, { "iso-8859-15", "iso-8859-15" },
		{ "koi8-r", "koi8-r" }, { "windows-1251", "windows-1251" }, { "tis-620", "windows-874" },
		{ "bad-charset", "unknown" }, { "x", "unknown" }, { "cs", "unknown" }, { "utf-9", "unknown" },
		{ "iso-2022-jp-and-then-so-much-more-of-it-that-no-list-would-have-the-like", "unknown" },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		if (strcmp(charset_name(charset(cases[i][0])), cases[i][1]) != 0)
			fail_msg("%s: %s", cases[i][0], charset_name(charset(cases[i][0])));
	assert_int_equal(charset_find(span("utf-8\0x", 5)), CHARSET_UTF8);
	assert_int_equal(charset_find(span(NULL, 0)), CHARSET_NONE);
	/* Labels that no list may hold. */
	assert_int_equal(charset("//TRANSLIT"), CHARSET_UNKNOWN);
	assert_int_equal(charset("../../etc/gconv"), CHARSET_UNKNOWN);
}

/* A label that stands in two rows would be found in one of them only. */
static void test_every_label(void **state)
{
	static const char *const rows[][2] = {
#define OWN(id, name, labels) { name, labels },
#define FOREIGN(name, iconv, model, labels) { name, labels },
#include "decode/charset.def"
#undef OWN
#undef FOREIGN
	};
	(void)state;

	for (size_t i = 0; i < COUNT(rows); i++)
		for (const char *p = rows[i][1]; *p != '\0';) {
			size_t n = strcspn(p, " ");

			for (size_t k = 0; k < n; k++)
				assert_true((p[k] >= 'a' && p[k] <= 'z') || (p[k] >= '0' && p[k] <= '9'));
			if (strcmp(charset_name(charset_find(span(p, n))), rows[i][0]) != 0)
				fail_msg("%.*s: %s", (int)n, p, charset_name(charset_find(span(p, n))));
			p += n;
			p += strspn(p, " ");
		}
	for (size_t i = 1; i < COUNT(names); i++)
		assert_string_equal(charset_name(charset(names[i])), names[i]);
}

/* --- decoders ---------------------------------------------------------------------------------------------------- */

struct text {
	const char *p;
	size_t n;
};

struct decoding {
	struct text bytes, want;
	unsigned replaced;
};

static void check_decoding(enum charset c, const struct decoding *d)
{
	struct buf out = BUF_HEAP;
	struct decoded got;

	buf_str(&out, "before");
	charset_decode(c, span(d->bytes.p, d->bytes.n), &out, &got);
	if (!span_eq(span_from(buf_text(&out), 6), span(d->want.p, d->want.n)))
		fail_msg("%s: wanted \"%s\", got \"%s\"", charset_name(c), d->want.p, buf_cstr(&out) + 6);
	assert_int_equal(got.used, c);
	assert_int_equal(got.replaced, d->replaced);
	assert_int_equal((got.flaws & FLAW_BIT(UNDECODABLE)) != 0, d->replaced > 0);
	assert_int_equal((got.flaws & FLAW_BIT(NUL)) != 0, memchr(d->want.p, '\0', d->want.n) != NULL);
	buf_free(&out);
}

static void test_iso2022jp(void **state)
{
	static const struct decoding cases[] = {
		{ B(""), B(""), 0 },
		{ B("abc\\~"), B("abc\\~"), 0 },
		/* the sets and their spellings */
		{ B("\x1B$BF|K\\\x1B(B."), B("日本."), 0 },
		{ B("\x1B$@F|K\\\x1B(J\\~\x1B(B\\~"), B("日本¥‾\\~"), 0 },
		{ B("\x1B$(BF|\x1B$(@F|\x1B(HAB"), B("日日AB"), 0 },
		{ B("\x1B&@\x1B$BF|"), B("日"), 0 },
		{ B("\x1B.A\x1B$BF|\x1B(B\x1B.F-"), B("日-"), 0 },
		{ B("\x1B$(D0!\x1B$(O-!\x1B$(QF|"), B("丂①日"), 0 },
		{ B("\x1B$B-!-j|byu|q\x1B(B"), B("①㈱髙﨑ⅰ"), 0 },
		{ B("\x1B$B!A!]!B!q!r\"L"), B("～－∥￠￡￢"), 0 },
		/* half-width kana: by escape, by SO and SI, in 8 bits */
		{ B("\x1B(I123\x1B(B123"), B("ｱｲｳ123"), 0 },
		{ B("\x0E" "12\x0F" "12"), B("ｱｲ12"), 0 },
		{ B("\x1B(I\x0E" "1\x0F" "1\xB2"), B("ｱｱｲ"), 0 },
		{ B("\x1B)I\x0E" "1 2\xB3\x0F" "1"), B("ｱ ｲｳ1"), 0 },
		{ B("\x1B(I`\xE0"), B(BAD BAD), 2 },
		/* a line end, and the end, lead back to ASCII */
		{ B("\x1B$BF|\nabc\r\n\x1B$BK\\\rabc"), B("日\nabc\r\n本\rabc"), 0 },
		{ B("\x0E" "1\n1"), B("ｱ\n1"), 0 },
		{ B("\x1B$BF|K\r\n\\"), B("日" BAD "\r\n\\"), 1 },
		/* escapes that change nothing write nothing: joined encoded-words are full of them */
		{ B("\x1B$BF|\x1B(B\x1B$B\x1B$BK\\\x1B(B\x1B(B"), B("日本"), 0 },
		/* cut and strange escapes */
		{ B("a\x1B" "b"), B("a" BAD "b"), 1 },
		{ B("\x1B$BF|\x1B"), B("日" BAD), 1 },
		{ B("\x1B$BF|\x1B("), B("日" BAD), 1 },
		{ B("\x1B$BF|\x1B$(\r\nx"), B("日" BAD "\r\nx"), 1 },
		{ B("a\x1B$"), B("a" BAD "$"), 1 },
		{ B("\x1B$BF|\x1B.ZK\\"), B("日" BAD BAD "本"), 2 },
		/* half pairs */
		{ B("\x1B$BF|K"), B("日" BAD), 1 },
		{ B("\x1B$BF|K\x1B(BA"), B("日" BAD "A"), 1 },
		{ B("\x1B$BF| K\\\t$\""), B("日 本\tあ"), 0 },
		{ B("\x1B$BF|K F|"), B("日" BAD "日"), 1 },
		{ B("\x1B$BF| K\x1B(B"), B("日" BAD BAD), 2 },
		{ B("\x1B$BF|\0K\\"), B("日\0本"), 0 },
		{ B("\x1B$B)!"), B(BAD), 1 },
		/* characters of carriers and users */
		{ B("\x1B$BuA\x7F!~~"), B("〓〓〓"), 0 },
		{ B("\x1B$Gj\x0F" "a"), B("〓a"), 0 },
		/* 8-bit text inside: other charsets line by line, JIS with its top bits set, stray bytes */
		{ B("\x1B$BF|\x1B(B\n\x93\xFA\x96{\x8C\xEA\n\xC6\xFC\xCB\xDC\xB8\xEC\n\xE6\x97\xA5\xE6\x9C\xAC"), B("日\n日本語\n日本語\n日本"), 0 },
		{ B("\x1B$BF|\xC6\xFC\xCB\xDCK\\"), B("日日本本"), 0 },
		{ B("\x1B$BF|\xFFK\\8l"), B("日" BAD "本語"), 1 },
		{ B("\x1B$BF|\xFF\\8l"), B("日" BAD "語"), 1 },
		{ B("\x1B$BF|K\xFF\\8l"), B("日" BAD "本語"), 1 },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_decoding(CHARSET_ISO2022JP, &cases[i]);
}

static void test_shift_jis(void **state)
{
	static const struct decoding cases[] = {
		{ B("\x93\xFA\x96{ \\~"), B("日本 \\~"), 0 },
		{ B("\x87@\x87\x8A\xFAX\xFB\xFC\xEE\xE0\xFA\xB1\xED\x95"), B("①㈱㈱髙髙﨑﨑"), 0 },
		{ B("\x81`\x81|\x81\x61\x81\x91\x81\x92\x81\xCA\xEE\xF9"), B("～－∥￠￡￢￢"), 0 },
		{ B("\xB1\xB2\xDE"), B("ｱｲﾞ"), 0 },
		{ B("\x95\x5C\x83\\"), B("表ソ"), 0 },
		/* carriers' emoji and user-defined characters */
		{ B("\xF0@\xF9\xFC\xF8\x9F\xF6`\xF9\x8B"), B("〓〓〓〓〓"), 0 },
		{ B("\x1B$Gj\x0F\x1B$GjEFG\x0F.\x1B$Gj"), B("〓〓.\x1B$Gj"), 0 },
		/* broken: what may mean something by itself is read again */
		{ B("\x93\nA"), B(BAD "\nA"), 1 },
		{ B("\x8F<A"), B(BAD "<A"), 1 },
		{ B("\x85@"), B(BAD "@"), 1 },
		{ B("\x84\xC0" "a"), B(BAD "a"), 1 },
		{ B("\x93"), B(BAD), 1 },
		{ B("\x80\xA0\xFD\xFF"), B("\xC2\x80" BAD BAD BAD), 3 },
		{ B("a\0\x0E\x1B"), B("a\0\x0E\x1B"), 0 },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_decoding(CHARSET_SHIFT_JIS, &cases[i]);
}

static void test_euc_jp(void **state)
{
	static const struct decoding cases[] = {
		{ B("\xC6\xFC\xCB\xDC \\~"), B("日本 \\~"), 0 },
		{ B("\xAD\xA1\xAD\xEA\xFC\xE2\xF9\xF5"), B("①㈱髙﨑"), 0 },
		{ B("\xA1\xC1\xA1\xDD\xA1\xC2\xA1\xF1\xA1\xF2\xA2\xCC"), B("～－∥￠￡￢"), 0 },
		{ B("\x8E\xB1\x8F\xB0\xA1\x8F\xF4\xFE"), B("ｱ丂黑"), 0 },
		{ B("\xF5\xA1\x8F\xF5\xA1"), B("〓〓"), 0 },
		{ B("\xA4\nA"), B(BAD "\nA"), 1 },
		{ B("\xA4<A"), B(BAD "<A"), 1 },
		{ B("\x8E<\x8F\xB0<"), B(BAD "<" BAD BAD "<"), 3 },
		{ B("\xA9\xA1"), B(BAD), 1 },
		{ B("\xA4"), B(BAD), 1 },
		{ B("\x80\xA0\xFF"), B(BAD BAD BAD), 3 },
		{ B("a\0\x0E\x1B"), B("a\0\x0E\x1B"), 0 },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_decoding(CHARSET_EUC_JP, &cases[i]);
}

static void test_unicode(void **state)
{
	static const struct {
		const char *label;
		struct decoding d;
	} cases[] = {
		{ "utf-8", { B("日本é😀"), B("日本é😀"), 0 } },
		{ "utf-8", { B("\xEF\xBB\xBF" "a\xEF\xBB\xBF"), B("a\xEF\xBB\xBF"), 0 } },
		{ "utf-8", { B("\xE6\x97<\xFF\xC0\x80\xED\xA0\x80"), B(BAD "<" BAD BAD BAD BAD BAD BAD), 7 } },
		{ "utf-8", { B("\xED\xA0\xBD\xED\xB8\x80"), B("😀"), 0 } },
		{ "utf-8", { B("\xF0\x9F\x98"), B(BAD), 1 } },
		{ "utf-8", { B("a\0b"), B("a\0b"), 0 } },
		{ "utf-7", { B("+ZeVnLIqe-a +-.+2D3eAA-"), B("日本語a +.😀"), 0 } },
		{ "utf-7", { B("+ZeVnLIqe"), B("日本語"), 0 } },
		{ "utf-7", { B("+81-3-5555 C++ a+b +MEIw 1+"), B("+81-3-5555 C++ a+b +MEIw 1+"), 0 } },
		{ "utf-7", { B("+2D0-\xE9+3gA-"), B(BAD BAD BAD), 3 } },
		{ "utf-16", { B("\x65\xE5\0a"), B("日a"), 0 } },
		{ "utf-16", { B("\xFF\xFE\xE5\x65" "a\0"), B("日a"), 0 } },
		{ "utf-16le", { B("\xE5\x65\x3D\xD8\0\xDE"), B("日😀"), 0 } },
		{ "utf-16le", { B("\xFE\xFF\x65\xE5"), B("日"), 0 } },
		{ "utf-16be", { B("\xDE\0\xD8=\0a\xD8=" "a"), B(BAD BAD "a" BAD BAD), 4 } },
		{ "utf-16be", { B("\0\0"), B("\0"), 0 } },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_decoding(charset(cases[i].label), &cases[i].d);
}

static void test_foreign(void **state)
{
	static const struct {
		const char *label;
		struct decoding d;
	} cases[] = {
		{ "us-ascii", { B("a\x1B\x0E\xE9\0b"), B("a\x1B\x0E" BAD "\0b"), 1 } },
		{ "", { B("a\xE9"), B("a" BAD), 1 } },
		{ "bad-charset", { B("a\xE9"), B("a" BAD), 1 } },
		{ "iso-8859-1", { B("caf\xE9 \x93x\x94 \x80"), B("café “x” €"), 0 } },
		{ "iso-8859-1", { B("a\x81<"), B("a" BAD "<"), 1 } },
		{ "iso-8859-2", { B("\xA3\xF3" "d\xBC"), B("Łódź"), 0 } },
		{ "koi8-r", { B("\xF0\xF2\xE9"), B("ПРИ"), 0 } },
		{ "gb2312", { B("\xC4\xE3\xBA\xC3\x98\x69\x81\x30\x81\x30"), B("你好榠\xC2\x80"), 0 } },
		{ "gb2312", { B("\xA4\xB3\xA4\xF3\xC8\xD5\xFF<"), B("こん日" BAD "<"), 1 } },
		{ "big5", { B("\xA7\x41\xA6\x6E\xA7"), B("你好" BAD), 1 } },
		{ "euc-kr", { B("\xBE\xC8\xB3\xE7\x8C\x63"), B("안녕똠"), 0 } },
		{ "windows-1258", { B("a\xCC"), B("\xC3\xA0"), 0 } }, /* a converter that looks one character ahead */
		{ "euc-kr", { B("\xA2\xE8"), B(BAD), 1 } }, /* one that fails behind the last byte */
		{ "windows-1258", { B("xa"), B("xa"), 0 } },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check_decoding(charset(cases[i].label), &cases[i].d);
}

/* Every name is one that the C library knows. */
static void test_converters(void **state)
{
	static const char *const converters[] = {
#define OWN(id, name, labels)
#define FOREIGN(name, iconv, model, labels) iconv,
#include "decode/charset.def"
#undef OWN
#undef FOREIGN
	};
	(void)state;

	for (size_t i = 0; i < COUNT(converters); i++) {
		static const unsigned char codes[] = { '0', '1' };
		uint16_t table[2] = { 0 };

		assert_true(foreign_table(converters[i], codes, 1, 2, table));
		assert_int_equal(table[0], '0');
		assert_int_equal(table[1], '1');
	}
}

/* --- limits ------------------------------------------------------------------------------------------------------ */

static void check_limits(enum charset c, struct span bytes)
{
	struct buf whole = BUF_HEAP;
	struct decoded d;

	charset_decode(c, bytes, &whole, &d);
	assert_false(whole.cut || whole.failed);
	for (size_t limit = 1; limit <= whole.n + 5; limit++) {
		struct buf cut = { .limit = limit };
		uint32_t cp;

		charset_decode(c, bytes, &cut, &d);
		assert_true(cut.n <= limit);
		assert_true(cut.n <= whole.n && (cut.n == 0 || memcmp(cut.p, whole.p, cut.n) == 0));
		assert_int_equal(utf8_valid(buf_text(&cut), NULL), cut.n);
		if (cut.n < whole.n) {
			assert_true(cut.cut);
			assert_true(limit - cut.n < UTF8_MAX); /* nearly all of it is used */
		}
		assert_true(cut.n == whole.n || utf8_get(whole.p + cut.n, whole.p + whole.n, &cp) > 0);
		/* What is full stays as it is. */
		if (cut.cut) {
			size_t n = cut.n;

			charset_decode(c, bytes, &cut, &d);
			assert_int_equal(cut.n, n);
		}
		buf_free(&cut);
	}
	buf_free(&whole);
}

static void test_limits(void **state)
{
	static const char *const texts[] = { "", "plain", "予定", "a予b定c\nd", "1日 2日", "予\x80\xFF定" };
	static const enum charset charsets[] = { CHARSET_ISO2022JP, CHARSET_SHIFT_JIS, CHARSET_EUC_JP, CHARSET_UTF8 };
	(void)state;

	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t k = 0; k < COUNT(charsets); k++) {
			struct buf b = i == 5 ? BUF_HEAP : encode(texts[i], charsets[k]);

			if (i == 5)
				buf_str(&b, texts[i]);
			check_limits(charsets[k], buf_text(&b));
			buf_free(&b);
		}
	check_limits(CHARSET_UTF8, span_str("😀é😀"));
	check_limits(CHARSET_UTF7, span_str("a+ZeVnLIqe-+2D3eAA-b+1"));
	check_limits(CHARSET_UTF16LE, span("\x3D\xD8\0\xDE"
					   "a\0\xE5\x65",
					  8));
	check_limits(charset("gb2312"), span_str("a\xC4\xE3\xBA\xC3\xFF"
						 "b"));
	check_limits(charset("iso-8859-1"), span_str("\xE9t\xE9"));
	check_limits(charset("windows-1258"), span_str("a\xCC\xE9"
						       "a"));
}

/* --- any bytes --------------------------------------------------------------------------------------------------- */

static void check_valid(enum charset c, struct span bytes, struct buf *out)
{
	struct decoded d;

	buf_clear(out);
	charset_decode(c, bytes, out, &d);
	if (utf8_valid(buf_text(out), NULL) != out->n || out->cut || out->failed || out->n > 3 * bytes.n + 16)
		fail_msg("%s", charset_name(c));
}

/* Every sequence of three bytes, a line each. All charsets but one return to their first state at a line end. */
static void check_threes(enum charset c, unsigned step, struct buf *out)
{
	static char lines[256 * 256 * 4];

	for (unsigned first = 0; first < 256; first += step) {
		for (unsigned i = 0; i < 256 * 256; i++) {
			lines[i * 4] = (char)first;
			lines[i * 4 + 1] = (char)(i >> 8);
			lines[i * 4 + 2] = (char)i;
			lines[i * 4 + 3] = '\n';
		}
		check_valid(c, span(lines, sizeof lines), out);
	}
}

static void test_all_bytes(void **state)
{
	struct buf out = BUF_HEAP;
	uint32_t seed = 1;
	(void)state;

	for (size_t i = 0; i < COUNT(names); i++) {
		enum charset c = charset(names[i]);

		for (unsigned two = 0; two < 256 * 256; two += c < CHARSET_ICONV ? 1 : 17) {
			char bytes[2] = { (char)(two >> 8), (char)two };

			check_valid(c, span(bytes, two < 256 ? 1 : 2), &out);
		}
		/* Elsewhere single bytes are all alike, or the C library's converters, slow on broken bytes, do the
		 * work. */
		check_threes(c, c >= CHARSET_UTF8 && c <= CHARSET_UTF7 ? 1 : 51, &out);
		for (unsigned n = 0; n < 100; n++) {
			char bytes[512];

			for (size_t k = 0; k < sizeof bytes; k++)
				bytes[k] = (char)next(&seed);
			check_valid(c, span(bytes, next(&seed) % sizeof bytes), &out);
		}
	}
	buf_free(&out);
}

/* A broken character never takes the '<' behind it, and a line end leads back into step. */
static void test_resynchronise(void **state)
{
	static const enum charset charsets[] = { CHARSET_SHIFT_JIS, CHARSET_EUC_JP, CHARSET_UTF8 };
	struct buf out = BUF_HEAP;
	struct decoded d;
	(void)state;

	for (size_t i = 0; i < COUNT(charsets); i++)
		for (unsigned two = 0; two < 256 * 256; two++) {
			char bytes[] = { (char)(two >> 8), (char)two, '<', '\n' };

			buf_clear(&out);
			charset_decode(charsets[i], span(bytes, 4), &out, &d);
			if (out.n < 2 || memcmp(out.p + out.n - 2, "<\n", 2) != 0)
				fail_msg("%s %04X", charset_name(charsets[i]), two);
		}
	for (unsigned three = 0; three < 1u << 24; three += 61) {
		char bytes[] = { 0x1B, '$', 'B', (char)(three >> 16), (char)(three >> 8), (char)three, '\n', '<', 'a' };

		buf_clear(&out);
		charset_decode(CHARSET_ISO2022JP, span(bytes, sizeof bytes), &out, &d);
		if (out.n < 3 || memcmp(out.p + out.n - 3, "\n<a", 3) != 0)
			fail_msg("iso-2022-jp %06X", three);
	}
	buf_free(&out);
}

static int setup(void **state)
{
	(void)state;
	return charset_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_every_label),
		cmocka_unit_test(test_iso2022jp),
		cmocka_unit_test(test_shift_jis),
		cmocka_unit_test(test_euc_jp),
		cmocka_unit_test(test_unicode),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_converters),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_resynchronise),
		};

	return cmocka_run_group_tests(tests, setup, NULL);
}
