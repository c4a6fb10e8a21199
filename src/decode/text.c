#include <config.h>

#include "decode/text.h"

#define META_BYTES 1024u /* of HTML that are searched for a charset, as browsers do */
#define EXPANSION 3u     /* bytes of UTF-8 that a byte in any charset can become */
#define ROUNDS 16u       /* of sharing out; more would change little */
#define SLACK 16u        /* a decoder stops where a character of any length might not fit */

struct texts {
	struct arena *arena;
	const struct limits *limits;
	struct mime *m;
	size_t *share; /* text of each part */
	struct buf out, scratch;
};

/* Who gets more when there is not room for all. */
static const unsigned char weight_of[] = { [PLACE_BODY] = 4, [PLACE_ATTACHED] = 2, [PLACE_ASIDE] = 1 };

struct buf text_buffer(struct arena *a, size_t n)
{
	struct buf b = BUF_ARENA(a, n > 0 ? n : 1); /* a limit of 0 would be none */

	b.p = arena_grow(a, NULL, 0, n + 2);
	b.cap = n + 2;
	b.failed = b.p == NULL;
	return b;
}

void text_share(size_t *v, unsigned char *weight, size_t n, size_t total)
{
	size_t weights = 0, level = 0;
	bool more = true;

	for (size_t i = 0; i < n; i++)
		weights += weight[i];
	for (unsigned round = 0; more && round < ROUNDS; round++) {
		more = false;
		level = weights > 0 ? total / weights : 0;
		for (size_t i = 0; i < n; i++)
			if (weight[i] > 0 && v[i] <= level * weight[i]) {
				total -= v[i];
				weights -= weight[i];
				weight[i] = 0;
				more = true;
			}
	}
	level = weights > 0 ? total / weights : 0;
	for (size_t i = 0; i < n; i++)
		if (weight[i] > 0 && v[i] > level * weight[i])
			v[i] = level * weight[i];
}

/* --- after decoding, in place --- */

/* CRLF, CR and CRCRLF become LF. Returns the new length. */
static size_t settle_lines(char *p, size_t n)
{
	char *end = p + n, *r = memchr(p, '\r', n), *w = r;

	if (r == NULL)
		return n;
	while (r < end) {
		char *cr = memchr(r, '\r', (size_t)(end - r)), *after = cr, *stop = cr != NULL ? cr : end;

		memmove(w, r, (size_t)(stop - r));
		w += stop - r;
		r = stop;
		if (cr == NULL)
			break;
		while (after < end && *after == '\r')
			after++;
		if (after < end && *after == '\n') {
			*w++ = '\n';
			r = after + 1;
		} else {
			memset(w, '\n', (size_t)(after - cr));
			w += after - cr;
			r = after;
		}
	}
	return (size_t)(w - p);
}

/* A line of format=flowed: its quote marks, and the text behind them without what was stuffed. */
struct flowed {
	struct span marks, text; /* `marks` with the blank behind them */
	size_t depth;
	bool soft; /* the next line goes on */
};

static struct flowed read_flowed(struct span line, bool delsp)
{
	struct flowed f = { 0 };
	size_t at;

	while (f.depth < line.n && line.p[f.depth] == '>')
		f.depth++;
	at = f.depth < line.n && line.p[f.depth] == ' ' ? f.depth + 1 : f.depth;
	f.marks = span(line.p, f.depth > 0 ? at : 0);
	f.text = span_from(line, at);
	f.soft = f.text.n > 0 && f.text.p[f.text.n - 1] == ' ' && !span_is(f.text, "-- ");
	if (f.soft && delsp)
		f.text.n--;
	return f;
}

static char *put(char *w, struct span s)
{
	if (s.n > 0)
		memmove(w, s.p, s.n);
	return w + s.n;
}

/*
 * RFC 3676, in place: a paragraph never becomes longer. Lines of another quote depth begin anew, and so does a
 * signature.
 */
