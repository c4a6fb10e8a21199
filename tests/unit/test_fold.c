/* Text in one spelling: the rules of fold.h by number, the skeleton, the plain view, the maps. */
#include <config.h>

#include "fold/fold.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/utf8.h"

static struct arena *arena;
static struct view views[VIEW_N], plain_view;
static struct span original;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(256u << 20);
	return arena == NULL || fold_init() < 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool starts_character(struct span s, size_t at)
{
	return at == s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

/* What fold.h says of every view. */
static void check_map(const struct view *v)
{
	assert_int_equal(utf8_valid(v->text, NULL), v->text.n);
	assert_true(v->text.n <= original.n + original.n / 6 + 64);
	for (size_t i = 0; i < v->text.n; i++) {
		assert_true(v->from[i] < v->to[i] && v->to[i] <= original.n);
		assert_true(starts_character(original, v->from[i]) && starts_character(original, v->to[i]));
		if (i == 0)
			continue;
		assert_true(v->from[i - 1] <= v->from[i] && v->to[i - 1] <= v->to[i]);
		if (!starts_character(v->text, i))
			assert_true(v->from[i - 1] == v->from[i] && v->to[i - 1] == v->to[i]);
	}
}

static void fold_span(struct span text)
{
	arena_reset(arena);
	original = text;
	assert_int_equal(fold_prose(arena, text, views), 0);
	assert_int_equal(fold_plain(arena, text, &plain_view), 0);
	check_map(&views[VIEW_TEXT]);
	check_map(&views[VIEW_SKELETON]);
	check_map(&plain_view);
}

static void is_text(const struct view *v, const char *expected)
{
	char got[512];

	snprintf(got, sizeof got, "%.*s", SPAN_ARG(v->text));
	assert_string_equal(got, expected);
}

static void text_is(const char *text, const char *expected)
{
	fold_span(span_str(text));
	is_text(&views[VIEW_TEXT], expected);
}

static void both_are(const char *text, const char *expected, const char *skeleton)
{
	text_is(text, expected);
	is_text(&views[VIEW_SKELETON], skeleton);
}

static void skeleton_is(const char *text, const char *skeleton)
{
	fold_span(span_str(text));
	is_text(&views[VIEW_SKELETON], skeleton);
}

static void plain_is(const char *text, const char *expected)
{
	fold_span(span_str(text));
	is_text(&plain_view, expected);
}

/* Where `folded` first stands in the view, the original that is marked for it. */
static void marks(enum view_kind view, const char *text, const char *folded, const char *marked)
{
	const struct view *v = &views[view];
	size_t at, from, to;
	char got[512];

	fold_span(span_str(text));
	at = span_find(v->text, 0, span_str(folded));
	assert_true(at < v->text.n);
	view_origin(v, at, at + strlen(folded), &from, &to);
	snprintf(got, sizeof got, "%.*s", (int)(to - from), original.p + from);
	assert_string_equal(got, marked);
}

/* --- rule 1: characters ------------------------------------------------------------------------------------------- */

static void test_width_and_case(void **state)
{
	(void)state;
	text_is("ＬＩＮＥ＠Ｅｘａｍｐｌｅ", "line@example");
	text_is("ﾏﾈｰｼﾞｬｰ", "マネージャー");
	text_is("ﾊﾟｿｺﾝ ｶﾞ ｳﾞ", "パソコンガヴ");
	text_is("Straße ΣΊΣΥΦΟΣ Ёлка", "strasse σίσυφοσ ёлка");
	text_is("ＡＢＣ・ｱｲｳ", "abc・アイウ");
	text_is("", "");
}

static void test_compatibility_forms(void **state)
{
	(void)state;
	text_is("㈱例 ㍻ ㌔ ㊙ ㏍", "(株)例平成キロ秘kk");
	text_is("①⑳ Ⅳⅸ ℡", "120 ivix tel");
	text_is("𝐋𝐈𝐍𝐄 𝓵𝓲𝓷𝓮 𝕃𝕀ℕ𝔼 ｌⅰⁿｅ", "line line line line");
	text_is("﹙ﬁ﹚ ︵ ﹁", "(fi) (「");
	text_is("⼀⼈⾦⾼", "一人金高");
	text_is("…‥", ".....");
}

static void test_boxes_and_discs(void **state)
{
	(void)state;
	text_is("🄻🄸🄽🄴", "line");
	text_is("🅛🅘🅝🅔 🅻🅸🅽🅴 ⓁⓘⓃⓔ", "line line line");
	text_is("🇱🇮🇳🇪", "line");
	both_are("お🇯🇵金🇯🇵", "お🏳🏳金🏳🏳", "お金");
	text_is("🇺", "u");
	text_is("❶❿ ➀➉ ➊➓ ⓫⓴ ⓵⓾ ⓿ ㉈㉏", "110 110 110 1120 110 0 1080");
	text_is("1️⃣2️⃣ 🔟", "12 10");
	text_is("🆓🆗🆙 🈂 🈚 🉐", "freeokupサ無得");
}

static void test_kanji_variants(void **state)
{
	(void)state;
	text_is("髙橋﨑濵邊邉齋𠮷", "高橋崎浜辺辺斎吉");
	text_is("國學會體氣樂單戀應證爲實來數變經發當獨藝", "国学会体気楽単恋応証為実来数変経発当独芸");
	text_is("联络 账 户 认证 请", "連絡帳戸認証請");
	text_is("⻑⺼⻤ ㇐", "長肉鬼一");
	text_is("\uF9DC\uFA19\U0002F8A6", "隆神慈");
	/* What are two words today stays apart. */
	text_is("暗闇 囲碁 将棋 埼玉 机 后 里", "暗闇囲碁将棋埼玉机后里");
}

static void test_what_has_no_shape(void **state)
{
	(void)state;
	text_is("お\u200B金\u200D\u2060\uFEFF", "お金");
	text_is("お\u00AD金\u202Eを\u2066\u2069あ\u034Fげ", "お金をあげ");
	text_is("葛\U000E0100城 ❤\uFE0F", "葛城❤");
	text_is("お\u3164金\u115F\u1160\uFFA0", "お金");
	text_is("a\u2061b\u2062c\u2063d\u2064e\u2065f", "abcdef");
	text_is("\U000E0001\U000E0041お\U000E007F金", "お金");
	text_is("お\x01\x7F\x1B\xC2\x9B金", "お金");
	text_is("お\u0336金\u0338を\u20E0", "お金を");
	text_is("お\uFFF9金\uFFFB", "お金");
	fold_span(span("お\0金", 7));
	is_text(&views[VIEW_TEXT], "お金");
}

static void test_dashes_and_waves(void **state)
{
	(void)state;
	text_is("1-2‐3‑4–5—6―7−8－9─0━", "1-2-3-4-5-6-7-8-9-0-");
	text_is("1~2〜3～4∼5⁓6〰7", "1~2~3~4~5~6~7");
}

/* Digits are no letters, and no letter is a digit. */
static void test_digits_stay(void **state)
{
	(void)state;
	both_are("L1NE ０Ｏ○〇५", "l1ne 0o○〇५", "l1ne0o〇५");
}

/* --- rule 2: marks ------------------------------------------------------------------------------------------------ */

static void test_marks_compose(void **state)
{
	(void)state;
	text_is("か\u3099は\u309Aウ\u3099", "がぱヴ");
	text_is("か゛は゜ｶ゛ﾊﾞ", "がぱガバ");
	text_is("か ゛ ｶ\u3000ﾞ か\nﾞ", "がガが");
	text_is("e\u0301E\u0302 u\u0308\u0304 ü\u0304", "éê ǖ ǖ");
	text_is("か\u200B゛", "が");
}

static void test_marks_go(void **state)
{
	(void)state;
	text_is("あ゛い\u3099ー゜", "あいー");
	text_is("が゛か゛゛", "がが");
	text_is("\u3099あ\u0301金\u0302\u0489", "あ金");
	text_is("゛゜\uFF9E", "");
	text_is("a \u0301b", "a b");
	text_is("か。゛", "か\n");
	text_is("か\n\n゛あ", "か\nあ");
	text_is("x\u0345 ก\u0E49", "x ก");
}

/* --- rule 3: the long sound --------------------------------------------------------------------------------------- */

static void test_long_sound(void **state)
{
	static const char *const written[] = { "ー", "ｰ", "-", "－", "‐", "‑", "–", "—", "―", "−", "─", "━", "╴", "〜", "～", "~",
		"〰", "︱", "﹣", "⁻" };

	(void)state;
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		char text[64];

		snprintf(text, sizeof text, "マネ%sジャ%s", written[i], written[i]);
		both_are(text, "マネージャー", "まねーじやー");
		snprintf(text, sizeof text, "らーめん%s %s", written[i], written[i]);
		text_is(text, "らーめんー");
	}
}

