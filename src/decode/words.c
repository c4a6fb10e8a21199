#include <config.h>

#include "decode/words.h"

#include "decode/edge.h"
#include "decode/transfer.h"

#define ESC 0x1B
#define LONGEST_LABEL 100u
#define DEEPEST 2u /* words that come out of words, and once more */

static bool is_eol(char c)
{
	return c == '\r' || c == '\n';
}

static size_t skip_blanks(struct span s, size_t at)
{
	while (at < s.n && is_lwsp(s.p[at]))
		at++;
	return at;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int word_hex(struct span s, size_t at)
{
	int high, low;

	if (s.n < 2 || at > s.n - 2)
		return -1;
	high = hex_value(s.p[at]);
	low = hex_value(s.p[at + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool is_graphic(char c)
{
	return c > ' ' && c < 0x7F;
}

/* --- finding words ------------------------------------------------------------------------------------------------ */

/* A '?' or '=' between the escapes is half a character. A blank is none: there a run without its last escape ends. */
size_t word_escape(struct span s, size_t at)
{
	size_t n = 2;

	if (s.n - at < 2 || s.p[at + 1] != '$')
		return 1;
	while (n < s.n - at && is_graphic(s.p[at + n]))
		n++;
	return n;
}

static bool in_label(char c)
{
	return is_lwsp(c) || (is_graphic(c) && memchr("?=\"<>@,;", c, 8) == NULL);
}

/* "=?charset?B?": where the text begins, or 0. A label ends at the first '?', so each byte is seen once or twice. */
static size_t head(struct span s, size_t at, struct word *w)
{
	size_t i, from = at + 2;

	if (s.n - at < 5 || s.p[at] != '=' || s.p[at + 1] != '?')
		return 0;
	for (i = from; i < s.n && i - from < LONGEST_LABEL && in_label(s.p[i]);)
		i++;
	if (i == s.n || s.p[i] != '?')
		return 0;
	w->label = span_trim(span(s.p + from, i - from));
	i = skip_blanks(s, i + 1);
	if (i == s.n || strchr("bBqQ", s.p[i]) == NULL || s.p[i] == '\0')
		return 0;
	w->base64 = s.p[i] == 'b' || s.p[i] == 'B';
	i = skip_blanks(s, i + 1);
	return i < s.n && s.p[i] == '?' ? i + 1 : 0;
}

/* What follows a '?' that, with a '=' that may have been folded to the next line, closes a word; 0: it does not. */
static size_t close_at(struct span s, size_t at)
{
	size_t i = at + 1;

	if (i < s.n && is_eol(s.p[i]))
		i = skip_blanks(s, i);
	return i < s.n && s.p[i] == '=' ? i + 1 : 0;
}

/* Is the "?=" before `at` a '?' that should have been encoded, and an encoded byte: "really?=20yes?="? */
static bool goes_on(struct span s, size_t at, enum word_place place)
{
	if (word_hex(s, at) < 0)
		return false;
	for (size_t i = at + 2; i + 1 < s.n && !is_lwsp(s.p[i]); i++) {
		if (s.p[i] == '?' && s.p[i + 1] == '=')
			return true;
		if ((s.p[i] == '=' && s.p[i + 1] == '?') || (s.p[i] == '"' && place == WORD_QUOTED))
			return false;
	}
	return false;
}

static bool ends_word(char c, enum word_place place, bool base64)
{
	if (c == '"' && place == WORD_QUOTED)
		return true;
	return place == WORD_PHRASE && base64 && (c == '"' || c == '<' || c == '>' || c == ',' || c == ';');
}

static struct span before_blank(struct span s, enum word_place place)
{
	size_t n = 0;

	while (n < s.n && !is_lwsp(s.p[n]) && (place != WORD_PHRASE || memchr("\"<>,;", s.p[n], 5) == NULL))
		n++;
	return span(s.p, n);
}

size_t word_at(struct span s, size_t at, enum word_place place, struct word *w)
{
	size_t from = head(s, at, w), i, after = 0;
	struct word other;

	if (from == 0)
		return 0;
	for (i = from; i < s.n && !ends_word(s.p[i], place, w->base64); i++) {
		if (s.p[i] == ESC)
			i += word_escape(s, i) - 1;
		else if (s.p[i] == '=' && head(s, i, &other) != 0)
			break;
		else if (s.p[i] == '?' && ((after = close_at(s, i)) != 0 || w->base64)) {
			if (after == 0 || w->base64 || !goes_on(s, after, place))
				break;
			after = 0;
		}
	}
	w->closed = after != 0;
	w->text = span(s.p + from, i - from);
	if (w->closed)
		return after - at;
	/* What is not closed reaches to the next blank at most, so that the text behind it is not lost. */
	w->text = before_blank(w->text, place);
	i = from + w->text.n;
	return i + (i < s.n && s.p[i] == '?') - at;
}

size_t word_find(struct span s, size_t from, struct word *ret, size_t *length)
{
	if (from >= s.n || memchr(s.p + from, '=', s.n - from) == NULL)
		return s.n;
	for (size_t i = from; i < s.n; i++) {
		if (s.p[i] == ESC)
			i += word_escape(s, i) - 1;
		else if (s.p[i] == '=' && (*length = word_at(s, i, WORD_TEXT, ret)) > 0)
			return i;
	}
	return s.n;
}

/* --- decoding them ------------------------------------------------------------------------------------------------ */

void words_open(struct words *w, const struct limits *l, enum charset label)
{
	*w = (struct words){ .limits = l, .label = label, .left = l->encoded_words };
	/* A byte becomes three at most, by each reading. */
	w->text[0].limit = w->text[1].limit = 8 * l->header_value + 64;
}

void words_close(struct words *w)
{
	buf_free(&w->bytes);
	buf_free(&w->ends);
	buf_free(&w->text[0]);
	buf_free(&w->text[1]);
}

static void add(struct words *w, const struct decoded *d)
{
	w->sum.flaws |= d->flaws;
	w->sum.replaced += d->replaced;
}

/* RFC 2047 4.2, without the line ends and blanks of folding. False where that is not how it was written. */
static bool read_q(struct span s, struct buf *out)
{
	bool good = true;
	char *w;

	if (!buf_reserve(out, s.n))
		return false;
	w = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		int byte = s.p[i] == '=' ? word_hex(s, i + 1) : -1;

		if (byte >= 0) {
			*w++ = (char)byte;
			i += 2;
		} else if (is_eol(s.p[i])) {
			i = skip_blanks(s, i) - 1;
			good = false;
		} else if (s.p[i] == '=' && i + 1 < s.n && is_eol(s.p[i + 1])) {
			good = false; /* a soft line break of quoted-printable */
		} else if (s.p[i] == '_') {
			*w++ = ' ';
		} else if (s.p[i] == ESC) {
			size_t n = word_escape(s, i);

			memcpy(w, s.p + i, n);
			w += n;
			i += n - 1;
			good = false;
		} else {
			good &= is_graphic(s.p[i]) && s.p[i] != '=';
			*w++ = s.p[i];
		}
	}
	out->n = (size_t)(w - out->p);
	return good;
}

static bool read_b(struct span s, struct buf *out)
{
	bool good = true;

	for (size_t i = 0; i < s.n; i++) {
		good &= is_graphic(s.p[i]);
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == ESC) {
			buf_span(out, s); /* no base64 at all, whatever was said */
			return false;
		}
	}
	return transfer_decode(TRANSFER_BASE64, s, out) == 0 && good;
}

/* Read the words that were joined. */
static void flush(struct words *w, struct buf *out)
{
	struct span bytes = buf_text(&w->bytes), decoded;
	size_t before = out->n, n = w->ends.n / sizeof(size_t), length;
	struct edge e = { 0 };
	struct decoded d;
	struct word inner;

	if (n == 0)
		return;
	charset_read(w->charset, w->label, bytes, out, &d);
	add(w, &d);
	if (!w->any)
		w->sum.used = d.used;
	w->any = true;
	e.charset = d.used;
	for (size_t i = 0; i + 1 < n; i++)
		if (edge_inside(&e, span(bytes.p, ((const size_t *)(const void *)w->ends.p)[i]))) {
			w->sum.flaws |= FLAW_BIT(SPLIT_WORD);
			break;
		}
	decoded = span_from(buf_text(out), before);
	for (size_t at = 0; (at = word_find(decoded, at, &inner, &length)) < decoded.n && !w->again; at += length)
		w->again = inner.closed || charset_find(inner.label) > CHARSET_UNKNOWN;
	w->failed |= w->bytes.failed || w->ends.failed;
	buf_clear(&w->bytes);
	buf_clear(&w->ends);
}

static void join(struct words *w, const struct word *word, struct buf *out)
{
	enum charset c = charset_find(word->label);
	bool good;

	if (w->ends.n > 0 && (c != w->charset || (c == CHARSET_UNKNOWN && !span_ieq(word->label, w->name))))
		flush(w, out);
	w->charset = c;
	w->name = word->label;
	good = word->base64 ? read_b(word->text, &w->bytes) : read_q(word->text, &w->bytes);
	if (!good || !word->closed || word->label.n == 0)
		w->sum.flaws |= FLAW_BIT(BAD_WORD);
	buf_add(&w->ends, (const char *)&w->bytes.n, sizeof w->bytes.n);
}

static void read_text(struct words *w, struct span s, struct buf *out)
{
	struct decoded d;

	if (s.n == 0)
		return;
	charset_decode(CHARSET_UTF8, s, out, &d);
	add(w, &d);
}

/* One reading of the piece. What is above the limit stays as it is. */
static void read_once(struct words *w, struct span s, struct buf *out)
{
	struct word word;
	size_t at = 0, start, length = 0;

	w->again = false;
	s = span_some(s);
	for (;;) {
		struct span between;

		start = word_find(s, at, &word, &length);
		if (start < s.n && w->left == 0) {
			w->sum.flaws |= FLAW_BIT(TRUNCATED);
			start = s.n;
		}
		between = span(s.p + at, start - at);
		if (start == s.n || skip_blanks(between, 0) < between.n || w->ends.n == 0) {
			flush(w, out);
			read_text(w, between, out);
		}
		if (start == s.n)
			break;
		w->left--;
		join(w, &word, out);
		at = start + length;
	}
	w->failed |= out->failed;
	if (out->cut)
		w->sum.flaws |= FLAW_BIT(TRUNCATED);
}

struct span words_read(struct words *w, struct span s)
{
	struct buf *text = &w->text[0], *next = &w->text[1];

	buf_clear(text);
	read_once(w, s, text);
	for (unsigned depth = 0; w->again && depth < DEEPEST; depth++) {
		struct buf *swap = text;

		w->sum.flaws |= FLAW_BIT(BAD_WORD);
		w->any = false; /* the outer word's charset says nothing */
		buf_clear(next);
		read_once(w, buf_text(text), next);
		text = next;
		next = swap;
	}
	for (size_t i = 0; i < text->n; i++)
		if (text->p[i] >= '\t' && text->p[i] <= '\r')
			text->p[i] = ' ';
	return span_trim(buf_text(text));
}
