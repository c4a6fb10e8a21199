#include <config.h>

#include "extract/html_show.h"

#include "base/utf8.h"
#include "extract/html_entity.h"

#define QUOTES_MAX 4096u

void show_begin(struct html_show *t, struct arena *a, struct html_shown *out, const struct html_open *open,
    struct buf *ruby)
{
	*t = (struct html_show){ .arena = a, .out = out, .open = open };
	buf_clear(ruby);
	flow_open(&t->visible, out->visible);
	flow_open(&t->hidden, out->hidden);
	flow_open(&t->ruby, ruby);
}

/* Letters and digits, but no blanks and fillers such as U+200C and U+034F. */
static size_t count_letters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		unsigned length = utf8_get(s.p + i, s.p + s.n, &cp);

		if (cp < 0x80)
			n += html_is_letter((char)cp) || (cp >= '0' && cp <= '9');
		else
			n += cp > 0xBF && cp != 0x34F && cp != 0x2800 && cp != 0xFEFF && (cp < 0x2000 || cp > 0x206F) &&
			    cp != 0x3000;
		i += length;
	}
	return n;
}

static void add_quote(struct html_show *t, uint32_t at)
{
	struct html_shown *o = t->out;
	size_t cap = o->quotes_cap == 0 ? 16 : 2 * o->quotes_cap;
	struct html_range *v = o->quotes;

	if (o->nquotes == QUOTES_MAX) {
		t->cut = true;
		return;
	}
	if (o->nquotes == o->quotes_cap) {
		v = arena_grow(t->arena, v, o->quotes_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return;
		o->quotes = v;
		o->quotes_cap = cap;
	}
	v[o->nquotes++] = (struct html_range){ at, at };
	t->quoting = true;
}

/* Note what the visible text that is written next belongs to. */
static void mark_begin(struct html_show *t)
{
	uint32_t at = (uint32_t)t->visible.out->n;

	if (t->link > 0 && t->open->count[TAG_A] + t->open->lost[TAG_A] == 0)
		t->link = 0;
	if (t->link > 0 && !t->link_begun) {
		t->out->links[t->link - 1].from = t->out->links[t->link - 1].to = at;
		t->link_begun = true;
	}
	if (t->open->count[TAG_BLOCKQUOTE] + t->open->lost[TAG_BLOCKQUOTE] == 0)
		t->quoting = false;
	else if (!t->quoting)
		add_quote(t, at);
}

static void mark_end(struct html_show *t)
{
	uint32_t at = (uint32_t)t->visible.out->n;

	if (t->link > 0)
		t->out->links[t->link - 1].to = at;
	if (t->quoting)
		t->out->quotes[t->out->nquotes - 1].to = at;
}

/* Text without markup and references. */
static void place(struct html_show *t, struct span s)
{
	const struct html_look *look = t->look != NULL ? t->look : t->open->look;
	bool hidden = t->aside || look->hidden;
	struct html_flow *f = hidden ? &t->hidden : t->open->count[TAG_RT] > 0 ? &t->ruby : &t->visible;

	s = flow_skip(f, s, look->space);
	if (s.n == 0)
		return;
	t->any = true;
	if (hidden && !t->was_hidden)
		flow_gap(f, GAP_LINE);
	if (hidden && !t->quiet && !t->aside)
		t->out->concealed += count_letters(s);
	t->was_hidden = hidden;
	flow_settle(f);
	if (f == &t->visible)
		mark_begin(t);
	flow_text(f, s, look->space);
	if (f == &t->visible)
		mark_end(t);
}

/* NUL is nothing in text (section 13.2.6.4.7). */
void show_text(struct html_show *t, struct span s, bool references)
{
	size_t from = 0, at = 0;

	while (at < s.n) {
		char bytes[2 * UTF8_MAX];
		uint32_t cp[2];
		size_t n;

		while (at < s.n && s.p[at] != '\0' && (s.p[at] != '&' || !references))
			at++;
		if (at == s.n)
			break;
		n = s.p[at] == '\0' ? 1 : html_entity(span_from(s, at), false, cp);
		if (n == 0) {
			at++;
			continue;
		}
		place(t, span(s.p + from, at - from));
		if (s.p[at] == '&') {
			unsigned length = utf8_put(bytes, cp[0]);

			place(t, span(bytes, length + (cp[1] != 0 ? utf8_put(bytes + length, cp[1]) : 0)));
		}
		at += n;
		from = at;
	}
	place(t, span(s.p + from, s.n - from));
}

void show_apart(struct html_show *t, struct span s, bool references, const struct html_look *look)
{
	t->look = look;
	if (s.n > 0)
		show_text(t, s, references);
	t->look = NULL;
}

void show_break(struct html_show *t, bool seen)
{
	flow_break(&t->hidden);
	if (seen)
		flow_break(&t->visible);
}

void show_border(struct html_show *t, bool seen)
{
	struct buf *ruby = t->ruby.out;

	flow_gap(&t->hidden, GAP_BORDER);
	if (!seen)
		return;
	flow_gap(&t->visible, GAP_BORDER);
	if (ruby->n == 0)
		return;
	flow_settle(&t->visible);
	flow_text(&t->visible, buf_text(ruby), STYLE_KEEP);
	flow_gap(&t->visible, GAP_BORDER);
	buf_clear(ruby);
	flow_open(&t->ruby, ruby);
}

size_t show_link(struct html_show *t, struct span target)
{
	struct html_shown *o = t->out;
	size_t cap = o->links_cap == 0 ? 16 : 2 * o->links_cap;
	struct html_link *v = o->links;
	uint32_t at = (uint32_t)t->visible.out->n;

	if (o->nlinks == o->links_cap) {
		v = arena_grow(t->arena, v, o->links_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return 0;
		o->links = v;
		o->links_cap = cap;
	}
	o->target_bytes += target.n;
	v[o->nlinks++] = (struct html_link){ target, at, at };
	return o->nlinks;
}
