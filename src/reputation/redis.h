/*
 * redis - one connection to a Redis server, which never waits.
 * commands -> replies, in order
 */
#ifndef LURE_REPUTATION_REDIS_H
#define LURE_REPUTATION_REDIS_H

#include "base/resolve.h"
#include "reputation/reply.h"

struct redis;

/* Begin to connect: 0 or a negative errno. */
int redis_open(const struct sock_spec *at, struct redis **ret);
/* Whether its name is still looked for, by a thread that holds up nobody; redis_fill() goes on once it is found. */
bool redis_resolving(const struct redis *r);
void redis_close(struct redis *r); /* NULL is fine */
int redis_fd(const struct redis *r); /* another one once the name is found */

/* Append a command; redis_flush() writes as much as goes. */
void redis_send(struct redis *r, size_t argc, const struct span *argv);
int redis_flush(struct redis *r); /* 0 or a negative errno */
/* AUTH, where there is a password: how many commands that was, 0 or 1. */
struct redis_login {
	const char *user, *password; /* empty: none */
};
size_t redis_send_login(struct redis *r, const struct redis_login *l);
/* What poll() shall wait for: POLLIN, and POLLOUT where something waits to be written. */
short redis_events(const struct redis *r);

/* What such an errno means, as part of a sentence. */
const char *redis_trouble(int rc);

/*
 * Take in what has arrived: 0, or a negative errno where the connection is at its end (-ENODATA: the name has no
 * address) or the server sent too much.
 */
int redis_fill(struct redis *r);
/* As reader_next() and reader_drained(). */
int redis_next(struct redis *r, const struct reply **ret);
bool redis_drained(const struct redis *r);

#endif
