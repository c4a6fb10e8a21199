#include <config.h>

#include "session/policy.h"

const char *deed_name(enum deed d)
{
	static const char *const names[] = { "nothing", "header", "hold", "defer", "reject" };

	return names[d];
}

enum consent policy_class(const struct config *c, enum consent agreed)
{
	enum consent most = c->reject == REJECT_NO ? CONSENT_TAG : CONSENT_REJECT;

	if (c->mode == MODE_OBSERVE)
		most = CONSENT_OBSERVE;
	return agreed < most ? agreed : most;
}

struct decision policy_verdict(const struct config *c, enum consent agreed, bool null_sender, enum verdict_kind kind)
{
	enum consent class = policy_class(c, agreed);

	if (class < CONSENT_TAG)
		return (struct decision){ DEED_NOTHING, kind, false };
	if (kind == VERDICT_NONE)
		return (struct decision){ DEED_STATUS, kind, false };
	/* A bounce that is refused is lost, and its sender is nobody who could be told (RFC 5321 section 4.5.5). */
	if (kind == VERDICT_TAG || class < CONSENT_REJECT || null_sender)
		return (struct decision){ DEED_STATUS, VERDICT_TAG, true };
	if (c->reject == REJECT_HOLD)
		return (struct decision){ DEED_HOLD, kind, true };
	return (struct decision){ DEED_REJECT, kind, false };
}

struct decision policy_trouble(const struct config *c, enum consent agreed)
{
	if (policy_class(c, agreed) < CONSENT_TAG)
		return (struct decision){ DEED_NOTHING, VERDICT_NONE, false };
	return (struct decision){ c->on_trouble == TROUBLE_TEMPFAIL ? DEED_DEFER : DEED_STATUS, VERDICT_NONE, false };
}
