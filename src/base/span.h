/*
 * span - a run of bytes that somebody else owns.
 * bytes -> pointer and length
 *
 * Mail is never a C string: it may hold NUL. A span with n == 0 may have p == NULL.
 */
#ifndef LURE_BASE_SPAN_H
#define LURE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *p;
	size_t n;
};

/* For printf's "%.*s"; only for text that we wrote ourselves. */
#define SPAN_ARG(s) (int)(s).n, (s).p

static inline struct span span(const char *p, size_t n)
{
	return (struct span){ p, n };
}

static inline struct span span_str(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

/* The same, but an empty one points to an empty text, where it may have been NULL: C forbids NULL + 0. */
static inline struct span span_some(struct span s)
{
	return s.n > 0 ? s : span("", 0);
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

/* ASCII letters alike; every other byte must be equal. Locale plays no part: the programs run in "C" for LC_CTYPE. */
static inline bool span_ieq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is_nocase(struct span a, const char *s)
{
	return span_ieq(a, span_str(s));
}

/* The part from `from` on, empty where the span is shorter. */
static inline struct span span_from(struct span s, size_t from)
{
	if (from > s.n)
		from = s.n;
	return from == 0 ? s : span(s.p + from, s.n - from); /* no sum with NULL */
}

/* Without blank, tab, CR and LF at both ends. */
static inline struct span span_trim(struct span s)
{
	while (s.n > 0 && strchr(" \t\r\n", s.p[0]) != NULL && s.p[0] != '\0')
		s.p++, s.n--;
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL && s.p[s.n - 1] != '\0')
		s.n--;
	return s;
}

/* Where `needle` first stands in s at or after `from`; s.n where it does not. */
static inline size_t span_find(struct span s, size_t from, struct span needle)
{
	const char *hit;

	if (from > s.n || needle.n > s.n - from)
		return s.n;
	if (needle.n == 0)
		return from;
	hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

#endif
