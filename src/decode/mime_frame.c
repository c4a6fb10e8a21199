#include <config.h>

#include "decode/mime_frame.h"

static char line_end(struct span s)
{
	return s.n > 0 && memchr(s.p, '\n', s.n) == NULL ? '\r' : '\n';
}

bool frames_new(struct frames *f, struct arena *a, const struct limits *l)
{
	*f = (struct frames){ .most = l->depth + 2 };
	f->opens = arena_array(a, f->most, sizeof *f->opens);
	f->v = arena_array(a, f->most, sizeof *f->v);
	return f->opens != NULL && f->v != NULL;
}

bool frames_push(struct frames *f, struct span bytes, bool again)
{
	if (f->n == f->most)
		return false;
	f->v[f->n++] = (struct frame){
		.bytes = bytes.n > 0 ? bytes : span("", 0),
		.eol = line_end(bytes),
		.again = again,
		.base = f->nopens,
		.leaf = PART_NO_PARENT,
	};
	return true;
}

size_t frame_next_line(const struct frame *f, size_t at)
{
	const char *p = f->bytes.p + at, *eol = memchr(p, f->eol, f->bytes.n - at);

	return eol != NULL ? (size_t)(eol + 1 - f->bytes.p) : f->bytes.n;
}

struct span frame_before(const struct frame *f, size_t from)
{
	size_t end = f->at;

	if (end < f->bytes.n && end > from && f->bytes.p[end - 1] == f->eol)
		end--;
	if (end < f->at && end > from && f->bytes.p[end - 1] == '\r' && f->eol == '\n')
		end--;
	return span(f->bytes.p + from, end - from);
}

/* Blanks behind a boundary may have been added or lost on the way. */
static struct span trim_end(struct span s)
{
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL)
		s.n--;
	return s;
}

static bool begins(struct span s, struct span with)
{
	/* memcmp() only for what is likely: there may be many lines, and many boundaries. */
	return with.n == 0 || (s.p[with.n - 1] == with.p[with.n - 1] && s.p[0] == with.p[0] &&
	    memcmp(s.p, with.p, with.n) == 0);
}

/* The open multipart whose boundary follows the "--" of this line; the outermost of several. */
static bool match(const struct frames *all, const struct frame *f, struct span line, struct delimiter *ret)
{
	bool found = false, end;

	line = trim_end(line);
	end = line.n >= 2 && line.p[line.n - 1] == '-' && line.p[line.n - 2] == '-';
	for (size_t i = f->base; i < all->nopens; i++) {
		const struct open *o = &all->opens[i];
		size_t n = o->boundary.n;
		bool closing = end && (o->cut ? line.n >= n + 2 : line.n == n + 2);

		if (!o->usable || line.n < n || !(closing || o->cut || line.n == n) || (closing && found) ||
		    !begins(line, o->boundary))
			continue;
		*ret = (struct delimiter){ i, closing };
		if (!closing)
			return true; /* "--x--" begins a part of "x--" rather than that it ends "x" */
		found = true;
	}
	return found;
}

bool frames_find(struct frames *all, struct delimiter *ret)
{
	struct frame *f = frames_top(all);

	if (f->base == all->nopens)
		f->at = f->bytes.n;
	while (f->at < f->bytes.n) {
		const char *p = f->bytes.p + f->at;
		size_t next = frame_next_line(f, f->at);

		if (next - f->at >= 2 && p[0] == '-' && p[1] == '-' &&
		    match(all, f, span(p + 2, next - f->at - 2), ret))
			return true;
		f->at = next;
	}
	return false;
}

bool boundary_guess(struct span bytes, size_t most, struct span *ret)
{
	const struct frame f = { .bytes = bytes, .eol = line_end(bytes) };

	for (size_t at = 0, next; at < bytes.n; at = next) {
		next = frame_next_line(&f, at);
		if (next - at < 3 || bytes.p[at] != '-' || bytes.p[at + 1] != '-' || bytes.n - next < 8 ||
		    !span_is_nocase(span(bytes.p + next, 8), "Content-"))
			continue;
		*ret = trim_end(span(bytes.p + at + 2, next - at - 2));
		if (ret->n <= most)
			return true;
	}
	return false;
}
