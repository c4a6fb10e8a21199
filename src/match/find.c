#include <config.h>

#include "match/find.h"

#define CLOCK_EACH 16u /* calls of PCRE2, with JIT */
#define LITERAL_PLACES_MAX 1024u /* of one literal in a field; further ones may be anywhere behind */
#define CUTS_MAX (PATTERN_NEEDS_MAX * FIND_WINDOWS_MAX)

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

static void wake(struct scene *s, uint32_t pattern)
{
	const struct lists *l = &s->set->users;

	for (uint32_t i = l->first[pattern]; i < l->first[pattern + 1]; i++)
		s->awake[l->v[i]] = true;
}

/* A search of a pattern in the field that the pass is at. NULL: no memory. */
static struct search *new_search(struct scene *s, uint32_t pattern, size_t field)
{
	struct search *q = arena_alloc(s->arena, sizeof *q);

	if (q == NULL)
		return NULL;
	q->next = s->searches[pattern];
	q->pattern = pattern;
	q->field = (uint16_t)field;
	if (q->next == NULL)
		wake(s, pattern);
	s->searches[pattern] = q;
	return q;
}

/* --- literals and sets -------------------------------------------------------------------------------------------- */

static struct seen_literal *literal_here(struct scene *s, uint32_t literal)
{
	if (s->seen_of[literal] != 0)
		return &s->literals[s->seen_of[literal] - 1];
	if (s->nliterals == s->literals_cap) {
		size_t cap = s->literals_cap == 0 ? 256 : 2 * s->literals_cap;

		s->literals = arena_grow(s->arena, s->literals, s->literals_cap * sizeof *s->literals,
		    cap * sizeof *s->literals);
		if (s->literals == NULL)
			return NULL;
		memset(s->literals + s->literals_cap, 0, (cap - s->literals_cap) * sizeof *s->literals);
		s->literals_cap = cap;
	}
	s->literals[s->nliterals].literal = literal;
	s->seen_of[literal] = (uint32_t)++s->nliterals;
	return &s->literals[s->nliterals - 1];
}

static bool literal_found(void *arg, uint32_t literal, size_t end)
{
	struct pass *p = arg;
	struct scene *s = p->scene;
	struct seen_literal *seen = literal_here(s, literal);

	if (seen == NULL)
		return false;
	if (seen->n == seen->cap && !seen->more) {
		uint32_t cap = seen->cap == 0 ? 4 : 2 * seen->cap;
		uint32_t *at = cap <= LITERAL_PLACES_MAX && scene_spend(s, cap - seen->cap) ?
		    arena_grow(s->arena, seen->at, seen->cap * sizeof *at, cap * sizeof *at) : NULL;

		seen->more = at == NULL;
		seen->at = at != NULL ? at : seen->at;
		seen->cap = at != NULL ? cap : seen->cap;
	}
	if (seen->n < seen->cap)
		seen->at[seen->n++] = (uint32_t)end - s->set->literal_length[literal];
	if (++p->calls % 4096 == 0 && clock_past(s->deadline)) {
		s->flaws |= FLAW_BIT(TIME);
		s->stopped = true;
	}
	return !s->stopped;
}

static struct places *places_here(struct scene *s, uint32_t set)
{
	struct places *p;

	if (s->place_of[set] != 0)
		return &s->places[s->place_of[set] - 1];
	if (s->nplaces == s->places_cap) {
		size_t cap = s->places_cap == 0 ? 256 : 2 * s->places_cap;

		s->places = arena_grow(s->arena, s->places, s->places_cap * sizeof *s->places, cap * sizeof *s->places);
		if (s->places == NULL)
			return NULL;
		memset(s->places + s->places_cap, 0, (cap - s->places_cap) * sizeof *s->places);
		s->places_cap = cap;
	}
	p = &s->places[s->nplaces++];
	*p = (struct places){ .set = set, .v = p->v, .cap = p->cap };
	s->place_of[set] = (uint32_t)s->nplaces;
	return p;
}

