#include <config.h>

#include "match/measure.h"

#define CHARACTER_BLOCK 512u

/* Characters of the view before a byte. */
static size_t count_characters(struct scene *s, struct seen_field *f, enum view_kind view, size_t to)
{
	struct span text = f->view[view].text;
	size_t blocks = text.n / CHARACTER_BLOCK + 1, n;

	if (f->characters[view] == NULL) {
		uint32_t *v = arena_array(s->arena, blocks, sizeof *v), all = 0;

		for (size_t i = 0; v != NULL && i < text.n; i++) {
			if (i % CHARACTER_BLOCK == 0)
				v[i / CHARACTER_BLOCK] = all;
			all += ((unsigned char)text.p[i] & 0xC0) != 0x80;
		}
		f->characters[view] = v;
		if (v == NULL)
			return 0;
		if (text.n % CHARACTER_BLOCK == 0)
			v[blocks - 1] = all;
	}
	n = f->characters[view][to / CHARACTER_BLOCK];
	for (size_t i = to - to % CHARACTER_BLOCK; i < to; i++)
		n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
	return n;
}

/* The first byte of the view that came from the character at `origin`, or from a later one. */
static size_t view_byte(const struct view *v, size_t origin)
{
	size_t low = 0, high = v->text.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->to[mid] <= origin)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t measure_unit(struct scene *s, const struct compiled_item *c, enum view_kind view, size_t field, size_t offset)
{
	struct seen_field *f = &s->fields[field];

	if (!f->prose)
		view = VIEW_TEXT;
	switch (c->scope) {
	case SCOPE_SENTENCE:
	case SCOPE_SENTENCES_3: return borders_before(&f->layout.sentences[view], offset);
	case SCOPE_PARAGRAPH: return borders_before(&f->layout.paragraphs, offset);
	case SCOPE_WITHIN: return count_characters(s, f, view, view_byte(&f->view[view], offset));
	default: return 0;
	}
}

size_t measure_units(struct scene *s, const struct compiled_item *c, enum view_kind view, size_t field)
{
	return c->scope == SCOPE_MESSAGE ? 0 : measure_unit(s, c, view, field, s->fields[field].field->text.n) + 1;
}

uint32_t measure_width(const struct compiled_item *c)
{
	return c->scope == SCOPE_SENTENCES_3 ? 3 : c->scope == SCOPE_WITHIN ? c->within : 1;
}
