/* What a browser would show of HTML. */
#include <config.h>

#include "extract/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "extract/html_colour.h"
#include "extract/html_entity.h"

static struct arena *arena;
static struct buf visible, hidden;
static struct html_shown shown;
static flaw_set flaws;

static void read_limited(struct span html, const struct limits *l)
{
	arena_free(arena);
	arena = arena_new(64u << 20);
	visible = BUF_ARENA(arena, 0);
	hidden = BUF_ARENA(arena, 0);
	shown = (struct html_shown){ .visible = &visible, .hidden = &hidden };
	flaws = html_text(arena, html, l, 0, &shown);
	assert_false(arena_failed(arena));
}

static void read_html(struct span html)
{
	read_limited(html, &LIMITS_DEFAULT);
}

static void shows(const char *html, const char *text)
{
	read_html(span_str(html));
	assert_string_equal(buf_cstr(&visible), text);
}

static void hides(const char *html, const char *text, const char *not_shown)
{
	shows(html, text);
	assert_string_equal(buf_cstr(&hidden), not_shown);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	arena = NULL;
	return 0;
}

static void test_blocks_and_blanks(void **state)
{
	(void)state;
	shows("<p>一<p>二</p><div>三</div>四", "一\n\n二\n\n三\n\n四");
	shows("  a \n b\t<b> c </b> d ", "a b c d");
	shows("マネ<b>ー</b><!-- x --><span>ジャ</span><foo>ー", "マネージャー");
	shows("一<br>二<br/>三<br><br>四<br><br><br>五</br>六", "一\n二\n三\n\n四\n\n五\n六");
	shows("<table><tr><td>一<td>二<tr><th>三</table>四", "一\n\n二\n\n三\n\n四");
	shows("<ul><li>一<li>二</ul><hr><h1>三</h1><blockquote>四</blockquote>", "一\n\n二\n\n三\n\n四");
	shows("a<pre>\n b\n  c\n</pre>d", "a\n\n b\n  c\n\nd");
	shows("<div style='white-space:pre-line'>a  b\n\nc</div>", "a b\n\nc");
	shows("一<div style=display:inline>二</div>三<span style='display:block'>四</span>五", "一二三\n\n四\n\n五");
	shows("", "");
}

static void test_tokens(void **state)
{
	(void)state;
	shows("a < b <3 a<b>c</b> </> d<!doctype x>e<?x y?>f<!x>g</3 x>h", "a < b <3 ac d" "efgh");
	shows("a<!-- > --><!--> b <!---> c <!-- x --!> d<!-- <!-- -->e", "a b c de");
	shows("a<!-- never closed <b>b", "a");
	shows("a<b title='>' x=\">\" y=a>b</b>c<b", "abc");
	shows("a<br class=x y", "a");
	shows("<script>a<b</script>c<script><!--<script>d</script>e--></script>f<script><!--g</script>h", "cfh");
	shows("<style>b{}</style >a<STYLE>b</sTyLe>c<style>x", "ac");
	shows("<textarea>\n a <b> &lt;</b></textarea><xmp>&lt;<b></xmp>", " a <b> <</b>\n\n&lt;<b>");
	shows("a<plaintext><b>c</plaintext>", "a\n\n<b>c</plaintext>");
	shows("<![CDATA[a]]>b<svg><text><![CDATA[<c>&amp;]]></text></svg><![CDATA[d>e", "b<c>&amp;e");
	shows("<svg><g/><desc>a</desc><div>b</div>c", "a\n\nb\n\nc");
	shows("<noscript>a</noscript><img alt='b &amp; c' src=x>d", "ab & cd");
	shows("<input type=submit value='登録'><input type=hidden value=x><input type=text placeholder=名前><button>送る</button>",
	    "登録 名前 送る");
	shows("<ruby>金<rp>(</rp><rt>かね</rt><rp>)</rp></ruby>を払う<p>次", "金を払う\n\nかね\n\n次");
}

static void test_nul_and_cut_tags(void **state)
{
	(void)state;
	read_html(span("a\0b<b\0>c</b\0>\0", 15));
	assert_int_equal(visible.n, 3);
	assert_memory_equal(visible.p, "abc", 3);
}

