#include <config.h>

#include "decode/transfer.h"

/* The base64 alphabet as SIX + value; what else has a meaning; 0 for junk. */
#define SIX 0xC0u
#define PAD 0x80u
#define BLANK 0x40u
static const unsigned char base64[256] = {
	['A'] = 192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212,
	213, 214, 215, 216, 217,
	['a'] = 218, 219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238,
	239, 240, 241, 242, 243,
	['0'] = 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, ['+'] = 254, ['/'] = 255,
	['='] = PAD, ['\t'] = BLANK, ['\n'] = BLANK, ['\r'] = BLANK, [' '] = BLANK,
};

/* Hexadecimal digits as HEX + value. */
#define HEX 0x10u
static const unsigned char hex[256] = {
	['0'] = 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, ['A'] = 26, 27, 28, 29, 30, 31, ['a'] = 26, 27, 28, 29, 30, 31,
};

/*
 * The first word outside comments, so that neither "(made by x) base64" nor "base64; charset=x" nor "\"base64\"" is
 * lost.
 */
static struct span first_word(struct span s)
{
	size_t at = 0, end, comments = 0;

	for (; at < s.n; at++) {
		if (s.p[at] == '(')
			comments++;
		else if (s.p[at] == ')' && comments > 0)
			comments--;
		else if (comments == 0 && strchr(" \t\r\n\";:,'<", s.p[at]) == NULL)
			break;
	}
	for (end = at; end < s.n && strchr(" \t\r\n\";:,'>(", s.p[end]) == NULL; end++)
		;
	return span_from(span(s.p, end), at);
}

enum transfer transfer_find(struct span value)
{
	static const struct {
		const char *name;
		enum transfer t;
	} names[] = {
		{ "base64", TRANSFER_BASE64 }, { "base-64", TRANSFER_BASE64 },
		{ "quoted-printable", TRANSFER_QP }, { "quotedprintable", TRANSFER_QP },
		{ "quoted_printable", TRANSFER_QP },
		{ "x-uuencode", TRANSFER_UUENCODE }, { "uuencode", TRANSFER_UUENCODE },
		{ "x-uue", TRANSFER_UUENCODE }, { "uue", TRANSFER_UUENCODE },
	};
	struct span word = first_word(value);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_is_nocase(word, names[i].name))
			return names[i].t;
	return TRANSFER_IDENTITY;
}

/* What is written through one pointer: never beyond `end`. */
struct writer {
	unsigned char *w, *end;
	bool full;
};

static void put(struct writer *o, unsigned byte)
{
	if (o->w < o->end)
		*o->w++ = (unsigned char)byte;
	else
		o->full = true;
}

/* The bytes that an unfinished quantum of n characters holds. */
static void put_rest(struct writer *o, uint32_t quantum, unsigned n)
{
	if (n >= 2)
		put(o, quantum >> (n == 3 ? 10 : 4));
	if (n == 3)
		put(o, quantum >> 2 & 0xFF);
}

static flaw_set read_base64(const unsigned char *p, const unsigned char *end, struct writer *o)
{
	uint32_t quantum = 0;
	unsigned n = 0;
	bool padded = false, bad = false;

	while (p < end && !o->full) {
		/* Whole quanta: nearly everything. */
		while (n == 0 && end - p >= 4 && o->end - o->w >= 3) {
			uint32_t a = base64[p[0]], b = base64[p[1]], c = base64[p[2]], d = base64[p[3]];

			if ((a & b & c & d) < SIX)
				break;
			a = (a << 18) + (b << 12) + (c << 6) + d - (SIX << 18) - (SIX << 12) - (SIX << 6) - SIX;
			o->w[0] = (unsigned char)(a >> 16);
			o->w[1] = (unsigned char)(a >> 8);
			o->w[2] = (unsigned char)a;
			o->w += 3;
			p += 4;
			bad |= padded;
		}
		if (p == end)
			break;
		if (base64[*p] >= SIX) {
			quantum = quantum << 6 | (base64[*p] - SIX);
			bad |= padded;
			if (++n == 4) {
				put(o, quantum >> 16 & 0xFF);
				put(o, quantum >> 8 & 0xFF);
				put(o, quantum & 0xFF);
				quantum = n = 0;
			}
		} else if (base64[*p] == PAD) {
			bad |= n == 1 || (n == 0 && !padded);
			put_rest(o, quantum, n);
			quantum = n = 0;
			padded = true;
		} else if (base64[*p] == 0) {
			bad = true;
		}
		p++;
	}
	put_rest(o, quantum, n);
	return bad || n > 0 ? FLAW_BIT(BAD_TRANSFER) : 0;
}

