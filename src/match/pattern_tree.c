#include <config.h>

#include "match/pattern_tree.h"

#include "base/utf8.h"

#define STAND_IN 0x2261u /* a sign that folding leaves alone, and the skeleton drops */

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Sums and products stay far from overflow: nothing that is used is longer than PATTERN_WIDTH_MAX characters. */
static uint32_t capped(uint64_t n)
{
	return n < 0x1000000 ? (uint32_t)n : 0x1000000;
}

/* --- characters --------------------------------------------------------------------------------------------------- */

bool char_is_blank(uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_char(VIEW_TEXT, cp, image) == 1 && image[0] == ' ';
}

bool char_is_unseen(uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_char(VIEW_TEXT, cp, image) == 0;
}

bool char_is_removed(uint32_t cp)
{
	return char_is_unseen(cp) && !fold_leans(cp);
}

bool char_is_clear(uint32_t cp)
{
	if (char_is_line_end(cp) || (cp >= 0xD800 && cp <= 0xDFFF))
		return false;
	return char_is_blank(cp) || fold_dash(cp) || !(fold_leans(cp) || char_is_unseen(cp));
}

/* --- runs --------------------------------------------------------------------------------------------------------- */

static struct span folded(struct arena *a, enum view_kind view, const char *before, struct span typed)
{
	struct buf whole = BUF_HEAP, image = BUF_HEAP;
	struct span ret = { NULL, 0 };
	size_t skip = strlen(before);

	buf_str(&whole, before);
	buf_span(&whole, typed);
	fold_literal(view, buf_text(&whole), &image);
	if (whole.failed || image.failed)
		arena_alloc(a, SIZE_MAX); /* fails, and is remembered */
	else if (image.n >= skip)
		ret = arena_copy(a, span_from(buf_text(&image), skip));
	buf_free(&whole);
	buf_free(&image);
	return ret;
}

/* The first character that is not removed. */
static uint32_t first_of(struct span typed)
{
	uint32_t cp = 0;

	for (const char *p = typed.p, *end = p + typed.n; p < end;) {
		p += utf8_get(p, end, &cp);
		if (!char_is_removed(cp))
			break;
	}
	return cp;
}

static bool begins_long(struct span text)
{
	return text.n >= 3 && memcmp(text.p, "ー", 3) == 0;
}

static void add_one_form(struct run *r, enum view_kind view, struct span text, unsigned behind)
{
	for (size_t i = 0; i < r->nforms[view]; i++)
		if (r->form[view][i].behind == behind && span_eq(r->form[view][i].text, text))
			return;
	r->form[view][r->nforms[view]++] = (struct run_form){ text, behind };
}

/* And what is left of it behind the U+30FC, or the line end, that it begins with. */
static void add_form(struct run *r, enum view_kind view, struct span text)
{
	add_one_form(r, view, text, 0);
	if (begins_long(text))
		add_one_form(r, view, span_from(text, 3), ENDS_LONG);
	if (view == VIEW_TEXT && text.n > 0 && text.p[0] == '\n')
		add_one_form(r, view, span_from(text, 1), ENDS_NEWLINE);
}

/* The run with a sign in the place of each dash: false where there is none. */
static bool without_dashes(struct span typed, struct buf *ret)
{
	bool any = false;
	uint32_t cp;

	for (const char *p = typed.p, *end = p + typed.n; p < end;) {
		p += utf8_get(p, end, &cp);
		any |= fold_dash(cp);
		buf_utf8(ret, fold_dash(cp) ? STAND_IN : cp);
	}
	return any;
}

