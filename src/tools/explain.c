/* lurectl explain: every stage of one message, the hits marked in the decoded text. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/colour.h"
#include "tools/command.h"
#include "tools/parts.h"
#include "tools/say.h"
#include "tools/scanner.h"

struct explain {
	struct scanner scanner;
	bool json, colour;
	int trouble;
};

static void points_line(struct buf *out, const char *label, int points)
{
	buf_printf(out, "%s: ", label);
	report_points(out, points);
	buf_str(out, "\n");
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = *(const struct hit *const *)a, *y = *(const struct hit *const *)b;

	return (x->from > y->from) - (x->from < y->from);
}

/* The field's text with its hits between marks; where hits overlap, the first to begin is marked. */
static void marked_text(struct buf *out, const struct field *field, const struct hits *hits, bool colour)
{
	const struct hit **v = calloc(hits->n + 1, sizeof *v);
	size_t n = 0, at = 0;

	for (size_t i = 0; v != NULL && i < hits->n; i++)
		if (hits->v[i].field == field->id && hits->v[i].to > hits->v[i].from)
			v[n++] = &hits->v[i];
	if (n > 0)
		qsort(v, n, sizeof *v, by_start);
	for (size_t i = 0; i < n; i++) {
		if (v[i]->from < at || v[i]->to > field->text.n)
			continue;
		escape_terminal(out, span(field->text.p + at, v[i]->from - at), true);
		buf_str(out, colour ? COLOUR_BAD : "[[");
		escape_terminal(out, span(field->text.p + v[i]->from, v[i]->to - v[i]->from), true);
		buf_str(out, colour ? COLOUR_END : "]]");
		at = v[i]->to;
	}
	escape_terminal(out, span_from(field->text, at), true);
	buf_str(out, "\n");
	free(v);
}

static void item_line(struct buf *out, const struct scored_item *s)
{
	const struct item *item = s->hit->item;

	buf_str(out, "  ");
	report_points(out, s->points);
	buf_printf(out, "\t%s", item->id);
	for (enum role r = 0; r < ROLE_N; r++)
		if (item->roles & ROLE_BIT(r))
			buf_printf(out, " %s", role_name(r));
	buf_printf(out, " (%s", field_name(s->hit->field));
	if (item->status != STATUS_STABLE)
		buf_printf(out, ", %s", status_name(item->status));
	if (s->hit->evaded)
		buf_printf(out, ", %s", say(SAY_EVADED));
	else if (s->hit->skeleton)
		buf_str(out, ", skeleton");
	if (s->hit->quoted)
		buf_printf(out, ", %s", say(SAY_QUOTED));
	buf_str(out, ")\n");
}

/* "0.35" of 35 hundredths */
static void weight(struct buf *out, int hundredths)
{
	buf_printf(out, "%s%d.%02d", hundredths < 0 ? "-" : "", abs(hundredths) / 100, abs(hundredths) % 100);
}

static void words_line(struct buf *out, const struct inspection *i)
{
	if (i->hits->nwords == 0)
		return;
	buf_printf(out, "%s: ", say(SAY_WORDS));
	report_points(out, i->verdict->words);
	for (size_t k = 0; k < i->hits->nwords; k++) {
		buf_str(out, k == 0 ? " (" : ", ");
		escape_terminal(out, span_str(i->hits->words[k].word->text), false);
		buf_str(out, " ");
		weight(out, i->hits->words[k].word->weight);
	}
	buf_str(out, ")\n");
}

