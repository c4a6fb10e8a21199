#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "match/pattern.h"
#include "match/regex.h"

static struct arena *arena;
static struct pattern_error error;

/* Terms of the tests: any name is looked up here. */
static const struct {
	const char *name, *text;
} terms[] = {
	{ "money", "お金|現金" },
	{ "polite", "(?:お|ご)?" },
	{ "start", "^お" },
	{ "end", "お$" },
	{ "wide", "あ{900}" },
};

static const struct pattern *parse(const char *text);

static const struct pattern *find_term(void *arg, struct span name)
{
	(void)arg;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		if (span_is(name, terms[i].name))
			return parse(terms[i].text);
	return NULL;
}

static const struct pattern *parse(const char *text)
{
	return pattern_parse(arena, span_str(text), find_term, NULL, &error);
}

static const struct pattern *good(const char *text)
{
	const struct pattern *p = parse(text);

	if (p == NULL)
		fprintf(stderr, "%s: byte %zu: %s\n", text, error.offset, error.text);
	assert_non_null(p);
	return p;
}

static void refused(const char *text, size_t offset, const char *part)
{
	error = (struct pattern_error){ .offset = SIZE_MAX };
	if (parse(text) != NULL)
		fprintf(stderr, "'%s' is accepted\n", text);
	else if (error.offset != offset || strstr(error.text, part) == NULL)
		fprintf(stderr, "'%s': byte %zu: %s\n", text, error.offset, error.text);
	else
		return;
	fail();
}

static void emits(const char *text, const char *in_text, const char *in_skeleton)
{
	const char *const expected[VIEW_N] = { in_text, in_skeleton };
	const struct pattern *p = good(text);

	for (int view = 0; view < VIEW_N; view++) {
		struct buf b = BUF_HEAP;

		pattern_emit(p, view, &b);
		if (strcmp(buf_cstr(&b), expected[view]) != 0) {
			fprintf(stderr, "'%s' %s: /%s/\n", text, view == VIEW_TEXT ? "text" : "skeleton", buf_cstr(&b));
			fail();
		}
		buf_free(&b);
	}
}

/* In which views a pattern is found in a text: "ts", "t", "s" or "". A match of nothing does not count. */
static void finds(const char *text, const char *in, const char *where)
{
	struct limits l = LIMITS_DEFAULT;
	struct regex_scratch *scratch = regex_scratch_new(&l);
	const struct pattern *p = good(text);
	struct view views[VIEW_N];
	char why[200], found[3] = "";

	assert_int_equal(fold_prose(arena, span_str(in), views), 0);
	for (int view = 0; view < VIEW_N; view++) {
		struct buf b = BUF_HEAP;
		struct regex *r;
		size_t from = 0, to = 0;

		pattern_emit(p, view, &b);
		assert_non_null(r = regex_compile(buf_text(&b), why));
		if (regex_find(r, scratch, views[view].text, 0, SIZE_MAX, &from, &to) == REGEX_HIT && to > from)
			strcat(found, view == VIEW_TEXT ? "t" : "s");
		regex_free(r);
		buf_free(&b);
	}
	regex_scratch_free(scratch);
	if (strcmp(found, where) != 0) {
		fprintf(stderr, "'%s' in '%s': '%s'\n", text, in, found);
		fail();
	}
}

/* The literals of the first need with their distances from the start, sorted by length and bytes. */
static struct need first_need(const char *text)
{
	struct need v[PATTERN_NEEDS_MAX];
	size_t n = pattern_needs(arena, good(text), v);

	if (n == 0)
		return (struct need){ 0 };
	for (size_t i = 0; i < v[0].n; i++) {
		v[0].v[i].back_min += v[0].back_min;
		v[0].v[i].back_max += v[0].back_max;
	}
	return v[0];
}

/* The same as one text. */
static void needs(const char *text, const char *expected)
{
	struct need need = first_need(text);
	struct literal *v = need.v;
	size_t n = need.n;
	struct buf b = BUF_HEAP;

	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "%s%.*s", i > 0 ? " " : "", SPAN_ARG(v[i].text));
		if (v[i].back_max > 0)
			buf_printf(&b, "@%u-%u", v[i].back_min, v[i].back_max);
	}
	if (strcmp(buf_cstr(&b), expected) != 0) {
		fprintf(stderr, "'%s': '%s'\n", text, buf_cstr(&b));
		fail();
	}
	buf_free(&b);
}