static bool room_for_place(struct scene *s, struct places *p)
{
	size_t cap = p->cap == 0 ? 4 : 2 * p->cap;
	struct range *v;

	if (p->n < p->cap)
		return true;
	v = scene_spend(s, cap - p->cap) ? arena_grow(s->arena, p->v, p->cap * sizeof *v, cap * sizeof *v) : NULL;
	if (v == NULL) {
		p->everywhere = true; /* no room to say where: slower, and nothing is missed */
		return false;
	}
	p->v = v;
	p->cap = cap;
	return true;
}

static void add_place(struct scene *s, struct places *p, uint32_t from, uint32_t to)
{
	size_t i = p->n, k;

	if (p->everywhere)
		return;
	while (i > 0 && p->v[i - 1].from > from)
		i--;
	if (i > 0 && (from <= p->v[i - 1].to + 1 || p->n == FIND_WINDOWS_MAX)) {
		i--;
		p->v[i].to = to > p->v[i].to ? to : p->v[i].to;
	} else if (p->n == FIND_WINDOWS_MAX) {
		p->v[i].from = from;
		p->v[i].to = to > p->v[i].to ? to : p->v[i].to;
	} else {
		if (!room_for_place(s, p))
			return;
		memmove(p->v + i + 1, p->v + i, (p->n - i) * sizeof *p->v);
		p->v[i] = (struct range){ from, to };
		p->n++;
	}
	for (k = i + 1; k < p->n && p->v[k].from <= p->v[i].to + 1; k++)
		p->v[i].to = p->v[k].to > p->v[i].to ? p->v[k].to : p->v[i].to;
	memmove(p->v + i + 1, p->v + k, (p->n - k) * sizeof *p->v);
	p->n -= k - i - 1;
}

/* The places of a set, of all its literals in the field. */
static const struct places *places_made(struct scene *s, uint32_t set, struct span text)
{
	struct places *p = &s->places[s->place_of[set] - 1];
	const struct ruleset *r = s->set;

	if (p->made)
		return p;
	p->made = true;
	for (uint32_t i = r->first_member[set]; i < r->first_member[set + 1]; i++) {
		const struct member *m = &r->members[i];
		const struct seen_literal *seen = s->seen_of[m->literal] == 0 ? NULL :
		    &s->literals[s->seen_of[m->literal] - 1];

		for (uint32_t k = 0; seen != NULL && k < seen->n; k++)
			if (seen->at[k] >= m->back_min)
				add_place(s, p, seen->at[k] > m->back_max ? seen->at[k] - m->back_max : 0,
				    seen->at[k] - m->back_min);
		if (seen != NULL && seen->more) /* behind the last that is known */
			add_place(s, p, seen->n > 0 && seen->at[seen->n - 1] > m->back_max ?
			    seen->at[seen->n - 1] - m->back_max : 0, (uint32_t)text.n);
	}
	return p;
}

/* The starts that a need leaves of some; at most as many more as it has places. */
static size_t cut(const struct places *p, const struct compiled_need *need, const struct range *in, size_t n,
    struct range *out)
{
	size_t k = 0, kept = 0;

	if (p->everywhere) {
		memcpy(out, in, n * sizeof *out);
		return n;
	}
	for (size_t i = 0; i < n; i++) {
		/* Ends of places are in order too. */
		while (k < p->n && (size_t)p->v[k].to < (size_t)in[i].from + need->back_min)
			k++;
		for (size_t j = k; j < p->n; j++) {
			uint32_t from = p->v[j].from > need->back_max ? p->v[j].from - need->back_max : 0;
			uint32_t to = p->v[j].to - need->back_min;

			if (from > in[i].to)
				break;
			from = from > in[i].from ? from : in[i].from;
			to = to < in[i].to ? to : in[i].to;
			if (kept > 0 && from <= out[kept - 1].to + 1)
				out[kept - 1].to = to > out[kept - 1].to ? to : out[kept - 1].to;
			else
				out[kept++] = (struct range){ from, to };
		}
	}
	return kept;
}

