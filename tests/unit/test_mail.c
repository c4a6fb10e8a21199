/* Whole messages: the tree of parts, their text, the headers, and what is odd about them. */
#include <config.h>

#include "decode/mail.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *arena;
static struct limits limits;
static char *bytes;
static const struct mail *mail;

static void parse(const char *text, size_t n)
{
	struct message m;

	free(bytes);
	bytes = malloc(n + !n); /* exactly as long, so that a sanitiser sees every byte that is read too many */
	assert_non_null(bytes);
	memcpy(bytes, text, n);
	arena_reset(arena);
	message_parse(arena, &limits, span(bytes, n), &m);
	assert_int_equal(mail_decode(arena, &m, &limits, 0, &mail), 0);
}

/*
 * The tree in lines: a blank for each level; T, H, *, @ or - for the kind; + for an attachment, ? for what stands
 * aside; the type; the text between bars, line ends shown as /; the flaws in braces.
 */
static void write_tree(struct buf *out)
{
	for (size_t i = 0; i < mail->nparts; i++) {
		const struct part *p = &mail->parts[i];

		assert_true(i == 0 ? p->parent == PART_NO_PARENT : p->parent < i);
		assert_int_equal(p->depth, i == 0 ? 0 : mail->parts[p->parent].depth + 1);
		buf_printf(out, "%*s%c%.*s ", (int)p->depth, "", "TH*@-"[p->kind], p->place != PLACE_BODY, &" +?"[p->place]);
		buf_span(out, p->type);
		if (p->kind == PART_TEXT || p->kind == PART_HTML) {
			buf_str(out, " |");
			for (size_t k = 0; k < p->text.n; k++)
				buf_byte(out, p->text.p[k] == '\n' ? '/' : p->text.p[k]);
			buf_str(out, "|");
		}
		if (p->flaws != 0) {
			buf_str(out, " {");
			flaw_write(out, p->flaws);
			buf_str(out, "}");
		}
		buf_byte(out, '\n');
	}
}

static void check(const char *text, const char *tree)
{
	struct buf out = BUF_HEAP;

	parse(text, strlen(text));
	write_tree(&out);
	if (strcmp(buf_cstr(&out), tree) != 0)
		fprintf(stderr, "read:\n%sexpected:\n%s", buf_cstr(&out), tree);
	assert_string_equal(buf_cstr(&out), tree);
	buf_free(&out);
}

