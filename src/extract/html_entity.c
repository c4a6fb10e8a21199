#include <config.h>

#include "extract/html_entity.h"

#include "base/utf8.h"

#define NAME_MAX_BYTES 32u /* "CounterClockwiseContourIntegral;" */

static const struct entity {
	char name[NAME_MAX_BYTES + 1];
	uint32_t first, second;
} entities[] = {
#define ENTITY(name, first, second) { name, first, second },
#include "extract/entities.def"
#undef ENTITY
};
#define ENTITIES (sizeof entities / sizeof *entities)

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The first entity from low on (and below high) whose byte k is c or more. All of them agree in the bytes before. */
static size_t lower(size_t low, size_t high, size_t k, unsigned c)
{
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((unsigned char)entities[mid].name[k] < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The longest name that `s` (after the '&') begins with; NULL: none. */
static const struct entity *longest(struct span s, size_t *length)
{
	const struct entity *found = NULL;
	size_t low = 0, high = ENTITIES;

	for (size_t k = 0; k < s.n && k < NAME_MAX_BYTES && (is_alnum(s.p[k]) || s.p[k] == ';'); k++) {
		unsigned c = (unsigned char)s.p[k];

		low = lower(low, high, k, c);
		high = lower(low, high, k, c + 1);
		if (low == high)
			break;
		if (entities[low].name[k + 1] == '\0') { /* sorted: the shortest of a prefix stands first */
			found = &entities[low];
			*length = k + 1;
		}
	}
	return found;
}

/* Section 13.2.5.84: numbers that mean windows-1252, and those that mean nothing. */
static uint32_t meant(uint32_t n)
{
	static const uint16_t windows1252[32] = {
		0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
		0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
		0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
	};

	if (n == 0 || n > 0x10FFFF || (n >= 0xD800 && n < 0xE000))
		return UTF8_BAD;
	return n >= 0x80 && n < 0xA0 ? windows1252[n - 0x80] : n;
}

static size_t numeric(struct span s, uint32_t cp[2])
{
	size_t i = 2, digits;
	bool hex = s.n > 2 && (s.p[2] | 0x20) == 'x';
	uint32_t n = 0;

	i += hex;
	for (digits = i; i < s.n; i++) {
		char c = s.p[i];
		unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
		    hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (unsigned)((c | 0x20) - 'a' + 10) : 99;

		if (d == 99)
			break;
		n = n > 0x10FFFF ? n : n * (hex ? 16 : 10) + d;
	}
	if (i == digits)
		return 0;
	cp[0] = meant(n);
	cp[1] = 0;
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

size_t html_entity(struct span s, bool attribute, uint32_t cp[2])
{
	const struct entity *e;
	size_t n = 0;

	if (s.n < 2)
		return 0;
	if (s.p[1] == '#')
		return numeric(s, cp);
	if (s.n > 5 && memcmp(s.p, "&nbsp;", 6) == 0) { /* most of all references are this one */
		cp[0] = 0xA0;
		cp[1] = 0;
		return 6;
	}
	e = longest(span_from(s, 1), &n);
	if (e == NULL)
		return 0;
	if (attribute && s.p[n] != ';' && n + 1 < s.n && (s.p[n + 1] == '=' || is_alnum(s.p[n + 1])))
		return 0;
	cp[0] = e->first;
	cp[1] = e->second;
	return n + 1;
}

void html_entity_value(struct span raw, struct buf *out)
{
	size_t from = 0, at = 0;

	while (at < raw.n) {
		uint32_t cp[2] = { UTF8_BAD, 0 };
		size_t n = 0;

		while (at < raw.n && raw.p[at] != '&' && raw.p[at] != '\0')
			at++;
		if (at == raw.n)
			break;
		n = raw.p[at] == '\0' ? 1 : html_entity(span_from(raw, at), true, cp);
		if (n == 0) {
			at++;
			continue;
		}
		buf_add(out, raw.p + from, at - from);
		buf_utf8(out, cp[0]);
		if (cp[1] != 0)
			buf_utf8(out, cp[1]);
		at += n;
		from = at;
	}
	buf_add(out, raw.p + from, raw.n - from);
}
