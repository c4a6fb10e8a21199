#include <config.h>

#include "decode/rfc5322.h"

#include "decode/unfold.h"
#include "decode/words.h"

/*
 * One pass over the value, byte by byte. What stands before an address is gathered twice: as the name it would be,
 * and as it was written, since only the end of an item tells whether it was `name <address>` or a bare address. A
 * comma or semicolon behind text that is no address yet belongs to a name that should have been quoted.
 */
struct spot {
	size_t name, bare;
	size_t solid; /* bytes that are neither blank nor comment */
};

struct reader {
	const struct limits *limits;
	struct span s;
	size_t at;
	size_t semicolons, brackets; /* no ';' or '>' stands there or behind */
	bool quotes;           /* a '"' may still be closed */
	bool nested, comments; /* a '(' may still be closed, with others inside; or by the next ')' */
	struct words words;
	flaw_set flaws;

	/* the item that is being read */
	struct buf name, bare, comment, angle;
	bool has_angle, has_at, open; /* a bare address was seen; and has not ended */
	size_t solid;
	struct spot run, last;  /* where this run of non-blanks and the one before it begin */
	struct spot from, to;   /* the bare address */

	struct buf group;       /* names of the group, until it has a member */
	bool in_group;
	struct arena *arena;
	struct buf list;
	size_t n;
	bool found;             /* an address */
};

static bool is_atom(char c)
{
	switch (c) {
	case '"':
	case '(':
	case '<':
	case '>':
	case ',':
	case ';':
	case ':':
	case '@':
	case '[':
	case '=':
		return false;
	default:
		return !is_lwsp(c);
	}
}

static void bad(struct reader *r)
{
	r->flaws |= FLAW_BIT(BAD_ADDRESS);
}

static size_t last_of(struct span s, char c)
{
	const char *p = s.n > 0 ? memrchr(s.p, c, s.n) : NULL;

	return p != NULL ? (size_t)(p - s.p) : 0;
}

static struct spot here(const struct reader *r)
{
	return (struct spot){ r->name.n, r->bare.n, r->solid };
}

/* --- what is found ------------------------------------------------------------------------------------------------ */

static void emit(struct reader *r, struct span name, struct span address)
{
	struct address a;

	a.name = arena_copy(r->arena, words_read(&r->words, name));
	a.address = arena_copy(r->arena, words_read(&r->words, address));
	r->found |= a.address.n > 0;
	if (r->n == r->limits->addresses) {
		r->flaws |= FLAW_BIT(TRUNCATED);
		return;
	}
	buf_add(&r->list, (const char *)&a, sizeof a);
	r->n = r->list.n / sizeof a;
}

static void emit_group(struct reader *r)
{
	if (r->group.n > 0)
		emit(r, buf_text(&r->group), span(NULL, 0));
	r->group.n = 0;
}

static void clear_item(struct reader *r)
{
	r->name.n = r->bare.n = r->comment.n = r->angle.n = 0;
	r->has_angle = r->has_at = r->open = false;
	r->solid = 0;
	r->run = r->last = (struct spot){ 0 };
}

/* Take the bare address out of the text around it. */
static struct span cut_bare(struct reader *r)
{
	struct span address;

	if (r->open)
		r->to = here(r);
	address = span(r->bare.p + r->from.bare, r->to.bare - r->from.bare);
	memmove(r->name.p + r->from.name, r->name.p + r->to.name, r->name.n - r->to.name);
	r->name.n -= r->to.name - r->from.name;
	r->solid -= r->to.solid - r->from.solid;
	if (r->solid > 0 || memchr(address.p, '@', address.n) == address.p || address.p[address.n - 1] == '@')
		bad(r);
	return address;
}

static void finish(struct reader *r)
{
	struct span address = buf_text(&r->angle);

	if (!r->has_angle && !r->has_at && r->solid == 0 && r->comment.n == 0)
		return;
	if (!r->has_angle && r->has_at)
		address = cut_bare(r);
	else if (r->has_at || memchr(address.p == NULL ? "" : address.p, '@', address.n) == NULL)
		bad(r);
	emit_group(r);
	if (address.n > 0 || r->solid > 0 || r->comment.n > 0)
		emit(r, buf_text(r->solid > 0 ? &r->name : &r->comment), address);
	clear_item(r);
}

/* --- what is read ------------------------------------------------------------------------------------------------- */

static void add_text(struct reader *r, struct span name, struct span written)
{
	buf_span(&r->name, name);
	buf_span(&r->bare, written);
	r->solid += name.n;
	if (r->has_angle)
		bad(r);
}

