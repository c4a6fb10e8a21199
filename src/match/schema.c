#include <config.h>

#include "match/schema.h"

#include "base/suggest.h"

/* For "%s%s%s": what stands there, where it is a text. */
#define QUOTED_VALUE(y) \
	(y)->kind == YAML_SCALAR ? "'" : "", (y)->kind == YAML_SCALAR ? (y)->value.p : "", \
	    (y)->kind == YAML_SCALAR ? "': " : ""

/* Report it, and read a misspelt key as the one that was meant: else that one would be missing too. */
static void unknown_key(struct loader *l, const struct pattern_file *f, const struct yaml *y, size_t i,
    const char *what, const char *const *keys, size_t nkeys)
{
	struct span key = y->keys[i]->value;
	const char *near = suggest(key, keys, nkeys);
	struct buf all = BUF_HEAP;

	if (near != NULL) {
		load_error(l, f, y->keys[i], "unknown key '%s' in %s; did you mean '%s'?", key.p, what, near);
		if (yaml_get(y, near) == NULL)
			yaml_correct(y, i, near);
		return;
	}
	for (size_t k = 0; k < nkeys; k++)
		buf_printf(&all, "%s%s", k == 0 ? "" : ", ", keys[k]);
	load_error(l, f, y->keys[i], "unknown key '%s' in %s: there are %s", key.p, what, buf_cstr(&all));
	buf_free(&all);
}

bool schema_map(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *what,
    const char *const *keys, size_t nkeys)
{
	if (y->kind != YAML_MAP) {
		load_error(l, f, y, "%s must be a map: 'key: value' lines", what);
		return false;
	}
	for (size_t i = 0; i < y->n; i++) {
		struct span key = y->keys[i]->value;
		size_t k = 0;

		while (k < nkeys && !span_is(key, keys[k]))
			k++;
		if (k == nkeys && !(key.n > 2 && memcmp(key.p, "x-", 2) == 0))
			unknown_key(l, f, y, i, what, keys, nkeys);
	}
	return true;
}

const char *schema_text(struct loader *l, const struct pattern_file *f, const struct yaml *map, const char *key,
    bool need)
{
	const struct yaml *y = yaml_get(map, key);

	if (y == NULL) {
		if (need)
			load_error(l, f, map, "'%s' is missing", key);
		return NULL;
	}
	if (y->kind != YAML_SCALAR) {
		load_error(l, f, y, "'%s' must be a text", key);
		return NULL;
	}
	if (span_trim(y->value).n == 0) {
		load_error(l, f, y, "'%s' is empty", key);
		return NULL;
	}
	return arena_copy(l->set->arena, span_trim(y->value)).p;
}

void schema_texts(struct loader *l, const struct pattern_file *f, const struct yaml *map, const char *key)
{
	const struct yaml *y = yaml_get(map, key);
	struct yaml_items list;

	if (y == NULL || !schema_list(l, f, y, RULESET_OPERANDS_MAX, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (schema_item(&list, i)->kind != YAML_SCALAR)
			load_error(l, f, schema_item(&list, i), "'%s' must be a text or a list of texts", key);
}

bool schema_list(struct loader *l, const struct pattern_file *f, const struct yaml *y, size_t max,
    struct yaml_items *ret)
{
	if (y->kind != YAML_LIST) {
		*ret = (struct yaml_items){ .n = 1, .one = y };
		return true;
	}
	if (y->n == 0) {
		load_error(l, f, y, "this list is empty");
		return false;
	}
	if (y->n > max) {
		load_error(l, f, y, "this list has %zu members; %zu are allowed", y->n, max);
		return false;
	}
	*ret = (struct yaml_items){ .v = (const struct yaml *const *)y->items, .n = y->n };
	return true;
}

/* "-1.5" as -15 where one decimal is allowed, as -150 where two are. */
static bool read_number(struct span s, size_t decimals, int *ret)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	size_t i = minus ? 1 : 0, digits = 0;
	int v = 0;

	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && digits < 5; i++, digits++)
		v = v * 10 + (s.p[i] - '0');
	if (i + 1 < s.n && s.p[i] == '.')
		for (i++; decimals > 0 && i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, decimals--)
			v = v * 10 + (s.p[i] - '0');
	for (; decimals > 0; decimals--)
		v *= 10;
	if (digits == 0 || i != s.n)
		return false;
	*ret = minus ? -v : v;
	return true;
}

