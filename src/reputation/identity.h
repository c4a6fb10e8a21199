/*
 * identity - who a message comes from, as far as the sender could not choose it.
 * client address, Authentication-Results -> struct identity
 *
 * No milter is shown our own Received line, so an Authentication-Results header (RFC 8601) counts only where its
 * authserv-id is ours followed by "/" and this message's queue id (OpenDKIM's AuthservIDWithJobID), or, with `trust`,
 * where it is ours and stands above the first Received line.
 */
#ifndef LURE_REPUTATION_IDENTITY_H
#define LURE_REPUTATION_IDENTITY_H

#include "config/config.h"
#include "decode/message.h"
#include "reputation/reputation.h"

#define IDENTITY_DOMAIN_MAX 254u /* RFC 1035: 253, and a NUL */

struct identity_options {
	struct span authserv_id;
	bool trust;                /* an earlier milter removes incoming headers with our authserv-id */
	const char *const *shared; /* domains without a standing, besides the shipped ones */
	size_t nshared;
	const char *const *warners; /* the option of that name */
	size_t nwarners;
};

/*
 * As configured; where authserv_id is not, our name is `own` (the MTA's for itself), or where that is NULL the host's,
 * for which there is room in `host`. Everything is borrowed.
 */
#define IDENTITY_HOST_MAX 256u
void identity_configure(const struct config *c, const char *own, char host[IDENTITY_HOST_MAX],
    struct identity_options *ret);

/*
 * Each domain that passed DKIM or SPF by a header that counts, in lower case, good during the call; `shared`: many
 * senders have it.
 */
/* Is it, or lies it below, a domain that many senders share? */
bool identity_is_shared(const struct identity_options *o, struct span domain);
typedef void identity_fn(void *arg, struct span domain, bool dkim, bool shared);
void identity_each(const struct message *m, const struct identity_options *o, identity_fn *fn, void *arg);

/* Did one of the warners' domains, or one below it, pass by a header that counts? */
bool identity_is_warner(const struct message *m, const struct identity_options *o);

/*
 * The domain is written to `domain`: of the first signature that passed, else of an SPF pass; lower case. A domain that
 * many senders share (shared_senders.def) clears the address too: it is the service's.
 */
void identity_find(const struct message *m, const struct identity_options *o, char domain[IDENTITY_DOMAIN_MAX],
    struct identity *ret);

#endif
