#include <config.h>

#include "match/evaluate.h"

#include <stdlib.h>

#include "match/find.h"
#include "match/measure.h"

#define CONDITIONS_MAX (3 * RULESET_OPERANDS_MAX)

/*
 * An occurrence measured in units of a scope: sentences, paragraphs, characters, or all the same. `condition` counts
 * the positive operands: those of all, then any, then of.
 */
struct point {
	uint32_t a, b; /* first and last unit */
	uint32_t condition;
	struct occurrence o;
};

/* An item at work. */
struct work {
	struct scene *s;
	const struct compiled_item *c;
	enum view_kind view;
	size_t npoints;
	const struct point *first[CONDITIONS_MAX]; /* by condition, of the window at hand */
};

/* What must lie together, and what it came to. */
struct combination {
	uint32_t a, b;
	struct occurrence o; /* of the first pattern; quoted, evaded, skeleton where one of the patterns is */
	bool any;
};

static const struct occurrences *operand_found(struct scene *s, const struct operand *o, size_t field,
    enum view_kind view)
{
	return o->item ? &s->outcomes[o->index].found : find_pattern(s, o->index, field, view);
}

/* May this operand be looked for in this field? What an item found stands where it stands. */
static bool operand_in(const struct scene *s, const struct compiled_item *c, const struct operand *o, size_t field)
{
	return o->item || (c->slots & SLOT_BIT(s->fields[field].slot)) != 0;
}

/* Does the voice of the item admit the occurrence? What it refers to was held to its own voice already. */
static bool admits(const struct scene *s, const struct compiled_item *c, const struct operand *of,
    const struct occurrence *o)
{
	if (of->item && !c->voice_given)
		return true;
	switch (c->item.voice) {
	case VOICE_OWN: return !o->quoted || s->quotes_own;
	case VOICE_QUOTED: return o->quoted;
	default: return true;
	}
}

static struct point measure(const struct work *w, size_t base, const struct occurrence *o)
{
	size_t last = o->to > o->from ? o->to - 1 : o->to;
	size_t a = measure_unit(w->s, w->c, w->view, o->field, o->from),
	    b = measure_unit(w->s, w->c, w->view, o->field, last);

	return (struct point){ .a = (uint32_t)(base + a), .b = (uint32_t)(base + (b > a ? b : a)), .o = *o };
}

static bool add_point(struct work *w, const struct point *p)
{
	struct scene *s = w->s;

	if (w->npoints == s->points_cap) {
		size_t cap = s->points_cap == 0 ? 256 : 2 * s->points_cap;
		struct point *v = scene_spend(s, s->points_cap == 0 ? cap : s->points_cap) ?
		    arena_grow(s->arena, s->points, s->points_cap * sizeof *v, cap * sizeof *v) : NULL;

		if (v == NULL)
			return false;
		s->points = v;
		s->points_cap = cap;
	}
	s->points[w->npoints++] = *p;
	return true;
}

static void gather_list(struct work *w, const struct operands *list, size_t condition, size_t field, size_t base)
{
	for (size_t i = 0; i < list->n; i++, condition++) {
		const struct occurrences *found;

		if (!operand_in(w->s, w->c, &list->v[i], field))
			continue;
		found = operand_found(w->s, &list->v[i], field, w->view);
		for (size_t k = 0; k < found->n; k++) {
			struct point p;

			if (found->v[k].field != field || !admits(w->s, w->c, &list->v[i], &found->v[k]))
				continue;
			p = measure(w, base, &found->v[k]);
			p.condition = (uint32_t)condition;
			if (!add_point(w, &p))
				return;
		}
	}
}

static int by_unit(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->condition != y->condition)
		return x->condition < y->condition ? -1 : 1;
	return (x->o.from > y->o.from) - (x->o.from < y->o.from);
}