bool schema_points(struct loader *l, const struct pattern_file *f, const struct yaml *y, int min, int max, int *ret)
{
	int v;

	if (y->kind != YAML_SCALAR || !read_number(span_trim(y->value), 1, &v)) {
		load_error(l, f, y, "%s%s%spoints are a number with at most one decimal, such as 2 or 1.5",
		    QUOTED_VALUE(y));
		return false;
	}
	if (v < min || v > max) {
		load_error(l, f, y, "%s is out of range: %g to %g are allowed here", y->value.p, min / 10.0,
		    max / 10.0);
		return false;
	}
	*ret = v;
	return true;
}

bool schema_weight(struct loader *l, const struct pattern_file *f, const struct yaml *y, int min, int max, int *ret)
{
	int v;

	if (y->kind != YAML_SCALAR || !read_number(span_trim(y->value), 2, &v)) {
		load_error(l, f, y,
		    "%s%s%spoints of a word are a number with at most two decimals, such as 0.35 or -0.2",
		    QUOTED_VALUE(y));
		return false;
	}
	if (v < min || v > max) {
		load_error(l, f, y, "%s is out of range: %g to %g are allowed here", y->value.p, min / 100.0,
		    max / 100.0);
		return false;
	}
	*ret = v;
	return true;
}

bool schema_count(struct loader *l, const struct pattern_file *f, const struct yaml *y, unsigned long min,
    unsigned long max, unsigned long *ret)
{
	unsigned long v = 0;
	size_t i = 0;

	if (y->kind == YAML_SCALAR)
		for (; i < y->value.n && i < 9 && y->value.p[i] >= '0' && y->value.p[i] <= '9'; i++)
			v = v * 10 + (unsigned long)(y->value.p[i] - '0');
	if (y->kind != YAML_SCALAR || i == 0 || i != y->value.n || v < min || v > max) {
		if (min == max)
			load_error(l, f, y, "%s%s%sthis must be %lu", QUOTED_VALUE(y), min);
		else
			load_error(l, f, y, "%s%s%sthis must be a number from %lu to %lu", QUOTED_VALUE(y), min, max);
		return false;
	}
	*ret = v;
	return true;
}

bool schema_bool(struct loader *l, const struct pattern_file *f, const struct yaml *y, bool *ret)
{
	static const char *const words[] = { "no", "yes", "false", "true" };
	size_t at;

	if (!schema_choice(l, f, y, "answer", words, 4, &at))
		return false;
	*ret = at % 2 == 1;
	return true;
}

bool schema_choice(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *what,
    const char *const *names, size_t n, size_t *ret)
{
	struct buf all = BUF_HEAP;
	const char *near;

	for (size_t i = 0; y->kind == YAML_SCALAR && i < n; i++) {
		if (span_is(y->value, names[i])) {
			*ret = i;
			return true;
		}
	}
	near = y->kind == YAML_SCALAR ? suggest(y->value, names, n) : NULL;
	for (size_t i = 0; i < n; i++)
		buf_printf(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
	if (y->kind == YAML_SCALAR && span_find(y->value, 0, span_str(",")) < y->value.n)
		buf_str(&all, "; several are a list: [a, b]");
	if (near != NULL)
		load_error(l, f, y, "'%s' is no %s; did you mean '%s'? (one of %s)", y->value.p, what, near,
		    buf_cstr(&all));
	else if (y->kind == YAML_SCALAR)
		load_error(l, f, y, "'%s' is no %s: it is one of %s", y->value.p, what, buf_cstr(&all));
	else
		load_error(l, f, y, "a %s is one of %s", what, buf_cstr(&all));
	buf_free(&all);
	return false;
}

bool schema_is_name(struct span s, bool dots)
{
	if (s.n == 0 || strchr(".-", s.p[0]) != NULL || strchr(".-", s.p[s.n - 1]) != NULL)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (dots && c == '.')))
			return false;
	}
	return true;
}