static void read_plain(struct reader *r, size_t n)
{
	struct span s = span(r->s.p + r->at, n);

	add_text(r, s, s);
	r->at += n;
}

static void read_blank(struct reader *r)
{
	r->at++;
	if (r->bare.n > r->run.bare && r->bare.p[r->bare.n - 1] == '@') { /* local@ domain */
		buf_byte(&r->name, ' ');
		return;
	}
	if (r->bare.n > r->run.bare) {
		if (r->open)
			r->to = here(r);
		r->open = false;
		r->last = r->run;
		buf_byte(&r->bare, ' ');
	}
	buf_byte(&r->name, ' ');
	r->run = here(r);
}

static void read_at(struct reader *r)
{
	if (r->bare.n == r->run.bare && r->bare.n > 0) { /* local @domain */
		r->bare.n--;
		r->run = r->last;
	}
	if (r->has_at)
		bad(r);
	r->from = r->run;
	r->has_at = r->open = true;
	read_plain(r, 1);
}

/* The quote that closes the one at `at`, or s.n. */
static size_t quote_end(struct reader *r)
{
	size_t i = r->at + 1;

	while (r->quotes && i < r->s.n && r->s.p[i] != '"')
		i += r->s.p[i] == '\\' ? 2 : 1;
	r->quotes &= i < r->s.n;
	return r->quotes ? i : r->s.n;
}

static void unescape(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		buf_byte(out, s.p[i]);
	}
}

static void read_quoted(struct reader *r)
{
	size_t end = quote_end(r), before = r->name.n, length;
	struct word word;
	struct span s;

	if (end == r->s.n) {
		bad(r);
		r->at++;
		return;
	}
	s = span(r->s.p + r->at + 1, end - r->at - 1);
	if (word_find(s, 0, &word, &length) < s.n)
		r->flaws |= FLAW_BIT(BAD_WORD);
	unescape(s, &r->name);
	buf_add(&r->bare, s.p - 1, s.n + 2);
	r->solid += r->name.n - before;
	if (r->has_angle)
		bad(r);
	r->at = end + 1;
}

/* The parenthesis that closes the one at `at`, or s.n. Once nesting has run to the end it counts no more. */
static size_t comment_end(struct reader *r)
{
	size_t depth = 0, i;
	const char *p;

	for (i = r->at; r->nested && i < r->s.n; i++) {
		char c = r->s.p[i];

		if (c == '\\')
			i++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return i;
	}
	if (r->nested)
		bad(r);
	r->nested = false;
	p = r->comments ? memchr(r->s.p + r->at, ')', r->s.n - r->at) : NULL;
	r->comments = p != NULL;
	return p != NULL ? (size_t)(p - r->s.p) : r->s.n;
}

/* A comment is not part of an address, but may be all the name that there is. */
static void read_comment(struct reader *r, bool in_name)
{
	size_t end = comment_end(r);
	struct span s;

	if (end == r->s.n) {
		bad(r);
		read_plain(r, 1);
		return;
	}
	s = span(r->s.p + r->at + 1, end - r->at - 1);
	if (r->comment.n > 0)
		buf_byte(&r->comment, ' ');
	unescape(s, &r->comment);
	if (in_name) {
		buf_byte(&r->name, '(');
		unescape(s, &r->name);
		buf_byte(&r->name, ')');
	}
	r->at = end + 1;
}

/* What stands between < and >. Without a '>' it ends at a blank, comma or semicolon. */
static void read_angle(struct reader *r)
{
	bool has_at = false, closed = false;

	if (r->has_angle) {
		bad(r);
		finish(r);
	}
	r->has_angle = true;
	r->at++;
	while (r->at < r->s.n && !closed) {
		char c = r->s.p[r->at];
		bool route = r->angle.n > 0 && r->angle.p[0] == '@';

		if (c == ';' || (c == ',' && !route) || (is_lwsp(c) && has_at && r->at >= r->brackets))
			break;
		if (c == '(') {
			read_comment(r, false);
			continue;
		}
		closed = c == '>';
		if (c == '<' || (c == ':' && route)) {
			if (c == '<')
				bad(r);
			r->angle.n = 0;
			has_at = false;
		} else if (c == '"' && quote_end(r) < r->s.n) {
			size_t end = quote_end(r);

			buf_add(&r->angle, r->s.p + r->at, end - r->at);
			r->at = end;
			c = '"';
		}
		if (!closed && c != '<' && !(c == ':' && route) && !is_lwsp(c)) {
			buf_byte(&r->angle, c);
			has_at |= c == '@';
		}
		r->at++;
	}
	if (!closed)
		bad(r);
}

