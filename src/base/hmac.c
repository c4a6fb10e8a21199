#include <config.h>

#include "base/hmac.h"

#include <nettle/hmac.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256_sum), "sha256_sum holds nettle's context");
_Static_assert(sizeof(struct hmac_sha256_ctx) <= sizeof(struct hmac_key), "hmac_key holds nettle's context");

static const uint8_t *bytes(struct span s)
{
	return (const uint8_t *)(s.n > 0 ? s.p : "");
}

void sha256(struct span text, uint8_t out[SHA256_BYTES])
{
	struct sha256_ctx c;

	sha256_init(&c);
	sha256_update(&c, text.n, bytes(text));
	sha256_digest(&c, SHA256_BYTES, out);
}

void sha1(struct span text, uint8_t out[SHA1_BYTES])
{
	struct sha1_ctx c;

	sha1_init(&c);
	sha1_update(&c, text.n, bytes(text));
	sha1_digest(&c, SHA1_BYTES, out);
}

void hmac_prepare(struct hmac_key *k, struct span key)
{
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key.n, bytes(key));
	memcpy(k->state, &c, sizeof c);
	explicit_bzero(&c, sizeof c);
}

void hmac_of(const struct hmac_key *k, struct span text, uint8_t out[SHA256_BYTES])
{
	struct hmac_sha256_ctx c;

	memcpy(&c, k->state, sizeof c);
	hmac_sha256_update(&c, text.n, bytes(text));
	hmac_sha256_digest(&c, SHA256_BYTES, out);
}

void sha256_start(struct sha256_sum *s)
{
	struct sha256_ctx c;

	sha256_init(&c);
	memcpy(s->state, &c, sizeof c);
}

void sha256_add(struct sha256_sum *s, struct span text)
{
	struct sha256_ctx c;

	memcpy(&c, s->state, sizeof c);
	sha256_update(&c, text.n, bytes(text));
	memcpy(s->state, &c, sizeof c);
}

void sha256_end(struct sha256_sum *s, uint8_t out[SHA256_BYTES])
{
	struct sha256_ctx c;

	memcpy(&c, s->state, sizeof c);
	sha256_digest(&c, SHA256_BYTES, out);
}

void random_bytes(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		p += got;
		n -= (size_t)got;
	}
}
