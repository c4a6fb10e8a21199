/*
 * What a pattern matches as typed is found when both are folded: in text and, where of each choice something is left,
 * in the skeleton; with a required literal at its distance, and not wider than the pattern says. On the shipped
 * patterns, and on random ones.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "base/yaml.h"
#include "unit/pattern_try.h"

#define RANDOM_PATTERNS 3000
#define SAMPLES 6

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((seed >> 33) * n) >> 31);
}

#define PICK(list) (list)[below(sizeof(list) / sizeof *(list))]

struct totals {
	unsigned patterns, refused, pairs, cut_short, parted, with_literals, failed;
};

/* What stands around a sample; and what makes room for one that grows in folding. */
static const char *const before[] = { "", "ここに", "ここは。", "x ", "(", "ー", "カ", "5" };
static const char *const behind[] = { "", "です", "。以上", " y", ")", "ー", "-9", "々" };
#define ROOM "。これは後に続く長い文であり、ここでの検査には関わりがなく、畳みによって伸びる字のための場所を作るだけのものである。"

/* By how much the string grows in folding; fold.h says what room a text gives to that. */
static size_t growth(struct span string)
{
	struct buf b = BUF_HEAP;
	size_t n;

	fold_literal(VIEW_TEXT, string, &b);
	n = b.n;
	buf_free(&b);
	return n > string.n ? n - string.n : 0;
}

static void try_samples(struct span text, const struct pattern *p, int samples, bool alone, struct totals *t)
{
	struct arena *a = arena_new((size_t)1 << 26);
	struct regex_scratch *scratch = try_scratch();
	struct tried tried;
	const char *wrong = try_begin(a, p, &tried);

	if (wrong != NULL) {
		fprintf(stderr, "'%.*s': %s\n", SPAN_ARG(text), wrong);
		t->failed++;
	}
	t->with_literals += tried.nneeds > 0;
	for (int i = 0; wrong == NULL && i < samples; i++) {
		const char *left = alone ? "" : PICK(before);
		enum view_kind view = i % 3 == 0 ? VIEW_TEXT : VIEW_SKELETON;
		struct buf string = BUF_ARENA(a, 0), right = BUF_ARENA(a, 0);

		buf_str(&right, alone ? "" : PICK(behind));
		pattern_sample(p, view, &seed, &string);
		if (alone && growth(buf_text(&string)) > 60)
			continue;
		for (size_t room = 60; !alone && room < 60 + growth(buf_text(&string)); room += sizeof ROOM / 6)
			buf_str(&right, ROOM);
		wrong = try_string(a, &tried, scratch, view, left, buf_text(&string), buf_cstr(&right));
		t->pairs++;
		if (wrong == try_cut_short || wrong == try_parted) {
			t->cut_short += wrong == try_cut_short;
			t->parted += wrong == try_parted;
			wrong = NULL;
		} else if (wrong != NULL && t->failed++ < 5) {
			try_report(&tried, text, left, buf_text(&string), buf_cstr(&right), wrong);
		}
	}
	try_end(&tried);
	regex_scratch_free(scratch);
	arena_free(a);
}

/* --- the shipped patterns ----------------------------------------------------------------------------------------- */

struct file {
	struct source source;
	struct yaml_file *yaml;
};

struct shipped {
	struct file files[32];
	size_t nfiles, at;
	struct arena *arena;
	struct totals totals;
};

static const struct pattern *find_term(void *arg, struct span name);

static const struct pattern *parse(struct shipped *s, struct span text)
{
	struct pattern_error e;

	return pattern_parse(s->arena, text, find_term, s, &e);
}

static const struct pattern *parse_list(struct shipped *s, const struct yaml *y)
{
	const struct pattern *v[200];

	if (y->kind == YAML_MAP)
		y = yaml_get(y, "any");
	if (y->kind == YAML_SCALAR)
		return parse(s, y->value);
	for (size_t i = 0; i < y->n; i++)
		assert_non_null(v[i] = parse(s, y->items[i]->value));
	return pattern_any(s->arena, v, y->n);
}