/* What was woken in this field is looked for where all its needs agree. */
static void narrow(struct scene *s, uint32_t pattern, size_t field)
{
	const struct compiled_pattern *p = &s->set->patterns[pattern];
	struct span text = s->fields[field].view[VIEW_SKELETON].text;
	struct range windows[2][CUTS_MAX];
	size_t n = 1, now = 0;
	struct search *q;

	for (size_t i = 1; i < p->nneeds; i++)
		if (s->place_of[p->needs[i].set] == 0)
			return;
	windows[0][0] = (struct range){ 0, (uint32_t)text.n };
	for (size_t i = 0; i < p->nneeds && n > 0; i++, now = !now)
		n = cut(places_made(s, p->needs[i].set, text), &p->needs[i], windows[now], n, windows[!now]);
	if (n == 0 || (q = new_search(s, pattern, field)) == NULL)
		return;
	q->windows = scene_spend(s, n) ? arena_array(s->arena, n, sizeof *q->windows) : NULL;
	q->everywhere = q->windows == NULL;
	for (size_t i = 0; i < n && q->windows != NULL; i++) {
		struct range w = windows[now][i];

		while (w.from > 0 && w.from < text.n && continues(text.p + w.from))
			w.from--;
		q->windows[q->nwindows++] = w;
	}
}

/* A word counts where it stands first; of text that is mostly quoted, where the writer says it himself. */
static void word_found(struct scene *s, size_t field, uint32_t word, const struct seen_literal *seen)
{
	const struct seen_field *f = &s->fields[field];
	struct occurrence o = { .field = (uint16_t)field };
	size_t from, to;

	if (s->word_seen[word] || (f->slot != FIELD_SUBJECT && f->slot != FIELD_BODY))
		return;
	for (uint32_t i = 0; i < seen->n; i++) {
		view_origin(&f->view[VIEW_SKELETON], seen->at[i], seen->at[i] + s->set->literal_length[seen->literal],
		    &from, &to);
		o.from = (uint32_t)from;
		o.to = (uint32_t)to;
		o.quoted = layout_quoted(&f->layout, from, to);
		if (!o.quoted || !s->quotes_own)
			break;
	}
	if (o.quoted && s->quotes_own && !seen->more)
		return;
	if (s->nwords == s->words_cap) {
		size_t cap = s->words_cap == 0 ? 64 : 2 * s->words_cap;

		s->words = arena_grow(s->arena, s->words, s->words_cap * sizeof *s->words, cap * sizeof *s->words);
		if (s->words == NULL)
			return;
		s->words_cap = cap;
	}
	s->word_seen[word] = true;
	s->words[s->nwords++] = (struct seen_word){ word, o };
}

static void everywhere(struct scene *s, uint32_t pattern, size_t field)
{
	struct search *q = NULL;

	if (s->set->patterns[pattern].slots & SLOT_BIT(s->fields[field].slot))
		q = new_search(s, pattern, field);
	if (q != NULL)
		q->everywhere = true;
}

/* What the literals of the field belong to. */
static void meet(struct scene *s, size_t field)
{
	const struct ruleset *r = s->set;

	for (size_t i = 0; i < s->nliterals; i++) {
		const struct seen_literal *seen = &s->literals[i];
		uint32_t k;

		for (k = r->words_of.first[seen->literal]; k < r->words_of.first[seen->literal + 1]; k++)
			word_found(s, field, r->words_of.v[k], seen);
		for (k = r->sets_of.first[seen->literal]; k < r->sets_of.first[seen->literal + 1]; k++)
			if (places_here(s, r->sets_of.v[k]) == NULL)
				return;
	}
}

static void find_in_prose(struct scene *s, size_t field)
{
	const struct ruleset *r = s->set;
	const struct seen_field *f = &s->fields[field];
	struct pass p = { .scene = s, .field = field };

	if (r->automaton != NULL)
		automaton_search(r->automaton, f->view[VIEW_SKELETON].text, literal_found, &p);
	meet(s, field);
	for (size_t i = 0; i < s->nplaces; i++) {
		uint32_t set = s->places[i].set;

		for (uint32_t k = r->woken.first[set]; k < r->woken.first[set + 1]; k++)
			if (r->patterns[r->woken.v[k]].slots & SLOT_BIT(f->slot))
				narrow(s, r->woken.v[k], field);
	}
	for (size_t i = 0; i < s->nplaces; i++)
		s->place_of[s->places[i].set] = 0;
	for (size_t i = 0; i < s->nliterals; i++) {
		s->seen_of[s->literals[i].literal] = 0;
		s->literals[i].n = 0;
		s->literals[i].more = false;
	}
	s->nplaces = s->nliterals = 0;
	for (size_t k = 0; k < r->nalways; k++)
		everywhere(s, r->always[k], field);
}