static void test_runs_of_the_long_sound(void **state)
{
	(void)state;
	text_is("すごーーーい", "すごーい");
	text_is("すご〜〜ー−い ー\n〜", "すごーいー");
	text_is("金ー ー1ーー", "金ー1ー");
	text_is("ー", "ー");
}

static void test_dashes_elsewhere(void **state)
{
	(void)state;
	text_is("金-1ー-", "金-1ー");
	text_is("あ、-", "あ、-");
	text_is("あ。-", "あ\n-");
	text_is("あ\n\n- い", "あ\n-い");
	text_is("あ -い\n―う", "あーいーう");
	text_is("- ～ -", "- ~ -");
	text_is("時々-", "時時-");
}

static void test_dashes_that_part_letters(void **state)
{
	(void)state;
	both_are("お~金~を", "お~金~を", "お金を");
	both_are("マ-ネ-ー-ジ-ャ-ー-です", "マ-ネ-ー-ジ-ャ-ー-です", "まねーじやーです");
	both_are("す★ぐ～会/え－ま・す", "す★ぐ~会/え-ま・す", "すぐ会えます");
	both_are("こ\u200B - か ゛—ら 〜 ど-う-ぞ-。", "こ-が-ら~ど-う-ぞ-\n", "こがらどうぞ");
	text_is("フロア-1-2", "フロア-1-2");
	/* Words that are spelt with dashes. */
	text_is("メ-カ-のコ-ヒ-", "メーカーのコーヒー");
	text_is("コ-ヒ-メ-カ-の", "コーヒーメーカーの");
	text_is("新・メ-カ-、ス-パ-A", "新・メーカー、スーパーa");
	text_is("例（メ-カ-）の", "例(メーカー)の");
	text_is("ね〜♪そ〜だよ〜♪", "ねー♪そーだよー♪");
	text_is("す-ご\n-く", "すーごーく");
}