static bool has(enum flaw f)
{
	return mail->flaws >> f & 1;
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define TEXT "--b\nContent-Type: text/plain\n\n"

/* --- text --- */

static void test_plain(void **state)
{
	(void)state;
	check("Subject: x\n\nHello\r\nthere\n", "T text/plain |Hello/there/|\n");
	assert_string_equal(mail->parts[0].transfer, "7bit");
	assert_int_equal(mail->parts[0].used, CHARSET_ASCII);
	check("", "T text/plain ||\n");
	check("Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n\n\x1b$B$3$s\x1b(B\n",
	    "T text/plain |こん/|\n");
	assert_true(span_is(mail->parts[0].declared, "iso-2022-jp"));
	assert_int_equal(mail->parts[0].used, CHARSET_ISO2022JP);
	check("Content-Type: text/plain; charset=Shift_JIS\nContent-Transfer-Encoding: quoted-printable\n\n=82=B1=82=F1=\n\n",
	    "T text/plain |こん/|\n");
	assert_string_equal(mail->parts[0].transfer, "quoted-printable");
	check("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64;\n\n44GT44KT\n",
	    "T text/plain |こん|\n");
	assert_string_equal(mail->parts[0].transfer, "base64");
	check("Content-Type: text/plain; charset=\"utf-8\xFF\"\n\nx", "T text/plain |x| {raw-header}\n");
}

static void test_types(void **state)
{
	(void)state;
	check("Content-Type: TEXT/HTML (a comment)\n\n<b>x\r\n", "H text/html |<b>x/|\n");
	check("Content-Type: application/xhtml+xml\n\n<b>x", "H application/xhtml+xml |<b>x|\n");
	check("Content-Type: text/enriched\n\nx", "T text/enriched |x|\n");
	check("Content-Type: text/rtf\n\nx", "T text/rtf |x|\n");
	check("Content-Type: text\n\nx", "T text |x| {bad-mime}\n");
	check("Content-Type: plain/text\n\nx", "T plain/text |x| {bad-mime}\n");
	check("Content-Type: image/png\n\nx", "- image/png\n");
	check("Content-Type: application/octet-stream\n\nx", "- application/octet-stream\n");
	check("Content-Type: application/octet-stream; name=\"a.TXT\"\n\nx", "T application/octet-stream |x|\n");
	check("Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"a.b.html .\"\n\nx",
	    "H application/octet-stream |x|\n");
	check("Content-Type: application/octet-stream; name=x.eml\n\nSubject: inner\n\nx",
	    "* application/octet-stream\n @ application/octet-stream\n  T text/plain |x|\n");
	check("Content-Type: application/zip\n\nx", "- application/zip {opaque}\n");
	check("Content-Type: application/ms-tnef; name=a.txt\n\nx", "- application/ms-tnef {opaque}\n");
	check("Content-Type: application/octet-stream; name=winmail.dat\n\nx", "- application/octet-stream {opaque}\n");
	check("Content-Type: application/octet-stream; name=x.LZH\n\nx", "- application/octet-stream {opaque}\n");
	check("Content-Type: text/pl\xC3\xA3in\n\nx", "T text/pl??in |x| {raw-header}\n");
	check("Content-Transfer-Encoding: utf-8\n\nx", "T text/plain |x| {bad-mime}\n");
	check("Content-Transfer-Encoding: 8BIT\n\nx", "T text/plain |x|\n");
	assert_string_equal(mail->parts[0].transfer, "8bit");
}

static void test_html_charset(void **state)
{
	(void)state;
	/* The same bytes are text in either charset: only what the HTML says of itself can tell. */
	check("Content-Type: text/html\n\n<meta name=x><META http-equiv=x content='text/html; charset=euc-jp'>\xB3\xD0\xC3\xCE",
	    "H text/html |<meta name=x><META http-equiv=x content='text/html; charset=euc-jp'>覚知|\n");
	check("Content-Type: text/html\n\n<meta charset=\"iso-8859-2\"/>Za\xB1", "H text/html |<meta charset=\"iso-8859-2\"/>Zaą|\n");
	check("Content-Type: text/html\n\n<meta charset=koi8-r>\xF0\xD2\xC9", "H text/html |<meta charset=koi8-r>При|\n");
	check("Content-Type: text/html\n\n<meta charset=utf-16><meta charset=x-none><meta>\xE3\x81\x93",
	    "H text/html |<meta charset=utf-16><meta charset=x-none><meta>こ|\n");
}

static void test_flowed(void **state)
{
#define FLOWED "Content-Type: text/plain; charset=utf-8; format=Flowed\n\n"
#define DELSP "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n"
	(void)state;
	check(FLOWED "one \ntwo\nthree \n\nfour\n", "T text/plain |one two/three /four/|\n");
	check(DELSP "こん \r\nに \r\nちは\r\n", "T text/plain |こんにちは/|\n");
	check(DELSP "> 一 \n> 二\n>> 三 \n> 四 \n五\n", "T text/plain |> 一二/>> 三/> 四/五/|\n");
	check(FLOWED " > no quote\n  From \n >here\n", "T text/plain |> no quote/ From >here/|\n");
	check(FLOWED "one \n-- \nTaro\n> -- \n> x\n", "T text/plain |one /-- /Taro/> -- /> x/|\n");
	check(FLOWED "the end ", "T text/plain |the end |\n");
	check(FLOWED ">\n>>\n \n", "T text/plain |>/>>//|\n");
	check("Content-Type: text/html; format=flowed\n\none \ntwo\n", "H text/html |one /two/|\n");
}

static void test_line_ends(void **state)
{
	(void)state;
	check("X: 1\r\n\r\na\rb\r\r\nc\r\n\rd\r", "T text/plain |a/b/c//d/|\n");
	check("X: 1\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b\r\rtwo\r\r--b--\r",
	    "* multipart/mixed\n T text/plain |one|\n T text/plain |two/|\n");
}

static void test_calendar(void **state)
{
	(void)state;
	check("Content-Type: text/calendar; charset=utf-8\n\nDESCRIPTION:\xE3\x81\r\n \x93\xE3\x82\x93\\n一\\, 二\\\\\n\tX\n",
	    "T text/calendar |DESCRIPTION:こん/一, 二\\X/|\n");
	check("Content-Type: text/plain; charset=utf-8\n\na\\nb\n c", "T text/plain |a\\nb/ c|\n");
}

static void test_html_as_text(void **state)
{
	(void)state;
	check("Content-Type: text/plain; charset=utf-8\n\n\xEF\xBB\xBF\n <!DOCTYPE html><p>x",
	    "T text/plain |/ <!DOCTYPE html><p>x|\n H? text/html |/ <!DOCTYPE html><p>x|\n");
	assert_ptr_equal(mail->parts[0].text.p, mail->parts[1].text.p);
	check("Content-Transfer-Encoding: base64\n\nPGh0bWw+PHA+eA==\n",
	    "T text/plain |<html><p>x|\n H? text/html |<html><p>x|\n");
	check("X: 1\n\n<htm", "T text/plain |<htm|\n");
}

static void test_no_base64(void **state)
{
	(void)state;
	check("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nこんにちは、これは本文です。\n",
	    "T text/plain || {bad-transfer}\n T? text/plain |こんにちは、これは本文です。/|\n");
	check("Content-Transfer-Encoding: base64\n\nSGVsbG8=\n____\n(*)\n",
	    "T text/plain |Hello| {bad-transfer}\n T? text/plain |____/(*)/|\n");
	check("Content-Transfer-Encoding: base64\n\nSGVs\n*bG8=\n", "T text/plain |Hello| {bad-transfer}\n T? text/plain |*bG8=/|\n");
}

/* --- uuencode --- */

static void test_uuencode(void **state)
{
	(void)state;
	check("X: 1\n\nbefore\nbegin 644 a.txt\n#86)C\n`\nend\nbetween\nbegin 644 x.zip\n#86)C\n`\nend\nafter\n",
	    "T text/plain |before/between/after/|\n T+ text/plain |abc|\n -+ application/octet-stream {opaque}\n");
}

static void test_uuencode_kinds(void **state)
{
	(void)state;
	check("X: 1\n\nbegin 644 a.html\n#86)C\n`\nend\nbegin 644 b\n#86)C\n`\nend\nbegin 644 c\n#  $\"\n`\nend\n",
	    "T text/plain ||\n H+ text/html |abc|\n T+ text/plain |abc|\n -+ application/octet-stream\n");
	assert_true(span_is(mail->parts[1].file_name, "a.html"));
	check("Content-Transfer-Encoding: quoted-printable\n\nx=3Dy\nbegin 644 a.txt\n#86)C\n`\nend\n",
	    "T text/plain |x=y/|\n T+ text/plain |abc|\n");
	check("Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n#86)C\n`\nend\n", "T text/plain |abc|\n");
	check(MIXED TEXT "begin 644 a.txt\n#86)C\n--b--\n", "* multipart/mixed\n T text/plain ||\n  T+ text/plain |abc|\n");
}

/* --- multiparts --- */

static void test_multipart(void **state)
{
	(void)state;
	check("Content-Type: multipart/alternative; boundary=\"b\"\n\n"
	      "This is a multi-part message in MIME format.\n"
	      "--b\nContent-Type: text/plain\n\none\n\n--b  \nContent-Type: text/html\n\n<p>two\n--b--\n",
	    "* multipart/alternative\n T text/plain |one/|\n H text/html |<p>two|\n");
	assert_true(mail->parts[1].alternative && mail->parts[2].alternative && !mail->parts[0].alternative);
	assert_int_equal(mail->flaws, FLAW_BIT(MANY_FROM));
	check(MIXED TEXT "one\n--b\n\ntwo\n--b\n--b\nContent-Type: image/png\n--b--\n",
	    "* multipart/mixed\n T text/plain |one|\n T text/plain |two|\n T text/plain || {bad-header}\n"
	    " - image/png {bad-header}\n");
}

static void test_nested(void **state)
{
	(void)state;
	check(MIXED "--b\nContent-Type: multipart/related; boundary=bb\n\n--bb\n\none\n--bb--\n\n--b\n\ntwo\n--b--\n",
	    "* multipart/mixed\n * multipart/related\n  T text/plain |one|\n T text/plain |two|\n");
	/* The inner one has no end; its boundary begins with the outer one. */
	check(MIXED "--b\nContent-Type: multipart/related; boundary=bb\n\n--bb\n\none\n--b\n\ntwo\n--b--\n",
	    "* multipart/mixed\n * multipart/related {bad-mime}\n  T text/plain |one|\n T text/plain |two|\n");
	/* The same boundary twice: the outer one wins. */
	check(MIXED "--b\nContent-Type: multipart/related; boundary=b\n\n--b\n\none\n--b--\n",
	    "* multipart/mixed\n T multipart/related || {bad-mime}\n T text/plain |one|\n");
	/* "--b--" begins a part of "b--". */
	check(MIXED "--b\nContent-Type: multipart/related; boundary=\"b--\"\n\n--b--\n\none\n--b----\n--b--\n",
	    "* multipart/mixed {bad-mime}\n * multipart/related {bad-mime}\n  T text/plain |one|\n"
	    "  T? text/plain ||\n");
}

static void test_boundaries(void **state)
{
	(void)state;
	check("Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\t\n\none\n--b--   \nafter\n",
	    "* multipart/mixed\n T text/plain |one|\n T? text/plain |after/|\n");
	check("Content-Type: multipart/mixed; boundary=\"=_(x)?\"; type=x\n\n--=_(x)?\n\none\n--=_(x)?--\n",
	    "* multipart/mixed\n T text/plain |one|\n");
	check(MIXED TEXT "one\n -- b\n--bx\n--b x\n", "* multipart/mixed {bad-mime}\n T text/plain |one/ -- b/--bx/--b x/|\n");
	check(MIXED TEXT "one", "* multipart/mixed {bad-mime}\n T text/plain |one|\n");
	/* Once more after the end: no program shows all of it. */
	check(MIXED TEXT "one\n--b--\n" TEXT "two\n--b--\n",
	    "* multipart/mixed {bad-mime}\n T text/plain |one|\n T? text/plain |two|\n");
}

static void test_unused(void **state)
{
	(void)state;
	check(MIXED "only text\n", "T multipart/mixed |only text/| {bad-mime}\n");
	check("Content-Type: multipart/mixed\n\nonly text\n", "T multipart/mixed |only text/| {bad-mime}\n");
	check(MIXED "--b--\nx\n", "T multipart/mixed |--b--/x/| {bad-mime}\n");
	/* Another boundary is used. */
	check(MIXED "--c\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--c--\n",
	    "T multipart/mixed |--c/Content-Transfer-Encoding: base64//SGVsbG8=/--c--/| {bad-mime}\n"
	    " T? text/plain |Hello|\n");
	check("Content-Type: multipart/mixed; boundary=\"\"\n\n--c\r\nContent-Type: text/html\r\n\r\nx\r\n--c--\r\n",
	    "T multipart/mixed |--c/Content-Type: text/html//x/--c--/| {bad-mime}\n H? text/html |x|\n");
	/* All of it is encoded. */
	check("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
	      "LS1iCkNvbnRlbnQtVHlwZTogdGV4dC9odG1sCgp4Ci0tYi0tCg==\n",
	    "* multipart/mixed {bad-mime}\n H text/html |x|\n");
	/* Without a Content-Type it is text. */
	check("X: 1\n\n--b\nContent-Type: text/html\n\nx\n--b--\n", "T text/plain |--b/Content-Type: text/html//x/--b--/|\n");
}

static void test_long_boundary(void **state)
{
	struct buf text = BUF_HEAP, boundary = BUF_HEAP;

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		buf_printf(&boundary, "%u", i % 10);
	buf_printf(&text, "Content-Type: multipart/mixed; boundary=%s\n\n--%s\n\none\n--%s--\nafter", buf_cstr(&boundary),
	    buf_cstr(&boundary), buf_cstr(&boundary));
	check(buf_cstr(&text), "* multipart/mixed {bad-mime}\n T text/plain |one|\n T? text/plain |after|\n");
	buf_clear(&text);
	buf_str(&text, "Content-Type: multipart/mixed; boundary=");
	for (unsigned i = 0; i < 900000; i++)
		buf_byte(&text, 'x');
	buf_str(&text, "\n\nonly text");
	limits.header_bytes = limits.scan_bytes;
	check(buf_cstr(&text), "T multipart/mixed |only text| {bad-mime,truncated}\n");
	buf_free(&text);
	buf_free(&boundary);
}

static void test_aside(void **state)
{
	(void)state;
	check(MIXED "Look here.\n" TEXT "one\n--b--\n\nAnd here.\n",
	    "* multipart/mixed\n T? text/plain |Look here.|\n T text/plain |one|\n T? text/plain |/And here./|\n");
	check(MIXED "こんにちは\n" TEXT "one\n--b--\n \n", "* multipart/mixed\n T? text/plain |こんにちは| {undeclared}\n T text/plain |one|\n");
}

static void test_attachments(void **state)
{
	(void)state;
	check(MIXED "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"=?utf-8?B?44GT?=.txt\"\n\none\n"
		    "--b\nContent-Type: text/plain; name=x.txt\n\ntwo\n"
		    "--b\nContent-Type: text/plain; name=x.txt\nContent-Disposition: inline\n\nthree\n--b--\n",
	    "* multipart/mixed\n T+ text/plain |one| {bad-word}\n T+ text/plain |two|\n T text/plain |three|\n");
	assert_true(span_is(mail->parts[1].file_name, "こ.txt"));
	check("Content-Type: text/plain\nContent-Disposition: attachment\n\none\n", "T text/plain |one/|\n");
}

static void test_second_readings(void **state)
{
	(void)state;
	check("Content-Type: text/plain\nContent-Type: text/html\n\n<p>x\n",
	    "T text/plain |<p>x/| {double-header}\n H? text/html |<p>x/| {double-header}\n");
	check("Content-Type: text/plain\nContent-Type: text/plain\n\nx\n", "T text/plain |x/| {double-header}\n");
	check("Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n",
	    "T text/plain |SGVsbG8=/| {double-header}\n T? text/plain |Hello| {double-header}\n");
	check("Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b\n\n"
	      "--a\n\none\n--b\n\ntwo\n--a--\n--b--\n",
	    "* multipart/mixed {double-header}\n T text/plain |one/--b//two|\n T? text/plain |--b--/|\n"
	    " *? multipart/mixed {double-header}\n  T? text/plain |--a//one|\n  T? text/plain |two/--a--|\n");
	/* What shows something comes first. */
	check("Content-Type: image/png\nContent-Type: text/html\n\nx", "H text/html |x| {double-header}\n");
	check("Content-Type: text/plain\nContent-Type: message/rfc822\n\nSubject: x\n\ny",
	    "T text/plain |Subject: x//y| {double-header}\n @? message/rfc822 {double-header}\n  T? text/plain |y|\n");
	assert_int_equal(mail->parts[1].nheaders, 1);
	check("Content-Type: message/rfc822\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n",
	    "* multipart/mixed {double-header}\n T text/plain |x|\n @? message/rfc822 {bad-header,double-header}\n"
	    "  T? text/plain |--b//x/--b--/|\n");
}

static void test_junk_in_part_headers(void **state)
{
	(void)state;
	check(MIXED "--b\nContent-Type: text/plain\njunk\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n",
	    "* multipart/mixed\n T text/plain |junk/Content-Transfer-Encoding: base64//SGVsbG8=| {bad-header}\n"
	    "  T? text/plain |Hello|\n");
	check(MIXED "--b\njunk\n\nx\n--b--\n", "* multipart/mixed\n T text/plain |junk//x| {bad-header}\n");
}

/* --- messages in messages --- */

static void test_inner_message(void **state)
{
	(void)state;
	check(MIXED "--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?B?44GT?=\nFrom: a@a.example\n"
		    "Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n",
	    "* multipart/mixed\n @ message/rfc822\n  * multipart/alternative\n   T text/plain |one|\n T text/plain |two|\n");
	assert_int_equal(mail->parts[1].nheaders, 3);
	assert_true(span_is(mail->parts[1].headers[0].value, "こ"));
	assert_true(mail->parts[3].forwarded && mail->parts[3].alternative);
	assert_true(!mail->parts[1].forwarded && !mail->parts[4].forwarded);
	check("Subject: outer\nContent-Type: message/rfc822\n\nSubject: inner\n\nx\n",
	    "* message/rfc822\n @ message/rfc822\n  T text/plain |x/|\n");
	assert_true(span_is(mail->subject, "outer"));
	assert_true(span_is(mail->parts[1].headers[0].value, "inner"));
	assert_ptr_equal(mail->parts[0].headers, mail->headers);
}

static void test_encoded_message(void **state)
{
	(void)state;
	check(MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
		    "U3ViamVjdDogaW5uZXIKCkhlbGxvCg==\n--b\n\ntwo\n--b--\n",
	    "* multipart/mixed\n @ message/rfc822\n  T text/plain |Hello/|\n T text/plain |two|\n");
	assert_true(span_is(mail->parts[1].headers[0].value, "inner"));
	/* It says so, and is not. */
	check(MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: inner\n\nHello\n--b--\n",
	    "* multipart/mixed\n @ message/rfc822\n  T text/plain |Hello|\n");
	check("Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n=53ubject: inner\n\nHel=\nlo\n",
	    "* message/rfc822\n @ message/rfc822\n  T text/plain |Hello/|\n");
}

static void test_other_messages(void **state)
{
	(void)state;
	check("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\nContent-Type: text/plain\n\n2\n--b--\n",
	    "* multipart/digest\n @ message/rfc822\n  T text/plain |1|\n T text/plain |2|\n");
	check(MIXED "--b\nContent-Type: message/delivery-status\n\nAction: failed\n\nStatus: 5.0.0\n"
		    "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n"
		    "--b\nContent-Type: message/partial; number=1\n\nSubject: x\n\nhalf\n"
		    "--b\nContent-Type: message/external-body; access-type=URL\n\nContent-Type: image/png\n\nphantom\n--b--\n",
	    "* multipart/mixed\n T message/delivery-status |Action: failed//Status: 5.0.0|\n"
	    " T text/rfc822-headers |Subject: x|\n @ message/partial\n  T text/plain |half|\n"
	    " T message/external-body |Content-Type: image/png//phantom|\n");
}

/* --- headers --- */

static void test_headers(void **state)
{
	(void)state;
	check("Subject: =?iso-2022-jp?B?GyRCJDMkcxsoQg==?=\n =?iso-2022-jp?B?GyRCJEskQSRPGyhC?=\n"
	      "From: =?utf-8?B?44GT?= <a@a.example>\nReply-To: b@b.example, c@c.example\nTo: d@d.example\nCc: e@e.example\n\nx",
	    "T text/plain |x|\n");
	assert_true(span_is(mail->subject, "こんにちは"));
	assert_int_equal(mail->nheaders, 5);
	assert_true(span_is(mail->headers[0].name, "Subject"));
	assert_true(span_is(mail->headers[0].value, "こんにちは"));
	assert_int_equal(mail->nfrom, 1);
	assert_true(span_is(mail->from[0].name, "こ"));
	assert_true(span_is(mail->from[0].address, "a@a.example"));
	assert_int_equal(mail->nreply_to, 2);
	assert_int_equal(mail->nto, 2);
	assert_true(span_is(mail->to[1].address, "e@e.example"));
	assert_int_equal(mail->flaws, 0);
}

static void test_raw_header(void **state)
{
	(void)state;
	/* The text below tells what the bytes mean. */
	check("Subject: \xB3\xD0\xC3\xCE\nContent-Type: text/plain; charset=euc-jp\n\n\xA4\xB3\n", "T text/plain |こ/|\n");
	assert_true(span_is(mail->subject, "覚知"));
	assert_true(has(FLAW_RAW_HEADER));
	check("Subject: \xF0\xD2\xC9\nContent-Type: text/plain; charset=koi8-r\n\n\xF0\xD2\xC9\n", "T text/plain |При/|\n");
	assert_true(span_is(mail->subject, "При"));
}

static void test_double_headers(void **state)
{
	(void)state;
	check("Subject: one\nFrom: a@a.example\nsubject: two\nSubject: one\n\nx", "T text/plain |x|\n");
	assert_true(span_is(mail->subject, "one\ntwo"));
	assert_int_equal(mail->flaws, FLAW_BIT(DOUBLE_HEADER));
	check("From: a@a.example\nReceived: x\nReceived: y\n\nx", "T text/plain |x|\n");
	assert_int_equal(mail->flaws, 0);
	check("From: a@a.example\nDate: x\nDATE: y\n\nx", "T text/plain |x|\n");
	assert_int_equal(mail->flaws, FLAW_BIT(DOUBLE_HEADER));
}

static void test_authors(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	check("Subject: x\n\nx", "T text/plain |x|\n");
	assert_true(has(FLAW_MANY_FROM));
	check("From: a@a.example, b@b.example\n\nx", "T text/plain |x|\n");
	assert_true(has(FLAW_MANY_FROM));
	assert_int_equal(mail->nfrom, 2);
	for (unsigned i = 0; i < 50; i++)
		buf_printf(&text, "From: a%u@a.example, b%u@b.example\n", i, i);
	check(buf_cstr(&text), "T text/plain ||\n");
	assert_int_equal(mail->nfrom, 100);
	assert_true(span_is(mail->from[99].address, "b49@b.example"));
	assert_true(has(FLAW_MANY_FROM) && has(FLAW_DOUBLE_HEADER) && !has(FLAW_TRUNCATED));
	limits.addresses = 3;
	check(buf_cstr(&text), "T text/plain ||\n");
	assert_int_equal(mail->nfrom, 3);
	assert_true(has(FLAW_TRUNCATED));
	buf_free(&text);
}

/* --- limits --- */

static void test_nul(void **state)
{
	(void)state;
	parse("X: 1\n\na\0b", 9);
	assert_int_equal(mail->parts[0].text.n, 3);
	assert_true(has(FLAW_NUL));
}

static void test_many_parts(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	buf_str(&text, MIXED);
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&text, "--b\n\nx\n");
	parse(text.p, text.n);
	assert_int_equal(mail->nparts, limits.parts);
	assert_int_equal(mail->parts[998].kind, PART_TEXT);
	assert_true(span_is(mail->parts[998].text, "x"));
	assert_int_equal(mail->parts[999].place, PLACE_ASIDE); /* the rest, in one */
	assert_true(mail->parts[999].text.n > 100000);
	assert_true(has(FLAW_TRUNCATED));
	buf_free(&text);
}

