/* Header values: encoded-words, raw text, addresses, parameters. Each row of a table shows one behaviour. */
#include <config.h>

#include "decode/rfc5322.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A raw value may hold NUL. */
#define RAW(s) { s, sizeof(s) - 1 }

static const struct limits *limits(void)
{
	static const struct limits l = LIMITS_DEFAULT;

	return &l;
}

static void expect_flaws(const char *what, size_t row, flaw_set got, const char *want)
{
	struct buf b = BUF_HEAP;

	flaw_write(&b, got);
	if (!span_is(buf_text(&b), want))
		fail_msg("%s %zu: flaws \"%s\", not \"%s\"", what, row, buf_cstr(&b), want);
	buf_free(&b);
}

/* --- rfc5322_text ------------------------------------------------------------------------------------------------- */

struct text_case {
	struct span raw;
	const char *want, *flaws, *used;
	enum charset label;
};

static void check_texts(const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct text_case *c = &cases[i];
		struct buf out = BUF_HEAP;
		struct decoded d;

		buf_str(&out, "|"); /* it appends */
		rfc5322_text(limits(), c->raw, c->label, &out, &d);
		if (!span_is(span_from(buf_text(&out), 1), c->want))
			fail_msg("text %zu: \"%s\", not \"%s\"", i, buf_cstr(&out) + 1, c->want);
		expect_flaws("text", i, d.flaws, c->flaws);
		if (c->used != NULL && strcmp(charset_name(d.used), c->used) != 0)
			fail_msg("text %zu: %s, not %s", i, charset_name(d.used), c->used);
		buf_free(&out);
	}
}

static void test_words(void **state)
{
	static const struct text_case cases[] = {
		{ RAW("Notice of a meeting"), "Notice of a meeting", "", "us-ascii", 0 },
		{ RAW(""), "", "", "us-ascii", 0 },
		{ RAW("=?utf-8?B?5Lya6K2w?="), "会議", "", "utf-8", 0 },
		{ RAW("=?UTF-8?q?=E4=BC=9A_=e8=ad=b0?="), "会 議", "", "utf-8", 0 },
		{ RAW("=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?="), "会議", "", "iso-2022-jp", 0 },
		{ RAW("=?Shift_JIS?B?ie+LYw==?="), "会議", "", "cp932", 0 },
		{ RAW("=?euc-jp?Q?=B2=F1=B5=C4?="), "会議", "", "euc-jp", 0 },
		{ RAW("=?gb2312?B?u+HRoQ==?="), "会选", "", "gb18030", 0 },
		/* blanks between words go, those beside text stay */
		{ RAW("Re: =?utf-8?B?5Lya?= \t =?utf-8?B?6K2w?= today"), "Re: 会議 today", "", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya?=\r\n =?utf-8?B?6K2w?=\r\n today"), "会議 today", "", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya?==?utf-8?B?6K2w?="), "会議", "", NULL, 0 },
		/* glued to text */
		{ RAW("[a]=?utf-8?B?5Lya?=b"), "[a]会b", "", NULL, 0 },
		{ RAW("\"=?utf-8?B?5Lya?=\""), "\"会\"", "", NULL, 0 },
		/* words of different charsets side by side */
		{ RAW("=?utf-8?B?5Lya?= =?iso-2022-jp?B?GyRCNUQbKEI=?= =?shift_jis?B?iJ8=?="), "会議亜", "", "utf-8", 0 },
		/* a language */
		{ RAW("=?utf-8*ja?B?5Lya?="), "会", "", "utf-8", 0 },
		{ RAW("=?utf-8*ja?B?5A==?= =?utf-8*en?B?vJo=?="), "会", "split-word", "utf-8", 0 },
		/* labels */
		{ RAW("=?x-nothing-of-note?Q?plain?="), "plain", "unknown-charset", "us-ascii", 0 },
		{ RAW("=?x-a?B?5A==?= =?x-a?B?vJo=?="), "会", "unknown-charset,split-word", "utf-8", 0 },
		{ RAW("=?x-a?Q?a?= =?x-b?Q?b?="), "ab", "unknown-charset", NULL, 0 },
		{ RAW("=?unknown-8bit?B?5Lya6K2w?="), "会議", "undeclared", "utf-8", 0 },
		{ RAW("=??B?5Lya6K2w?="), "会議", "undeclared,bad-word", "utf-8", 0 },
		{ RAW("=?iso-2022-jp?B?ie+LY4LMgrWC54K5?="), "会議のしらせ", "label-wrong", "cp932", 0 },
		{ RAW("=?us-ascii?B?5Lya6K2w?="), "会議", "label-wrong", "utf-8", 0 },
		{ RAW("=?x?B?ie+LYw==?="), "会議", "unknown-charset", "cp932", CHARSET_SHIFT_JIS },
		/* line ends and tabs that were encoded */
		{ RAW("=?utf-8?Q?a=0D=0AX-b:_c=09d?="), "a  X-b: c d", "", NULL, 0 },
		{ RAW("=?utf-8?Q?_a_?="), "a", "", NULL, 0 },
		/* no words */
		{ RAW("1=?2 a=?b =?utf-8 =?utf-8? =?utf-8?B =?utf-8?X?5Lya?="), "1=?2 a=?b =?utf-8 =?utf-8? =?utf-8?B =?utf-8?X?5Lya?=",
		  "", NULL, 0 },
		{ RAW("=?utf-8?B?" "?="), "", "", NULL, 0 },
		{ RAW("a =?utf-8?Q?" "?= b"), "a  b", "", NULL, 0 },
		{ RAW("=?utf-8?Q?=?="), "=", "bad-word", NULL, 0 },
	};
	(void)state;

	check_texts(cases, sizeof cases / sizeof cases[0]);
}

