#include <config.h>

#include "match/lint.h"

#include "match/schema.h"
#include "match/terms.h"

static void warn(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void warn(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *fmt, ...)
{
	struct buf text = BUF_HEAP;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	diags_add(l->diags, DIAG_WARNING, f->source, at->line, at->column, "%s", buf_cstr(&text));
	buf_free(&text);
}

static void warn_item(struct loader *l, const struct compiled_item *c, const char *text)
{
	warn(l, l->item_file[c->item.index], l->item_yaml[c->item.index], "'%s' %s", c->item.id, text);
}

/* --- what can never hold ------------------------------------------------------------------------------------------ */

static bool same(const struct operand *a, const struct operand *b)
{
	return a->item == b->item && (a->item ? a->index == b->index : span_eq(a->text, b->text));
}

static bool among(const struct operand *o, const struct operands *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (same(o, &list->v[i]))
			return true;
	return false;
}

/* What an item asks for is there, and so is the veto, in the same place. */
static bool vetoed(const struct compiled_item *c, const struct operand *o)
{
	return among(o, &c->none) || among(o, &c->unless);
}

/* Where an operand can be found: slots. `fields` has those of the items before. */
static uint64_t fields_of(const struct compiled_item *c, const struct operand *o, const uint64_t *fields)
{
	return o->item ? fields[o->index] : c->slots;
}

/* The slots in which `need` of a list can stand. */
static uint64_t fields_of_some(const struct compiled_item *c, const struct operands *list, size_t need,
    const uint64_t *fields)
{
	uint64_t ret = 0;

	for (size_t slot = 0; slot < SLOT_N; slot++) {
		size_t n = 0;

		for (size_t i = 0; i < list->n; i++)
			n += !vetoed(c, &list->v[i]) && (fields_of(c, &list->v[i], fields) & SLOT_BIT(slot)) != 0;
		if (n >= need)
			ret |= SLOT_BIT(slot);
	}
	return ret;
}

static size_t count_possible(const struct compiled_item *c, const struct operands *list, const uint64_t *fields)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += !vetoed(c, &list->v[i]) && fields_of(c, &list->v[i], fields) != 0;
	return n;
}

/* A member of `all` that is never there, or never without a veto. */
static bool all_fails(const struct compiled_item *c, const uint64_t *fields, struct buf *why)
{
	for (size_t i = 0; i < c->all.n; i++) {
		const struct operand *o = &c->all.v[i];

		if (vetoed(c, o))
			buf_printf(why, "can never hold: '%.*s' of 'all' is among its '%s' too", SPAN_ARG(o->text),
			    among(o, &c->none) ? "none" : "unless");
		else if (fields_of(c, o, fields) == 0)
			buf_printf(why, "can never hold: '%.*s' of 'all' never does", SPAN_ARG(o->text));
		if (why->n > 0)
			return true;
	}
	return false;
}

/* The slots in which all that it asks for can stand together. */
static uint64_t fields_together(const struct compiled_item *c, const uint64_t *fields)
{
	uint64_t ret = ~(uint64_t)0, all = 0;
	const struct operands *lists[] = { &c->all, &c->any, &c->of };

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			all |= fields_of(c, &lists[k]->v[i], fields);
	if (c->across)
		return all;
	for (size_t i = 0; i < c->all.n; i++)
		ret &= fields_of(c, &c->all.v[i], fields);
	if (c->any.n > 0)
		ret &= fields_of_some(c, &c->any, 1, fields);
	if (c->of.n > 0)
		ret &= fields_of_some(c, &c->of, c->at_least, fields);
	return ret & all;
}

/* Where an item can be found; 0, with the reason, where nowhere. */
static uint64_t reach(const struct compiled_item *c, const uint64_t *fields, struct buf *why)
{
	uint64_t ret;

	if (all_fails(c, fields, why))
		return 0;
	if (c->any.n > 0 && count_possible(c, &c->any, fields) == 0)
		buf_str(why, "can never hold: nothing of 'any' ever does without its 'none' and 'unless'");
	else if (count_possible(c, &c->of, fields) < c->at_least)
		buf_str(why, "can never hold: too few of 'at-least' ever do");
	if (why->n > 0)
		return 0;
	ret = fields_together(c, fields);
	if (ret == 0)
		buf_str(why, "can never hold: what it combines cannot stand in one field; 'across: yes' takes the "
		    "fields as one text");
	return ret;
}

static void lint_reach(struct loader *l, uint64_t *fields)
{
	const struct ruleset *s = l->set;

	for (size_t i = 0; i < s->norder; i++) {
		const struct compiled_item *c = &s->items[s->order[i]];
		struct buf why = BUF_HEAP;

		fields[c->item.index] = reach(c, fields, &why);
		if (why.n > 0)
			warn_item(l, c, buf_cstr(&why));
		buf_free(&why);
	}
}