static void put_all(struct writer *o, const unsigned char *p, const unsigned char *end)
{
	size_t n = (size_t)(end - p);

	if (n > (size_t)(o->end - o->w)) {
		n = (size_t)(o->end - o->w);
		o->full = true;
	}
	memcpy(o->w, p, n);
	o->w += n;
}

/* What follows a '=': the bytes of it that were understood, 0 where it stands for itself. */
static size_t read_escape(const unsigned char *p, const unsigned char *end, struct writer *o)
{
	const unsigned char *q = p;

	if (end - p >= 2 && (hex[p[0]] & hex[p[1]] & HEX) != 0) {
		put(o, (hex[p[0]] & 0xFu) << 4 | (hex[p[1]] & 0xFu));
		return 2;
	}
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	if (q == end)
		return (size_t)(q - p);
	if (*q == '\r' && end - q >= 2 && q[1] == '\n')
		return (size_t)(q - p) + 2;
	return *q == '\r' || *q == '\n' ? (size_t)(q - p) + 1 : 0;
}

/* From a line's start to its end or to a soft line break, of which *p is left behind. True where the line has ended. */
static bool read_qp_line(const unsigned char **p, const unsigned char *hard, const unsigned char *end, struct writer *o,
    flaw_set *flaws)
{
	while (*p < hard && !o->full) {
		const unsigned char *q = *p, *eq;
		size_t n;

		/* Japanese is nothing but this. */
		for (; hard - q >= 3 && o->w < o->end && *q == '=' && (hex[q[1]] & hex[q[2]] & HEX) != 0; q += 3)
			*o->w++ = (unsigned char)((hex[q[1]] & 0xFu) << 4 | (hex[q[2]] & 0xFu));
		eq = memchr(q, '=', (size_t)(hard - q));
		put_all(o, q, eq != NULL ? eq : hard);
		if (eq == NULL)
			break;
		n = read_escape(eq + 1, end, o);
		if (n == 0 && eq + 1 < end) {
			put(o, '=');
			*flaws |= FLAW_BIT(BAD_TRANSFER);
		}
		*p = eq + 1 + n;
	}
	return *p <= hard;
}

/* Blanks before a line end go, by RFC 2045 6.7 rule 3: they were added on the way. */
static flaw_set read_qp(const unsigned char *p, const unsigned char *end, struct writer *o)
{
	flaw_set flaws = 0;

	while (p < end && !o->full) {
		const unsigned char *eol = memchr(p, '\n', (size_t)(end - p));
		const unsigned char *stop = eol != NULL ? eol : end, *hard = stop;

		while (hard > p && (hard[-1] == ' ' || hard[-1] == '\t' || hard[-1] == '\r'))
			hard--;
		if (!read_qp_line(&p, hard, end, o, &flaws))
			continue;
		if (stop > hard && stop[-1] == '\r')
			put(o, '\r');
		if (eol != NULL)
			put(o, '\n');
		p = eol != NULL ? eol + 1 : end;
	}
	return flaws;
}

/* The length that the first character of a uuencoded line gives; 64 where it gives none. */
static unsigned uu_length(unsigned char c)
{
	return c < 0x20 || c > 0x60 ? 64 : (c - 0x20u) & 0x3F;
}

/* One line: "M", then 60 characters for 45 bytes. Blanks at its end, which are zero bits, may have been lost. */
static bool read_uu_line(const unsigned char *p, size_t n, struct writer *o)
{
	unsigned length = uu_length(p[0]);
	bool good = length < 64;

	if (!good)
		return false;
	for (size_t i = 1; length > 0 && i < n; i += 4) {
		uint32_t v = 0;

		for (size_t k = i; k < i + 4; k++) {
			unsigned six = k < n ? uu_length(p[k]) : 0;

			good &= six < 64;
			v = v << 6 | (six & 0x3F);
		}
		for (int shift = 16; shift >= 0 && length > 0; shift -= 8, length--)
			put(o, v >> shift & 0xFF);
	}
	return good;
}

