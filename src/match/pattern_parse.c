#include <config.h>

#include "match/pattern_parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#define COUNT_MAX PATTERN_WIDTH_MAX
#define TREE_DEPTH_MAX (3 * PATTERN_DEPTH_MAX) /* a group is a choice of sequences of repetitions */

/* The nodes of a branch. */
struct list {
	const struct node **v;
	size_t n, cap;
	uint64_t characters; /* of a branch: that it matches at most */
	uint64_t code;       /* of a branch: bytes of compiled regex */
	bool finishes;       /* of a branch: $ is in it */
};

struct bounds {
	unsigned min, max;
	bool lazy;
};

static const struct node *parse_choice(struct parser *p);

void parser_refuse(struct parser *p, size_t at, const char *fmt, ...)
{
	va_list ap;

	if (p->failed)
		return;
	p->failed = true;
	p->error->offset = at;
	va_start(ap, fmt);
	vsnprintf(p->error->text, sizeof p->error->text, fmt, ap);
	va_end(ap);
}

bool parser_begins_with(const struct parser *p, const char *s)
{
	size_t n = strlen(s);

	return p->text.n - p->at >= n && memcmp(p->text.p + p->at, s, n) == 0;
}

uint32_t parser_take(struct parser *p)
{
	uint32_t cp;

	p->at += utf8_get(p->text.p + p->at, p->text.p + p->text.n, &cp);
	return cp;
}

static bool push(struct parser *p, struct list *l, const struct node *n)
{
	if (n == NULL) {
		p->failed = true;
		return false;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 8 : 2 * l->cap;

		l->v = arena_grow(p->arena, l->v, l->cap * sizeof *l->v, cap * sizeof *l->v);
		l->cap = cap;
		if (l->v == NULL) {
			p->failed = true;
			return false;
		}
	}
	l->v[l->n++] = n;
	return true;
}

/* Adds to a branch what began at byte `at`. */
static void append(struct parser *p, struct list *branch, const struct node *n, size_t at)
{
	if (n == NULL) {
		p->failed = true;
		return;
	}
	if (n->starts && branch->characters > 0)
		parser_refuse(p, at, "^ is the start of the field: nothing can stand before it");
	if (branch->finishes && node_consumes(n))
		parser_refuse(p, at, "$ is the end of the field: nothing can stand behind it");
	if (p->failed || !push(p, branch, n))
		return;
	branch->characters += n->characters;
	branch->code += n->code + 8;
	branch->finishes |= n->finishes;
	if (branch->characters > PATTERN_WIDTH_MAX)
		parser_refuse(p, at, "from here on this pattern matches more than %u characters", PATTERN_WIDTH_MAX);
	else if (branch->code > PATTERN_CODE_MAX)
		parser_refuse(p, at, "from here on this pattern is too large, its repetitions written out");
}

/* --- runs --------------------------------------------------------------------------------------------------------- */

/* Invariant 1 of pattern_tree.h, and that something is left of the run. */
static bool check_run(struct parser *p, const struct typed *v, size_t n)
{
	size_t first = 0, last = n; /* what is seen */

	while (first < n && char_is_removed(v[first].cp))
		first++;
	while (last > first + 1 && char_is_unseen(v[last - 1].cp))
		last--;
	if (first == n)
		parser_refuse(p, v[0].at, "nothing is left of this when text is folded");
	else if (char_is_blank(v[first].cp) || char_is_blank(v[last - 1].cp))
		parser_refuse(p, v[char_is_blank(v[first].cp) ? first : last - 1].at,
		    "a blank here may be gone in folded text: leave it out, or write \\s");
	else if (v[first].cp == '>')
		parser_refuse(p, v[first].at, PARSER_QUOTE);
	else if (char_is_region(v[first].cp) || char_is_region(v[last - 1].cp))
		parser_refuse(p, v[char_is_region(v[first].cp) ? first : last - 1].at, PARSER_REGION);
	else if (fold_leans(v[first].cp) && !fold_dash(v[first].cp))
		parser_refuse(p, v[first].at, PARSER_MARK);
	return !p->failed;
}

static const struct node *make_run(struct parser *p, const struct typed *v, size_t n)
{
	struct buf text = BUF_ARENA(p->arena, 0);

	if (!check_run(p, v, n))
		return NULL;
	for (size_t i = 0; i < n; i++)
		buf_utf8(&text, v[i].cp);
	return node_run(p->arena, buf_text(&text));
}

