#include <config.h>

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

#define ALIGN 16u
#define FIRST_BLOCK (64u * 1024)
#define MAX_BLOCK (1024u * 1024)

/* One allocation of the system; with ARENA_DEBUG one a piece. */
struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct block *first, *last;
	size_t cap, used;
	bool failed;
};

#ifndef ARENA_DEBUG
static size_t aligned(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}
#endif

struct arena *arena_new(size_t cap)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a != NULL)
		a->cap = cap;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->first);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *kept = NULL;

#ifndef ARENA_DEBUG
	kept = a->first;
#endif
	free_blocks(kept != NULL ? kept->next : a->first);
	if (kept != NULL) {
		kept->next = NULL;
		kept->used = 0;
	}
	a->first = a->last = kept;
	a->used = 0;
	a->failed = false;
}

/* A new block with room for n, the last of the list. */
static struct block *add_block(struct arena *a, size_t n)
{
	size_t size = n;
	struct block *b;

#ifndef ARENA_DEBUG
	size_t wanted = a->last == NULL ? FIRST_BLOCK : 2 * a->last->size;

	if (wanted > MAX_BLOCK)
		wanted = MAX_BLOCK;
	if (size < wanted)
		size = wanted;
#endif
	b = malloc(sizeof *b + size);
	if (b == NULL)
		return NULL;
	b->next = NULL;
	b->size = size;
	b->used = 0;
	if (a->last != NULL)
		a->last->next = b;
	else
		a->first = b;
	a->last = b;
	return b;
}

static void *fail(struct arena *a)
{
	a->failed = true;
	return NULL;
}

static void *piece(struct arena *a, size_t n)
{
	struct block *b = a->last;
	char *p;

#ifndef ARENA_DEBUG
	n = aligned(n == 0 ? 1 : n);
#endif
	if (a->failed || n > a->cap - a->used)
		return fail(a);
#ifdef ARENA_DEBUG
	b = NULL;
#endif
	if ((b == NULL || n > b->size - b->used) && (b = add_block(a, n)) == NULL)
		return fail(a);
	p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p = n > SIZE_MAX / 2 ? fail(a) : piece(a, n);

	return p == NULL ? NULL : memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return fail(a);
	return arena_alloc(a, bytes);
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t n)
{
	void *q;

	if (a->failed || n > SIZE_MAX / 2)
		return fail(a);
#ifndef ARENA_DEBUG
	struct block *b = a->last;
	size_t had = aligned(old == 0 ? 1 : old), want = aligned(n == 0 ? 1 : n);

	if (p != NULL && n <= old)
		return p;
	if (p != NULL && (char *)p + had == b->bytes + b->used && want - had <= b->size - b->used &&
	    want - had <= a->cap - a->used) {
		b->used += want - had;
		a->used += want - had;
		return p;
	}
#endif
	q = piece(a, n);
	if (q != NULL && p != NULL)
		memcpy(q, p, old < n ? old : n);
	return q;
}

struct span arena_copy(struct arena *a, struct span s)
{
	char *p = s.n > SIZE_MAX / 2 ? fail(a) : piece(a, s.n + 1);

	if (p == NULL)
		return span(NULL, 0);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span(p, s.n);
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
