/*
 * memory - the counts of senders, in a table of fixed size.
 * key, hour, lure or not -> decayed counts
 *
 * The model of reputation.h for one key. Plain data without a lock or a clock of its own: the caller gives both. When
 * the table is full, the key that was touched longest ago goes.
 */
#ifndef LURE_REPUTATION_MEMORY_H
#define LURE_REPUTATION_MEMORY_H

#include <stdint.h>

#include "base/buf.h"

struct memory_key {
	uint8_t b[16]; /* an HMAC, so evenly spread */
};

struct counts {
	double lure, clean;
};

#define MEMORY_TEXTS 8u /* digests remembered a key and day */

struct memory;

struct memory *memory_new(size_t keys); /* NULL: no memory */
void memory_free(struct memory *m);     /* NULL is fine */
size_t memory_count(const struct memory *m);

/* The counts at `hour` (hours since 1970), the running hour included. false: the key is not known. */
bool memory_get(const struct memory *m, const struct memory_key *key, uint32_t hour, struct counts *ret);

/* One message. A text that this key said on the same day counts nothing. */
void memory_add(struct memory *m, const struct memory_key *key, uint32_t hour, bool lure, uint64_t text);

/* All keys, those touched longest ago first, as bytes; and back (later hours than `now` count as now). */
void memory_write(const struct memory *m, struct buf *out);
bool memory_read(struct memory *m, struct span bytes, uint32_t now); /* false: not such bytes; m is half filled */

#endif
