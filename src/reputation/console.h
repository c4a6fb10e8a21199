/*
 * console - Redis for a person who waits: lurectl's commands, one after another.
 * command -> reply, from the node that has the key
 *
 * Finds its nodes as the store's thread does, and waits CONSOLE_MS for each reply. Nothing of it runs in the milter.
 */
#ifndef LURE_REPUTATION_CONSOLE_H
#define LURE_REPUTATION_CONSOLE_H

#include "reputation/memory.h"
#include "reputation/topology.h"

#define CONSOLE_MS 3000

struct console;

/* The topology stays the caller's; its thread must not run. NULL: it has been said in why. */
struct console *console_open(struct topology *t, char why[160]);
void console_close(struct console *c); /* NULL is fine */

/* What is kept of a key: 1, 0 where it is not known, or a negative errno. */
int console_get(struct console *c, const struct memory_key *key, struct record *ret);
/* 1, 0 where it was not known, or a negative errno. */
int console_remove(struct console *c, const struct memory_key *key);
int console_put(struct console *c, const struct memory_key *key, const struct record *r);
/* Every key of every node. 0 or a negative errno. */
int console_each(struct console *c, memory_fn *visit, void *context);

/* What can be told of the servers, a line a finding; whether all is well. */
bool console_check(struct console *c, struct buf *out);

#endif