/* Characters and escape sequences over the border of words. */
static void test_joined(void **state)
{
	static const struct text_case cases[] = {
		{ RAW("=?utf-8?B?5Lw=?= =?utf-8?B?mg==?="), "会", "split-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lw=?=\n =?utf-8?Q?=9A=E8?= =?utf8?B?rbA=?="), "会議", "split-word", NULL, 0 },
		{ RAW("=?shift_jis?Q?=89?= =?sjis?B?74tj?="), "会議", "split-word", NULL, 0 },
		{ RAW("=?shift_jis?Q?=B1=B2?= =?sjis?B?s4tj?="), "ｱｲｳ議", "", NULL, 0 },
		{ RAW("=?euc-jp?Q?=B2?= =?euc-jp?Q?=F1=8F=B0?= =?euc-jp?Q?=A1?="), "会丂", "split-word", NULL, 0 },
		{ RAW("=?gb18030?Q?=BB?= =?gbk?Q?=E1?="), "会", "split-word", NULL, 0 },
		/* ISO-2022-JP: complete each; in the run; in a character; in the escape */
		{ RAW("=?iso-2022-jp?B?GyRCMnEbKEI=?= =?iso-2022-jp?B?GyRCNUQbKEI=?="), "会議", "", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?=1B$B2q?= =?iso-2022-jp?Q?5D=1B(B?="), "会議", "split-word", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?=1B$B2?= =?iso-2022-jp?B?cTVEGyhC?="), "会議", "split-word", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?=1B?= =?iso-2022-jp?Q?$B2q5D=1B(B?="), "会議", "split-word", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?a=1B$?= =?iso-2022-jp?Q?B2q5D=1B(?= =?iso-2022-jp?Q?Bb?="), "a会議b", "split-word", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?=1B(I1?= =?iso-2022-jp?Q?2=1B(B?="), "ｱｲ", "split-word", NULL, 0 },
		{ RAW("=?iso-2022-jp?Q?=1B$(D0!=1B(?= =?iso-2022-jp?Q?B.?="), "丂.", "split-word", NULL, 0 },
		/* ... under another label */
		{ RAW("=?iso-8859-1?q?=1B=24B2=71?=\n =?iso-8859-1?q?5?=\n =?iso-8859-1?q?D=1B=28?=\n =?iso-8859-1?q?Bb?="), "会議b",
		  "label-wrong,split-word", "iso-2022-jp", 0 },
		{ RAW("=?utf-16be?B?TxqL?= =?utf-16be?Q?p?="), "会議", "split-word", "utf-16be", 0 },
		/* text between, so not joined */
		{ RAW("=?utf-8?B?5Lw=?=.=?utf-8?B?mg==?="), "\xEF\xBF\xBD.\xEF\xBF\xBD", "undecodable", NULL, 0 },
	};
	(void)state;

	check_texts(cases, sizeof cases / sizeof cases[0]);
}

static void test_bad_words(void **state)
{
	static const struct text_case cases[] = {
		/* padding inside, junk, a quantum that is cut */
		{ RAW("=?utf-8?B?5A==vJo=?="), "会", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya.6K2w?="), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya6K2wYQ?="), "会議a", "bad-word", NULL, 0 },
		/* not closed */
		{ RAW("=?utf-8?B?5Lya6K2w"), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya6K2w?"), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya and more? yes"), "会 and more? yes", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=E4=BC=9A and more"), "会 and more", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=E4=BC=9A"), "会", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=E4=BC=9A =?utf-8?B?6K2w?="), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5Lya=?utf-8?B?6K2w?="), "会議", "bad-word", NULL, 0 },
		/* blanks and folds inside */
		{ RAW("=?utf-8?B?5Lya\r\n 6K2w?="), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?B?5L ya 6K2w?="), "会議", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=E4=BC\r\n =9A a b?="), "会 a b", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=E4=BC=\r\n=9A?="), "会", "bad-word", NULL, 0 },
		{ RAW("=? utf-8 ? B ?5Lya?\r\n ="), "会", "", NULL, 0 },
		{ RAW("=?utf\r\n -8?B?5Lya?="), "会", "", NULL, 0 },
		/* a '?' that should have been encoded */
		{ RAW("=?utf-8?Q?really?" "?="), "really?", "", NULL, 0 },
		{ RAW("=?utf-8?Q?really?=E4=BC=9A?="), "really?会", "", NULL, 0 },
		{ RAW("=?utf-8?Q?really?=20 words"), "really20 words", "", NULL, 0 },
		{ RAW("=?utf-8?Q?a?=20=?utf-8?Q?b?="), "a20b", "", NULL, 0 },
		{ RAW("=?utf-8?Q?a=3Zb?="), "a=3Zb", "bad-word", NULL, 0 },
		/* raw bytes inside */
		{ RAW("=?shift_jis?Q?\x89\xEF\x8B\x63?="), "会議", "bad-word", "cp932", 0 },
		{ RAW("=?shift_jis?B?\x89\xEF\x8B\x63?="), "会議", "bad-word", "cp932", 0 },
		{ RAW("=?iso-2022-jp?Q?\x1B$B2q5D!)=?\x1B(B?="), "会議？戎", "bad-word", "iso-2022-jp", 0 },
		{ RAW("=?iso-2022-jp?B?\x1B$B2q5D\x1B(B?="), "会議", "bad-word", "iso-2022-jp", 0 },
		/* twice encoded, also over several words, also thrice; what is left then stays */
		{ RAW("=?us-ascii?Q?=3D=3FISO-2022-JP=3FB=3FGyRCMnE1RBsoQg=3D=3D=3F=3D?="), "会議", "bad-word", "iso-2022-jp", 0 },
		{ RAW("=?us-ascii?Q?=3D=3Futf-8=3FB=3F5Lya?= =?us-ascii?Q?6K2w=3F=3D?= a"), "会議 a", "bad-word", "utf-8", 0 },
		{ RAW("=?utf-8?Q?=3D=3Futf-8=3FB=3F5Lw=3D=3F=3D_=3D=3Futf-8=3FB=3Fmg=3D=3D=3F=3D?="), "会", "split-word,bad-word", NULL, 0 },
		{ RAW("=?a?Q?=3D=3Fb=3FQ=3F=3D3D=3D3Futf-8=3D3FQ=3D3Fx=3D3F=3D3D=3F=3D?="), "x", "unknown-charset,bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?=3D=3Futf-8=3FQ=3Funclosed?="), "unclosed", "bad-word", NULL, 0 },
		{ RAW("=?utf-8?Q?1=3D=3Fa=3Fb=3Fc?="), "1=?a?b?c", "", NULL, 0 },
	};
	(void)state;

	check_texts(cases, sizeof cases / sizeof cases[0]);
}

