/*
 * The order of the contest, and why:
 *
 * 1. Escapes of ISO-2022-JP decide, since no other charset has them; 8-bit text beside them is read line by line.
 * 2. Without bytes above 7F there is nothing to decide: every label but UTF-16 reads such text alike.
 * 3. Text that is valid UTF-8 is UTF-8, but for one character or few, which come about by chance (two kanji in EUC-JP,
 * four half-width kana, a word in Thai): these compete by likelihood.
 * 4. A label wins where its text is not much less likely than the likeliest candidate's. How much less depends on how
 * well the model of the label's charset knows its texts, and on how often that label is wrong in mail.
 * 5. Then the second label likewise, then the likeliest candidate. Windows-1252 is one of these, so that the accents
 * and quotes of undeclared Western text do not become kanji.
 */
#include <config.h>

#include "decode/contest.h"

#include "base/utf8.h"
#include "decode/likelihood.h"
#include "decode/sink.h"

#define PIECES 8u        /* of a long text are looked at, ... */
#define PIECE_BYTES 256u /* ... each of so many bytes */
#define MOST_LUCK 3u     /* so many two-byte forms of UTF-8, or half as many longer ones, can be an accident */
#define PER_BIT 8u       /* bytes above 7F for which a label is pardoned one bit more, since the models are rough */
#define FAVOUR 6u        /* bits by which a run must be likelier in another charset than in the favoured one */

static const struct candidate {
	enum charset charset;
	enum model model;
} candidates[] = {
	{ CHARSET_SHIFT_JIS, MODEL_SHIFT_JIS },
	{ CHARSET_EUC_JP, MODEL_EUC_JP },
	{ CHARSET_UTF8, MODEL_UTF8 },
};

#define CANDIDATES (sizeof candidates / sizeof candidates[0])

/* The models of the charsets from CHARSET_ICONV on. */
static const unsigned char foreign_models[] = {
#define OWN(id, name, labels)
#define FOREIGN(name, iconv, model, labels) model,
#include "decode/charset.def"
#undef OWN
#undef FOREIGN
};

/* Bits by which a candidate must be likelier than the label. */
static const unsigned char margins[] = {
	[MODEL_SHIFT_JIS] = 10,
	[MODEL_EUC_JP] = 10,
	[MODEL_UTF8] = 0,
	[MODEL_LATIN] = 12,
	[MODEL_CENTRAL] = 12,
	[MODEL_SCRIPT] = 10,
	[MODEL_GB] = 10,
	[MODEL_BIG5] = 10,
	[MODEL_KOREAN] = 10,
	[MODEL_OTHER] = 20,
};

/* What the models look at. */
struct sample {
	struct span pieces[PIECES];
	size_t n;
	size_t bytes, high; /* high: those above 7F */
};

static void sample_add(struct sample *s, struct span piece)
{
	for (size_t i = 0; i < piece.n; i++)
		s->high += (unsigned char)piece.p[i] >> 7;
	s->bytes += piece.n;
	s->pieces[s->n++] = piece;
}

/*
 * The text from the byte before the first above 7F on; of a long one pieces from all over it, so that its beginning
 * does not decide alone. They begin with a byte that is a character by itself in every charset; where there is none
 * they are left out.
 */
static void sample_take(struct span text, struct sample *s)
{
	size_t first = sink_seven(text), step;

	*s = (struct sample){ .n = 0 };
	text = span_from(text, first > 0 ? first - 1 : 0);
	if (text.n <= PIECES * PIECE_BYTES) {
		sample_add(s, text);
		return;
	}
	step = (text.n - PIECE_BYTES) / (PIECES - 1);
	for (size_t i = 0; i < PIECES; i++) {
		struct span piece = span(text.p + i * step, PIECE_BYTES);
		size_t start = 0;

		while (i > 0 && start < piece.n && (unsigned char)piece.p[start] >= 0x30)
			start++;
		if (start < piece.n)
			sample_add(s, span_from(piece, start));
	}
}

static size_t bits_in(enum model m, const struct sample *s)
{
	size_t bits = 0;

	for (size_t i = 0; i < s->n; i++)
		bits += likelihood(m, s->pieces[i]);
	return bits;
}