static void test_references(void **state)
{
	(void)state;
	shows("&lt;&LT&amp;amp;&copy&notit;&notin;&#12354;&#x3042;&#X3042&#0;&#xD800;&#x110000;&#99999999999;",
	    "<<&amp;©¬it;∉あああ\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	shows("&#x80;&#150;&nbsp;x", "€–\xC2\xA0x");
	shows("& &; &# &#; &#x; &foo; &x", "& &; &# &#; &#x; &foo; &x");
	shows("&CounterClockwiseContourIntegral;&NotEqualTilde;&fjlig;&nGt;", "∳≂̸fj≫⃒");
	shows("マネ&#12540;ジ&#x30E3;&#12540;", "マネージャー");
	shows("a&Tab;&NewLine; b", "a b");
	read_html(span_str("<a href='?a=1&copy=2&amp;b&copy;'>x</a>"));
	assert_true(span_is(shown.links[0].target, "?a=1&copy=2&b©"));
}

static void test_every_reference(void **state)
{
	static const struct {
		const char *name;
		uint32_t first, second;
	} all[] = {
#define ENTITY(name, first, second) { name, first, second },
#include "extract/entities.def"
#undef ENTITY
	};
	(void)state;
	assert_int_equal(sizeof all / sizeof *all, 2231);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char text[64];
		uint32_t cp[2];

		snprintf(text, sizeof text, "&%s", all[i].name);
		assert_int_equal(html_entity(span_str(text), false, cp), strlen(text));
		assert_int_equal(cp[0], all[i].first);
		assert_int_equal(cp[1], all[i].second);
		assert_true(i == 0 || strcmp(all[i - 1].name, all[i].name) < 0);
	}
}

static void test_hidden_by_style(void **state)
{
	static const char *const styles[] = {
		"display:none", "DISPLAY : NONE !important", "visibility:hidden", "visibility: collapse", "font-size:0", "font-size:0px",
		"font-size:1px", "font-size:.05em", "font:0/0 a", "font: bold 1px/2 'x;y'", "opacity:0", "opacity:0.01", "opacity:1%",
		"color:#fff", "color:white", "color:#fefefe", "color:rgb(250, 250,250)", "color:rgba(0,0,0,0)", "color:transparent",
		"color:hsl(0,0%,100%)", "background:#000;color:#101010", "background-color:red;color:#f00", "position:absolute;left:-9999px",
		"position:fixed; top:-1000px", "text-indent:-9999px;display:block", "margin-left:-5000px", "margin:0 0 0 -1000px",
		"max-height:0;overflow:hidden;display:block", "display:block;width:0;overflow:hidden", "display:inline-block;height:0px;overflow:hidden",
		"position:absolute;clip:rect(0,0,0,0)", "clip-path:inset(50%)", "display:block;transform:scale(0)", "d\\69splay:none",
		"dis\\70 lay: n\\6fne", "/*a*/display/*b*/:/*;*/none", "content-visibility:hidden", "filter:opacity(0)",
		"-webkit-text-fill-color:transparent", "display:block;display:none", "color:red;color:#fff", "position:relative;left:-100em",
		"background:url('a;b:c)') #000;display:none",
	};
	(void)state;
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
		char html[256];

		snprintf(html, sizeof html, "<p>a<span style=\"%s\">b</span>c", styles[i]);
		read_html(span_str(html));
		if (hidden.n != 1 || visible.n < 2)
			fail_msg("not hidden: %s", styles[i]);
	}
}

static void test_shown_in_spite_of_style(void **state)
{
	static const char *const styles[] = {
		"display:block", "display:no", "display:none;display:inline", "visibility:visible", "font-size:2px", "font-size:100%",
		"opacity:.5", "color:#ccc", "color:#fff;background:#000", "color:#fff;background:url(x)", "color:#fff;background-image:url(x)",
		"color:foo", "left:-9999px", "text-indent:-10px", "height:0;overflow:hidden", "max-height:0;display:block",
		"width:0;display:block", "clip:rect(0,0,0,0)", "xdisplay:none", "display:none x", "no/**/ne:x;dis/**/play:none", "mso-hide:all",
		"font-family:'display:none'", "background:url(x;display:none)", "content:\"};display:none;\"", "display:none!important;display:block!important",
		"transform:scale(0)", "line-height:0", "position:absolute;left:0",
	};
	(void)state;
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
		char html[256];

		snprintf(html, sizeof html, "<p>a<span style='%s'>b</span>c", strchr(styles[i], '\'') ? "font-family:x" : styles[i]);
		if (strchr(styles[i], '\''))
			snprintf(html, sizeof html, "<p>a<span style=\"%s\">b</span>c", styles[i]);
		read_html(span_str(html));
		if (hidden.n != 0)
			fail_msg("hidden: %s", styles[i]);
	}
}

