#include <config.h>

#include "decode/unfold.h"

#include "base/utf8.h"
#include "decode/edge.h"
#include "decode/words.h"

#define ESC 0x1B
#define TO_ASCII "\x1b(B"

static bool is_eol(char c)
{
	return c == '\r' || c == '\n';
}

static size_t eol_at(struct span s, size_t from)
{
	while (from < s.n && !is_eol(s.p[from]))
		from++;
	return from;
}

/* Behind the fold at `at`: line ends, then blanks. */
static size_t after_fold(struct span s, size_t at)
{
	while (at < s.n && is_eol(s.p[at]))
		at++;
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

static size_t count_high(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (unsigned char)s.p[i] >> 7;
	return n;
}

static bool is_raw(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == ESC)
			return true;
	return false;
}

/* Does the line that begins at `at` go on with the character or run that the one before it broke off? */
static bool continues(enum charset c, struct span s, size_t at, size_t *escape)
{
	if (at == s.n)
		return false;
	if (c != CHARSET_ISO2022JP)
		return (unsigned char)s.p[at] >= (c == CHARSET_UTF8 || c == CHARSET_EUC_JP ? 0x80 : 0x40);
	/* The next escape tells: one back to ASCII has a run before it. Found once for all lines before it. */
	if (*escape < at) {
		const char *p = memchr(s.p + at, ESC, s.n - at);

		*escape = p != NULL ? (size_t)(p - s.p) : s.n;
	}
	return s.n - *escape >= 2 && s.p[*escape + 1] == '(';
}

/* Text in the charset c, without folds. */
static void join_lines(enum charset c, struct span s, struct buf *out)
{
	struct edge e = { .charset = c };
	size_t escape = 0;

	for (size_t at = 0, eol;; at = after_fold(s, eol)) {
		bool inside;

		if (at > 0) {
			inside = edge_inside(&e, buf_text(out));
			if (!inside || !continues(c, s, at, &escape))
				buf_str(out, inside && e.shifted ? TO_ASCII " " : " ");
		}
		eol = eol_at(s, at);
		buf_add(out, s.p + at, eol - at);
		if (eol == s.n)
			break;
	}
}

/*
 * Mailing lists decode encoded-words and put their bytes together, whatever their charsets. Two Japanese characters
 * of UTF-8 in a row, in bytes that are another charset's, are no accident; nor is one kana, but where E3 ends a
 * Shift_JIS kanji and 82 begins the next kana. The length of such a run at `at`, else 0.
 */
static size_t island(enum charset c, struct span s, size_t at)
{
	size_t n = 0;

	while (s.n - at - n >= 3 && (unsigned char)s.p[at + n] >= 0xE2 && (unsigned char)s.p[at + n + 1] < 0xC0 &&
	       utf8_valid(span(s.p + at + n, 3), NULL) == 3)
		n += 3;
	if (n == 3 && c != CHARSET_SHIFT_JIS && (unsigned char)s.p[at] == 0xE3 && (unsigned char)s.p[at + 1] <= 0x83)
		return n;
	return n >= 6 ? n : 0;
}

/* Where the next island begins, and its length; s.n where there is none. UTF-8 has none, and ISO-2022-JP escapes. */
static size_t next_island(enum charset c, struct span s, size_t from, size_t *length)
{
	if (c == CHARSET_ASCII || c == CHARSET_UTF8 || c == CHARSET_ISO2022JP)
		return s.n;
	while (from < s.n && (*length = island(c, s, from)) == 0)
		from++;
	return from;
}

/*
 * The charset that explains what the islands leave. Broken UTF-8 leaves something too: there only the charset that is
 * expected, `near`, is believed, and on more evidence than a cut character gives.
 */
static enum charset beside_islands(enum charset c, enum charset near, enum charset label, struct span s)
{
	struct buf rest = BUF_HEAP;
	size_t length = 0, start, high;
	flaw_set borrowed = 0;
	enum charset other;

