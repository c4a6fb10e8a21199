/*
 * examples - the cases of pattern files, and their `pass` texts, against the whole set.
 * ruleset -> what does not come out as its author meant
 */
#ifndef LURE_SCORE_EXAMPLES_H
#define LURE_SCORE_EXAMPLES_H

#include "match/examples.h"
#include "score/inspect.h"

/* The marks that examples are judged by, whatever the site's are. */
#define EXAMPLES_TAG_POINTS 50
#define EXAMPLES_REJECT_POINTS 100

/* Called after ruleset_load(), by both programs. Failures go to d; false where there was one (or no memory). */
bool examples_run(const struct ruleset *r, struct diags *d);

/*
 * Run them once more and warn of what they do not show: a sign or rule that none of them hits, and a case that comes
 * out right though nothing of its own file hits it. false: no memory.
 */
bool examples_lint(const struct ruleset *r, struct diags *d);

/* Judge each case, and each `pass` that is not retired, as examples_match() does with single items. 0 or -ENOMEM. */
int examples_judge(const struct ruleset *r, example_fn *tell, void *arg);

#endif
