/* The decoded text of a message with the places of its hits. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "tools/page.h"

/* How many characters begin in these bytes. */
static size_t characters(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xC0) != 0x80;
	return count;
}

/* No more than n bytes, whole characters. */
static struct span cut(struct span text, size_t n)
{
	if (text.n <= n)
		return text;
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return span(text.p, n);
}

/* [from, to, item]: where something hit in what is shown. */
static void marks(struct buf *out, const struct verdict *v, const struct field *f, struct span shown)
{
	size_t n = 0;

	json_key(out, "marks");
	buf_str(out, "[");
	for (size_t k = 0; k < v->nitems && n < PAGE_MARKS_MAX; k++) {
		const struct hit *h = v->items[k].hit;

		/* Of words the weightiest alone has a place, which says nothing of the others. */
		if (h->in != f || h->item->kind == ITEM_WORDS || h->from >= shown.n || h->to <= h->from)
			continue;
		n++;
		json_comma(out);
		buf_printf(out, "[%zu,%zu,%zu]", characters(shown.p, h->from),
		    characters(shown.p, h->to < shown.n ? h->to : shown.n), h->item->index);
	}
	buf_str(out, "]");
}

static void one_field(struct buf *out, const struct verdict *v, const struct field *f, struct span shown)
{
	struct buf name = BUF_HEAP;

	buf_str(&name, field_name(f->id));
	if (f->id == FIELD_HEADER) {
		buf_str(&name, ":");
		buf_span(&name, f->name);
	}
	json_comma(out);
	buf_str(out, "{");
	json_key(out, "field");
	json_string(out, buf_text(&name));
	json_key(out, "text");
	json_string(out, shown);
	json_key(out, "more");
	buf_printf(out, "%zu", characters(f->text.p + shown.n, f->text.n - shown.n));
	marks(out, v, f, shown);
	buf_str(out, "}");
	buf_free(&name);
}

char *page_text(const struct inspection *i)
{
	const struct verdict *v = i->verdict;
	size_t room = PAGE_TEXT_BYTES_MAX;
	struct buf out = BUF_HEAP;
	char *copy;

	buf_str(&out, "[");
	for (size_t f = 0; f < i->visible->nfields; f++) {
		const struct field *field = &i->visible->fields[f];
		struct span shown = cut(field->text, room);
		bool hit = false;

		for (size_t k = 0; k < v->nitems; k++)
			hit |= v->items[k].hit->in == field;
		if (room == 0 || (!hit && !field_prose(field->id) && field->id != FIELD_FROM_ADDRESS))
			continue;
		room -= shown.n;
		one_field(&out, v, field, shown);
	}
	buf_str(&out, "]");
	copy = strdup(buf_cstr(&out));
	buf_free(&out);
	return copy;
}
