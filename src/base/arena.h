/*
 * arena - the memory of one message: many small pieces, freed at once.
 * sizes -> pieces of memory that live until the next reset
 *
 * Failure sticks: once the cap or the system's memory is spent, every further call returns NULL and arena_failed()
 * stays true until the next reset. A stage writes through `struct buf`, which stops by itself, or checks the pointer
 * and leaves its loop; it asks arena_failed() once, at its end, and returns -ENOMEM.
 *
 * Built with -DARENA_DEBUG every piece is its own malloc, so that AddressSanitizer sees an overrun.
 */
#ifndef LURE_BASE_ARENA_H
#define LURE_BASE_ARENA_H

#include "base/span.h"

struct arena;

/* An arena that hands out at most `cap` bytes between two resets. NULL: no memory. */
struct arena *arena_new(size_t cap);
void arena_free(struct arena *a); /* NULL is fine */

/* Forget every piece. Keeps one block for the next message and gives what lies above it back to the system. */
void arena_reset(struct arena *a);

/* n bytes, zeroed, aligned for any type. n == 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n);

/* n times size, zeroed; an overflow of the product is a failure. */
void *arena_array(struct arena *a, size_t n, size_t size);

/*
 * Grow the piece p from `old` to `n` bytes: in place where p is the newest piece and its block has room, else by a copy
 * (the old piece stays spent). The bytes from `old` on are not zeroed.
 */
void *arena_grow(struct arena *a, void *p, size_t old, size_t n);

/* A copy that ends in NUL (not counted in n). On failure an empty span. */
struct span arena_copy(struct arena *a, struct span s);

bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);

#endif
