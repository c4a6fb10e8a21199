#include <config.h>

#include "unit/set.h"

/* One file of rules in every scope; none has examples, so it is loaded without them. */
#define RULE(id, more) "  - {id: moon." id ", title: T, points: 1, roles: [claim], match: [x], pass: [y], " more "}\n"

struct fixture {
	struct ruleset *set;
	struct matcher *matcher;
	struct arena *arena;
};

static struct fixture begin(const char *const *files)
{
	struct limits l = LIMITS_DEFAULT;
	struct fixture f = { set_good(files), matcher_new(&l), arena_new(limits_arena(&l)) };

	assert_non_null(f.matcher);
	assert_non_null(f.arena);
	return f;
}

static void end(struct fixture *f)
{
	matcher_free(f->matcher);
	arena_free(f->arena);
	ruleset_release(f->set);
}

static const struct hits *run(struct fixture *f, const struct seen *s)
{
	const struct hits *h = NULL;

	arena_reset(f->arena);
	assert_int_equal(matcher_run(f->matcher, f->arena, f->set, &s->visible, 0, &h), 0);
	return h;
}

static const struct hit *hit(const struct hits *h, const char *id)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].item->id, id) == 0)
			return &h->v[i];
	return NULL;
}

/* Does the item hold in a body? */
static bool holds(struct fixture *f, const char *id, const char *body)
{
	struct seen s = { 0 };

	seen_add(&s, FIELD_BODY, body);
	return hit(run(f, &s), id) != NULL;
}

/* One occurrence of a sign is enough for itself, and not for what must not stand beside one. */
static void test_unless_refers_to_a_sign(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("turtle", "in: message, any: ['かめさん', 'すっぽん']")
		RULE("alone", "in: sentence, any: ['うさぎ'], unless: [moon.turtle]"), NULL };
	struct fixture f = begin(files);

	(void)state;
	assert_true(holds(&f, "moon.alone", "かめさん。うさぎ"));
	assert_false(holds(&f, "moon.alone", "かめさん。うさぎとかめさん"));
	assert_false(holds(&f, "moon.alone", "かめさん。うさぎとすっぽん"));
	assert_true(holds(&f, "moon.turtle", "うさぎとかめさん"));
	end(&f);
}

static void test_scopes(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("sentence", "in: sentence, all: ['うさぎ', 'おもち']")
		RULE("three", "all: ['うさぎ', 'おもち']")
		RULE("paragraph", "in: paragraph, all: ['うさぎ', 'おもち']")
		RULE("message", "in: message, all: ['うさぎ', 'おもち']")
		RULE("within", "within: 9, all: ['うさぎ', 'おもち']"), NULL };
	struct fixture f = begin(files);
	struct { const char *body; const char *hold; } cases[] = {
		{ "うさぎがおもちをつく。", "sentence three paragraph message within" },
		{ "うさぎがいる。おもちをつく。", "three paragraph message" },
		{ "うさぎがいる。ふたつめ。おもち。", "three paragraph message" },
		{ "うさぎがいる。ふたつめ。みっつめ。おもち。", "paragraph message" },
		{ "うさぎがいる。\n\nおもち。", "three message" },
		{ "うさぎがいる。ふたつめ。みっつめ。よっつめ。\n\nおもち。", "message" },
		{ "うさぎがいる。", "" },
		{ "おもちつき。うさぎ。", "three paragraph message within" },
		{ "うさぎ。おもち。", "sentence three paragraph message within" }, /* the skeleton joins such short ones */
	};
	static const char *const ids[] = { "sentence", "three", "paragraph", "message", "within" };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t k = 0; k < 5; k++) {
			char id[32];

			snprintf(id, sizeof id, "moon.%s", ids[k]);
			if (holds(&f, id, cases[i].body) != (strstr(cases[i].hold, ids[k]) != NULL)) {
				fprintf(stderr, "%s: %s\n", cases[i].body, ids[k]);
				fail();
			}
		}
	}
	end(&f);
}

