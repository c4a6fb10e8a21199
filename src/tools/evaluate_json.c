#include <config.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/evaluate.h"

static void text_key(struct buf *out, const char *value)
{
	json_string(out, span_str(value));
}

static void number_key(struct buf *out, size_t value)
{
	buf_printf(out, "%zu", value);
}

/* The keys of a rate; without braces where others stand beside them. */
static void rate_keys(struct buf *out, const struct rate *r)
{
	json_key(out, "count");
	number_key(out, r->hit);
	json_key(out, "of");
	number_key(out, r->of);
	json_key(out, "share");
	buf_printf(out, "%.4f", r->share);
	json_key(out, "low");
	buf_printf(out, "%.4f", r->low);
	json_key(out, "high");
	buf_printf(out, "%.4f", r->high);
}

static void rate_object(struct buf *out, const struct rate *r)
{
	buf_str(out, "{");
	rate_keys(out, r);
	buf_str(out, "}");
}

static void json_groups(const struct evaluation *e, struct buf *out)
{
	json_key(out, "groups");
	buf_str(out, "[");
	for (size_t i = 0; i < e->ngroups; i++) {
		const struct group *g = &e->groups[i];
		struct rate r = rate(g->caught, g->n);

		json_comma(out);
		buf_str(out, "{");
		json_key(out, "by");
		text_key(out, g->by);
		json_key(out, "name");
		text_key(out, g->name);
		json_key(out, "label");
		text_key(out, label_name(g->label));
		rate_keys(out, &r);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

static void json_thresholds(const struct threshold *v, size_t n, struct buf *out)
{
	buf_str(out, "[");
	for (size_t i = 0; i < n; i++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "tag_points");
		report_points(out, v[i].tag_points);
		json_key(out, "recall");
		rate_object(out, &v[i].recall);
		json_key(out, "false_tags");
		rate_object(out, &v[i].false_tags);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

static void json_usage(const struct usage *u, struct buf *out)
{
	buf_str(out, "{");
	json_key(out, "id");
	text_key(out, u->item->id);
	json_key(out, "status");
	text_key(out, status_name(u->item->status));
	json_key(out, "lure_texts");
	number_key(out, u->texts[LABEL_LURE]);
	json_key(out, "ham_texts");
	number_key(out, u->texts[LABEL_HAM]);
	json_key(out, "lure_points");
	report_points(out, (int)u->points[LABEL_LURE]);
	json_key(out, "ham_points");
	report_points(out, (int)u->points[LABEL_HAM]);
	json_key(out, "found_lost");
	number_key(out, u->lost);
	json_key(out, "found_gained");
	number_key(out, u->gained);
	json_key(out, "false_gone");
	number_key(out, u->gone);
	json_key(out, "false_added");
	number_key(out, u->added);
	buf_str(out, "}");
}

static void json_rules(const struct evaluation *e, struct buf *out)
{
	json_key(out, "rules");
	buf_str(out, "[");
	for (size_t i = 0; i < e->nusages; i++) {
		json_comma(out);
		json_usage(&e->usages[i], out);
	}
	buf_str(out, "]");
}

/* The lures and hits of the packaging that decided. */
static void json_verdict(struct evaluation *e, const struct result *r, struct buf *out)
{
	const struct verdict *v = evaluation_judge(e, &r->deciding->hits);

	json_key(out, "lures");
	buf_str(out, "[");
	for (size_t k = 0; v != NULL && k < v->nlures; k++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "lure");
		text_key(out, v->lures[k].family->id);
		json_key(out, "points");
		report_points(out, v->lures[k].points);
		buf_str(out, "}");
	}
	buf_str(out, "]");
	json_key(out, "hits");
	buf_str(out, "[");
	for (size_t k = 0; v != NULL && k < v->nitems; k++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "id");
		text_key(out, v->items[k].hit->item->id);
		json_key(out, "points");
		report_points(out, v->items[k].points);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

void evaluation_json_result(struct evaluation *e, const struct baseline *b, const struct result *r, struct buf *out)
{
	const struct earlier *before = b != NULL ? baseline_find(b, r->text->id) : NULL;

	json_key(out, "id");
	text_key(out, r->text->id);
	json_key(out, "label");
	text_key(out, label_name(r->text->label));
	json_key(out, "category");
	text_key(out, r->text->category);
	json_key(out, "difficulty");
	text_key(out, r->text->difficulty);
	json_key(out, "evasion");
	text_key(out, r->text->evasion);
	json_key(out, "part");
	text_key(out, r->text->part);
	json_key(out, "packaging");
	text_key(out, r->packaging);
	json_key(out, "verdict");
	text_key(out, verdict_name(r->kind));
	if (before != NULL && before->kind != r->kind) {
		json_key(out, "before");
		text_key(out, verdict_name(before->kind));
	}
	json_key(out, "points");
	report_points(out, r->points);
	json_key(out, "single");
	buf_str(out, r->thin ? "true" : "false");
	json_verdict(e, r, out);
}

static void json_rates(const struct evaluation *e, struct buf *out)
{
	json_key(out, "found");
	rate_object(out, &e->found);
	json_key(out, "false_tags");
	rate_object(out, &e->false_tags);
	json_key(out, "rejected_lures");
	rate_object(out, &e->rejected[LABEL_LURE]);
	json_key(out, "rejected_ham");
	rate_object(out, &e->rejected[LABEL_HAM]);
	json_key(out, "named");
	rate_object(out, &e->named);
	json_key(out, "single");
	rate_object(out, &e->thin);
}

void evaluation_json_figures(const struct evaluation *e, struct buf *out)
{
	report_set_json(out, e->ruleset);
	json_key(out, "tag_points");
	report_points(out, e->options.tag_points);
	json_key(out, "messages");
	number_key(out, e->samples.n);
	json_rates(e, out);
	json_groups(e, out);
	json_key(out, "thresholds");
	json_thresholds(e->thresholds, THRESHOLDS, out);
	json_key(out, "recalls");
	json_thresholds(e->recalls, RECALLS, out);
	json_rules(e, out);
}

void evaluation_json(struct evaluation *e, const struct baseline *b, struct buf *out)
{
	buf_str(out, "{");
	evaluation_json_figures(e, out);
	json_key(out, "results");
	buf_str(out, "[");
	for (size_t i = 0; i < e->nresults; i++) {
		if (e->results[i].n == 0)
			continue;
		json_comma(out);
		buf_str(out, "{");
		evaluation_json_result(e, b, &e->results[i], out);
		buf_str(out, "}");
	}
	buf_str(out, "]}");
}