static void flush(struct parser *p, struct list *branch)
{
	size_t n = p->nrun;

	p->nrun = 0;
	if (n > 0 && !p->failed)
		append(p, branch, make_run(p, p->run, n), p->run[0].at);
}

/* --- repetition --------------------------------------------------------------------------------------------------- */

static bool number(struct parser *p, unsigned *ret)
{
	size_t from = p->at;

	for (*ret = 0; isdigit(parser_peek(p, 0)); p->at++)
		if (*ret <= COUNT_MAX)
			*ret = *ret * 10 + (unsigned)(parser_peek(p, 0) - '0');
	return p->at > from;
}

/* {n} {n,} {n,m}; false, and nothing is taken, where it is none. */
static bool take_braces(struct parser *p, struct bounds *b)
{
	size_t from = p->at;

	p->at++;
	if (number(p, &b->min)) {
		b->max = b->min;
		if (parser_peek(p, 0) == ',') {
			p->at++;
			if (!number(p, &b->max))
				b->max = b->min > PATTERN_REPEAT_MAX ? b->min : PATTERN_REPEAT_MAX;
		}
		if (parser_peek(p, 0) == '}') {
			p->at++;
			return true;
		}
	}
	p->at = from;
	return false;
}

static bool take_bounds(struct parser *p, struct bounds *b)
{
	size_t from = p->at;

	*b = (struct bounds){ 0, PATTERN_REPEAT_MAX, false };
	switch (parser_peek(p, 0)) {
	case '*':
		p->at++;
		break;
	case '+':
		b->min = 1;
		p->at++;
		break;
	case '?':
		b->max = 1;
		p->at++;
		break;
	case '{':
		if (take_braces(p, b))
			break;
		return false;
	default:
		return false;
	}
	if (b->max < b->min)
		parser_refuse(p, from, "the first number is the smaller one");
	else if (b->max == 0)
		parser_refuse(p, from, "this repeats nothing");
	else if (b->max > COUNT_MAX)
		parser_refuse(p, from, "no more than %u times", COUNT_MAX);
	if (parser_peek(p, 0) == '?') {
		b->lazy = true;
		p->at++;
	} else if (parser_peek(p, 0) == '+') {
		parser_refuse(p, p->at, "possessive repetition is not part of the pattern language");
	}
	return true;
}

static void refuse_second_bounds(struct parser *p)
{
	struct bounds b;
	size_t from = p->at;

	if (!p->failed && take_bounds(p, &b)) {
		p->failed = false;
		parser_refuse(p, from, "this repeats a repetition: put what is repeated in (?:...)");
	}
}

/* Adds an atom that began at byte `at` and ends here, with the repetition that follows it. */
static void append_atom(struct parser *p, struct list *branch, const struct node *n, size_t at)
{
	struct bounds b;
	size_t from = p->at;

	if (n != NULL && !p->failed && take_bounds(p, &b)) {
		if (n->characters == 0)
			parser_refuse(p, from, "there is nothing to repeat");
		else if ((n->starts || n->finishes) && b.max > 1)
			parser_refuse(p, from, "^ and $ stand once: this cannot be repeated");
		n = node_repeat(p->arena, n, b.min, b.max, b.lazy);
		refuse_second_bounds(p);
	}
	append(p, branch, n, at);
}

/* A literal character; a repetition behind it concerns it alone. */
static void add_typed(struct parser *p, struct list *branch, uint32_t cp, size_t at)
{
	int c = parser_peek(p, 0);

	if (parser_is_control(cp))
		parser_refuse(p, at, "a control character or line end in a pattern: write \\s for a blank");
	if (c == '*' || c == '+' || c == '?' || c == '{') {
		struct typed one = { cp, at };

		flush(p, branch);
		if (!p->failed)
			append_atom(p, branch, make_run(p, &one, 1), at);
		return;
	}
	p->run[p->nrun++] = (struct typed){ cp, at };
}

/* --- groups and terms --------------------------------------------------------------------------------------------- */