static size_t join_flowed(char *p, size_t n, bool delsp)
{
	struct flowed last = { 0 };
	char *w = p;

	for (size_t at = 0; at < n;) {
		const char *lf = memchr(p + at, '\n', n - at);
		size_t end = lf != NULL ? (size_t)(lf - p) : n;
		struct flowed f = read_flowed(span(p + at, end - at), delsp);

		if (last.soft && (last.depth != f.depth || span_is(f.text, "-- "))) {
			*w++ = '\n';
			last.soft = false;
		}
		if (!last.soft)
			w = put(w, f.marks);
		w = put(w, f.text);
		if (!f.soft && lf != NULL)
			*w++ = '\n';
		last = f;
		at = end + (lf != NULL);
	}
	return (size_t)(w - p);
}

/* RFC 5545 3.3.11 in a calendar: "\n" is a line end, "\," a comma. */
static size_t unescape(char *p, size_t n)
{
	char *w = p;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (c == '\\' && i + 1 < n && strchr("nN,;\\", p[i + 1]) != NULL && p[i + 1] != '\0') {
			c = p[++i];
			if (c == 'n' || c == 'N')
				c = '\n';
		}
		*w++ = c;
	}
	return (size_t)(w - p);
}

/* --- before it --- */

/* The charset that a <meta> in the beginning of HTML declares. */
static enum charset meta_charset(struct span html)
{
	enum charset c = CHARSET_NONE;

	if (html.n > META_BYTES)
		html.n = META_BYTES;
	for (size_t at = 0; (at = span_find(html, at, span_str("<"))) < html.n; at++) {
		struct span tag = span_from(html, at + 1);

		if (tag.n < 4 || !span_is_nocase(span(tag.p, 4), "meta"))
			continue;
		tag.n = span_find(tag, 0, span_str(">"));
		for (size_t i = 4; i + 7 < tag.n; i++) {
			size_t from = i + 7, end;

			if (!span_is_nocase(span(tag.p + i, 7), "charset"))
				continue;
			while (from < tag.n && strchr(" \t\r\n='\"", tag.p[from]) != NULL)
				from++;
			for (end = from; end < tag.n && strchr(" \t\r\n'\";/", tag.p[end]) == NULL; end++)
				;
			c = charset_find(span(tag.p + from, end - from));
			if (c == CHARSET_UTF16 || c == CHARSET_UTF16LE || c == CHARSET_UTF16BE)
				return CHARSET_UTF8; /* it was read as ASCII */
			if (c != CHARSET_NONE && c != CHARSET_UNKNOWN)
				return c;
		}
	}
	return CHARSET_NONE;
}

static bool has_uufiles(const struct mime *m, size_t i)
{
	return i + 1 < m->n && m->parts[i + 1].parent == i && m->leaves[i + 1].cut.n > 0;
}

static bool needs_scratch(const struct mime *m, size_t i)
{
	return m->leaves[i].transfer != TRANSFER_IDENTITY || m->leaves[i].form == FORM_FOLDED || has_uufiles(m, i);
}

/* RFC 5545 3.1: a line goes on where the next begins with a blank, even within a character. In place. */
static void unfold(struct buf *b)
{
	size_t w = 0;

	for (size_t i = 0; i < b->n; i++) {
		size_t k = i;

		if (b->p[k] == '\r')
			k++;
		if (k + 1 < b->n && b->p[k] == '\n' && (b->p[k + 1] == ' ' || b->p[k + 1] == '\t'))
			i = k + 1;
		else
			b->p[w++] = b->p[i];
	}
	b->n = w;
}

/* The bytes of part i's text, in the raw message or in the scratch buffer. */
static struct span text_bytes(struct texts *t, size_t i)
{
	const struct leaf *f = &t->m->leaves[i];
	struct span left = f->raw;

	if (!needs_scratch(t->m, i))
		return f->raw;
	buf_clear(&t->scratch);
	for (size_t k = i + 1; has_uufiles(t->m, i) && k < t->m->n && t->m->leaves[k].cut.n > 0; k++) {
		struct span cut = t->m->leaves[k].cut;

		buf_add(&t->scratch, left.p, (size_t)(cut.p - left.p));
		left = span_from(f->raw, (size_t)(cut.p + cut.n - f->raw.p));
	}
	t->m->parts[i].flaws |= transfer_decode(f->transfer, left, &t->scratch);
	if (t->scratch.cut)
		t->m->parts[i].flaws |= FLAW_BIT(TRUNCATED);
	if (f->form == FORM_FOLDED)
		unfold(&t->scratch);
	return buf_text(&t->scratch);
}