static void test_deep_messages(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	for (unsigned i = 0; i < 30000; i++)
		buf_str(&text, "Content-Type: message/rfc822\n\n");
	parse(text.p, text.n);
	assert_int_equal(mail->nparts, limits.depth + 1);
	assert_int_equal(mail->parts[limits.depth].depth, limits.depth);
	assert_int_equal(mail->parts[limits.depth].kind, PART_TEXT);
	assert_true(mail->parts[limits.depth].text.n > 100000);
	assert_true(has(FLAW_TRUNCATED));
	buf_free(&text);
}

static void test_deep_multiparts(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	buf_str(&text, "Content-Type: multipart/mixed; boundary=b0\n\n");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&text, "--b%u\nContent-Type: multipart/mixed; boundary=b%u\n\n", i, i + 1);
	buf_str(&text, "the bottom\n");
	parse(text.p, text.n);
	assert_int_equal(mail->nparts, limits.depth + 1);
	assert_int_equal(mail->parts[limits.depth].kind, PART_TEXT);
	assert_true(span_find(mail->parts[limits.depth].text, 0, span_str("the bottom")) < mail->parts[limits.depth].text.n);
	assert_true(has(FLAW_TRUNCATED));
	buf_free(&text);
}

/* A message in base64 in a message in base64 ...: what may be decoded has an end. */
static void test_decoded_messages(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	buf_str(&text, MIXED);
	for (unsigned i = 0; i < 20; i++) {
		buf_str(&text, "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n=53ubject: x\n\n");
		for (unsigned k = 0; k < 10000; k++)
			buf_str(&text, "=41");
		buf_byte(&text, '\n');
	}
	limits.scan_bytes = 100000;
	parse(text.p, text.n);
	assert_true(has(FLAW_TRUNCATED));
	assert_true(arena_used(arena) < limits_arena(&limits));
	buf_free(&text);
}