static void test_hidden_is_inherited(void **state)
{
	(void)state;
	hides("<div style=display:none>a<b style='display:block;visibility:visible'>b</b></div>c", "c", "a\n\nb");
	hides("<div style=visibility:hidden>a<b style=visibility:visible>b</b></div>c", "b\n\nc", "a");
	hides("<div style=font-size:0>a<b style=font-size:12px>b</b><b style='font-size:2em'>c</b></div>", "b", "a\nc");
	hides("<div style=color:#fff>a<b style=background:#000>b</b><b style=color:#333>c</b><a href=x>d</a></div>", "bcd", "a");
	hides("<table bgcolor=black><tr><td><font color=#000000>a</font><font color=white>b</font></table>", "b", "a");
	hides("<body bgcolor=#123456 text='#123456'>a<p style='color:#fff'>b", "b", "a");
	hides("a<p hidden>b<p>c", "a\n\nc", "b");
	hides("<dialog>a</dialog><dialog open>b</dialog><datalist><option>c</datalist>", "b", "a\n\nc");
	hides("<title>題</title><body>a<template>b<p>c</template><iframe><b>d</b></iframe>e", "ae", "題\n\nb\n\nc<b>d</b>");
	hides("a<!--[if mso]><table><tr><td>b &amp; c<style>x</style></table><![endif]-->d<!--[if !mso]><!-->e<!--<![endif]-->", "ade", "b & c");
}

static void test_hidden_letters_are_counted(void **state)
{
	(void)state;
	read_html(span_str("<title>題名です</title><p style=display:none>ab 12、&zwnj;&nbsp;かな"));
	assert_int_equal(shown.concealed, 7); /* the comma is one: only blanks and fillers of Unicode are told apart */
	read_html(span_str("<p>見える"));
	assert_int_equal(shown.concealed, 0);
}

static void test_end_tags(void **state)
{
	(void)state;
	hides("<p style=display:none>a<p>b", "b", "a");
	hides("<li style=display:none>a<li>b", "b", "a");
	hides("<table><tr><td style=display:none>a<td>b<tr><td>c</table>", "b\n\nc", "a");
	hides("<span style=display:none><div>a</span>b</div>c</span>d", "d", "ab\n\nc");
	hides("<div style=display:none><span>a</div>b", "b", "a");
	hides("<div><font color=white>a</div>b</font>c", "c", "a\n\nb");
	hides("<b style=display:none><div>a</b>b</div>c", "b\n\nc", "a");
	hides("<b style=display:none><table><tr><td></b>a</table>b</b>c", "c", "a\n\nb");
	hides("<table style=display:none>a<tr><td>b</td>c</tr></table>d", "acd", "b");
	hides("<td style=display:none>a</td>b", "ab", "");
	hides("<a href=1 style=display:none>a<a href=2>b", "b", "a");
	hides("<h1 style=display:none>a</h2>b", "b", "a");
	hides("<form style=display:none><form>a</form>b</form>c", "bc", "a");
	hides("<div style=display:none>a</p>b</body></html>c</div>d", "d", "a\n\nb\n\nc");
	hides("<o:p style=display:none>a</x:y>b</o:p>c", "c", "ab");
}

static void test_style_sheets(void **state)
{
	(void)state;
	hides("<style>.x{display:none}</style>a<b class='y x'>b</b><b class=X>c</b>", "ac", "b");
	hides("<style>#i , p.q,h1{visibility:hidden}</style><b id=i>a</b><p class=q>b<p>c<h1>d</h1>", "c", "a\n\nb\n\nd");
	hides("<style>.x{display:none!important}.x{display:block}</style><b class=x style='display:inline'>a</b>b", "b", "a");
	hides("<style>b{display:none}b.s{display:inline}</style><b>a</b><b class=s>b</b>", "b", "a");
	hides("<style>#i{display:inline}b.s{display:none}</style><b class=s id=i>a</b>", "a", "");
	hides("<style>div .x{display:none}div>b{display:none}</style><p class=x>a</p><div><i class=x>b</i><b>c</b><i><b>d</b></i></div>",
	    "a\n\nd", "bc");
	hides("<style>@media screen{.x{display:none}}@media (max-width:600px){.y{display:none}}@font-face{x:y}.z{display:none}</style>"
	    "<b class=x>a</b><b class=y>b</b><b class=z>c</b>", "b", "a\nc");
	hides("<style><!-- .x{display:none} --></style><style>@import 'a';/*.y{display:none}*/</style><b class=x>a</b><b class=y>b</b>", "b", "a");
	hides("<style>.x:hover{display:none}.y::before{display:none}a:link{display:none}[z]{display:none}.w+.w{display:none}</style>"
	    "<b class=x>a</b><b class=y>b</b><a href=u>c</a><b z=1>d</b><b class=w>e</b><b class=w>f</b>", "abdef", "c");
	hides("<b class=x>a</b>b<style>.x{display:none}</style>", "b", "a");
	hides("<style>.x{display:none}.x{color:red</style><b class=x>a</b>b", "b", "a");
	hides("<style>*{color:#fff}</style>a<b style=color:#000>b</b>", "ab", "");
}

