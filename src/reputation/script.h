/*
 * script - what a Redis server does with one message of one key, in one call.
 * key, lure or not, text -> the record, by the formula of reputation.h and the server's clock
 */
#ifndef LURE_REPUTATION_SCRIPT_H
#define LURE_REPUTATION_SCRIPT_H

#include "reputation/memory.h"

/* A key is "lure:s:" and 32 hexadecimal digits, a hash of k, v and t. */
#define SCRIPT_PREFIX "lure:s:"
#define SCRIPT_KEY_BYTES (sizeof SCRIPT_PREFIX - 1 + 32)
/* Which site key the store belongs to: its mark, in hexadecimal. */
#define SCRIPT_MARK "lure:key"
#define SCRIPT_CHECK_BYTES 8u         /* of k: the first digits of the name, so that a reply tells whose it is */
#define SCRIPT_EXPIRY_S "3456000"     /* 40 days: four half-lives after the last message */

/* KEYS: the key. ARGV: k, 0 or 1 for a lure, 8 hexadecimal digits of the text, the expiry in seconds. Returns 1. */
struct span script_text(void);
struct span script_sha(void); /* 40 hexadecimal digits; script_init() first */
void script_init(void);

void script_key(const struct memory_key *key, char out[SCRIPT_KEY_BYTES + 1]);
/* The value of v as a record; false where it is none. */
bool script_record(struct span v, struct record *ret);

#endif