/* The likeliest candidate, where the favoured one needs FAVOUR bits less. */
static enum charset likeliest(const struct sample *s, enum charset favoured, size_t *bits)
{
	enum charset best = CHARSET_NONE;

	*bits = SIZE_MAX;
	for (size_t i = 0; i < CANDIDATES; i++) {
		size_t sum = bits_in(candidates[i].model, s) + (candidates[i].charset == favoured ? 0 : FAVOUR);

		if (sum < *bits) {
			*bits = sum;
			best = candidates[i].charset;
		}
	}
	return best;
}

enum utf8 { UTF8_NO, UTF8_MAYBE, UTF8_YES };

/* A character that the end of the text cuts off does no harm. */
static enum utf8 is_utf8(struct span text)
{
	bool cut;
	size_t valid = utf8_valid(text, &cut), luck = 0;

	if (valid < text.n && !cut)
		return UTF8_NO;
	for (size_t i = sink_seven(text); i < valid; i++) {
		unsigned char c = (unsigned char)text.p[i];

		luck += c < 0xC0 ? 0 : c < 0xE0 ? 1 : 2;
		if (luck > MOST_LUCK)
			return UTF8_YES;
	}
	return UTF8_MAYBE;
}

enum charset contest_run(struct span run, enum charset favoured)
{
	struct sample s;
	size_t bits;

	if (is_utf8(run) == UTF8_YES)
		return CHARSET_UTF8;
	sample_take(run, &s);
	return likeliest(&s, favoured, &bits);
}

bool contest_model(enum charset c, enum model *m)
{
	if (c >= CHARSET_ICONV) {
		*m = (enum model)foreign_models[c - CHARSET_ICONV];
		return true;
	}
	for (size_t i = 0; i < CANDIDATES; i++)
		if (candidates[i].charset == c) {
			*m = candidates[i].model;
			return true;
		}
	return false;
}

/* Whether text can be in the declared charset, where the likeliest one takes `best` bits. */
static bool holds(enum charset label, const struct sample *s, size_t best)
{
	enum model m;

	return contest_model(label, &m) && bits_in(m, s) <= best + margins[m] + s->high / PER_BIT;
}

/*
 * Whether the text is so ordinary as Shift_JIS or EUC-JP, as declared, that the others need not be asked: at most five
 * bits for a byte above 7F. Kana take seven for two of them, common kanji ten to twelve; text of the other charset
 * takes seven and more for each byte.
 */
static bool is_ordinary(enum charset label, const struct sample *s)
{
	enum model m = label == CHARSET_SHIFT_JIS ? MODEL_SHIFT_JIS : MODEL_EUC_JP;

	if (label != CHARSET_SHIFT_JIS && label != CHARSET_EUC_JP)
		return false;
	return bits_in(m, s) * 2 <= 10 * s->high + 14 * (s->bytes - s->high);
}

static enum charset eight_bit(enum charset label, enum charset hint, struct span text)
{
	enum utf8 utf8 = is_utf8(text);
	struct sample s;
	enum charset c;
	size_t best;

	if (utf8 == UTF8_YES || (utf8 == UTF8_MAYBE && label == CHARSET_UTF8))
		return CHARSET_UTF8;
	sample_take(text, &s);
	if (is_ordinary(label, &s))
		return label;
	c = likeliest(&s, CHARSET_NONE, &best);
	best -= FAVOUR;
	if (holds(label, &s, best))
		return label;
	if (holds(hint, &s, best))
		return hint;
	return bits_in(MODEL_LATIN, &s) < best ? charset_find(span_str("windows-1252")) : c;
}

static bool is_utf16(enum charset c)
{
	return c == CHARSET_UTF16 || c == CHARSET_UTF16LE || c == CHARSET_UTF16BE;
}

/*
 * UTF-16 only where it is declared or marked, and then only where it makes sense: plain text under that label is read
 * as what it is. Without a mark the likelier byte order is taken, whatever the label says.
 */