static void test_raw_text(void **state)
{
	static const struct text_case cases[] = {
		{ RAW("会議のお知らせ"), "会議のお知らせ", "raw-header", "utf-8", 0 },
		{ RAW("\x1B$B2q5D$N\x1B(B: \x1B$BCN$i$;\x1B(B"), "会議の: 知らせ", "raw-header", "iso-2022-jp", 0 },
		{ RAW("\x89\xEF\x8B\x63\x82\xCC\x82\xA8\x92\x6D\x82\xE7\x82\xB9"), "会議のお知らせ", "raw-header", "cp932", 0 },
		{ RAW("\xB2\xF1\xB5\xC4\xA4\xCE\xA4\xAA\xC3\xCE\xA4\xE9\xA4\xBB"), "会議のお知らせ", "raw-header", "euc-jp", 0 },
		/* the label, or a word beside it, decides where the bytes do not */
		{ RAW("\xBB\xE1\xD1\xA1\xBE\xD9"), "会选举", "raw-header", "gb18030", (enum charset)-1 },
		{ RAW("=?gb2312?B?u+HRoQ==?= \xBB\xE1\xD1\xA1\xBE\xD9"), "会选 会选举", "raw-header", "gb18030", 0 },
		/* beside words */
		{ RAW("=?utf-8?B?5Lya?= \x1B$B5D\x1B(B =?utf-8?B?5Lya?="), "会 議 会", "raw-header", NULL, 0 },
		/* '=' and '?' of two-byte characters begin no word */
		{ RAW("\x1B$B=?B?=?=>\x1B(B =?utf-8?B?5Lya?="), "戎多戎従 会", "raw-header", NULL, 0 },
		/* an escape alone is nothing */
		{ RAW("a \x1B b"), "a \x1B b", "", "us-ascii", 0 },
		{ RAW("a \x1B b"), "a \x1B b", "", "us-ascii", CHARSET_SHIFT_JIS },
		/* a body's UTF-16 or UTF-7 says nothing about headers */
		{ RAW("会議"), "会議", "raw-header", "utf-8", CHARSET_UTF16 },
		{ RAW("\x89\xEF\x8B\x63\x82\xCC"), "会議の", "raw-header", "cp932", CHARSET_UTF16LE },
		{ RAW("=?utf-16be?B?Txo=?= 会議"), "会 会議", "raw-header", "utf-16be", CHARSET_UTF7 },
		/* two charsets in one value, as mailing lists make them */
		{ RAW("\xE3\x82\xB5\xA9`\xA5\xD3\xA5\xB9 \xE3\x80\x8C\xE5\x91\x8A\xE7\x9F\xA5\xE3\x80\x8D"), "サービス 「告知」",
		  "raw-header", "gb18030", (enum charset)-1 },
		{ RAW("\xE4\xBC\x9A\xE8\xAD\xB0\x82\xCC\x82\xA8\x92\x6D\x82\xE7\x82\xB9"), "会議のお知らせ", "raw-header", NULL,
		  CHARSET_SHIFT_JIS },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct text_case c = cases[i];

		if (c.label == (enum charset)-1)
			c.label = charset_find(span_str("gb2312"));
		check_texts(&c, 1);
	}
}

static void test_nul(void **state)
{
	static const struct span raws[] = { RAW("a\0b"), RAW("=?utf-8?Q?a=00b?=") };
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		struct buf out = BUF_HEAP;
		struct decoded d;

		rfc5322_text(limits(), raws[i], CHARSET_NONE, &out, &d);
		assert_true(span_eq(buf_text(&out), span("a\0b", 3)));
		assert_int_equal(d.flaws, FLAW_BIT(NUL));
		buf_free(&out);
	}
}

