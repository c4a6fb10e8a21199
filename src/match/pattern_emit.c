#include <config.h>

#include "match/pattern_tree.h"

#include <ctype.h>

#include "base/utf8.h"

/*
 * What was written for a node. OPTIONAL says that it matches nothing as well, which the written part does not say yet:
 * so a repetition of it can say so itself, instead of repeating something that may be nothing.
 */
enum written { NOTHING, ONE, SEVERAL }; /* ONE: a repetition may follow as it is */

struct emission {
	enum written written;
	bool optional;
};

#define ENDS_KEPT 64u /* alternatives that further ones are compared with */

static struct emission emit(const struct node *n, enum view_kind view, unsigned before, struct buf *out);

static bool plain(unsigned char c)
{
	return c >= 0x80 || isalnum(c) || c == ' ';
}

static void escape(struct buf *out, uint32_t cp)
{
	if (cp == '\n') {
		buf_str(out, "\\n");
		return;
	}
	if (cp < 0x80 && !plain((unsigned char)cp))
		buf_byte(out, '\\');
	buf_utf8(out, cp);
}

/* In the skeleton a U+000A may be missing. */
static void literal(struct span text, enum view_kind view, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n') {
			buf_str(out, view == VIEW_TEXT ? "\\n" : "\\n?");
			continue;
		}
		if (!plain((unsigned char)text.p[i]))
			buf_byte(out, '\\');
		buf_byte(out, text.p[i]);
	}
}

static void behind(unsigned ends, struct buf *out)
{
	buf_str(out, ends == ENDS_NEWLINE ? "(?<=\\n)" : "(?<=ー)");
}

static bool one_character(struct span text)
{
	uint32_t cp;

	return text.n > 0 && utf8_get(text.p, text.p + text.n, &cp) == text.n;
}

static struct emission emit_run(const struct run *r, enum view_kind view, unsigned before, struct buf *out)
{
	const struct run_form *form = r->form[view];
	size_t forms = 0, start = out->n;
	bool optional = false;

	for (size_t i = 0; i < r->nforms[view]; i++)
		forms += form[i].behind == 0 || (form[i].behind & before);
	if (forms == 1 && view == VIEW_SKELETON && span_is(form->text, "\n")) {
		buf_str(out, "\\n");
		return (struct emission){ ONE, true };
	}
	if (forms > 1)
		buf_str(out, "(?:");
	for (size_t i = 0, k = 0; i < r->nforms[view]; i++) {
		if (form[i].behind != 0 && !(form[i].behind & before))
			continue;
		if (form[i].behind == 0 && form[i].text.n == 0) {
			optional = true;
			continue;
		}
		if (k++ > 0)
			buf_byte(out, '|');
		if (form[i].behind != 0)
			behind(form[i].behind, out);
		literal(form[i].text, view, out);
	}
	if (forms > 1)
		buf_byte(out, ')');
	if (forms == 1 && out->n == start)
		return (struct emission){ NOTHING, false };
	return (struct emission){ forms > 1 || one_character(form->text) ? ONE : SEVERAL, optional };
}

static void emit_ranges(const struct class_image *c, bool negated, enum view_kind view, struct buf *out)
{
	buf_str(out, negated ? "[^" : "[");
	if (negated || c->newline)
		buf_str(out, "\\n");
	for (size_t i = 0; i < c->nranges; i++) {
		escape(out, c->ranges[i].from);
		if (c->ranges[i].to > c->ranges[i].from + 1)
			buf_byte(out, '-');
		if (c->ranges[i].to > c->ranges[i].from)
			escape(out, c->ranges[i].to);
	}
	buf_byte(out, ']');
}

static struct emission emit_class(const struct char_class *class, enum view_kind view, unsigned before, struct buf *out)
{
	const struct class_image *c = &class->image[view];
	bool after_newline = view == VIEW_TEXT && c->newline && (before & ENDS_NEWLINE);
	bool after_long = (before & ENDS_LONG) && class_holds_long(c);
	bool optional = c->goes;
	size_t one = c->nranges > 0 || c->newline, alternatives = one + c->nlonger + after_newline + after_long, k = 0;

