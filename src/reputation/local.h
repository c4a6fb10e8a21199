/*
 * local - what this host itself knows of senders: the memory store and its file.
 * keys, messages -> counts
 *
 * In stripes by key, each with a lock of its own, so that sessions do not wait for one another.
 */
#ifndef LURE_REPUTATION_LOCAL_H
#define LURE_REPUTATION_LOCAL_H

#include "reputation/keys.h"

struct local;

/* As reputation_new() says of options. The keys stay the caller's, and as they are. NULL: no memory. */
struct local *local_new(const struct reputation_options *o, const struct site_keys *keys, uint32_t hour);
void local_free(struct local *l); /* NULL is fine */

bool local_get(struct local *l, const struct memory_key *key, uint32_t hour, struct counts *ret);
int local_record(struct local *l, const struct memory_key *key, struct record *ret); /* 1, or 0: not known */
void local_add(struct local *l, const struct memory_key *key, uint32_t hour, bool lure, uint64_t text);
void local_put(struct local *l, const struct memory_key *key, const struct record *r);
bool local_remove(struct local *l, const struct memory_key *key);
void local_each(struct local *l, memory_fn *visit, void *context);

/* Write the file, where there is one, as a whole or not at all. 0 or a negative errno. */
int local_save(struct local *l);

#endif
