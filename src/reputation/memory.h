/*
 * memory - the counts of senders, in a table of fixed size.
 * key, hour, lure or not -> decayed counts
 *
 * Records of model.h. Plain data without a lock or a clock of its own: the caller gives both. When
 * the table is full, the key that was touched longest ago goes.
 */
#ifndef LURE_REPUTATION_MEMORY_H
#define LURE_REPUTATION_MEMORY_H

#include "base/buf.h"
#include "reputation/model.h"

struct memory_key {
	uint8_t b[16]; /* an HMAC, so evenly spread */
};

#define MEMORY_TEXTS 8u /* digests remembered a key and day */

struct memory;

struct memory *memory_new(size_t keys); /* NULL: no memory */
void memory_free(struct memory *m);     /* NULL is fine */
size_t memory_count(const struct memory *m);

/* The counts at `hour` (hours since 1970), the running hour included. false: the key is not known. */
bool memory_get(const struct memory *m, const struct memory_key *key, uint32_t hour, struct counts *ret);

bool memory_record(const struct memory *m, const struct memory_key *key, struct record *ret);

/* One message. A text that this key said on the same day counts nothing. */
void memory_add(struct memory *m, const struct memory_key *key, uint32_t hour, bool lure, uint64_t text);

/* Set what is kept of a key; forget a key: false where it is not known. */
void memory_put(struct memory *m, const struct memory_key *key, const struct record *r);
bool memory_remove(struct memory *m, const struct memory_key *key);

typedef void memory_fn(void *context, const struct memory_key *key, const struct record *r);
/* All keys, those touched longest ago first. */
void memory_each(const struct memory *m, memory_fn *visit, void *context);

#define MEMORY_RECORDS(bytes) ((bytes) / 36) /* keys in so many of them */
/* All keys, those touched longest ago first, as bytes; and back (later hours than `now` count as now). */
void memory_write(const struct memory *m, struct buf *out);
bool memory_read(struct memory *m, struct span bytes, uint32_t now); /* false: not such bytes; m is half filled */

#endif
