/* What was read and what hit in it, for people. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "score/report.h"
#include "tools/colour.h"
#include "tools/explain.h"
#include "tools/parts.h"
#include "tools/say.h"
#include "tools/table.h"

#define COLUMNS 80u
#define INDENT 8u /* of what stands below a hit */

/* How a hit is marked; where hits lie over one another, the later of these. */
enum kind { KIND_TEXT, KIND_NOTHING, KIND_AGAINST, KIND_LURE, KIND_N };

static enum kind kind_of(const struct scored_item *s)
{
	return s->points > 0 ? KIND_LURE : s->points < 0 ? KIND_AGAINST : KIND_NOTHING;
}

static const struct marks {
	const char *colour, *open, *close;
} marks[KIND_N] = {
	[KIND_TEXT] = { "", "", "" },
	[KIND_NOTHING] = { COLOUR_QUIET, "((", "))" },
	[KIND_AGAINST] = { COLOUR_GOOD, "{{", "}}" },
	[KIND_LURE] = { COLOUR_BAD, "[[", "]]" },
};

/* Lines of a mail, each behind a bar. */
struct writer {
	struct buf *out;
	const struct explain_style *style;
	size_t column; /* 0: a line is to be begun */
	enum kind kind;
};

/* How many columns the marks of a kind take, before and behind. */
static size_t mark_columns(const struct writer *w, enum kind kind)
{
	return w->style->colour ? 0 : strlen(marks[kind].open);
}

static void set_kind(struct writer *w, enum kind kind)
{
	if (kind == w->kind)
		return;
	if (w->kind != KIND_TEXT)
		buf_str(w->out, w->style->colour ? COLOUR_END : marks[w->kind].close);
	buf_str(w->out, w->style->colour ? marks[kind].colour : marks[kind].open);
	w->column += mark_columns(w, w->kind) + mark_columns(w, kind);
	w->kind = kind;
}

/* Marks end with the line, so that the bar has none. */
static void end_line(struct writer *w)
{
	set_kind(w, KIND_TEXT);
	buf_str(w->out, w->column == 0 ? "|\n" : "\n");
	w->column = 0;
}

/* One character, as it is shown. */
static void put(struct writer *w, struct span shown, enum kind kind)
{
	size_t width = unicode_columns(shown.p, shown.n) + mark_columns(w, kind);

	if (kind != w->kind)
		width += mark_columns(w, w->kind) + mark_columns(w, kind);
	if (w->style->columns > 0 && w->column + width > w->style->columns)
		end_line(w);
	if (w->column == 0) {
		buf_str(w->out, "| ");
		w->column = 2;
	}
	set_kind(w, kind);
	buf_span(w->out, shown);
	w->column += unicode_columns(shown.p, shown.n);
}

static void write_text(struct writer *w, struct span text, const char *kinds)
{
	struct buf shown = BUF_HEAP;

	for (size_t at = 0; at < text.n;) {
		uint32_t cp;
		unsigned n = utf8_get(text.p + at, text.p + text.n, &cp);

		if (cp == '\n') {
			end_line(w);
		} else {
			buf_clear(&shown);
			escape_terminal(&shown, span(text.p + at, n), false);
			put(w, buf_text(&shown), (enum kind)kinds[at]);
		}
		at += n;
	}
	if (w->column > 0)
		end_line(w);
	buf_free(&shown);
}

/* The field's text, the hits in it in colour or between brackets. */
static void write_field(struct buf *out, const struct field *field, const struct verdict *v,
    const struct explain_style *style)
{
	struct writer w = { .out = out, .style = style };
	char *kinds = calloc(field->text.n + 1, 1); /* by byte */

	for (size_t k = 0; kinds != NULL && k < v->nitems; k++) {
		const struct hit *h = v->items[k].hit;
		char kind = (char)kind_of(&v->items[k]);

		/* Of words the weightiest alone has a place, which says nothing of the others. */
		if (h->in != field || h->item->kind == ITEM_WORDS)
			continue;
		for (size_t b = h->from; b < h->to && b < field->text.n; b++)
			kinds[b] = kinds[b] > kind ? kinds[b] : kind;
	}
	if (kinds != NULL)
		write_text(&w, field->text, kinds);
	free(kinds);
}

/* "+1.8" in five columns, coloured as the hit is in the text. */
static void points_column(struct buf *out, const struct scored_item *s, bool colour)
{
	struct buf points = BUF_HEAP;

	report_points(&points, s->points);
	if (colour)
		buf_str(out, marks[kind_of(s)].colour);
	buf_printf(out, "%6s", buf_cstr(&points));
	if (colour)
		buf_str(out, COLOUR_END);
	buf_free(&points);
}

