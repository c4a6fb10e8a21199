#include <config.h>

#include "unit/set.h"

#include "score/verdict.h"

/* A family with a sign of each role that matters here; `role` words stand for themselves in the body. */
#define FAMILY(lure, limit, word) \
	"format: 1\norigin: test\nversion: 1\nlure: " lure "\ntitle: T\nlimit: " limit "\n" \
	"signs:\n" \
	"  - {id: " lure ".claim, role: claim, points: 2, any: ['" word "の身分']}\n" \
	"  - {id: " lure ".story, role: story, points: 2, any: ['" word "の物語']}\n" \
	"  - {id: " lure ".ask, role: ask, points: 2.5, any: ['" word "の要求']}\n" \
	"  - {id: " lure ".big, role: ask, points: 6, any: ['" word "の大要求']}\n" \
	"rules:\n" \
	"  - {id: " lure ".rule, title: T, points: 4, roles: [offer, ask], any: ['" word "の規則'], match: [x], pass: [y]}\n" \
	"  - {id: " lure ".trial, title: T, status: test, points: 9, roles: [ask], any: ['" word "の試験'], match: [x], pass: [y]}\n" \
	"  - {id: " lure ".half, title: T, status: test, points: 3, any: ['" word "の試しの一'], match: [x], pass: [y]}\n" \
	"  - {id: " lure ".other-half, status: test, points: 3, any: ['" word "の試しの二'], match: [x], pass: [y]}\n" \
	"cases:\n  - {body: x, expect: " lure "}\n  - {body: y, expect: none}\n"

static const char *const files[] = {
	FAMILY("moon", "12", "うさぎ"),
	FAMILY("sea", "3", "くじら"),
	HEAD("common") "signs:\n"
	"  - {id: common.promise, role: reassurance, points: 1.5, any: ['後でお返し']}\n"
	"  - {id: common.hurry, role: pressure, points: 1, any: ['お急ぎくだ']}\n",
	HEAD("context") "signs:\n"
	"  - {id: context.warn, points: -1.5, any: ['手口に注意']}\n"
	"  - {id: context.trial, status: test, points: -1.5, any: ['試しの注意']}\n"
	"  - {id: context.help, points: -1.5, any: ['窓口へ相談']}\n",
	NULL
};

struct fixture {
	struct ruleset *set;
	struct matcher *matcher;
	struct arena *arena;
	struct circumstances circumstances;
	struct score_options options;
	flaw_set flaws;
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

static const struct verdict *judge(struct fixture *f, const char *body)
{
	struct seen s = { 0 };
	const struct hits *h;
	const struct verdict *v;

	seen_add(&s, FIELD_BODY, body);
	s.visible.flaws = f->flaws;
	arena_reset(f->arena);
	assert_int_equal(matcher_run(f->matcher, f->arena, f->set, &s.visible, 0, &h), 0);
	assert_int_equal(score(f->arena, f->set, h, &f->circumstances, &f->options, &v), 0);
	return v;
}

static void test_nothing(void **state)
{
	const struct verdict *v = judge(*state, "ありふれた手紙です。");

	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->points, 0);
	assert_int_equal(v->nlures, 0);
	assert_string_equal(v->reason, "no lure was found");
}

/* Signs count when two roles are there, one of them ask, pressure or reassurance. */
static void test_roles(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの身分。");

	assert_int_equal(v->points, 0);
	assert_int_equal(v->nitems, 1);
	assert_int_equal(v->items[0].points, 0);
	assert_int_equal(judge(*state, "うさぎの身分。うさぎの物語。")->points, 0);
	assert_int_equal(judge(*state, "うさぎの要求。うさぎの大要求。")->points, 0);
	v = judge(*state, "うさぎの身分。うさぎの要求。");
	assert_int_equal(v->points, 45);
	assert_int_equal(v->kind, VERDICT_NONE);
	assert_string_equal(v->reason, "fewer points than a tag needs");
	v = judge(*state, "うさぎの身分。うさぎの要求。うさぎの物語。");
	assert_int_equal(v->points, 65);
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_string_equal(v->lures[0].family->id, "moon");
	assert_int_equal(v->lures[0].roles, ROLE_BIT(ROLE_CLAIM) | ROLE_BIT(ROLE_ASK) | ROLE_BIT(ROLE_STORY));
}

