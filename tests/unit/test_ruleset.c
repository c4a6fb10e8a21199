#include <config.h>

#include "unit/set.h"

#define SIGN_FILE \
	HEAD("moon") \
	"signs:\n" \
	"  - {id: moon.rocket, role: claim, points: 1.5, any: ['月のロケット']}\n" \
	"cases:\n" \
	"  - {body: 月のロケットの話, expect: moon}\n" \
	"  - {body: 星の話, expect: none}\n"

static void test_empty_set(void **state)
{
	struct ruleset_options o = { 0 };
	struct diags d = { 0 };
	int trouble = 1;
	size_t n;
	struct ruleset *r = ruleset_load(NULL, 0, &o, &d, &trouble);

	(void)state;
	assert_non_null(r);
	assert_int_equal(trouble, 0);
	assert_int_equal(ruleset_patterns(r), 0);
	ruleset_items(r, &n);
	assert_int_equal(n, 0);
	assert_null(ruleset_find(r, "a.b"));
	assert_int_equal(strlen(ruleset_digest(r)), 12);
	ruleset_release(r);
	ruleset_release(NULL);
}

static void test_good_file(void **state)
{
	const char *files[] = { SIGN_FILE, NULL };
	struct ruleset *r = set_good(files);
	const struct item *item = ruleset_find(r, "moon.rocket");
	size_t n;

	(void)state;
	assert_non_null(item);
	assert_ptr_equal(item, ruleset_find(r, "test/moon.rocket"));
	assert_null(ruleset_find(r, "other/moon.rocket"));
	assert_int_equal(item->points, 15);
	assert_int_equal(item->roles, ROLE_BIT(ROLE_CLAIM));
	assert_int_equal(item->voice, VOICE_ANY);
	assert_int_equal(item->line, 7);
	assert_string_equal(item->family->id, "moon");
	assert_int_equal(item->family->limit, 120);
	ruleset_examples(r, &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(ruleset_hold(r), r);
	ruleset_release(r);
	ruleset_release(r);
}

static void test_digest_follows_bytes(void **state)
{
	const char *one[] = { SIGN_FILE, NULL }, *two[] = { SIGN_FILE "# a comment\n", NULL };
	struct ruleset *a = set_good(one), *b = set_good(one), *c = set_good(two);

	(void)state;
	assert_string_equal(ruleset_digest(a), ruleset_digest(b));
	assert_string_not_equal(ruleset_digest(a), ruleset_digest(c));
	ruleset_release(a);
	ruleset_release(b);
	ruleset_release(c);
}

static void test_version(void **state)
{
	const char *files[] = { SIGN_FILE, "format: 1\norigin: site\nversion: '7 b\"\u65e5'\noverrides: []\n",
		"format: 1\norigin: site\nversion: 6\noverrides: []\n", "format: 1\norigin: site\nversion: 6\noverrides: []\n",
		NULL };
	struct ruleset *r = set_good(files), *more, *empty;
	struct ruleset_options o = { 0 };
	struct diags d = { 0 };
	int trouble;
	const char *more_files[] = { SIGN_FILE, "format: 1\norigin: a\nversion: 12345678901234567890123456789012345678901\noverrides: []\n",
		"format: 1\norigin: b\nversion: 1\noverrides: []\n", "format: 1\norigin: c\nversion: 1\noverrides: []\n",
		"format: 1\norigin: d\nversion: 1\noverrides: []\n",
		"format: 1\norigin: e\nversion: 1\noverrides: []\n", NULL };

	(void)state;
	more = set_good(more_files);
	empty = ruleset_load(NULL, 0, &o, &d, &trouble);
	assert_string_equal(ruleset_version(r), "test/1,site/7_b____,site/6");
	assert_string_equal(ruleset_version(more), "test/1,a/1234567890123456789012345678901234567890,b/1,c/1,+2");
	assert_string_equal(ruleset_version(empty), "");
	ruleset_release(r);
	ruleset_release(more);
	ruleset_release(empty);
}

static void test_missing_path(void **state)
{
	const char *paths[] = { "/nonexistent/patterns" };
	struct ruleset_options o = { 0 };
	struct diags d = { 0 };
	int trouble = 0;

	(void)state;
	assert_null(ruleset_load(paths, 1, &o, &d, &trouble));
	assert_int_equal(trouble, -2 /* ENOENT */);
	assert_int_equal(d.errors, 1);
	assert_non_null(strstr(d.v[0].text, "/nonexistent/patterns"));
	diags_free(&d);
}

/* Every mistake of a file at once, each at its line and column. */
static void test_all_mistakes_at_once(void **state)
{
	const char *files[] = {
		"format: 1\n"
		"origin: test\n"
		"vresion: 1\n"                                                     /* 3 */
		"lure: moon\n"
		"title: T\n"
		"limit: 99\n"                                                      /* 6 */
		"signs:\n"
		"  - {id: moon.a, role: clam, points: 1, any: ['月のうさぎ']}\n"   /* 8 */
		"  - {id: sun.b, role: ask, points: 1.25, any: ['月のうさぎ']}\n"  /* 9 */
		"  - {id: moon.c, role: ask, points: 11, any: []}\n"               /* 10 */
		"  - {id: moon.a, role: ask, points: 1, fields: [bodi], any: ['月のうさぎ']}\n" /* 11 */
		"  - {id: moon.d, role: ask, points: 1, in: page, voice: loud, status: old, any: ['月のうさぎ']}\n" /* 12 */
		"  - {role: ask, pionts: 1, any: ['月のうさぎ']}\n"                /* 13 */
		"rules:\n"
		"  - {id: moon.r, title: R, points: 1, roles: [ask], all: [moon.dd], match: [x], pass: [y]}\n" /* 15 */
		"  - {id: moon.s, title: S, points: 1, roles: [ask], all: [\"月のうさぎ\"]}\n"               /* 16 */
		"  - {id: moon.t, title: U, points: 1, roles: [ask], flaws: [nule], match: [x], pass: [y]}\n" /* 17 */
		"cases:\n"
		"  - {body: x, expect: mon}\n",                                    /* 19 */
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	assert_int_equal(s.trouble, 0);
	set_expect(&s, 'a', 3, 1, "did you mean 'version'?");
	set_expect(&s, 'a', 6, 8, "out of range: 0.1 to 30");
	set_expect(&s, 'a', 8, 24, "did you mean 'claim'?");
	set_expect(&s, 'a', 9, 10, "begin with 'moon.'");
	set_expect(&s, 'a', 9, 36, "at most one decimal");
	set_expect(&s, 'a', 10, 37, "out of range: 0 to 10");
	set_expect(&s, 'a', 10, 46, "list is empty");
	set_expect(&s, 'a', 11, 10, "defined already, in ");
	set_expect(&s, 'a', 11, 49, "did you mean 'body'?");
	set_expect(&s, 'a', 12, 44, "is no scope");
	set_expect(&s, 'a', 12, 57, "is no voice");
	set_expect(&s, 'a', 12, 71, "is no status");
	set_expect(&s, 'a', 13, 5, "'id' is missing");
	set_expect(&s, 'a', 13, 17, "did you mean 'points'?");
	set_expect(&s, 'a', 15, 59, "did you mean 'moon.d'?");
	set_expect(&s, 'a', 16, 59, "in single quotes");
	set_expect(&s, 'a', 16, 5, "'match' and 'pass' are missing");
	set_expect(&s, 'a', 17, 61, "did you mean 'nul'?");
	set_expect(&s, 'a', 17, 5, "'any', 'all' or 'at-least' is missing");
	set_expect(&s, 'a', 19, 23, "did you mean 'moon'?");
	set_free(&s);
}

static void test_later_format(void **state)
{
	const char *files[] = { "format: 2\nnew-things: {}\n", NULL };
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 1, 9, "format 2 needs a later version");
	assert_int_equal(s.diags.errors, 1);
	set_free(&s);
}

/* A position inside a pattern is that of the character, over quotes and terms. */
static void test_pattern_positions(void **state)
{
	const char *files[] = {
		HEAD("moon")
		"terms:\n"
		"  hop: {any: ['とび', 'はね(?P<x>)']}\n"                                           /* 7 */
		"  skip: 'と<skap>'\n"                                                              /* 8 */
		"rules:\n"
		"  - id: moon.r\n"
		"    title: R\n"
		"    points: 1\n"
		"    roles: [ask]\n"
		"    any:\n"
		"      - '月''の<hopp>うさぎ'\n"                                                    /* 15 */
		"      - |\n"
		"        うさぎ(?P<y>)\n"                                                           /* 17 */
		"    match: [x]\n"
		"    pass: [y]\n",
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 7, 24, "");
	set_expect(&s, 'a', 8, 11, "did you mean <skip>?");
	set_expect(&s, 'a', 15, 14, "did you mean <hop>?");
	set_expect(&s, 'a', 17, 12, "");
	set_free(&s);
}

static void test_circles(void **state)
{
	const char *files[] = {
		HEAD("moon")
		"terms:\n"
		"  a: '月<b>'\n"
		"  b: '<a>星'\n"
		"rules:\n"
		"  - {id: moon.x, title: X, points: 1, roles: [ask], all: [moon.y], match: [x], pass: [y]}\n"
		"  - {id: moon.y, title: Y, points: 1, roles: [ask], all: [moon.x], match: [x], pass: [y]}\n",
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 8, 7, "contains itself");
	set_expect(&s, 'a', 10, 5, "moon.x -> moon.y -> moon.x");
	set_free(&s);
}

static void test_life_cycle(void **state)
{
	const char *files[] = {
		HEAD("moon")
		"rules:\n"
		"  - {id: moon.t, title: T, status: test, points: 1, roles: [ask], any: ['月のうさぎ'], match: [月のうさぎ], pass: [y]}\n"
		"  - {id: moon.o, title: O, status: retired, points: 1, roles: [ask], any: ['月のうさぎ']}\n"
		"  - {id: moon.x, title: X, points: 1, roles: [ask], any: [moon.t, moon.o], match: [x], pass: [y]}\n"
		"  - {id: moon.y, title: Y, status: test, points: 1, roles: [ask], any: [moon.t], match: [月のうさぎ], pass: [y]}\n",
		NULL
	};
	struct set s = set_load(false, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 9, 59, "status test");
	set_expect(&s, 'a', 9, 67, "is retired");
	assert_int_equal(s.diags.errors, 2);
	set_free(&s);
}

#define MOON_RULES(more) \
	HEAD("moon") \
	"rules:\n" \
	"  - {id: moon.t, points: 3, roles: [ask], any: ['月のうさぎ'], match: [月のうさぎ], pass: [y]" more "}\n" \
	"  - {id: moon.u, points: 1, roles: [ask], any: [moon.t], match: [月のうさぎ], pass: [y]}\n"

/* The day after, what refers to it goes on: a set that loaded yesterday is not refused today. */
static void test_expired_is_referred_to(void **state)
{
	const char *last[] = { MOON_RULES(", expires: 2026-11-25"), NULL };
	const char *passed[] = { MOON_RULES(", expires: 2026-11-24"), NULL };
	struct set s = set_load(true, last);

	(void)state;
	assert_non_null(s.ruleset);
	assert_int_equal(ruleset_find(s.ruleset, "moon.t")->status, STATUS_STABLE);
	set_free(&s);
	s = set_load(true, passed);
	assert_non_null(s.ruleset);
	assert_int_equal(ruleset_find(s.ruleset, "moon.t")->status, STATUS_TEST);
	assert_int_equal(ruleset_find(s.ruleset, "moon.u")->status, STATUS_STABLE);
	set_free(&s);
}

/* A retired rule that a local file makes stable again is looked for: its example hits. */
static void test_retired_is_revived(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		"  - {id: moon.t, status: retired, points: 3, roles: [ask], any: ['月のうさぎ'], match: [月のうさぎ], pass: [y]}\n",
		"format: 1\norigin: here\nversion: 1\noverrides:\n"
		"  - {override: moon.t, status: stable, reason: R, date: 2026-11-01, until: 2026-11-25}\n", NULL };
	struct set s = set_load(true, files);

	(void)state;
	assert_non_null(s.ruleset);
	assert_int_equal(ruleset_find(s.ruleset, "moon.t")->status, STATUS_STABLE);
	set_free(&s);
}

