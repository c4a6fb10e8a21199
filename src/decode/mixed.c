#include <config.h>

#include "decode/mixed.h"

#include "base/utf8.h"
#include "decode/contest.h"
#include "decode/likelihood.h"
#include "decode/sink.h"

#define ESC 0x1B
#define STRETCH 4u /* characters of UTF-8 in a row that are no accident */
#define FAVOUR 6u  /* bits by which a piece must be likelier in another charset than in that of the whole */

bool mixed_label(enum charset c)
{
	enum model m;

	return contest_model(c, &m) && (m == MODEL_UTF8 || m == MODEL_SHIFT_JIS || m == MODEL_EUC_JP || m == MODEL_GB ||
	    m == MODEL_BIG5 || m == MODEL_KOREAN);
}

bool mixed_may_be(const struct mixed *m)
{
	enum model model;

	return m->label != m->used && mixed_label(m->label) &&
	       (contest_model(m->used, &model) || m->used == CHARSET_ISO2022JP) && sink_seven(m->text) < m->text.n;
}

/* The end of a line, or a '<': none is the second byte of a character, but for '<' after an escape. */
static void find_end(struct mixed *m)
{
	const char *p = m->text.p;
	size_t at = m->at;

	m->escapes = false;
	for (; at < m->text.n && p[at] != '\n' && p[at] != '\r'; at++) {
		if (p[at] == ESC)
			m->escapes = true;
		else if (p[at] == '<' && at > m->at && !m->escapes)
			break;
	}
	m->end = at < m->text.n && p[at] != '<' ? at + 1 : at;
}

/* Where a stretch of UTF-8 begins in the piece, and its length; piece.n where there is none. */
static size_t find_stretch(struct span piece, size_t *length)
{
	for (size_t at = 0, n; at < piece.n; at += n > 0 ? n : 1) {
		struct span rest = span_from(piece, at);
		unsigned long_forms = 0;

		at += sink_seven(rest);
		rest = span_from(piece, at);
		n = utf8_valid(rest, NULL);
		for (size_t i = 0; i < n; i++)
			long_forms += (unsigned char)rest.p[i] >= 0xE0;
		*length = n;
		if (long_forms >= STRETCH)
			return at;
	}
	return piece.n;
}

/*
 * The charset that the piece is likeliest in, where that of the whole needs FAVOUR bits less. A third one is out of the
 * question where there is a label: a line can tell of garbled text, and hold some.
 */
static enum charset weigh(const struct mixed *m, struct span piece)
{
	const enum charset charsets[] = { m->used, m->label, CHARSET_UTF8, CHARSET_SHIFT_JIS, CHARSET_EUC_JP };
	size_t n = mixed_label(m->label) && m->used != CHARSET_ISO2022JP ? 2 : 5, least = SIZE_MAX;
	enum charset best = m->used;

	for (size_t i = 0; i < n; i++) {
		enum model model;
		size_t bits;

		if (!contest_model(charsets[i], &model))
			continue;
		bits = likelihood(model, piece) + (charsets[i] == m->used ? 0 : FAVOUR);
		if (bits < least) {
			least = bits;
			best = charsets[i];
		}
	}
	return best;
}

/* The piece that begins at m->at, and its charset; CHARSET_NONE where it reads alike in all. */
static size_t next_piece(struct mixed *m, enum charset *ret)
{
	size_t from, length = 0;
	struct span piece;

	if (m->at == m->end)
		find_end(m);
	piece = span(m->text.p + m->at, m->end - m->at);
	*ret = m->escapes ? CHARSET_ISO2022JP : CHARSET_NONE;
	if (m->escapes || sink_seven(piece) == piece.n)
		return piece.n;
	if (m->label == CHARSET_UTF8) {
		from = find_stretch(piece, &length);
		if (from == 0) {
			*ret = CHARSET_UTF8;
			return length;
		}
		piece.n = from;
	}
	*ret = weigh(m, piece);
	return piece.n;
}

bool mixed_run(struct mixed *m, struct span *run, enum charset *ret)
{
	size_t from = m->at;

	*ret = CHARSET_NONE;
	while (m->at < m->text.n) {
		enum charset c;
		size_t n = next_piece(m, &c);

		if (c != CHARSET_NONE && *ret != CHARSET_NONE && c != *ret)
			break;
		*ret = c != CHARSET_NONE ? c : *ret;
		m->at += n;
	}
	if (*ret == CHARSET_NONE)
		*ret = m->used;
	*run = span(m->text.p + from, m->at - from);
	return run->n > 0;
}
