/*
 * crew - as many threads as cores over the messages of a corpus.
 * corpus -> what each inspection leaves, by text
 *
 * One thread reads, the others inspect, each with a scanner of its own. What they leave stands in the order of texts
 * and, in a text, of its messages as they were read: it does not depend on which thread was faster.
 */
#ifndef LURE_TOOLS_CREW_H
#define LURE_TOOLS_CREW_H

#include "tools/corpus.h"
#include "tools/scanner.h"

struct sample {
	size_t text; /* of the corpus */
	const char *packaging;
	void *result; /* what the callback made of it */
};

struct samples {
	struct sample *v; /* sorted by text */
	size_t n, cap;
	size_t unread;    /* files that could not be read; it has been said */
};

/* Called by any of the threads; what it returns is the sample's result. NULL: no memory. */
typedef void *crew_fn(void *arg, enum label label, const struct inspection *i);

/* All messages. EX_OK, or EX_OSERR where memory was short. */
int crew_run(struct corpus *c, const struct tool *t, const struct ruleset *r, crew_fn *fn, void *arg,
    struct samples *ret);
/* The list, not the results. */
void samples_free(struct samples *s);

#endif
