/*
 * act - what was decided, done to the message in the MTA.
 * struct judgement -> header edits, quarantine, reply
 */
#ifndef LURE_SESSION_ACT_H
#define LURE_SESSION_ACT_H

#include <libmilter/mfapi.h>

#include "session/judge.h"

/* The answer to the end of message. Only from within that callback. */
sfsistat act(SMFICTX *ctx, const struct session *s, const struct judgement *j);

/*
 * A reply of ours: ASCII, every % doubled, since one alone is eaten by Postfix and loses the whole reply on Sendmail.
 * Returns `rc`, whether libmilter took the text or not.
 */
sfsistat act_reply(SMFICTX *ctx, const char *code, const char *extended, const char *text, sfsistat rc);

#endif
