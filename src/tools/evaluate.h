/*
 * evaluate - what a set of patterns makes of labelled texts.
 * corpus and hits of its messages -> figures by text, group, rule and threshold
 *
 * 1. Counted by text: a lure is found where all its packagings get a tag or more, a legitimate text is falsely tagged
 *    where one of them does. So the packaging that decides is the one with the fewest points of a lure, with the most
 *    of a legitimate text.
 * 2. Judged by the tag_points and reject_points of the configuration, as if `reject` were on.
 * 3. What would change without a sign or rule is found by score() on the recorded hits without it. What names it holds
 *    as before: it is the item's points that are taken away, which is what the status test does.
 */
#ifndef LURE_TOOLS_EVALUATE_H
#define LURE_TOOLS_EVALUATE_H

#include "tools/baseline.h"
#include "tools/crew.h"

/* What is kept of a message: its hits, on the heap. */
struct record {
	char *shown; /* on the heap: evaluation_shown(), where it was asked for and the verdict is wrong; or NULL */
	struct hits hits;
	struct hit v[];
};

/* A share of texts with its 95 % confidence interval (Wilson, JASA 22, 1927). */
struct rate {
	size_t hit, of;
	double share, low, high; /* of 1; 0 where `of` is 0 */
};
struct rate rate(size_t hit, size_t of);

/* A text and its packaging that decides. */
struct result {
	const struct text *text;
	size_t first, n;               /* its samples; none: nothing of it could be read */
	const struct record *deciding;
	const char *packaging;
	enum verdict_kind kind;
	int points;
	bool named;                    /* its category is among the lures of the verdict, in every packaging */
	bool thin;                     /* found, and not without what hit no other lure text */
};

/* Texts (of packagings: messages) that have something in common. */
struct group {
	const char *by, *name; /* "category", "quit-fee" */
	enum label label;
	size_t n, caught;
};

/* An item, by texts: in how many of each label it hit, what it brought, and what would change without it. */
struct usage {
	const struct item *item;
	size_t texts[LABEL_N];
	long points[LABEL_N];  /* tenths; of each text those of the packaging that decides */
	size_t lost, gained;   /* lures found with it, and without it only */
	size_t gone, added;    /* false tags likewise: gone without it, and there without it only */
};

#define THRESHOLD_MIN 20 /* tenths */
#define THRESHOLD_MAX 100
#define THRESHOLD_STEP 5
#define THRESHOLDS ((THRESHOLD_MAX - THRESHOLD_MIN) / THRESHOLD_STEP + 1)
#define RECALLS 3

struct threshold {
	int tag_points;
	struct rate recall, false_tags;
};

struct evaluation {
	const struct ruleset *ruleset;
	struct score_options options;
	const struct corpus *corpus;
	struct samples samples;   /* their results are struct record */
	struct arena *arena;      /* of a verdict at a time */
	struct result *results;   /* by text */
	size_t nresults;
	size_t texts[LABEL_N];    /* that were read */
	struct rate found, false_tags, rejected[LABEL_N], named, thin;
	bool categories;          /* lures have them: `named` says something */
	struct group *groups;
	size_t ngroups;
	struct usage *usages;     /* by item index */
	size_t nusages;
	struct threshold thresholds[THRESHOLDS], recalls[RECALLS]; /* recalls: at most so many false tags */
};
extern const double evaluation_false_tags[RECALLS]; /* 0.003, 0.01, 0.02 */

bool evaluation_begin(struct evaluation *e, const struct tool *t, const struct ruleset *r, const struct corpus *c);
/* Everything from `results` on, of samples that are there. false: no memory. */
bool evaluation_count(struct evaluation *e);
/* The part of it that is about items: `usages` and `thin`. */
bool evaluation_usage(struct evaluation *e);
void evaluation_free(struct evaluation *e);

/* Found, or falsely tagged. */
static inline bool result_caught(const struct result *r)
{
	return r->n > 0 && r->kind != VERDICT_NONE;
}
/* The verdict on a record's hits, until the next call; NULL: no memory. */
const struct verdict *evaluation_judge(struct evaluation *e, const struct hits *hits);

/* b: NULL where there is none. For people; list: with each miss and false alarm. */
void evaluation_print(struct evaluation *e, const struct baseline *b, bool list);
/* The group of texts with that name, or NULL. */
const struct group *evaluation_group(const struct evaluation *e, const char *by, const char *name, enum label label);

/* One object; its keys are described in lurectl(1). */
void evaluation_json(struct evaluation *e, const struct baseline *b, struct buf *out);
/* Its keys before `results`, and those of a result, without braces. */
void evaluation_json_figures(const struct evaluation *e, struct buf *out);
void evaluation_json_result(struct evaluation *e, const struct baseline *b, const struct result *r, struct buf *out);

#endif
