/*
 * verdict - points and what follows from them.
 * hits + standing -> struct verdict
 *
 * Points are tenths in an int. A family's signs count only when two of its roles are there, one of them ask, pressure
 * or reassurance; a rule counts by itself. The strongest family decides: its points and at most SCORE_OTHERS from all
 * others together, plus context (at least SCORE_CONTEXT) plus standing. Reject needs one family alone at the mark,
 * three roles, and an own-voice ask or pressure.
 *
 * Words that weigh (ITEM_WORDS) are summed, those of the strongest family and of common; the sum lies within
 * SCORE_WORDS_MIN and SCORE_WORDS_MAX. Above 0 it is added to a family whose signs count, within its limit; so words
 * alone never tag, and they are left out of what a reject asks of a family. Below 0 it is counter-evidence: it comes to
 * context, and both together take no more than SCORE_CONTEXT.
 */
#ifndef LURE_SCORE_VERDICT_H
#define LURE_SCORE_VERDICT_H

#include "match/matcher.h"
#include "reputation/reputation.h"

#define SCORE_OTHERS 20
#define SCORE_CONTEXT (-20)
#define SCORE_WORDS_MIN (-20)
#define SCORE_WORDS_MAX 30
/* to the strongest family, once, where one of its hits was hidden under decorations or lookalikes */
#define SCORE_EVADED 10

enum verdict_kind { VERDICT_NONE, VERDICT_TAG, VERDICT_REJECT };
const char *verdict_name(enum verdict_kind k);

struct lure {
	const struct family *family;
	int points;
	unsigned roles;
	bool together; /* its signs count, and words may */
};

struct scored_item {
	const struct hit *hit;
	int points; /* what it brought; 0 where its family did not come together, or in test */
};

struct verdict {
	enum verdict_kind kind;
	int points;                     /* all together */
	int content;                    /* without standing */
	int context;                    /* what counter-evidence took away, words included: 0 or below */
	int words;                      /* what words brought the strongest family, or took away */
	const struct lure *lures;       /* families with points, strongest first */
	size_t nlures;
	const struct scored_item *items;
	size_t nitems;
	flaw_set flaws;
	struct standing standing;
	bool spared;                    /* points for a reject, held back by one of the conditions */
	const char *reason;             /* static: why it is what it is, for explain */
};

struct score_options {
	int tag_points, reject_points; /* tenths */
	bool reject;                   /* a reject may be the verdict */
};

/* 0 or -ENOMEM. */
int score(struct arena *a, const struct ruleset *r, const struct hits *h, const struct standing *s,
    const struct score_options *o, const struct verdict **ret);

#endif
