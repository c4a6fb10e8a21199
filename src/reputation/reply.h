/*
 * reply - what a Redis server says, read piece by piece and bounded.
 * bytes -> replies, in order
 *
 * At most REPLY_BYTES unread, REPLY_ELEMENTS in a reply. hiredis stands behind this file alone.
 */
#ifndef LURE_REPUTATION_REPLY_H
#define LURE_REPUTATION_REPLY_H

#include "base/span.h"

#define REPLY_BYTES ((size_t)4 << 20)
#define REPLY_ELEMENTS 65536u

enum reply_kind { REPLY_OTHER, REPLY_STRING, REPLY_ARRAY, REPLY_INTEGER, REPLY_NIL, REPLY_STATUS, REPLY_ERROR };

struct reply {
	enum reply_kind kind;
	long long integer;     /* of an integer; else 0 */
	struct span text;      /* of a string, status or error; else empty */
	struct reply *element; /* of an array */
	size_t n;              /* of an array; else 0 */
};

struct reader;

/* false where it was built without hiredis: then there is no reader. */
bool reader_available(void);
struct reader *reader_new(void); /* NULL: no memory */
void reader_free(struct reader *r); /* NULL is fine */

/* Take in what has arrived: 0, -EMSGSIZE where the server sent too much, or -ENOMEM. */
int reader_feed(struct reader *r, const char *p, size_t n);
/* The next reply, the reader's until the next call: 1, 0 where none is whole yet, or -EPROTO. */
int reader_next(struct reader *r, const struct reply **ret);
/* Whether nothing is left of what arrived, not even part of a reply. */
bool reader_drained(const struct reader *r);

#endif
