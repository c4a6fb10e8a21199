/*
 * inspect - all the stages for one message.
 * struct message -> mail -> visible -> hits -> verdict
 *
 * Both programs come through here. A slot owns the memory of one running scan; there are as many as cores, and waiting
 * for one is in order and bounded by the message's deadline.
 */
#ifndef LURE_SCORE_INSPECT_H
#define LURE_SCORE_INSPECT_H

#include "score/verdict.h"

struct slots;
struct slot;

struct slots *slots_new(size_t n, const struct limits *l); /* NULL: no memory */
void slots_free(struct slots *s);
/* The next free slot in order of asking, or NULL at the deadline. */
struct slot *slot_take(struct slots *s, clock_us deadline);
void slot_give(struct slots *s, struct slot *slot); /* everything the inspection gave out is gone after it */

struct inspection {
	const struct ruleset *ruleset; /* the caller's */
	const struct mail *mail;
	const struct visible *visible;
	const struct hits *hits;
	const struct verdict *verdict;
	const char *charset;   /* of the text that was read, the first part's; "" where there was none */
	uint64_t text;         /* digest of the folded body, for reputation_record() */
	double ms;
	double stage_ms[4];    /* decode, extract, match (with fold), score */
};

struct inspect_options {
	const struct ruleset *ruleset;
	struct limits limits;
	struct score_options score;
	clock_us deadline;                    /* of the message; 0: none */
	const struct identity_options *identity; /* whose word on authentication counts; NULL: nobody's */
	struct reputation_request *request;   /* ended here in any case; NULL: STANDING_OFF */
	clock_us reputation_deadline;
	struct watch *watch;                  /* where the stages' CPU time is added; NULL: not measured */
};

/*
 * 0 and a filled *ret, whose pointers live in the slot until slot_give(); or a negative errno for trouble (memory). Bad
 * mail and time-outs that the mail caused are flaws of a verdict, never trouble.
 */
int inspect(struct slot *slot, const struct message *m, const struct inspect_options *o, struct inspection *ret);

#endif
