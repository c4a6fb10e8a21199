/*
 * verdict - points and what follows from them.
 * hits + circumstances -> struct verdict
 *
 * Points are tenths in an int. A family's signs count only when two of its roles are there, one of them ask, pressure
 * or reassurance; a rule counts by itself. The strongest family decides: its points and at most SCORE_OTHERS from all
 * others together, plus context (at least SCORE_CONTEXT, of a warner SCORE_CONTEXT_WARNER) plus standing. Reject needs
 * one family alone at the mark, three roles, and an own-voice ask or pressure.
 *
 * Words that weigh (ITEM_WORDS) are summed, those of the strongest family and of common; the sum lies within
 * SCORE_WORDS_MIN and SCORE_WORDS_MAX. Above 0 it is added to a family whose signs count, within its limit; so words
 * alone never tag, and they are left out of what a reject asks of a family. Below 0 it is counter-evidence too, besides
 * context: bounded together at -2, they found 10 to 20 lures of 100 less at the same rate of false tags.
 */
#ifndef LURE_SCORE_VERDICT_H
#define LURE_SCORE_VERDICT_H

#include "match/matcher.h"
#include "reputation/reputation.h"
#include "score/excuse.h"

#define SCORE_OTHERS 20
#define SCORE_CONTEXT (-20)
#define SCORE_CONTEXT_WARNER (-60)
/* a lure is named beside the strongest one where its own signs and rules bring 1/SCORE_NAMED of that one's or more */
#define SCORE_NAMED 3
#define SCORE_WORDS_MIN (-40)
#define SCORE_WORDS_MAX 45
/* to the strongest family, once, where one of its hits was hidden under decorations or lookalikes */
#define SCORE_EVADED 10
/* items in test of one message of which each is tried out by itself; of further ones `would` is the verdict */
#define SCORE_TRIED_MAX 16u

enum verdict_kind { VERDICT_NONE, VERDICT_TAG, VERDICT_REJECT };
const char *verdict_name(enum verdict_kind k);

struct lure {
	const struct family *family;
	int points;
	unsigned roles;
	bool together; /* its signs count, and words may */
	/*
	 * What the points are made of; together they can be more than the family's limit. Its signs bring theirs only
	 * where it is together.
	 */
	int rules, signs, common, evaded, words;
};

/* What keeps a message from a reject: bits of verdict.bars. */
enum bar {
	BAR_POINTS, /* no family alone reaches the mark */
	BAR_ROLES,  /* fewer than three roles of the strongest family */
	BAR_QUOTES, /* most of the text is quoted */
	BAR_DEMAND, /* neither ask nor pressure in the mail's own voice */
	BAR_CLEAN,  /* the sender is known for clean mail */
	BAR_OFF,    /* rejects are switched off */
	BAR_TRUST,  /* without what is not fully trusted it would be none */
	BAR_N
};
#define BAR_BIT(b) (1u << (b))
const char *bar_name(enum bar b);
#define SCORE_REJECT_ROLES 3
/* One of these must be among a family's roles for its signs to count. */
#define SCORE_LEADING_ROLES (ROLE_BIT(ROLE_ASK) | ROLE_BIT(ROLE_PRESSURE) | ROLE_BIT(ROLE_REASSURANCE))

struct scored_item {
	const struct hit *hit;
	int points; /* what it brought; 0 where its family did not come together, in test, and by an exception */
	const struct exception *exception; /* by which it does not count, or NULL */
	enum verdict_kind would; /* of what is in test: the verdict, were this one stable; else the verdict */
};

struct verdict {
	enum verdict_kind kind;
	int points;                     /* all together */
	int content;                    /* without standing */
	int context;                    /* what counter-evidence took away, words included: 0 or below */
	int context_found;              /* and what it would have without a bound */
	int context_bound;              /* that bound */
	int others, others_found;       /* what all but the strongest family brought, and would have without a bound */
	int words;                      /* what words brought the strongest family, or took away */
	const struct lure *lures;       /* strongest first: the named ones, then the rest */
	size_t nlures;
	size_t npresent;                /* with those behind them that hit and are not named: SCORE_NAMED */
	const struct scored_item *items;
	size_t nitems;
	flaw_set flaws;
	struct standing standing;
	unsigned bars;                  /* BAR_BIT()s; 0 where nothing was found */
	enum verdict_kind would;        /* the verdict, were all that is in test stable */
	enum verdict_kind without;      /* the verdict, were there no exceptions */
	const struct excuses *excuses;  /* exceptions that the message meets */
	bool excused;                   /* something of it does not count by one of them */
	bool spared;                    /* points for a reject, held back by one of the conditions */
	const char *reason;             /* static: why it is what it is, for explain */
};

struct score_options {
	int tag_points, reject_points; /* tenths */
	bool reject;                   /* a reject may be the verdict */
};

/* What bears on a verdict besides the content. */
struct circumstances {
	struct standing standing;
	/* As the files say: no override counts, and nothing has expired, or is in test for want of trust. */
	bool shipped;
	bool warner;            /* from police or a consumer centre, as far as that can be trusted */
	struct excuses excuses; /* their arrays must live as long as the verdict */
};

/* 0 or -ENOMEM. The verdict points to `c`. */
int score(struct arena *a, const struct ruleset *r, const struct hits *h, const struct circumstances *c,
    const struct score_options *o, const struct verdict **ret);

#endif
