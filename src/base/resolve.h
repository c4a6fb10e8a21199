/*
 * resolve - the address of a name, found by a thread of its own that may wait.
 * name -> address
 *
 * A name server that does not answer holds up nobody but who asked for that name: there is a thread a question,
 * RESOLVE_THREADS at once.
 */
#ifndef LURE_BASE_RESOLVE_H
#define LURE_BASE_RESOLVE_H

#include "base/sock.h"

#define RESOLVE_THREADS 64
/* Long enough for two dead name servers of three, at the five seconds of the system's resolver. */
#define RESOLVE_MS 12000

struct resolve;

/* Begin: 0, or a negative errno, -EAGAIN where too many are under way. */
int resolve_begin(const struct sock_spec *at, struct resolve **ret);
/* A descriptor for poll(): readable once there is an answer. */
int resolve_fd(const struct resolve *r);
/*
 * The answer: 0 with an address in place of the name, any one of those it has, so that one that is dead is not taken
 * each time; -ENODATA where it has none, -EAGAIN where there is no answer yet.
 */
int resolve_take(const struct resolve *r, struct sock_spec *ret);
/* Ends it, with an answer or without; NULL is fine. */
void resolve_free(struct resolve *r);

#endif
