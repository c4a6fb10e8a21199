/*
 * value - the types of options.
 * text -> a typed value, and back
 */
#ifndef LURE_CONFIG_VALUE_H
#define LURE_CONFIG_VALUE_H

#include "base/buf.h"

enum value_type {
	VALUE_STRING, VALUE_LIST, VALUE_PATHS, VALUE_BOOL, VALUE_COUNT, VALUE_BYTES, VALUE_MILLIS, VALUE_POINTS,
	VALUE_OCTAL,
	VALUE_CHOICE_LEVEL, VALUE_CHOICE_MODE, VALUE_CHOICE_REJECT, VALUE_CHOICE_DETAIL, VALUE_CHOICE_TROUBLE,
	VALUE_CHOICE_CONSENT, VALUE_CHOICE_MIXED, VALUE_CHOICE_REPUTATION,
};

#define VALUE_WHY 160

/* Replace the value at `member`; false leaves it and puts what is expected into why. */
bool value_set(enum value_type type, void *member, struct span text, char why[VALUE_WHY]);
void value_clear(enum value_type type, void *member);
bool value_equal(enum value_type type, const void *a, const void *b);
/* In the configuration file's syntax. */
void value_write(enum value_type type, const void *member, struct buf *out);

#endif
