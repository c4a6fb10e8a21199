#include <config.h>

#include "match/pattern_parse.h"

#include <ctype.h>

/* --- escapes ------------------------------------------------------------------------------------------------------ */

uint32_t parser_take_hex(struct parser *p, size_t from)
{
	uint32_t cp = 0;
	size_t digits = 0;

	if (parser_peek(p, 0) != '{') {
		parser_refuse(p, from, "write \\x{...} with the number of the character in braces");
		return 0;
	}
	for (p->at++; isxdigit(parser_peek(p, 0)); p->at++, digits++) {
		int c = tolower(parser_peek(p, 0));

		if (cp < UNICODE_END)
			cp = cp * 16 + (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (parser_peek(p, 0) != '}' || digits == 0)
		parser_refuse(p, from, "\\x{...} holds the number of a character in hexadecimal digits");
	else if (cp >= UNICODE_END || (cp >= 0xD800 && cp <= 0xDFFF))
		parser_refuse(p, from, "there is no character of this number");
	p->at++;
	return cp;
}

void parser_refuse_escape(struct parser *p, size_t from, int c)
{
	if (c < 0)
		parser_refuse(p, from, "a backslash at the end: write \\\\ for the sign itself");
	else if ((c >= '1' && c <= '9') || c == 'g' || c == 'k')
		parser_refuse(p, from, "back-references are not part of the pattern language");
	else if (c == 'w')
		parser_refuse(p, from, "\\w is not part of the pattern language: write [0-9a-z] or another class");
	else if (c == 'n' || c == 'r' || c == 't' || c == 'h' || c == 'v')
		parser_refuse(p, from, "\\%c is not part of the pattern language: write \\s for a blank", c);
	else if (c == 'P' || c == 'D' || c == 'S' || c == 'W' || c == 'H' || c == 'V')
		parser_refuse(p, from, "\\%c is not part of the pattern language: write [^...]", c);
	else if (c < 0x80)
		parser_refuse(p, from, "\\%c is not part of the pattern language", c);
	else
		parser_refuse(p, from, "only punctuation is escaped");
}

/* The script in the braces of \p: 0 Han, 1 Hiragana, 2 Katakana; -1: refused. */
int parser_take_script(struct parser *p, size_t from)
{
	static const char *const names[] = { "{Han}", "{Hiragana}", "{Katakana}" };

	for (int i = 0; i < 3; i++) {
		if (parser_begins_with(p, names[i])) {
			p->at += strlen(names[i]);
			return i;
		}
	}
	parser_refuse(p, from, "of \\p there are \\p{Han}, \\p{Hiragana} and \\p{Katakana}");
	return -1;
}

/* --- classes ------------------------------------------------------------------------------------------------------ */

struct members {
	struct cp_range *v;
	size_t n, cap;
};

static void add_range(struct parser *p, struct members *m, uint32_t from, uint32_t to)
{
	if (m->n == m->cap) {
		size_t cap = m->cap == 0 ? 16 : 2 * m->cap;

		m->v = arena_grow(p->arena, m->v, m->cap * sizeof *m->v, cap * sizeof *m->v);
		m->cap = cap;
	}
	if (m->v == NULL)
		p->failed = true;
	else
		m->v[m->n++] = (struct cp_range){ from, to };
}

/*
 * The blocks that hold a script's characters, without the places in them that are signs or not assigned; the script
 * itself tells which of them.
 */
static void add_script(struct parser *p, struct members *m, int script)
{
	static const struct cp_range blocks[] = {
		{ 0x2E81, 0x2E99 }, { 0x2E9B, 0x2EF3 }, { 0x2F00, 0x2FD5 }, { 0x3005, 0x30FF }, { 0x31F0, 0x31FF },
		{ 0x3400, 0x9FFF }, { 0xF900, 0xFA6D }, { 0xFA70, 0xFAD9 }, { 0xFF66, 0xFF9F }, { 0x20000, 0x323AF },
	};
	static bool (*const is[])(uint32_t) = { unicode_is_han, unicode_is_hiragana, unicode_is_katakana };

	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		for (uint32_t cp = blocks[i].from, from = cp; cp <= blocks[i].to + 1; cp++) {
			if (cp <= blocks[i].to && is[script](cp))
				continue;
			if (cp > from)
				add_range(p, m, from, cp - 1);
			from = cp + 1;
		}
	}
}

static const struct node *make_class(struct parser *p, struct members *m, bool negated, size_t from)
{
	const char *why = NULL;
	struct char_class *c;

	if (p->failed)
		return NULL;
	c = class_new(p->arena, m->v, m->n, negated, &p->walked, &why);
	if (c == NULL && why != NULL)
		parser_refuse(p, from, "%s", why);
	else if (c == NULL)
		p->failed = true;
	return node_class(p->arena, c);
}

const struct node *parser_digit(struct parser *p, size_t from)
{
	struct members m = { 0 };

	add_range(p, &m, '0', '9');
	return make_class(p, &m, false, from);
}

const struct node *parser_script(struct parser *p, int script, size_t from)
{
	struct members m = { 0 };

	if (p->scripts[script] == NULL) {
		add_script(p, &m, script);
		p->scripts[script] = make_class(p, &m, false, from);
	}
	return p->scripts[script];
}

/* A member, or the start of a range. false: a class of its own, such as \d, which is added already. */
static bool take_member(struct parser *p, struct members *m, uint32_t *cp)
{
	size_t from = p->at;
	int c;

	*cp = parser_take(p);
	if (*cp == '[' && (parser_peek(p, 0) == ':' || parser_peek(p, 0) == '.' || parser_peek(p, 0) == '='))
		parser_refuse(p, from, "POSIX classes are not part of the pattern language: write \\[ for the sign");
	if (*cp != '\\')
		return true;
	c = parser_peek(p, 0);
	p->at += c >= 0;
	if (c == 'd')
		add_range(p, m, '0', '9');
	else if (c == 's')
		add_range(p, m, ' ', ' ');
	else if (c == 'p' && (c = parser_take_script(p, from)) >= 0)
		add_script(p, m, c);
	else if (c == 'x')
		return *cp = parser_take_hex(p, from), true;
	else if (c >= 0 && c < 0x80 && ispunct(c))
		return *cp = (uint32_t)c, true;
	else if (!p->failed)
		parser_refuse_escape(p, from, c);
	return false;
}

static void check_member(struct parser *p, uint32_t cp, size_t at)
{
	if (parser_is_control(cp))
		parser_refuse(p, at, "a control character or line end in a class: write \\s for a blank");
	else if (char_is_removed(cp))
		parser_refuse(p, at, "nothing is left of this character when text is folded");
	else if (cp == '>')
		parser_refuse(p, at, PARSER_QUOTE);
	else if (char_is_region(cp))
		parser_refuse(p, at, PARSER_REGION);
	else if (fold_leans(cp) && !fold_dash(cp) && !char_is_blank(cp))
		parser_refuse(p, at, PARSER_MARK);
}

static void take_range(struct parser *p, struct members *m)
{
	size_t from = p->at;
	uint32_t low, high;

	if (!take_member(p, m, &low)) {
		if (!p->failed && parser_peek(p, 0) == '-' && parser_peek(p, 1) >= 0 && parser_peek(p, 1) != ']')
			parser_refuse(p, p->at, "this begins no range: write \\- for the sign itself");
		return;
	}
	if (parser_peek(p, 0) != '-' || parser_peek(p, 1) < 0 || parser_peek(p, 1) == ']') {
		check_member(p, low, from);
		add_range(p, m, low, low);
		return;
	}
	p->at++;
	if (!take_member(p, m, &high))
		parser_refuse(p, from, "this range has no end that is one character");
	else if (high < low)
		parser_refuse(p, from, "this range runs backwards");
	add_range(p, m, low, high);
}

const struct node *parse_class(struct parser *p)
{
	struct members m = { 0 };
	size_t from = p->at;
	bool negated;

	p->at++;
	negated = parser_peek(p, 0) == '^';
	p->at += negated;
	if (parser_peek(p, 0) == ']')
		parser_refuse(p, from, "this class is empty: write \\] for the sign itself");
	while (!p->failed && parser_peek(p, 0) >= 0 && parser_peek(p, 0) != ']')
		take_range(p, &m);
	if (parser_peek(p, 0) < 0)
		parser_refuse(p, from, "this class is not closed: ] is missing");
	p->at++;
	return make_class(p, &m, negated, from);
}
