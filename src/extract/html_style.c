#include <config.h>

#include "extract/html_style.h"

#include "base/utf8.h"

#define NAME_BYTES 32u
#define VALUE_BYTES 192u   /* of a value; what says whether text is seen stands at its front */
#define OFF_SCREEN 999000L /* thousandths of a pixel */
#define TINY 1000L
#define FAINT 50L          /* thousandths of opacity, or of a scale */

/* Bytes that mean something to css_find(), whatever it looks for. */
static const bool sharp[256] = {
	['\\'] = true, ['"'] = true, ['\''] = true, ['/'] = true, ['('] = true, ['['] = true, ['{'] = true,
	[')'] = true, [']'] = true, ['}'] = true, [':'] = true, [';'] = true, [','] = true,
};

size_t css_find(struct span css, size_t from, const char *stops)
{
	size_t depth = 0;

	for (size_t i = from; i < css.n; i++) {
		char c;

		while (i < css.n && !sharp[(unsigned char)css.p[i]])
			i++;
		if (i == css.n)
			break;
		c = css.p[i];
		if (depth == 0 && strchr(stops, c) != NULL)
			return i;
		if (c == '\\') {
			i++;
		} else if (c == '"' || c == '\'') {
			for (i++; i < css.n && css.p[i] != c && css.p[i] != '\n'; i++)
				i += css.p[i] == '\\';
		} else if (c == '/' && i + 1 < css.n && css.p[i + 1] == '*') {
			i = span_find(css, i + 2, span_str("*/")) + 1;
		} else if (c == '(' || c == '[' || c == '{') {
			depth++;
		} else if (c == ')' || c == ']' || c == '}') {
			depth -= depth > 0;
		}
	}
	return css.n;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* The escape at p (a backslash): its length, its code point in *cp. Section 4.3.7. */
static size_t read_escape(const char *p, const char *end, uint32_t *cp)
{
	const char *q = p + 1;

	*cp = 0;
	if (q == end)
		return 1;
	if (hex_digit(*q) < 0)
		return *q == '\n' ? 2 : 1 + utf8_get(q, end, cp);
	while (q < end && q - p <= 6 && hex_digit(*q) >= 0)
		*cp = *cp * 16 + (uint32_t)hex_digit(*q++);
	if (q < end && (*q == ' ' || *q == '\n' || *q == '\t'))
		q++;
	if (*cp == 0 || *cp > 0x10FFFF || (*cp >= 0xD800 && *cp < 0xE000))
		*cp = UTF8_BAD;
	return (size_t)(q - p);
}

struct span css_plain(struct span css, bool fold, char *out, size_t max)
{
	const char *p = css.p, *end = css.p + css.n;
	bool blank = false;
	size_t n = 0;

	while (p < end && n + 1 + UTF8_MAX <= max) {
		uint32_t cp = 0;

		if (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r' || *p == '\f') {
			blank = true;
			p++;
			continue;
		}
		if (*p == '/' && end - p > 1 && p[1] == '*') {
			p = css.p + span_find(css, (size_t)(p - css.p) + 2, span_str("*/"));
			p += end - p < 2 ? end - p : 2;
			blank = true; /* a comment ends a word */
			continue;
		}
		if (blank && n > 0)
			out[n++] = ' ';
		blank = false;
		if (*p == '\\') {
			p += read_escape(p, end, &cp);
			n += cp == 0 ? 0 : utf8_put(out + n, fold && cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp);
		} else {
			do {
				out[n++] = fold && *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
				p++;
			} while (p < end && n + 1 + UTF8_MAX <= max && (unsigned char)*p > ' ' && *p != '/' &&
			    *p != '\\');
		}
	}
	return span(out, n);
}

struct length {
	long thousandths; /* of a pixel; of a number without unit; of the font size, of the whole */
	bool number;      /* no unit */
	bool relative;    /* em, ex, % */
};

/* Does s begin with a length? CSS Values and Units Level 3; font-relative ones at 16 pixels to the em. */
static bool read_length(struct span s, struct length *ret)
{
	static const struct {
		const char *name;
		long percent; /* of a pixel */
		bool relative;
	} units[] = {
		{ "px", 100, false }, { "pt", 133, false }, { "rem", 1600, false }, { "em", 1600, true },
		{ "%", 16, true }, { "ex", 800, true }, { "ch", 800, true }, { "pc", 1600, false },
		{ "in", 9600, false }, { "cm", 3780, false }, { "mm", 378, false }, { "vw", 1000, false },
		{ "vh", 700, false },
	};
	size_t i = 0, digits;
	long n = 0, part = 1000, sign = 1;

	if (s.n > 5 && memcmp(s.p, "calc(", 5) == 0)
		i = 5;
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		sign = s.p[i++] == '-' ? -1 : 1;
	for (digits = i; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		n = n > 100000000 ? n : n * 10 + (s.p[i] - '0') * 1000;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			n += (s.p[i] - '0') * (part /= 10);
	if (i == digits)
		return false;
	*ret = (struct length){ sign * n, true, false };
	for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
		struct span unit = span_str(units[k].name);

		if (s.n - i >= unit.n && memcmp(s.p + i, unit.p, unit.n) == 0) {
			ret->thousandths = ret->thousandths * units[k].percent / 100;
			ret->number = false;
			ret->relative = units[k].relative;
			break;
		}
	}
	return true;
}

/* Is w one of the words of the list (with a blank before and after each)? */
static bool is_one_of(struct span w, const char *list)
{
	struct span l = span_str(list);

	for (size_t at = 0; w.n > 0 && (at = span_find(l, at, w)) < l.n; at++)
		if (at > 0 && l.p[at - 1] == ' ' && l.p[at + w.n] == ' ')
			return true;
	return false;
}

static bool begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

static struct span next_word(struct span *s)
{
	size_t from = 0, to, depth = 0;

	while (from < s->n && s->p[from] == ' ')
		from++;
	for (to = from; to < s->n && (s->p[to] != ' ' || depth > 0); to++)
		depth += s->p[to] == '(' ? 1 : s->p[to] == ')' && depth > 0 ? (size_t)-1 : 0;
	struct span word = span(s->p + from, to - from);
	*s = span_from(*s, to);
	return word;
}

/* Do all numbers (or only the first one) lie in low .. high? false where there is none. */
static bool numbers_within(struct span s, bool all, long low, long high)
{
	bool any = false;

	for (size_t i = 0; i < s.n; i++) {
		struct length l;
		bool first = i == 0 || strchr(" (,", s.p[i - 1]) != NULL;

		if (!first || !read_length(span_from(s, i), &l))
			continue;
		any = true;
		if (l.thousandths < low || l.thousandths > high)
			return false;
		if (!all)
			return true;
	}
	return any;
}

static bool any_number_below(struct span s, long below)
{
	for (size_t i = 0; i < s.n; i++) {
		struct length l;

		if ((i == 0 || strchr(" (,", s.p[i - 1]) != NULL) && read_length(span_from(s, i), &l) &&
		    l.thousandths <= below)
			return true;
	}
	return false;
}

static enum style_value read_display(struct span v)
{
	if (span_is(v, "none"))
		return STYLE_GONE;
	if (is_one_of(v, " inline contents ruby ruby-base ruby-text initial unset "))
		return STYLE_INLINE;
	if (is_one_of(v, " inline-block inline-flex inline-grid inline-table -webkit-inline-box -webkit-inline-flex "))
		return STYLE_INBLOCK;
	if (is_one_of(v,
	    " block flow-root list-item flex grid table table-row table-cell table-row-group table-header-group "
		" table-footer-group table-column table-column-group table-caption -webkit-box -webkit-flex "))
		return STYLE_BLOCK;
	return STYLE_UNSET;
}

static enum style_value read_size(struct span v)
{
	struct length l;

	if (is_one_of(v, " xx-small x-small small medium large x-large xx-large xxx-large initial "))
		return STYLE_PLAIN;
	if (is_one_of(v, " smaller larger "))
		return STYLE_INHERIT;
	if (!read_length(v, &l) || l.thousandths < 0 || (l.number && l.thousandths != 0))
		return STYLE_UNSET;
	if (l.relative)
		return l.thousandths <= 1600 ? STYLE_GONE : STYLE_INHERIT; /* a tenth of what it was */
	return l.thousandths <= TINY ? STYLE_GONE : STYLE_PLAIN;
}

/* font: [style weight ...] size[/line-height] family */
static enum style_value read_font(struct span v)
{
	struct span word;

	while ((word = next_word(&v)).n > 0) {
		enum style_value size = read_size(span(word.p, span_find(word, 0, span_str("/"))));

		if (size != STYLE_UNSET)
			return size;
	}
	return STYLE_UNSET;
}

static enum style_value read_space(struct span v)
{
	if (is_one_of(v, " pre pre-wrap break-spaces -moz-pre-wrap "))
		return STYLE_KEEP;
	if (span_is(v, "pre-line"))
		return STYLE_LINES;
	return is_one_of(v, " normal nowrap initial ") ? STYLE_PLAIN : STYLE_UNSET;
}

static enum style_value read_position(struct span v)
{
	if (is_one_of(v, " absolute fixed "))
		return STYLE_FLOATING;
	return is_one_of(v, " relative sticky -webkit-sticky ") ? STYLE_FLOWING : STYLE_PLAIN;
}

static enum style_value read_box(enum style_prop prop, struct span v)
{
	struct length l;

	if (!read_length(v, &l))
		return STYLE_PLAIN; /* auto and its like */
	if (prop == STYLE_WIDTH || prop == STYLE_HEIGHT || prop == STYLE_MAX_WIDTH || prop == STYLE_MAX_HEIGHT)
		return l.thousandths <= TINY ? STYLE_GONE : STYLE_PLAIN;
	if (prop == STYLE_RIGHT || prop == STYLE_BOTTOM)
		return l.thousandths >= OFF_SCREEN ? STYLE_GONE : STYLE_PLAIN;
	return l.thousandths <= -OFF_SCREEN ? STYLE_GONE : STYLE_PLAIN;
}

static enum style_value read_fraction(struct span v)
{
	struct length l;

	if (!read_length(v, &l))
		return STYLE_UNSET;
	if (l.relative)
		l.thousandths = l.thousandths / 16 * 10 / 100; /* read_length takes a percent for 0.16 pixels */
	return l.thousandths <= FAINT ? STYLE_GONE : STYLE_PLAIN;
}

static enum style_value read_clip_path(struct span v)
{
	if (begins(v, "inset(")) /* from 50% on nothing is left */
		return numbers_within(v, false, 8000, 100000000) ? STYLE_GONE : STYLE_PLAIN;
	if (begins(v, "circle(") || begins(v, "ellipse(") || begins(v, "polygon("))
		return numbers_within(v, begins(v, "polygon("), 0, TINY) ? STYLE_GONE : STYLE_PLAIN;
	return STYLE_PLAIN;
}

static enum style_value read_transform(struct span v)
{
	size_t scale = span_find(v, 0, span_str("scale")), move = span_find(v, 0, span_str("translate"));

	if (scale < v.n && numbers_within(span_from(v, scale), false, 0, FAINT))
		return STYLE_GONE;
	return move < v.n && any_number_below(span_from(v, move), -OFF_SCREEN) ? STYLE_GONE : STYLE_PLAIN;
}

static enum style_value read_filter(struct span v)
{
	size_t at = span_find(v, 0, span_str("opacity("));

	return at < v.n && read_fraction(span_from(v, at + 8)) == STYLE_GONE ? STYLE_GONE : STYLE_PLAIN;
}

static enum style_value read_colour(struct span v, struct colour *c)
{
	if (span_is(v, "currentcolor"))
		return STYLE_INHERIT;
	if (span_is(v, "initial")) {
		*c = (struct colour){ 0, 0, 0, 255 };
		return STYLE_SOME;
	}
	return colour_css(v, c) ? STYLE_SOME : STYLE_UNSET;
}

/* margin: 1 to 4 lengths, the top first, the left last of 4 or the second. */
static void read_margin(struct span v, struct style *s)
{
	struct span word[4];
	size_t n = 0;

	while (n < 4 && (word[n] = next_word(&v)).n > 0)
		n++;
	if (n == 0)
		return;
	s->v[STYLE_MARGIN_TOP] = (uint8_t)read_box(STYLE_MARGIN_TOP, word[0]);
	s->v[STYLE_MARGIN_LEFT] = (uint8_t)read_box(STYLE_MARGIN_LEFT, word[n == 4 ? 3 : n == 1 ? 0 : 1]);
}

/* background: a colour, an image and much else in any order. */
static void read_background(struct span v, struct style *s)
{
	struct span word;

	s->v[STYLE_BACKGROUND] = STYLE_SOME;
	s->background = (struct colour){ 0, 0, 0, 0 };
	s->v[STYLE_IMAGE] = STYLE_PLAIN;
	if (span_find(v, 0, span_str("url(")) < v.n || span_find(v, 0, span_str("gradient(")) < v.n)
		s->v[STYLE_IMAGE] = STYLE_SOME;
	while ((word = next_word(&v)).n > 0)
		if (colour_css(word, &s->background))
			break;
}

/* Properties by name; read_property() knows those whose value sets more than one. */
#define PROPERTY(name, prop) { name, sizeof name - 1, STYLE_##prop }
static const struct property {
	const char *name;
	size_t n;
	enum style_prop prop;
} properties[] = {
	PROPERTY("background", BACKGROUND), PROPERTY("background-color", BACKGROUND),
	PROPERTY("background-image", IMAGE), PROPERTY("bottom", BOTTOM), PROPERTY("clip", CLIP),
	PROPERTY("clip-path", CLIP_PATH), PROPERTY("color", COLOUR), PROPERTY("content-visibility", CONTENT),
	PROPERTY("display", DISPLAY), PROPERTY("filter", FILTER), PROPERTY("float", FLOAT), PROPERTY("font", SIZE),
	PROPERTY("font-size", SIZE), PROPERTY("height", HEIGHT), PROPERTY("left", LEFT),
	PROPERTY("margin", MARGIN_LEFT), PROPERTY("margin-left", MARGIN_LEFT), PROPERTY("margin-top", MARGIN_TOP),
	PROPERTY("max-height", MAX_HEIGHT), PROPERTY("max-width", MAX_WIDTH), PROPERTY("opacity", OPACITY),
	PROPERTY("overflow", OVERFLOW), PROPERTY("overflow-x", OVERFLOW), PROPERTY("overflow-y", OVERFLOW),
	PROPERTY("position", POSITION), PROPERTY("right", RIGHT), PROPERTY("scale", TRANSFORM),
	PROPERTY("text-indent", INDENT), PROPERTY("top", TOP), PROPERTY("transform", TRANSFORM),
	PROPERTY("visibility", VISIBILITY), PROPERTY("-webkit-clip-path", CLIP_PATH),
	PROPERTY("-webkit-text-fill-color", FILL), PROPERTY("-webkit-transform", TRANSFORM),
	PROPERTY("white-space", SPACE), PROPERTY("width", WIDTH),
};
#undef PROPERTY

static enum style_value read_value(enum style_prop prop, struct span name, struct span v, struct style *s)
{
	switch (prop) {
	case STYLE_DISPLAY:
		return read_display(v);
	case STYLE_VISIBILITY:
		return is_one_of(v, " hidden collapse ") ? STYLE_GONE :
		    is_one_of(v, " visible initial ") ? STYLE_PLAIN : STYLE_UNSET;
	case STYLE_CONTENT:
		return span_is(v, "hidden") ? STYLE_GONE : STYLE_PLAIN;
	case STYLE_SIZE:
		return name.n > 4 ? read_size(v) : read_font(v);
	case STYLE_SPACE:
		return read_space(v);
	case STYLE_OPACITY:
		return read_fraction(v);
	case STYLE_POSITION:
		return read_position(v);
	case STYLE_OVERFLOW:
		return is_one_of(next_word(&v), " hidden clip scroll auto ") ? STYLE_GONE : STYLE_PLAIN;
	case STYLE_CLIP:
		return begins(v, "rect(") && numbers_within(v, true, -100000000, TINY) ? STYLE_GONE : STYLE_PLAIN;
	case STYLE_CLIP_PATH:
		return read_clip_path(v);
	case STYLE_TRANSFORM:
		if (name.p[0] != 's')
			return read_transform(v);
		return numbers_within(v, false, 0, FAINT) ? STYLE_GONE : STYLE_PLAIN;
	case STYLE_FILTER:
		return read_filter(v);
	case STYLE_FLOAT:
		return is_one_of(v, " left right ") ? STYLE_SOME : STYLE_PLAIN;
	case STYLE_COLOUR:
		return read_colour(v, &s->colour);
	case STYLE_FILL:
		return read_colour(v, &s->fill);
	case STYLE_BACKGROUND:
		return read_colour(v, &s->background);
	case STYLE_IMAGE:
		return span_is(v, "none") || span_is(v, "initial") ? STYLE_PLAIN : STYLE_SOME;
	default:
		return read_box(prop, v);
	}
}

static const struct property *find_property(struct span name)
{
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		const struct property *p = &properties[i];

		if (p->n == name.n && p->name[0] == name.p[0] && memcmp(p->name, name.p, name.n) == 0)
			return p;
	}
	return NULL;
}