static void test_refused(void **state)
{
	(void)state;
	refused("", 0, "empty");
	refused("あ\xFF", 3, "UTF-8");
	refused("あ(?<n>い)", 3, "no name");
	refused("あ(?P<n>い)", 3, "no name");
	refused("(?'n'い)", 0, "no name");
	refused("(あ)\\1", 5, "back-references");
	refused("あ\\k<n>", 3, "back-references");
	refused("あ(?P=n)", 3, "back-references");
	refused("あ(?R)", 3, "recursion");
	refused("あ(?1)", 3, "recursion");
	refused("あ(?-1)", 3, "recursion");
	refused("あ(?&n)", 3, "recursion");
	refused("あ(?P>n)", 3, "recursion");
	refused("(?(1)あ)", 0, "conditions");
	refused("(?<=あ)い", 0, "look-behind");
	refused("(?<!あ)い", 0, "look-behind");
	refused("あ(?#い)", 3, "comments");
	refused("(?i)あ", 0, "case");
	refused("(?>あ)", 0, "(?:...)");
	refused("(?|あ|い)", 0, "(?:...)");
	refused("(*ACCEPT)あ", 0, "verbs");
	refused("あ\\Kい", 3, "\\K");
	refused("\\R", 0, "\\R");
	refused("\\X", 0, "\\X");
	refused("\\C", 0, "\\C");
	refused("\\Qあ\\E", 0, "\\Q");
	refused("\\N", 0, "\\N");
	refused("\\o{101}", 0, "\\o");
	refused("\\D", 0, "[^...]");
	refused("\\S", 0, "[^...]");
	refused("\\B", 0, "\\B");
	refused("\\A", 0, "\\A");
	refused("\\P{Han}", 0, "[^...]");
	refused("\\w+", 0, "[0-9a-z]");
	refused("\\n", 0, "\\s");
	refused("\\t", 0, "\\s");
	refused("\\あ", 0, "punctuation");
	refused("あ\\", 3, "at the end");
	refused("\\p{Latin}", 0, "\\p{Han}");
	refused("\\pL", 0, "\\p{Han}");
	refused("\\x41", 0, "braces");
	refused("\\x{}", 0, "hexadecimal");
	refused("\\x{12", 0, "hexadecimal");
	refused("\\x{D800}", 0, "no character");
	refused("\\x{110000}", 0, "no character");
	refused("\\x{A}", 0, "\\s");
	refused("あ\nい", 3, "\\s");
	refused("あ(い", 3, "not closed");
	refused("あ)い", 3, "closes no group");
	refused("あ()", 3, "empty");
	refused("あ[い", 3, "not closed");
	refused("あ[]い]", 3, "empty");
	refused("[[:alpha:]]", 1, "POSIX");
	refused("[い-あ]", 1, "backwards");
	refused("[あ-\\d]", 1, "no end");
	refused("[\\d-あ]", 3, "begins no range");
	refused("[\\w]", 1, "\\w");
	refused("*あ", 0, "nothing to repeat");
	refused("(?:+)", 3, "nothing to repeat");
	refused("あ**", 4, "repeats a repetition");
	refused("あ{2}{3}", 6, "repeats a repetition");
	refused("あ++", 4, "possessive");
	refused("\\b+", 2, "nothing to repeat");
	refused("^*", 1, "nothing to repeat");
	refused("(?=あ)+い", 7, "nothing to repeat");
	refused("あ{3,2}", 3, "smaller");
	refused("あ{0}", 3, "repeats nothing");
	refused("あ{1001}", 3, "1000");
	refused("あ{い", 3, "\\{");
	refused("{あ", 0, "\\{");
	refused("<お金>", 0, "\\<");
	refused("あ<", 3, "\\<");
	refused("あ<none>", 3, "no term <none>");
	refused("^", 0, "no text");
	refused("\\b(?=あ)$", 0, "no text");
}

