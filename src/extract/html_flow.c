#include <config.h>

#include "extract/html_flow.h"

#include "extract/html_tag.h"

void flow_open(struct html_flow *f, struct buf *out)
{
	*f = (struct html_flow){ out, out->n, GAP_NONE };
}

void flow_break(struct html_flow *f)
{
	f->gap = f->gap >= GAP_LINE ? GAP_BORDER : GAP_LINE;
}

struct span flow_skip(struct html_flow *f, struct span s, enum style_value space)
{
	size_t n = 0;

	if (space == STYLE_KEEP)
		return s;
	while (n < s.n && html_is_blank(s.p[n]) && (space != STYLE_LINES || s.p[n] != '\n'))
		n++;
	if (n > 0)
		flow_gap(f, GAP_BLANK);
	return span_from(s, n);
}

void flow_add(struct buf *b, const char *p, size_t n)
{
	if (b->limit != 0 && !b->cut && n > b->limit - b->n) {
		n = b->limit - b->n;
		while (n > 0 && (p[n] & 0xC0) == 0x80)
			n--;
		buf_add(b, p, n);
		b->cut = true;
	} else {
		buf_add(b, p, n);
	}
}

void flow_settle(struct html_flow *f)
{
	const struct buf *b = f->out;
	size_t ends = 0;

	if (f->gap == GAP_NONE)
		return;
	if (b->n > f->start) {
		while (ends < 2 && b->n - ends > f->start && b->p[b->n - 1 - ends] == '\n')
			ends++;
		if (f->gap == GAP_BORDER && ends < 2)
			flow_add(f->out, "\n\n", 2 - ends);
		else if (f->gap == GAP_LINE && ends < 2)
			flow_add(f->out, "\n", 1);
		else if (f->gap == GAP_BLANK && ends == 0)
			flow_add(f->out, " ", 1);
	}
	f->gap = GAP_NONE;
}

/* A run up to two blanks, or one that is no single ' '. */
static size_t run(struct span s)
{
	size_t n = 0;

	for (;;) {
		while (n < s.n && (unsigned char)s.p[n] > ' ')
			n++;
		if (n + 1 < s.n && s.p[n] == ' ' && (unsigned char)s.p[n + 1] > ' ')
			n += 2;
		else if (n < s.n && !html_is_blank(s.p[n]))
			n++; /* a control character */
		else
			return n;
	}
}

void flow_text(struct html_flow *f, struct span s, enum style_value space)
{
	if (space == STYLE_KEEP) {
		flow_add(f->out, s.p, s.n);
		return;
	}
	while (s.n > 0) {
		size_t n = run(s);

		flow_settle(f);
		flow_add(f->out, s.p, n);
		s = span_from(s, n);
		if (space == STYLE_LINES)
			for (; s.n > 0 && s.p[0] == '\n'; s = flow_skip(f, span_from(s, 1), space))
				flow_break(f);
		s = flow_skip(f, s, space);
	}
}