static void test_a_sign_counts_once(void **state)
{
	assert_int_equal(judge(*state, "うさぎの身分。うさぎの身分。うさぎの要求。うさぎの要求。")->points, 45);
}

/* A rule counts by itself, and its roles help the signs. */
static void test_rules(void **state)
{
	assert_int_equal(judge(*state, "うさぎの規則。")->points, 40);
	assert_int_equal(judge(*state, "うさぎの規則。うさぎの身分。")->points, 60);
}

static void test_status_test_brings_nothing(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの試験。うさぎの身分。");

	assert_int_equal(v->points, 0);
	assert_int_equal(v->nitems, 2);
}

/* What is in test says what it alone would do, and all of it together; nothing else does. */
static void test_what_tests_would_do(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの試験。うさぎの身分。");

	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->would, VERDICT_TAG);
	for (size_t i = 0; i < v->nitems; i++)
		assert_int_equal(v->items[i].would,
		    v->items[i].hit->item->status == STATUS_TEST ? VERDICT_TAG : VERDICT_NONE);
	v = judge(*state, "うさぎの規則。うさぎの身分。");
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_int_equal(v->would, VERDICT_TAG);
	/* Neither alone is enough, both are. */
	v = judge(*state, "うさぎの試しの一。うさぎの試しの二。");
	assert_int_equal(v->nitems, 2);
	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->items[0].would, VERDICT_NONE);
	assert_int_equal(v->items[1].would, VERDICT_NONE);
	assert_int_equal(v->would, VERDICT_TAG);
	/* Counter-evidence in test would lower it. */
	v = judge(*state, "うさぎの規則。うさぎの身分。試しの注意。");
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_int_equal(v->would, VERDICT_NONE);
}

/* Of more than SCORE_TRIED_MAX items in test the first ones are tried alone, and all together. */
static void test_many_tests(void **state)
{
	struct fixture *f = *state;
	struct buf file = BUF_HEAP, body = BUF_HEAP;
	struct ruleset *before = f->set;
	const char *one[2] = { NULL, NULL };
	const struct verdict *v;
	size_t tag = 0;

	buf_str(&file, HEAD("many") "rules:\n");
	for (int i = 0; i < 20; i++) {
		buf_printf(&file, "  - {id: many.m%d, status: test, points: 6, any: ['試し札%c%c'], match: [x], pass: [y]}\n", i,
		    'a' + i, 'a' + i);
		buf_printf(&body, "試し札%c%c。", 'a' + i, 'a' + i);
	}
	one[0] = buf_cstr(&file);
	f->set = set_good(one);
	v = judge(f, buf_cstr(&body));
	assert_int_equal(v->nitems, 20);
	for (size_t i = 0; i < v->nitems; i++)
		tag += v->items[i].would == VERDICT_TAG;
	assert_int_equal(tag, SCORE_TRIED_MAX);
	assert_int_equal(v->would, VERDICT_TAG);
	ruleset_release(f->set);
	f->set = before;
	buf_free(&file);
	buf_free(&body);
}

/* Common signs serve a family only beside something of its own, and count once. */
static void test_common(void **state)
{
	const struct verdict *v = judge(*state, "後でお返し。お急ぎください。");

	assert_int_equal(v->points, 0);
	assert_int_equal(v->nlures, 0);
	assert_int_equal(judge(*state, "うさぎの身分。後でお返し。")->points, 35);
	v = judge(*state, "うさぎの身分。くじらの身分。後でお返し。");
	assert_int_equal(v->nlures, 2);
	assert_int_equal(v->lures[0].points, 35);
	assert_int_equal(v->lures[1].points, 30); /* its limit */
	assert_int_equal(v->points, 35 + 20);
}

