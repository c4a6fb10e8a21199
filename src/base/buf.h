/*
 * buf - bytes that grow, on the heap or in an arena.
 * pieces -> one block of bytes
 *
 * Appending never fails in the caller's face: at the limit the buffer keeps what fits and sets `cut`, without memory it
 * sets `failed`; both stick, and further appends do nothing. Check once, when done.
 */
#ifndef LURE_BASE_BUF_H
#define LURE_BASE_BUF_H

#include <stdarg.h>
#include <stdint.h>

#include "base/arena.h"

struct buf {
	char *p; /* NULL while empty */
	size_t n, cap;
	size_t limit;        /* most bytes it will hold; 0: none but memory */
	struct arena *arena; /* NULL: the heap, and buf_free() is due */
	bool cut, failed;
};

#define BUF_HEAP ((struct buf){ 0 })
#define BUF_ARENA(a, max) ((struct buf){ .arena = (a), .limit = (max) })

void buf_add(struct buf *b, const char *p, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s);
void buf_byte(struct buf *b, char c);
/* One code point as UTF-8, whole or (at the limit) not at all. A surrogate or a value above 10FFFF becomes U+FFFD. */
void buf_utf8(struct buf *b, uint32_t cp);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Room for n more bytes, to be written directly and then counted by adding to b->n; false where there is none. */
bool buf_reserve(struct buf *b, size_t n);
/* The content, which stays the buffer's. */
static inline struct span buf_text(const struct buf *b)
{
	return span(b->p, b->n);
}
/* The content as a C string (a NUL is kept behind it); "" where empty or failed. */
const char *buf_cstr(struct buf *b);
void buf_clear(struct buf *b); /* n = 0, flags cleared, memory kept */
void buf_free(struct buf *b);  /* heap memory freed; the struct is as new with its arena and limit kept */

#endif