static void test_folds(void **state)
{
	static const struct text_case cases[] = {
		{ RAW("a\r\n b"), "a b", "", NULL, 0 },
		{ RAW("a\n\tb\n  c"), "a b c", "", NULL, 0 },
		{ RAW("a\r b\rc"), "a b c", "", NULL, 0 },
		{ RAW("a\r\n \r\n b"), "a  b", "", NULL, 0 },
		{ RAW("\n a\r\n "), "a", "", NULL, 0 },
		{ RAW("会議\r\n 告知"), "会議 告知", "raw-header", NULL, 0 },
		/* inside a character */
		{ RAW("\xE4\xBC\r\n \x9A\xE8\xAD\xB0"), "会議", "raw-header", "utf-8", 0 },
		{ RAW("\x89\xEF\x8B\r\n \x63\x82\xCC\n \x82\xA8\x92\x6D\x82\xE7\x82\xB9"), "会議の お知らせ", "raw-header", "cp932", 0 },
		{ RAW("\xB2\xF1\xB5\r\n \xC4\xA4\xCE\xA4\xAA\xC3\xCE\xA4\xE9\xA4\xBB"), "会議のお知らせ", "raw-header", "euc-jp", 0 },
		/* inside an ISO-2022-JP run, in a character, and where the last escape was lost */
		{ RAW("\x1B$B2q\r\n 5D\x1B(B"), "会議", "raw-header", NULL, 0 },
		{ RAW("\x1B$B2\r\n q5\r\n D\x1B(B"), "会議", "raw-header", NULL, 0 },
		{ RAW("\x1B$B2q5D\r\n abcd"), "会議 abcd", "raw-header", NULL, 0 },
		{ RAW("\x1B$B2q5D\r\n abcd \x1B$B2q\x1B(B"), "会議 abcd 会", "raw-header", NULL, 0 },
		{ RAW("\x1B$B2q\x1B(B\r\n \x1B$B5D\x1B(B"), "会 議", "raw-header", NULL, 0 },
		{ RAW("\x1B$B2q5D\r\n "), "会議", "raw-header", NULL, 0 },
	};
	(void)state;

	check_texts(cases, sizeof cases / sizeof cases[0]);
}

static void test_limits(void **state)
{
	struct limits l = LIMITS_DEFAULT;
	struct buf out = BUF_HEAP;
	struct decoded d;
	(void)state;

	l.header_value = 5;
	rfc5322_text(&l, span_str("abcdefgh"), CHARSET_NONE, &out, &d);
	assert_true(span_is(buf_text(&out), "abcde"));
	assert_int_equal(d.flaws, FLAW_BIT(TRUNCATED));
	rfc5322_text(&l, span_str("abcde"), CHARSET_NONE, &out, &d);
	assert_int_equal(d.flaws, 0);
	buf_clear(&out);

	/* Words above the limit stay as they are. */
	l = LIMITS_DEFAULT;
	l.encoded_words = 2;
	rfc5322_text(&l, span_str("=?utf-8?Q?a?= =?utf-8?Q?b?= =?utf-8?Q?c?="), CHARSET_NONE, &out, &d);
	assert_true(span_is(buf_text(&out), "ab =?utf-8?Q?c?="));
	assert_int_equal(d.flaws, FLAW_BIT(TRUNCATED));
	buf_clear(&out);

	/* At the buffer's limit a character is whole or not there. */
	out.limit = 4;
	rfc5322_text(limits(), span_str("=?utf-8?B?5Lya6K2w?="), CHARSET_NONE, &out, &d);
	assert_true(span_is(buf_text(&out), "会"));
	assert_int_equal(d.flaws, FLAW_BIT(TRUNCATED));
	buf_free(&out);
}

static void test_replaced(void **state)
{
	struct buf out = BUF_HEAP;
	struct decoded d;
	(void)state;

	rfc5322_text(limits(), span_str("=?utf-8?Q?a=E4=BCb?= =?gb18030?Q?=FF?="), CHARSET_NONE, &out, &d);
	assert_int_equal(d.replaced, 2);
	assert_true((d.flaws & FLAW_BIT(UNDECODABLE)) != 0);
	buf_free(&out);
}

/* --- rfc5322_addresses -------------------------------------------------------------------------------------------- */

/* "name <address>|name <address>" */
static void write_addresses(const struct address *v, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(out, i > 0 ? "|" : "");
		buf_span(out, v[i].name);
		buf_str(out, " <");
		buf_span(out, v[i].address);
		buf_str(out, ">");
	}
}