/* "body", "header:list-id" */
static void write_field_name(struct buf *out, const struct field *f)
{
	buf_str(out, field_name(f->id));
	if (f->id != FIELD_HEADER)
		return;
	buf_str(out, ":");
	escape_terminal(out, f->name, false);
}

/* Where it hit and what, on a line of its own. */
static void evidence(struct buf *out, const struct hit *h)
{
	struct buf name = BUF_HEAP;
	size_t room = COLUMNS - INDENT - 2;

	write_field_name(&name, h->in);
	buf_printf(out, "\n%*s%s: ", (int)INDENT, "", buf_cstr(&name));
	table_cell(out, span(h->in->text.p + h->from, h->to - h->from), name.n < room / 2 ? room - name.n : room / 2);
	buf_free(&name);
}

/* "0.2 -> 0.9 (local)" */
static void local_points(struct buf *out, const struct item *item)
{
	buf_str(out, ", ");
	report_points(out, item->shipped_points);
	buf_str(out, " -> ");
	report_points(out, item->points);
	buf_str(out, " (local)");
}

static void item_lines(struct buf *out, const struct scored_item *s, const struct verdict *v, bool colour)
{
	static const enum say kind[] = { SAY_SIGN, SAY_RULE, SAY_WORDS_SUM };
	const struct item *item = s->hit->item;

	points_column(out, s, colour);
	buf_printf(out, "  %s  %s", item->id, say(kind[item->kind]));
	for (enum role r = 0; r < ROLE_N; r++)
		if (item->roles & ROLE_BIT(r))
			buf_printf(out, " %s", role_name(r));
	if (item->status != STATUS_STABLE)
		buf_printf(out, ", %s%s", status_name(item->status), item->local & LOCAL_STATUS ? " (local)" : "");
	if (item->trust != TRUST_FULL)
		buf_printf(out, ", %s %s", say(SAY_TRUST), trust_name(item->trust));
	if (s->exception != NULL)
		buf_printf(out, ", %s %s", say(SAY_EXCEPTED), s->exception->name);
	if (s->would != v->kind) {
		buf_str(out, ", ");
		buf_printf(out, SAY_FORMAT_WOULD, explain_verdict(s->would));
	}
	if (item->local & LOCAL_POINTS)
		local_points(out, item);
	if (s->hit->evaded)
		buf_printf(out, ", %s", say(SAY_EVADED));
	else if (s->hit->skeleton)
		buf_printf(out, ", %s", say(SAY_ROUGHLY));
	if (s->hit->quoted)
		buf_printf(out, ", %s", say(SAY_QUOTED));
	if (s->points == 0 && item->kind != ITEM_WORDS && item->points != 0) {
		struct buf worth = BUF_HEAP;

		report_points(&worth, item->points);
		buf_printf(out, " (");
		buf_printf(out, SAY_FORMAT_WORTH, buf_cstr(&worth));
		buf_printf(out, ")");
		buf_free(&worth);
	}
	if (item->kind != ITEM_WORDS)
		evidence(out, s->hit);
	buf_str(out, "\n");
}

void explain_text(struct buf *out, const struct mailbox_message *m, const struct inspection *i,
    const struct score_options *o, const struct explain_style *style)
{
	parts_title(out, m);
	parts_write(out, i->mail);
	parts_flaws(out, i->verdict->flaws);
	for (size_t f = 0; f < i->visible->nfields; f++) {
		const struct field *field = &i->visible->fields[f];
		bool hit = false;

		for (size_t k = 0; k < i->verdict->nitems; k++)
			hit |= i->verdict->items[k].hit->in == field;
		if (!hit && !field_prose(field->id) && field->id != FIELD_FROM_ADDRESS)
			continue;
		buf_str(out, "--- ");
		write_field_name(out, field);
		buf_str(out, " ---\n");
		write_field(out, field, i->verdict, style);
	}
	buf_str(out, "\n");
	parts_links(out, i->visible);
	buf_printf(out, "%s:\n", say(SAY_HITS));
	for (size_t k = 0; k < i->verdict->nitems; k++)
		item_lines(out, &i->verdict->items[k], i->verdict, style->colour);
	if (i->verdict->nitems == 0)
		buf_printf(out, "        %s\n", say(SAY_NOTHING));
	explain_sums(out, i, o);
}