	if (c == CHARSET_ISO2022JP || (c == CHARSET_UTF8 && (near == c || utf8_valid(s, NULL) == s.n)))
		return c;
	for (size_t at = 0; at < s.n; at = start + length) {
		start = next_island(near, s, at, &length);
		buf_add(&rest, s.p + at, start - at);
		if (start == s.n)
			break;
	}
	high = count_high(buf_text(&rest));
	other = rest.n == s.n ? c : charset_contest(near, label, buf_text(&rest), &borrowed);
	buf_free(&rest);
	return c != CHARSET_UTF8 || (other == near && high >= 4) ? other : c;
}

/* No header can be in UTF-7 or UTF-16, whatever the body is in. */
static enum charset for_headers(enum charset label)
{
	return label >= CHARSET_UTF7 && label <= CHARSET_UTF16BE ? CHARSET_NONE : label;
}

/* The charset of raw text: a word beside it knows better than the rest of the mail. */
static enum charset charset_of(struct span raw, enum charset label)
{
	struct buf lines = BUF_HEAP;
	struct span bytes = raw;
	struct word word;
	size_t length;
	flaw_set borrowed = 0; /* a label that was not declared for this text cannot be wrong */
	enum charset c, near = CHARSET_NONE;

	if (word_find(raw, 0, &word, &length) < raw.n)
		near = for_headers(charset_find(word.label));
	label = for_headers(label);
	if (near == CHARSET_NONE || near == CHARSET_UNKNOWN || near == CHARSET_ASCII)
		near = label;
	/* Folds inside characters would count against their charset. */
	if (eol_at(raw, 0) < raw.n) {
		for (size_t at = 0, eol; at < raw.n; at = after_fold(raw, eol)) {
			eol = eol_at(raw, at);
			buf_add(&lines, raw.p + at, eol - at);
		}
		bytes = buf_text(&lines);
	}
	c = beside_islands(charset_contest(near, label, bytes, &borrowed), near, label, bytes);
	buf_free(&lines);
	return c == CHARSET_ISO2022JP || count_high(raw) > 0 ? c : CHARSET_ASCII;
}

static void decode(enum charset c, struct span s, struct buf *out, struct decoded *ret)
{
	struct decoded d;

	if (c == CHARSET_ASCII)
		c = CHARSET_UTF8; /* is quicker, and the same here */
	charset_decode(c, s, out, &d);
	ret->replaced += d.replaced;
	ret->flaws |= d.flaws & ~FLAW_BIT(LABEL_WRONG);
}

static void read_text(enum charset c, struct span s, struct buf *scratch, struct buf *out, struct decoded *ret)
{
	size_t start, length = 0;

	if (s.n == 0)
		return;
	if (c != CHARSET_ASCII && is_raw(s))
		ret->flaws |= FLAW_BIT(RAW_HEADER);
	if (eol_at(s, 0) < s.n) {
		buf_clear(scratch);
		join_lines(c, s, scratch);
		s = buf_text(scratch);
	}
	for (size_t at = 0; at < s.n; at = start + length) {
		start = next_island(c, s, at, &length);
		decode(c, span(s.p + at, start - at), out, ret);
		if (start == s.n)
			break;
		decode(CHARSET_UTF8, span(s.p + start, length), out, ret);
	}
}

void unfold(const struct limits *l, struct span raw, enum charset label, struct buf *out, struct decoded *ret)
{
	struct buf scratch = BUF_HEAP;
	struct word word;
	size_t start, length = 0;

	*ret = (struct decoded){ .used = CHARSET_ASCII };
	if (raw.n > l->header_value) {
		raw.n = l->header_value;
		ret->flaws |= FLAW_BIT(TRUNCATED);
	}
	if (is_raw(raw))
		ret->used = charset_of(raw, label);
	for (size_t at = 0; at < raw.n; at = start + length) {
		start = word_find(raw, at, &word, &length);
		read_text(ret->used, span(raw.p + at, start - at), &scratch, out, ret);
		if (start == raw.n)
			break;
		buf_add(out, raw.p + start, length);
	}
	out->failed |= scratch.failed;
	buf_free(&scratch);
}