/* Does one of the operands fit into the scope together with the combination? */
static bool vetoed(struct work *w, const struct combination *m, size_t field, size_t base, enum view_kind view)
{
	const struct operands *list = &w->c->unless;

	for (size_t i = 0; i < list->n; i++) {
		const struct occurrences *found;

		if (!operand_in(w->s, w->c, &list->v[i], field))
			continue;
		found = operand_found(w->s, &list->v[i], field, view);
		for (size_t k = 0; k < found->n; k++) {
			struct point p;
			uint32_t a, b;

			if (found->v[k].field != field)
				continue;
			p = measure(w, base, &found->v[k]);
			a = p.a < m->a ? p.a : m->a;
			b = p.b > m->b ? p.b : m->b;
			if (b - a < measure_width(w->c) || (p.a <= m->b && p.b >= m->a))
				return true;
		}
	}
	return false;
}

static void take(struct combination *m, const struct point *p)
{
	if (!m->any) {
		*m = (struct combination){ .a = p->a, .b = p->b, .o = p->o, .any = true };
		return;
	}
	m->a = p->a < m->a ? p->a : m->a;
	m->b = p->b > m->b ? p->b : m->b;
	m->o.quoted |= p->o.quoted;
	m->o.evaded |= p->o.evaded;
	m->o.skeleton |= p->o.skeleton;
}

/* The combination of what is in w->first[], or `any` false. */
static struct combination combine(const struct work *w)
{
	const struct compiled_item *c = w->c;
	struct combination m = { .any = false };
	const struct combination nothing = { .any = false };
	size_t i = 0, n = 0;

	for (; i < c->all.n; i++) {
		if (w->first[i] == NULL)
			return nothing;
		take(&m, w->first[i]);
	}
	for (; i < c->all.n + c->any.n && n == 0; i++) {
		if (w->first[i] != NULL) {
			take(&m, w->first[i]);
			n++;
		}
	}
	if (c->any.n > 0 && n == 0)
		return nothing;
	n = 0;
	for (i = c->all.n + c->any.n; i < c->all.n + c->any.n + c->of.n && n < c->at_least; i++) {
		if (w->first[i] != NULL) {
			take(&m, w->first[i]);
			n++;
		}
	}
	return n < c->at_least ? nothing : m;
}

/* The fields that are looked at together: one, or all. */
struct fields {
	size_t from, to;
	const size_t *base; /* by field */
};

static bool free_of_vetoes(struct work *w, const struct combination *m, const struct fields *f)
{
	for (size_t i = f->from; i < f->to; i++)
		if (vetoed(w, m, i, f->base[i], VIEW_TEXT) || vetoed(w, m, i, f->base[i], VIEW_SKELETON))
			return false;
	return true;
}

/* One condition in all: every occurrence stands for itself. */
static void judge_singles(struct work *w, const struct fields *f, struct occurrences *ret)
{
	for (size_t i = 0; i < w->npoints; i++) {
		struct combination m = { .any = false };

		take(&m, &w->s->points[i]);
		if (free_of_vetoes(w, &m, f) && !occurrences_add(w->s, ret, &m.o, EVALUATE_OCCURRENCES_MAX))
			return;
	}
}

/* Windows as wide as the scope, one from each unit where something begins. */
static void judge_windows(struct work *w, const struct fields *f, struct occurrences *ret)
{
	const struct point *p = w->s->points;
	uint32_t width = measure_width(w->c);

	for (size_t i = 0; i < w->npoints; i++) {
		struct combination m;

		if (i > 0 && p[i].a == p[i - 1].a)
			continue;
		memset(w->first, 0, (w->c->all.n + w->c->any.n + w->c->of.n) * sizeof *w->first);
		for (size_t k = i; k < w->npoints && p[k].a - p[i].a < width; k++)
			if (p[k].b - p[i].a < width && w->first[p[k].condition] == NULL)
				w->first[p[k].condition] = &p[k];
		m = combine(w);
		if (m.any && free_of_vetoes(w, &m, f) && !occurrences_add(w->s, ret, &m.o, EVALUATE_OCCURRENCES_MAX))
			return;
	}
}

static const struct occurrence *nth_found(struct scene *s, const struct operand *o, size_t field, enum view_kind view,
    size_t nth)
{
	const struct occurrences *found;

	if (!o->item)
		return find_nth(s, o->index, field, view, nth);
	found = &s->outcomes[o->index].found;
	return nth < found->n ? &found->v[nth] : NULL;
}