/* --- all parts --- */

static bool is_text(const struct mime *m, size_t i)
{
	return (m->parts[i].kind == PART_TEXT || m->parts[i].kind == PART_HTML) && m->leaves[i].twin == PART_NO_PARENT;
}

/* The most text that part i can have. */
static size_t most_text(const struct texts *t, size_t i)
{
	const struct leaf *f = &t->m->leaves[i];
	size_t n = f->transfer == TRANSFER_IDENTITY || f->transfer == TRANSFER_QP ? f->raw.n : f->raw.n / 4 * 3 + 3;

	return EXPANSION * (n > t->limits->text_bytes ? t->limits->text_bytes : n) + SLACK;
}

static void read_text(struct texts *t, size_t i, size_t most)
{
	struct part *p = &t->m->parts[i];
	struct leaf *f = &t->m->leaves[i];
	struct span bytes = text_bytes(t, i);
	enum charset hint = p->kind == PART_HTML ? meta_charset(bytes) : CHARSET_NONE;
	struct decoded d = { 0 };
	size_t from = t->out.n;
	char *start = t->out.p + from;

	if (hint == CHARSET_NONE)
		hint = t->m->label;
	t->out.limit = from + most;
	charset_read(f->label, hint, bytes, &t->out, &d);
	if (t->out.cut)
		p->flaws |= FLAW_BIT(TRUNCATED);
	t->out.cut = false;
	t->out.n = from + settle_lines(start, t->out.n - from);
	if (f->form == FORM_FOLDED)
		t->out.n = from + unescape(start, t->out.n - from);
	else if (f->form != FORM_PLAIN)
		t->out.n = from + join_flowed(start, t->out.n - from, f->form == FORM_DELSP);
	p->text = span(start, t->out.n - from);
	p->used = d.used;
	p->replaced = d.replaced;
	p->flaws |= d.flaws;
}

static void share_texts(struct mime *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct part *twin = m->leaves[i].twin != PART_NO_PARENT ? &m->parts[m->leaves[i].twin] : NULL;

		if (twin != NULL) {
			m->parts[i].text = twin->text;
			m->parts[i].used = twin->used;
		}
	}
}

/* Bodies first, then attachments, then what stands aside: what one leaves of its share is for those after it. */
static void read_texts(struct texts *t, clock_us deadline, size_t room, flaw_set *flaws)
{
	size_t later = 0;

	for (size_t i = 0; i < t->m->n; i++)
		later += t->share[i];
	for (unsigned place = PLACE_BODY; place <= PLACE_ASIDE; place++)
		for (size_t i = 0; i < t->m->n; i++) {
			size_t left = room - t->out.n;

			if (t->m->parts[i].place != place || !is_text(t->m, i))
				continue;
			if (clock_past(deadline)) {
				*flaws |= FLAW_BIT(TIME);
				return;
			}
			read_text(t, i, left - (later - t->share[i]));
			later -= t->share[i];
		}
}

void text_read(struct arena *a, const struct limits *l, clock_us deadline, struct mime *m, flaw_set *flaws)
{
	struct texts t = { .arena = a, .limits = l, .m = m, .share = arena_array(a, m->n, sizeof *t.share) };
	unsigned char *weight = arena_alloc(a, m->n);
	size_t room = 0, bytes = 0;

	if (t.share == NULL || weight == NULL)
		return;
	for (size_t i = 0; i < m->n; i++) {
		if (!is_text(m, i))
			continue;
		t.share[i] = most_text(&t, i);
		weight[i] = weight_of[m->parts[i].place];
		room += t.share[i];
		if (needs_scratch(m, i) && bytes < m->leaves[i].raw.n)
			bytes = m->leaves[i].raw.n;
	}
	if (room > l->text_bytes)
		room = l->text_bytes;
	text_share(t.share, weight, m->n, room);
	t.out = text_buffer(a, room);
	t.scratch = text_buffer(a, bytes + 64 < 2 * l->text_bytes ? bytes + 64 : 2 * l->text_bytes);
	if (!t.out.failed && !t.scratch.failed)
		read_texts(&t, deadline, room, flaws);
	share_texts(m);
}
