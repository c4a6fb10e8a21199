#include <config.h>

#include "decode/rfc5322.h"

#include <stdlib.h>

#include "decode/unfold.h"
#include "decode/words.h"

#define LAST_SECTION 9999u

/* A parameter as it stands in the header. */
struct piece {
	struct span name;  /* lower case, without * and numbers */
	struct span value; /* without quotes and escapes, still encoded */
	bool section;      /* name*0= or name*0*= */
	unsigned number;
	bool extended;     /* name*= or name*0*= */
	bool done;
};

struct reader {
	struct span s;
	size_t at;
	bool quotes, inner, comments; /* a '"' may still be closed; one with quotes inside; a '(' */
	flaw_set flaws;
	enum charset label;
	struct words words;
	struct buf text;              /* names and values: reserved at once, so that spans into it stay */
	struct piece *pieces;
	size_t n, most;
	struct buf bytes, decoded;    /* of an RFC 2231 value */
	struct arena *arena;
	struct buf params;
};

static size_t skip_blanks(const struct reader *r, size_t at)
{
	while (at < r->s.n && is_lwsp(r->s.p[at]))
		at++;
	return at;
}

static bool in_name(char c)
{
	return c > ' ' && c < 0x7F && memchr("=;,\"()<>?/", c, 10) == NULL;
}

static bool in_token(char c)
{
	return !is_lwsp(c) && c != ';' && c != ',' && c != '"' && c != '(';
}

/* The length of a name at `at` that a '=' follows, else 0. */
static size_t name_at(const struct reader *r, size_t at)
{
	size_t end = at, equals;

	while (end < r->s.n && in_name(r->s.p[end]))
		end++;
	if (end == at)
		return 0;
	equals = skip_blanks(r, end);
	return equals < r->s.n && r->s.p[equals] == '=' ? end - at : 0;
}

/* Behind the comment at `at`; `at` where it does not end. */
static size_t after_comment(struct reader *r, size_t at)
{
	size_t depth = 0;

	for (size_t i = at; r->comments && i < r->s.n; i++) {
		char c = r->s.p[i];

		if (c == '\\')
			i++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return i + 1;
	}
	r->comments = false;
	return at;
}

/* --- reading the header ------------------------------------------------------------------------------------------- */

/* "text / plain (comment)"; what follows without being part of it is passed over. */
static struct span read_type(struct reader *r)
{
	struct span type = span(r->text.p + r->text.n, 0);

	while (r->at < r->s.n) {
		char c = r->s.p[r->at];
		size_t from = r->at, after = c == '(' ? after_comment(r, from) : from;

		if (after > from) {
			r->at = after;
		} else if (is_lwsp(c) || c == '"' || c == '(') {
			r->at++;
		} else if (c == ';' || c == ',' || name_at(r, from) > 0) {
			break;
		} else {
			struct word word;
			size_t n = word_at(r->s, from, WORD_PHRASE, &word);

			if (n == 0)
				for (n = 1; from + n < r->s.n && in_token(r->s.p[from + n]);)
					n++;
			if (type.n == 0 || type.p[type.n - 1] == '/' || c == '/') {
				buf_add(&r->text, r->s.p + from, n);
				type.n += n;
			}
			r->at += n;
		}
	}
	return type;
}

/* Does what stands at `at` follow a quoted string as it should: a separator, or another parameter behind a blank? */
static bool is_behind_value(const struct reader *r, size_t at)
{
	size_t next = skip_blanks(r, at);
	char c = next < r->s.n ? r->s.p[next] : ';';

	return c == ';' || c == ',' || c == '(' || (next > at && name_at(r, next) > 0);
}

/*
 * Where the quoted string that begins at `from` ends: at a '"' that a separator follows, since file names with bare
 * quotes in them are met; else at the first '"'. s.n where there is none.
 */
static size_t quote_end(struct reader *r, size_t from)
{
	size_t first = r->s.n, i;

	for (i = from; r->quotes && i < r->s.n; i++) {
		char c = r->s.p[i], next = i + 1 < r->s.n ? r->s.p[i + 1] : ';';

		if (c == '\\' && (next == '"' || next == '\\')) {
			i++;
		} else if (c == '"') {
			if (is_behind_value(r, i + 1))
				return i;
			if (first == r->s.n)
				first = i;
			if (!r->inner)
				break;
		} else if (c == ';' && first < r->s.n) {
			break;
		}
	}
	if (i >= r->s.n) { /* so it is for all that follows */
		r->inner = false;
		r->quotes = first < r->s.n;
	}
	return first;
}

