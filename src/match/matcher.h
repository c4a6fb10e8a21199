/*
 * matcher - finds which signs and rules hold in one message.
 * fields -> hits
 *
 * Folds the fields that the set asks for, makes one Aho-Corasick pass over the skeletons, confirms by PCRE2 in windows
 * around the literals, then evaluates signs and rules with their scopes, voices and exceptions.
 */
#ifndef LURE_MATCH_MATCHER_H
#define LURE_MATCH_MATCHER_H

#include "base/buf.h"
#include "base/watch.h"
#include "match/ruleset.h"

struct hit {
	const struct item *item; /* of ITEM_WORDS: the place is that of the weightiest word */
	enum field_id field;
	const struct field *in; /* the field itself: of headers there may be many */
	uint32_t from, to; /* bytes of that field's text; of a rule: of its first pattern that hit */
	bool skeleton;     /* found in the skeleton only, or something that it rests on */
	bool evaded;       /* so found, under a lookalike, a decoration or an invisible character */
	bool quoted;       /* inside quotation marks or a quoted block */
	int weight;        /* of ITEM_WORDS: hundredths of a point, of all its words that were found */
};

/* A word that weighs, where it stood first. */
struct word_hit {
	const struct word *word;
	enum field_id field;
	uint32_t from, to; /* bytes of that field's text */
};
#define HITS_WORDS_MAX 100u /* that are named; all weigh */
#define HITS_WORDS_FULL 90 /* words of a list beyond which more of them do not weigh more */

struct hits {
	const struct hit *v; /* one an item; by item index */
	size_t n;
	const struct word_hit *words; /* the weightiest first */
	size_t nwords;
	flaw_set flaws;      /* the visible's, and TIME, CUT_SHORT, MIXED_SCRIPT, INVISIBLE */
	bool quotes_own;     /* so much is quoted that quotes counted as the mail's own words: never reject */
	uint64_t text;       /* digest of the folded body; 0 where no pattern looks at the body */
};

struct matcher; /* scratch memory of one scan slot: match data, JIT stack */

struct matcher *matcher_new(const struct limits *l);
void matcher_free(struct matcher *m);

/* Measure the stages of the runs to come; NULL: no longer. */
void matcher_watch(struct matcher *m, struct watch *w);

/* 0, -ENOMEM or another negative errno. The hits live in the arena. */
int matcher_run(struct matcher *m, struct arena *a, const struct ruleset *r, const struct visible *v, clock_us deadline,
    const struct hits **ret);

/* Why an item does not hold in the message of the last run, in words for its author. */
void matcher_why(struct matcher *m, const struct item *item, struct buf *out);

#endif