static void test_links(void **state)
{
	static const char html[] = "<base href='https://a.example/dir/page?x'><a href=' https://b.example/?a=1&amp;b\n=2 '> 見る <b>こちら</b> </a>"
	    "<a href=rel>r</a><a href='#top'>t</a><a>n</a><a href=/root><img alt=絵></a><form action=//c.example/f><a href='mailto:x@y.example'>m";
	static const char *const want[][2] = {
		{ "https://b.example/?a=1&b=2", "見る こちら" }, { "https://a.example/dir/rel", "r" }, { "https://a.example/root", "絵" },
		{ "https://c.example/f", "" }, { "mailto:x@y.example", "m" },
	};
	(void)state;
	read_html(span_str(html));
	assert_int_equal(shown.nlinks, 5);
	for (size_t i = 0; i < 5; i++) {
		struct span text = span(visible.p + shown.links[i].from, shown.links[i].to - shown.links[i].from);

		assert_true(span_is(shown.links[i].target, want[i][0]));
		if (!span_is(text, want[i][1]))
			fail_msg("%zu: %.*s", i, SPAN_ARG(text));
	}
}

static void test_quotes(void **state)
{
	(void)state;
	read_html(span_str("返信<blockquote>一<blockquote>二</blockquote>三</blockquote>本文<blockquote>四"));
	assert_int_equal(shown.nquotes, 2);
	assert_true(span_is(span(visible.p + shown.quotes[0].from, shown.quotes[0].to - shown.quotes[0].from), "一\n\n二\n\n三"));
	assert_true(span_is(span(visible.p + shown.quotes[1].from, shown.quotes[1].to - shown.quotes[1].from), "四"));
}

static struct buf many(const char *what, size_t n)
{
	struct buf b = BUF_HEAP;

	while (n-- > 0)
		buf_str(&b, what);
	return b;
}

static void test_limits(void **state)
{
	struct limits l = LIMITS_DEFAULT;
	struct buf html = many("<div><b><span style=color:#fff><a href=x>", 20000);
	(void)state;

	l.links = 10;
	buf_str(&html, "深い");
	read_limited(buf_text(&html), &l);
	assert_true(flaws & FLAW_BIT(TRUNCATED));
	assert_int_equal(shown.nlinks, 10);
	assert_int_equal(hidden.n + visible.n, 6);
	buf_free(&html);

	html = many("<style>.a{display:none}</style>", 1000);
	buf_str(&html, "<b class=a>x</b>y");
	read_limited(buf_text(&html), &l);
	assert_true(flaws & FLAW_BIT(TRUNCATED));
	assert_string_equal(buf_cstr(&visible), "y");
	buf_free(&html);

	html = many("<b x=1 ", 20000);
	buf_str(&html, "style=display:none>a</b>b");
	read_limited(buf_text(&html), &l);
	assert_true(flaws & FLAW_BIT(TRUNCATED));
	assert_string_equal(buf_cstr(&visible), "ab");
	buf_free(&html);
}

static void test_text_is_cut_between_characters(void **state)
{
	(void)state;
	for (size_t limit = 1; limit < 12; limit++) {
		struct html_shown o = { .visible = &visible, .hidden = &hidden };

		arena_free(arena);
		arena = arena_new(1u << 20);
		visible = BUF_ARENA(arena, limit);
		hidden = BUF_ARENA(arena, limit);
		html_text(arena, span_str("<p>日本<p>語&#x3042;<b hidden>隠語語語語</b>"), &LIMITS_DEFAULT, 0, &o);
		assert_true(visible.n <= limit && hidden.n <= limit);
		assert_true(visible.cut || limit >= 14);
		assert_int_equal(utf8_valid(buf_text(&visible), NULL), visible.n);
		assert_int_equal(utf8_valid(buf_text(&hidden), NULL), hidden.n);
	}
}

