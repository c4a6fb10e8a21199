/*
 * policy - what is done with a message.
 * verdict, consent, configuration -> struct decision
 *
 * No MTA, no state: all rules of DESIGN.md section 6 about who may be treated how stand here.
 */
#ifndef LURE_SESSION_POLICY_H
#define LURE_SESSION_POLICY_H

#include "config/config.h"
#include "scope/scope.h"
#include "score/verdict.h"

enum deed {
	DEED_NOTHING, /* the message stays as it is, byte for byte */
	DEED_STATUS,  /* X-Lure-Status, and the subject mark where `mark` says so */
	DEED_HOLD,    /* the same, and the MTA holds the message */
	DEED_DEFER,   /* 451 */
	DEED_REJECT,  /* 550 */
};
const char *deed_name(enum deed d);

struct decision {
	enum deed deed;
	enum verdict_kind kind; /* what the header says */
	bool mark;
};

/*
 * How far the configuration goes with a recipient who agreed to `agreed`: the class of mixed_recipients. CONSENT_REJECT
 * only where messages are rejected or held at all.
 */
enum consent policy_class(const struct config *c, enum consent agreed);

/* `agreed` is the mildest of the recipients'. */
struct decision policy_verdict(const struct config *c, enum consent agreed, bool null_sender, enum verdict_kind kind);
/* Our own trouble: never a reject. */
struct decision policy_trouble(const struct config *c, enum consent agreed);

#endif