/* --- rule 4: iteration marks -------------------------------------------------------------------------------------- */

static void test_iteration_marks(void **state)
{
	(void)state;
	text_is("人々 国々 時〻", "人人国国時時");
	text_is("いすゞ すゝめ バナヽ カヾ", "いすずすすめバナナカガ");
	text_is("がゞあゞ", "ががああ");
	text_is("色々々 邊々 ㍿々", "色色色辺辺株式会社社");
	text_is("人 々\n々", "人人人");
	text_is("す\u200Bゝ゛め", "すずめ");
	text_is("𠀋々", "𠀋𠀋");
}

static void test_iteration_marks_that_stay(void **state)
{
	(void)state;
	text_is("々a々ー々。々\n\n々", "々a々ー々\n々\n々");
	text_is("ゝ゛", "ゞ");
	both_are("々ヽヾ", "々ヽヾ", "々ゝゞ");
}

/* --- rule 5: blanks ----------------------------------------------------------------------------------------------- */

static void test_blanks(void **state)
{
	(void)state;
	text_is("LINE で 無料 now", "lineで無料now");
	text_is("お　金\t を\u00A0\u2003あ\u2800げ", "お金をあげ");
	text_is("call  me \t\u3000now", "call me now");
	text_is("  お金 ", "お金");
	text_is(" \n a b \n ", "a b");
	text_is("「 abc 」 、 x", "「abc」、x");
	text_is("a\u200B \u200Bb", "a b");
	text_is("a \u200B b", "a b");
	text_is(" ", "");
}

static void test_line_ends(void **state)
{
	(void)state;
	text_is("マネー\nジャー", "マネージャー");
	text_is("芸能人\r\nの", "芸能人の");
	text_is("the\nend\ris\x0C" "near\u2028here\xC2\x85.", "the end is near here .");
	text_is("a \r\n b", "a b");
}