static void test_addresses(void **state)
{
	static const struct {
		struct span raw;
		const char *want, *flaws;
	} cases[] = {
		{ RAW("hanako@a.example"), " <hanako@a.example>", "" },
		{ RAW("<hanako@a.example>"), " <hanako@a.example>", "" },
		{ RAW("Hanako <hanako@a.example>, taro@b.example"), "Hanako <hanako@a.example>| <taro@b.example>", "" },
		{ RAW("\"Mori, Hanako\" <hanako@a.example>"), "Mori, Hanako <hanako@a.example>", "" },
		{ RAW("\"The \\\"H\\\" \\\\\" <hanako@a.example>"), "The \"H\" \\ <hanako@a.example>", "" },
		{ RAW("Hana\r\n\tko\r\n <hanako@a.example>"), "Hana ko <hanako@a.example>", "" },
		{ RAW(" , hanako@a.example, ,"), " <hanako@a.example>", "" },
		/* comments */
		{ RAW("hanako@a.example (Hanako Mori)"), "Hanako Mori <hanako@a.example>", "" },
		{ RAW("hanako@a.example (Hanako (or Hana\\)) Mori)"), "Hanako (or Hana)) Mori <hanako@a.example>", "" },
		{ RAW("(Hanako) <hanako@a.example> (Mori)"), "Hanako Mori <hanako@a.example>", "" },
		{ RAW("Hanako (Mori) <hanako@a.example>"), "Hanako (Mori) <hanako@a.example>", "" },
		{ RAW("hanako (x) @ (y) a.example"), "x y <hanako@a.example>", "" },
		{ RAW("<hanako(x)@a.example>"), "x <hanako@a.example>", "" },
		{ RAW("Hanako (Mori <hanako@a.example>"), "Hanako (Mori <hanako@a.example>", "bad-address" },
		{ RAW("((a) b <hanako@a.example>"), "((a) b <hanako@a.example>", "bad-address" },
		{ RAW("( (a) (b <hanako@a.example>"), "( (a) (b <hanako@a.example>", "bad-address" },
		/* groups: the name is an entry without an address */
		{ RAW("Team: a@a.example, B <b@b.example>;, c@c.example"), "Team <>| <a@a.example>|B <b@b.example>| <c@c.example>", "" },
		{ RAW("undisclosed-recipients:;"), "undisclosed-recipients <>", "" },
		{ RAW("a: b: c@c.example; ; d@d.example"), "a: b <>| <c@c.example>| <d@d.example>", "bad-address" },
		{ RAW("=?utf-8?B?5Lya?=:;"), "会 <>", "" },
		{ RAW("Notice: Hanako <hanako@a.example>"), "Notice: Hanako <hanako@a.example>", "bad-address" },
		/* routes, literals, quotes in the local part */
		{ RAW("<@r.example,@s.example:hanako@a.example>"), " <hanako@a.example>", "" },
		{ RAW("h@[192.0.2.1], i@[IPv6:2001:db8::1]"), " <h@[192.0.2.1]>| <i@[IPv6:2001:db8::1]>", "" },
		{ RAW("\"ha na\"@a.example, <\"ko>,\"@a.example>"), " <\"ha na\"@a.example>| <\"ko>,\"@a.example>", "" },
		{ RAW("< hanako @ a.example >"), " <hanako@a.example>", "" },
		/* what breaks the rules */
		{ RAW("Hanako <hanako@a.example"), "Hanako <hanako@a.example>", "bad-address" },
		{ RAW("Hanako <hanako@a.example, Taro <taro@b.example>"), "Hanako <hanako@a.example>|Taro <taro@b.example>", "bad-address" },
		{ RAW("Hanako <hanako@a.example and more"), "Hanako  and more <hanako@a.example>", "bad-address" },
		{ RAW("Hanako hanako@a.example>"), "Hanako <hanako@a.example>", "bad-address" },
		{ RAW("Hanako hanako@a.example Mori"), "Hanako  Mori <hanako@a.example>", "bad-address" },
		{ RAW("<<hanako@a.example>>"), " <hanako@a.example>", "bad-address" },
		{ RAW("Hanako <hanako@a.example> <taro@b.example>"), "Hanako <hanako@a.example>| <taro@b.example>", "bad-address" },
		{ RAW("<hanako@a.example> Hanako"), "Hanako <hanako@a.example>", "bad-address" },
		{ RAW("<hanako@a.example> \"Hanako\""), "Hanako <hanako@a.example>", "bad-address" },
		{ RAW("Mori, Hanako <hanako@a.example>"), "Mori, Hanako <hanako@a.example>", "bad-address" },
		{ RAW("hanako@a.example; taro@b.example"), " <hanako@a.example>| <taro@b.example>", "bad-address" },
		{ RAW("a@b@c.example"), " <a@b@c.example>", "bad-address" },
		{ RAW("@a.example"), " <@a.example>", "bad-address" },
		{ RAW("hanako@"), " <hanako@>", "bad-address" },
		{ RAW("\"Hanako <hanako@a.example>"), "Hanako <hanako@a.example>", "bad-address" },
		{ RAW("Hanako"), "Hanako <>", "bad-address" },
		{ RAW("Hanako, Taro; Jiro"), "Hanako, Taro; Jiro <>", "bad-address" },
		{ RAW("(Hanako)"), "Hanako <>", "bad-address" },
		{ RAW("Hanako <>"), "Hanako <>", "bad-address" },
		{ RAW("Hanako <root>"), "Hanako <root>", "bad-address" },
		{ RAW("<>"), "<> <>", "bad-address" },
		{ RAW(":"), ": <>", "bad-address" },
		{ RAW(""), "", "bad-address" },
		{ RAW(" \r\n "), "", "bad-address" },
		/* a name that looks like an address */
		{ RAW("\"bank@b.example\" <hanako@a.example>"), "bank@b.example <hanako@a.example>", "" },
		{ RAW("bank@b.example <hanako@a.example>"), "bank@b.example <hanako@a.example>", "bad-address" },
		/* encoded-words */
		{ RAW("=?utf-8?B?5Lya?= =?iso-2022-jp?B?GyRCNUQbKEI=?= <a@a.example>"), "会議 <a@a.example>", "" },
		{ RAW("=?utf-8?B?5Lya?=<a@a.example>,=?utf-8?B?6K2w?=<b@b.example>"), "会 <a@a.example>|議 <b@b.example>", "" },
		{ RAW("a@a.example (=?utf-8?B?5Lya?=\r\n =?utf-8?B?6K2w?=)"), "会議 <a@a.example>", "" },
		{ RAW("\"=?utf-8?B?5Lw=?= =?utf-8?B?mg==?=\" <a@a.example>"), "会 <a@a.example>", "split-word,bad-word" },
		{ RAW("\"=?utf-8?B?5Lya\" <a@a.example>"), "会 <a@a.example>", "bad-word" },
		{ RAW("=?utf-8?B?5Lya <a@a.example>"), "会 <a@a.example>", "bad-word" },
		{ RAW("=?utf-8?B?5Lya<a@a.example>"), "会 <a@a.example>", "bad-word" },
		{ RAW("=?utf-8?Q?=E4=BC=9A<a@a.example>"), "会 <a@a.example>", "bad-word" },
		{ RAW("=?utf-8?Q?Mori, \"H\" <x>?= <a@a.example>"), "Mori, \"H\" <x> <a@a.example>", "bad-word" },
		{ RAW("=?utf-8?Q?Mori=2C_<x@x.example>;?= <a@a.example>"), "Mori, <x@x.example>; <a@a.example>", "" },
		{ RAW("=?utf-8?Q?Hanako_=3Ca=40a=2Eexample=3E?="), "Hanako <a@a.example>", "bad-address" },
		{ RAW("=?utf-8?Q?a=40a=2Eexample?= <root>"), "a@a.example <root>", "bad-address" },
		/* raw text: bytes that look like '@', '\\', '[', '|', '"', '(', ',' and '<' */
		{ RAW("\x83\x40\x83\x5C\x95\x5C\x83\x5B\x83\x7C <a@a.example>"), "ァソ表ゼポ <a@a.example>", "raw-header" },
		{ RAW("\"\x83\x5C\x95\x5C\", \x90\x58\x82\xB3\x82\xF1 <a@a.example>"), "ソ表, 森さん <a@a.example>", "raw-header,bad-address" },
		{ RAW("\x1B$B$\"$($,$<$@%\\$[$g\x1B(B <a@a.example>"), "あえがぜだボほょ <a@a.example>", "raw-header" },
		{ RAW("\"\x1B$B$\"%\\$(\x1B(B\" <a@a.example>, b@b.example"), "あボえ <a@a.example>| <b@b.example>", "raw-header" },
		{ RAW("a@a.example (\x1B$B$($)$\"\x1B(B)"), "えぉあ <a@a.example>", "raw-header" },
		{ RAW("森 <森@a.example>"), "森 <森@a.example>", "raw-header" },
	};
	struct arena *a = arena_new(1u << 20);
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf got = BUF_HEAP;
		struct address *v;
		size_t n;
		flaw_set flaws = 0;

		rfc5322_addresses(a, limits(), cases[i].raw, CHARSET_NONE, &v, &n, &flaws);
		write_addresses(v, n, &got);
		if (!span_is(buf_text(&got), cases[i].want))
			fail_msg("addresses %zu: \"%s\", not \"%s\"", i, buf_cstr(&got), cases[i].want);
		expect_flaws("addresses", i, flaws, cases[i].flaws);
		buf_free(&got);
		arena_reset(a);
	}
	arena_free(a);
}