/* What folds by its neighbour, where the neighbour is not known. */
static void test_refused_borders(void **state)
{
	(void)state;
	refused("お金 .", 6, "\\s");
	refused(".　お金", 1, "\\s");
	refused("LINE (?:で)", 4, "\\s");
	refused("あ ?", 3, "\\s");
	refused(" お金", 0, "\\s");
	refused("か(?:゛)", 6, "depends on the character before");
	refused("[か-く]゛", 9, "depends on the character before");
	refused("か゛?", 3, "depends on the character before");
	refused("人々?", 3, "depends on the character before");
	refused("ゝす", 0, "depends on the character before");
	refused("[々]", 1, "depends on the character before");
	refused("\\p{Hiragana}\\x{3099}", 12, "depends on the character before");
	refused("(?:あ)>い", 7, "quotation");
	refused("[>]", 1, "quotation");
	refused("\u200B", 0, "nothing is left");
	refused("あ\u200B?", 3, "nothing is left");
	refused("[あ\u200B]", 4, "nothing is left");
	refused("[\\x{200B}-\\x{200D}]", 0, "nothing is left");
	refused("お金 ﾞ(?:が)", 6, "\\s");
	refused("か\u200B゛?", 6, "depends on the character before");
	refused("日本\U0001F1EF\U0001F1F5", 10, "flag");
	refused("[\U0001F1EF]", 1, "flag");
	good("日本\U0001F1EF\U0001F1F5です");
	good("お金 を"); /* inside a run all of this is known */
	good("か゛す");
	good("人々");
	good("こちら>>");
	good("あ\u200Bい");
	good("[ぁ-ゟ]"); /* a range holds marks as well */
}

static void test_refused_structure(void **state)
{
	(void)state;
	refused("あ^い", 3, "start of the field");
	refused(".?^い", 2, "start of the field");
	refused("あ(?:^い|う)", 3, "start of the field");
	refused("あ<start>", 3, "start of the field");
	refused("あ$い", 4, "end of the field");
	refused("(?:あ|い$)う", 12, "end of the field");
	refused("<end>い", 5, "end of the field");
	refused("(?:^あ)+", 8, "stand once");
	refused("(?=^あ)い", 0, "look-ahead");
	refused("あ(?!い?)", 3, "may forbid nothing");
	refused("あ(?!\\s)", 3, "may forbid nothing");
	good("^(?:お|^ご)金$");
	good("(?:^|、)お金");
	good("お金(?:$|。)");
	good("(?:^お)?金");
	good("あ(?!い)");
}

static void test_limits(void **state)
{
	struct buf b = BUF_HEAP;

	(void)state;
	refused("あ{1000}い", 3 + 6, "1000 characters");
	refused("(?:あ+)+", 0, "1000 characters");
	refused("(?:あ+い*){8}", 0, "1000 characters");
	refused("<wide><wide>", 6, "1000 characters");
	refused("(?:\\p{Han}\\p{Han}\\p{Han}\\p{Han}){60}", 0, "too large");
	refused("[\\x{20}-\\x{10FFFF}]", 0, "too many characters");
	refused("[\\x{FB00}-\\x{FFFF}]", 0, "become several");
	for (int i = 0; i < 33; i++)
		buf_byte(&b, '(');
	buf_str(&b, "あ");
	for (int i = 0; i < 33; i++)
		buf_byte(&b, ')');
	refused(buf_cstr(&b), 32, "too deeply");
	buf_clear(&b);
	for (int i = 0; i < 32; i++)
		buf_str(&b, "(?:い|");
	buf_str(&b, "あ");
	for (int i = 0; i < 32; i++)
		buf_byte(&b, ')');
	good(buf_cstr(&b));
	buf_clear(&b);
	for (int i = 0; i < 8193; i++)
		buf_byte(&b, 'a');
	refused(buf_cstr(&b), 8192, "8192 bytes");
	buf_clear(&b);
	for (int i = 0; i < 400; i++)
		buf_str(&b, "(<money>|い)");
	refused(buf_cstr(&b), 1 + 230 * 13, "with its terms");
	buf_free(&b);
	good("\\p{Han}\\p{Han}\\p{Han}\\p{Han}\\p{Katakana}"); /* a script is walked through once */
}