/* Has it what it will be known by: an occurrence in the mail's own voice, unless only quotes count? */
static bool is_settled(const struct compiled_item *c, const struct occurrences *found)
{
	return c->item.voice == VOICE_QUOTED ? found->n > 0 : found->own > 0;
}

/* An item of which one occurrence is enough: the first member's that counts. */
static void judge_once(struct work *w, const struct fields *f, struct occurrences *ret)
{
	const struct operands *any = &w->c->any;
	const struct occurrence *o;

	for (size_t i = 0; i < any->n; i++) {
		if (!operand_in(w->s, w->c, &any->v[i], f->from))
			continue;
		for (size_t k = 0; (o = nth_found(w->s, &any->v[i], f->from, w->view, k)) != NULL; k++) {
			struct combination m = { .any = false };
			struct point p;

			if (o->field != f->from || !admits(w->s, w->c, &any->v[i], o))
				continue;
			p = measure(w, f->base[f->from], o);
			take(&m, &p);
			if (free_of_vetoes(w, &m, f) && (!occurrences_add(w->s, ret, &m.o, EVALUATE_OCCURRENCES_MAX) ||
			    is_settled(w->c, ret)))
				return;
		}
	}
}

static void judge(struct work *w, const struct fields *f, struct occurrences *ret)
{
	const struct compiled_item *c = w->c;

	w->npoints = 0;
	for (size_t i = f->from; i < f->to; i++) {
		gather_list(w, &c->all, 0, i, f->base[i]);
		gather_list(w, &c->any, c->all.n, i, f->base[i]);
		gather_list(w, &c->of, c->all.n + c->any.n, i, f->base[i]);
	}
	if (w->npoints == 0)
		return;
	qsort(w->s->points, w->npoints, sizeof *w->s->points, by_unit);
	if (c->all.n + (c->any.n > 0) + c->at_least == 1)
		judge_singles(w, f, ret);
	else
		judge_windows(w, f, ret);
}

static void judge_view(struct work *w, struct occurrences *ret)
{
	struct scene *s = w->s;
	size_t *base = s->bases, sum = 0;

	for (size_t i = 0; i < s->nfields; i++) {
		base[i] = sum;
		if (w->c->across)
			sum += measure_units(w->s, w->c, w->view, i);
	}
	if (w->c->across) {
		judge(w, &(struct fields){ 0, s->nfields, base }, ret);
		return;
	}
	for (size_t i = 0; i < s->nfields; i++) {
		const struct fields one = { i, i + 1, base };

		/* In the skeleton what is known of a hit depends on which it is: the first one is taken of all. */
		if (!w->c->once || w->view == VIEW_SKELETON)
			judge(w, &one, ret);
		else if (!is_settled(w->c, ret))
			judge_once(w, &one, ret);
	}
}

static bool operand_possible(const struct scene *s, const struct compiled_item *c, const struct operand *o)
{
	return o->item ? s->outcomes[o->index].found.n > 0 : find_possible(s, o->index, c->slots);
}

static size_t count_possible(const struct scene *s, const struct compiled_item *c, const struct operands *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += operand_possible(s, c, &list->v[i]);
	return n;
}

static bool possible(const struct scene *s, const struct compiled_item *c)
{
	return (c->flaws & ~s->flaws) == 0 && count_possible(s, c, &c->all) == c->all.n &&
	       (c->any.n == 0 || count_possible(s, c, &c->any) > 0) && count_possible(s, c, &c->of) >= c->at_least;
}

/* The first member of `none` that is anywhere in the item's fields. */
static const struct operand *forbidden(struct scene *s, const struct compiled_item *c)
{
	for (size_t i = 0; i < c->none.n; i++) {
		const struct operand *o = &c->none.v[i];

		for (size_t f = 0; f < s->nfields; f++)
			if (operand_in(s, c, o, f) && (operand_found(s, o, f, VIEW_TEXT)->n > 0 ||
			    operand_found(s, o, f, VIEW_SKELETON)->n > 0))
				return o;
	}
	return NULL;
}

