#include <config.h>

#include "unit/set.h"

#include "base/clock.h"
#include "score/verdict.h"

#define MOON \
	HEAD("moon") "limit: 12\n" \
	"signs:\n" \
	"  - {id: moon.claim, role: claim, points: 2, any: ['月のうさぎ']}\n" \
	"  - {id: moon.ask, role: ask, points: 2, any: ['おもちを送']}\n" \
	"  - {id: moon.hurry, role: pressure, points: 7, any: ['満月までに']}\n" \
	"cases:\n  - {body: x, expect: moon}\n  - {body: y, expect: none}\n"
#define SEA \
	HEAD("sea") "limit: 4.5\n" \
	"signs:\n" \
	"  - {id: sea.claim, role: claim, points: 1, any: ['海のくじら']}\n" \
	"  - {id: sea.ask, role: ask, points: 1, any: ['魚を送']}\n" \
	"cases:\n  - {body: x, expect: sea}\n  - {body: y, expect: none}\n"
#define CONTEXT HEAD("context") "signs:\n  - {id: context.warn, points: -1.5, any: ['手口に注意']}\n"
#define WORDS(lure, words) HEAD(lure) "weigh:\n  id: " lure ".words\n  words:\n" words
#define FULL "月のうさぎです。おもちを送ってください。"

static const char *const files[] = {
	MOON,
	SEA,
	CONTEXT,
	WORDS("moon",
	    "  - {text: '餅つき', points: 0.34, texts: 12}\n"
	    "  - {text: クレーター, points: 0.5}\n"
	    "  - {text: 大当たり, points: 2.9}\n"
	    "  - {text: 満月の夜に, points: 2}\n"
	    "  - {text: 十五夜の予報, points: -1.25}\n"),
	WORDS("common",
	    "  - {text: 急いで, points: 0.31}\n"
	    "  - {text: 町内会, points: -3}\n"),
	NULL
};

struct fixture {
	struct ruleset *set;
	struct matcher *matcher;
	struct arena *arena;
	const struct hits *hits;
	struct score_options options;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct limits l = LIMITS_DEFAULT;

	f->set = set_good(files);
	f->matcher = matcher_new(&l);
	f->arena = arena_new(limits_arena(&l));
	f->options = (struct score_options){ 50, 100, true };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	matcher_free(f->matcher);
	arena_free(f->arena);
	ruleset_release(f->set);
	free(f);
	return 0;
}

static const struct verdict *judge_fields(struct fixture *f, const char *subject, const char *body)
{
	static const struct circumstances alone = { .standing = { .state = STANDING_OFF } };
	struct seen s = { 0 };
	const struct verdict *v;

	if (subject[0] != '\0')
		seen_add(&s, FIELD_SUBJECT, subject);
	seen_add(&s, FIELD_BODY, body);
	arena_reset(f->arena);
	assert_int_equal(matcher_run(f->matcher, f->arena, f->set, &s.visible, 0, &f->hits), 0);
	assert_int_equal(score(f->arena, f->set, f->hits, &alone, &f->options, &v), 0);
	return v;
}

static const struct verdict *judge(struct fixture *f, const char *body)
{
	return judge_fields(f, "", body);
}

static int brought(const struct verdict *v, const char *id)
{
	for (size_t i = 0; i < v->nitems; i++)
		if (strcmp(v->items[i].hit->item->id, id) == 0)
			return v->items[i].points;
	return 999;
}

/* Hundredths of a family's own and of common add up before they are rounded; a word counts once. */
static void test_words_add_up(void **state)
{
	const struct verdict *v = judge(*state, FULL);

	assert_int_equal(v->points, 40);
	assert_int_equal(v->words, 0);
	v = judge(*state, FULL "餅つき。急いで。");
	assert_int_equal(v->words, 7); /* 0.65 */
	assert_int_equal(v->points, 47);
	assert_int_equal(brought(v, "moon.words"), 3);
	assert_int_equal(brought(v, "common.words"), 3);
	assert_int_equal(judge(*state, FULL "餅つき、餅つき、餅つき。")->points, 43);
	assert_int_equal(judge_fields(*state, "餅つきの件", FULL)->points, 43);
}