static void test_quote_prefixes(void **state)
{
	(void)state;
	text_is("> お金\n> を\n>> あげ\n> > ます", "お金をあげます");
	text_is("> the\n> end", "the end");
	text_is("＞お金\n ＞＞を", "お金を");
	text_is("あ\n>\n> い", "あ\nい");
	text_is("あ。\n> い", "あ\nい");
	text_is("あ\n\u200B> い", "あい");
	text_is("a > b >c", "a > b >c");
	text_is("あ > い。> う", "あ>い\n>う");
}

/* --- rule 6: sentence ends ---------------------------------------------------------------------------------------- */

static void test_sentence_ends(void **state)
{
	(void)state;
	text_is("お金。を｡あげ！る？か!も?", "お金\nを\nあげ\nる\nか\nも\n");
	text_is("お金！！？ ！\n。\n\nを", "お金\nを");
	text_is("a ! b", "a\nb");
	text_is("お金❗を‼あ⁉げ❓", "お金\nを\nあ\nげ\n");
	text_is("3.14 example.jp です．", "3.14 example.jpです.");
}

static void test_blank_lines(void **state)
{
	(void)state;
	text_is("お金\n\nを", "お金\nを");
	text_is("お金 \n \t\n\n \u3000を", "お金\nを");
	text_is("お金\r\n\r\nを", "お金\nを");
	text_is("お金\u2029を", "お金\nを");
	text_is("a\n\u200B\nb", "a\nb");
}

static void test_ends_of_the_text(void **state)
{
	(void)state;
	text_is("\n\nお金\n\n", "お金");
	text_is("！お金！", "\nお金\n");
	text_is("\n\n。\n\nお金\n\n。\n\n", "\nお金\n");
	text_is("。", "\n");
	text_is("\n\n", "");
}

/* --- the skeleton ------------------------------------------------------------------------------------------------- */

static void test_skeleton_drops(void **state)
{
	(void)state;
	skeleton_is("お★金●を、あ・げ（る）", "お金をあげる");
	skeleton_is("お😀金♪ 100% + a-b_c.d ￥1", "お金100abcd1");
	skeleton_is("お\uE000金\uFFFD\U000F0000を\u0378あ\U0002FFFEげ", "お金をあげ");
	skeleton_is("L I N E で", "lineで");
	skeleton_is("金-ー〆〇Ⅳ½", "金ーめ〇iv12");
}

static void test_skeleton_kana(void **state)
{
	(void)state;
	skeleton_is("オカネヲアゲル", "おかねをあげる");
	skeleton_is("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ");
	skeleton_is("ァィゥェォッャュョヮヵヶヴ", "あいうえおつやゆよわかけゔ");
	skeleton_is("ㇰㇿ", "くろ");
	text_is("ァっ", "ァっ");
}

static void test_skeleton_lookalikes(void **state)
{
	(void)state;
	skeleton_is("力ード 口グイン マネ一ジャ一", "かーどろぐいんまねーじやー");
	skeleton_is("工二八夕卜千才又", "えにはたとちおぬ");
	skeleton_is("LІΝЕ рауреӏ", "linepaypel");
	skeleton_is("ʟɪɴᴇ ᒪIᑎE ꓡꓲꓠꓰ Łïñé", "linelinelineline");
	skeleton_is("曰 已 末 入", "日己未人");
	text_is("力ード", "力ード");
}

static void test_skeleton_diacritics(void **state)
{
	(void)state;
	both_are("Crème brûlée Ấ ё ά", "crème brûlée ấ ё ά", "cremebruleeaea");
	skeleton_is("がぱ", "がぱ");
}

static void test_skeleton_sentence_ends(void **state)
{
	(void)state;
	both_are("お！金！を！あげます！よ", "お\n金\nを\nあげます\nよ", "お金をあげます\nよ");
	/* It is the sentence of the text view that counts: short ones do not add up. */
	both_are("お金！お金！お金！", "お金\nお金\nお金\n", "お金お金お金");
	both_are("1234。★★★★★。", "1234\n★★★★★\n", "1234\n");
	skeleton_is("！abc！abcd！", "abcabcd\n");
	/* Nor are ends between letters that stand apart. */
	both_are("お★金●を/あ・げ！ま♪す~か★ら！", "お★金●を/あ・げ\nま♪す~か★ら\n", "お金をあげますから");
	skeleton_is("お金を★あげます！♪どうぞ♪お受け取り★ください！", "お金をあげます\nどうぞお受け取りください\n");
	skeleton_is("こ★こ★で★登録は無料です！はい", "ここで登録は無料です\nはい");
}

