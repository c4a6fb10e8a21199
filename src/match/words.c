#include <config.h>

#include "match/words.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "match/define.h"
#include "match/schema.h"
#include "match/terms.h"

#define WEIGHT_MAX 300 /* hundredths */

bool words_room(struct loader *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nfiles; i++) {
		const struct yaml *weigh = yaml_get(l->files[i].root, "weigh");

		for (size_t k = 0; weigh != NULL && weigh->kind == YAML_MAP && k < weigh->n; k++)
			n += weigh->items[k]->kind == YAML_LIST && weigh->items[k]->n <= RULESET_WORDS_MAX ?
			    weigh->items[k]->n : 0; /* the key may be misspelt */
	}
	if (n > RULESET_ALL_WORDS_MAX) {
		diags_add(l->diags, DIAG_ERROR, NULL, 0, 0, "%zu words that weigh; a set may have %u", n,
		    RULESET_ALL_WORDS_MAX);
		return false;
	}
	l->set->words = arena_array(l->set->arena, n, sizeof *l->set->words);
	l->word_skeletons = arena_array(l->trees, n, sizeof *l->word_skeletons);
	return l->set->words != NULL && l->word_skeletons != NULL;
}

/* Why a word is none that can be found; NULL: it can. */
static const char *unfit(struct span text, struct span skeleton)
{
	uint32_t first, last = 0;
	size_t characters = 0;

	if (text.n == 0)
		return "this word is empty";
	utf8_get(text.p, text.p + text.n, &first);
	for (size_t at = 0; at < text.n;)
		at += utf8_get(text.p + at, text.p + text.n, &last);
	for (size_t i = 0; i < skeleton.n; i++)
		characters += ((unsigned char)skeleton.p[i] & 0xC0) != 0x80;
	if (fold_leans(first) || fold_leans(last))
		return "a word must not begin or end with a blank, or a mark that depends on what stands beside it";
	if (span_find(skeleton, 0, span_str("\n")) < skeleton.n)
		return "a word must not go over the end of a sentence";
	if (characters < 2)
		return "a word needs two characters that are letters, kana or kanji";
	return characters > WORD_CHARACTERS_MAX ? "this word is too long" : NULL;
}

static void read_word(struct loader *l, const struct pattern_file *f, const struct item *item, const struct yaml *y)
{
	static const char *const keys[] = { "text", "points", "texts", "comment" };
	struct ruleset *s = l->set;
	const struct yaml *text, *points, *texts;
	struct buf skeleton = BUF_ARENA(l->trees, 0);
	struct word w = { .item = item };
	unsigned long seen;
	const char *why;

	if (!schema_map(l, f, y, "a word", keys, sizeof keys / sizeof *keys))
		return;
	text = yaml_get(y, "text");
	points = yaml_get(y, "points");
	if (text == NULL || points == NULL || text->kind != YAML_SCALAR) {
		load_error(l, f, text != NULL && text->kind != YAML_SCALAR ? text : y,
		    "a word needs its text and its points: {text: '...', points: 0.35}");
		return;
	}
	schema_text(l, f, y, "comment", false);
	if ((texts = yaml_get(y, "texts")) != NULL)
		schema_count(l, f, texts, 0, 999999999, &seen);
	fold_literal(VIEW_SKELETON, terms_text(text), &skeleton);
	if ((why = unfit(terms_text(text), buf_text(&skeleton))) != NULL)
		load_error(l, f, text, "%s", why);
	if (!schema_weight(l, f, points, -WEIGHT_MAX, WEIGHT_MAX, &w.weight) ||
	    (w.weight < 0 && !load_trusted(l, f, points, "negative points")) || why != NULL ||
	    item->status == STATUS_RETIRED)
		return;
	w.line = text->line;
	w.column = text->column;
	w.text = arena_copy(s->arena, terms_text(text)).p;
	l->word_skeletons[s->nwords] = buf_text(&skeleton);
	s->words[s->nwords++] = w;
}

struct twin {
	struct span skeleton;
	size_t index;
};

static int by_skeleton(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;
	size_t n = x->skeleton.n < y->skeleton.n ? x->skeleton.n : y->skeleton.n;
	int c = memcmp(x->skeleton.p, y->skeleton.p, n);

	if (c == 0)
		c = (x->skeleton.n > y->skeleton.n) - (x->skeleton.n < y->skeleton.n);
	return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

static void report_twin(struct loader *l, const struct pattern_file *f, const struct word *w, const struct word *before)
{
	diags_add(l->diags, DIAG_ERROR, f->source, w->line, w->column,
	    "'%s' is the same as '%s' in line %u once both are folded", w->text, before->text, before->line);
}

/* Words of one list that are the same once folded. */
static void report_twins(struct loader *l, const struct pattern_file *f, size_t from)
{
	struct ruleset *s = l->set;
	size_t n = s->nwords - from;
	struct twin *v = arena_array(l->trees, n, sizeof *v);

	for (size_t i = 0; v != NULL && i < n; i++)
		v[i] = (struct twin){ l->word_skeletons[from + i], from + i };
	if (v != NULL && n > 0)
		qsort(v, n, sizeof *v, by_skeleton);
	for (size_t i = 1; v != NULL && i < n; i++)
		if (span_eq(v[i].skeleton, v[i - 1].skeleton))
			report_twin(l, f, &s->words[v[i].index], &s->words[v[i - 1].index]);
}

void words_define(struct loader *l, const struct pattern_file *f)
{
	static const char *const keys[] = { "id", "status", "expires", "title", "comment", "source", "references",
		"words" };
	const struct yaml *y = yaml_get(f->root, "weigh"), *words;
	size_t from = l->set->nwords;
	struct compiled_item *c;
	struct yaml_items list;

	if (y == NULL)
		return;
	c = define_new(l, f, ITEM_WORDS, y, "'weigh'", keys, sizeof keys / sizeof *keys);
	if (c == NULL)
		return;
	if (f->family != NULL && f->family->kind == FAMILY_CONTEXT)
		load_error(l, f, y, "counter-evidence has no words: those of 'lure: common' may have points below 0");
	words = yaml_get(y, "words");
	if (words == NULL || words->kind != YAML_LIST) {
		load_error(l, f, words != NULL ? words : y, "'words' must be a list: lines that begin with '- '");
		return;
	}
	if (!schema_list(l, f, words, RULESET_WORDS_MAX, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		read_word(l, f, &c->item, list.v[i]);
	if (l->set->nwords > from)
		l->set->slots |= SLOT_BIT(FIELD_SUBJECT) | SLOT_BIT(FIELD_BODY);
	report_twins(l, f, from);
}
