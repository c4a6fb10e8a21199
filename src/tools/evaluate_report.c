#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/evaluate.h"
#include "tools/say.h"
#include "tools/table.h"

static void cell_points(struct table *t, long tenths)
{
	struct buf out = BUF_HEAP;

	report_points(&out, (int)tenths);
	table_add(t, buf_cstr(&out));
	buf_free(&out);
}

static void cell_text(struct table *t, const char *text)
{
	struct buf out = BUF_HEAP;

	table_cell(&out, span_str(text), 60);
	table_add(t, buf_cstr(&out));
	buf_free(&out);
}

/* "93/101", "92.1 %", "85.1 - 95.9 %": three cells. */
static void cell_rate(struct table *t, const struct rate *r)
{
	char text[64];

	snprintf(text, sizeof text, "%zu/%zu", r->hit, r->of);
	table_add(t, text);
	snprintf(text, sizeof text, "%.1f %%", 100 * r->share);
	table_add(t, r->of > 0 ? text : "-");
	snprintf(text, sizeof text, "%.1f - %.1f %%", 100 * r->low, 100 * r->high);
	table_add(t, r->of > 0 ? text : "-");
}

static void rate_row(struct table *t, const char *name, const struct rate *r)
{
	table_add(t, name);
	cell_rate(t, r);
}

static void print_rates(const struct evaluation *e)
{
	struct table t = { .columns = 4 };

	printf(SAY_FORMAT_EVALUATED, e->texts[LABEL_LURE], e->texts[LABEL_HAM], e->samples.n,
	    ruleset_digest(e->ruleset));
	printf("\n\n");
	table_add(&t, "");
	table_add(&t, say(SAY_TEXTS));
	table_add(&t, say(SAY_SHARE));
	table_add(&t, say(SAY_INTERVAL));
	rate_row(&t, say(SAY_FOUND), &e->found);
	rate_row(&t, say(SAY_FALSE_TAGS), &e->false_tags);
	rate_row(&t, say(SAY_REJECTED_LURES), &e->rejected[LABEL_LURE]);
	rate_row(&t, say(SAY_REJECTED_HAM), &e->rejected[LABEL_HAM]);
	if (e->categories)
		rate_row(&t, say(SAY_NAMED), &e->named);
	rate_row(&t, say(SAY_SINGLE), &e->thin);
	table_print(&t, stdout);
}

/* Of the many kinds and packagings of legitimate mail only those with a false tag: the rest is what one expects. */
static bool worth_a_row(const struct group *g)
{
	return g->label == LABEL_LURE || g->caught > 0 ||
	    (strcmp(g->by, "category") != 0 && strcmp(g->by, "packaging") != 0);
}

static void print_groups(const struct evaluation *e)
{
	struct table t = { .columns = 5 };
	const char *by = "";

	for (size_t i = 0; i < e->ngroups; i++) {
		const struct group *g = &e->groups[i];
		struct rate r = rate(g->caught, g->n);

		if (strcmp(by, g->by) != 0) {
			if (i > 0)
				table_print(&t, stdout);
			by = g->by;
			putchar('\n');
			t = (struct table){ .columns = 5 };
			table_add(&t, say(strcmp(by, "category") == 0   ? SAY_BY_CATEGORY :
			                  strcmp(by, "difficulty") == 0 ? SAY_BY_DIFFICULTY :
			                  strcmp(by, "evasion") == 0    ? SAY_BY_EVASION :
			                  strcmp(by, "packaging") == 0  ? SAY_BY_PACKAGING :
			                                                  SAY_BY_PART));
			table_add(&t, say(SAY_LABEL));
			table_add(&t, say(strcmp(by, "packaging") == 0 ? SAY_TAGGED_MESSAGES : SAY_TAGGED));
			table_add(&t, say(SAY_SHARE));
			table_add(&t, say(SAY_INTERVAL));
		}
		if (!worth_a_row(g))
			continue;
		cell_text(&t, g->name);
		table_add(&t, say(g->label == LABEL_LURE ? SAY_LURE : SAY_HAM));
		cell_rate(&t, &r);
	}
	if (e->ngroups > 0)
		table_print(&t, stdout);
}

static void print_thresholds(const struct evaluation *e)
{
	struct table t = { .columns = 3 };
	char text[32];

	putchar('\n');
	table_add(&t, "tag_points");
	table_add(&t, say(SAY_FOUND));
	table_add(&t, say(SAY_FALSE_TAGS));
	for (size_t i = 0; i < THRESHOLDS; i++) {
		cell_points(&t, e->thresholds[i].tag_points);
		snprintf(text, sizeof text, "%.1f %%", 100 * e->thresholds[i].recall.share);
		table_add(&t, text);
		snprintf(text, sizeof text, "%.1f %%", 100 * e->thresholds[i].false_tags.share);
		table_add(&t, text);
	}
	table_print(&t, stdout);
	for (size_t i = 0; i < RECALLS; i++) {
		printf(SAY_FORMAT_RECALL_AT, 100 * evaluation_false_tags[i], 100 * e->recalls[i].recall.share,
		    e->recalls[i].tag_points / 10.0);
		putchar('\n');
	}
}