static void json_words(struct buf *out, const struct hits *h)
{
	json_key(out, "words");
	buf_str(out, "[");
	for (size_t k = 0; k < h->nwords; k++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "id");
		json_string(out, span_str(h->words[k].word->item->id));
		json_key(out, "text");
		json_string(out, span_str(h->words[k].word->text));
		json_key(out, "points");
		weight(out, h->words[k].word->weight);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

static void verdict_lines(struct buf *out, const struct inspection *i)
{
	static const enum say word[] = { SAY_VERDICT_NONE, SAY_VERDICT_TAG, SAY_VERDICT_REJECT };
	const struct verdict *v = i->verdict;
	char standing[32];

	buf_printf(out, "%s:\n", say(SAY_HITS));
	for (size_t k = 0; k < v->nitems; k++)
		item_line(out, &v->items[k]);
	if (v->nitems == 0)
		buf_printf(out, "  %s\n", say(SAY_NOTHING));
	buf_printf(out, "%s:\n", say(SAY_FAMILIES));
	for (size_t k = 0; k < v->nlures; k++) {
		struct buf limit = BUF_HEAP;

		report_points(&limit, v->lures[k].family->limit);
		buf_str(out, "  ");
		report_points(out, v->lures[k].points);
		buf_printf(out, "\t%s %s (", v->lures[k].family->id, v->lures[k].family->title);
		buf_printf(out, SAY_FORMAT_LIMIT, buf_cstr(&limit));
		buf_str(out, ")\n");
		buf_free(&limit);
	}
	if (v->nlures == 0)
		buf_printf(out, "  %s\n", say(SAY_NOTHING));
	words_line(out, i);
	points_line(out, say(SAY_CONTEXT), v->context);
	standing_write(&v->standing, standing);
	buf_printf(out, "%s: %s\n", say(SAY_STANDING), standing);
	buf_printf(out, "%s: %s  ", say(SAY_VERDICT), say(word[v->kind]));
	report_points(out, v->points);
	buf_printf(out, "\n%s: %s\n", say(SAY_REASON), v->reason);
	buf_printf(out, "%s: decode %.2f, extract %.2f, match %.2f, score %.2f ms\n", say(SAY_TIMES), i->stage_ms[0],
	    i->stage_ms[1], i->stage_ms[2], i->stage_ms[3]);
}

static void print_text(const struct explain *e, const struct mailbox_message *m, const struct inspection *i)
{
	struct buf out = BUF_HEAP;

	parts_title(&out, m);
	parts_write(&out, i->mail, i->visible);
	for (size_t f = 0; f < i->visible->nfields; f++) {
		const struct field *field = &i->visible->fields[f];

		if (!field_prose(field->id) && field->id != FIELD_FROM_ADDRESS)
			continue;
		buf_printf(&out, "--- %s ---\n", field_name(field->id));
		marked_text(&out, field, i->hits, e->colour);
	}
	parts_links(&out, i->visible);
	verdict_lines(&out, i);
	puts(buf_cstr(&out));
	buf_free(&out);
}

static void print_json(const struct mailbox_message *m, const struct inspection *i)
{
	struct buf out = BUF_HEAP;

	buf_str(&out, "{");
	json_key(&out, "file");
	json_string(&out, span_str(m->file));
	json_key(&out, "index");
	buf_printf(&out, "%zu", m->index);
	report_scan_json(&out, i);
	json_key(&out, "context");
	report_points(&out, i->verdict->context);
	json_words(&out, i->hits);
	json_key(&out, "reason");
	json_string(&out, span_str(i->verdict->reason));
	json_key(&out, "decoded");
	buf_str(&out, "{");
	report_decode_json(&out, i->mail, i->visible);
	buf_str(&out, "}}");
	puts(buf_cstr(&out));
	buf_free(&out);
}

static int explain_one(void *arg, const struct mailbox_message *m)
{
	struct explain *e = arg;
	struct inspection i;

	if (scanner_run(&e->scanner, m->bytes, &i) < 0) {
		tool_error("%s: no memory for this message", m->file);
		e->trouble = EX_OSERR;
		return 0;
	}
	if (e->json)
		print_json(m, &i);
	else
		print_text(e, m, &i);
	return 0;
}

int command_explain(int argc, char **argv)
{
	struct tool t;
	struct explain e = { 0 };
	struct ruleset *r = NULL;
	const char *colour = NULL;
	const struct tool_option own[] = { { .name = "--color", .value = &colour }, { 0 } };
	size_t unread = 0;
	int n = tool_begin(&t, command_find("explain"), own, argc, argv), status = EX_USAGE;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (n == 0) {
		tool_error("explain: name messages: files, folders, mbox files, or - for standard input");
		goto out;
	}
	if (!colour_wanted(colour, stdout, &e.colour) || (r = tool_ruleset(&t, false, &status)) == NULL)
		goto out;
	status = EX_OSERR;
	if (!scanner_begin(&e.scanner, &t, r))
		goto out;
	e.json = t.json;
	for (int i = 1; i <= n; i++)
		mailbox_each(argv[i], explain_one, &e, &unread);
	status = e.trouble != 0 ? e.trouble : unread > 0 ? EX_NOINPUT : EX_OK;
out:
	scanner_end(&e.scanner);
	ruleset_release(r);
	tool_end(&t);
	return status;
}