void find_candidates(struct scene *s)
{
	for (size_t i = 0; i < s->nfields && !s->stopped; i++) {
		if (s->fields[i].prose)
			find_in_prose(s, i);
		else
			for (size_t k = 0; k < s->set->nplain; k++)
				everywhere(s, s->set->plain[k], i);
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
	return occurrences_add(s, &q->looked[view].found, &o, s->limits->hits);
}

static size_t next_character(struct span text, size_t at)
{
	at++;
	while (at < text.n && continues(text.p + at))
		at++;
	return at;
}

static bool time_left(struct scene *s)
{
	s->searched += regex_cost(s->scratch);
	if (s->searched >= CLOCK_EACH) {
		s->searched = 0;
		if (clock_past(s->deadline)) {
			s->flaws |= FLAW_BIT(TIME);
			s->stopped = true;
		}
	}
	return !s->stopped;
}

/*
 * The next match that starts in looked->at .. to, which moves on. A call that is cut short is made again with fewer
 * starts, down to one character: only the starts that exceed the limits are given up. false: there is none.
 */
static bool search_window(struct scene *s, struct search *q, enum view_kind view, size_t to)
{
	const struct regex *r = s->set->patterns[q->pattern].regex[view];
	struct span text = s->fields[q->field].view[view].text;
	size_t *at = &q->looked[view].at, most = FIND_STARTS_MAX / regex_cost(s->scratch), step = most;

	while (*at <= to) {
		size_t last = to - *at < step ? to : *at + step - 1, mfrom = 0, mto = 0;

		while (last > *at && last < text.n && continues(text.p + last))
			last--;
		if (!time_left(s))
			return false;
		switch (regex_find(r, s->scratch, text, *at, last, &mfrom, &mto)) {
		case REGEX_HIT:
			*at = mto > mfrom ? mto : next_character(text, mfrom);
			if (mto == mfrom)
				break;
			q->looked[view].done = !note(s, q, view, mfrom, mto);
			return true;
		case REGEX_NONE:
			*at = next_character(text, last);
			step = most;
			break;
		case REGEX_CUT_SHORT:
			if (step == 1) {
				s->flaws |= FLAW_BIT(CUT_SHORT);
				*at = next_character(text, *at);
				step = most;
			} else {
				step = step > 32 ? 32 : 1;
			}
			break;
		}
	}
	return false;
}

/* One match more; done where there is none. */
static void search_on(struct scene *s, struct search *q, enum view_kind view)
{
	const struct seen_field *f = &s->fields[q->field];
	struct looked *l = &q->looked[view];
	bool found = false;

	if (q->everywhere) {
		found = search_window(s, q, view, f->view[view].text.n);
	} else {
		for (; !found && l->window < q->nwindows && !s->stopped; l->window += !found) {
			struct range w = q->windows[l->window];

			if (view == VIEW_TEXT)
				w = text_window(f, w);
			if (l->at < w.from)
				l->at = w.from;
			found = search_window(s, q, view, w.to);
		}
	}
	l->done |= !found;
}

static struct search *search_of(const struct scene *s, uint32_t pattern, size_t field)
{
	struct search *q = s->searches[pattern];

	while (q != NULL && q->field != field)
		q = q->next;
	return q;
}

const struct occurrence *find_nth(struct scene *s, uint32_t pattern, size_t field, enum view_kind view, size_t nth)
{
	struct search *q = search_of(s, pattern, field);

	if (q == NULL)
		return NULL;
	if (!s->fields[field].prose)
		view = VIEW_TEXT;
	while (nth >= q->looked[view].found.n && !q->looked[view].done && !s->stopped)
		search_on(s, q, view);
	return nth < q->looked[view].found.n ? &q->looked[view].found.v[nth] : NULL;
}

const struct occurrences *find_pattern(struct scene *s, uint32_t pattern, size_t field, enum view_kind view)
{
	static const struct occurrences none;
	struct search *q = search_of(s, pattern, field);

	if (q == NULL)
		return &none;
	find_nth(s, pattern, field, view, SIZE_MAX);
	return &q->looked[s->fields[field].prose ? view : VIEW_TEXT].found;
}
