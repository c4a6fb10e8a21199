/*
 * yaml_mend - errors of YAML's syntax, told to a person, and mended so that reading can go on.
 * libyaml's words and places -> a message, its place, other text
 *
 * libyaml stops at the first error of syntax. Where it is clear what was meant, the text is changed as little as that
 * takes, and read once more: what else is wrong with the file is found in the same run. Nothing is used of a file so
 * mended. No change moves a line, nor anything to the left of it in its line.
 */
#ifndef LURE_BASE_YAML_MEND_H
#define LURE_BASE_YAML_MEND_H

#include "base/buf.h"

/* From 1, in characters; line 0: none. */
struct yaml_place {
	unsigned line, column;
};

struct yaml_trouble {
	const char *problem;       /* libyaml's words */
	const char *context;       /* or NULL */
	struct yaml_place at;      /* where reading stopped */
	struct yaml_place began;   /* what the context is about */
	struct yaml_place flow;    /* the innermost [ or { that is open */
	char closer;               /* of it: ] or } */
	struct yaml_place quote, quote_end; /* the last text in quotes */
};

struct yaml_mended {
	struct yaml_place place;   /* what the message is about */
	struct yaml_place changed; /* in `text` */
	char message[300];
	bool go_on;                /* `text` was changed: read it once more */
};

void yaml_mend(struct buf *text, const struct yaml_trouble *t, struct yaml_mended *ret);

#endif
