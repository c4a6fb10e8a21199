/*
 * diag - what is wrong with a file that a person wrote: all of it, each with its place.
 * file, line, column, text -> a list, and its printed form
 *
 *     patterns/quit-fee.yaml:12:9: error: unknown key 'pionts'; did you mean 'points'?
 *             pionts: 3.0
 *             ^
 */
#ifndef LURE_BASE_DIAG_H
#define LURE_BASE_DIAG_H

#include <stdio.h>

#include "base/span.h"

/* A file's name and bytes, kept for as long as something read from it is reported on. */
struct source {
	const char *name;
	struct span bytes;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_level level;
	char *file;            /* NULL: not about a file */
	unsigned line, column; /* from 1; columns count characters. 0: not known */
	char *text;
	char *quoted;          /* the line, of a long one the part around the column; or NULL */
	unsigned caret;        /* the column within `quoted` */
};

struct diags {
	struct diag *v;
	size_t n, cap;
	size_t more; /* that were not kept */
	size_t errors, warnings;
};

#define DIAGS_MAX 1000u /* of one run; what comes after is counted and not kept */

/* Add one. src may be NULL. The line is copied, so src may go. */
void diags_add(struct diags *d, enum diag_level level, const struct source *src, unsigned line, unsigned column,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Sort by file, line, column (stable); equal ones (level, place and text) once. */
void diags_sort(struct diags *d);
/* In the form above; the caret stands right under full-width text; control bytes are escaped. */
void diags_print(const struct diags *d, FILE *out);
void diags_free(struct diags *d);

/*
 * Read a whole file (at most `max` bytes) into src; returns 0, -EFBIG or another negative errno. source_free() after.
 */
int source_read(const char *path, size_t max, struct source *src);
void source_free(struct source *src);

#endif