static const struct pattern *find_term(void *arg, struct span name)
{
	struct shipped *s = arg;
	char key[64];

	snprintf(key, sizeof key, "%.*s", SPAN_ARG(name));
	for (size_t i = 0; i <= s->nfiles; i++) {
		size_t k = i == 0 ? s->at : i - 1;
		const struct yaml *root = yaml_root(s->files[k].yaml), *terms = yaml_get(root, "terms");

		if ((i == 0 || yaml_get(root, "lure")->value.n == 6) && terms != NULL && yaml_get(terms, key) != NULL)
			return parse_list(s, yaml_get(terms, key));
	}
	return NULL;
}

/* A pattern, unless it is the id of a sign or rule. */
static void try_scalar(struct shipped *s, struct span text)
{
	const struct pattern *p;

	if (strspn(text.p, "abcdefghijklmnopqrstuvwxyz0123456789.-") == text.n)
		return;
	arena_reset(s->arena);
	p = parse(s, text);
	assert_non_null(p);
	s->totals.patterns++;
	try_samples(text, p, 24, memchr(text.p, '$', text.n) != NULL, &s->totals);
}

static void try_items(struct shipped *s, const struct yaml *items)
{
	static const char *const keys[] = { "any", "all", "none", "unless" };

	for (size_t i = 0; items != NULL && i < items->n; i++) {
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			const struct yaml *list = yaml_get(items->items[i], keys[k]);

			for (size_t j = 0; list != NULL && j < list->n; j++)
				try_scalar(s, list->items[j]->value);
		}
	}
}

