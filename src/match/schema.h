/*
 * schema - reads the values of a pattern file's keys.
 * YAML node -> text, number, choice, list; or an error at its place
 *
 * A reader returns false (or NULL) where it has reported an error, and leaves *ret alone then.
 */
#ifndef LURE_MATCH_SCHEMA_H
#define LURE_MATCH_SCHEMA_H

#include "match/load.h"

/* Is `y` a map with no keys but these (and x-anything)? `what` names it in messages: "a rule". */
bool schema_map(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *what,
    const char *const *keys, size_t nkeys);

/*
 * The text under a key, copied into the set; NULL where it is not there (an error where `need`), is empty, or no text.
 */
const char *schema_text(struct loader *l, const struct pattern_file *f, const struct yaml *map, const char *key,
    bool need);
/* A text, or a list of texts: checked, not kept. */
void schema_texts(struct loader *l, const struct pattern_file *f, const struct yaml *map, const char *key);

/* The members of a list, or the single value as a list of one. At most `max`. */
struct yaml_items {
	const struct yaml *const *v;
	size_t n;
	const struct yaml *one;
};
bool schema_list(struct loader *l, const struct pattern_file *f, const struct yaml *y, size_t max,
    struct yaml_items *ret);
static inline const struct yaml *schema_item(const struct yaml_items *list, size_t i)
{
	return list->v != NULL ? list->v[i] : list->one;
}

/* Points as tenths, within min .. max. */
bool schema_points(struct loader *l, const struct pattern_file *f, const struct yaml *y, int min, int max, int *ret);
/* The same with two decimals, as hundredths. */
bool schema_weight(struct loader *l, const struct pattern_file *f, const struct yaml *y, int min, int max, int *ret);
bool schema_count(struct loader *l, const struct pattern_file *f, const struct yaml *y, unsigned long min,
    unsigned long max, unsigned long *ret);
bool schema_bool(struct loader *l, const struct pattern_file *f, const struct yaml *y, bool *ret);
/* One of names, by its index. `what` names it in messages: "role". */
bool schema_choice(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *what,
    const char *const *names, size_t n, size_t *ret);

/* [a-z0-9-], and with `dots` also '.'; neither empty nor with a '.' or '-' at an end. */
bool schema_is_name(struct span s, bool dots);

#endif