static void test_address_limit(void **state)
{
	struct limits l = LIMITS_DEFAULT;
	struct arena *a = arena_new(1u << 20);
	struct address *v;
	size_t n;
	flaw_set flaws = 0;
	(void)state;

	l.addresses = 2;
	rfc5322_addresses(a, &l, span_str("a@a.example, b@a.example"), CHARSET_NONE, &v, &n, &flaws);
	assert_int_equal(n, 2);
	assert_int_equal(flaws, 0);
	rfc5322_addresses(a, &l, span_str("a@a.example, b@a.example, c@a.example"), CHARSET_NONE, &v, &n, &flaws);
	assert_int_equal(n, 2);
	assert_int_equal(flaws, FLAW_BIT(TRUNCATED));
	flaws = 0;
	rfc5322_addresses(a, &l, span_str("a@a.example, g: b@a.example;"), CHARSET_NONE, &v, &n, &flaws);
	assert_int_equal(n, 2);
	assert_int_equal(flaws, FLAW_BIT(TRUNCATED));
	arena_free(a);
}

/* Groups in groups, comments in comments: 100,000 levels, in a value that is let through whole. */
static void test_nesting(void **state)
{
	static const char *const levels[] = { "g:", "(", "\"(", "<", "(\\(" };
	struct limits l = LIMITS_DEFAULT;
	struct arena *a = arena_new(8u << 20);
	(void)state;

	l.header_value = 1u << 20;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		struct buf b = BUF_HEAP;
		struct address *v;
		size_t n;
		flaw_set flaws = 0;

		for (size_t k = 0; k < 100000; k++)
			buf_str(&b, levels[i]);
		buf_str(&b, i == 0 ? "a@a.example;" : "<a@a.example>");
		rfc5322_addresses(a, &l, buf_text(&b), CHARSET_NONE, &v, &n, &flaws);
		assert_false(arena_failed(a));
		assert_true((flaws & FLAW_BIT(BAD_ADDRESS)) != 0);
		assert_true(n > 0 && span_is(v[n - 1].address, "a@a.example"));
		buf_free(&b);
		arena_reset(a);
	}
	arena_free(a);
}

/* --- rfc5322_content ---------------------------------------------------------------------------------------------- */

