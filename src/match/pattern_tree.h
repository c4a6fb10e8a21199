/*
 * pattern_tree - the inside of a pattern.
 * (what pattern_parse.c builds) -> (what emission, literals and samples walk)
 *
 * For pattern*.c only. Nodes are const once built, live in the arena of the parse, and may hang in several trees
 * (terms). Walks recurse: no tree is deeper than PATTERN_DEPTH_MAX groups.
 *
 * What stands where atoms meet:
 * 1. No run of literal text begins or ends with a character whose folding depends on its neighbour, but for dashes:
 *    a dash is asked for in both forms, wherever the text around decides.
 * 2. Two U+000A, or two U+30FC, never stand side by side in folded text: a run of them is one. So a node knows which of
 *    them it may end with (`ends`), and what follows it asks for another one or, behind one, for nothing. In the
 *    skeleton each U+000A may be missing anyway; of U+30FC there are more, since what looks like it becomes one.
 * 3. The skeleton drops signs. A class or choice stands there for those of its members of which something is left, if
 *    there are any: (?:ここ|↓) is ここ, or it would be found everywhere. So some of what is found in text is not found in
 *    the skeleton, where it need not be; but the required literals of a pattern are for both.
 */
#ifndef LURE_MATCH_PATTERN_TREE_H
#define LURE_MATCH_PATTERN_TREE_H

#include "match/pattern.h"

#define LONG_SOUND 0x30FCu
#define PATTERN_WALK_MAX 300000u  /* characters in all classes of one pattern */
#define PATTERN_LONGER_MAX 256u   /* characters of one class that become several */
#define PATTERN_CODE_MAX 60000u   /* PCRE2 compiles to 64 KB at most, repeated groups written out */

enum node_kind {
	NODE_EMPTY,     /* an empty alternative */
	NODE_RUN,       /* literal text */
	NODE_ANY,       /* . */
	NODE_CLASS,     /* [...] \d \p */
	NODE_BLANK,     /* \s */
	NODE_START,     /* ^ */
	NODE_END,       /* $ */
	NODE_BORDER,    /* \b */
	NODE_SEQUENCE,
	NODE_CHOICE,    /* a|b */
	NODE_REPEAT,
	NODE_AHEAD,     /* (?=...) */
	NODE_NOT_AHEAD, /* (?!...) */
};

#define ENDS_NEWLINE 1u
#define ENDS_LONG 2u

struct cp_range {
	uint32_t from, to; /* both included */
};

/* A class in one view. */
struct class_image {
	const struct cp_range *ranges; /* images of one character, but U+000A: sorted, apart */
	size_t nranges;
	const struct span *longer;     /* images of several, as UTF-8 */
	size_t nlonger;
	bool newline;                  /* U+000A is one */
	bool goes;                     /* a member has no image here, or may have none */
	bool left;                     /* a member has one, wherever it stands */
};

struct char_class {
	const struct cp_range *members; /* as typed: sorted, apart */
	size_t nmembers;
	bool negated;
	struct class_image image[VIEW_N];
};

/* What folding makes of a run; behind text that ends as `behind` says (ENDS_; 0: whatever stands before). */
struct run_form {
	struct span text;
	unsigned behind; /* that character stands before the form, and is not part of it */
};

#define RUN_FORMS_MAX 8u

struct run {
	struct span typed;
	struct run_form form[VIEW_N][RUN_FORMS_MAX];
	size_t nforms[VIEW_N];
};

struct node {
	enum node_kind kind;
	bool lazy;               /* REPEAT */
	bool firm;               /* CHOICE: an alternative is */
	uint16_t min, max;       /* REPEAT */
	const struct run *run;
	const struct char_class *class;
	const struct node *const *children;
	size_t n;

	/* What is known of it. */
	unsigned depth;          /* groups in it */
	bool starts, finishes;   /* a ^ or $ is in it */
	bool nullable[VIEW_N];   /* may match nothing in this view */
	bool vanishes;           /* what it matches in text may leave nothing in the skeleton */
	unsigned ends[VIEW_N];   /* ENDS_: what it may end with */
	uint32_t characters;     /* of text, at most */
	uint32_t most[VIEW_N];   /* bytes */
	uint32_t least;          /* bytes of skeleton, under a match in either view */
	uint32_t letters[VIEW_N];/* characters that are asked for by name, at least */
	uint32_t code;           /* bytes of compiled regex, about */
};

struct pattern {
	const struct node *root;
	size_t size; /* bytes, with its terms */
};

/* Constructors. NULL: no memory, or a part was NULL. */
const struct node *node_atom(struct arena *a, enum node_kind kind);
const struct node *node_run(struct arena *a, struct span typed);
const struct node *node_class(struct arena *a, const struct char_class *class);
const struct node *node_sequence(struct arena *a, const struct node *const *v, size_t n);
const struct node *node_choice(struct arena *a, const struct node *const *v, size_t n);
const struct node *node_repeat(struct arena *a, const struct node *child, unsigned min, unsigned max, bool lazy);
const struct node *node_ahead(struct arena *a, const struct node *child, bool negative);
/* Can it take up text at all? */
static inline bool node_consumes(const struct node *n)
{
	return n->characters > 0;
}

/* Is something in it that the skeleton can ask for: what is left, or an end of the field? */
static inline bool node_is_firm(const struct node *n)
{
	return !n->nullable[VIEW_SKELETON] || n->starts || n->finishes;
}

/* Is it, in a choice, an alternative that the skeleton does without? */
static inline bool node_is_dropped(const struct node *choice, size_t i)
{
	const struct node *n = choice->children[i];

	return choice->firm && !node_is_firm(n) && !n->nullable[VIEW_TEXT];
}

/* What stands before the next of a sequence, after `n` behind `before`. */
static inline unsigned ends_after(const struct node *n, enum view_kind view, unsigned before)
{
	return n->ends[view] | (n->nullable[view] || (view == VIEW_SKELETON && n->vanishes) ? before : 0);
}

/*
 * A class of these members (any order; the array is sorted in place and kept). *walked counts against PATTERN_WALK_MAX.
 * NULL with *why: refused; NULL with *why NULL: no memory.
 */
struct char_class *class_new(struct arena *a, struct cp_range *members, size_t n, bool negated, size_t *walked,
    const char **why);
/* Is cp one of the ranges? */
bool ranges_hold(const struct cp_range *v, size_t n, uint32_t cp);

bool class_holds_long(const struct class_image *c); /* U+30FC */

/* Is nothing left of the character when it is folded, whatever stands around it? */
bool char_is_removed(uint32_t cp);
bool char_is_unseen(uint32_t cp); /* or may there nothing be left of it: a mark */
bool char_is_blank(uint32_t cp); /* or a line end */
static inline bool char_is_line_end(uint32_t cp)
{
	return (cp >= 0x0A && cp <= 0x0D) || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}
static inline bool char_is_region(uint32_t cp) /* two of them are a flag */
{
	return cp >= 0x1F1E6 && cp <= 0x1F1FF;
}
/* Is it seen as what fold_char() says, or as what a class asks for besides, whatever stands around it? */
bool char_is_clear(uint32_t cp);

/* The alternatives of which the skeleton keeps too little are not looked for there. */
bool skeleton_is_weak(const struct node *n);

#endif
