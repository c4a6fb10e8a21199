/*
 * keys - the names under which stores keep senders; without the site's key they tell nothing.
 * identity, site key -> HMACs
 */
#ifndef LURE_REPUTATION_KEYS_H
#define LURE_REPUTATION_KEYS_H

#include "base/hmac.h"
#include "reputation/memory.h"
#include "reputation/reputation.h"

/* The key of the site; while it is changed, also the one before or the one to come, which is read and not written. */
struct site_keys {
	struct hmac_key v[2];
	size_t n;
};

/* Empty `key`: a random one. */
void site_keys_set(struct site_keys *s, struct span key, struct span other);
void site_keys_free(struct site_keys *s); /* wiped */

#define KEY_MARK_BYTES 16u
/* What tells one site key from another, and nothing of it. */
void site_key_mark(const struct site_keys *s, size_t which, char out[KEY_MARK_BYTES]);

/* How much each kind of key says: an address speaks for its sender more than its neighbours do. */
enum key_kind { KEY_DOMAIN, KEY_ADDRESS, KEY_NETWORK };
extern const double key_weights[];

#define KEYS_MAX (2 * REPUTATION_KEYS_MAX)
struct keys {
	struct memory_key v[KEYS_MAX];
	enum key_kind kind[KEYS_MAX];
	size_t n, current; /* the first `current` are of the site's key, the rest of the other one */
};

void keys_make(const struct site_keys *s, const struct identity *id, struct keys *ret);

/* 32 hexadecimal digits, and back. */
void key_name(const struct memory_key *key, char out[REPUTATION_NAME_BYTES]);
bool key_from_name(struct span name, struct memory_key *ret);

#endif