static void test_skeleton_long_sound(void **state)
{
	(void)state;
	both_are("ー★ー", "ー★ー", "ー");
	both_are("マ一一ー一", "マ一一ー一", "まー");
	/* Not across a sentence end, also where it goes. */
	both_are("マー！ー", "マー\nー", "まーー");
	marks(VIEW_SKELETON, "マー★一ジ", "ー", "ー★一");
	marks(VIEW_SKELETON, "マー★一ジ", "じ", "ジ");
}

/* --- the plain view ----------------------------------------------------------------------------------------------- */

static void test_plain(void **state)
{
	(void)state;
	plain_is("山田  太郎 LINE　で", "山田 太郎 line で");
	plain_is("a\nb\n\nc\r\nd", "a\nb\nc\nd");
	plain_is("\n a \n", "a");
	plain_is("a\n> b", "a\n> b");
	plain_is("> b", "> b");
	plain_is("HTTPS://ＷＷＷ.example/?q=1&r=2!", "https://www.example/\nq=1&r=2\n");
	plain_is("ー ー か ゛ 人 々 か - か\n-", "ー ー が 人 人 か ー か\n-");
	plain_is("か\n゛ 人\n々", "か\n人\n々");
}

/* --- maps --------------------------------------------------------------------------------------------------------- */

static void test_origins(void **state)
{
	(void)state;
	marks(VIEW_TEXT, "現金をか゛あげ", "が", "か゛");
	marks(VIEW_TEXT, "ｶﾞ", "ガ", "ｶﾞ");
	marks(VIEW_TEXT, "か ゛x", "が", "か ゛");
	marks(VIEW_TEXT, "か ゛x", "x", "x");
	marks(VIEW_TEXT, "お\u200B金\u200B", "お金", "お\u200B金");
	marks(VIEW_TEXT, "㌢で", "ン", "㌢");
	marks(VIEW_TEXT, "㌔㍍", "ロメ", "㌔㍍");
	marks(VIEW_TEXT, "芸能人の\n> マネー\n> ジャー", "マネージャー", "マネー\n> ジャー");
	marks(VIEW_TEXT, "the \n> end", " ", " \n> ");
	marks(VIEW_TEXT, "すご〜〜 ーい", "ー", "〜〜 ー");
	marks(VIEW_TEXT, "人々は", "人人", "人々");
	marks(VIEW_TEXT, "お金 ！ ？\n\nを", "\n", "！ ？");
	marks(VIEW_TEXT, "お金 \n \n を", "\n", "\n \n");
	marks(VIEW_SKELETON, "お★金●を！", "お金を", "お★金●を");
	marks(VIEW_SKELETON, "力―ド", "かど", "力―ド");
	marks(VIEW_SKELETON, "e\u0301tude", "e", "e\u0301");
	marks(VIEW_SKELETON, "あげます！ね", "\n", "！");
}

static void repeat(struct buf *b, const char *unit, size_t bytes)
{
	buf_clear(b);
	while (b->n < bytes)
		buf_str(b, unit);
}

/* Characters that grow in folding: what fits is folded, the rest stays, and the bound holds (check_map). */
static void test_room(void **state)
{
	static const char *const growing[] = { "㌢", "か-", "か~", "㈱", "\uFDFA", "\u023A", "𠀋々", "㌢-", "\uFDFAか゛" };
	struct buf b = BUF_HEAP;

	(void)state;
	for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
		repeat(&b, growing[i], 5000);
		fold_span(buf_text(&b));
		for (size_t n = 0; n < 200; n++)
			fold_span(span(b.p, n - n % strlen(growing[i])));
	}
	repeat(&b, "㌢", 3000);
	fold_span(buf_text(&b));
	assert_true(span_find(views[VIEW_TEXT].text, 0, span_str("センチセンチ")) == 0);
	assert_true(span_find(views[VIEW_TEXT].text, 0, span_str("センチ㌢㌢")) < views[VIEW_TEXT].text.n);
	assert_true(span_find(views[VIEW_SKELETON].text, 0, span_str("せんち㌢㌢")) < views[VIEW_SKELETON].text.n);
	buf_free(&b);
}

