/*
 * learn - words that weigh, from labelled mail.
 * corpus -> texts as characters -> n-grams -> weights -> a pattern file
 *
 * The model is logistic regression over which n-grams of characters stand in a text (2 to 5 of the skeleton of subject
 * and body, as words are matched), with a penalty that leaves most weights 0 (Tibshirani, JRSS B 58, 1996). With
 * --offset the points of signs and rules are one more term, so that words learn only what these miss, and weigh in
 * their points. Points that a person tuned on the same texts look better there than they are, and leave words too
 * little; those that a regression together with n-grams gave do not (the shipped ones). Everything is deterministic: no
 * random numbers, and threads share nothing that they write.
 */
#ifndef LURE_TOOLS_LEARN_H
#define LURE_TOOLS_LEARN_H

#include "tools/crew.h"

#define GRAM_MIN 2u
#define GRAM_MAX 5u

/* A message as it is learnt from. 0 among the characters: a border that no word goes over. */
struct gleaning {
	int points;        /* tenths, by signs and rules without words */
	bool counts;       /* a lure of the message would take words */
	uint64_t digest;   /* of the skeleton */
	size_t n;
	uint32_t *spelt;   /* beside each character of the skeleton the one it was */
	uint32_t skeleton[];
};

/*
 * What a message holds. Borders stand for the end of a sentence, digits, and what lies in links, mail addresses and the
 * names of sender and recipients; and for quotations, where they count as the mail's own words. NULL: no memory.
 */
struct gleaning *glean(const struct inspection *i);

/* n-grams of texts: which column (n-gram) stands in which texts. */
struct column {
	uint64_t hash;
	size_t first;   /* in `rows` */
	uint32_t n;     /* texts it stands in */
	unsigned char length; /* characters */
};

struct grams {
	const struct text **texts;
	size_t *first;        /* by text: its first sample; and one more */
	double *points;       /* by text: of its messages, mean */
	bool *counts;         /* by text */
	size_t ntexts, twins; /* twins: texts left out that say the same as another */
	size_t of[LABEL_N];
	struct column *columns; /* by hash; of those that stand in the same texts only one */
	size_t ncolumns;
	uint32_t *rows;
};

/* Those in at least `least` texts. false: no memory. */
bool grams_collect(struct grams *g, const struct corpus *c, const struct samples *s, unsigned least);
void grams_free(struct grams *g);
/* How the n-gram of a column is spelt in the first text that has it, where that folds to it; false: nowhere. */
bool grams_spell(const struct grams *g, const struct samples *s, const struct column *c, struct buf *out);

/* How much the square of a weight is penalised beside its size: learn_fit.c says why. */
#define FIT_SPREAD 60.0

/* A model being fitted. */
struct fit {
	const struct grams *g;
	bool offset;            /* points are a term */
	double *cost;           /* by text; 0: held out */
	double *weight;         /* by column: log odds */
	double intercept, slope; /* slope: of points (of 1) */
	double *margin, *residual; /* by text */
	double *bound;          /* by column: curvature at most */
	size_t *active;
};

bool fit_begin(struct fit *f, const struct grams *g, bool offset);
void fit_end(struct fit *f);
/* Leave out the texts of a fold, which takes those of a label in turn; folds 0: none. Both labels weigh alike. */
void fit_costs(struct fit *f, size_t fold, size_t folds);
/* The least penalty under which all weights are 0, with the terms that have none fitted. */
double fit_start(struct fit *f);
/* Fit under a penalty, from where the fit is. */
void fit_run(struct fit *f, double penalty);
/* What the words of a text weigh. */
double fit_words(const struct fit *f, size_t text);

#define PATH_STEPS 16
#define PATH_RATIO 0.7

/* Fits with a fold left out in turn, along a path of penalties. */
struct cross {
	const struct grams *g;
	bool offset;
	size_t folds;
	double start;                 /* penalty: start * PATH_RATIO^(step + 1) */
	double *words;                /* by step and text: what its words weigh where the text was held out */
	double *logit;                /* by step and text: of the whole model */
	double loss[PATH_STEPS];      /* mean, both labels alike */
	size_t best;                  /* step with the least */
};

bool cross_run(struct cross *x, const struct grams *g, bool offset, size_t folds);
void cross_end(struct cross *x);

/* What learning came to. */
struct learnt {
	const struct grams *grams;
	const struct samples *samples;
	const struct fit *fit;
	double scale; /* points of a log odd */
	size_t most;  /* words */
	size_t words; /* that were written */
};

/*
 * The pattern file: the words that matter most, sorted by their points. false: it could not be written, which has been
 * said.
 */
bool learn_write(struct learnt *l, const char *path);

#endif