/* Found in the skeleton: katakana and hiragana alike, over blanks and signs. */
static void test_words_are_folded(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v = judge(f, FULL "餅★つ き。くれーたー。");

	assert_int_equal(v->words, 8);
	assert_int_equal(f->hits->nwords, 2);
	assert_string_equal(f->hits->words[0].word->text, "クレーター");
	assert_int_equal(f->hits->words[0].word->weight, 50);
	assert_int_equal(f->hits->words[0].field, FIELD_BODY);
}

static void test_words_alone_are_nothing(void **state)
{
	const struct verdict *v = judge(*state, "餅つき、クレーター、大当たり。急いで。");

	assert_int_equal(v->points, 0);
	assert_int_equal(v->nlures, 0);
	assert_int_equal(brought(v, "moon.words"), 0);
	v = judge(*state, "月のうさぎです。大当たり。"); /* one role: its signs do not count */
	assert_int_equal(v->points, 0);
	assert_int_equal(brought(v, "moon.words"), 0);
}

static void test_words_are_bounded(void **state)
{
	const struct verdict *v = judge(*state, FULL "餅つき、クレーター、大当たり、満月の夜に。");

	assert_int_equal(v->words, 45);
	assert_int_equal(v->points, 85);
	assert_int_equal(brought(v, "moon.words"), 45);
	assert_int_equal(v->kind, VERDICT_TAG);
}

/* Words of one family do nothing for another; a limit holds with words too. */
static void test_words_serve_their_family(void **state)
{
	assert_int_equal(judge(*state, "海のくじらです。魚を送ってください。大当たり。")->points, 20);
	assert_int_equal(judge(*state, "海のくじらです。魚を送ってください。急いで。")->points, 23);
	assert_int_equal(judge(*state, FULL "海のくじらです。魚を送って。急いで。")->points, 40 + 3 + 20);
}

/* Of many words all weigh, but no more together than HITS_WORDS_FULL would. */
static void test_long_texts(void **state)
{
	struct fixture *f = *state;
	struct buf words = BUF_HEAP, body = BUF_HEAP;
	const char *many[] = { MOON, NULL, NULL };
	struct ruleset *set = f->set;

	buf_str(&words, HEAD("common") "weigh:\n  id: common.words\n  words:\n");
	buf_str(&body, FULL);
	for (unsigned i = 0; i < 2 * HITS_WORDS_FULL; i++) {
		buf_printf(&words, "    - {text: '月%c%c', points: 0.03}\n", 'a' + i / 26, 'a' + i % 26);
		buf_printf(&body, "月%c%c。", 'a' + i / 26, 'a' + i % 26);
	}
	many[1] = buf_cstr(&words);
	f->set = set_good(many);
	assert_int_equal(judge(f, buf_cstr(&body))->words, HITS_WORDS_FULL * 3 / 10);
	ruleset_release(f->set);
	f->set = set;
	buf_free(&words);
	buf_free(&body);
}

/* Below 0 they stand beside context, each within its own bound. */
static void test_words_below_nothing(void **state)
{
	const struct verdict *v = judge(*state, FULL "十五夜の予報。");

	assert_int_equal(v->points, 40 - 13);
	assert_int_equal(v->context, -13);
	assert_int_equal(v->words, -13);
	v = judge(*state, FULL "町内会、十五夜の予報。");
	assert_int_equal(v->points, 0);
	assert_int_equal(v->words, -40);
	v = judge(*state, FULL "手口に注意。十五夜の予報。");
	assert_int_equal(v->context, -15 - 13);
	assert_int_equal(v->words, -13);
	assert_int_equal(v->points, 40 - 15 - 13);
	assert_int_equal(judge(*state, "町内会のお知らせ。")->points, 0);
}

/* A reject rests on signs and rules. */
static void test_words_never_lift_to_a_reject(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v = judge(f, FULL "満月までに。");

	assert_int_equal(v->points, 110);
	assert_int_equal(v->kind, VERDICT_REJECT);
	f->options.reject_points = 115;
	v = judge(f, FULL "満月までに。クレーター。");
	assert_int_equal(v->points, 115);
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_true(v->spared);
}

