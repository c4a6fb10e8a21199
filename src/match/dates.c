#include <config.h>

#include "match/dates.h"

#include <time.h>

#define DATE_BYTES sizeof "2026-11-25"

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

bool dates_read(struct loader *l, const struct pattern_file *f, const struct yaml *y, bool *passed)
{
	if (y->kind != YAML_SCALAR || !is_date(span_trim(y->value))) {
		load_error(l, f, y, "this must be a date such as 2026-11-25");
		return false;
	}
	*passed = has_passed(l, span_trim(y->value));
	return true;
}

bool dates_read_since(struct loader *l, const struct pattern_file *f, const struct yaml *map)
{
	const struct yaml *date = yaml_get(map, "date");
	bool passed;

	if (date != NULL)
		return dates_read(l, f, date, &passed);
	load_error(l, f, map, "'date' is missing: since when does this count?");
	return false;
}

bool dates_read_until(struct loader *l, const struct pattern_file *f, const struct yaml *map, const struct yaml **at,
    bool *passed)
{
	*at = yaml_get(map, "until");
	*passed = false;
	return *at == NULL || dates_read(l, f, *at, passed);
}
