#include <config.h>

#include "match/needs.h"

#include <stdlib.h>

/* A need of a pattern, until equal sets are one. */
struct kept_need {
	uint32_t pattern, at;
	const struct literal *v;
	size_t n;
};

/* A literal as a member of a set, or a word. */
struct found_literal {
	struct span text;
	bool word;
	uint32_t index; /* of `members`, or of the words */
};

uint64_t slots_of_prose(void)
{
	uint64_t slots = 0;

	for (size_t i = 0; i < FIELD_HEADER; i++)
		if (field_prose((enum field_id)i))
			slots |= SLOT_BIT(i);
	return slots;
}

void needs_add(struct loader *l, struct compiled_pattern *p, const struct need *needs, size_t n)
{
	if (l->one_by_one)
		return;
	if (l->nneeds + n > l->need_cap) {
		size_t cap = l->need_cap == 0 ? 1024 : 2 * l->need_cap;

		l->needs = arena_grow(l->trees, l->needs, l->need_cap * sizeof *l->needs, cap * sizeof *l->needs);
		if (l->needs == NULL)
			return;
		l->need_cap = cap;
	}
	p->nneeds = n;
	for (size_t i = 0; i < n; i++) {
		p->needs[i] = (struct compiled_need){ 0, needs[i].back_min, needs[i].back_max };
		l->needs[l->nneeds++] = (struct kept_need){ (uint32_t)(p - l->set->patterns), (uint32_t)i, needs[i].v,
			needs[i].n };
	}
}

static int compare_text(struct span x, struct span y)
{
	size_t n = x.n < y.n ? x.n : y.n;
	int c = memcmp(x.p, y.p, n);

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

/* Sets by what is in them; literals of a set are in order already. */
static int compare_set(const struct kept_need *x, const struct kept_need *y)
{
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (size_t i = 0; i < x->n; i++) {
		const struct literal *a = &x->v[i], *b = &y->v[i];
		int c = compare_text(a->text, b->text);

		if (c != 0)
			return c;
		if (a->back_min != b->back_min)
			return a->back_min < b->back_min ? -1 : 1;
		if (a->back_max != b->back_max)
			return a->back_max < b->back_max ? -1 : 1;
	}
	return 0;
}

static int compare_need(const void *a, const void *b)
{
	const struct kept_need *x = a, *y = b;
	int c = compare_set(x, y);

	if (c != 0)
		return c;
	return x->pattern != y->pattern ? (x->pattern < y->pattern ? -1 : 1) : (x->at > y->at) - (x->at < y->at);
}

static int compare_literal(const void *a, const void *b)
{
	const struct found_literal *x = a, *y = b;
	int c = compare_text(x->text, y->text);

	return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

/* Room for the lists of n things with `all` members in all. */
static void lists_open(struct arena *a, struct lists *l, size_t n, size_t all)
{
	l->first = arena_array(a, n + 1, sizeof *l->first);
	l->v = arena_array(a, all, sizeof *l->v);
}

/* first[] holds counts: make it the ends of the lists, from which lists_put() fills backwards. */
static void lists_counted(struct lists *l, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= n; i++) {
		sum += l->first[i];
		l->first[i] = sum;
	}
}

static void lists_put(struct lists *l, size_t i, size_t member)
{
	l->v[--l->first[i]] = (uint32_t)member;
}

/* Equal sets get one number. Their members come into `all`; which literals those are is not known yet. */
static size_t number_sets(struct loader *l, struct found_literal *all)
{
	struct ruleset *s = l->set;
	size_t n = 0;

	for (size_t i = 0; i < l->nneeds; i++) {
		const struct kept_need *k = &l->needs[i];

		if (i == 0 || compare_set(k, k - 1) != 0) {
			s->first_member[s->nsets++] = (uint32_t)n;
			for (size_t j = 0; j < k->n; j++, n++) {
				s->members[n] = (struct member){ 0, k->v[j].back_min, k->v[j].back_max };
				all[n] = (struct found_literal){ k->v[j].text, false, (uint32_t)n };
			}
		}
		s->patterns[k->pattern].needs[k->at].set = (uint32_t)s->nsets - 1;
	}
	s->first_member[s->nsets] = (uint32_t)n;
	return n;
}

/* The numbers of literals, into the members; and back from them to sets and words. */
static void number_literals(struct loader *l, const struct found_literal *all, size_t n, struct span *texts)
{
	struct ruleset *s = l->set;
	uint32_t *number = arena_array(l->trees, n, sizeof *number);

	lists_open(s->arena, &s->sets_of, n, n);
	lists_open(s->arena, &s->words_of, n, n);
	s->literal_length = arena_array(s->arena, n, sizeof *s->literal_length);
	if (number == NULL || arena_failed(s->arena))
		return;
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !span_eq(all[i].text, all[i - 1].text)) {
			texts[s->nliterals] = all[i].text;
			s->literal_length[s->nliterals++] = (uint32_t)all[i].text.n;
		}
		number[i] = (uint32_t)s->nliterals - 1;
		if (!all[i].word)
			s->members[all[i].index].literal = number[i];
		(all[i].word ? &s->words_of : &s->sets_of)->first[number[i]]++;
	}
	lists_counted(&s->words_of, s->nliterals);
	lists_counted(&s->sets_of, s->nliterals);
	for (size_t i = n; i-- > 0;)
		if (all[i].word)
			lists_put(&s->words_of, number[i], all[i].index);
	for (size_t set = s->nsets; set-- > 0;)
		for (uint32_t k = s->first_member[set]; k < s->first_member[set + 1]; k++)
			lists_put(&s->sets_of, s->members[k].literal, set);
}

