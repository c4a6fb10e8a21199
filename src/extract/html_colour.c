#include <config.h>

#include "extract/html_colour.h"

#include <stdlib.h>

#define NEAR 16
#define NAME_MAX_BYTES 24u

struct named {
	const char *name;
	uint32_t rgb;
};

static const struct named names[] = {
#define COLOUR(name, rgb) { name, rgb },
#include "extract/colours.def"
#undef COLOUR
};

static struct colour opaque(uint32_t rgb)
{
	return (struct colour){ (uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255 };
}

static int compare(const void *key, const void *element)
{
	return strcmp(key, ((const struct named *)element)->name);
}

static bool by_name(struct span s, struct colour *ret)
{
	char name[NAME_MAX_BYTES + 1];
	const struct named *found;

	if (s.n == 0 || s.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++)
		name[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
	name[s.n] = '\0';
	found = bsearch(name, names, sizeof names / sizeof *names, sizeof *names, compare);
	if (found != NULL)
		*ret = opaque(found->rgb);
	return found != NULL;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* "#rgb", "#rgba", "#rrggbb", "#rrggbbaa", without the '#'. */
static bool by_hex(struct span s, struct colour *ret)
{
	size_t width = s.n <= 4 ? 1 : 2;
	uint8_t v[4] = { 0, 0, 0, 255 };

	if (s.n != 3 && s.n != 4 && s.n != 6 && s.n != 8)
		return false;
	for (size_t i = 0; i < s.n / width; i++) {
		int high = hex_digit(s.p[i * width]), low = hex_digit(s.p[i * width + width - 1]);

		if (high < 0 || low < 0)
			return false;
		v[i] = (uint8_t)(high * 16 + low);
	}
	*ret = (struct colour){ v[0], v[1], v[2], v[3] };
	return true;
}

/* The next number of a list in thousandths, what stands between numbers skipped. */
static bool next_number(struct span *s, long *thousandths, bool *percent)
{
	long n = 0, unit = 1000, sign = 1;
	size_t i = 0;

	while (i < s->n && (s->p[i] < '0' || s->p[i] > '9') && s->p[i] != '.') {
		sign = s->p[i] == '-' ? -1 : 1;
		i++;
	}
	if (i == s->n)
		return false;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		n = n > 1000000 ? n : n * 10 + (s->p[i] - '0') * 1000;
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
			n += (s->p[i] - '0') * (unit /= 10);
	*percent = i < s->n && s->p[i] == '%';
	*thousandths = sign * n;
	*s = span_from(*s, i);
	return true;
}

static uint8_t clamp(long v)
{
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static uint8_t channel(long thousandths, bool percent)
{
	return clamp((percent ? thousandths * 255 / 100 : thousandths) / 1000);
}

/* CSS Color 4, section 7.1; hue in degrees, the rest in thousandths. */
static struct colour from_hsl(long hue, long saturation, long light)
{
	long v[3];

	for (int i = 0; i < 3; i++) {
		long n = (i == 0 ? 0 : i == 1 ? 8 : 4), k, a, m;

		k = (n * 1000 + hue * 1000 / 30) % 12000;
		a = saturation * (light < 1000 - light ? light : 1000 - light) / 1000;
		m = k - 3000 < 9000 - k ? k - 3000 : 9000 - k;
		m = m > 1000 ? 1000 : m < -1000 ? -1000 : m;
		v[i] = (light - a * m / 1000) * 255 / 1000;
	}
	return (struct colour){ clamp(v[0]), clamp(v[1]), clamp(v[2]), 255 };
}

static bool by_function(struct span s, struct colour *ret)
{
	bool hsl = s.n > 4 && memcmp(s.p, "hsl", 3) == 0, percent[4] = { false, false, false, false };
	long v[4] = { 0, 0, 0, 1000 };
	int n = 0;

	if (!hsl && (s.n <= 4 || memcmp(s.p, "rgb", 3) != 0))
		return false;
	if (span_find(s, 3, span_str("(")) > 4)
		return false;
	while (n < 4 && next_number(&s, &v[n], &percent[n]))
		n++;
	if (n < 3)
		return false;
	if (hsl)
		*ret = from_hsl((v[0] / 1000 % 360 + 360) % 360, v[1] > 100000 ? 1000 : v[1] < 0 ? 0 : v[1] / 100,
		    v[2] > 100000 ? 1000 : v[2] < 0 ? 0 : v[2] / 100);
	else
		*ret = (struct colour){ channel(v[0], percent[0]), channel(v[1], percent[1]), channel(v[2], percent[2]),
			255 };
	ret->a = n < 4 ? 255 : clamp((percent[3] ? v[3] / 100 : v[3]) * 255 / 1000);
	return true;
}

bool colour_css(struct span s, struct colour *ret)
{
	if (s.n > 1 && s.p[0] == '#')
		return by_hex(span_from(s, 1), ret);
	if (span_is_nocase(s, "transparent")) {
		*ret = (struct colour){ 0, 0, 0, 0 };
		return true;
	}
	return by_name(s, ret) || by_function(s, ret);
}

/* The rules for parsing a legacy colour value from step 8 on: three parts of equal length, each cut to two digits. */
static struct colour by_force(struct span s)
{
	char digits[129];
	size_t n = 0, width, skip, from;
	uint8_t v[3];

	if (s.n > 0 && s.p[0] == '#')
		s = span_from(s, 1);
	for (size_t i = 0; i < s.n && n < 128; i++)
		digits[n++] = hex_digit(s.p[i]) < 0 ? '0' : s.p[i];
	while (n == 0 || n % 3 != 0)
		digits[n++] = '0'; /* 128 leaves room for one */
	width = n / 3;
	skip = width > 8 ? width - 8 : 0;
	while (width - skip > 2 && digits[skip] == '0' && digits[width + skip] == '0' &&
	    digits[2 * width + skip] == '0')
		skip++;
	for (size_t i = 0; i < 3; i++) {
		from = i * width + skip;
		v[i] = (uint8_t)hex_digit(digits[from]);
		if (width - skip > 1)
			v[i] = (uint8_t)(v[i] * 16 + hex_digit(digits[from + 1]));
	}
	return (struct colour){ v[0], v[1], v[2], 255 };
}

bool colour_legacy(struct span s, struct colour *ret)
{
	s = span_trim(s);
	if (s.n == 0 || span_is_nocase(s, "transparent"))
		return false;
	if (by_name(s, ret) || (s.n == 4 && s.p[0] == '#' && by_hex(span_from(s, 1), ret)))
		return true;
	*ret = by_force(s);
	return true;
}

struct colour colour_blend(struct colour over, struct colour under)
{
	unsigned a = over.a, b = 255 - over.a;

	return (struct colour){ (uint8_t)((over.r * a + under.r * b) / 255),
		(uint8_t)((over.g * a + under.g * b) / 255), (uint8_t)((over.b * a + under.b * b) / 255), 255 };
}

bool colour_near(struct colour a, struct colour b)
{
	return abs(a.r - b.r) <= NEAR && abs(a.g - b.g) <= NEAR && abs(a.b - b.b) <= NEAR;
}