static void test_emission(void **state)
{
	(void)state;
	emits("お金", "お金", "お金");
	emits("（株）ＬＩＮＥ", "\\(株\\)line", "株line");
	emits("㈱+の", "(?:\\(株\\)){1,64}の", "株{1,64}の");
	emits("マネ[ァ-ヶ]{2}", "マネ[ァ-ヶ]{2}", "まね[あ-ゔ]{2}");
	emits("[A-Cか]だ", "[a-cか]だ", "[a-cか]だ");
	emits("[㈱か]だよ", "(?:[か]|\\(株\\))だよ", "[か株]だよ");
	emits("[^。A]だよ", "[^\\na]だよ", "[^\\na]だよ");
	emits("お金.{2,5}だ", "お金.{2,5}だ", "お金.{1,5}だ");
	emits("お金.+?だ", "お金.{1,64}?だ", "お金.{1,64}?だ");
	emits("お金.だ", "お金.だ", "お金.だ");
	emits("あ*い+う{3,}え{70,}お?", "あ{0,64}い{1,64}う{3,64}え{70}お?", "あ{0,64}い{1,64}う{3,64}え{70}お?");
	emits("(あ|い)(?:う|え)??お", "(?:あ|い)(?:う|え)??お", "(?:あ|い)(?:う|え)??お");
	emits("^お金$", "^\\n?お金$", "^\\n?お金$");
	emits("\\bline\\b", "\\bline\\b", "line");
	emits("お\\s+金", "お ?金", "お金");
	emits("\\d{4}年", "[0-9]{4}年", "[0-9]{4}年");
	emits("お金★+だ", "お金★{1,64}だ", "お金だ");
	emits("お[★・]金", "お[★・]金", "お金");
	/* A class or choice is what is left of it, if anything is. */
	emits("お[の★]金", "お[★の]金", "お[の]金");
	emits("お[0-9,.]{3,5}円", "お[\\,\\.0-9]{3,5}円", "お[0-9]{1,5}円");
	emits("(?:ここ|↓).{0,9}登録", "(?:ここ|↓).{0,9}登録", "(?:ここ).{0,9}登録");
	emits("(?:ここ|↓の?|。|い?)登録", "(?:ここ|↓の?|\\n|い?)登録", "(?:ここ|\\n|い?)登録");
	emits("(?:^|。)お金", "(?:^\\n?|\\n)お金", "(?:^\\n?|\\n)お金");
	emits("(?:^★|。)お金", "(?:^\\n?★|\\n)お金", "(?:^\\n?|\\n)お金");
	emits("お金(?:$|★|。)", "お金(?:$|★|\\n)", "お金(?:$|\\n)");
	emits("(?:↓|。)登録", "(?:↓|\\n)登録", "(?:\\n)?登録");
	emits("(?:↓|★)+登録", "(?:↓|★){1,64}登録", "登録");
	emits("(?:ここ|↓){2}登録", "(?:ここ|↓){2}登録", "(?:ここ){1,2}登録");
	emits("お(?:★|金|・)だよ", "お(?:★|金|・)だよ", "お(?:金)だよ");
	emits("(?:パン|ぱん)だ", "(?:パン|ぱん)だ", "(?:ぱん)だ");
	emits("お金(?=だ)", "お金(?=だ)", "お金(?=だ)");
	emits("お金(?!だ|★)", "お金(?!(?:だ|★))", "お金(?!(?:だ))");
	emits("お金(?!が)", "お金(?!が)", "お金(?!が)");
	emits("a\\.b\\*c\\x{3042}", "a\\.b\\*cあ", "abcあ");
	emits("(?:あ|)金だ", "(?:あ)?金だ", "(?:あ)?金だ");
	/* Blanks inside a run are what they are in text. */
	emits("click here で", "click hereで", "clickhereで");
}