static void evaluate(struct scene *s, const struct compiled_item *c, struct occurrences *ret)
{
	struct work w = { .s = s, .c = c };

	if (!possible(s, c))
		return;
	for (int view = 0; view < VIEW_N && ret->n == 0; view++) {
		w.view = view;
		judge_view(&w, ret);
	}
	/* Looked for last: most items fail before. */
	if (ret->n > 0 && forbidden(s, c) != NULL)
		ret->n = ret->own = 0;
}

static void wake_dependents(struct scene *s, uint32_t item)
{
	const struct lists *l = &s->set->dependents;

	for (uint32_t i = l->first[item]; i < l->first[item + 1]; i++)
		s->awake[l->v[i]] = true;
}

void evaluate_all(struct scene *s)
{
	for (size_t i = 0; i < s->set->norder; i++) {
		const struct compiled_item *c = &s->set->items[s->set->order[i]];
		struct occurrences *found = &s->outcomes[c->item.index].found;

		if (!s->awake[c->item.index] && !c->always)
			continue;
		evaluate(s, c, found);
		if (found->n > 0)
			wake_dependents(s, c->item.index);
	}
}

/* The members of a list that have an occurrence the voice admits, in any field and view. */
static size_t count_found(struct scene *s, const struct compiled_item *c, const struct operands *list, bool voice,
    const struct operand **missing)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		bool found = false;

		for (size_t f = 0; f < s->nfields * VIEW_N && !found; f++) {
			const struct occurrences *o;

			if (!operand_in(s, c, &list->v[i], f / VIEW_N))
				continue;
			o = operand_found(s, &list->v[i], f / VIEW_N, f % VIEW_N);
			for (size_t k = 0; k < o->n && !found; k++)
				found = !voice || admits(s, c, &list->v[i], &o->v[k]);
		}
		n += found;
		if (!found && *missing == NULL)
			*missing = &list->v[i];
	}
	return n;
}

/* What is missing of the positive conditions; false: nothing. */
static bool tell_missing(struct scene *s, const struct compiled_item *c, bool voice, struct buf *out)
{
	const struct operand *missing = NULL;
	const char *where = voice ? " in the voice asked for" : "";
	size_t n;

	if (count_found(s, c, &c->all, voice, &missing) < c->all.n) {
		buf_printf(out, "'%.*s' of 'all' is not there%s", SPAN_ARG(missing->text), where);
		return true;
	}
	if (c->any.n > 0 && count_found(s, c, &c->any, voice, &missing) == 0) {
		buf_printf(out, "nothing of 'any' is there%s", where);
		return true;
	}
	n = count_found(s, c, &c->of, voice, &missing);
	if (n < c->at_least) {
		buf_printf(out, "only %zu of 'at-least' are there%s, %zu are needed", n, where, c->at_least);
		return true;
	}
	return false;
}

void evaluate_why(struct scene *s, const struct compiled_item *c, struct buf *out)
{
	static const char *const scopes[] = { "one sentence", "3 sentences", "one paragraph", "one field",
		"the distance of 'within'" };
	const struct operand *o, *missing = NULL;

	for (size_t i = 0; i < FLAW_N; i++) {
		if ((c->flaws & ~s->flaws) >> i & 1) {
			buf_printf(out, "the flaw '%s' is not there", flaw_name((enum flaw)i));
			return;
		}
	}
	if (tell_missing(s, c, false, out) || tell_missing(s, c, true, out))
		return;
	o = forbidden(s, c);
	if (o != NULL)
		buf_printf(out, "'%.*s' of 'none' is there", SPAN_ARG(o->text));
	else if (count_found(s, c, &c->unless, false, &missing) > 0)
		buf_printf(out, "all patterns are there, but 'unless' is too, or they do not lie together in %s",
		    scopes[c->scope]);
	else
		buf_printf(out, "all patterns are there, but they do not lie together in %s", scopes[c->scope]);
}
