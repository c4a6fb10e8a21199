/* Patterns in the spelling of text: characters, literals, what fold.h promises of them; evaded; the .def files. */
#include <config.h>

#include "fold/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "unit/promise.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(1u << 20);
	return arena == NULL || fold_init() < 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* --- evaded ------------------------------------------------------------------------------------------------------- */

static void evaded(const char *text)
{
	if (!fold_evaded(span_str(text)))
		fail_msg("not evaded: %s", text);
}

static void ordinary(const char *text)
{
	if (fold_evaded(span_str(text)))
		fail_msg("evaded: %s", text);
}

static void test_evaded_lookalikes(void **state)
{
	(void)state;
	evaded("力ード");
	evaded("マネ一ジャー");
	evaded("この二ュース");
	evaded("口グ力゛");
	evaded("夕レント");
	evaded("努力ー");
	evaded("ﾏﾈ一ｼﾞｬ");
	evaded("а");
	evaded("ΝΕT");
	evaded("ΛΙΝΕ");
	evaded("ʟine");
	evaded("イ亻");
	evaded("ᅳ");
	ordinary("体力ゼロ 努力アップ");
	ordinary("チーム力を 業界ナンバー一の");
	ordinary("二カ月 三ヶ月 八ページ 一クリック 口コミ 千ドル");
	ordinary("工場で一日八千円");
	ordinary("プラスα α");
	ordinary("人入末未日");
	ordinary("");
}

static void test_evaded_signs(void **state)
{
	(void)state;
	evaded("お★金");
	evaded("お●金");
	evaded("お＊金");
	evaded("お😀金");
	evaded("お→金");
	evaded("お_金");
	evaded("お\uE000金");
	ordinary("お、金・を。（あげ）「る」！？❗");
	ordinary("お金-を~ー…／100％ $5 ￥5 a+b=c 25℃");
	ordinary("オカネ おかね ぉ金");
}

static void test_evaded_removed(void **state)
{
	(void)state;
	evaded("お\u200B金");
	evaded("お\u00AD金");
	evaded("お\u0336金");
	evaded("お\u0301金");
	evaded("お゛金");
	ordinary("お\n金 か゛ ｶﾞ ｶ ﾞ e\u0301");
}

static void literal_is(enum view_kind view, const char *run, const char *expected)
{
	struct buf b = BUF_HEAP;

	fold_literal(view, span_str(run), &b);
	assert_false(b.failed);
	assert_string_equal(buf_cstr(&b), expected);
	buf_free(&b);
}

/* --- for patterns ------------------------------------------------------------------------------------------------- */

static void char_is(enum view_kind view, uint32_t cp, const char *expected)
{
	uint32_t image[UNICODE_IMAGE_MAX];
	unsigned n = fold_char(view, cp, image);
	struct buf b = BUF_HEAP;

	for (unsigned i = 0; i < n; i++)
		buf_utf8(&b, image[i]);
	assert_string_equal(buf_cstr(&b), expected);
	buf_free(&b);
}

static void test_fold_char(void **state)
{
	(void)state;
	char_is(VIEW_TEXT, 'A', "a");
	char_is(VIEW_TEXT, 0x3322, "センチ");
	char_is(VIEW_SKELETON, 0x3322, "せんち");
	char_is(VIEW_TEXT, 0x3002, "\n");
	char_is(VIEW_SKELETON, 0xFF01, "\n");
	char_is(VIEW_TEXT, 0x203C, "\n");
	char_is(VIEW_TEXT, 0x3000, " ");
	char_is(VIEW_TEXT, '\n', " ");
	char_is(VIEW_TEXT, 0x2029, " ");
	char_is(VIEW_SKELETON, 0x3000, "");
	char_is(VIEW_TEXT, 0x3099, "");
	char_is(VIEW_TEXT, 0x309B, "");
	char_is(VIEW_TEXT, 0x200B, "");
	char_is(VIEW_TEXT, 0x2014, "-");
	char_is(VIEW_SKELETON, 0x2014, "");
	char_is(VIEW_TEXT, 0x301C, "~");
	char_is(VIEW_TEXT, 0xFF70, "ー");
	char_is(VIEW_SKELETON, 0x4E00, "ー");
	char_is(VIEW_SKELETON, 0x529B, "か");
	char_is(VIEW_TEXT, 0x3005, "々");
	char_is(VIEW_SKELETON, 0x2605, "");
	char_is(VIEW_TEXT, 0xFF1E, ">");
	char_is(VIEW_TEXT, 0x1F193, "free");
	char_is(VIEW_TEXT, 0xD800, "\uFFFD");
	char_is(VIEW_TEXT, 0x110000, "\uFFFD");
	char_is(VIEW_TEXT, 0x20000000, "\uFFFD");
}

