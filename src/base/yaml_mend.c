#include <config.h>

#include "base/yaml_mend.h"

#include <ctype.h>
#include <stdio.h>

#include "base/utf8.h"

#define NOT_READ " (what comes after it in this file was not read)"

struct mender {
	struct buf *text;
	const struct yaml_trouble *t;
	struct yaml_mended *ret;
};

/* --- places in the text ------------------------------------------------------------------------------------------- */

static size_t line_at(struct span all, unsigned line)
{
	size_t at = 0;

	for (unsigned i = 1; i < line && at < all.n; i++)
		at = span_find(all, at, span_str("\n")) + 1;
	return at < all.n ? at : all.n;
}

static size_t line_end(struct span all, size_t at)
{
	size_t end = span_find(all, at, span_str("\n"));

	return end > at && all.p[end - 1] == '\r' ? end - 1 : end;
}

static size_t byte_at(struct span all, struct yaml_place p)
{
	size_t at = line_at(all, p.line), end = line_end(all, at);
	uint32_t cp;

	for (unsigned i = 1; i < p.column && at < end; i++)
		at += utf8_get(all.p + at, all.p + all.n, &cp);
	return at;
}

static struct yaml_place place_of(struct span all, size_t at)
{
	struct yaml_place p = { 1, 1 };