static void test_hostile_input_is_linear(void **state)
{
	static const char *const units[] = { "<div>", "<b>", "<b><i><u><p>", "<a href=x>", "</div>", "<!--", "<", "&", "&#", "<a ", "<a b=",
		"<p style='", "<table><tr><td>", "<style>", "<script><!--", "<script>", "</p>", "<svg><desc><td>", "\"", "<li><b>", "<form>",
		"<title>", "<p></b><b>", "]]>", "<!--[if x]>", "&nbsp", "&CounterClockwiseContourIntegra", "<x y=z ", "<blockquote>a</blockquote>",
		"<b><table></b>", "<ruby>a<rt>b</ruby>", "<!--[if a]>x</a>-->" };
	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct buf html = many(units[i], (1u << 20) / strlen(units[i]));
		clock_us start = clock_now();

		read_html(buf_text(&html));
		if (clock_now() - start > 3000000) /* some 20 ms, were it not for sanitisers and busy machines */
			fail_msg("%s: %d ms", units[i], (int)((clock_now() - start) / 1000));
		assert_true(visible.n + hidden.n <= 4 * html.n + 16);
		buf_free(&html);
	}
}

static void test_style_sheet_bomb(void **state)
{
	struct buf html = many(".x y z b{display:none}", 200), tags = many("<b><i>", 100000);
	clock_us start = clock_now();
	(void)state;

	buf_clear(&html);
	buf_str(&html, "<style>");
	for (int i = 0; i < 250; i++)
		buf_str(&html, "x y z b{display:none}");
	buf_str(&html, "</style>");
	buf_span(&html, buf_text(&tags));
	read_html(buf_text(&html));
	assert_true(flaws & FLAW_BIT(TRUNCATED));
	assert_true(clock_now() - start < 5000000);
	buf_free(&html);
	buf_free(&tags);
}

static void test_deadline(void **state)
{
	struct buf html = many("<b>text</b>", 100000);
	struct html_shown o = { .visible = &visible, .hidden = &hidden };
	(void)state;

	arena_free(arena);
	arena = arena_new(16u << 20);
	visible = BUF_ARENA(arena, 0);
	hidden = BUF_ARENA(arena, 0);
	flaws = html_text(arena, buf_text(&html), &LIMITS_DEFAULT, clock_now() - 1, &o);
	assert_true(flaws & FLAW_BIT(TIME));
	assert_in_range(visible.n, 1, html.n / 10);
	buf_free(&html);
}

static void test_colours(void **state)
{
	struct colour c;
	(void)state;

	assert_true(colour_css(span_str("#1234"), &c) && c.r == 0x11 && c.b == 0x33 && c.a == 0x44);
	assert_true(colour_css(span_str("rebeccapurple"), &c) && c.r == 0x66 && c.g == 0x33 && c.b == 0x99);
	assert_true(colour_css(span_str("rgb(100% 0% 50% / 50%)"), &c) && c.r == 255 && c.g == 0 && c.b == 127 && c.a == 127);
	assert_true(colour_css(span_str("hsl(120, 100%, 25%)"), &c) && c.r == 0 && c.g == 127 && c.b == 0);
	assert_true(colour_css(span_str("hsla(240,100%,50%,.5)"), &c) && c.r == 0 && c.b == 255 && c.a == 127);
	assert_false(colour_css(span_str("#12"), &c));
	assert_false(colour_css(span_str("rgb(1,2)"), &c));
	assert_false(colour_css(span_str("url(x)"), &c));
	assert_true(colour_legacy(span_str("chucknorris"), &c) && c.r == 0xC0 && c.g == 0 && c.b == 0);
	assert_true(colour_legacy(span_str("FFFFFF"), &c) && c.r == 255 && c.g == 255 && c.b == 255);
	assert_true(colour_legacy(span_str("#fff"), &c) && c.r == 255);
	assert_false(colour_legacy(span_str(" "), &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_and_blanks), cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_nul_and_cut_tags),
		cmocka_unit_test(test_references), cmocka_unit_test(test_every_reference),
		cmocka_unit_test(test_hidden_by_style),
		cmocka_unit_test(test_shown_in_spite_of_style), cmocka_unit_test(test_hidden_is_inherited),
		cmocka_unit_test(test_hidden_letters_are_counted), cmocka_unit_test(test_end_tags),
		cmocka_unit_test(test_style_sheets),
		cmocka_unit_test(test_links), cmocka_unit_test(test_quotes), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_text_is_cut_between_characters), cmocka_unit_test(test_hostile_input_is_linear),
		cmocka_unit_test(test_style_sheet_bomb), cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_colours),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
