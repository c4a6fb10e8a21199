/*
 * listen - the socket that MTAs connect to.
 * "inet:8895@127.0.0.1" -> libmilter listens there, and only one of us does
 */
#ifndef LURE_SESSION_LISTEN_H
#define LURE_SESSION_LISTEN_H

#include "base/diag.h"
#include "config/config.h"

/*
 * Open it, with libmilter's settings that go with it. A stale local socket is replaced; one that is in use, by us or by
 * another program, is left alone. Returns a status of sysexits(3): EX_OK, or another one with an error in d.
 */
int listen_open(const struct config *c, struct diags *d);

/* Refuse new connections from now on; what is connected stays so. */
void listen_stop(void);
/* Remove a local socket's file. */
void listen_remove(void);

#endif
