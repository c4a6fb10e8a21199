/*
 * status - the counters for whoever asks on the local socket.
 * a connection -> Prometheus text, or the same as an HTTP answer
 */
#ifndef LURE_SESSION_STATUS_H
#define LURE_SESSION_STATUS_H

#include "base/diag.h"
#include "config/config.h"

/* Open the socket where one is configured; a status of sysexits(3), with an error in d. */
int status_open(const struct config *c, struct diags *d);
/* Start the thread that answers; 0 or a negative errno. */
int status_start(void);
void status_remove(void);

#endif
