/*
 * A state machine of our own, because every library's stops or lies where real mail goes on: NEC and IBM characters,
 * kana in four spellings, 8-bit text between the escapes, cut escapes. What it holds to:
 *
 * 1. A line end returns to ASCII (RFC 1468: a line begins and ends in ASCII), so nothing lost harms the next line.
 * 2. An escape that is none is one U+FFFD; what follows it is read in the set that was in force.
 * 3. Escapes that change nothing write nothing: joined encoded-words are full of them. (WHATWG's decoder writes
 * U+FFFD.)
 * 4. A stray byte must not shift the pairs after it (see phase()).
 *
 * Not handled: ISO-2022-JP-2's Chinese, Korean and high-half sets, the second plane of JIS X 0213, and text whose ESC
 * bytes were all lost ($BF|K\(B), which every mail program shows as it stands.
 */
#include <config.h>

#include "decode/contest.h"
#include "decode/japanese.h"
#include "decode/utf.h"

#define ESC 0x1B
#define SO 0x0E /* kana in 7 bits follow ... */
#define SI 0x0F /* ... up to here (JIS X 0201, 7-bit) */

enum set { ASCII, ROMAN, KANA, X0208, X0212, UNCHANGED };

static const struct {
	char seq[4];
	enum set set;
} escapes[] = {
	{ "$B", X0208 },
	{ "(B", ASCII },
	{ "(J", ROMAN },
	{ "(I", KANA },
	{ "$@", X0208 }, /* RFC 1468, JIS X 0201 */
	{ "$(B", X0208 },
	{ "$(@", X0208 },
	{ "$(D", X0212 }, /* the four-byte spellings of ISO 2022, RFC 1554 */
	{ "$(O", X0208 },
	{ "$(Q", X0208 },    /* JIS X 0213, whose first plane holds JIS X 0208 */
	{ "(H", ASCII },     /* a Swedish set that old Japanese mailers wrote for Roman */
	{ "&@", UNCHANGED }, /* "the 1990 revision": stands before ESC $ B */
	{ ")I", UNCHANGED },
	{ ")J", UNCHANGED },
	{ ".A", UNCHANGED }, /* high halves of ISO 8859 (RFC 1554), which only ESC N would call up */
	{ ".F", UNCHANGED },
};

struct jis {
	const unsigned char *p, *end;
	const unsigned char *stretch; /* end of the run between two escapes or line ends, where it is known: beyond p */
	struct sink *s;
	enum set set;
	bool shifted;       /* between SO and SI */
	enum charset guess; /* what 8-bit text was taken for last */
	flaw_set flaws;
};

static bool is_seven(unsigned char c)
{
	return c >= 0x21 && c <= 0x7E;
}

/* The end of the present stretch. Found once a stretch, so the whole stays linear. */
static const unsigned char *stretch_end(struct jis *j)
{
	if (j->stretch <= j->p) {
		j->stretch = j->p + 1;
		while (j->stretch < j->end && *j->stretch != ESC && *j->stretch != '\n' && *j->stretch != '\r')
			j->stretch++;
	}
	return j->stretch;
}

/* The bytes of an escape that is none: of one cut by the end or a line end those that are left, else the ESC alone. */
static size_t cut_escape(const struct jis *j)
{
	const unsigned char *p = j->p + 1;

	while (p < j->end && p < j->p + 3 && memchr("$()&", *p, 4) != NULL)
		p++;
	if ((j->set == X0208 || j->set == X0212) && (p == j->end || *p == '\r' || *p == '\n'))
		return (size_t)(p - j->p);
	return 1;
}

static void escape(struct jis *j)
{
	size_t left = (size_t)(j->end - j->p) - 1, n;

	for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
		n = escapes[i].seq[2] == '\0' ? 2 : 3;
		if (left < n || memcmp(j->p + 1, escapes[i].seq, n) != 0)
			continue;
		if (escapes[i].set != UNCHANGED)
			j->set = escapes[i].set;
		j->shifted = false;
		j->p += 1 + n;
		return;
	}
	n = softbank_length(j->p, j->end);
	if (n > 0) {
		sink_put(j->s, GETA);
		j->p += n;
		return;
	}
	sink_bad(j->s);
	j->p += cut_escape(j);
}

/*
 * Whether an even number of bytes stands from q to the end of the stretch: then q is where a pair begins, if nothing
 * else is broken there.
 */
static bool phase(struct jis *j, const unsigned char *q)
{
	return (stretch_end(j) - q) % 2 == 0;
}

/* Decode 8-bit text that has no business here as what it most likely is. */
static void eight_as(struct jis *j, const unsigned char *end, enum charset favoured)
{
	struct span run = span((const char *)j->p, (size_t)(end - j->p));

	j->guess = contest_run(run, favoured);
	j->flaws |= FLAW_BIT(LABEL_WRONG);
	if (j->guess == CHARSET_UTF8)
		utf8_decode(run, j->s);
	else if (j->guess == CHARSET_EUC_JP)
		eucjp_decode(run, j->s);
	else
		cp932_decode(run, j->s);
	j->p = end;
}