/* "value|name=value|name=value" */
static void write_content(const struct content *c, struct buf *out)
{
	buf_span(out, c->value);
	for (size_t i = 0; i < c->nparams; i++) {
		buf_str(out, "|");
		buf_span(out, c->params[i].name);
		buf_str(out, "=");
		buf_span(out, c->params[i].value);
	}
}

static void test_content(void **state)
{
	static const struct {
		struct span raw;
		const char *want, *flaws;
	} cases[] = {
		{ RAW("text/plain"), "text/plain", "" },
		{ RAW(""), "", "" },
		{ RAW("Text/PLAIN;charset=UTF-8;format=Flowed"), "text/plain|charset=UTF-8|format=Flowed", "" },
		{ RAW("text / plain (a (nested) comment) ;\r\n\tcharset = \"utf-8\" ;"), "text/plain|charset=utf-8", "" },
		{ RAW("text/plain; charset=us-ascii (Plain text)"), "text/plain|charset=us-ascii", "" },
		{ RAW("text/plain; (a) charset=(b)us-ascii; x=y"), "text/plain|charset=(b)us-ascii|x=y", "" },
		{ RAW("text/plain; charset=utf-8 (unclosed"), "text/plain|charset=utf-8 (unclosed", "" },
		{ RAW("\"text/plain\"; charset=utf-8"), "text/plain|charset=utf-8", "" },
		{ RAW("text/plain junk; charset=utf-8"), "text/plain|charset=utf-8", "" },
		{ RAW("text/plain ) ( ; charset=utf-8"), "text/plain|charset=utf-8", "" },
		{ RAW("=?utf-8?Q?Text/Plain?="), "text/plain", "" },
		/* semicolons */
		{ RAW("text/plain charset=utf-8 format=flowed"), "text/plain|charset=utf-8|format=flowed", "" },
		{ RAW("text/plain, charset=utf-8, format=flowed"), "text/plain|charset=utf-8|format=flowed", "" },
		{ RAW("text/plain;;charset=\"utf-8\" format=flowed;; ;x=y"), "text/plain|charset=utf-8|format=flowed|x=y", "" },
		{ RAW("text/plain; charset=\"utf-8\"format=flowed"), "text/plain|charset=utf-8|format=flowed", "" },
		{ RAW("charset=utf-8"), "|charset=utf-8", "" },
		{ RAW("text/plain; charset; =x; \"y\" (z) ( ; b=c"), "text/plain|b=c", "" },
		{ RAW("text/plain; charset="), "text/plain|charset=", "" },
		{ RAW("text/plain; charset=; x=y"), "text/plain|charset=|x=y", "" },
		/* doubled */
		{ RAW("text/plain; charset=a; CHARSET=b"), "text/plain|charset=a|charset=b", "" },
		/* values */
		{ RAW("a/b; boundary=----=_Part_1=; x=y"), "a/b|boundary=----=_Part_1=|x=y", "" },
		{ RAW("a/b; boundary=\"a;b,c (d) =\"; x=y"), "a/b|boundary=a;b,c (d) =|x=y", "" },
		{ RAW("attachment; filename=our new prices (2).txt ; size=3"), "attachment|filename=our new prices (2).txt|size=3", "" },
		{ RAW("attachment; filename=a, b.txt, size=3"), "attachment|filename=a, b.txt|size=3", "" },
		{ RAW("attachment; filename=\"C:\\mail\\new.txt\""), "attachment|filename=C:\\mail\\new.txt", "" },
		{ RAW("attachment; filename=\"a\\\"b\\\\c\""), "attachment|filename=a\"b\\c", "" },
		{ RAW("attachment; filename=\"the \"new\".txt\"; size=3"), "attachment|filename=the \"new\".txt|size=3", "" },
		{ RAW("attachment; filename=\"a\"b\"c.txt\"; size=3"), "attachment|filename=a\"b\"c.txt|size=3", "" },
		{ RAW("attachment; filename=\"the \"new\" prices.txt\" size=3"), "attachment|filename=the \"new\" prices.txt|size=3", "" },
		{ RAW("attachment; filename=\"a\"b; size=\"3\""), "attachment|filename=a|size=3", "" },
		{ RAW("attachment; filename=\"open.txt; size=3"), "attachment|filename=open.txt|size=3", "" },
		{ RAW("attachment; filename=\"open.txt"), "attachment|filename=open.txt", "" },
		{ RAW("attachment; a=\"b\"c d=\"e\"f"), "attachment|a=b|d=e", "" },
		/* RFC 2231 */
		{ RAW("attachment; filename*=utf-8'ja'%E4%BC%9A%20a.txt"), "attachment|filename=会 a.txt", "" },
		{ RAW("attachment; filename=x.txt; filename*=utf-8''%E4%BC%9A.txt"), "attachment|filename=会.txt|filename=x.txt", "" },
		{ RAW("attachment; filename*=\"utf-8''%e4%bc%9a\""), "attachment|filename=会", "" },
		{ RAW("attachment; filename*=iso-2022-jp''%1B%24B2q5D%1B%28B.txt"), "attachment|filename=会議.txt", "" },
		{ RAW("attachment; filename*=''%89%EF%8B%63"), "attachment|filename=会議", "undeclared" },
		{ RAW("attachment; filename*=%E4%BC%9A"), "attachment|filename=会", "undeclared" },
		{ RAW("attachment; filename*=utf-8'%E4%BC%9A"), "attachment|filename=会", "" },
		{ RAW("attachment; filename*=it's.txt"), "attachment|filename=it's.txt", "" },
		{ RAW("attachment; filename*=utf-8''100%25%zz%4"), "attachment|filename=100%%zz%4", "" },
		{ RAW("attachment; filename*=utf-8''"), "attachment|filename=", "" },
		{ RAW("a/b; name*0=\"x\"; name*1=y; name*2=z"), "a/b|name=xyz", "" },
		{ RAW("a/b; name*2=z; name*0=x; k=v; name*1=y"), "a/b|name=xyz|k=v", "" },
		{ RAW("a/b; name*0=x; name*2=z; name*2=q; name*99999=9"), "a/b|name=xz9", "" },
		{ RAW("a/b; name*0*=utf-8''%E4%BC; name*1*=%9A%E8; name*2*=%AD%B0; name*3=%41"), "a/b|name=会議%41", "" },
		{ RAW("a/b; name*1*=%9A; name*0*=utf-8''%E4%BC"), "a/b|name=会", "" },
		{ RAW("a/b; name*0=a; name*1*=%E4%BC%9A"), "a/b|name=a会", "undeclared" },
		/* what is written instead */
		{ RAW("a/b; name=\"=?iso-2022-jp?B?GyRCMnE1RBsoQi50eHQ=?=\""), "a/b|name=会議.txt", "bad-word" },
		{ RAW("a/b; name=\"=?utf-8?B?5Lw=?=\r\n =?utf-8?B?mg==?=\"; x=y"), "a/b|name=会|x=y", "split-word,bad-word" },
		{ RAW("a/b; name==?utf-8?B?5Lya?=; x=y"), "a/b|name=会|x=y", "" },
		{ RAW("a/b; name==?utf-8?B?5Lya?= =?utf-8?Q?;_a=3Db?=; x=y"), "a/b|name=会; a=b|x=y", "" },
		{ RAW("a/b; name*0=\"=?utf-8?B?5Lya\"; name*1=\"6K2w?=\""), "a/b|name=会議", "bad-word" },
		{ RAW("a/b; name*=\"=?utf-8?B?5Lya?=\""), "a/b|name=会", "bad-word" },
		{ RAW("text/plain; charset=\"=?iso-2022-jp?Q?utf-8?=\""), "text/plain|charset=utf-8", "bad-word" },
		/* raw: file names of bytes that look like '\\', '"' and ';' */
		{ RAW("attachment; filename=\"\x95\x5C\x83\x5C\""), "attachment|filename=表ソ", "raw-header" },
		{ RAW("attachment; filename=\x83\x5C\x81\x5C\x83\x58.txt; x=y"), "attachment|filename=ソ―ス.txt|x=y", "raw-header" },
		{ RAW("attachment; filename=\"\x1B$B$\"$;$\\\x1B(B.txt\""), "attachment|filename=あせぼ.txt", "raw-header" },
		{ RAW("attachment; filename=会議 の 告知.txt; 名=x"), "attachment|filename=会議 の 告知.txt", "raw-header" },
	};
	struct arena *a = arena_new(1u << 20);
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf got = BUF_HEAP;
		struct content c;

		rfc5322_content(a, limits(), cases[i].raw, CHARSET_NONE, &c);
		write_content(&c, &got);
		if (!span_is(buf_text(&got), cases[i].want))
			fail_msg("content %zu: \"%s\", not \"%s\"", i, buf_cstr(&got), cases[i].want);
		expect_flaws("content", i, c.flaws, cases[i].flaws);
		buf_free(&got);
		arena_reset(a);
	}
	arena_free(a);
}