static void refuse_group(struct parser *p, size_t from)
{
	static const struct {
		const char *begin, *why;
	} kinds[] = {
		{ "(*", "verbs are not part of the pattern language: write \\( for the sign itself" },
		{ "(?<=", "look-behind is not part of the pattern language" },
		{ "(?<!", "look-behind is not part of the pattern language" },
		{ "(?P<", "a group has no name: nothing is captured" },
		{ "(?<", "a group has no name: nothing is captured" },
		{ "(?'", "a group has no name: nothing is captured" },
		{ "(?P=", "back-references are not part of the pattern language" },
		{ "(?P>", "recursion is not part of the pattern language" },
		{ "(?R", "recursion is not part of the pattern language" },
		{ "(?&", "recursion is not part of the pattern language" },
		{ "(?(", "conditions are not part of the pattern language" },
		{ "(?#", "comments are not part of the pattern language: write them in YAML" },
		{ "(?i", "options are not part of the pattern language: upper and lower case are one anyway" },
	};
	bool sign;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (parser_begins_with(p, kinds[i].begin)) {
			parser_refuse(p, from, "%s", kinds[i].why);
			return;
		}
	}
	sign = parser_peek(p, 2) == '+' || parser_peek(p, 2) == '-';
	if (isdigit(parser_peek(p, 2 + sign)))
		parser_refuse(p, from, "recursion is not part of the pattern language");
	else
		parser_refuse(p, from, "of the groups that begin with (? there are (?:...), (?=...) and (?!...)");
}

static const struct node *parse_group(struct parser *p, bool *look)
{
	size_t from = p->at;
	bool negative = parser_begins_with(p, "(?!");
	const struct node *n;

	*look = negative || parser_begins_with(p, "(?=");
	if (*look || parser_begins_with(p, "(?:"))
		p->at += 3;
	else if (parser_peek(p, 1) == '?' || parser_peek(p, 1) == '*')
		refuse_group(p, from);
	else
		p->at++;
	if (++p->depth > PATTERN_DEPTH_MAX)
		parser_refuse(p, from, "groups are nested too deeply");
	n = p->failed ? NULL : parse_choice(p);
	p->depth--;
	if (n == NULL || p->failed)
		return NULL;
	if (parser_peek(p, 0) != ')')
		parser_refuse(p, from, "this group is not closed: ) is missing");
	else if (n->kind == NODE_EMPTY)
		parser_refuse(p, from, "this group is empty");
	else if (*look && (n->starts || n->finishes))
		parser_refuse(p, from, "^ and $ cannot stand in a look-ahead");
	else if (negative && n->nullable[VIEW_TEXT])
		parser_refuse(p, from, "in folded text this may forbid nothing at all, and then it is never true");
	p->at++;
	return *look && !p->failed ? node_ahead(p->arena, n, negative) : n;
}

static const struct node *parse_term(struct parser *p)
{
	size_t from = p->at, end = from + 1;
	const struct pattern *term;
	struct span name;

	while (end < p->text.n && (islower((unsigned char)p->text.p[end]) || isdigit((unsigned char)p->text.p[end]) ||
	    p->text.p[end] == '-'))
		end++;
	name = span(p->text.p + from + 1, end - from - 1);
	if (name.n == 0 || end == p->text.n || p->text.p[end] != '>') {
		parser_refuse(p, from, "< begins a term such as <money>: write \\< for the sign itself");
		return NULL;
	}
	p->at = end + 1;
	term = p->term != NULL ? p->term(p->arg, name) : NULL;
	if (term == NULL) {
		parser_refuse(p, from, "there is no term <%.*s>", name.n > 60 ? 60 : (int)name.n, name.p);
		return NULL;
	}
	p->size += term->size;
	if (p->size > PATTERN_BYTES_MAX)
		parser_refuse(p, from, "with its terms this pattern is longer than %u bytes", PATTERN_BYTES_MAX);
	if (term->root->depth + 3 * p->depth > TREE_DEPTH_MAX)
		parser_refuse(p, from, "terms are nested too deeply");
	return p->failed ? NULL : term->root;
}

/* --- the language ------------------------------------------------------------------------------------------------- */

