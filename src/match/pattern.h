/*
 * pattern - the pattern language: a documented subset of PCRE2 with one parser, one tree and four uses.
 * pattern text -> tree -> PCRE2 source for a view, required literals, width
 *
 * lure-patterns(5) lists what is accepted and what is refused. PCRE2 only ever sees what pattern_emit() writes.
 *
 * Literal text and the members of classes mean what they are folded to. A class stands for the images of its members, a
 * range's included; [^...] for each character of folded text that is none of those images; neither that nor `.` is ever
 * a sentence end. A blank may be gone in folded text: a class that holds one, and \s, is optional. In the skeleton
 * signs are gone: literal ones are not asked for, and a class or choice means those of its members of which something
 * is left, if there are any (pattern_tree.h). An alternative of the whole pattern of which too little is left is not
 * looked for there.
 */
#ifndef LURE_MATCH_PATTERN_H
#define LURE_MATCH_PATTERN_H

#include "base/buf.h"
#include "fold/fold.h"

#define PATTERN_BYTES_MAX 8192u   /* of one pattern with its terms */
#define PATTERN_DEPTH_MAX 32u     /* groups in groups, terms in terms */
#define PATTERN_REPEAT_MAX 64u    /* what * + {n,} are emitted with */
#define PATTERN_WIDTH_MAX 1000u   /* characters */
#define PATTERN_LITERALS_MAX 512u /* of one need */
#define PATTERN_NEEDS_MAX 4u

struct pattern; /* lives in the arena it was parsed in */

struct pattern_error {
	size_t offset; /* byte of the pattern's text */
	char text[200];
};

/* The tree of a term, or NULL where there is none of that name. */
typedef const struct pattern *pattern_term_fn(void *arg, struct span name);

/* Parse and check for both views. NULL: *error says why and where (or arena_failed). */
const struct pattern *pattern_parse(struct arena *a, struct span text, pattern_term_fn *term, void *arg,
    struct pattern_error *error);
/* Alternatives of several patterns as one (a term's `any`). */
const struct pattern *pattern_any(struct arena *a, const struct pattern *const *v, size_t n);

/* Does it also match where nothing is? Then it says nothing by itself; a term may. */
bool pattern_may_be_empty(const struct pattern *p);

/* PCRE2 source of this pattern for one view, in folded text; no captures. */
void pattern_emit(const struct pattern *p, enum view_kind view, struct buf *out);

/* Bytes of folded UTF-8 that a match of this view spans at most. */
size_t pattern_width(const struct pattern *p, enum view_kind view);

struct literal {
	struct span text;            /* folded as the skeleton */
	uint32_t back_min, back_max; /* bytes of skeleton between the start of its part of the pattern and its own */
};

/* Literals of which each match holds one; their part of the pattern begins back_min .. back_max bytes behind it. */
struct need {
	struct literal *v;
	size_t n;
	uint32_t back_min, back_max;
};

/*
 * Required literals: every match in the skeleton holds one of each need, and every match in the text view implies
 * those in the skeleton. The literals of the first need have two characters at least and are met least often by chance.
 * 0 where there is no such need: the pattern must always run.
 */
size_t pattern_needs(struct arena *a, const struct pattern *p, struct need ret[PATTERN_NEEDS_MAX]);

/*
 * For trials: a random string that the pattern matches as typed, look-ahead and \b left out of account. Folded, it is
 * found in the text view; where it is made for the skeleton, in both. `seed` advances. false: there is none, since a
 * class of the pattern holds nothing that is typed.
 */
bool pattern_sample(const struct pattern *p, enum view_kind view, uint64_t *seed, struct buf *out);

#endif