/* A backslash before any other character is one that somebody forgot to escape. */
static struct span read_quoted(struct reader *r)
{
	size_t from = r->at + 1, end = quote_end(r, from), start = r->text.n, length;
	struct span s;
	struct word word;

	if (end == r->s.n) {
		const char *stop = memchr(r->s.p + r->at, ';', r->s.n - r->at);

		end = stop != NULL ? (size_t)(stop - r->s.p) : r->s.n;
	}
	s = span(r->s.p + from, end - from);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
			i++;
		buf_byte(&r->text, s.p[i]);
	}
	if (word_find(s, 0, &word, &length) < s.n)
		r->flaws |= FLAW_BIT(BAD_WORD);
	r->at = end < r->s.n && r->s.p[end] == '"' ? end + 1 : end;
	return span(r->text.p + start, r->text.n - start);
}

/* Without quotes: to the next ';', to a blank or comma before another parameter, or to a comment that ends it. */
static struct span read_bare(struct reader *r)
{
	size_t from = r->at, at = from, next;
	struct span value;

	while (at < r->s.n && r->s.p[at] != ';') {
		char c = r->s.p[at];
		struct word word;
		size_t n = 1;

		if (c == '=') {
			n = word_at(r->s, at, WORD_PHRASE, &word);
		} else if (is_lwsp(c) || c == ',') {
			for (next = at; next < r->s.n && (is_lwsp(r->s.p[next]) || r->s.p[next] == ',');)
				next++;
			if (name_at(r, next) > 0)
				break;
			n = next - at;
		} else if (c == '(' && (at == from || is_lwsp(r->s.p[at - 1]))) {
			n = after_comment(r, at) - at;
			next = skip_blanks(r, at + n);
			if (n > 0 && (next == r->s.n || r->s.p[next] == ';'))
				break;
		}
		at += n > 0 ? n : 1;
	}
	value = span_trim(span(r->s.p + from, at - from));
	r->at = at;
	return value;
}

/* "name*12*" into its parts. The name is copied in lower case. */
static void read_name(struct reader *r, struct span s, struct piece *p)
{
	size_t start = r->text.n, star = span_find(s, 0, span_str("*"));

	for (size_t i = 0; i < star; i++)
		buf_byte(&r->text, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]));
	p->name = span(r->text.p + start, star);
	p->extended = star < s.n && s.p[s.n - 1] == '*';
	for (size_t i = star + 1; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		p->section = true;
		p->number = p->number > LAST_SECTION / 10 ? LAST_SECTION : p->number * 10 + (unsigned)(s.p[i] - '0');
	}
}

static void skip_junk(struct reader *r)
{
	char c = r->s.p[r->at];
	size_t after = c == '(' ? after_comment(r, r->at) : r->at;

	if (after > r->at) {
		r->at = after;
		return;
	}
	r->at++;
	if (c != ';' && c != ',')
		while (r->at < r->s.n && in_token(r->s.p[r->at]))
			r->at++;
}

static void read_pieces(struct reader *r)
{
	for (; r->at < r->s.n; r->at = skip_blanks(r, r->at)) {
		size_t n = name_at(r, r->at);
		struct piece p = { 0 };

		if (n == 0) {
			skip_junk(r);
			continue;
		}
		if (r->n == r->most) {
			r->flaws |= FLAW_BIT(TRUNCATED);
			break;
		}
		read_name(r, span(r->s.p + r->at, n), &p);
		r->at = skip_blanks(r, skip_blanks(r, r->at + n) + 1);
		if (r->at < r->s.n)
			p.value = r->s.p[r->at] == '"' ? read_quoted(r) : read_bare(r);
		r->pieces[r->n++] = p;
	}
}

/* --- what the pieces mean ----------------------------------------------------------------------------------------- */

static void emit(struct reader *r, struct span name, struct span value)
{
	struct param p;

	p.value = arena_copy(r->arena, words_read(&r->words, value));
	p.name = arena_copy(r->arena, name);
	buf_add(&r->params, (const char *)&p, sizeof p);
}

static void unpercent(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		int byte = s.p[i] == '%' ? word_hex(s, i + 1) : -1;

		buf_byte(out, byte >= 0 ? (char)byte : s.p[i]);
		if (byte >= 0)
			i += 2;
	}
}

