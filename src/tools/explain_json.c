/* All that led to a verdict, for scripts. */
#include <config.h>

#include <stdlib.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/explain.h"

static void key_points(struct buf *out, const char *key, int tenths)
{
	json_key(out, key);
	report_points(out, tenths);
}

static void key_bool(struct buf *out, const char *key, bool value)
{
	json_key(out, key);
	buf_str(out, value ? "true" : "false");
}

static void key_text(struct buf *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, span_str(text));
}

static void roles(struct buf *out, unsigned set)
{
	json_key(out, "roles");
	buf_str(out, "[");
	for (enum role r = 0; r < ROLE_N; r++) {
		if (!(set & ROLE_BIT(r)))
			continue;
		json_comma(out);
		json_string(out, span_str(role_name(r)));
	}
	buf_str(out, "]");
}

/* How many characters the first n bytes are. */
static size_t characters(struct span text, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n && i < text.n; i++)
		count += ((unsigned char)text.p[i] & 0xC0) != 0x80;
	return count;
}

static void one_hit(struct buf *out, const struct scored_item *s)
{
	static const char *const kind[] = { "sign", "rule", "words" };
	const struct hit *h = s->hit;
	struct buf field = BUF_HEAP;

	buf_str(&field, field_name(h->field));
	if (h->field == FIELD_HEADER) {
		buf_str(&field, ":");
		buf_span(&field, h->in->name);
	}
	buf_str(out, "{");
	key_text(out, "id", h->item->id);
	key_text(out, "kind", kind[h->item->kind]);
	key_text(out, "status", status_name(h->item->status));
	roles(out, h->item->roles);
	key_points(out, "worth", h->item->points);
	if (h->item->local & LOCAL_POINTS)
		key_points(out, "shipped", h->item->shipped_points);
	key_points(out, "points", s->points);
	if (h->item->status == STATUS_TEST)
		key_text(out, "would", verdict_name(s->would));
	if (h->item->trust != TRUST_FULL)
		key_text(out, "trust", trust_name(h->item->trust));
	if (s->exception != NULL)
		key_text(out, "exception", s->exception->name);
	json_key(out, "field");
	json_string(out, buf_text(&field));
	json_key(out, "from");
	buf_printf(out, "%zu", characters(h->in->text, h->from));
	json_key(out, "to");
	buf_printf(out, "%zu", characters(h->in->text, h->to));
	json_key(out, "text");
	json_string(out, span(h->in->text.p + h->from, h->to - h->from));
	key_text(out, "view", h->skeleton ? "skeleton" : "text");
	key_bool(out, "evaded", h->evaded);
	key_bool(out, "quoted", h->quoted);
	buf_str(out, "}");
	buf_free(&field);
}

static void hits(struct buf *out, const struct verdict *v)
{
	json_key(out, "hits");
	buf_str(out, "[");
	for (size_t k = 0; k < v->nitems; k++) {
		json_comma(out);
		one_hit(out, &v->items[k]);
	}
	buf_str(out, "]");
}

static void words(struct buf *out, const struct hits *h)
{
	json_key(out, "words");
	buf_str(out, "[");
	for (size_t k = 0; k < h->nwords; k++) {
		int weight = h->words[k].word->weight;

		json_comma(out);
		buf_str(out, "{");
		key_text(out, "id", h->words[k].word->item->id);
		key_text(out, "text", h->words[k].word->text);
		json_key(out, "points");
		buf_printf(out, "%s%d.%02d}", weight < 0 ? "-" : "", abs(weight) / 100, abs(weight) % 100);
	}
	buf_str(out, "]");
}

static void family(struct buf *out, const struct lure *l)
{
	json_comma(out);
	buf_str(out, "{");
	key_text(out, "lure", l->family->id);
	key_text(out, "title", l->family->title);
	key_points(out, "points", l->points);
	key_points(out, "limit", l->family->limit);
	key_points(out, "rule_points", l->rules);
	key_points(out, "sign_points", l->signs);
	key_points(out, "common_points", l->common);
	key_points(out, "evaded_points", l->evaded);
	key_points(out, "word_points", l->words);
	roles(out, l->roles);
	key_bool(out, "together", l->together);
	buf_str(out, "}");
}

static void standing(struct buf *out, const struct verdict *v)
{
	static const char *const state[] = { "off", "new", "known", "missing" };
	const struct standing *s = &v->standing;

	json_key(out, "standing");
	buf_str(out, "{");
	key_text(out, "state", state[s->state]);
	key_points(out, "points", v->points - v->content);
	if (s->state == STANDING_KNOWN) {
		json_key(out, "share");
		buf_printf(out, "%.3f", s->share);
		json_key(out, "weight");
		buf_printf(out, "%.1f", s->weight);
	}
	buf_str(out, "}");
}

static void bars(struct buf *out, const struct verdict *v)
{
	json_key(out, "bars");
	buf_str(out, "[");
	for (enum bar b = 0; b < BAR_N; b++) {
		if (!(v->bars & BAR_BIT(b)))
			continue;
		json_comma(out);
		json_string(out, span_str(bar_name(b)));
	}
	buf_str(out, "]");
}

void explain_json(struct buf *out, const struct mailbox_message *m, const struct inspection *i,
    const struct score_options *o)
{
	const struct verdict *v = i->verdict;

	buf_str(out, "{");
	key_text(out, "file", m->file);
	json_key(out, "index");
	buf_printf(out, "%zu", m->index);
	report_scan_json(out, i);
	key_text(out, "reason", v->reason);
	bars(out, v);
	key_points(out, "tag_points", o->tag_points);
	key_points(out, "reject_points", o->reject_points);
	hits(out, v);
	words(out, i->hits);
	json_key(out, "families");
	buf_str(out, "[");
	for (size_t k = 0; k < v->npresent; k++)
		family(out, &v->lures[k]);
	buf_str(out, "]");
	key_points(out, "others", v->others);
	key_points(out, "others_found", v->others_found);
	key_points(out, "context", v->context);
	key_points(out, "context_found", v->context_found);
	key_points(out, "context_bound", v->context_bound);
	standing(out, v);
	key_bool(out, "quotes_own", i->hits->quotes_own);
	json_key(out, "decoded");
	buf_str(out, "{");
	report_decode_json(out, i->mail, i->visible);
	buf_str(out, "}}");
}
