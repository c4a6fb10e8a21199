#include <config.h>

#include "decode/contest.h"

#include "base/utf8.h"
#include "decode/likelihood.h"

#define SAMPLE 16384u    /* bytes that the models look at, from the first byte above 7F on */
#define MARGIN 20u       /* bits by which another charset must be likelier than a declared one ... */
#define MARGIN_PER_BYTE 1u /* ... and for each byte above 7F, since the models are rough */

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

static size_t plain(struct span bytes)
{
	size_t i = 0;

	for (; bytes.n - i >= 8; i += 8) {
		uint64_t eight;

		memcpy(&eight, bytes.p + i, 8);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (i < bytes.n && (unsigned char)bytes.p[i] < 0x80)
		i++;
	return i;
}

static struct span sample(struct span bytes)
{
	struct span s = span_from(bytes, plain(bytes));

	if (s.n > SAMPLE)
		s.n = SAMPLE;
	return s;
}

static size_t count_high(struct span bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i++)
		n += (unsigned char)bytes.p[i] >> 7;
	return n;
}

/* ESC $ B and its like; SoftBank's pictograms begin with ESC $ too. */
static bool has_escape(struct span bytes)
{
	const char *p = bytes.p, *end = bytes.p + bytes.n;

	while (p < end && (p = memchr(p, 0x1B, (size_t)(end - p))) != NULL) {
		if (end - p >= 3 && p[1] == '$' && (p[2] == 'B' || p[2] == '@' || p[2] == '('))
			return true;
		if (end - p >= 4 && p[1] == '(' && p[2] == 'I')
			return true;
		p++;
	}
	return false;
}

/* The likeliest candidate; `favoured` where two are equal. */
static enum charset likeliest(struct span bytes, enum charset favoured, size_t *bits)
{
	enum charset best = favoured;

	*bits = SIZE_MAX;
	for (size_t i = 0; i < CANDIDATES; i++) {
		size_t sum = likelihood(candidates[i].model, bytes).bits;

		if (sum < *bits || (sum == *bits && candidates[i].charset == favoured)) {
			*bits = sum;
			best = candidates[i].charset;
		}
	}
	return best;
}

enum charset contest_run(struct span run, enum charset favoured)
{
	size_t bits;

	if (utf8_valid(run, NULL) == run.n)
		return CHARSET_UTF8;
	return likeliest(sample(run), favoured, &bits);
}

/* The model of a charset that 8-bit text can be in; false for the others. */
static bool model_of(enum charset c, enum model *m)
{
	for (size_t i = 0; i < CANDIDATES; i++)
		if (candidates[i].charset == c) {
			*m = candidates[i].model;
			return true;
		}
	if (c < CHARSET_ICONV)
		return false;
	*m = foreign_models[c - CHARSET_ICONV];
	return true;
}

static bool holds(enum charset label, struct span bytes, size_t best)
{
	enum model m;

	return model_of(label, &m) && likelihood(m, bytes).bits <= best + MARGIN + MARGIN_PER_BYTE * count_high(bytes);
}

static enum charset eight_bit(enum charset label, enum charset hint, struct span bytes)
{
	size_t best, latin;
	enum charset c;

	if (label >= CHARSET_UTF16 && label <= CHARSET_UTF16BE)
		return label;
	if (utf8_valid(bytes, NULL) == bytes.n)
		return CHARSET_UTF8;
	bytes = sample(bytes);
	c = likeliest(bytes, CHARSET_SHIFT_JIS, &best);
	if (holds(label, bytes, best))
		return label;
	if (holds(hint, bytes, best))
		return hint;
	latin = likelihood(MODEL_LATIN, bytes).bits;
	return latin < best ? charset_find(span_str("windows-1252")) : c;
}

static enum charset decide(enum charset label, enum charset hint, struct span bytes)
{
	if (has_escape(bytes))
		return CHARSET_ISO2022JP;
	if (plain(bytes) < bytes.n)
		return eight_bit(label, hint, bytes);
	return label == CHARSET_NONE || label == CHARSET_UNKNOWN ? CHARSET_ASCII : label;
}

enum charset charset_contest(enum charset label, enum charset hint, struct span bytes, flaw_set *flaws)
{
	enum charset used = decide(label, hint, bytes);

	if (label == CHARSET_UNKNOWN)
		*flaws |= FLAW_BIT(UNKNOWN_CHARSET);
	else if (label == CHARSET_NONE && used != CHARSET_ASCII && used != hint)
		*flaws |= FLAW_BIT(UNDECLARED);
	else if (label != CHARSET_NONE && used != label)
		*flaws |= FLAW_BIT(LABEL_WRONG);
	return used;
}