/* Cut "charset'language'" off. Where the second ' is missing, a known charset shows what the first is meant for. */
static enum charset cut_charset(struct span *s)
{
	size_t first = span_find(*s, 0, span_str("'")), second = span_find(*s, first + 1, span_str("'"));
	enum charset c;

	if (first == s->n)
		return CHARSET_NONE;
	c = charset_find(span(s->p, first));
	if (second == s->n && (c == CHARSET_NONE || c == CHARSET_UNKNOWN))
		return CHARSET_NONE;
	*s = span_from(*s, second < s->n ? second + 1 : first + 1);
	return c;
}

/* The piece of the lowest number among those that go on with `p`; NULL where none is left. */
static struct piece *next_section(struct reader *r, const struct piece *p)
{
	struct piece *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		struct piece *q = &r->pieces[i];

		if (!q->done && q->section && span_eq(q->name, p->name) && (best == NULL || q->number < best->number))
			best = q;
	}
	return best;
}

static void add_piece(struct reader *r, struct piece *p, enum charset *c)
{
	struct span s = p->value;

	if (p->extended && r->bytes.n == 0)
		*c = cut_charset(&s);
	if (p->extended)
		unpercent(s, &r->bytes);
	else
		buf_span(&r->bytes, s);
}

/* RFC 2231: one extended value, or the sections of a value in the order of their numbers, whatever is missing. */
static void emit_extended(struct reader *r, struct piece *p)
{
	bool extended = false;
	enum charset c = CHARSET_NONE;
	struct piece *q, *last = NULL;
	struct decoded d;

	buf_clear(&r->bytes);
	if (p->section)
		while ((q = next_section(r, p)) != NULL) {
			q->done = true;
			if (last != NULL && last->number == q->number)
				continue;
			extended |= q->extended;
			add_piece(r, q, &c);
			last = q;
		}
	else
		add_piece(r, p, &c);
	p->done = true;
	if (!extended && p->section) {
		emit(r, p->name, buf_text(&r->bytes));
		return;
	}
	buf_clear(&r->decoded);
	charset_read(c, r->label, buf_text(&r->bytes), &r->decoded, &d);
	r->flaws |= d.flaws;
	emit(r, p->name, buf_text(&r->decoded));
}

/* RFC 2231 goes first: the plain parameter beside it is for those that do not know it. */
static void emit_all(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->pieces[i].done && (r->pieces[i].section || r->pieces[i].extended))
			emit_extended(r, &r->pieces[i]);
	for (size_t i = 0; i < r->n; i++)
		if (!r->pieces[i].done)
			emit(r, r->pieces[i].name, r->pieces[i].value);
}

static struct span lower(struct arena *a, struct span s)
{
	struct span copy = arena_copy(a, s);
	char *p = (char *)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ('a' - 'A'));
	return copy;
}

void rfc5322_content(struct arena *a, const struct limits *l, struct span raw, enum charset label, struct content *ret)
{
	struct buf value = BUF_HEAP;
	struct reader r = { .label = label, .most = l->params, .arena = a, .params = BUF_ARENA(a, 0) };
	struct decoded d;
	bool ready;

	r.quotes = r.inner = r.comments = true;
	unfold(l, raw, label, &value, &d);
	words_open(&r.words, l, label);
	r.s = buf_text(&value);
	r.pieces = calloc(l->params > 0 ? l->params : 1, sizeof *r.pieces);
	ready = r.pieces != NULL && buf_reserve(&r.text, r.s.n + 1);
	if (ready) {
		ret->value = lower(a, words_read(&r.words, read_type(&r)));
		read_pieces(&r);
		emit_all(&r);
	}
	ret->params = (const struct param *)(void *)r.params.p;
	ret->nparams = r.params.n / sizeof(struct param);
	ret->flaws = r.flaws | d.flaws | r.words.sum.flaws;
	if (!ready || value.failed || r.words.failed || r.bytes.failed || r.decoded.failed)
		arena_alloc(a, SIZE_MAX); /* fails, and the arena remembers it */
	words_close(&r.words);
	free(r.pieces);
	buf_free(&value);
	buf_free(&r.text);
	buf_free(&r.bytes);
	buf_free(&r.decoded);
}

struct span content_param(const struct content *c, const char *name)
{
	for (size_t i = 0; i < c->nparams; i++)
		if (span_is(c->params[i].name, name))
			return c->params[i].value;
	return span(NULL, 0);
}