/* 8-bit bytes within pairs: JIS with its top bits set, or another charset, or one stray byte. */
static void eight_in_pairs(struct jis *j)
{
	const unsigned char *q = j->p;

	while (q < j->end && *q >= 0x80)
		q++;
	if (q - j->p > 1) {
		eight_as(j, q, CHARSET_EUC_JP);
		return;
	}
	/* Alone: inserted between two pairs, or written over the first byte of one. */
	sink_bad(j->s);
	j->p = phase(j, q) || q == j->end || !is_seven(*q) ? q : q + 1;
}

/* JIS X 0201's kana, in 7 bits or (with the top bit gone) in 8. Between SO and SI other bytes mean themselves. */
static void kana(struct jis *j, unsigned char c)
{
	if (c >= 0x21 && c <= 0x5F)
		sink_put(j->s, 0xFF61u + c - 0x21u);
	else if (*j->p > 0x7F || (c > 0x5F && !j->shifted))
		sink_bad(j->s);
	else
		sink_put(j->s, c);
	j->p++;
}

static void eight(struct jis *j)
{
	if (j->set == X0208 || j->set == X0212)
		eight_in_pairs(j);
	else if (j->set != KANA && !j->shifted)
		eight_as(j, stretch_end(j), j->guess);
	else
		kana(j, *j->p & 0x7F);
}

static void cell(struct jis *j, unsigned char lead, unsigned char trail)
{
	unsigned i = (lead - 0x21u) * JIS_CELLS + trail - 0x21u;
	uint16_t cp = j->set == X0208 ? jis_x0208[i] : i < 94 * JIS_CELLS ? jis_x0212[i] : 0;

	if (cp != 0)
		sink_put(j->s, cp);
	else
		sink_bad(j->s);
}

/* A lead byte without its trail. */
static void broken_pair(struct jis *j)
{
	const unsigned char *q = j->p + 1;

	sink_bad(j->s);
	if (q < j->end && *q == ' ') {
		j->p += 2; /* the blank stands in the place of the trail */
	} else if (j->end - q >= 2 && *q >= 0x80 && is_seven(q[1]) && !phase(j, q + 1)) {
		cell(j, *j->p, q[1]); /* a stray byte was put between the two */
		j->p += 3;
	} else {
		j->p++;
	}
}

/*
 * A blank between pairs is one (many mailers write it so); before half a pair it is damage, and stands for the first
 * half.
 */
static bool blank_is_damage(const struct jis *j)
{
	ptrdiff_t left = j->end - j->p;

	return left >= 2 && is_seven(j->p[1]) && !(left >= 3 && is_seven(j->p[2]));
}

/* JIS X 0208 and 0212: pairs as long as there are any, else one odd byte. 7F is row 95, for user-defined characters. */
static void pairs(struct jis *j)
{
	const unsigned char *start = j->p;

	while (j->end - j->p >= 2 && j->p[0] >= 0x21 && j->p[0] <= 0x7F && is_seven(j->p[1]) && !j->s->full) {
		cell(j, j->p[0], j->p[1]);
		j->p += 2;
	}
	if (j->p > start)
		return;
	if (*j->p > ' ') {
		broken_pair(j);
		return;
	}
	if (*j->p == ' ' && blank_is_damage(j))
		sink_bad(j->s);
	else
		sink_put(j->s, *j->p);
	j->p++;
}

static void single(struct jis *j)
{
	unsigned char c = *j->p;

	if (j->shifted || j->set == KANA) {
		kana(j, c);
	} else if (j->set == ROMAN) {
		sink_put(j->s, c == 0x5C ? 0xA5 : c == 0x7E ? 0x203E : c);
		j->p++;
	} else {
		size_t n = sink_plain(j->p, j->end);

		sink_copy(j->s, j->p, n);
		j->p += n;
	}
}

flaw_set iso2022jp_decode(struct span bytes, struct sink *s)
{
	const unsigned char *start = (const unsigned char *)bytes.p;
	struct jis j = { .p = start, .end = start + bytes.n, .stretch = start, .s = s, .guess = CHARSET_SHIFT_JIS };

	while (j.p < j.end && !s->full) {
		unsigned char c = *j.p;

		if (c == ESC) {
			escape(&j);
		} else if (c == '\n' || c == '\r') {
			j.set = ASCII;
			j.shifted = false;
			sink_put(s, c);
			j.p++;
		} else if (c == SO || c == SI) {
			j.shifted = c == SO;
			j.p++;
		} else if (c >= 0x80) {
			eight(&j);
		} else if (!j.shifted && (j.set == X0208 || j.set == X0212)) {
			pairs(&j);
		} else {
			single(&j);
		}
	}
	return j.flaws;
}