static void print_rules(const struct evaluation *e)
{
	static const enum say heads[] = { SAY_HITS, SAY_LURE, SAY_HAM, SAY_LURE_POINTS, SAY_HAM_POINTS,
		SAY_FOUND_WITHOUT, SAY_FALSE_WITHOUT };
	struct table t = { .columns = 7 };
	size_t idle = 0;
	char text[32];

	putchar('\n');
	for (size_t i = 0; i < 7; i++)
		table_add(&t, say(heads[i]));
	for (size_t i = 0; i < e->nusages; i++) {
		const struct usage *u = &e->usages[i];

		if (u->texts[LABEL_LURE] + u->texts[LABEL_HAM] == 0) {
			idle++;
			continue;
		}
		table_add(&t, u->item->id);
		for (size_t l = 0; l < LABEL_N; l++) {
			snprintf(text, sizeof text, "%zu", u->texts[l]);
			table_add(&t, text);
		}
		cell_points(&t, u->points[LABEL_LURE]);
		cell_points(&t, u->points[LABEL_HAM]);
		snprintf(text, sizeof text, "%+d", (int)u->gained - (int)u->lost);
		table_add(&t, u->gained + u->lost > 0 ? text : "");
		snprintf(text, sizeof text, "%+d", (int)u->added - (int)u->gone);
		table_add(&t, u->added + u->gone > 0 ? text : "");
	}
	table_print(&t, stdout);
	printf(SAY_FORMAT_IDLE, idle);
	putchar('\n');
}

/* "celebrity-manager.star 1.0, ...": what brought points to the packaging that decided. */
static void write_hits(struct evaluation *e, const struct result *r, struct buf *out)
{
	const struct verdict *v = evaluation_judge(e, &r->deciding->hits);
	size_t n = 0;

	for (size_t i = 0; v != NULL && i < v->nitems; i++) {
		buf_printf(out, "%s%s ", n++ == 0 ? "" : ", ", v->items[i].hit->item->id);
		report_points(out, v->items[i].points);
	}
}

static void print_list(struct evaluation *e, enum label label)
{
	bool lure = label == LABEL_LURE;

	printf("\n%s:\n", say(lure ? SAY_MISSED : SAY_FALSE_TAGS));
	for (size_t i = 0; i < e->nresults; i++) {
		const struct result *r = &e->results[i];
		struct buf out = BUF_HEAP;

		if (r->text->label != label || r->n == 0 || result_caught(r) == lure)
			continue;
		buf_str(&out, "  ");
		report_points(&out, r->points);
		buf_str(&out, "  ");
		escape_terminal(&out, span_str(r->text->id), false);
		for (const char *const *s = (const char *const[]){ r->text->category, r->text->difficulty,
		         r->text->evasion, r->packaging, NULL }; *s != NULL; s++) {
			if (**s == '\0')
				continue;
			buf_str(&out, "  ");
			escape_terminal(&out, span_str(*s), false);
		}
		buf_str(&out, ": ");
		write_hits(e, r, &out);
		puts(buf_cstr(&out));
		buf_free(&out);
	}
}

static void print_changes(const struct evaluation *e, const struct baseline *b)
{
	static const enum say word[] = { SAY_VERDICT_NONE, SAY_VERDICT_TAG, SAY_VERDICT_REJECT };
	size_t changed = 0, fresh = 0;

	printf("\n%s:\n", say(SAY_CHANGED));
	for (size_t i = 0; i < e->nresults; i++) {
		const struct result *r = &e->results[i];
		const struct earlier *before = baseline_find(b, r->text->id);
		struct buf out = BUF_HEAP;

		fresh += before == NULL;
		if (r->n == 0 || before == NULL || before->kind == r->kind)
			continue;
		changed++;
		escape_terminal(&out, span_str(r->text->id), false);
		buf_printf(&out, " (%s): %s -> %s ", say(r->text->label == LABEL_LURE ? SAY_LURE : SAY_HAM),
		    say(word[before->kind]), say(word[r->kind]));
		report_points(&out, r->points);
		printf("  %s\n", buf_cstr(&out));
		buf_free(&out);
	}
	printf(SAY_FORMAT_CHANGED, changed, fresh);
	putchar('\n');
}

void evaluation_print(struct evaluation *e, const struct baseline *b, bool list)
{
	print_rates(e);
	print_groups(e);
	print_thresholds(e);
	print_rules(e);
	if (list) {
		print_list(e, LABEL_LURE);
		print_list(e, LABEL_HAM);
	}
	if (b != NULL)
		print_changes(e, b);
}