/* The run whose dashes part letters in their text, so that none of them is a U+30FC (fold.h, rule 3). */
static void add_parted_form(struct arena *a, struct run *r, enum view_kind view)
{
	struct buf signs = BUF_HEAP, text = BUF_ARENA(a, 0);
	const char *typed = r->typed.p, *end = typed + r->typed.n;
	uint32_t cp, dash = 0, image[UNICODE_IMAGE_MAX];

	if (without_dashes(r->typed, &signs)) {
		struct span s = folded(a, view, "", buf_text(&signs));

		for (size_t i = 0; i < s.n;) {
			i += utf8_get(s.p + i, s.p + s.n, &cp);
			if (cp == STAND_IN)
				do
					typed += utf8_get(typed, end, &dash);
				while (typed < end && !fold_dash(dash) && dash != STAND_IN);
			buf_utf8(&text, cp != STAND_IN ? cp : fold_char(VIEW_TEXT, dash, image) == 1 ? image[0] : '-');
		}
		add_form(r, view, buf_text(&text));
	}
	buf_free(&signs);
}

/* あ is あ in both views. */
static void add_forms(struct arena *a, struct run *r, enum view_kind view)
{
	add_form(r, view, folded(a, view, "", r->typed));
	if (fold_dash(first_of(r->typed)))
		add_form(r, view, folded(a, view, "あ", r->typed));
	add_parted_form(a, r, view);
}

static unsigned ends_of(struct span text)
{
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		return ENDS_NEWLINE;
	return text.n >= 3 && memcmp(text.p + text.n - 3, "ー", 3) == 0 ? ENDS_LONG : 0;
}

static uint32_t count(struct span text, bool letters_only, uint32_t *bytes)
{
	uint32_t n = 0;

	*bytes = 0;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		n += (c & 0xC0) != 0x80 && !(letters_only && (c == ' ' || c == '\n'));
		*bytes += c != '\n';
	}
	return n;
}

