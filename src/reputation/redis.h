/*
 * redis - one connection to a Redis server, which never waits.
 * commands -> replies, in order
 *
 * What a server sends is bounded: REDIS_REPLY_BYTES unread, REDIS_REPLY_ELEMENTS a reply. hiredis stands behind this
 * file alone.
 */
#ifndef LURE_REPUTATION_REDIS_H
#define LURE_REPUTATION_REDIS_H

#include "base/sock.h"

#define REDIS_REPLY_BYTES ((size_t)4 << 20)
#define REDIS_REPLY_ELEMENTS 65536u

struct redis;
struct redis_reply;

/* false where it was built without hiredis: then nothing can be opened. */
bool redis_available(void);

/* Begin to connect; the name is resolved now. 0 or a negative errno. */
int redis_open(const struct sock_spec *at, struct redis **ret);
void redis_close(struct redis *r); /* NULL is fine */
int redis_fd(const struct redis *r);

/* Append a command; redis_flush() writes as much as goes. redis_unsent(): some is left. */
void redis_send(struct redis *r, size_t argc, const struct span *argv);
int redis_flush(struct redis *r); /* 0 or a negative errno */
bool redis_unsent(const struct redis *r);

/* Take in what has arrived: 0, or a negative errno where the connection is at its end or the server sent too much. */
int redis_fill(struct redis *r);
/* The next reply, to be freed: 1, 0 where none is whole yet, or -EPROTO. */
int redis_next(struct redis *r, struct redis_reply **ret);
/* Whether nothing is left of what arrived, not even part of a reply. */
bool redis_drained(const struct redis *r);

enum redis_kind { REDIS_STRING = 1, REDIS_ARRAY, REDIS_INTEGER, REDIS_NIL, REDIS_STATUS, REDIS_ERROR };
void redis_reply_free(struct redis_reply *r); /* NULL is fine */
enum redis_kind redis_kind(const struct redis_reply *r);
struct span redis_text(const struct redis_reply *r);   /* of a string, status or error; else empty */
long long redis_integer(const struct redis_reply *r);  /* of an integer; else 0 */
size_t redis_count(const struct redis_reply *r);       /* of an array; else 0 */
const struct redis_reply *redis_at(const struct redis_reply *r, size_t i);

#endif