/* Two line ends, or two U+30FC, never stand side by side. */
static void test_emission_of_joins(void **state)
{
	(void)state;
	emits("。お金。", "\\nお金\\n", "\\n?お金\\n?");
	emits("お金。+だ", "お金(?:\\n|(?<=\\n)){1,64}だ", "お金\\n{0,64}だ");
	emits("お金[。！]+だ", "お金(?:[\\n]|(?<=\\n)){1,64}だ", "お金[\\n]{0,64}だ");
	emits("お金[。、]だ", "お金[\\n、]だ", "お金[\\n]?だ");
	emits("だめ(?:。)(?:！だ)", "だめ\\n(?:\\nだ|(?<=\\n)だ)", "だめ\\n?\\n?だ");
	emits("サーバー?だ", "サーバー?だ", "さーばー?だ");
	emits("サー+だ", "サ(?:ー|(?<=ー)){1,64}だ", "さ(?:ー|(?<=ー)){1,64}だ");
	emits("サー(?:ーだ|ん)", "サー(?:(?:ーだ|(?<=ー)だ)|ん)", "さー(?:(?:ーだ|(?<=ー)だ)|ん)");
	emits("[ア-ヴ][-〜]だよ", "[ア-ヴ][\\-\\~ー]だよ", "[あ-ゔ][ー]?だよ");
	emits("[ア-ヴ]-だよ", "[ア-ヴ](?:\\-だよ|ーだよ)", "[あ-ゔ](?:だよ|ーだよ)");
	emits("[ア-ヴー]-だよ", "[ア-ヴー](?:\\-だよ|ーだよ|(?<=ー)だよ)", "[あ-ゔー](?:だよ|ーだよ|(?<=ー)だよ)");
	emits("0[0-9-]+だ", "0(?:[\\-0-9ー]|(?<=ー)){1,64}だ", "0(?:[0-9ー]|(?<=ー)){1,64}だ");
	/* A dash that parts letters in its text stays one. */
	emits("マネ-ジャ", "(?:マネージャ|マネ\\-ジャ)", "(?:まねーじや|まねじや)");
	emits("≡マネ〜ジャ", "(?:≡マネージャ|≡マネ\\~ジャ)", "(?:まねーじや|まねじや)");
	emits("お〜金-を", "お\\~金\\-を", "お金を");
	emits("0-1", "0\\-1", "01");
	finds("マネ-ジャ", "お-金-マ-ネ-ジ-ャ", "s");
	finds("こマネ-ジャ", "こマネ-ジャ", "ts");
	/* 一 is U+30FC in the skeleton alone. */
	emits("一{2}番だ", "一{2}番だ", "(?:ー|(?<=ー)){2}番だ");
}

/* What the skeleton keeps too little of is found there never, and always. */
static void test_weak_skeleton(void **state)
{
	(void)state;
	emits("★{3,}", "★{3,64}", "\\z");
	emits("★.{0,3}★", "★.{0,3}★", "\\z");
	emits("★あ", "★あ", "\\z");
	emits("あ", "あ", "あ");
	emits("★あ|お金|☆", "(?:★あ|お金|☆)", "お金|\\z");
	emits("(?:★あ|お金)だ", "(?:★あ|お金)だ", "(?:あ|お金)だ");
	emits("！", "\\n", "\\z");
	emits("[0-9]%", "[0-9]\\%", "\\z");
	finds("★{3,}", "お金★★★だ", "t");
	finds("★{3,}", "お金だ", "");
	/* A number needs a digit. */
	emits("[0-9,]{1,12}円", "[\\,0-9]{1,12}円", "[0-9]{1,12}円");
	finds("[0-9,]{1,12}円だ", "1,000円だ", "ts");
	finds("[0-9,]{1,12}円だ", "高い円だ", "");
}

