#include <config.h>

#include "match/override.h"

#include "match/dates.h"
#include "match/define.h"
#include "match/schema.h"

bool override_only(const struct yaml *root)
{
	static const char *const others[] = { "lure", "terms", "signs", "rules", "weigh", "cases" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (yaml_get(root, others[i]) != NULL)
			return false;
	return yaml_get(root, "overrides") != NULL || yaml_get(root, "exceptions") != NULL;
}

static void warn(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *id,
    const char *what)
{
	diags_add(l->diags, DIAG_WARNING, f->source, at->line, at->column, "'%s' %s", id, what);
}

static void note(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *id,
    const char *what, int from, int to) /* tenths */
{
	diags_add(l->diags, DIAG_NOTE, f->source, at->line, at->column, "'%s': %s %.1f -> %.1f (local)", id, what,
	    from / 10.0, to / 10.0);
}

void override_expire(struct loader *l, const struct pattern_file *f, const struct yaml *y, enum status *status)
{
	const struct yaml *at = yaml_get(y, "expires");
	bool passed;

	if (at == NULL || !dates_read(l, f, at, &passed) || !passed || *status != STATUS_STABLE)
		return;
	*status = STATUS_TEST;
	diags_add(l->diags, DIAG_WARNING, f->source, at->line, at->column,
	    "this has expired: it counts as 'status: test'");
}

/* --- one override ------------------------------------------------------------------------------------------------- */

static struct item *find_item(struct loader *l, const char *id)
{
	const struct item *found = ruleset_find(l->set, id);

	return found != NULL ? &l->set->items[found->index].item : NULL;
}

static struct family *find_lure(struct loader *l, const char *id)
{
	const struct family *found = ruleset_lure(l->set, id);

	return found != NULL ? l->set->families[found->index] : NULL;
}

static bool is_second(struct loader *l, const struct pattern_file *f, const struct yaml *at, bool already,
    const char *id)
{
	if (already)
		load_error(l, f, at, "'%s' has two overrides of this", id);
	return already;
}

/* What an override says: only what is right in itself, whatever it is for. */
struct change {
	const char *id;
	const struct yaml *points, *status, *limit; /* NULL: not there, or wrong */
	int tenths, limit_tenths;
	enum status to;
};

/*
 * What a value is for may have become something else by an upgrade: that is told, and stops no start, as with an id
 * that is not there any more.
 */
static void change_item(struct loader *l, const struct pattern_file *f, const struct change *c, struct item *item)
{
	bool context = item->family != NULL && item->family->kind == FAMILY_CONTEXT;
	enum status before = item->status;

	if (c->limit != NULL)
		warn(l, f, c->limit, c->id, "is no lure, and only a lure has a limit: this changes nothing");
	if (c->points != NULL && item->kind == ITEM_WORDS) {
		warn(l, f, c->points, c->id,
		    "is a list of words, which has no points of its own: this changes nothing");
	} else if (c->points != NULL && (context ? c->tenths > 0 : c->tenths < 0)) {
		warn(l, f, c->points, c->id,
		    context ? "is counter-evidence, and has no points above 0: this changes nothing" :
		    "is no counter-evidence, and has no points below 0: this changes nothing");
	} else if (c->points != NULL && !is_second(l, f, c->points, item->local & LOCAL_POINTS, item->id)) {
		item->shipped_points = item->points;
		item->points = c->tenths;
		item->local |= LOCAL_POINTS;
		note(l, f, c->points, item->id, "points", item->shipped_points, c->tenths);
	}
	if (c->status != NULL && !is_second(l, f, c->status, item->local & LOCAL_STATUS, item->id)) {
		item->status = c->to;
		diags_add(l->diags, DIAG_NOTE, f->source, c->status->line, c->status->column, "'%s': %s -> %s (local)",
		    item->id, status_name(before), status_name(item->status));
		item->local |= LOCAL_STATUS;
	}
}

static void change_lure(struct loader *l, const struct pattern_file *f, const struct change *c, struct family *lure)
{
	if (c->points != NULL || c->status != NULL)
		warn(l, f, c->points != NULL ? c->points : c->status, c->id,
		    "is a lure: its signs and rules have points and status, and this changes nothing");
	if (c->limit == NULL || is_second(l, f, c->limit, lure->shipped_limit != 0, lure->id))
		return;
	lure->shipped_limit = lure->limit;
	lure->limit = c->limit_tenths;
	note(l, f, c->limit, lure->id, "limit", lure->shipped_limit, c->limit_tenths);
}

static void read_change(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct change *c)
{
	c->points = yaml_get(y, "points");
	c->status = yaml_get(y, "status");
	c->limit = yaml_get(y, "limit");
	if (c->points == NULL && c->status == NULL && c->limit == NULL)
		load_error(l, f, y, "'points', 'status' or 'limit' is missing: nothing is changed");
	if (c->points != NULL && !schema_points(l, f, c->points, DEFINE_CONTEXT_MIN, DEFINE_POINTS_MAX, &c->tenths))
		c->points = NULL;
	if (c->status != NULL && !define_status(l, f, c->status, &c->to))
		c->status = NULL;
	if (c->limit != NULL && !schema_points(l, f, c->limit, 1, DEFINE_LIMIT_MAX, &c->limit_tenths))
		c->limit = NULL;
}

static void apply(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	static const char *const keys[] = { "override", "points", "status", "limit", "reason", "date", "until" };
	const struct yaml *until;
	struct change c = { 0 };
	struct family *lure;
	struct item *item;
	const char *id;
	bool passed;

	if (!schema_map(l, f, y, "an override", keys, sizeof keys / sizeof *keys))
		return;
	id = schema_text(l, f, y, "override", true);
	schema_text(l, f, y, "reason", true);
	dates_read_since(l, f, y);
	read_change(l, f, y, &c);
	c.id = id;
	if (id == NULL || !dates_read_until(l, f, y, &until, &passed))
		return;
	if (passed) {
		warn(l, f, until, id, "is as it was before: this override has ended");
		return;
	}
	item = find_item(l, id);
	lure = find_lure(l, id);
	if (item != NULL)
		change_item(l, f, &c, item);
	else if (lure != NULL)
		change_lure(l, f, &c, lure);
	else if (!l->incomplete)
		warn(l, f, yaml_get(y, "override"), id, "is not there: this override changes nothing");
}

void override_apply(struct loader *l)
{
	for (size_t i = 0; i < l->nfiles; i++) {
		const struct pattern_file *f = &l->files[i];
		const struct yaml *list = yaml_get(f->root, "overrides");

		if (list != NULL && !load_trusted(l, f, list, "overrides"))
			continue;
		if (list != NULL && list->kind != YAML_LIST)
			load_error(l, f, list, "'overrides' must be a list: lines that begin with '- '");
		for (size_t k = 0; list != NULL && list->kind == YAML_LIST && k < list->n; k++)
			apply(l, f, list->items[k]);
	}
}