/* The members of the sets and the words, as literals of the automaton. */
static void index_literals(struct loader *l)
{
	struct ruleset *s = l->set;
	size_t n = s->nwords, members;
	struct found_literal *all;
	struct span *texts;

	for (size_t i = 0; i < l->nneeds; i++)
		n += l->needs[i].n;
	all = arena_array(l->trees, n, sizeof *all);
	texts = arena_array(l->trees, n, sizeof *texts);
	s->first_member = arena_array(s->arena, l->nneeds + 1, sizeof *s->first_member);
	s->members = arena_array(s->arena, n, sizeof *s->members);
	if (texts == NULL || all == NULL || arena_failed(s->arena))
		return;
	if (l->nneeds > 0)
		qsort(l->needs, l->nneeds, sizeof *l->needs, compare_need);
	members = number_sets(l, all);
	for (size_t i = 0; i < s->nwords; i++)
		all[members + i] = (struct found_literal){ l->word_skeletons[i], true, (uint32_t)i };
	n = members + s->nwords;
	if (n > 0)
		qsort(all, n, sizeof *all, compare_literal);
	number_literals(l, all, n, texts);
	if (s->nliterals > 0 && (s->automaton = automaton_build(texts, s->nliterals)) == NULL)
		l->trouble = true;
}

/* Which patterns are looked for when: by their first need, in any prose, in fields that are no prose. */
static void index_patterns(struct ruleset *s)
{
	lists_open(s->arena, &s->woken, s->nsets, s->npatterns);
	s->always = arena_array(s->arena, s->npatterns, sizeof *s->always);
	s->plain = arena_array(s->arena, s->npatterns, sizeof *s->plain);
	if (arena_failed(s->arena))
		return;
	for (size_t i = 0; i < s->npatterns; i++) {
		const struct compiled_pattern *p = &s->patterns[i];

		if (p->nneeds > 0)
			s->woken.first[p->needs[0].set]++;
		else if ((p->slots & slots_of_prose()) != 0)
			s->always[s->nalways++] = (uint32_t)i;
		if ((p->slots & ~slots_of_prose()) != 0)
			s->plain[s->nplain++] = (uint32_t)i;
	}
	lists_counted(&s->woken, s->nsets);
	for (size_t i = s->npatterns; i-- > 0;)
		if (s->patterns[i].nneeds > 0)
			lists_put(&s->woken, s->patterns[i].needs[0].set, i);
}

/* An item is looked for no further than its first hit that counts, unless others ask where it stands. */
static void find_once(struct ruleset *s)
{
	for (size_t i = 0; i < s->nitems; i++) {
		const struct compiled_item *c = &s->items[i];

		s->items[i].once = c->any.n > 0 && c->all.n == 0 && c->at_least == 0;
	}
	for (size_t i = 0; i < s->nitems; i++) {
		const struct compiled_item *c = &s->items[i];
		const struct operands *lists[] = { &c->all, &c->any, &c->of, &c->unless };

		for (size_t k = 0; k < 4; k++)
			for (size_t j = 0; j < lists[k]->n; j++)
				if (lists[k]->v[j].item)
					s->items[lists[k]->v[j].index].once = false;
	}
}

typedef void operand_fn(struct ruleset *s, size_t item, const struct operand *o);

/* Each positive condition of each item. */
static void each_condition(struct ruleset *s, operand_fn *fn)
{
	for (size_t i = s->nitems; i-- > 0;) {
		const struct compiled_item *c = &s->items[i];
		const struct operands *lists[] = { &c->all, &c->any, &c->of };

		for (size_t k = 0; k < 3; k++)
			for (size_t j = 0; j < lists[k]->n; j++)
				fn(s, i, &lists[k]->v[j]);
	}
}

static void count_condition(struct ruleset *s, size_t item, const struct operand *o)
{
	(o->item ? &s->dependents : &s->users)->first[o->index]++;
	s->items[item].always = false;
}

static void put_condition(struct ruleset *s, size_t item, const struct operand *o)
{
	lists_put(o->item ? &s->dependents : &s->users, o->index, item);
}

/* Who holds by whom. */
static void index_items(struct ruleset *s)
{
	size_t all = 0;

	for (size_t i = 0; i < s->nitems; i++) {
		s->items[i].always = true; /* until a condition is met */
		all += s->items[i].all.n + s->items[i].any.n + s->items[i].of.n;
	}
	lists_open(s->arena, &s->users, s->npatterns, all);
	lists_open(s->arena, &s->dependents, s->nitems, all);
	if (arena_failed(s->arena))
		return;
	each_condition(s, count_condition);
	lists_counted(&s->users, s->npatterns);
	lists_counted(&s->dependents, s->nitems);
	each_condition(s, put_condition);
	find_once(s);
}

void needs_index(struct loader *l)
{
	index_literals(l);
	if (arena_failed(l->trees) || arena_failed(l->set->arena) || l->trouble)
		return;
	index_patterns(l->set);
	index_items(l->set);
}