static void add_text(struct buf *text, const char *head, size_t n)
{
	buf_str(text, head);
	for (size_t i = 0; i < n; i++)
		buf_byte(text, 'x');
	buf_byte(text, '\n');
}

/* A big attachment, and a big first reading, leave room for what a reader sees. */
static void test_fair_shares(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	limits.text_bytes = 10000;
	buf_str(&text, MIXED);
	add_text(&text, "--b\nContent-Type: text/plain; name=a.txt\n\n", 50000);
	add_text(&text, TEXT, 50000);
	add_text(&text, TEXT, 100);
	buf_str(&text, "--b--\n");
	add_text(&text, "", 50000);
	parse(text.p, text.n);
	assert_int_equal(mail->nparts, 5);
	assert_int_equal(mail->parts[3].text.n, 100);
	assert_int_equal(mail->parts[3].flaws, 0);
	assert_true(mail->parts[2].text.n > 3000 && mail->parts[2].text.n < 8000);
	assert_true(mail->parts[1].text.n > 1500 && mail->parts[1].text.n < mail->parts[2].text.n);
	assert_true(mail->parts[4].text.n > 500);
	for (size_t i = 1; i < 5; i++)
		assert_int_equal(mail->parts[i].flaws & FLAW_BIT(TRUNCATED), i == 3 ? 0 : FLAW_BIT(TRUNCATED));
	buf_free(&text);
}