static void read_property(const struct property *p, struct span v, struct style *s)
{
	struct span name = span(p->name, p->n);
	enum style_value value;

	if (span_is(v, "inherit") || ((span_is(v, "unset") || span_is(v, "revert")) && p->prop != STYLE_DISPLAY))
		s->v[p->prop] = STYLE_INHERIT;
	else if (span_is(name, "margin"))
		read_margin(v, s);
	else if (span_is(name, "background"))
		read_background(v, s);
	else if ((value = read_value(p->prop, name, v, s)) != STYLE_UNSET)
		s->v[p->prop] = (uint8_t)value;
}

void style_read(struct span css, struct style *normal, struct style *important)
{
	char name_bytes[NAME_BYTES], value_bytes[VALUE_BYTES];

	for (size_t at = 0, end; at < css.n; at = end + 1) {
		size_t colon = css_find(css, at, ":;"), mark;
		const struct property *p;
		struct span name, value;

		end = colon < css.n && css.p[colon] == ':' ? css_find(css, colon + 1, ";") : colon;
		if (end == colon)
			continue;
		name = css_plain(span(css.p + at, colon - at), true, name_bytes, sizeof name_bytes);
		if (name.n == 0 || (p = find_property(name)) == NULL)
			continue;
		value = css_plain(span(css.p + colon + 1, end - colon - 1), true, value_bytes, sizeof value_bytes);
		mark = span_find(value, 0, span_str("!"));
		if (mark == value.n)
			read_property(p, value, normal);
		else if (span_find(value, mark, span_str("important")) < value.n)
			read_property(p, span_trim(span(value.p, mark)), important);
	}
}

void style_add(struct style *s, const struct style *over)
{
	for (size_t i = 0; i < STYLE_PROPS; i++)
		if (over->v[i] != STYLE_UNSET)
			s->v[i] = over->v[i];
	if (over->v[STYLE_COLOUR] == STYLE_SOME)
		s->colour = over->colour;
	if (over->v[STYLE_FILL] == STYLE_SOME)
		s->fill = over->fill;
	if (over->v[STYLE_BACKGROUND] == STYLE_SOME)
		s->background = over->background;
}

bool style_empty(const struct style *s)
{
	for (size_t i = 0; i < STYLE_PROPS; i++)
		if (s->v[i] != STYLE_UNSET)
			return false;
	return true;
}