static void test_fold_leans(void **state)
{
	static const uint32_t leaning[] = { 0x3099, 0x309B, 0xFF9E, 0x301, 0x3005, 0x309D, 0x30FE, '-', 0x301C, 0x2500,
		'>', 0xFF1E, ' ', '\n', '\t', 0x3000, 0x2029, 0xB4, 0x1F1E6 };
	static const uint32_t upright[] = { 'a', 0x304B, 0x30FC, 0xFF70, 0x4E00, 0x3002, '!', 0x200B, 0x2605, '<',
		0x3322, 0x110000 };

	(void)state;
	for (size_t i = 0; i < sizeof leaning / sizeof *leaning; i++)
		assert_true(fold_leans(leaning[i]));
	for (size_t i = 0; i < sizeof upright / sizeof *upright; i++)
		assert_false(fold_leans(upright[i]));
	assert_true(fold_dash('-') && fold_dash(0xFF5E) && fold_dash(0x2015));
	assert_false(fold_dash(0x30FC) || fold_dash('a') || fold_dash(' ') || fold_dash(0x110000));
}

static void test_fold_literal(void **state)
{
	struct buf b = BUF_HEAP, long_one = BUF_HEAP;

	(void)state;
	literal_is(VIEW_TEXT, "（株）髙橋", "(株)高橋");
	literal_is(VIEW_TEXT, "LINE で マネ－ジャ～", "lineでマネージャー");
	literal_is(VIEW_SKELETON, "LINE で マネ－ジャ～", "lineでまねーじやー");
	literal_is(VIEW_TEXT, "お！！金！", "お\n金\n");
	literal_is(VIEW_SKELETON, "お！！金！", "お\n金\n");
	literal_is(VIEW_TEXT, ">> 無料", ">>無料");
	literal_is(VIEW_TEXT, "a\n> b", "a b");
	literal_is(VIEW_TEXT, " \n\nお金 ", "お金");
	literal_is(VIEW_TEXT, "", "");
	literal_is(VIEW_TEXT, "★", "★");
	literal_is(VIEW_SKELETON, "★", "");
	fold_literal(VIEW_TEXT, span_str("a"), &b);
	fold_literal(VIEW_TEXT, span_str("Ｂ"), &b);
	assert_string_equal(buf_cstr(&b), "ab");
	buf_clear(&b);
	for (int i = 0; i < 1000; i++)
		buf_str(&b, "\uFDFA");
	fold_literal(VIEW_TEXT, buf_text(&b), &long_one);
	assert_int_equal(long_one.n, 33 * 1000);
	buf_free(&long_one);
	buf_free(&b);
}

/* Every code point: its image is folded already, in both views, and does not lean unless it does itself. */
static void test_every_character(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < UNICODE_END; cp++) {
		uint32_t text[UNICODE_IMAGE_MAX], skeleton[UNICODE_IMAGE_MAX], again[UNICODE_IMAGE_MAX];
		unsigned n = fold_char(VIEW_TEXT, cp, text), m = fold_char(VIEW_SKELETON, cp, skeleton);
		unsigned k = 0;

		assert_true(m <= n && n <= UNICODE_IMAGE_MAX);
		for (unsigned i = 0; i < n; i++) {
			if (text[i] == '\n')
				continue;
			if (fold_char(VIEW_TEXT, text[i], again) != 1 || again[0] != text[i])
				fail_msg("U+%04X: U+%04X is not folded", cp, text[i]);
			if (fold_char(VIEW_SKELETON, text[i], again) == 1 && skeleton[k++] != again[0])
				fail_msg("U+%04X: its skeleton is not its text's", cp);
			if (n > 1 && text[i] != ' ' && fold_leans(text[i]))
				fail_msg("U+%04X: U+%04X leans", cp, text[i]);
		}
		for (unsigned i = 0; i < m; i++)
			if (skeleton[i] != '\n' &&
			    (fold_char(VIEW_SKELETON, skeleton[i], again) != 1 || again[0] != skeleton[i]))
				fail_msg("U+%04X: U+%04X is no skeleton", cp, skeleton[i]);
	}
}