static void test_finding(void **state)
{
	(void)state;
	finds("お金", "お 金", "ts");
	finds("お金", "お\n金", "ts");
	finds("お金", "お★金", "s");
	finds("お金", "お。金", "s");
	finds("お金をだす", "長いお話です。お金をだす", "ts");
	finds("長いお話お金", "長いお話。お金", "");
	finds("マネージャー", "ﾏﾈｰｼﾞｬｰ", "ts");
	finds("マネージャー", "マネ−ジャ―", "ts");
	finds("マネージャー", "まねーじゃー", "s");
	finds("マネージャー", "マネーーーージャー", "ts");
	finds("[ァ-ヶ]{3}-だ", "マネジ-だ", "ts");
	finds("[ァ-ヶ]{2}ー?-だよ", "マネー-だよ", "ts");
	finds("が", "か\u3099", "ts");
	finds("お.金", "お大金", "ts");
	finds("お.金", "お。金", "");
	finds("[^、]{2}お金", "です。お金", "s");
	finds("お[^、]?金だよ", "お。金だよ", "s");
	finds("^お金", "。お金", "ts");
	finds("^お金", "はお金", "");
	finds("お金$", "これはお金。", "ts");
	finds("お金$", "お金は", "");
	finds("\\bpay\\b", "これはpayです", "ts");
	finds("\\bpay\\b", "repay it", "s");
	finds("click\\s+here", "click  here", "ts");
	finds("click\\s+here", "click\nhere", "ts");
	finds("お\\s*金", "お　金", "ts");
	finds("ライン\\sで", "ラインで", "ts");
	finds("\\d+円だ", "５００円だ", "ts");
	finds("①②③だ", "123だ", "ts");
	finds("\\p{Han}{3}", "登録者", "ts");
	finds("\\p{Han}{3}", "登録する", "");
	finds("\\p{Hiragana}{4}", "ありがと", "ts");
	finds("\\p{Katakana}{4}", "マネジャ", "ts");
	finds("\\p{Katakana}{4}", "ありがと", "s");
	finds("髙い本だ", "高い本だ", "ts");
	finds("いすゞだ", "いすずだ", "ts");
	finds("お金(?!は)", "お金は", "");
	finds("お金(?!は)", "お金を", "ts");
	finds("お金(?=は)", "お金は", "ts");
	finds("電話03-[0-9]{4}", "電話０３－１２３４", "ts");
	finds("(?:こちら|ここ)から.{0,4}登録", "こちらからすぐ登録", "ts");
	finds("(?:こちら|ここ)から.{0,4}登録", "ここからすぐ。登録", "");
}

static void test_terms(void **state)
{
	const struct pattern *v[2];

	(void)state;
	emits("<money>を", "(?:お金|現金)を", "(?:お金|現金)を");
	emits("<polite>登録", "(?:お|ご)?登録", "(?:お|ご)?登録");
	emits("<money>+", "(?:お金|現金){1,64}", "(?:お金|現金){1,64}");
	assert_true(pattern_may_be_empty(good("<polite>")));
	assert_false(pattern_may_be_empty(good("<polite>登録")));
	assert_null(pattern_parse(arena, span_str("<money>"), NULL, NULL, &error));
	assert_int_equal(error.offset, 0);
	v[0] = good("お金");
	v[1] = good("<money>だ");
	assert_int_equal(pattern_width(pattern_any(arena, v, 2), VIEW_TEXT), 9);
	assert_int_equal(pattern_width(pattern_any(arena, v, 1), VIEW_TEXT), 6);
	assert_int_equal(pattern_width(pattern_any(arena, v, 0), VIEW_TEXT), 0);
}

static void test_literals(void **state)
{
	(void)state;
	needs("お金", "お金");
	needs("あ", "");
	needs(".{0,9}", "");
	needs("(?:無料|会員)?登録", "登録@0-6");
	needs("差し?上げ", "差上げ 差し上げ");
	needs("お?登録", "登録@0-3");
	needs("お(?:金|宝)だ", "お宝だ お金だ");
	needs("無料.{0,4}登録", "無料");
	needs("の.{0,4}登録", "登録@3-19");
	needs("登録|お金", "お金 登録");
	needs("登録|金", "");
	needs("(?:登録|金)だ", "金だ 登録だ");
	needs("[0-9]{2}歳だ", "歳だ@2-2");
	needs("[ab]型だ", "a型だ b型だ");
	needs("マネージャー", "まねーじやー");
	needs("あ{2,5}", "ああ");
	needs("(?:登録){1,3}", "登録");
	needs("(?:登録)*お金", "お金@0-384");
	needs("★登録★", "登録");
	needs("登★録", "登録");
	needs("登.録", "");
	needs("登録(?!は)", "登録");
	needs("^登録", "登録@0-1");
	needs("★{4}", "");
	needs("★あ|登録", "");
	/* Written on in the skeleton, with the line end and without. */
	needs("登録。無料", "登録無料 登録\n無料");
	needs("(?:登録|無料|会員).{0,3}(?:の|が|は)", "会員 無料 登録");
}

