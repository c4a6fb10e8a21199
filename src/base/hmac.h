/*
 * hmac - HMAC-SHA256 and SHA-256 (RFC 2104, FIPS 180-4), from nettle.
 * key, bytes -> 32 bytes
 */
#ifndef LURE_BASE_HMAC_H
#define LURE_BASE_HMAC_H

#include <stdint.h>

#include "base/span.h"

#define SHA256_BYTES 32u

void sha256(struct span text, uint8_t out[SHA256_BYTES]);

/* A key made ready for many texts, as secret as the key. */
struct hmac_key {
	char state[512]; /* nettle's context, kept opaque here */
};
void hmac_prepare(struct hmac_key *k, struct span key);
void hmac_of(const struct hmac_key *k, struct span text, uint8_t out[SHA256_BYTES]);

#define SHA1_BYTES 20u
void sha1(struct span text, uint8_t out[SHA1_BYTES]); /* the name of a Redis script, nothing that is safe */

/* A running SHA-256 over several pieces (digest of a pattern set). */
struct sha256_sum {
	char state[256]; /* nettle's context, kept opaque here */
};
void sha256_start(struct sha256_sum *s);
void sha256_add(struct sha256_sum *s, struct span text);
void sha256_end(struct sha256_sum *s, uint8_t out[SHA256_BYTES]);

/* Bytes from the system's random source; aborts where there is none. */
void random_bytes(void *out, size_t n);

#endif