/* --- the .def files ----------------------------------------------------------------------------------------------- */

static uint32_t image_of(enum view_kind view, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_char(view, cp, image) == 1 ? image[0] : 0;
}

/* In each word the others have the image of the first; where they must be, they are characters of the text view. */
static void check_words(const char *words, enum view_kind view, bool in_text)
{
	uint32_t first = 0, cp;

	for (const char *p = words, *end = p + strlen(p); p < end;) {
		p += utf8_get(p, end, &cp);
		if (cp == ' ') {
			first = 0;
			continue;
		}
		first = first == 0 ? cp : first;
		if (image_of(view, cp) != image_of(view, first) || (in_text && image_of(VIEW_TEXT, cp) != cp))
			fail_msg("U+%04X of %s", cp, words);
	}
}

static void test_tables(void **state)
{
	(void)state;
#define VARIANTS(words) check_words(words, VIEW_TEXT, false);
#include "fold/variant.def"
#define LOOKALIKES(kind, words) check_words(words, VIEW_SKELETON, true);
#include "fold/lookalike.def"
}

/* --- the promise to patterns -------------------------------------------------------------------------------------- */

static uint64_t seed = 20261101;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static const char *const pieces[] = { "あ", "か", "は", "ウ", "カ", "ｶ", "ﾊ", "っ", "ー", "ｰ", "-", "～", "─", "金", "人", "髙", "國",
	"一", "力", "々", "ゝ", "ゞ", "ヽ", "゛", "゜", "ﾞ", "\u3099", "\u0301", "\u0336", "a", "E", "é", "Ｌ", "①", "1", "㌢", "㈱", "🅰",
	" ", " ", "　", "\t", "\n", "\n", "\r\n", "\n\n", "> ", ">", "＞", "。", "！", "?", "‼", ".", "、", "「", "★", "😀", "\u200B", "\uFE0F",
	"\u2029", "а", "Ν", "𠀋", "◌", "…", "´", "ｱﾞ", "ゟ", "İ", "🇯", "🇵" };

/* So few pieces that all which grow have room. */
static void test_promise(void **state)
{
	unsigned kept = 0;

	(void)state;
	while (kept < 20000) {
		struct view views[VIEW_N];
		size_t start[64], n = 0, from, to;
		char text[256] = "";
		struct span run;

		for (uint32_t i = 0, want = 1 + below(9); i < want; i++)
			strcat(text, pieces[below(sizeof pieces / sizeof *pieces)]);
		for (size_t i = 0; text[i] != '\0'; i++)
			if (((unsigned char)text[i] & 0xC0) != 0x80)
				start[n++] = i;
		start[n] = strlen(text);
		from = below((uint32_t)n);
		to = from + 1 + below((uint32_t)(n - from));
		if (!promise_holds(span_str(text), start[from], start[to]))
			continue;
		kept++;
		arena_reset(arena);
		assert_int_equal(fold_prose(arena, span_str(text), views), 0);
		run = span(text + start[from], start[to] - start[from]);
		if (!promise_kept(views, run))
			fail_msg("[%.*s] of [%s] is not in [%.*s]", SPAN_ARG(run), text, SPAN_ARG(views[VIEW_TEXT].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evaded_lookalikes),
		cmocka_unit_test(test_evaded_signs),
		cmocka_unit_test(test_evaded_removed),
		cmocka_unit_test(test_fold_char),
		cmocka_unit_test(test_fold_leans),
		cmocka_unit_test(test_fold_literal),
		cmocka_unit_test(test_every_character),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_promise),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
