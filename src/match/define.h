/*
 * define - signs and rules.
 * a member of `signs:` or `rules:` -> struct compiled_item
 *
 * In two steps, since an item may refer to one that is defined later or in another file.
 */
#ifndef LURE_MATCH_DEFINE_H
#define LURE_MATCH_DEFINE_H

#include "match/load.h"

#define DEFINE_POINTS_MAX 100     /* tenths */
#define DEFINE_CONTEXT_MIN (-60)
#define DEFINE_LIMIT_MAX 300

/*
 * Add an item with all but its conditions; examples go to the set. Whatever is wrong is reported, and the item added.
 */
void define_item(struct loader *l, const struct pattern_file *f, enum item_kind kind, const struct yaml *y);
/*
 * What all items have: a place, and an id that begins with the lure of the file. NULL with the error reported where `y`
 * is no map of these keys.
 */
struct compiled_item *define_new(struct loader *l, const struct pattern_file *f, enum item_kind kind,
    const struct yaml *y, const char *what, const char *const *keys, size_t nkeys);
/* Its conditions; all items are there, and link_index() was called. */
void define_conditions(struct loader *l, size_t index);

/* A status under its key; false with the error reported where it is none. */
bool define_status(struct loader *l, const struct pattern_file *f, const struct yaml *y, enum status *ret);

/* The slot of a field's name ("body", "header:NAME"), or -1 with the error reported. */
int define_slot(struct loader *l, const struct pattern_file *f, const struct yaml *name);

#endif
