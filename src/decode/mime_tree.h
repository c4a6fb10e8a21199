/*
 * mime_tree - the parts, while the tree grows.
 * entities and their bytes -> struct mime
 */
#ifndef LURE_DECODE_MIME_TREE_H
#define LURE_DECODE_MIME_TREE_H

#include "decode/mime.h"

struct tree {
	struct arena *arena;
	const struct limits *limits;
	struct mime m;
	size_t cap;
	size_t started;     /* arena_used() */
	size_t decodable;   /* bytes that may still be decoded for being read as a body */
	bool stopped;       /* there is no room for more */
};

void tree_open(struct tree *t, struct arena *a, const struct limits *l);
void tree_stop(struct tree *t, flaw_set why);
/*
 * A new text/plain part below `parent`, in no better place than that; PART_NO_PARENT where there may be no more, and
 * then the tree is stopped.
 */
size_t tree_add(struct tree *t, size_t parent, enum part_place place);
/* Text that no header describes, at the side of `parent`. A stopped tree has room for one. */
void tree_add_aside(struct tree *t, size_t parent, struct span raw);
void tree_describe(struct tree *t, size_t i, const struct entity *e);
/* The bytes of a whole entity, decoded; false where a message may not hold so many. Flaws go to part i. */
bool tree_decode(struct tree *t, size_t i, struct span raw, enum transfer transfer, struct span *ret);

/*
 * What else the raw bytes of the text part i are: files uuencoded in it, HTML that is declared as text, text that is
 * declared as base64. Parts are added below it. `more`: second readings are wanted.
 */
void tree_look_into(struct tree *t, size_t i, bool more);

#endif
