/*
 * pattern_parse - what the files of the parser share.
 * (the text of a pattern) -> struct parser at some place of it
 *
 * For pattern_parse*.c only.
 */
#ifndef LURE_MATCH_PATTERN_PARSE_H
#define LURE_MATCH_PATTERN_PARSE_H

#include "match/pattern_tree.h"

/* A character as typed, and where. */
struct typed {
	uint32_t cp;
	size_t at;
};

struct parser {
	struct arena *arena;
	struct span text;
	size_t at;
	pattern_term_fn *term;
	void *arg;
	struct pattern_error *error;
	bool failed;             /* *error says why, or the arena has failed */
	unsigned depth;          /* open groups */
	size_t size;             /* bytes, with the terms so far */
	size_t walked;           /* characters in classes */
	struct typed *run;       /* literal text that is not a node yet */
	size_t nrun;
	const struct node *scripts[3]; /* of \p, once built */
};

#define PARSER_QUOTE "at the start of a line > marks a quotation: write it with the text before it, or leave it out"
#define PARSER_REGION "two regional indicators are a flag, others are letters: write what stands around this as well"
#define PARSER_MARK "what this mark becomes depends on the character before it: write both as literal text"

/* Line ends among them. */
static inline bool parser_is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp < 0xA0) || char_is_line_end(cp);
}

/* The first mistake is the one that is reported. */
__attribute__((format(printf, 3, 4)))
void parser_refuse(struct parser *p, size_t at, const char *fmt, ...);
/* A byte of the text, -1 behind its end. */
static inline int parser_peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.n ? (unsigned char)p->text.p[p->at + ahead] : -1;
}
bool parser_begins_with(const struct parser *p, const char *s);
uint32_t parser_take(struct parser *p); /* a character */

/* What follows a backslash that is at byte `from`. */
uint32_t parser_take_hex(struct parser *p, size_t from);
int parser_take_script(struct parser *p, size_t from); /* of \p; -1: refused */
void parser_refuse_escape(struct parser *p, size_t from, int c);

/* NULL: refused, or no memory. */
const struct node *parse_class(struct parser *p); /* at its [ */
const struct node *parser_digit(struct parser *p, size_t from);
const struct node *parser_script(struct parser *p, int script, size_t from);

#endif
