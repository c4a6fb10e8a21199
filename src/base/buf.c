#include <config.h>

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

/* Capacity for `need` bytes in all; one more is always kept for a NUL. */
static bool grow(struct buf *b, size_t need)
{
	size_t cap = b->cap == 0 ? 128 : b->cap;
	char *p;

	if (b->failed)
		return false;
	if (need + 1 <= b->cap)
		return true;
	while (cap < need + 1)
		cap *= 2;
	p = b->arena != NULL ? arena_grow(b->arena, b->p, b->n, cap) : realloc(b->p, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

bool buf_reserve(struct buf *b, size_t n)
{
	if (b->limit != 0 && (b->n > b->limit || n > b->limit - b->n))
		return false;
	return n <= SIZE_MAX / 4 - b->n && grow(b, b->n + n);
}

void buf_add(struct buf *b, const char *p, size_t n)
{
	if (b->cut || n == 0)
		return;
	if (b->limit != 0 && n > b->limit - b->n) {
		n = b->limit - b->n;
		b->cut = true;
	}
	if (!grow(b, b->n + n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_byte(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_utf8(struct buf *b, uint32_t cp)
{
	char out[UTF8_MAX];
	unsigned n = utf8_put(out, cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000) ? UTF8_BAD : cp);

	if (b->limit != 0 && n > b->limit - b->n)
		b->cut = true; /* a character is written whole or not at all */
	else
		buf_add(b, out, n);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	char small[256], *big = NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n >= 0 && (size_t)n >= sizeof small && (big = malloc((size_t)n + 1)) != NULL)
		vsnprintf(big, (size_t)n + 1, fmt, again);
	va_end(again);
	if (n < 0 || ((size_t)n >= sizeof small && big == NULL))
		b->failed = true;
	else
		buf_add(b, big != NULL ? big : small, (size_t)n);
	free(big);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

const char *buf_cstr(struct buf *b)
{
	if (b->failed || b->p == NULL)
		return "";
	b->p[b->n] = '\0';
	return b->p;
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->cut = b->failed = false;
}

void buf_free(struct buf *b)
{
	if (b->arena == NULL)
		free(b->p);
	*b = (struct buf){ .limit = b->limit, .arena = b->arena };
}