/* The line at p, without CR and LF; *next is where the one after it begins. */
static size_t line_length(const unsigned char *p, const unsigned char *end, const unsigned char **next)
{
	const unsigned char *eol = memchr(p, '\n', (size_t)(end - p)), *stop = eol != NULL ? eol : end;

	*next = eol != NULL ? eol + 1 : end;
	while (stop > p && stop[-1] == '\r')
		stop--;
	return (size_t)(stop - p);
}

/* "begin 644 name": where the name begins, 0 where the line is another. */
static size_t begin_name(const unsigned char *p, size_t n)
{
	size_t i = 6;

	if (n < 11 || memcmp(p, "begin ", 6) != 0)
		return 0;
	while (i < n && i < 10 && p[i] >= '0' && p[i] <= '7')
		i++;
	return i >= 9 && i < n && p[i] == ' ' ? i + 1 : 0;
}

static flaw_set read_uu(const unsigned char *p, const unsigned char *end, struct writer *o)
{
	flaw_set flaws = 0;

	while (p < end && !o->full) {
		const unsigned char *line = p;
		size_t n = line_length(p, end, &p);

		if (n == 3 && memcmp(line, "end", 3) == 0)
			break;
		if (n > 0 && begin_name(line, n) == 0 && !read_uu_line(line, n, o))
			flaws |= FLAW_BIT(BAD_TRANSFER);
	}
	return flaws;
}

/* The most bytes that n encoded ones give. */
static size_t decoded_size(enum transfer t, size_t n)
{
	return t == TRANSFER_BASE64 || t == TRANSFER_UUENCODE ? n / 4 * 3 + 3 : n;
}

flaw_set transfer_decode(enum transfer t, struct span bytes, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end;
	size_t room = out->limit == 0 ? SIZE_MAX : out->limit > out->n ? out->limit - out->n : 0;
	size_t size = decoded_size(t, bytes.n);
	struct writer o = { .full = out->cut };
	flaw_set flaws = 0;

	if (bytes.n == 0 || !buf_reserve(out, size < room ? size : room))
		return 0;
	if (t == TRANSFER_IDENTITY) {
		buf_span(out, bytes);
		return out->cut ? FLAW_BIT(TRUNCATED) : 0;
	}
	end = p + bytes.n;
	o.w = (unsigned char *)out->p + out->n;
	o.end = o.w + (size < room ? size : room);
	if (t == TRANSFER_BASE64)
		flaws = read_base64(p, end, &o);
	else if (t == TRANSFER_QP)
		flaws = read_qp(p, end, &o);
	else
		flaws = read_uu(p, end, &o);
	out->n = (size_t)((char *)o.w - out->p);
	out->cut |= o.full;
	return flaws | (o.full ? FLAW_BIT(TRUNCATED) : 0);
}

/* Does the line look uuencoded: a length that fits the line, and the right characters? */
static bool is_uu_line(const unsigned char *p, size_t n)
{
	unsigned length = n == 0 ? 64 : uu_length(p[0]);
	size_t full = 1 + (length + 2) / 3 * 4;

	if (length == 64 || n > full + 1 || (length > 0 && n < 1 + full / 2))
		return false;
	for (size_t i = 1; i < n; i++)
		if (uu_length(p[i]) == 64)
			return false;
	return true;
}

bool transfer_find_uufile(struct span text, size_t from, struct uufile *ret)
{
	const unsigned char *start = (const unsigned char *)text.p, *p;

	for (size_t at = from; at < text.n; at++) {
		const unsigned char *end = start + text.n;
		const unsigned char *lines, *line;
		size_t n, name;

		at = span_find(text, at, span_str("begin "));
		if (at == text.n)
			return false;
		p = start + at;
		if (at > 0 && p[-1] != '\n')
			continue; /* before its line is measured: there may be many on one */
		n = line_length(p, end, &lines);
		name = begin_name(p, n);
		if (name == 0)
			continue;
		*ret = (struct uufile){ .from = at, .name = span_trim(span_from(span((const char *)p, n), name)) };
		for (p = lines; p < end;) {
			line = p;
			n = line_length(line, end, &p);
			if (n == 3 && memcmp(line, "end", 3) == 0)
				break;
			if (!is_uu_line(line, n)) {
				p = line;
				break;
			}
		}
		if (p > lines) {
			ret->lines = span((const char *)lines, (size_t)(p - lines));
			ret->to = (size_t)(p - start);
			return true;
		}
	}
	return false;
}