static void test_others_bring_two_at_most(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの身分。うさぎの要求。くじらの規則。");

	assert_int_equal(v->lures[0].points, 45);
	assert_int_equal(v->lures[1].points, 30);
	assert_int_equal(v->points, 65);
}

/* It still brings its points, but is not named: most of what it has is what every lure has. */
static void test_who_is_named(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの身分。うさぎの要求。うさぎの規則。後でお返し。くじらの身分。");

	assert_int_equal(v->nlures, 1);
	assert_int_equal(v->npresent, 2);
	assert_string_equal(v->lures[0].family->id, "moon");
	assert_true(v->lures[1].points > 0);
	assert_int_equal(v->points, v->lures[0].points + 20);
}

static void test_limit(void **state)
{
	assert_int_equal(judge(*state, "うさぎの身分。うさぎの要求。うさぎの大要求。うさぎの物語。うさぎの規則。")->points, 120);
}

static void test_context(void **state)
{
	const struct verdict *v = judge(*state, "うさぎの身分。うさぎの要求。うさぎの物語。手口に注意。");

	assert_int_equal(v->points, 50);
	assert_int_equal(v->context, -15);
	v = judge(*state, "うさぎの身分。うさぎの要求。うさぎの物語。手口に注意。窓口へ相談。");
	assert_int_equal(v->context, -20);
	assert_int_equal(v->points, 45);
	v = judge(*state, "うさぎの身分。うさぎの要求。うさぎの物語。「手口に注意」と。それでは失礼します。またお会いしましょう。");
	assert_int_equal(v->context, 0); /* its own words only */
}

static const char *const strong = "うさぎの身分。うさぎの要求。うさぎの大要求。うさぎの物語。";

static void test_reject(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v = judge(f, strong);

	assert_int_equal(v->points, 125 > 120 ? 120 : 125);
	assert_int_equal(v->kind, VERDICT_REJECT);
	f->options.reject = false;
	v = judge(f, strong);
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_false(v->spared);
}

/* Each condition of a reject, missing alone. */
static void test_reject_spared(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v = judge(f, "うさぎの身分。うさぎの要求。うさぎの大要求。くじらの規則。");

	assert_true(v->points >= 100); /* 10.5 of two roles, 2 of others */
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_true(v->spared);
	assert_non_null(strstr(v->reason, "three roles"));
	v = judge(f, "うさぎの大要求。うさぎの身分。お急ぎください。くじらの規則。");
	assert_int_equal(v->points, 110);
	assert_int_equal(v->kind, VERDICT_TAG); /* 9 of its own */
	assert_non_null(strstr(v->reason, "no family alone"));
	v = judge(f, "「うさぎの身分。うさぎの要求。うさぎの大要求。うさぎの物語。」");
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_non_null(strstr(v->reason, "quoted"));
	f->circumstances.standing = (struct standing){ .state = STANDING_KNOWN, .share = 0.01, .weight = 100 };
	v = judge(f, strong);
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_non_null(strstr(v->reason, "known for clean"));
}

/* A standing adds to content that is suspect already, and never makes a reject. */
static void test_standing(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v;

	f->circumstances.standing =
	    (struct standing){ .state = STANDING_KNOWN, .share = 0.9, .weight = 20, .points = 15 };
	assert_int_equal(judge(f, "ありふれた手紙です。")->points, 0);
	v = judge(f, "うさぎの身分。うさぎの要求。");
	assert_int_equal(v->content, 45);
	assert_int_equal(v->points, 60);
	assert_int_equal(v->kind, VERDICT_TAG);
	v = judge(f, "うさぎの大要求。うさぎの身分。お急ぎください。");
	assert_int_equal(v->points, 105);
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_true(v->spared);
}

