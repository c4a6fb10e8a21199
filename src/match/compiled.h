/*
 * compiled - the inside of a ruleset.
 * (what load.c builds) -> (what matcher.c reads)
 *
 * For this folder only. Everything lives in the ruleset's arena, but for the regexes, the automaton and the sources.
 */
#ifndef LURE_MATCH_COMPILED_H
#define LURE_MATCH_COMPILED_H

#include <stdatomic.h>

#include "base/arena.h"
#include "fold/fold.h"
#include "match/automaton.h"
#include "match/pattern.h"
#include "match/regex.h"
#include "match/ruleset.h"

/*
 * Where a pattern looks: a slot is an enum field_id, or FIELD_HEADER + k for the k-th header name of the set; a set of
 * slots is a bit mask.
 */
#define SLOT_N (FIELD_HEADER + RULESET_HEADERS_MAX)
#define SLOT_BIT(s) ((uint64_t)1 << (s))
_Static_assert(SLOT_N <= 64, "slots fit a mask");

/* One of a set of literals stands in each match; distances as those of struct need. */
struct compiled_need {
	uint32_t set;
	uint32_t back_min, back_max;
};

struct compiled_pattern {
	struct regex *regex[VIEW_N]; /* may be the same one */
	uint64_t slots;   /* of all that use it */
	struct compiled_need needs[PATTERN_NEEDS_MAX];
	size_t nneeds;    /* 0: looked for everywhere */
	struct span text; /* as written */
};

static inline void compiled_forget(struct compiled_pattern *p)
{
	if (p->regex[VIEW_SKELETON] != p->regex[VIEW_TEXT])
		regex_free(p->regex[VIEW_SKELETON]);
	regex_free(p->regex[VIEW_TEXT]);
}

/* A literal of a set; distances as those of struct literal. */
struct member {
	uint32_t literal;
	uint32_t back_min, back_max;
};

/* For each of some things the numbers of others: those of i are v[first[i]] .. v[first[i + 1]]. */
struct lists {
	uint32_t *first, *v;
};

struct operand {
	bool item;        /* else a pattern */
	uint32_t index;
	struct span text; /* as written */
};

struct operands {
	const struct operand *v;
	size_t n;
};

enum scope { SCOPE_SENTENCE, SCOPE_SENTENCES_3, SCOPE_PARAGRAPH, SCOPE_MESSAGE, SCOPE_WITHIN, SCOPE_N };

struct compiled_item {
	struct item item;
	struct operands all, any, of, none, unless;
	size_t at_least;  /* of `of` */
	uint64_t slots;
	enum scope scope;
	uint32_t within;  /* characters, of SCOPE_WITHIN */
	bool across;
	bool once;        /* one of `any` is all it takes, and nothing refers to it: one occurrence is enough */
	bool always;      /* it holds by something else than what is found: looked at each time */
	bool voice_given; /* then what it refers to is held to its voice too */
	bool broken;      /* while loading: not as its author meant, an error tells why */
	flaw_set flaws;
};

struct ruleset {
	atomic_size_t holders;
	struct arena *arena;
	struct limits limits;

	struct compiled_item *items;
	const struct item **item_list;
	uint32_t *order; /* item indexes: what is referred to before what refers; without the retired */
	uint32_t *by_id; /* item indexes, sorted by id */
	size_t nitems, norder;
	struct family **families;
	size_t nfamilies;

	struct compiled_pattern *patterns;
	size_t npatterns;
	uint32_t *always; /* patterns that look at prose and need nothing */
	size_t nalways;
	uint32_t *plain;  /* patterns that look at fields that are no prose */
	size_t nplain;
	struct lists users;      /* by pattern: the items that hold where it is found */
	struct lists dependents; /* by item: those that hold where it does */
	uint64_t slots;   /* of all patterns */
	const char *headers[RULESET_HEADERS_MAX]; /* lower case */
	size_t nheaders;

	struct word *words;
	size_t nwords;

	struct exception *exceptions;
	size_t nexceptions;

	struct automaton *automaton; /* NULL: no literals */
	size_t nliterals;
	uint32_t *literal_length;    /* by literal */
	struct lists sets_of;        /* by literal: the sets it belongs to */
	struct lists words_of;       /* and the words it is */
	size_t nsets;
	uint32_t *first_member;      /* by set, and one more */
	struct member *members;
	struct lists woken;          /* by set: the patterns whose first need it is */

	struct example *examples;
	size_t nexamples;
	struct source *sources;
	enum trust *trusts; /* by source */
	size_t nsources;
	char digest[13];
	const char *version;  /* NULL: no files */
};

#endif
