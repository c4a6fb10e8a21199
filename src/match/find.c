#include <config.h>

#include "match/find.h"

#include <stdlib.h>

static bool continues(const char *p)
{
	return ((unsigned char)*p & 0xC0) == 0x80;
}

/* What the automaton's callback needs. */
struct pass {
	struct scene *scene;
	size_t field;
	unsigned calls;
};

/* The search of a pattern in the field that the pass is at, which is always the head of the list. */
static struct search *search_here(struct scene *s, uint32_t pattern, size_t field)
{
	struct search *q = s->searches[pattern];

	if (q != NULL && q->field == field)
		return q;
	q = arena_alloc(s->arena, sizeof *q);
	if (q == NULL)
		return NULL;
	q->next = s->searches[pattern];
	q->pattern = pattern;
	q->field = (uint16_t)field;
	s->searches[pattern] = q;
	return q;
}

static void add_window(struct scene *s, struct search *q, uint32_t from, uint32_t to)
{
	struct range *last = q->nwindows > 0 ? &q->windows[q->nwindows - 1] : NULL;

	/* Ends come in order, so the last window is the nearest. */
	if (last != NULL && (from <= last->to + 1 || q->nwindows == FIND_WINDOWS_MAX)) {
		last->from = from < last->from ? from : last->from;
		last->to = to > last->to ? to : last->to;
		return;
	}
	if (q->nwindows == q->cap) {
		size_t cap = q->cap == 0 ? 4 : 2 * q->cap;
		struct range *v = scene_spend(s, q->cap == 0 ? 4 : q->cap) ?
		    arena_grow(s->arena, q->windows, q->cap * sizeof *v, cap * sizeof *v) : NULL;

		if (v == NULL) {
			q->everywhere = true; /* no room to say where: slower, and nothing is missed */
			return;
		}
		q->windows = v;
		q->cap = cap;
	}
	q->windows[q->nwindows++] = (struct range){ from, to };
}

/* A word counts where it stands first; of text that is mostly quoted, where the writer says it himself. */
static bool word_found(struct scene *s, size_t field, uint32_t word, size_t start, size_t end)
{
	const struct seen_field *f = &s->fields[field];
	struct occurrence o = { .field = (uint16_t)field };
	size_t from, to;

	if (s->word_seen[word] || (f->slot != FIELD_SUBJECT && f->slot != FIELD_BODY))
		return true;
	view_origin(&f->view[VIEW_SKELETON], start, end, &from, &to);
	o.from = (uint32_t)from;
	o.to = (uint32_t)to;
	o.quoted = layout_quoted(&f->layout, from, to);
	if (o.quoted && s->quotes_own)
		return true;
	if (s->nwords == s->words_cap) {
		size_t cap = s->words_cap == 0 ? 64 : 2 * s->words_cap;

		s->words = arena_grow(s->arena, s->words, s->words_cap * sizeof *s->words, cap * sizeof *s->words);
		if (s->words == NULL)
			return false;
		s->words_cap = cap;
	}
	s->word_seen[word] = true;
	s->words[s->nwords++] = (struct seen_word){ word, o };
	return true;
}

static bool literal_found(void *arg, uint32_t literal, size_t end)
{
	struct pass *p = arg;
	struct scene *s = p->scene;
	const struct ruleset *r = s->set;
	const struct seen_field *f = &s->fields[p->field];
	size_t start = end - r->literal_length[literal];

	for (uint32_t i = r->first_posting[literal]; i < r->first_posting[literal + 1]; i++) {
		const struct posting *post = &r->postings[i];
		size_t from = start > post->back ? start - post->back : 0;
		struct search *q;

		if (post->pattern >= r->npatterns) {
			if (!word_found(s, p->field, post->pattern - (uint32_t)r->npatterns, start, end))
				return false;
			continue;
		}
		if (!(r->patterns[post->pattern].slots & SLOT_BIT(f->slot)))
			continue;
		while (from > 0 && continues(f->view[VIEW_SKELETON].text.p + from))
			from--;
		q = search_here(s, post->pattern, p->field);
		if (q == NULL)
			return false;
		if (!q->everywhere)
			add_window(s, q, (uint32_t)from, (uint32_t)start);
	}
	if (++p->calls % 4096 == 0 && clock_past(s->deadline)) {
		s->flaws |= FLAW_BIT(TIME);
		s->stopped = true;
	}
	return !s->stopped;
}

static void everywhere(struct scene *s, uint32_t pattern, size_t field)
{
	struct search *q = NULL;

	if (s->set->patterns[pattern].slots & SLOT_BIT(s->fields[field].slot))
		q = search_here(s, pattern, field);
	if (q != NULL)
		q->everywhere = true;
}

void find_candidates(struct scene *s)
{
	const struct ruleset *r = s->set;

	for (size_t i = 0; i < s->nfields && !s->stopped; i++) {
		struct pass p = { .scene = s, .field = i };

		if (!s->fields[i].prose) {
			for (size_t k = 0; k < r->npatterns; k++)
				everywhere(s, (uint32_t)k, i);
			continue;
		}
		if (r->automaton != NULL)
			automaton_search(r->automaton, s->fields[i].view[VIEW_SKELETON].text, literal_found, &p);
		for (size_t k = 0; k < r->nalways; k++)
			everywhere(s, r->always[k], i);
	}
}

bool find_possible(const struct scene *s, uint32_t pattern, uint64_t slots)
{
	for (const struct search *q = s->searches[pattern]; q != NULL; q = q->next)
		if (slots & SLOT_BIT(s->fields[q->field].slot))
			return true;
	return false;
}