static bool utf16(enum charset label, struct span text, enum charset *c)
{
	bool marked = text.n >= 2 && (memcmp(text.p, "\xFE\xFF", 2) == 0 || memcmp(text.p, "\xFF\xFE", 2) == 0);
	struct span start = span(text.p, text.n < PIECES * PIECE_BYTES ? text.n : PIECES * PIECE_BYTES);
	size_t big, little, others = SIZE_MAX;
	enum charset order;

	if (!marked && !is_utf16(label))
		return false;
	big = likelihood(MODEL_UTF16BE, start);
	little = likelihood(MODEL_UTF16LE, start);
	for (size_t i = 0; i < CANDIDATES; i++) {
		size_t bits = likelihood(candidates[i].model, start);

		others = bits < others ? bits : others;
	}
	if (big > others && little > others)
		return false;
	order = little < big || (little == big && label == CHARSET_UTF16LE) ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	if (marked)
		*c = is_utf16(label) ? label : CHARSET_UTF16;
	else
		*c = label == CHARSET_UTF16 && order == CHARSET_UTF16BE ? label : order;
	return true;
}

enum escapes { ESCAPES_NONE, ESCAPES_DOUBTFUL, ESCAPES_GOOD };

/* Bytes of the escape at p that leads into kana or a two-byte set of ISO-2022-JP; 0 for others. */
static size_t escape_length(const char *p, size_t left)
{
	static const char *const known[] = { "$B", "$@", "$(B", "$(@", "$(D", "$(O", "$(Q", "(I" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		size_t n = strlen(known[i]);

		if (left > n && memcmp(p + 1, known[i], n) == 0)
			return 1 + n;
	}
	return 0;
}

/*
 * Good are those with what belongs there behind them up to the next escape or line end: 7-bit bytes, and but for kana
 * an even number of them.
 */
static enum escapes find_escapes(struct span text)
{
	const char *p = text.p, *end = text.p + text.n;
	enum escapes found = ESCAPES_NONE;

	while (p < end && (p = memchr(p, 0x1B, (size_t)(end - p))) != NULL) {
		size_t n = escape_length(p, (size_t)(end - p)), run = 0;
		bool kana = n == 3 && p[1] == '(';

		p += n > 0 ? n : 1;
		if (n == 0)
			continue;
		found = ESCAPES_DOUBTFUL;
		while (p + run < end && p[run] >= 0x20 && p[run] < 0x7F)
			run++;
		p += run;
		if (run > 0 && (kana || run % 2 == 0) && (p == end || *p == 0x1B || *p == '\r' || *p == '\n'))
			return ESCAPES_GOOD;
	}
	return found;
}

/* Labels that say nothing of 8-bit text. */
static bool is_mute(enum charset c)
{
	return c == CHARSET_NONE || c == CHARSET_UNKNOWN || c == CHARSET_ASCII || c == CHARSET_ISO2022JP;
}

static enum charset decide(enum charset label, enum charset hint, struct span text)
{
	enum escapes escapes = find_escapes(text);
	bool high = sink_seven(text) < text.n;
	enum charset c;

	if (escapes == ESCAPES_GOOD)
		return CHARSET_ISO2022JP;
	if (escapes == ESCAPES_DOUBTFUL && (!high || (is_mute(label) && is_utf8(text) != UTF8_YES)))
		return CHARSET_ISO2022JP;
	if (utf16(label, text, &c))
		return c;
	if (high)
		return eight_bit(label, hint, text);
	return label == CHARSET_NONE || label == CHARSET_UNKNOWN || is_utf16(label) ? CHARSET_ASCII : label;
}

enum charset charset_contest(enum charset label, enum charset hint, struct span bytes, flaw_set *flaws)
{
	enum charset used = decide(label, hint, span_some(bytes));
	bool holds_label = used == label || (label == CHARSET_UTF16 && is_utf16(used));

	if (label == CHARSET_UNKNOWN)
		*flaws |= FLAW_BIT(UNKNOWN_CHARSET);
	else if (label == CHARSET_NONE && used != CHARSET_ASCII && used != hint)
		*flaws |= FLAW_BIT(UNDECLARED);
	else if (label != CHARSET_NONE && !holds_label)
		*flaws |= FLAW_BIT(LABEL_WRONG);
	return used;
}