static void test_no_memory(void **state)
{
	struct view v[VIEW_N];

	(void)state;
	for (size_t cap = 0; cap < 600; cap += 100) {
		struct arena *small = arena_new(cap);

		assert_non_null(small);
		assert_int_equal(fold_prose(small, span_str("a"), v), -ENOMEM);
		arena_reset(small);
		assert_int_equal(fold_plain(small, span_str("a"), v), -ENOMEM);
		arena_free(small);
	}
}

/* --- time --------------------------------------------------------------------------------------------------------- */

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Both views with their maps, of ordinary prose. The bound is for builds with sanitizers. */
static void test_speed(void **state)
{
	struct buf b = BUF_HEAP;
	double best = 1e9;

	(void)state;
	repeat(&b, "お世話になっております。株式会社サンプルの山田でございます。\n先日ご案内した新しいサービスの説明会を、１１月２５日"
	    "（火）に本社ビル３階で開きます。\n\n■参加費：無料\n> スマートフォンから　LINE で お申し込みください！\n", 256u << 10);
	/* The arena keeps its first block: so the system's part is not measured. */
	arena_free(arena);
	arena = arena_new(256u << 20);
	assert_non_null(arena_alloc(arena, 32 * b.n));
	for (int i = 0; i < 8; i++) {
		double start;

		arena_reset(arena);
		start = cpu_seconds();
		assert_int_equal(fold_prose(arena, buf_text(&b), views), 0);
		start = cpu_seconds() - start;
		best = start < best ? start : best;
	}
	print_message("folds %.0f MB/s\n", (double)b.n / best / 1e6);
	assert_true((double)b.n / best > 2e6);
	buf_free(&b);
}

/* Twice as much takes about twice as long, whatever it is: a quadratic step in a megabyte would take minutes. */
static void test_hostile_text(void **state)
{
	static const char *const units[] = { "\u0301", "\u3099", "゛", "々", "ゝ", "ゞ", ">", "> ", "\n", "\r", "\r\n", " ", "-", "~", "ー",
		"一", "か-", "か゛", "!", "！あ", "㌢", "\u200B", "\u2029", "a\u0301", "ー★", "。>" };
	struct buf b = BUF_HEAP;

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		double start;

		repeat(&b, units[i], 1u << 20);
		start = cpu_seconds();
		arena_reset(arena);
		assert_int_equal(fold_prose(arena, buf_text(&b), views), 0);
		fold_evaded(buf_text(&b));
		assert_true(cpu_seconds() - start < 2);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width_and_case),
		cmocka_unit_test(test_compatibility_forms),
		cmocka_unit_test(test_boxes_and_discs),
		cmocka_unit_test(test_kanji_variants),
		cmocka_unit_test(test_what_has_no_shape),
		cmocka_unit_test(test_dashes_and_waves),
		cmocka_unit_test(test_digits_stay),
		cmocka_unit_test(test_marks_compose),
		cmocka_unit_test(test_marks_go),
		cmocka_unit_test(test_long_sound),
		cmocka_unit_test(test_runs_of_the_long_sound),
		cmocka_unit_test(test_dashes_elsewhere),
		cmocka_unit_test(test_dashes_that_part_letters),
		cmocka_unit_test(test_iteration_marks),
		cmocka_unit_test(test_iteration_marks_that_stay),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_quote_prefixes),
		cmocka_unit_test(test_sentence_ends),
		cmocka_unit_test(test_blank_lines),
		cmocka_unit_test(test_ends_of_the_text),
		cmocka_unit_test(test_skeleton_drops),
		cmocka_unit_test(test_skeleton_kana),
		cmocka_unit_test(test_skeleton_lookalikes),
		cmocka_unit_test(test_skeleton_diacritics),
		cmocka_unit_test(test_skeleton_sentence_ends),
		cmocka_unit_test(test_skeleton_long_sound),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_hostile_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