/* A set too large, a text too long: what is left of them is still right. */
static void test_large_literals(void **state)
{
	struct buf b = BUF_HEAP;
	struct need need;

	(void)state;
	for (int i = 0; i < 513; i++)
		buf_printf(&b, "%s%c%c%c", i > 0 ? "|" : "", 'a' + i / 64, 'a' + i / 8 % 8, 'a' + i % 8);
	assert_int_equal(first_need(buf_cstr(&b)).n, 0);
	b.n -= 4;
	assert_int_equal(first_need(buf_cstr(&b)).n, 512);
	buf_clear(&b);
	buf_str(&b, ".{0,5}");
	for (int i = 0; i < 40; i++)
		buf_str(&b, "登録");
	need = first_need(buf_cstr(&b));
	assert_int_equal(need.n, 1);
	assert_in_range(need.v[0].text.n, 12, 48);
	assert_int_equal(need.v[0].back_max, 20);
	buf_free(&b);
}

static void test_widths(void **state)
{
	static const struct {
		const char *text;
		size_t width[VIEW_N];
	} cases[] = {
		{ "お金", { 6, 6 } },
		{ "お金だ?", { 9, 9 } },
		{ "a+", { 64, 64 } },
		{ ".{3}", { 12, 12 } },
		{ "お金.{3}", { 18, 18 } },
		{ "お金★", { 9, 6 } },
		{ "[㍿a]だ", { 15, 15 } },
		{ "お金\\s", { 7, 6 } },
		{ "お金|現金だ", { 9, 9 } },
		{ "^お金$", { 7, 7 } },
		{ "お金(?=だよ)", { 6, 6 } },
		{ "é+だ", { 131, 67 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int view = 0; view < VIEW_N; view++)
			assert_int_equal(pattern_width(good(cases[i].text), view), cases[i].width[view]);
}

static void test_samples(void **state)
{
	const struct pattern *p = good("(?:お金|登録)[0-9あ-ん]{0,9}<money>?.{0,3}");
	uint64_t one = 5, two = 5;
	bool differ = false;

	(void)state;
	for (int i = 0; i < 50; i++) {
		struct buf a = BUF_HEAP, b = BUF_HEAP;

		assert_true(pattern_sample(p, VIEW_TEXT, &one, &a) && pattern_sample(p, VIEW_TEXT, &two, &b));
		assert_true(span_eq(buf_text(&a), buf_text(&b)));
		assert_true(memcmp(a.p, "お金", 6) == 0 || memcmp(a.p, "登録", 6) == 0);
		pattern_sample(p, VIEW_SKELETON, &two, &a);
		differ |= !span_eq(buf_text(&a), buf_text(&b));
		one = two;
		buf_free(&a);
		buf_free(&b);
	}
	assert_true(differ);
	{
		struct buf none = BUF_HEAP;

		assert_false(pattern_sample(good("お金[^b}-\\x{4400D}]"), VIEW_TEXT, &one, &none));
		buf_free(&none);
	}
}

/* Patterns that would take long to read, were the work not bounded. */
static void test_time(void **state)
{
	struct buf b = BUF_HEAP;
	clock_us start = clock_now();

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_str(&b, "[\\x{20}-\\x{9FFF}]");
	assert_null(parse(buf_cstr(&b)));
	buf_clear(&b);
	for (int i = 0; i < 500; i++)
		buf_str(&b, "(?:a|b)");
	assert_in_range(first_need(buf_cstr(&b)).n, 32, 64);
	assert_true(clock_now() - start < 10000000);
	buf_free(&b);
}

static int prepare(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 28);
	return arena != NULL ? fold_init() : -1;
}

static int release(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_borders),
		cmocka_unit_test(test_refused_structure),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_emission),
		cmocka_unit_test(test_emission_of_joins),
		cmocka_unit_test(test_weak_skeleton),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_large_literals),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, prepare, release);
}
