/* Any bytes as Authentication-Results: a domain is lower case and plausible, and comes only from a header of ours. */
#include <config.h>

#include "reputation/identity.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

#define OURS "mx.example.jp/4Fx1Qz;"

static struct identity find(struct span value, bool trust, char domain[IDENTITY_DOMAIN_MAX])
{
	struct identity_options o = { .authserv_id = span_str("mx.example.jp"), .trust = trust };
	struct header h = { span_str("Authentication-Results"), value };
	struct message m = { .client_address = span_str("192.0.2.1"), .queue_id = span_str("4Fx1Qz"), .headers = &h,
		.nheaders = 1 };
	struct identity id;

	identity_find(&m, &o, domain, &id);
	return id;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char domain[IDENTITY_DOMAIN_MAX];
	struct span bytes = span((const char *)data, size);
	struct buf own = BUF_HEAP;
	struct identity id = find(bytes, false, domain);

	/* Without our name and the queue id nothing may come of it. */
	MUST(id.domain.n == 0 || span_find(bytes, 0, span_str("4Fx1Qz")) < bytes.n);
	find(bytes, true, domain);
	buf_str(&own, OURS);
	buf_span(&own, bytes);
	id = find(buf_text(&own), false, domain);
	MUST(id.domain.n < IDENTITY_DOMAIN_MAX);
	for (size_t i = 0; i < id.domain.n; i++)
		MUST(strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", id.domain.p[i]) != NULL && id.domain.p[i] != '\0');
	buf_free(&own);
	return 0;
}