/* --- members of lists --------------------------------------------------------------------------------------------- */

static const struct yaml *member(const struct yaml *list, size_t i)
{
	return list->kind == YAML_LIST ? list->items[i] : list;
}

static void lint_list(struct loader *l, const struct compiled_item *c, const struct operands *list,
    const struct yaml *y, bool any)
{
	const struct pattern_file *f = l->item_file[c->item.index];

	for (size_t i = 0; y != NULL && i < list->n; i++) {
		const struct operand *o = &list->v[i];
		const struct operands before = { list->v, i };

		if (among(o, &before))
			warn(l, f, member(y, i), "this stands in its list twice");
		else if (any && vetoed(c, o))
			warn(l, f, member(y, i), "this can never count: it is among '%s' too",
			    among(o, &c->none) ? "none" : "unless");
	}
}

static void lint_members(struct loader *l, const struct compiled_item *c)
{
	const struct yaml *y = l->item_yaml[c->item.index], *at_least = yaml_get(y, "at-least");

	if (c->item.kind == ITEM_WORDS)
		return;
	lint_list(l, c, &c->all, yaml_get(y, "all"), false);
	lint_list(l, c, &c->any, yaml_get(y, "any"), true);
	lint_list(l, c, &c->of, at_least != NULL ? yaml_get(at_least, "of") : NULL, true);
	lint_list(l, c, &c->none, yaml_get(y, "none"), false);
	lint_list(l, c, &c->unless, yaml_get(y, "unless"), false);
}

/* --- what brings nothing ------------------------------------------------------------------------------------------ */

/* Which items others refer to. */
static void mark_named(const struct ruleset *s, bool *named)
{
	for (size_t i = 0; i < s->nitems; i++) {
		const struct compiled_item *c = &s->items[i];
		const struct operands *lists[] = { &c->all, &c->any, &c->of, &c->none, &c->unless };

		for (size_t k = 0; k < 5; k++)
			for (size_t n = 0; n < lists[k]->n; n++)
				if (lists[k]->v[n].item && lists[k]->v[n].index != i)
					named[lists[k]->v[n].index] = true;
	}
}

/* What others changed, or is only tried, is as it is on purpose. */
static void lint_points(struct loader *l, const struct compiled_item *c, bool named)
{
	const struct item *i = &c->item;

	if (named || i->points != 0 || i->status != STATUS_STABLE || i->local != 0 || i->kind == ITEM_WORDS)
		return;
	warn_item(l, c, i->roles != 0 ? "brings no points, and nothing refers to it: only its role counts"
	    : "brings no points, and nothing refers to it: it changes nothing");
}

/* The roles that can count beside the signs of a lure. */
static unsigned roles_beside(const struct ruleset *s, const struct family *y, const uint64_t *fields)
{
	unsigned roles = 0;

	for (size_t i = 0; i < s->nitems; i++) {
		const struct item *item = &s->items[i].item;

		if (item->status == STATUS_STABLE && fields[i] != 0 && item->family != NULL &&
		    (item->family == y || item->family->kind == FAMILY_COMMON))
			roles |= item->roles;
	}
	return roles;
}

static const struct compiled_item *first_sign(const struct ruleset *s, const struct family *y)
{
	for (size_t i = 0; i < s->nitems; i++)
		if (s->items[i].item.family == y && s->items[i].item.kind == ITEM_SIGN &&
		    s->items[i].item.status == STATUS_STABLE)
			return &s->items[i];
	return NULL;
}

static void lint_roles(struct loader *l, const struct family *y, const uint64_t *fields)
{
	const unsigned leading = ROLE_BIT(ROLE_ASK) | ROLE_BIT(ROLE_PRESSURE) | ROLE_BIT(ROLE_REASSURANCE);
	const struct compiled_item *c = first_sign(l->set, y);
	unsigned roles = roles_beside(l->set, y, fields);

	if (y->kind != FAMILY_LURE || c == NULL || (__builtin_popcount(roles) >= 2 && (roles & leading) != 0))
		return;
	warn(l, l->item_file[c->item.index], l->item_yaml[c->item.index],
	    "the signs of '%s' never count: that takes two different roles, one of them ask, pressure or reassurance",
	    y->id);
}

void lint_set(struct loader *l)
{
	const struct ruleset *s = l->set;
	uint64_t *fields = arena_array(l->trees, s->nitems + 1, sizeof *fields);
	bool *named = arena_array(l->trees, s->nitems + 1, sizeof *named);

	if (fields == NULL || named == NULL)
		return;
	lint_reach(l, fields);
	mark_named(s, named);
	for (size_t i = 0; i < s->nitems; i++) {
		lint_members(l, &s->items[i]);
		lint_points(l, &s->items[i], named[i]);
	}
	for (size_t i = 0; i < s->nfamilies; i++)
		lint_roles(l, s->families[i], fields);
	terms_lint(l);
}
