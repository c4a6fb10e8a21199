/*
 * examples - the `match` and `pass` texts of signs and rules.
 * ruleset -> what does not come out as its author meant
 */
#ifndef LURE_MATCH_EXAMPLES_H
#define LURE_MATCH_EXAMPLES_H

#include "match/matcher.h"

/* By what an example was judged. */
enum example_by {
	EXAMPLE_BY_ITEM,  /* its own */
	EXAMPLE_BY_SET,   /* the verdict of the whole set */
	/* that too: it does not come out as its author meant, and would without what the site changed */
	EXAMPLE_BY_LOCAL,
};

/*
 * Called with how an example came out. `got` is NULL where it is as its author meant, else what came instead, in words.
 * `hits`: all that hit it.
 */
typedef void example_fn(void *arg, const struct example *e, enum example_by by, const char *got,
    const struct hits *hits);

/* Run every `match` and `pass` that is not retired against its own item, in the set's order. 0 or -ENOMEM. */
int examples_match(const struct ruleset *r, example_fn *tell, void *arg);

/* An example_fn for loading: what failed becomes an error of `diags`, a struct diags; what the site upset a
 * warning. */
void example_diag(void *diags, const struct example *e, enum example_by by, const char *got, const struct hits *hits);

/* An example's texts as fields of a message, "> " lines marked as quoted. NULL: no memory. */
const struct visible *example_visible(struct arena *a, const struct example *e);

#endif