/* Quoted or not; but where nearly all is quoted, what the writer says. */
static void test_words_in_quotations(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(judge(f, FULL "友は「餅つき」と言う。")->words, 3);
	judge(f, "「" FULL "餅つき、急いで。」");
	assert_true(f->hits->quotes_own);
	assert_int_equal(f->hits->nwords, 0);
	judge(f, "「" FULL "餅つき。月のうさぎの長い長い物語をここに記す」急いで");
	assert_true(f->hits->quotes_own);
	assert_int_equal(f->hits->nwords, 1);
}

static void test_words_in_test_weigh_nothing(void **state)
{
	static const char *const trial[] = { MOON,
		HEAD("common") "weigh:\n  id: common.words\n  status: test\n  words: [{text: 急いで, points: 2}]\n", NULL };
	struct fixture *f = *state;
	const struct verdict *v;

	ruleset_release(f->set);
	f->set = set_good(trial);
	v = judge(f, FULL "急いで。");
	assert_int_equal(v->points, 40);
	assert_int_equal(brought(v, "common.words"), 0);
}

static void test_every_mistake_of_words(void **state)
{
	static const char *const bad[] = {
		HEAD("moon") "weigh:\n  id: sea.words\n  wrods: x\n  words:\n"
		"  - {text: 'あ', points: 1}\n"
		"  - {text: 'あい', points: 1.234}\n"
		"  - {text: 'あう', points: 4}\n"
		"  - {text: 'あえ'}\n"
		"  - {text: 'お金。くれ', points: 1}\n"
		"  - {text: '々々', points: 1}\n"
		"  - {text: 'サポート', points: 1}\n"
		"  - {text: 'さぽーと', points: 1, texts: many}\n"
		"signs:\n  - {id: moon.refers, role: ask, points: 1, any: [sea.words]}\n"
		"cases:\n  - {body: x, expect: moon}\n  - {body: y, expect: none}\n",
		HEAD("context") "weigh: {id: context.words, words: [{text: 注意, points: -1}]}\n",
		NULL
	};
	struct set s = set_load(false, bad);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 7, 7, "begin with 'moon.'");
	set_expect(&s, 'a', 8, 3, "did you mean 'words'");
	set_expect(&s, 'a', 10, 12, "two characters");
	set_expect(&s, 'a', 11, 26, "two decimals");
	set_expect(&s, 'a', 12, 26, "out of range");
	set_expect(&s, 'a', 13, 5, "its points");
	set_expect(&s, 'a', 14, 12, "end of a sentence");
	set_expect(&s, 'a', 15, 12, "depends on");
	set_expect(&s, 'a', 17, 12, "the same as 'サポート' in line 16");
	set_expect(&s, 'a', 17, 38, "number");
	set_expect(&s, 'a', 19, 51, "nothing can refer to it");
	set_expect(&s, 'b', 6, 8, "counter-evidence has no words");
	set_free(&s);
}

/* Five thousand words cost little to load and little to look for. */
static void test_many_words(void **state)
{
	struct buf file = BUF_HEAP;
	struct fixture *f = *state;
	clock_us start;
	size_t n;

	buf_str(&file, HEAD("common") "weigh:\n  id: common.words\n  words:\n");
	for (unsigned i = 0; i < 5000; i++) {
		buf_str(&file, "  - {text: '");
		for (unsigned k = 0, x = i * 7919 + 13; k < 4; k++, x /= 60)
			buf_utf8(&file, 0x4E00 + x % 60 * 97 + k);
		buf_printf(&file, "', points: %s0.%02u, texts: %u}\n", i % 3 == 0 ? "-" : "", i % 100, i);
	}
	const char *many[] = { MOON, buf_cstr(&file), NULL };

	ruleset_release(f->set);
	start = clock_now();
	f->set = set_good(many);
	assert_true(clock_now() - start < 2000000); /* some 50 ms; ASan is slow */
	ruleset_words(f->set, &n);
	assert_int_equal(n, 5000);
	assert_int_equal(judge(f, FULL)->points, 40);
	buf_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words_add_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_are_folded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_alone_are_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_serve_their_family, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_below_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_never_lift_to_a_reject, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_in_quotations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_in_test_weigh_nothing, setup, teardown),
		cmocka_unit_test(test_every_mistake_of_words),
		cmocka_unit_test_setup_teardown(test_many_words, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
