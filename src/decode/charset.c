#include <config.h>

#include "decode/charset.h"

#include <errno.h>
#include <stdlib.h>

#include "decode/bits.h"
#include "decode/foreign.h"
#include "decode/japanese.h"
#include "decode/likelihood.h"
#include "decode/mixed.h"
#include "decode/utf.h"

#define LONGEST_LABEL 64u /* letters and digits; none on the list has as many */

/* A row for each value of enum charset. The last OWN row of charset.def is UTF16BE, so the first FOREIGN is
 * CHARSET_ICONV. */
static const struct {
	const char *name, *iconv, *labels;
	bool ascii; /* bytes below 80 are ASCII, and nothing before them changes that */
} charsets[] = {
	[CHARSET_UNKNOWN] = { "unknown", NULL, "", true },
#define OWN(id, name, labels) [CHARSET_##id] = { name, NULL, labels, true },
#define FOREIGN(name, iconv, model, labels) { name, iconv, labels, model != MODEL_OTHER },
#include "decode/charset.def"
#undef OWN
#undef FOREIGN
};

#define CHARSETS (sizeof charsets / sizeof charsets[0])

/* Every label, sorted. Written by charset_init() alone. */
static struct label {
	struct span text;
	enum charset charset;
} * labels;
static size_t nlabels;

static int compare(const void *a, const void *b)
{
	struct span s = ((const struct label *)a)->text, t = ((const struct label *)b)->text;
	int order = memcmp(s.p, t.p, s.n < t.n ? s.n : t.n);

	return order != 0 ? order : (s.n > t.n) - (s.n < t.n);
}

/* The words of every row; counted where `out` is NULL. */
static size_t collect(struct label *out)
{
	size_t n = 0;

	for (size_t c = 0; c < CHARSETS; c++)
		for (const char *p = charsets[c].labels; *p != '\0';) {
			size_t length = strcspn(p, " ");

			if (out != NULL)
				out[n] = (struct label){ span(p, length), (enum charset)c };
			n++;
			p += length;
			p += strspn(p, " ");
		}
	return n;
}

int charset_init(void)
{
	int r;

	if (labels != NULL)
		return 0;
	for (size_t c = 0; c < CHARSETS; c++)
		if (charsets[c].iconv != NULL)
			foreign_keep(charsets[c].iconv);
	r = cp932_init();
	if (r < 0)
		return r;
	bits_init();
	labels = malloc(collect(NULL) * sizeof *labels);
	if (labels == NULL)
		return -ENOMEM;
	nlabels = collect(labels);
	qsort(labels, nlabels, sizeof *labels, compare);
	return 0;
}

static const struct label *look_up(const char *p, size_t n)
{
	struct label key = { .text = span(p, n) };

	return bsearch(&key, labels, nlabels, sizeof *labels, compare);
}

enum charset charset_find(struct span label)
{
	char text[LONGEST_LABEL];
	const struct label *found;
	size_t n = 0;

	for (size_t i = 0; i < label.n; i++) {
		unsigned char c = (unsigned char)label.p[i], lower = c | 0x20;

		if (memchr("*;$", c, 3) !=
		    NULL) /* RFC 2231's language; a parameter behind a lost quote; "iso-2022-jp$ESC" */
			break;
		if ((c < '0' || c > '9') && (lower < 'a' || lower > 'z'))
			continue;
		if (n == sizeof text)
			return CHARSET_UNKNOWN;
		text[n++] = (char)lower;
	}
	if (n == 0)
		return CHARSET_NONE;
	found = look_up(text, n);
	if (found == NULL && text[0] == 'x')
		found = look_up(text + 1, n - 1);
	else if (found == NULL && n > 2 && text[0] == 'c' && text[1] == 's')
		found = look_up(text + 2, n - 2);
	return found != NULL ? found->charset : CHARSET_UNKNOWN;
}

const char *charset_name(enum charset c)
{
	return charsets[c].name;
}

/*
 * What stands before the first byte above 7F needs no converter, and most texts end there. The last byte before it goes
 * to the converter: an accent may follow.
 */
static void foreign(enum charset c, struct span bytes, struct sink *s)
{
	size_t plain = charsets[c].ascii ? sink_seven(bytes) : 0;

	if (plain > 0 && plain < bytes.n)
		plain--;
	sink_copy(s, (const unsigned char *)bytes.p, plain);
	if (plain < bytes.n)
		foreign_decode(charsets[c].iconv, span_from(bytes, plain), s);
}

static flaw_set decode_as(enum charset c, struct span bytes, struct sink *s)
{
	switch (c) {
	case CHARSET_UTF8:
		utf8_decode(bytes, s);
		return 0;
	case CHARSET_ISO2022JP:
		return iso2022jp_decode(bytes, s);
	case CHARSET_SHIFT_JIS:
		cp932_decode(bytes, s);
		return 0;
	case CHARSET_EUC_JP:
		eucjp_decode(bytes, s);
		return 0;
	case CHARSET_UTF7:
		utf7_decode(bytes, s);
		return 0;
	case CHARSET_UTF16:
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		utf16_decode(bytes, c == CHARSET_UTF16LE, s);
		return 0;
	case CHARSET_NONE:
	case CHARSET_UNKNOWN:
	case CHARSET_ASCII:
		ascii_decode(bytes, s);
		return 0;
	default:
		foreign(c, bytes, s);
		return 0;
	}
}

/* Run by run (mixed.h), or all as `m.used`. */
static void decode(struct mixed m, bool mixed, struct buf *out, struct decoded *ret)
{
	size_t before = out->n;
	struct span run = m.text;
	enum charset c = m.used;
	flaw_set flaws = 0;
	struct sink s;

	sink_open(&s, out);
	if (!mixed)
		flaws = decode_as(c, run, &s);
	while (mixed && !s.full && mixed_run(&m, &run, &c))
		flaws |= decode_as(c, run, &s);
	sink_close(&s);
	if (s.replaced > 0)
		flaws |= FLAW_BIT(UNDECODABLE);
	if (out->n > before && memchr(out->p + before, '\0', out->n - before) != NULL)
		flaws |= FLAW_BIT(NUL);
	*ret = (struct decoded){ .used = m.used, .replaced = s.replaced, .flaws = flaws };
}

void charset_decode(enum charset c, struct span bytes, struct buf *out, struct decoded *ret)
{
	decode((struct mixed){ .text = span_some(bytes), .used = c }, false, out, ret);
}

void charset_read(enum charset label, enum charset hint, struct span bytes, struct buf *out, struct decoded *ret)
{
	flaw_set flaws = 0;
	enum charset used = charset_contest(label, hint, bytes, &flaws);
	struct mixed m = { .text = span_some(bytes), .label = mixed_label(label) ? label : hint, .used = used };
	bool mixed = mixed_may_be(&m), cut = out->cut;
	size_t before = out->n;

	decode(m, mixed, out, ret);
	if (!mixed && ret->replaced > 0 && used != label && used != hint && mixed_label(used)) {
		out->n = before;
		out->cut = cut;
		decode(m, true, out, ret);
	}
	ret->flaws |= flaws;
}