/* Hiding the words is worth something by itself, once, and only beside what they say. */
static void test_evaded(void **state)
{
	assert_int_equal(judge(*state, "うさ★ぎの身分。うさ★ぎの要求。")->points, 45 + SCORE_EVADED);
	assert_int_equal(judge(*state, "うさぎの身分。うさ★ぎの要求。")->points, 45 + SCORE_EVADED);
	assert_int_equal(judge(*state, "うさ★ぎの身分。")->points, 0);
}

static void test_flaws_alone_do_nothing(void **state)
{
	struct fixture *f = *state;
	const struct verdict *v;

	f->flaws = ((flaw_set)1 << FLAW_N) - 1;
	v = judge(f, "ありふれた手紙です。");
	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->flaws, f->flaws);
}

/* What explain tells: the parts of each sum, also beyond a bound, and lures without points behind the others. */
static void test_what_sums_are_made_of(void **state)
{
	const struct verdict *v = judge(*state, "うさ★ぎの身分。うさぎの要求。うさぎの規則。後でお返し。くじらの規則。くじらの身分。"
	    "手口に注意。窓口へ相談。");
	const struct lure *l = v->lures;

	assert_int_equal(v->nlures, 2);
	assert_int_equal(v->npresent, 2);
	assert_int_equal(l[0].rules, 40);
	assert_int_equal(l[0].signs, 45);
	assert_int_equal(l[0].common, 15);
	assert_int_equal(l[0].evaded, SCORE_EVADED);
	assert_int_equal(l[0].words, 0);
	assert_int_equal(l[0].points, 110);
	assert_int_equal(l[1].rules + l[1].signs + l[1].common, 75);
	assert_int_equal(l[1].points, 30);
	assert_int_equal(v->others, SCORE_OTHERS);
	assert_int_equal(v->others_found, 30);
	assert_int_equal(v->context, SCORE_CONTEXT);
	assert_int_equal(v->context_found, -30);
	assert_int_equal(v->points, l[0].points + v->others + v->context);
	v = judge(*state, "くじらの規則。うさ★ぎの身分。うさ★ぎの物語。");
	assert_int_equal(v->nlures, 1);
	assert_int_equal(v->npresent, 2);
	assert_string_equal(v->lures[1].family->id, "moon");
	assert_int_equal(v->lures[1].points, 0);
	assert_int_equal(v->lures[1].signs, 40);
	assert_int_equal(v->lures[1].evaded, 0);
	assert_false(v->lures[1].together);
}

static void test_all_that_bars_a_reject(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(judge(f, "ありふれた手紙です。")->bars, 0);
	assert_int_equal(judge(f, strong)->bars, 0);
	assert_int_equal(judge(f, "うさぎの身分。うさぎの物語。後でお返し。")->bars, BAR_BIT(BAR_POINTS) | BAR_BIT(BAR_DEMAND));
	f->options.reject = false;
	f->circumstances.standing = (struct standing){ .state = STANDING_KNOWN, .share = 0.01, .weight = 100 };
	assert_int_equal(judge(f, "「うさぎの身分。うさぎの要求。」")->bars,
	    BAR_BIT(BAR_POINTS) | BAR_BIT(BAR_ROLES) | BAR_BIT(BAR_QUOTES) | BAR_BIT(BAR_DEMAND) | BAR_BIT(BAR_CLEAN) |
	    BAR_BIT(BAR_OFF));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_roles),
		TEST(test_a_sign_counts_once),
		TEST(test_what_tests_would_do),
		TEST(test_many_tests),
		TEST(test_rules),
		TEST(test_status_test_brings_nothing),
		TEST(test_common),
		TEST(test_others_bring_two_at_most),
		TEST(test_who_is_named),
		TEST(test_limit),
		TEST(test_context),
		TEST(test_reject),
		TEST(test_reject_spared),
		TEST(test_standing),
		TEST(test_evaded),
		TEST(test_flaws_alone_do_nothing),
		TEST(test_what_sums_are_made_of),
		TEST(test_all_that_bars_a_reject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
