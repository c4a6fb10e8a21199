#include <config.h>

#include "decode/head.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * CR is what ends lines where there is no LF, or where the blank line after the block has none and stands before the
 * first.
 */
static char line_end(struct span s)
{
	const char *lf = memchr(s.p, '\n', s.n), *stop = lf != NULL ? lf : s.p + s.n, *cr = s.p;

	if (lf == NULL)
		return memchr(s.p, '\r', s.n) != NULL ? '\r' : '\n';
	while ((cr = memchr(cr, '\r', (size_t)(stop - cr))) != NULL) {
		const char *first = cr;

		while (cr < stop && *cr == '\r')
			cr++;
		if (cr - first > 1 && cr < stop)
			return '\r';
	}
	return '\n';
}

/* The line at `at` without its end; *next is where the one after it begins. */
static struct span line_at(const struct head *h, size_t at, size_t *next)
{
	const char *p = h->bytes.p + at, *end = h->bytes.p + h->bytes.n, *eol = memchr(p, h->eol, (size_t)(end - p));
	const char *stop = eol != NULL ? eol : end;

	*next = (size_t)((eol != NULL ? eol + 1 : end) - h->bytes.p);
	while (stop > p && stop[-1] == '\r')
		stop--;
	return span(p, (size_t)(stop - p));
}

static bool begins(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && memcmp(s.p, word, n) == 0;
}

/* "From a@b.example Tue Nov 24 12:00:00 2026" */
static bool is_mbox_line(struct span line)
{
	bool colon = false, digit = false;

	if (!begins(line, "From ") && !begins(line, ">From "))
		return false;
	for (size_t i = 0; i < line.n; i++) {
		if (digit && colon && line.p[i] >= '0' && line.p[i] <= '9')
			return true;
		colon = line.p[i] == ':' && digit;
		digit = colon || (line.p[i] >= '0' && line.p[i] <= '9');
	}
	return false;
}

void head_open(struct head *h, const struct limits *l, struct span bytes, char eol, bool message)
{
	struct span line;
	size_t next;

	*h = (struct head){ .limits = l, .bytes = bytes, .eol = '\n' };
	if (bytes.n == 0)
		return;
	h->eol = eol != 0 ? eol : line_end(bytes);
	line = line_at(h, 0, &next);
	if (message && is_mbox_line(line))
		h->at = next;
}

/* "Name:", "Name :", also where the line ends before the colon; the value's start is left in *value. */
static bool split(struct span line, struct span *name, size_t *value)
{
	size_t n = 0, colon;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7F && line.p[n] != ':')
		n++;
	for (colon = n; colon < line.n && strchr(" \t\r\n", line.p[colon]) != NULL && line.p[colon] != '\0'; colon++)
		;
	if (n == 0 || colon == line.n || line.p[colon] != ':' || begins(line, "--"))
		return false;
	*name = span(line.p, n);
	for (colon++; colon < line.n && is_blank(line.p[colon]); colon++)
		;
	*value = colon;
	return true;
}

bool head_next(struct head *h, struct header *ret)
{
	while (h->at < h->bytes.n) {
		size_t next, left, value = 0;
		struct span line = line_at(h, h->at, &next), last = line, name = span(line.p, 0);

		if (line.n == 0) {
			h->at = next;
			h->ended = true;
			return false;
		}
		while (next < h->bytes.n && is_blank(h->bytes.p[next]))
			last = line_at(h, next, &next);
		line.n = (size_t)(last.p + last.n - line.p);
		if (is_blank(line.p[0]) ? h->n > 0 : !split(line, &name, &value)) {
			h->flaws |= FLAW_BIT(BAD_HEADER);
			if (!is_mbox_line(line))
				return false;
			h->at = next;
			continue;
		}
		if (name.n == 0 || line.p[name.n] != ':')
			h->flaws |= FLAW_BIT(BAD_HEADER);
		left = h->limits->header_bytes > h->at ? h->limits->header_bytes - h->at : 0;
		h->at = next;
		if (h->n >= h->limits->headers || line.n > left) {
			h->flaws |= FLAW_BIT(TRUNCATED);
			line.n = left;
		}
		if (h->n >= h->limits->headers || left == 0)
			continue;
		h->n++;
		*ret = (struct header){ name, span_from(line, value) };
		return true;
	}
	return false;
}