bool occurrences_add(struct scene *s, struct occurrences *list, const struct occurrence *o, size_t max)
{
	/* Decoys in quotation marks must not use up the room of what the mail says itself. */
	size_t quoted = list->n - list->own;

	if (o->quoted ? quoted >= max : list->own >= max)
		return list->own < max;
	if (list->n == list->cap) {
		size_t cap = list->cap == 0 ? 4 : 2 * list->cap;
		struct occurrence *v = scene_spend(s, cap - list->cap) ?
		    arena_grow(s->arena, list->v, list->cap * sizeof *v, cap * sizeof *v) : NULL;

		if (v == NULL)
			return false;
		list->v = v;
		list->cap = cap;
	}
	list->v[list->n++] = *o;
	list->own += !o->quoted;
	return true;
}

/* The first byte of a view whose origin is not before `origin`. */
static size_t lower_bound(const struct view *v, uint32_t origin)
{
	size_t low = 0, high = v->text.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->from[mid] < origin)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Invariant 3 of find.h: the starts in text that belong to a window of starts in the skeleton. Several characters may
 * have become one of the skeleton: ー一 is a single ー.
 */
static struct range text_window(const struct seen_field *f, struct range w)
{
	const struct view *text = &f->view[VIEW_TEXT], *skeleton = &f->view[VIEW_SKELETON];
	size_t from = w.from == 0 ? 0 : lower_bound(text, skeleton->from[w.from - 1]);
	size_t to = w.to >= skeleton->text.n ? text->text.n : lower_bound(text, skeleton->to[w.to]);

	while (from > 0 && from < text->text.n && continues(text->text.p + from))
		from--;
	to -= to > 0 && to > from;
	while (to > 0 && to < text->text.n && continues(text->text.p + to))
		to--;
	return (struct range){ (uint32_t)from, (uint32_t)to };
}

/* A match in the folded bytes from .. to; false: enough of them. */
static bool note(struct scene *s, struct search *q, enum view_kind view, size_t from, size_t to)
{
	struct seen_field *f = &s->fields[q->field];
	struct occurrence o = { .field = q->field };
	size_t ofrom, oto;

	view_origin(&f->view[view], from, to, &ofrom, &oto);
	o.from = (uint32_t)ofrom;
	o.to = (uint32_t)oto;
	o.quoted = layout_quoted(&f->layout, ofrom, oto);
	o.skeleton = view == VIEW_SKELETON;
	o.evaded = o.skeleton && fold_evaded(span(f->field->text.p + ofrom, oto - ofrom));
	return occurrences_add(s, &q->found[view], &o, s->limits->hits);
}

static size_t next_character(struct span text, size_t at)
{
	at++;
	while (at < text.n && continues(text.p + at))
		at++;
	return at;
}

/*
 * Matches that start in *at .. to; *at moves on. A call that is cut short is made again with fewer starts, down to one
 * character: only the starts that exceed the limits are given up. false: no more of this search.
 */
static bool search_window(struct scene *s, struct search *q, enum view_kind view, size_t *at, size_t to)
{
	const struct regex *r = s->set->patterns[q->pattern].regex[view];
	struct span text = s->fields[q->field].view[view].text;
	size_t step = FIND_STARTS_MAX;

	while (*at <= to) {
		size_t last = to - *at < step ? to : *at + step - 1, mfrom = 0, mto = 0;

		while (last > *at && last < text.n && continues(text.p + last))
			last--;
		if (clock_past(s->deadline)) {
			s->flaws |= FLAW_BIT(TIME);
			s->stopped = true;
			return false;
		}
		switch (regex_find(r, s->scratch, text, *at, last, &mfrom, &mto)) {
		case REGEX_HIT:
			if (mto > mfrom && !note(s, q, view, mfrom, mto))
				return false;
			*at = mto > mfrom ? mto : next_character(text, mfrom);
			break;
		case REGEX_NONE:
			*at = next_character(text, last);
			step = FIND_STARTS_MAX;
			break;
		case REGEX_CUT_SHORT:
			if (step == 1) {
				s->flaws |= FLAW_BIT(CUT_SHORT);
				*at = next_character(text, *at);
				step = FIND_STARTS_MAX;
			} else {
				step = step > 32 ? 32 : 1;
			}
			break;
		}
	}
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static void search_view(struct scene *s, struct search *q, enum view_kind view)
{
	const struct seen_field *f = &s->fields[q->field];
	size_t at = 0;

	q->done[view] = true;
	if (q->everywhere) {
		search_window(s, q, view, &at, f->view[view].text.n);
		return;
	}
	qsort(q->windows, q->nwindows, sizeof *q->windows, by_start);
	for (size_t i = 0; i < q->nwindows; i++) {
		struct range w = view == VIEW_TEXT ? text_window(f, q->windows[i]) : q->windows[i];

		if (at < w.from)
			at = w.from;
		if (!search_window(s, q, view, &at, w.to))
			return;
	}
}

const struct occurrences *find_pattern(struct scene *s, uint32_t pattern, size_t field, enum view_kind view)
{
	static const struct occurrences none;
	struct search *q = s->searches[pattern];

	while (q != NULL && q->field != field)
		q = q->next;
	if (q == NULL)
		return &none;
	if (!s->fields[field].prose)
		view = VIEW_TEXT;
	if (!q->done[view] && !s->stopped)
		search_view(s, q, view);
	return &q->found[view];
}