	if (class->negated) {
		emit_ranges(c, true, view, out);
		return (struct emission){ ONE, false };
	}
	if (alternatives == 0)
		return (struct emission){ NOTHING, false };
	if (alternatives > 1)
		buf_str(out, "(?:");
	if (one > 0 && ++k > 0)
		emit_ranges(c, false, view, out);
	for (size_t i = 0; i < c->nlonger; i++) {
		if (k++ > 0)
			buf_byte(out, '|');
		literal(c->longer[i], view, out);
	}
	if (after_newline) {
		buf_byte(out, '|');
		behind(ENDS_NEWLINE, out);
	}
	if (after_long) {
		buf_byte(out, '|');
		behind(ENDS_LONG, out);
	}
	if (alternatives > 1)
		buf_byte(out, ')');
	if (view == VIEW_SKELETON)
		optional = !c->left; /* invariant 3 of pattern_tree.h */
	return (struct emission){ alternatives > 1 || c->nlonger == 0 ? ONE : SEVERAL, optional };
}

/* Writes `?` behind what was written from byte `start` on. */
static void make_optional(size_t start, enum written written, struct buf *out)
{
	if (written == NOTHING || out->failed)
		return;
	if (written == SEVERAL) {
		struct span s = span_from(buf_text(out), start);
		struct buf copy = BUF_HEAP;

		buf_span(&copy, s);
		out->n = start;
		buf_str(out, "(?:");
		buf_span(out, buf_text(&copy));
		buf_byte(out, ')');
		out->failed |= copy.failed;
		buf_free(&copy);
	}
	buf_byte(out, '?');
}

/* All of a node, what is optional included. */
static enum written emit_whole(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	size_t start = out->n;
	struct emission e = emit(n, view, before, out);

	if (e.optional)
		make_optional(start, e.written, out);
	return e.optional && e.written == ONE ? SEVERAL : e.written;
}

static struct emission emit_sequence(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	size_t parts = 0;
	enum written last = NOTHING;

	for (size_t i = 0; i < n->n; i++) {
		enum written w = emit_whole(n->children[i], view, before, out);

		before = ends_after(n->children[i], view, before);
		if (w != NOTHING) {
			last = w;
			parts++;
		}
	}
	return (struct emission){ parts == 1 ? last : parts > 1 ? SEVERAL : NOTHING, false };
}

/* Is what stands from byte `at` on written before it as an alternative, after byte `start`? */
static bool is_double(const struct buf *out, size_t start, const size_t *ends, size_t n, size_t at)
{
	for (size_t i = 0; !out->failed && i < n; i++) {
		size_t from = i == 0 ? start : ends[i - 1] + 1;

		if (span_eq(span(out->p + from, ends[i] - from), span(out->p + at, out->n - at)))
			return true;
	}
	return false;
}

static struct emission emit_choice(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	size_t start = out->n + 3, ends[ENDS_KEPT], k = 0;
	bool optional = false;

	buf_str(out, "(?:");
	for (size_t i = 0; i < n->n; i++) {
		size_t undo = out->n, at = undo + (k > 0);
		bool dropped = view == VIEW_SKELETON && node_is_dropped(n, i);
		struct emission e;

		if (k > 0)
			buf_byte(out, '|');
		e = emit(n->children[i], view, before, out);
		optional |= (e.optional || e.written == NOTHING) && !dropped;
		/* Of what is dropped a line end may stay, since there is no nothing that it could be taken for. */
		if (e.written == NOTHING || (dropped && !e.optional) ||
		    is_double(out, start, ends, k < ENDS_KEPT ? k : ENDS_KEPT, at)) {
			if (!out->failed)
				out->n = undo;
			continue;
		}
		if (k < ENDS_KEPT)
			ends[k] = out->n;
		k++;
	}
	if (k == 0 && !out->failed)
		out->n = start - 3;
	else
		buf_byte(out, ')');
	return (struct emission){ k > 0 ? ONE : NOTHING, optional };
}

