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
	l->set->expired = true;
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

static void change_item(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct item *item)
{
	const struct yaml *points = yaml_get(y, "points"), *status = yaml_get(y, "status");
	bool context = item->family != NULL && item->family->kind == FAMILY_CONTEXT;
	enum status before = item->status;
	int tenths;

	if (yaml_get(y, "limit") != NULL)
		load_error(l, f, yaml_get(y, "limit"), "only a lure has a limit");
	if (points != NULL && item->kind == ITEM_WORDS) {
		load_error(l, f, points, "a list of words has no points of its own");
	} else if (points != NULL && !is_second(l, f, points, item->local & LOCAL_POINTS, item->id) &&
	    schema_points(l, f, points, context ? DEFINE_CONTEXT_MIN : 0, context ? 0 : DEFINE_POINTS_MAX, &tenths)) {
		item->shipped_points = item->points;
		item->points = tenths;
		item->local |= LOCAL_POINTS;
		note(l, f, points, item->id, "points", item->shipped_points, tenths);
	}
	if (status != NULL && !is_second(l, f, status, item->local & LOCAL_STATUS, item->id) &&
	    define_status(l, f, status, &item->status)) {
		diags_add(l->diags, DIAG_NOTE, f->source, status->line, status->column, "'%s': %s -> %s (local)",
		    item->id, status_name(before), status_name(item->status));
		item->local |= LOCAL_STATUS;
	}
}

static void change_lure(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct family *lure)
{
	const struct yaml *limit = yaml_get(y, "limit");
	int tenths;

	if (yaml_get(y, "points") != NULL || yaml_get(y, "status") != NULL)
		load_error(l, f, y, "'%s' is a lure: it has a limit, and its signs and rules have points and status",
		    lure->id);
	if (limit == NULL || is_second(l, f, limit, lure->shipped_limit != 0, lure->id) ||
	    !schema_points(l, f, limit, 1, DEFINE_LIMIT_MAX, &tenths))
		return;
	lure->shipped_limit = lure->limit;
	lure->limit = tenths;
	note(l, f, limit, lure->id, "limit", lure->shipped_limit, tenths);
}

static void apply(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	static const char *const keys[] = { "override", "points", "status", "limit", "reason", "date", "until" };
	const struct yaml *until;
	struct family *lure;
	struct item *item;
	const char *id;
	bool passed;

	if (!schema_map(l, f, y, "an override", keys, sizeof keys / sizeof *keys))
		return;
	id = schema_text(l, f, y, "override", true);
	schema_text(l, f, y, "reason", true);
	dates_read_since(l, f, y);
	if (yaml_get(y, "points") == NULL && yaml_get(y, "status") == NULL && yaml_get(y, "limit") == NULL)
		load_error(l, f, y, "'points', 'status' or 'limit' is missing: nothing is changed");
	if (id == NULL || !dates_read_until(l, f, y, &until, &passed))
		return;
	if (passed) {
		warn(l, f, until, id, "is as it was before: this override has ended");
		return;
	}
	item = find_item(l, id);
	lure = find_lure(l, id);
	if (item != NULL)
		change_item(l, f, y, item);
	else if (lure != NULL)
		change_lure(l, f, y, lure);
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