	for (size_t i = 0; i < at && i < all.n; i++) {
		if (all.p[i] == '\n')
			p = (struct yaml_place){ p.line + 1, 1 };
		else
			p.column += ((unsigned char)all.p[i] & 0xC0) != 0x80;
	}
	return p;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(struct span all, size_t at)
{
	while (at < all.n && is_blank(all.p[at]))
		at++;
	return at;
}

/* Behind the last sign that is no blank before `at`, over line ends. */
static size_t back_over_blanks(struct span all, size_t at)
{
	while (at > 0 && (is_blank(all.p[at - 1]) || all.p[at - 1] == '\n' || all.p[at - 1] == '\r'))
		at--;
	return at;
}

/* Does the line of `at` begin as a line of block style does: "- ", or a key of letters and ':'? Or is it the end? */
static bool begins_block(struct span all, unsigned line)
{
	size_t at = skip_blanks(all, line_at(all, line)), from = at;

	if (at >= all.n || (all.p[at] == '-' && at + 1 < all.n && is_blank(all.p[at + 1])))
		return true;
	while (at < all.n && (isalnum((unsigned char)all.p[at]) || all.p[at] == '-'))
		at++;
	return at > from && at < all.n && all.p[at] == ':';
}

/* --- what is said, and changed ------------------------------------------------------------------------------------ */

static void say(struct mender *m, struct yaml_place place, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void say(struct mender *m, struct yaml_place place, const char *fmt, ...)
{
	va_list ap;

	m->ret->place = place;
	va_start(ap, fmt);
	vsnprintf(m->ret->message, sizeof m->ret->message, fmt, ap);
	va_end(ap);
}

/* Put `with` in place of n bytes. */
static void change(struct mender *m, size_t at, size_t n, const char *with)
{
	struct span all = buf_text(m->text);
	struct buf changed = BUF_HEAP;

	m->ret->changed = place_of(all, at);
	buf_add(&changed, all.p, at);
	buf_str(&changed, with);
	buf_span(&changed, span_from(all, at + n));
	m->ret->go_on = !changed.failed;
	buf_free(m->text);
	*m->text = changed;
}

/* The character at `at`, at least a byte where there is one. */
static size_t character(struct span all, size_t at)
{
	uint32_t cp;

	return at < all.n ? utf8_get(all.p + at, all.p + all.n, &cp) : 0;
}

/* --- the errors --------------------------------------------------------------------------------------------------- */

static void bad_escape(struct mender *m)
{
	struct span all = buf_text(m->text);
	size_t at = byte_at(all, m->t->at), from = line_at(all, m->t->at.line), end;

	while (at > from && (at >= all.n || all.p[at] != '\\'))
		at--;
	if (all.p[at] != '\\') {
		say(m, m->t->at, "a bad escape in double quotes: write the text in single quotes" NOT_READ);
		return;
	}
	end = at + 1 + character(all, at + 1);
	say(m, place_of(all, at), "in double quotes '%.*s' is no escape: write the text in single quotes",
	    (int)(end - at), all.p + at);
	change(m, at, 1, "/");
}

static void bad_start(struct mender *m, struct yaml_place place)
{
	struct span all = buf_text(m->text);
	size_t at = byte_at(all, place);

	if (at >= all.n || strchr("\t \r\n", all.p[at]) != NULL) {
		say(m, place, "a tab does not indent: use blanks" NOT_READ);
		return;
	}
	say(m, place, "plain text cannot begin with '%.*s': put it into single quotes", (int)character(all, at),
	    at < all.n ? all.p + at : "");
	change(m, at, character(all, at), "x");
}

/* ':' in text, or a key where none may stand. */
static void stray_key(struct mender *m)
{
	struct span all = buf_text(m->text);
	size_t from = line_at(all, m->t->at.line), at = byte_at(all, m->t->at);
	struct span before = span(all.p + from, at - from);

	if (at < all.n && all.p[at] == ':' && span_find(before, 0, span_str(": ")) < before.n) {
		say(m, m->t->at, "': ' ends a key: put text that holds one into single quotes");
		change(m, at, 1, ".");
		return;
	}
	say(m, place_of(all, skip_blanks(all, from)),
	    "no key may stand here: indent it as the keys it belongs to" NOT_READ);
}

/* Could this be a key, and not text? */
static bool is_key(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0;
}

/* A line without "key: ". */
static void no_colon(struct mender *m)
{
	static const char wide[] = "：";
	struct span all = buf_text(m->text);
	size_t at = byte_at(all, m->t->began), end = line_end(all, at);
	size_t colon;

	say(m, m->t->began, "this is no 'key: value': a colon and a blank are missing, or the indentation of a text "
	    "that goes on here");
	for (colon = at; colon < end && all.p[colon] != ':' && !is_blank(all.p[colon]); colon++)
		if (memcmp(all.p + colon, wide, end - colon < 3 ? end - colon : 3) == 0)
			break;
	if (colon >= end && is_key(span(all.p + at, end - at)))
		change(m, end, 0, ":");
	else if (colon >= end)
		change(m, at, character(all, at), "#");
	else if (all.p[colon] == ':')
		change(m, colon + 1, character(all, colon + 1), " ");
	else
		change(m, colon, character(all, colon) + character(all, colon + character(all, colon)), ": ");
}

/* The closing quote is missing at the end of its line, before the brackets that end there. */
static void open_quote(struct mender *m, struct yaml_place quote)
{
	struct span all = buf_text(m->text);
	size_t from = byte_at(all, quote), at = line_end(all, from);
	const char with[] = { from < all.n ? all.p[from] : '\'', '\0' };

	say(m, quote, "this text in quotes has no closing %s in its line", with);
	while (at > from && (is_blank(all.p[at - 1]) || all.p[at - 1] == ']' || all.p[at - 1] == '}'))
		at--;
	change(m, at, 0, with);
}

static void open_bracket(struct mender *m)
{
	struct span all = buf_text(m->text);
	size_t at = back_over_blanks(all, line_at(all, m->t->at.line));
	const char with[] = { m->t->closer, '\0' };

	say(m, m->t->flow, "this %s is not closed: %c is missing", m->t->closer == ']' ? "list" : "map", m->t->closer);
	change(m, at, 0, with);
}

static bool quote_ran_on(const struct yaml_trouble *t)
{
	return t->quote.line != 0 && t->quote.line < t->quote_end.line && t->quote_end.line == t->at.line;
}

static void no_comma(struct mender *m)
{
	struct span all = buf_text(m->text);
	size_t at = byte_at(all, m->t->at), before = back_over_blanks(all, at);

	if (quote_ran_on(m->t)) {
		open_quote(m, m->t->quote);
		return;
	}
	if (m->t->closer != 0 && m->t->at.line > m->t->flow.line && begins_block(all, m->t->at.line)) {
		open_bracket(m);
		return;
	}
	say(m, m->t->at, "a ',' is missing before this, or the text wants single quotes%s",
	    before == at ? NOT_READ : "");
	if (before < at)
		change(m, before, is_blank(all.p[before]) ? 1 : 0, ",");
}

/* Something stands where a key, or an item of a list, of the block should. */
static void no_member(struct mender *m)
{
	struct span all = buf_text(m->text);

	if (quote_ran_on(m->t))
		open_quote(m, m->t->quote);
	else if (m->t->quote_end.line == m->t->at.line)
		say(m, m->t->at, "text goes on behind its closing quote: in single quotes, '' is one quote" NOT_READ);
	else
		say(m, place_of(all, skip_blanks(all, line_at(all, m->t->at.line))),
		    "this line stands under none of those it could belong to: look at its indentation" NOT_READ);
}

static bool is(const char *words, const char *part)
{
	return words != NULL && strstr(words, part) != NULL;
}

void yaml_mend(struct buf *text, const struct yaml_trouble *t, struct yaml_mended *ret)
{
	struct mender m = { text, t, ret };
	const char *p = t->problem;

	*ret = (struct yaml_mended){ 0 };
	if (is(p, "unknown escape") || is(p, "hexdecimal number") || is(p, "character escape code"))
		bad_escape(&m);
	else if (is(p, "cannot start any token") || is(p, "tab character"))
		bad_start(&m, t->at);
	else if (is(p, "alphabetic or numeric character"))
		bad_start(&m, t->began);
	else if (is(p, "mapping values are not allowed"))
		stray_key(&m);
	else if (is(p, "could not find expected ':'") && t->began.line != 0)
		no_colon(&m);
	else if (is(p, "found unexpected end of stream") && is(t->context, "quoted scalar"))
		open_quote(&m, t->began);
	else if (is(p, "expected ',' or"))
		no_comma(&m);
	else if (t->closer != 0 && (is(p, "did not find expected node content") || is(p, "block sequence entries")) &&
	    t->at.line > t->flow.line && begins_block(buf_text(text), t->at.line))
		open_bracket(&m);
	else if (is(p, "block sequence entries"))
		bad_start(&m, t->at);
	else if (is(p, "did not find expected key") || is(p, "did not find expected '-' indicator") ||
	    is(p, "expected <document start>"))
		no_member(&m);
	else
		say(&m, t->at, "%s%s%s%s" NOT_READ, p != NULL ? p : "not YAML", t->context != NULL ? " (" : "",
		    t->context != NULL ? t->context : "", t->context != NULL ? ")" : "");
}
