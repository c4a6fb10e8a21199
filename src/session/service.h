/*
 * service - what all connections of the daemon share.
 * a thread of libmilter -> the snapshot, the scan slots, the reputation, messages in flight, bytes held
 *
 * libmilter hands no pointer of ours to its callbacks, so this is the one place of the program with state of its own.
 */
#ifndef LURE_SESSION_SERVICE_H
#define LURE_SESSION_SERVICE_H

#include "score/inspect.h"
#include "session/snapshot.h"

/* Takes over all; r may be NULL: no reputation is kept. */
void service_start(const struct origin *o, struct snapshot *first, struct slots *slots, struct reputation *r);
struct slots *service_slots(void);
struct reputation *service_reputation(void);

/* The current snapshot, held for the caller. */
struct snapshot *service_snapshot(void);
/* Load another one aside; it takes over where it is good, else the old one stays and the log says all that is wrong. */
void service_reload(void);

/* A message from MAIL to its end. begin() is false while the service drains: no message may begin any more. */
bool service_begin(void);
void service_end(void);

/* Let nothing begin any more, and wait until nothing is in flight; false: something still is after `ms`. */
bool service_drain(int ms);

/* Count bytes of messages as held; false, and nothing counted, above the limit. */
bool service_hold_bytes(size_t n, size_t limit);
void service_release_bytes(size_t n);

/* The reputation's file, now; a failure is logged. */
void service_save(void);

/* Every line of the diagnostics to the log. */
void service_log_diags(const struct diags *d);

#endif