const struct node *node_run(struct arena *a, struct span typed)
{
	struct run *r = arena_alloc(a, sizeof *r);
	struct node *n = (struct node *)(uintptr_t)node_atom(a, NODE_RUN);

	if (n == NULL || r == NULL)
		return NULL;
	n->run = r;
	r->typed = arena_copy(a, typed);
	n->least = UINT32_MAX;
	for (int view = 0; view < VIEW_N; view++) {
		add_forms(a, r, view);
		for (size_t i = 0; i < r->nforms[view]; i++) {
			struct span text = r->form[view][i].text;
			uint32_t bytes, letters = count(text, true, &bytes);

			n->most[view] = larger(n->most[view], (uint32_t)text.n);
			n->ends[view] |= ends_of(text);
			if (i == 0)
				n->letters[view] = letters;
			if (view == VIEW_TEXT) {
				n->characters = larger(n->characters, count(text, false, &bytes));
			} else {
				n->least = smaller(n->least, bytes);
			}
		}
	}
	n->code = 16;
	for (size_t i = 0; i < r->nforms[VIEW_TEXT]; i++)
		n->code += 16 + 2 * (uint32_t)r->form[VIEW_TEXT][i].text.n;
	n->nullable[VIEW_TEXT] = r->form[VIEW_TEXT][0].text.n == 0;
	n->vanishes = n->nullable[VIEW_SKELETON] = n->letters[VIEW_SKELETON] == 0;
	return arena_failed(a) ? NULL : n;
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

const struct node *node_atom(struct arena *a, enum node_kind kind)
{
	struct node *n = arena_alloc(a, sizeof *n);

	if (n == NULL)
		return NULL;
	n->kind = kind;
	if (kind == NODE_RUN)
		return n;
	n->code = 16;
	n->nullable[VIEW_TEXT] = n->nullable[VIEW_SKELETON] = kind != NODE_ANY;
	n->vanishes = true;
	n->starts = kind == NODE_START;
	n->finishes = kind == NODE_END;
	n->characters = kind == NODE_ANY || kind == NODE_BLANK;
	n->most[VIEW_TEXT] = kind == NODE_ANY ? UTF8_MAX : kind == NODE_BLANK || kind == NODE_START;
	n->most[VIEW_SKELETON] = kind == NODE_ANY ? UTF8_MAX : kind == NODE_START;
	return n;
}

static unsigned utf8_length(uint32_t cp)
{
	return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
}

static void measure_class(struct node *n, const struct class_image *image, enum view_kind view)
{
	uint32_t least = image->newline ? 1 : UTF8_MAX, most = image->newline, bytes;
	uint32_t code = 64 + 9 * (uint32_t)image->nranges;

	if (image->nranges > 0) {
		least = smaller(least, utf8_length(image->ranges[0].from));
		most = larger(most, utf8_length(image->ranges[image->nranges - 1].to));
	}
	for (size_t i = 0; i < image->nlonger; i++) {
		uint32_t letters = count(image->longer[i], false, &bytes);

		least = smaller(least, bytes);
		most = larger(most, (uint32_t)image->longer[i].n);
		code += 8 + 2 * (uint32_t)image->longer[i].n;
		n->ends[view] |= ends_of(image->longer[i]);
		if (view == VIEW_TEXT)
			n->characters = larger(n->characters, letters);
	}
	n->code = larger(n->code, code);
	if (class_holds_long(image))
		n->ends[view] |= ENDS_LONG;
	if (image->newline)
		n->ends[view] |= ENDS_NEWLINE;
	n->most[view] = most;
	n->nullable[view] = view == VIEW_TEXT ? image->goes : !image->left;
	n->letters[view] = !n->nullable[view];
	if (view == VIEW_SKELETON) {
		n->vanishes = image->goes;
		n->least = image->goes || class_holds_long(image) ? 0 : least;
	}
}

const struct node *node_class(struct arena *a, const struct char_class *class)
{
	struct node *n = arena_alloc(a, sizeof *n);

	if (n == NULL || class == NULL)
		return NULL;
	*n = (struct node){ .kind = NODE_CLASS, .class = class, .characters = 1 };
	if (class->negated) {
		n->code = 64 + 9 * (uint32_t)(class->image[VIEW_TEXT].nranges + class->image[VIEW_SKELETON].nranges);
		n->vanishes = true;
		n->most[VIEW_TEXT] = n->most[VIEW_SKELETON] = UTF8_MAX;
		return n;
	}
	measure_class(n, &class->image[VIEW_TEXT], VIEW_TEXT);
	measure_class(n, &class->image[VIEW_SKELETON], VIEW_SKELETON);
	return n;
}

/* A node of children; what is the same for a sequence and a choice. */
static struct node *node_of(struct arena *a, enum node_kind kind, const struct node *const *v, size_t n)
{
	struct node *node = arena_alloc(a, sizeof *node);
	const struct node **children = arena_array(a, n, sizeof(*children));

	if (node == NULL || children == NULL)
		return NULL;
	*node = (struct node){ .kind = kind, .children = children, .n = n };
	for (size_t i = 0; i < n; i++) {
		if (v[i] == NULL)
			return NULL;
		children[i] = v[i];
		node->depth = larger(node->depth, v[i]->depth + 1);
		node->code = capped((uint64_t)node->code + v[i]->code + 8);
		node->starts |= v[i]->starts;
		node->finishes |= v[i]->finishes;
	}
	return node;
}

const struct node *node_sequence(struct arena *a, const struct node *const *v, size_t n)
{
	struct node *s;

	if (n == 0)
		return node_atom(a, NODE_EMPTY);
	if (n == 1)
		return v[0];
	s = node_of(a, NODE_SEQUENCE, v, n);
	if (s == NULL)
		return NULL;
	s->nullable[VIEW_TEXT] = s->nullable[VIEW_SKELETON] = s->vanishes = true;
	for (size_t i = 0; i < n; i++) {
		s->vanishes &= v[i]->vanishes;
		s->characters = capped((uint64_t)s->characters + v[i]->characters);
		s->least = capped((uint64_t)s->least + v[i]->least);
		for (int view = 0; view < VIEW_N; view++) {
			s->ends[view] = ends_after(v[i], view, s->ends[view]);
			s->nullable[view] &= v[i]->nullable[view];
			s->most[view] = capped((uint64_t)s->most[view] + v[i]->most[view]);
			s->letters[view] = capped((uint64_t)s->letters[view] + v[i]->letters[view]);
		}
	}
	return s;
}

const struct node *node_choice(struct arena *a, const struct node *const *v, size_t n)
{
	struct node *c;

	if (n == 1)
		return v[0];
	c = node_of(a, NODE_CHOICE, v, n);
	if (c == NULL)
		return NULL;
	c->least = c->letters[VIEW_TEXT] = c->letters[VIEW_SKELETON] = UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		c->firm |= node_is_firm(v[i]);
	for (size_t i = 0; i < n; i++) {
		c->vanishes |= v[i]->vanishes;
		c->characters = larger(c->characters, v[i]->characters);
		c->least = smaller(c->least, v[i]->least);
		for (int view = 0; view < VIEW_N; view++) {
			c->ends[view] |= v[i]->ends[view];
			c->most[view] = larger(c->most[view], v[i]->most[view]);
			if (view == VIEW_SKELETON && node_is_dropped(c, i))
				continue;
			c->nullable[view] |= v[i]->nullable[view];
			c->letters[view] = smaller(c->letters[view], v[i]->letters[view]);
		}
	}
	return c;
}

/* Is it one item for PCRE2, which is not written out when it is repeated? */
static bool is_single(const struct node *n)
{
	return n->kind == NODE_ANY || (n->kind == NODE_CLASS && n->class->image[VIEW_TEXT].nlonger == 0 &&
	    n->class->image[VIEW_SKELETON].nlonger == 0 && n->ends[VIEW_TEXT] == 0 && n->ends[VIEW_SKELETON] == 0);
}

const struct node *node_repeat(struct arena *a, const struct node *child, unsigned min, unsigned max, bool lazy)
{
	struct node *r = child != NULL ? node_of(a, NODE_REPEAT, &child, 1) : NULL;

	if (r == NULL)
		return NULL;
	r->min = (uint16_t)min;
	r->max = (uint16_t)max;
	r->lazy = lazy;
	r->code = is_single(child) ? child->code + 16 : capped((uint64_t)max * (child->code + 16));
	r->characters = capped((uint64_t)max * child->characters);
	r->least = capped((uint64_t)min * child->least);
	for (int view = 0; view < VIEW_N; view++) {
		r->ends[view] = child->ends[view];
		r->nullable[view] = min == 0 || child->nullable[view];
		r->most[view] = capped((uint64_t)max * child->most[view]);
		r->letters[view] = capped((uint64_t)min * child->letters[view]);
	}
	r->vanishes = min == 0 || child->vanishes;
	if (min > 0 && child->vanishes)
		r->letters[VIEW_SKELETON] = child->letters[VIEW_SKELETON];
	return r;
}

const struct node *node_ahead(struct arena *a, const struct node *child, bool negative)
{
	struct node *n = child != NULL ? node_of(a, negative ? NODE_NOT_AHEAD : NODE_AHEAD, &child, 1) : NULL;

	if (n == NULL)
		return NULL;
	n->starts = n->finishes = false;
	n->nullable[VIEW_TEXT] = n->nullable[VIEW_SKELETON] = n->vanishes = true;
	return n;
}

bool skeleton_is_weak(const struct node *n)
{
	uint32_t left = n->letters[VIEW_SKELETON];

	return left == 0 || (left < 2 && left < n->letters[VIEW_TEXT]);
}

size_t pattern_width(const struct pattern *p, enum view_kind view)
{
	return p->root->most[view];
}

bool pattern_may_be_empty(const struct pattern *p)
{
	return p->root->nullable[VIEW_TEXT];
}

const struct pattern *pattern_any(struct arena *a, const struct pattern *const *v, size_t n)
{
	const struct node **roots = arena_array(a, n, sizeof(*roots));
	struct pattern *p = arena_alloc(a, sizeof *p);

	if (roots == NULL || p == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		roots[i] = v[i]->root;
		p->size += v[i]->size + 1;
	}
	p->root = n > 0 ? node_choice(a, roots, n) : node_atom(a, NODE_EMPTY);
	return p->root != NULL ? p : NULL;
}