static void test_conditions(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("two", "in: message, at-least: {n: 2, of: ['うさぎ', 'おもち', 'お団子']}")
		RULE("both", "in: message, all: ['うさぎ'], any: ['おもち', 'お団子']")
		RULE("none", "any: ['うさぎ'], none: ['かめさん']")
		RULE("unless", "in: sentence, any: ['うさぎ'], unless: ['かめさん']")
		RULE("near", "all: ['うさぎ', 'おもち'], unless: ['かめさん']"), NULL };
	struct fixture f = begin(files);

	(void)state;
	assert_false(holds(&f, "moon.two", "うさぎうさぎうさぎ")); /* repetitions do not count */
	assert_true(holds(&f, "moon.two", "お団子。おもち"));
	assert_true(holds(&f, "moon.both", "うさぎ。お団子"));
	assert_false(holds(&f, "moon.both", "お団子。おもち"));
	assert_true(holds(&f, "moon.none", "うさぎ"));
	assert_false(holds(&f, "moon.none", "うさぎ。二。三。四。かめさん"));
	assert_true(holds(&f, "moon.unless", "うさぎ。かめさん"));
	assert_false(holds(&f, "moon.unless", "かめさんとうさぎ"));
	assert_true(holds(&f, "moon.unless", "かめさんとうさぎ。別のうさぎ"));
	assert_false(holds(&f, "moon.near", "かめさん。うさぎ。おもち。"));
	assert_true(holds(&f, "moon.near", "かめさん。二。三。うさぎ。おもち。"));
	end(&f);
}

