/*
 * scope - who is looked at, and how far.
 * client and envelope -> what may be read, and what may be done
 *
 * In Japan a provider reads the content of mail only for recipients who agreed: scope decides before any header or body
 * is read. Immutable after loading; part of the snapshot.
 */
#ifndef LURE_SCOPE_SCOPE_H
#define LURE_SCOPE_SCOPE_H

#include <sys/socket.h>

#include "base/diag.h"

/* What a recipient agreed to, mildest first. */
enum consent { CONSENT_OFF, CONSENT_OBSERVE, CONSENT_TAG, CONSENT_REJECT, CONSENT_N };
const char *consent_name(enum consent c);
bool consent_find(struct span name, enum consent *ret);

enum client_class {
	CLIENT_OUTSIDE,
	CLIENT_INTERNAL, /* own relays: looked at, but neither read nor feed reputation */
	CLIENT_EXEMPT,   /* not looked at */
};

struct scope;

struct scope_options {
	struct span exempt_networks; /* lists separated by commas or blanks: 192.0.2.0/24, 2001:db8::/32, an address */
	struct span internal_networks;
	const char *recipients;        /* path of the recipients file, or NULL: everybody has `fallback` */
	enum consent fallback;         /* of recipients that the file does not name and that it gives no default for */
};

/* NULL with errors in d. Loads a million recipients in under two seconds. */
struct scope *scope_load(const struct scope_options *o, struct diags *d);
void scope_free(struct scope *s);

enum client_class scope_client(const struct scope *s, const struct sockaddr *sa);
/*
 * By exact address (user+folder@ also as user@), then domain (and its parents as ".domain"), then the default;
 * postmaster@ and abuse@ are off unless named. Under a microsecond.
 */
enum consent scope_recipient(const struct scope *s, struct span address);

#endif
