/*
 * judge - the end of a message: read it, decide, tell the log, the counters and the reputation.
 * struct session -> struct judgement
 */
#ifndef LURE_SESSION_JUDGE_H
#define LURE_SESSION_JUDGE_H

#include "session/policy.h"
#include "session/session.h"

struct judgement {
	struct decision decision;
	struct buf status; /* value of X-Lure-Status; empty where none is due */
};

/* Always comes to a decision, with trouble as with a verdict. judgement_free() after. */
void judge(struct session *s, struct judgement *ret);
void judgement_free(struct judgement *j);

#endif