static void read_separator(struct reader *r)
{
	bool ends_group = r->s.p[r->at] == ';' && r->in_group;

	if (r->s.p[r->at] == ';' && !r->in_group)
		bad(r);
	if (r->has_angle || r->has_at || ends_group) {
		finish(r);
		r->at++;
	} else if (r->solid > 0 || r->comment.n > 0) {
		bad(r);
		read_plain(r, 1);
	} else {
		r->at++;
	}
	if (ends_group) {
		emit_group(r);
		r->in_group = false;
	}
}

/* A colon makes a group where a semicolon may end it; else it belongs to a name that should have been quoted. */
static void read_colon(struct reader *r)
{
	if (r->has_angle || r->has_at || r->at >= r->semicolons) {
		bad(r);
		read_plain(r, 1);
		return;
	}
	r->at++;
	if (r->in_group)
		bad(r);
	r->in_group = true;
	if (r->group.n > 0)
		buf_str(&r->group, ": ");
	buf_span(&r->group, span_trim(buf_text(&r->name)));
	clear_item(r);
}

static void read_other(struct reader *r)
{
	struct word word;
	char c = r->s.p[r->at];
	size_t n = c == '=' ? word_at(r->s, r->at, WORD_PHRASE, &word) : 0;
	const char *end = NULL;

	if (c == '[' && r->bare.n > 0 && r->bare.p[r->bare.n - 1] == '@') /* a domain literal has colons */
		end = memchr(r->s.p + r->at, ']', r->s.n - r->at < 64 ? r->s.n - r->at : 64);
	if (end != NULL)
		n = (size_t)(end - r->s.p) - r->at;
	if (n == 0)
		for (n = 1; r->at + n < r->s.n && is_atom(r->s.p[r->at + n]);)
			n++;
	read_plain(r, n);
}

static void read_item(struct reader *r)
{
	switch (r->s.p[r->at]) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		read_blank(r);
		break;
	case '"':
		read_quoted(r);
		break;
	case '(':
		read_comment(r, true);
		break;
	case '<':
		read_angle(r);
		break;
	case '>':
		bad(r);
		r->at++;
		break;
	case ',':
	case ';':
		read_separator(r);
		break;
	case ':':
		read_colon(r);
		break;
	case '@':
		read_at(r);
		break;
	default:
		read_other(r);
	}
}

static void read_list(struct reader *r, struct span s)
{
	r->s = s;
	r->at = 0;
	r->semicolons = last_of(s, ';');
	r->brackets = last_of(s, '>');
	r->quotes = r->nested = r->comments = true;
	r->in_group = false;
	r->group.n = 0;
	r->n = r->list.n = 0;
	clear_item(r);
	while (r->at < s.n && r->n < r->limits->addresses)
		read_item(r);
	if (r->at < s.n)
		r->flaws |= FLAW_BIT(TRUNCATED);
	finish(r);
	emit_group(r);
	if (r->n == 0) {
		bad(r);
		if (span_trim(s).n > 0)
			emit(r, s, span(NULL, 0));
	}
}

/* Some encode name, brackets and address in one word. */
static bool address_in_name(const struct reader *r)
{
	const struct address *v = (const struct address *)(const void *)r->list.p;

	for (size_t i = 0; i < r->n && !r->found; i++)
		if (v[i].name.n > 0 && memchr(v[i].name.p, '@', v[i].name.n) != NULL)
			return r->words.any;
	return false;
}

void rfc5322_addresses(struct arena *a, const struct limits *l, struct span raw, enum charset label,
    struct address **ret, size_t *nret, flaw_set *flaws)
{
	struct reader r = { .limits = l, .arena = a, .list = BUF_ARENA(a, 0) };
	struct buf value = BUF_HEAP, whole = BUF_HEAP;
	struct decoded d;

	unfold(l, raw, label, &value, &d);
	words_open(&r.words, l, label);
	read_list(&r, buf_text(&value));
	if (address_in_name(&r)) {
		buf_span(&whole, words_read(&r.words, buf_text(&value)));
		read_list(&r, buf_text(&whole));
	}
	*ret = (struct address *)(void *)r.list.p;
	*nret = r.n;
	*flaws |= r.flaws | d.flaws | r.words.sum.flaws;
	if (value.failed || whole.failed || r.name.failed || r.bare.failed || r.comment.failed || r.angle.failed ||
	    r.group.failed || r.words.failed)
		arena_alloc(a, SIZE_MAX); /* fails, and the arena remembers it */
	words_close(&r.words);
	buf_free(&value);
	buf_free(&whole);
	buf_free(&r.name);
	buf_free(&r.bare);
	buf_free(&r.comment);
	buf_free(&r.angle);
	buf_free(&r.group);
}