static void test_fair_headers(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	limits.text_bytes = 10000;
	for (unsigned i = 0; i < 20; i++)
		add_text(&text, "X-Long: ", 5000);
	buf_str(&text, "Subject: ");
	for (unsigned i = 0; i < 300; i++)
		buf_str(&text, "こ");
	buf_str(&text, "\n\n");
	parse(text.p, text.n);
	assert_int_equal(mail->subject.n, 900);
	assert_true(has(FLAW_TRUNCATED));
	buf_free(&text);
}

static void test_deadline(void **state)
{
	const struct mail *late = NULL;
	struct message m;

	(void)state;
	message_parse(arena, &limits, span_str(MIXED TEXT "one\n" TEXT "two\n--b--\n"), &m);
	assert_int_equal(mail_decode(arena, &m, &limits, 1, &late), 0);
	assert_true(late->flaws & FLAW_BIT(TIME));
	assert_int_equal(late->nheaders, 1);
	assert_true(late->nparts >= 1);
}

static void test_no_memory(void **state)
{
	static const char text[] = "Subject: x\n" MIXED TEXT "one\n--b\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n";
	size_t cap = 100;
	int rc = -ENOMEM;

	(void)state;
	for (; rc != 0; cap += 100) {
		struct arena *a = arena_new(cap);
		const struct mail *untouched = NULL;
		struct message m;

		assert_non_null(a);
		message_parse(a, &limits, span_str(text), &m);
		rc = mail_decode(a, &m, &limits, 0, &untouched);
		assert_true(rc == 0 || rc == -ENOMEM);
		assert_true(rc == 0 || untouched == NULL);
		arena_free(a);
	}
	assert_true(cap > 5000 && cap < 50000);
}

static int before(void **state)
{
	(void)state;
	limits = LIMITS_DEFAULT;
	arena = arena_new(limits_arena(&limits));
	return arena == NULL;
}

static int after(void **state)
{
	(void)state;
	arena_free(arena);
	free(bytes);
	bytes = NULL;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return charset_init();
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, before, after)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain), TEST(types), TEST(html_charset), TEST(flowed), TEST(line_ends), TEST(calendar),
		TEST(html_as_text), TEST(no_base64), TEST(uuencode), TEST(uuencode_kinds), TEST(multipart),
		TEST(nested), TEST(boundaries), TEST(unused), TEST(long_boundary), TEST(aside), TEST(attachments),
		TEST(second_readings), TEST(junk_in_part_headers), TEST(inner_message), TEST(encoded_message),
		TEST(other_messages), TEST(headers), TEST(raw_header), TEST(double_headers), TEST(authors),
		TEST(nul), TEST(many_parts), TEST(deep_messages), TEST(deep_multiparts), TEST(decoded_messages),
		TEST(fair_shares), TEST(fair_headers), TEST(deadline), TEST(no_memory),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