static void test_param(void **state)
{
	struct arena *a = arena_new(1u << 20);
	struct limits l = LIMITS_DEFAULT;
	struct content c;
	(void)state;

	rfc5322_content(a, &l, span_str("text/plain; Charset=a; charset=b; x=y"), CHARSET_NONE, &c);
	assert_true(span_is(content_param(&c, "charset"), "a"));
	assert_true(span_is(content_param(&c, "x"), "y"));
	assert_int_equal(content_param(&c, "name").n, 0);
	assert_int_equal(c.flaws, 0);

	l.params = 2;
	rfc5322_content(a, &l, span_str("text/plain; a=1; b=2; c=3"), CHARSET_NONE, &c);
	assert_int_equal(c.nparams, 2);
	assert_int_equal(c.flaws, FLAW_BIT(TRUNCATED));

	/* A label decides where the bytes do not. */
	rfc5322_content(a, &l, span_str("a/b; name=\"\xBB\xE1\xD1\xA1\xBE\xD9\""), charset_find(span_str("gb2312")), &c);
	assert_true(span_is(content_param(&c, "name"), "会选举"));
	arena_free(a);
}

/* Without memory nothing is read, and the caller is told. */
static void test_no_memory(void **state)
{
	struct arena *a = arena_new(16);
	struct address *v;
	size_t n;
	flaw_set flaws = 0;
	struct content c;
	(void)state;

	rfc5322_addresses(a, limits(), span_str("Hanako Mori <hanako@a.example>"), CHARSET_NONE, &v, &n, &flaws);
	assert_true(arena_failed(a));
	assert_int_equal(n, 0);
	arena_reset(a);
	rfc5322_content(a, limits(), span_str("text/plain; name=\"a name of some length\""), CHARSET_NONE, &c);
	assert_true(arena_failed(a));
	arena_free(a);
}

static int set_up(void **state)
{
	(void)state;
	return charset_init();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_bad_words),
		cmocka_unit_test(test_raw_text),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_address_limit),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_param),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