static void test_shipped(void **state)
{
	struct shipped s = { .arena = arena_new((size_t)1 << 28) };
	struct diags d = { 0 };
	glob_t found;

	(void)state;
	assert_int_equal(glob(SRCDIR "/patterns/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct file *f = &s.files[s.nfiles++];

		assert_int_equal(source_read(found.gl_pathv[i], YAML_FILE_MAX, &f->source), 0);
		assert_non_null(f->yaml = yaml_read(&f->source, &d));
	}
	for (s.at = 0; s.at < s.nfiles; s.at++) {
		try_items(&s, yaml_get(yaml_root(s.files[s.at].yaml), "signs"));
		try_items(&s, yaml_get(yaml_root(s.files[s.at].yaml), "rules"));
	}
	print_message("%u patterns, %u with literals, %u pairs, %u cut short\n", s.totals.patterns, s.totals.with_literals,
	    s.totals.pairs, s.totals.cut_short);
	assert_int_equal(s.totals.failed, 0);
	assert_int_equal(s.totals.cut_short, 0);
	assert_true(s.totals.patterns > 150);
	for (size_t i = 0; i < s.nfiles; i++) {
		yaml_close(s.files[i].yaml);
		source_free(&s.files[i].source);
	}
	globfree(&found);
	diags_free(&d);
	arena_free(s.arena);
}

/* --- random ones -------------------------------------------------------------------------------------------------- */

static void add_word(struct buf *b)
{
	static const char *const words[] = { "お金", "マネージャー", "LINE", "Ｌｉｎｅ", "（株）", "㈱", "㍿", "①", "登録", "人々", "いすゞ",
		"パーティー", "ﾊﾟｰﾃｨ", "ﾎﾟｲﾝﾄ", "か゛す", "は\u3099", "!!", "。", "？！", "★", "・", "力", "口", "一", "-", "〜", "--",
		"- ", "高﨑", "髙", "０３−", "click here", "無料 で", "é", "e\u0301", "㌢", "㍍", "ﬁ", "…", "「", "」", "ー", "ッ", "ァ", "\u200B",
		"ａ", "10", "五", "ﾞ", "々", "ゝ", "\\(", "\\.", "\\*", "\\x{91D1}", "№", "℡", "♥", "a", "の", "ん", "シ", "ュ",
		" ", "\\-", "%", "Ｇ", "🄰", "𝐚", "Ⓐ", "Ж", "国", "國", "を ", "に", "て" };

	for (unsigned n = 1 + below(4); n > 0; n--)
		buf_str(b, PICK(words));
}

static void add_class(struct buf *b)
{
	static const char *const members[] = { "0-9", "０-９", "ぁ-ん", "ァ-ヶ", "ァ-ヶー", "ー", "・", "、", "。", "!？", "\\-", "〜", "a-z",
		"A-Z", "㈱", "㌢㍍", " ", "　", ":：", "力口", "一-十", "\\d", "\\s", "が", "ぱ", "★", "㍿", "①-⑨", "髙", "\\p{Hiragana}", "あいう",
		"%", "（", ",", "ｱ-ﾝ", "👀" };

	buf_str(b, below(6) == 0 ? "[^" : "[");
	for (unsigned n = 1 + below(3); n > 0; n--)
		buf_str(b, PICK(members));
	buf_byte(b, ']');
}

static void add_pattern(struct buf *b, unsigned depth);

static void add_atom(struct buf *b, unsigned depth)
{
	static const char *const more[] = { ".", ".", "\\d", "\\s", "\\p{Katakana}", "\\p{Han}", "\\p{Hiragana}" };

	switch (below(depth < 3 ? 10 : 7)) {
	case 0: case 1: case 2: case 3:
		add_word(b);
		break;
	case 4: case 5:
		add_class(b);
		break;
	case 6:
		buf_str(b, PICK(more));
		break;
	default:
		buf_str(b, below(2) == 0 ? "(?:" : "(");
		add_pattern(b, depth + 1);
		buf_byte(b, ')');
	}
}

static void add_branch(struct buf *b, unsigned depth)
{
	static const char *const bounds[] = { "?", "?", "?", "*", "+", "{2}", "{0,3}", "{1,2}", "+?", "{2,}", "{1,12}" };

	for (unsigned n = 1 + below(4); n > 0; n--) {
		add_atom(b, depth);
		if (below(3) == 0)
			buf_str(b, PICK(bounds));
	}
}

static void add_pattern(struct buf *b, unsigned depth)
{
	add_branch(b, depth);
	while (below(depth == 0 ? 6 : 2) == 0) {
		buf_byte(b, '|');
		if (depth == 0 || below(8) != 0)
			add_branch(b, depth);
	}
}

static void test_random(void **state)
{
	struct arena *a = arena_new((size_t)1 << 28);
	struct totals t = { 0 };
	struct pattern_error e;

	(void)state;
	while (t.patterns < RANDOM_PATTERNS && t.refused < 10 * RANDOM_PATTERNS) {
		struct buf b = BUF_HEAP;
		const struct pattern *p;
		unsigned place = below(12); /* of ^ or $ */

		if (place == 0)
			buf_byte(&b, '^');
		add_pattern(&b, place < 2 ? 1 : 0); /* no | beside them */
		if (place == 1)
			buf_byte(&b, '$');
		arena_reset(a);
		p = pattern_parse(a, buf_text(&b), NULL, NULL, &e);
		if (p != NULL) {
			t.patterns++;
			try_samples(buf_text(&b), p, SAMPLES, place < 2, &t);
		} else {
			t.refused++;
			assert_true(e.offset < b.n);
		}
		buf_free(&b);
	}
	print_message("%u patterns (%u refused), %u with literals, %u pairs, %u cut short, %u parted\n", t.patterns,
	    t.refused, t.with_literals, t.pairs, t.cut_short, t.parted);
	assert_int_equal(t.failed, 0);
	assert_int_equal(t.patterns, RANDOM_PATTERNS);
	assert_true(t.with_literals > RANDOM_PATTERNS / 5);
	assert_true(t.cut_short + t.parted < t.pairs / 100);
	arena_free(a);
}

static int prepare(void **state)
{
	(void)state;
	return fold_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
