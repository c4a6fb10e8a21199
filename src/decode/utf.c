#include <config.h>

#include "decode/utf.h"

static bool is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit < 0xE000;
}

static uint32_t join(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

unsigned utf_cesu(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	if (end - p < 6 || p[0] != 0xED || (p[1] & 0xF0) != 0xA0 || (p[2] & 0xC0) != 0x80 || p[3] != 0xED ||
	    (p[4] & 0xF0) != 0xB0 || (p[5] & 0xC0) != 0x80)
		return 0;
	*cp = join((uint32_t)(p[1] & 0x0F) << 6 | (p[2] & 0x3F), (uint32_t)(p[4] & 0x0F) << 6 | (p[5] & 0x3F));
	return 6;
}

unsigned utf_subpart(const unsigned char *p, const unsigned char *end)
{
	unsigned char c = p[0],
		      low = c == 0xE0   ? 0xA0
			    : c == 0xF0 ? 0x90
					: 0x80,
		      high = c == 0xED   ? 0x9F
			     : c == 0xF4 ? 0x8F
					 : 0xBF;
	unsigned most = c < 0xC2 || c > 0xF4 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4, n = 1;

	while (n < most && p + n < end && p[n] >= low && p[n] <= high) {
		n++;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

void utf8_decode(struct span bytes, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;

	if (bytes.n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3;
	while (p < end && !s->full) {
		size_t n = utf8_valid(span((const char *)p, (size_t)(end - p)), NULL);
		uint32_t cp;

		sink_copy(s, p, n);
		p += n;
		if (p == end)
			break;
		n = utf_cesu(p, end, &cp);
		if (n > 0) {
			sink_put(s, cp);
		} else {
			n = utf_subpart(p, end);
			sink_bad(s);
		}
		p += n;
	}
}

/* Joins UTF-16 code units into characters. */
struct units {
	struct sink *s;
	uint32_t high; /* a high surrogate that waits for its low one, or 0 */
};

static void units_end(struct units *u)
{
	if (u->high != 0)
		sink_bad(u->s);
	u->high = 0;
}

static void units_put(struct units *u, uint32_t unit)
{
	if (u->high != 0 && is_low(unit)) {
		sink_put(u->s, join(u->high, unit));
		u->high = 0;
		return;
	}
	units_end(u);
	if (is_high(unit))
		u->high = unit;
	else if (is_low(unit))
		sink_bad(u->s);
	else
		sink_put(u->s, unit);
}

void utf16_decode(struct span bytes, bool little, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;
	struct units u = { .s = s };

	if (bytes.n >= 2 && (memcmp(p, "\xFE\xFF", 2) == 0 || memcmp(p, "\xFF\xFE", 2) == 0)) {
		little = p[0] == 0xFF;
		p += 2;
	}
	for (; end - p >= 2 && !s->full; p += 2)
		units_put(&u, little ? (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 8 | p[1]);
	units_end(&u);
	if (end - p == 1)
		sink_bad(s);
}

static int sextet(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Whether what stands from p to end, behind a '+', is base64 of UTF-16: whole code units, and what is over is less than
 * a sextet of zeros. A telephone number or "C++" is none.
 */
static bool is_run(const unsigned char *p, const unsigned char *end)
{
	size_t n = (size_t)(end - p), over = n * 6 % 16;

	return n * 6 >= 16 && over < 6 && (sextet(end[-1]) & ((1 << over) - 1)) == 0;
}

static void utf7_run(const unsigned char *p, const unsigned char *end, struct sink *s)
{
	struct units u = { .s = s };
	uint32_t bits = 0;
	unsigned n = 0;

	for (; p < end && !s->full; p++) {
		bits = bits << 6 | (uint32_t)sextet(*p);
		n += 6;
		if (n >= 16) {
			n -= 16;
			units_put(&u, bits >> n & 0xFFFF);
			bits &= (1u << n) - 1;
		}
	}
	units_end(&u);
}

/* What follows a '+'. Returns where to go on. */
static const unsigned char *utf7_plus(const unsigned char *p, const unsigned char *end, struct sink *s)
{
	const unsigned char *run = p;

	while (run < end && sextet(*run) >= 0)
		run++;
	if (is_run(p, run)) {
		utf7_run(p, run, s);
		return run < end && *run == '-' ? run + 1 : run;
	}
	sink_put(s, '+');
	if (run == p) /* "+-" is how a plus sign is written */
		return run < end && *run == '-' ? run + 1 : run;
	sink_copy(s, p, (size_t)(run - p));
	return run;
}

void utf7_decode(struct span bytes, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;

	while (p < end && !s->full) {
		unsigned char c = *p++;

		if (c == '+')
			p = utf7_plus(p, end, s);
		else if (c >= 0x80)
			sink_bad(s);
		else
			sink_put(s, c);
	}
}