static void test_failing_examples(void **state)
{
	const char *files[] = {
		HEAD("moon")
		"rules:\n"
		"  - id: moon.r\n"
		"    title: R\n"
		"    points: 1\n"
		"    roles: [ask]\n"
		"    in: sentence\n"
		"    voice: own\n"
		"    all: ['月のうさぎ', 'はねる']\n"
		"    none: ['亀の甲羅']\n"
		"    match:\n"
		"      - 月のうさぎがはねる。\n"
		"      - 月のうさぎがねる。\n"               /* 17 */
		"      - 月のうさぎ。はねる。\n"             /* 18 */
		"      - 月のうさぎがはねる。亀の甲羅。\n"   /* 19 */
		"      - 「月のうさぎがはねる」と父は言った。それは昔の話で、いまは誰も知らない。\n" /* 20 */
		"    pass:\n"
		"      - かめがはねる。\n"
		"      - 月のうさぎがはねる。\n",            /* 23 */
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 17, 9, "'はねる' of 'all' is not there");
	set_expect(&s, 'a', 18, 9, "do not lie together in one sentence");
	set_expect(&s, 'a', 19, 9, "'亀の甲羅' of 'none' is there");
	set_expect(&s, 'a', 20, 9, "in the voice asked for");
	set_expect(&s, 'a', 23, 9, "must pass, but hits moon.r");
	assert_int_equal(s.diags.errors, 5);
	set_free(&s);
}