static void test_voices(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("own", "voice: own, any: ['うさぎ']")
		RULE("quoted", "voice: quoted, any: ['うさぎ']")
		RULE("any", "voice: any, any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	const char *tail = "これは昔から伝わる長いお話のひとつです。";
	char body[256];

	(void)state;
	snprintf(body, sizeof body, "父は「うさぎ」と言った。%s", tail);
	assert_false(holds(&f, "moon.own", body));
	assert_true(holds(&f, "moon.quoted", body));
	assert_true(holds(&f, "moon.any", body));
	snprintf(body, sizeof body, "うさぎがいる。%s", tail);
	assert_true(holds(&f, "moon.own", body));
	assert_false(holds(&f, "moon.quoted", body));
	/* A mark that is never closed quotes nothing; one that ends in another paragraph neither. */
	snprintf(body, sizeof body, "「うさぎがいる。%s", tail);
	assert_true(holds(&f, "moon.own", body));
	snprintf(body, sizeof body, "「うさぎ\n\nがいる」。%s", tail);
	assert_true(holds(&f, "moon.own", body));
	/* Decoys in quotation marks do not use up the room for hits. */
	struct buf many = BUF_HEAP;

	for (int i = 0; i < 200; i++)
		buf_str(&many, "「うさぎ」とその話。話の続きと続き。");
	buf_str(&many, "うさぎ。");
	assert_true(holds(&f, "moon.own", buf_cstr(&many)));
	buf_free(&many);
	end(&f);
}

static void test_quotes_own(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("own", "voice: own, any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };
	const struct hits *h;

	(void)state;
	seen_add(&s, FIELD_BODY, "「うさぎが月でおもちをついています。どうぞ見に来てください」。以上です。");
	h = run(&f, &s);
	assert_true(h->quotes_own);
	assert_non_null(hit(h, "moon.own"));
	assert_true(hit(h, "moon.own")->quoted);
	s = (struct seen){ 0 };
	seen_add(&s, FIELD_BODY, "父は「うさぎ」と言った。これは昔から伝わる長いお話のひとつです。");
	h = run(&f, &s);
	assert_false(h->quotes_own);
	/* Every sentence is for the greater part quoted; a single warning that quotes is not. */
	s = (struct seen){ 0 };
	seen_add(&s, FIELD_BODY, "「うさぎを見よというのだ」と社長がいう。「おもちもあるはずなのだ」と社長がいう。");
	assert_true(run(&f, &s)->quotes_own);
	s = (struct seen){ 0 };
	seen_add(&s, FIELD_BODY, "「うさぎを見よ」という手紙にご注意ください。");
	assert_false(run(&f, &s)->quotes_own);
	end(&f);
}

static void test_marks_are_quotes(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("own", "voice: own, any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	const char *body = "> うさぎがいる\nそうですか。それは存じませんでした。教えてくださってありがとう。\n";
	struct mark mark = { .from = 0, .to = 23, .kind = MARK_QUOTED };
	struct seen s = { 0 };

	(void)state;
	seen_add(&s, FIELD_BODY, body);
	assert_non_null(hit(run(&f, &s), "moon.own"));
	s.fields[0].marks = &mark;
	s.fields[0].nmarks = 1;
	assert_null(hit(run(&f, &s), "moon.own"));
	end(&f);
}

static void test_fields(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("usual", "in: message, all: ['うさぎ', 'おもち']")
		RULE("across", "in: message, across: yes, all: ['うさぎ', 'おもち']")
		RULE("name", "fields: [from-name], any: ['うさぎ']")
		RULE("link", "fields: [link], any: ['rabbit\\.example']")
		RULE("header", "fields: ['header:X-Mailer'], any: ['rabbit mail']"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };
	const struct hits *h;

	(void)state;
	seen_add(&s, FIELD_SUBJECT, "うさぎの知らせ");
	seen_add(&s, FIELD_BODY, "おもちをどうぞ");
	seen_add(&s, FIELD_LINK, "https://rabbit.example/moon");
	seen_add(&s, FIELD_HEADER, "rabbit mail 1.0");
	s.fields[3].name = span_str("x-mailer");
	h = run(&f, &s);
	assert_null(hit(h, "moon.usual"));
	assert_non_null(hit(h, "moon.across"));
	assert_null(hit(h, "moon.name"));
	assert_int_equal(hit(h, "moon.link")->field, FIELD_LINK);
	assert_int_equal(hit(h, "moon.link")->from, 8);
	assert_int_equal(hit(h, "moon.link")->to, 22);
	assert_int_equal(hit(h, "moon.header")->field, FIELD_HEADER);
	s.fields[3].name = span_str("x-other");
	assert_null(hit(run(&f, &s), "moon.header"));
	end(&f);
}

static void test_references(void **state)
{
	const char *files[] = { HEAD("moon") "signs:\n"
		"  - {id: moon.star, role: claim, points: 1, any: ['お星さま'], unless: ['まんじゅう']}\n"
		"  - {id: moon.ask, role: ask, points: 1, any: ['登ってください']}\n"
		"rules:\n"
		RULE("pair", "in: message, all: [moon.star, moon.ask]")
		RULE("pair-of-pair", "in: message, all: [moon.pair, 'うさぎ']")
		"cases:\n  - {body: x, expect: moon}\n  - {body: y, expect: none}\n", NULL };
	struct fixture f = begin(files);
	const char *quoted = "お星さま。父は「登ってください」と言った。これは昔から伝わる長いお話のひとつです。";

	(void)state;
	assert_true(holds(&f, "moon.pair", "お星さま。登ってください。"));
	assert_false(holds(&f, "moon.pair", "お星さままんじゅう。登ってください。"));
	assert_false(holds(&f, "moon.pair", quoted)); /* an ask is own */
	assert_false(holds(&f, "moon.pair-of-pair", "お星さま。登ってください。"));
	assert_true(holds(&f, "moon.pair-of-pair", "うさぎ。お星さま。登ってください。"));
	end(&f);
}

/* Found in the skeleton only: evaded where a decoration is in the words. */
static void test_views(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("rabbit", "any: ['うさぎのおもち']") RULE("veto", "any: ['お星さま'], none: ['かめさん']"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };
	const struct hit *h;

	(void)state;
	seen_add(&s, FIELD_BODY, "ここにうさ★ぎの★おもちがある");
	h = hit(run(&f, &s), "moon.rabbit");
	assert_non_null(h);
	assert_true(h->evaded && h->skeleton);
	assert_int_equal(h->from, strlen("ここに"));
	assert_int_equal(h->to, strlen("ここにうさ★ぎの★おもち"));
	s = (struct seen){ 0 };
	seen_add(&s, FIELD_BODY, "ここにうさぎのおもちがある");
	h = hit(run(&f, &s), "moon.rabbit");
	assert_false(h->evaded || h->skeleton);
	s = (struct seen){ 0 };
	seen_add(&s, FIELD_BODY, "ここにうさぎの、オモチがある");
	h = hit(run(&f, &s), "moon.rabbit");
	assert_true(!h->evaded && h->skeleton);
	assert_true(holds(&f, "moon.veto", "お星さま"));
	assert_false(holds(&f, "moon.veto", "お星さま。か★め★さん"));
	end(&f);
}

/* ー and 一 are one character of the skeleton, and the pattern begins within it. */
static void test_joined_characters(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("first", "any: ['一番人気']"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };
	const struct hit *h;

	(void)state;
	seen_add(&s, FIELD_BODY, "こちらはスーパー一番人気の品です");
	h = hit(run(&f, &s), "moon.first");
	assert_non_null(h);
	assert_int_equal(h->from, strlen("こちらはスーパー"));
	assert_int_equal(h->to, strlen("こちらはスーパー一番人気"));
	end(&f);
}

static void test_flaws(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("flawed", "any: ['うさぎ'], flaws: [label-wrong]"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };

	(void)state;
	seen_add(&s, FIELD_BODY, "うさぎ");
	assert_null(hit(run(&f, &s), "moon.flawed"));
	s.visible.flaws = FLAW_BIT(LABEL_WRONG);
	assert_non_null(hit(run(&f, &s), "moon.flawed"));
	assert_int_equal(run(&f, &s)->flaws, FLAW_BIT(LABEL_WRONG));
	end(&f);
}

static void test_oddities(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("r", "any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	struct { const char *body; flaw_set flaws; } cases[] = {
		{ "うさぎ", 0 },
		{ "う\u200Bさぎ", FLAW_BIT(INVISIBLE) },
		{ "うさぎ \u200B\u200C \u200B うさぎ", 0 },  /* the padding of newsletters */
		{ "p\u0430ypal", FLAW_BIT(MIXED_SCRIPT) },
		{ "10\u03BCm (\u00B4\u0434`) \u03B1\u7248", 0 },
		{ "\u2764\uFE0Fうさぎ", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct seen s = { 0 };

		seen_add(&s, FIELD_BODY, cases[i].body);
		assert_int_equal(run(&f, &s)->flaws, cases[i].flaws);
	}
	end(&f);
}

static void test_deadline(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("r", "any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	struct seen s = { 0 };
	const struct hits *h;

	(void)state;
	seen_add(&s, FIELD_BODY, "うさぎ");
	assert_int_equal(matcher_run(f.matcher, f.arena, f.set, &s.visible, clock_now() - 1, &h), 0);
	assert_int_equal(h->flaws, FLAW_BIT(TIME));
	end(&f);
}

/* Every literal everywhere: bounded in time and memory, and the hit at the very end is still found. */
static void test_repetitive_text(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n"
		RULE("far", "any: ['うさぎ.{0,12}おもち.{0,12}お団子']")
		RULE("pair", "within: 60, all: ['うさぎ', 'おもち', 'お団子']"), NULL };
	struct fixture f = begin(files);
	struct buf body = BUF_HEAP;
	clock_us start = clock_now();

	(void)state;
	while (body.n < 200000)
		buf_str(&body, "うさぎうさぎ");
	buf_str(&body, "とおもちとお団子");
	assert_true(holds(&f, "moon.far", buf_cstr(&body)));
	assert_true(clock_now() - start < 5000000);
	buf_free(&body);
	end(&f);
}

static void test_digest(void **state)
{
	const char *files[] = { HEAD("moon") "rules:\n" RULE("r", "any: ['うさぎ']"), NULL };
	struct fixture f = begin(files);
	struct seen a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	seen_add(&a, FIELD_BODY, "うさぎが来た");
	seen_add(&b, FIELD_BODY, "うさぎ　が　来た");
	seen_add(&c, FIELD_BODY, "うさぎが行く");
	assert_int_equal(run(&f, &a)->text, run(&f, &b)->text);
	assert_int_not_equal(run(&f, &a)->text, run(&f, &c)->text);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unless_refers_to_a_sign),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_voices),
		cmocka_unit_test(test_quotes_own),
		cmocka_unit_test(test_marks_are_quotes),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_joined_characters),
		cmocka_unit_test(test_flaws),
		cmocka_unit_test(test_oddities),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_repetitive_text),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
