#include <config.h>

#include "scope/scope.h"

#include <stdlib.h>

#include "base/network.h"
#include "scope/recipients.h"

struct scope {
	struct networks exempt, internal;
	struct recipients *recipients;
};

static const char *const names[CONSENT_N] = { "off", "observe", "tag", "reject" };

const char *consent_name(enum consent c)
{
	return names[c];
}

bool consent_find(struct span name, enum consent *ret)
{
	for (int i = 0; i < CONSENT_N; i++) {
		if (span_is_nocase(name, names[i])) {
			*ret = (enum consent)i;
			return true;
		}
	}
	return false;
}

struct scope *scope_load(const struct scope_options *o, struct diags *d)
{
	struct scope *s = calloc(1, sizeof *s);
	size_t errors = d->errors;

	if (s == NULL || !networks_add(&s->exempt, o->exempt_networks, "exempt_networks", d) ||
	    !networks_add(&s->internal, o->internal_networks, "internal_networks", d))
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the networks");
	if (s != NULL)
		s->recipients = recipients_load(o->recipients, o->fallback, d);
	if (d->errors > errors) {
		scope_free(s);
		return NULL;
	}
	return s;
}

void scope_free(struct scope *s)
{
	if (s == NULL)
		return;
	networks_free(&s->exempt);
	networks_free(&s->internal);
	recipients_free(s->recipients);
	free(s);
}

enum client_class scope_client(const struct scope *s, const struct sockaddr *sa)
{
	if (networks_contain(&s->exempt, sa))
		return CLIENT_EXEMPT;
	return networks_contain(&s->internal, sa) ? CLIENT_INTERNAL : CLIENT_OUTSIDE;
}

enum consent scope_recipient(const struct scope *s, struct span address)
{
	return recipients_consent(s->recipients, address);
}