/* An example that must hit has the flaws that its rule asks for; one that must pass has none. */
static void test_examples_with_flaws(void **state)
{
	const char *files[] = {
		HEAD("moon")
		"rules:\n"
		"  - {id: moon.r, points: 1, roles: [ask], any: ['月のうさぎ'], flaws: [label-wrong], match: [月のうさぎ], pass: [月のうさぎ]}\n",
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_non_null(s.ruleset);
	set_free(&s);
}

/* What a file that cannot be read would have defined is not missed in the others. */
static void test_broken_file_beside_others(void **state)
{
	const char *files[] = {
		"format: 1\n\tlure: common\n",
		HEAD("moon") "rules:\n  - {id: moon.x, title: X, points: 1, roles: [ask], any: [common.gone, '<gone>の月'], match: [x], pass: [y]}\n",
		NULL
	};
	struct set s = set_load(true, files);

	(void)state;
	assert_null(s.ruleset);
	for (size_t i = 0; i < s.diags.n; i++)
		assert_false(s.diags.v[i].level == DIAG_ERROR && strstr(s.diags.v[i].file, "b.yaml") != NULL);
	set_free(&s);
}

static void test_exploding_pattern(void **state)
{
	const char *files[] = {
		HEAD("moon") "rules:\n"
		"  - {id: moon.x, title: X, points: 1, roles: [ask], any: ['(?:あ{1,20}){1,20}月のうさぎ'], match: [月のうさぎ], pass: [y]}\n"
		"  - {id: moon.y, title: X, points: 1, roles: [ask], any: ['(?:あ+)+月のうさぎ'], match: [月のうさぎ], pass: [y]}\n"
		"  - {id: moon.z, title: X, points: 1, roles: [ask], any: ['(?:月のうさぎ)?'], match: [月のうさぎ], pass: [y]}\n", NULL
	};
	struct set s = set_load(false, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 7, 59, "steps on repetitive text");
	set_expect(&s, 'a', 8, 60, "more than 1000 characters");
	set_expect(&s, 'a', 9, 59, "matches empty text");
	set_free(&s);
}

static void test_context_and_common(void **state)
{
	const char *files[] = {
		HEAD("context") "signs:\n"
		"  - {id: context.a, points: -1, any: ['注意してください']}\n"
		"  - {id: context.b, points: 1, any: ['注意してください']}\n"                     /* 8 */
		"  - {id: context.c, role: ask, points: -1, any: ['注意してください']}\n"         /* 9 */
		"  - {id: context.d, points: -1, fields: [hidden], any: ['注意してください']}\n", /* 10 */
		HEAD("common") "terms: {rabbit: 'うさぎ'}\n",
		HEAD("moon") "terms: {bunny: '<rabbit>ちゃん'}\nrules:\n"
		"  - {id: moon.x, title: X, points: 1, roles: [ask], any: ['月の<bunny>'], match: [月のうさぎちゃん], pass: [y]}\n",
		NULL
	};
	struct set s = set_load(false, files);

	(void)state;
	assert_null(s.ruleset);
	set_expect(&s, 'a', 8, 29, "out of range");
	set_expect(&s, 'a', 9, 27, "has no role");
	set_expect(&s, 'a', 10, 42, "subject and body only");
	assert_int_equal(s.diags.errors, 3);
	set_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_set),
		cmocka_unit_test(test_good_file),
		cmocka_unit_test(test_digest_follows_bytes),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_missing_path),
		cmocka_unit_test(test_all_mistakes_at_once),
		cmocka_unit_test(test_later_format),
		cmocka_unit_test(test_pattern_positions),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_life_cycle),
		cmocka_unit_test(test_expired_is_referred_to),
		cmocka_unit_test(test_retired_is_revived),
		cmocka_unit_test(test_failing_examples),
		cmocka_unit_test(test_examples_with_flaws),
		cmocka_unit_test(test_broken_file_beside_others),
		cmocka_unit_test(test_exploding_pattern),
		cmocka_unit_test(test_context_and_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
