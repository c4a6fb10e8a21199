#include <config.h>

#include "decode/mime_tree.h"

#define NONE PART_NO_PARENT

void tree_open(struct tree *t, struct arena *a, const struct limits *l)
{
	*t = (struct tree){ .arena = a, .limits = l, .started = arena_used(a), .decodable = l->scan_bytes };
}

void tree_stop(struct tree *t, flaw_set why)
{
	t->m.flaws |= why;
	t->stopped = true;
}

static bool grow(struct tree *t)
{
	size_t cap = t->cap == 0 ? 16 : 2 * t->cap;
	struct part *parts = arena_grow(t->arena, t->m.parts, t->cap * sizeof *parts, cap * sizeof *parts);
	struct leaf *leaves = arena_grow(t->arena, t->m.leaves, t->cap * sizeof *leaves, cap * sizeof *leaves);

	if (parts == NULL || leaves == NULL)
		return false;
	t->m.parts = parts;
	t->m.leaves = leaves;
	t->cap = cap;
	return true;
}

static size_t add(struct tree *t, size_t parent, enum part_place place)
{
	const struct part *up = parent != NONE ? &t->m.parts[parent] : NULL;
	struct part p = { .parent = parent, .place = place, .type = span_str("text/plain"), .transfer = "7bit" };

	if (up != NULL) {
		p.depth = up->depth + 1;
		p.place = up->place > place ? up->place : place;
		p.forwarded = up->forwarded || up->kind == PART_MESSAGE;
		p.alternative = up->kind == PART_MULTIPART && span_is(up->type, "multipart/alternative");
	}
	if (t->m.n == t->cap && !grow(t)) {
		t->stopped = true;
		return NONE;
	}
	t->m.parts[t->m.n] = p;
	t->m.leaves[t->m.n] = (struct leaf){ .twin = NONE };
	return t->m.n++;
}

/* What was decoded has a limit of its own. */
static bool is_full(const struct tree *t)
{
	size_t spent = arena_used(t->arena) - t->started - (t->limits->scan_bytes - t->decodable);

	return t->m.n + 1 >= t->limits->parts || spent > 2 * t->limits->text_bytes;
}

size_t tree_add(struct tree *t, size_t parent, enum part_place place)
{
	if (t->m.n > 0 && !t->stopped && is_full(t))
		tree_stop(t, FLAW_BIT(TRUNCATED));
	return t->stopped ? NONE : add(t, parent, place);
}

void tree_add_aside(struct tree *t, size_t parent, struct span raw)
{
	size_t i;

	if (!t->stopped && is_full(t))
		tree_stop(t, FLAW_BIT(TRUNCATED));
	i = t->m.n < t->limits->parts ? add(t, parent, PLACE_ASIDE) : NONE;
	if (i != NONE)
		t->m.leaves[i].raw = raw;
}

void tree_describe(struct tree *t, size_t i, const struct entity *e)
{
	struct part *p = &t->m.parts[i];
	struct leaf *f = &t->m.leaves[i];

	p->kind = e->kind;
	p->type = e->type;
	p->declared = e->declared;
	p->file_name = e->file_name;
	p->transfer = e->transfer_name;
	p->flaws |= e->flaws;
	if (e->attached && p->parent != NONE && p->place == PLACE_BODY)
		p->place = PLACE_ATTACHED;
	f->transfer = e->transfer;
	f->label = e->label;
	f->form = e->form;
	if ((e->kind == PART_TEXT || e->kind == PART_HTML) && t->m.label == CHARSET_NONE)
		t->m.label = e->label;
}

bool tree_decode(struct tree *t, size_t i, struct span raw, enum transfer transfer, struct span *ret)
{
	size_t most = raw.n + 3;
	struct buf out = BUF_ARENA(t->arena, most);

	if (transfer == TRANSFER_IDENTITY) {
		*ret = raw;
		return true;
	}
	if (most > t->decodable) {
		t->m.parts[i].flaws |= FLAW_BIT(TRUNCATED);
		return false;
	}
	out.p = arena_grow(t->arena, NULL, 0, most + 1);
	out.cap = most + 1;
	if (out.p == NULL)
		return false;
	t->m.parts[i].flaws |= transfer_decode(transfer, raw, &out);
	t->decodable -= most;
	*ret = buf_text(&out);
	return true;
}
