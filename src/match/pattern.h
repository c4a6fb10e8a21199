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
#define PATTERN_LITERALS_MAX 512u /* required literals of one pattern */

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
	struct span text;     /* folded as the skeleton */
	uint32_t back_min, back_max; /* bytes of skeleton between the start of a match and the start of the literal */
};

/*
 * Required literals: every match in the skeleton contains one of them, and every match in the text view implies one in
 * the skeleton. 0 where the pattern has none that is usable (at least two characters): it must always run.
 */
size_t pattern_literals(struct arena *a, const struct pattern *p, struct literal **ret);

/*
 * For trials: a random string that the pattern matches as typed, look-ahead and \b left out of account. Folded, it is
 * found in the text view; where it is made for the skeleton, in both. `seed` advances. false: there is none, since a
 * class of the pattern holds nothing that is typed.
 */
bool pattern_sample(const struct pattern *p, enum view_kind view, uint64_t *seed, struct buf *out);

#endif