static struct emission emit_repeat(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	const struct node *child = n->children[0];
	size_t start = out->n;
	struct emission e = emit(child, view, before | (n->max > 1 ? child->ends[view] : 0), out);
	bool fewer = view == VIEW_SKELETON && child->vanishes && n->min > 1; /* some of them may be gone */
	unsigned min = e.optional ? 0 : fewer ? 1 : n->min;
	unsigned max = child->kind == NODE_BLANK ? 1 : n->max;

	if (e.written == NOTHING || (min == 1 && max == 1))
		return (struct emission){ e.written, false };
	if (e.written == SEVERAL || out->failed) {
		make_optional(start, SEVERAL, out);
		out->n -= !out->failed;
	}
	if (min == 0 && max == 1)
		buf_byte(out, '?');
	else if (min == max)
		buf_printf(out, "{%u}", min);
	else
		buf_printf(out, "{%u,%u}", min, max);
	if (n->lazy)
		buf_byte(out, '?');
	return (struct emission){ SEVERAL, false };
}

/* What the view may leave nothing of forbids nothing, and asks for nothing. */
static struct emission emit_ahead(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	bool negative = n->kind == NODE_NOT_AHEAD;

	if (n->children[0]->nullable[view])
		return (struct emission){ NOTHING, false };
	buf_str(out, negative ? "(?!" : "(?=");
	emit_whole(n->children[0], view, negative ? 0 : before, out);
	buf_byte(out, ')');
	return (struct emission){ SEVERAL, false };
}

static struct emission emit(const struct node *n, enum view_kind view, unsigned before, struct buf *out)
{
	switch (n->kind) {
	case NODE_RUN:
		return emit_run(n->run, view, before, out);
	case NODE_CLASS:
		return emit_class(n->class, view, before, out);
	case NODE_SEQUENCE:
		return emit_sequence(n, view, before, out);
	case NODE_CHOICE:
		return emit_choice(n, view, before, out);
	case NODE_REPEAT:
		return emit_repeat(n, view, before, out);
	case NODE_AHEAD:
	case NODE_NOT_AHEAD:
		return emit_ahead(n, view, before, out);
	case NODE_ANY:
		buf_byte(out, '.');
		return (struct emission){ ONE, false };
	case NODE_START:
		buf_str(out, "^\\n?");
		return (struct emission){ SEVERAL, false };
	case NODE_END:
		buf_byte(out, '$');
		return (struct emission){ SEVERAL, false };
	case NODE_BLANK:
		if (view == VIEW_SKELETON)
			break;
		buf_byte(out, ' ');
		return (struct emission){ ONE, true };
	case NODE_BORDER:
		if (view == VIEW_SKELETON)
			break; /* the blanks that made the border are gone */
		buf_str(out, "\\b");
		return (struct emission){ SEVERAL, false };
	case NODE_EMPTY:
		break;
	}
	return (struct emission){ NOTHING, false };
}

/* The alternatives of the whole pattern, but those that are too weak in the skeleton. */
static void emit_strong(const struct node *n, struct buf *out, size_t *written, bool *weak)
{
	if (n->kind == NODE_CHOICE) {
		for (size_t i = 0; i < n->n; i++)
			emit_strong(n->children[i], out, written, weak);
	} else if (skeleton_is_weak(n)) {
		*weak = true;
	} else {
		if ((*written)++ > 0)
			buf_byte(out, '|');
		emit_whole(n, VIEW_SKELETON, 0, out);
	}
}

void pattern_emit(const struct pattern *p, enum view_kind view, struct buf *out)
{
	size_t written = 0;
	bool weak = false;

	if (view == VIEW_TEXT) {
		emit_whole(p->root, view, 0, out);
		return;
	}
	emit_strong(p->root, out, &written, &weak);
	if (weak) /* nothing at the end of the text: found, and without a hit */
		buf_str(out, written > 0 ? "|\\z" : "\\z");
}
