#include <config.h>

#include "match/override.h"

#include <time.h>

#include "match/define.h"
#include "match/schema.h"

#define DATE_BYTES sizeof "2026-11-25"

bool override_only(const struct yaml *root)
{
	static const char *const others[] = { "lure", "terms", "signs", "rules", "weigh", "cases" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (yaml_get(root, others[i]) != NULL)
			return false;
	return yaml_get(root, "overrides") != NULL;
}

/* A day of the calendar, as ISO 8601 writes it. */
static bool is_date(struct span s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = 0, month, day;

	if (s.n != DATE_BYTES - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i == 4 || i == 7 ? s.p[i] != '-' : s.p[i] < '0' || s.p[i] > '9')
			return false;
	for (size_t i = 0; i < 4; i++)
		year = year * 10 + s.p[i] - '0';
	month = (s.p[5] - '0') * 10 + s.p[6] - '0';
	day = (s.p[8] - '0') * 10 + s.p[9] - '0';
	if (month == 2 && day == 29)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

/* A day written as in ISO 8601, under a key that is there. */
static bool read_date(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct span *ret)
{
	if (y->kind != YAML_SCALAR || !is_date(span_trim(y->value))) {
		load_error(l, f, y, "this must be a date such as 2026-11-25");
		return false;
	}
	*ret = span_trim(y->value);
	return true;
}

/* Is that day over? Such dates are in the order of their digits. */
static bool has_passed(const struct loader *l, struct span date)
{
	char today[DATE_BYTES];
	time_t now = time(NULL);
	struct tm tm;

	if (l->today != NULL)
		return memcmp(date.p, l->today, date.n) < 0;
	return localtime_r(&now, &tm) != NULL && strftime(today, sizeof today, "%Y-%m-%d", &tm) == sizeof today - 1 &&
	    memcmp(date.p, today, date.n) < 0;
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
	struct span date;

	if (at == NULL || !read_date(l, f, at, &date) || !has_passed(l, date) || *status != STATUS_STABLE)
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
	const char *slash = strchr(id, '/'), *name = slash != NULL ? slash + 1 : id;

	for (size_t i = 0; i < l->set->nfamilies; i++) {
		struct family *y = l->set->families[i];

		if (strcmp(y->id, name) == 0 &&
		    (slash == NULL || span_is(span(id, (size_t)(slash - id)), y->origin)))
			return y;
	}
	return NULL;
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
	const struct yaml *date, *until;
	struct span day;
	struct family *lure;
	struct item *item;
	const char *id;

	if (!schema_map(l, f, y, "an override", keys, sizeof keys / sizeof *keys))
		return;
	id = schema_text(l, f, y, "override", true);
	schema_text(l, f, y, "reason", true);
	date = yaml_get(y, "date");
	if (date == NULL)
		load_error(l, f, y, "'date' is missing: since when does this count?");
	else
		read_date(l, f, date, &day);
	if (yaml_get(y, "points") == NULL && yaml_get(y, "status") == NULL && yaml_get(y, "limit") == NULL)
		load_error(l, f, y, "'points', 'status' or 'limit' is missing: nothing is changed");
	until = yaml_get(y, "until");
	if (id == NULL || (until != NULL && !read_date(l, f, until, &day)))
		return;
	if (until != NULL && has_passed(l, day)) {
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

		if (list != NULL && list->kind != YAML_LIST)
			load_error(l, f, list, "'overrides' must be a list: lines that begin with '- '");
		for (size_t k = 0; list != NULL && list->kind == YAML_LIST && k < list->n; k++)
			apply(l, f, list->items[k]);
	}
}