static void parse_escape(struct parser *p, struct list *branch)
{
	size_t from = p->at;
	int c = parser_peek(p, 1), script;
	uint32_t cp;

	p->at += 1 + (c >= 0);
	switch (c) {
	case 'b':
		flush(p, branch);
		append_atom(p, branch, node_atom(p->arena, NODE_BORDER), from);
		break;
	case 's':
		flush(p, branch);
		append_atom(p, branch, node_atom(p->arena, NODE_BLANK), from);
		break;
	case 'd':
		flush(p, branch);
		append_atom(p, branch, parser_digit(p, from), from);
		break;
	case 'p':
		flush(p, branch);
		script = parser_take_script(p, from);
		if (script >= 0)
			append_atom(p, branch, parser_script(p, script, from), from);
		break;
	case 'x':
		cp = parser_take_hex(p, from);
		if (!p->failed)
			add_typed(p, branch, cp, from);
		break;
	default:
		if (c >= 0 && c < 0x80 && ispunct(c))
			add_typed(p, branch, (uint32_t)c, from);
		else
			parser_refuse_escape(p, from, c);
	}
}

/* One atom of a branch; a literal character waits in p->run. */
static void parse_atom(struct parser *p, struct list *branch)
{
	size_t from = p->at;
	int c = parser_peek(p, 0);
	const struct node *n;
	bool look;

	if (c == '\\') {
		parse_escape(p, branch);
		return;
	}
	if (c == '*' || c == '+' || c == '?' || c == '{') {
		struct bounds b;

		if (take_bounds(p, &b)) {
			p->failed = false;
			parser_refuse(p, from, "there is nothing to repeat: write \\%c for the sign itself", c);
		} else {
			parser_refuse(p, from, "write \\{ for the sign itself");
		}
		return;
	}
	if (c == 0 || strchr("([.^$<", c) == NULL) {
		add_typed(p, branch, parser_take(p), from);
		return;
	}
	flush(p, branch);
	if (p->failed)
		return;
	switch (c) {
	case '(':
		n = parse_group(p, &look);
		break;
	case '[':
		n = parse_class(p);
		break;
	case '<':
		n = parse_term(p);
		break;
	default:
		p->at++;
		n = node_atom(p->arena, c == '.' ? NODE_ANY : c == '^' ? NODE_START : NODE_END);
	}
	if (n == NULL)
		p->failed = true;
	append_atom(p, branch, n, from);
}

static const struct node *parse_branch(struct parser *p)
{
	struct list branch = { 0 };

	while (!p->failed && p->at < p->text.n && parser_peek(p, 0) != '|' && parser_peek(p, 0) != ')')
		parse_atom(p, &branch);
	flush(p, &branch);
	return p->failed ? NULL : node_sequence(p->arena, branch.v, branch.n);
}

static const struct node *parse_choice(struct parser *p)
{
	struct list branches = { 0 };

	push(p, &branches, parse_branch(p));
	while (!p->failed && parser_peek(p, 0) == '|') {
		p->at++;
		push(p, &branches, parse_branch(p));
	}
	return p->failed ? NULL : node_choice(p->arena, branches.v, branches.n);
}

static const struct pattern *finish(struct parser *p, const struct node *root)
{
	struct pattern *ret = arena_alloc(p->arena, sizeof *ret);

	if (ret == NULL)
		return NULL;
	*ret = (struct pattern){ root, p->size };
	return ret;
}

const struct pattern *pattern_parse(struct arena *a, struct span text, pattern_term_fn *term, void *arg,
    struct pattern_error *error)
{
	struct parser p = { .arena = a, .text = text, .term = term, .arg = arg, .error = error, .size = text.n };
	const struct node *root = NULL;
	size_t valid = utf8_valid(text, NULL);

	if (text.n == 0)
		parser_refuse(&p, 0, "this pattern is empty");
	else if (text.n > PATTERN_BYTES_MAX)
		parser_refuse(&p, PATTERN_BYTES_MAX, "this pattern is longer than %u bytes", PATTERN_BYTES_MAX);
	else if (valid < text.n)
		parser_refuse(&p, valid, "this is not UTF-8");
	p.run = arena_array(a, text.n, sizeof *p.run);
	if (!p.failed && p.run != NULL)
		root = parse_choice(&p);
	if (root != NULL && p.at < text.n)
		parser_refuse(&p, p.at, "this ) closes no group: write \\) for the sign itself");
	if (root != NULL && root->characters == 0)
		parser_refuse(&p, 0, "this pattern matches no text");
	if (root != NULL && root->code > PATTERN_CODE_MAX)
		parser_refuse(&p, 0, "this pattern is too large, its repetitions written out");
	return p.failed || root == NULL ? NULL : finish(&p, root);
}
