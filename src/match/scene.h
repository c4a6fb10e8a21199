/*
 * scene - one message as signs and rules look at it.
 * (what matcher.c prepares) -> (what find.c and evaluate.c work on)
 *
 * Lives in the matcher's own arena until its next message. Its size is bounded by the set (searches, outcomes) and by
 * SCENE_PIECES_MAX (what a sender can multiply: windows, occurrences, points).
 */
#ifndef LURE_MATCH_SCENE_H
#define LURE_MATCH_SCENE_H

#include "base/clock.h"
#include "match/compiled.h"
#include "match/layout.h"

#define SCENE_PIECES_MAX 100000u
#define SCENE_FIELDS_MAX 1100u /* one of each id, and limits.headers */

struct seen_field {
	const struct field *field;
	unsigned slot;
	bool prose;              /* else view[VIEW_TEXT] alone is filled */
	struct view view[VIEW_N];
	struct layout layout;
	uint32_t *characters[VIEW_N]; /* of the text before each block of it; measure.c counts when first asked */
};

/* Something found, as bytes of its field's text. */
struct occurrence {
	uint32_t from, to;
	uint16_t field; /* index in the scene */
	bool quoted, evaded;
	bool skeleton; /* in that view only */
};

struct occurrences {
	struct occurrence *v;
	size_t n, cap;
	size_t own; /* of them not quoted */
};

/* One pattern in one field; looked for when it is first asked for. */
struct search {
	struct search *next;    /* of the same pattern, other field */
	uint32_t pattern;
	uint16_t field;
	bool everywhere;        /* else in the windows only */
	struct range *windows;  /* starts of a match in the skeleton: from .. to, both included */
	size_t nwindows, cap;
	struct looked {
		size_t window, at;  /* how far it went */
		bool done;
		struct occurrences found;
	} looked[VIEW_N];
};

/* Where a literal starts in the skeleton of the field at hand. */
struct seen_literal {
	uint32_t literal;
	uint32_t *at; /* in order */
	uint32_t n, cap;
	bool more;    /* behind the last too: there was no room to say where */
};

/* Where the part of a set may begin: starts from .. to, both included. */
struct places {
	uint32_t set;
	struct range *v; /* in order, apart; made when first asked for */
	size_t n, cap;
	bool made, everywhere;
};

/* An item that was evaluated: it holds where it has occurrences. */
struct outcome {
	struct occurrences found;
	int weight; /* of a list of words: hundredths, of all that were found */
	int words;  /* and how many those are */
};

/* A word that was found, where it stood first. */
struct seen_word {
	uint32_t word;
	struct occurrence o;
};

struct scene {
	const struct ruleset *set;
	const struct limits *limits;
	struct regex_scratch *scratch;
	struct arena *arena;
	clock_us deadline;
	struct seen_field *fields;
	size_t nfields;
	struct search **searches; /* by pattern: a list; NULL: nothing of it is there */
	uint32_t *seen_of;        /* by literal: 1 and the index of what was seen of it; 0: it is not in the field */
	struct seen_literal *literals;
	size_t nliterals, literals_cap;
	uint32_t *place_of;       /* by set: 1 and the index of its places; 0: no literal of it is in the field */
	struct places *places;
	size_t nplaces, places_cap;
	bool *awake;              /* by item: something that it may hold by is there */
	struct outcome *outcomes; /* by item */
	bool *word_seen;          /* by word */
	struct seen_word *words;  /* in the order they were found */
	size_t nwords, words_cap;
	struct point *points;     /* evaluate.c's work space */
	size_t points_cap;
	size_t *bases;            /* by field */
	unsigned searched;        /* calls of PCRE2 by their cost, since the clock was looked at */
	size_t pieces;            /* spent of SCENE_PIECES_MAX */
	flaw_set flaws;
	bool quotes_own;
	bool stopped;             /* the deadline is reached: no more searches */
};

/* Account for n more pieces; false, with FLAW_TRUNCATED, where the message has spent them. */
static inline bool scene_spend(struct scene *s, size_t n)
{
	if (n > SCENE_PIECES_MAX - s->pieces) {
		s->flaws |= FLAW_BIT(TRUNCATED);
		return false;
	}
	s->pieces += n;
	return true;
}

#endif
