#include <config.h>

#include <stdio.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/bench.h"
#include "tools/say.h"
#include "tools/table.h"

#define MEGABYTE 1e6

static const char *const stage_names[WATCH_STAGES] = { "decode", "extract", "fold", "find", "confirm", "score" };

static int64_t sum(const struct bench_group *g, enum watch_stage from, enum watch_stage to)
{
	int64_t ns = 0;

	for (int i = from; i <= (int)to; i++)
		ns += g->ns[i];
	return ns;
}

/* MB of decoded text a second. */
static double rate(size_t text, int64_t ns)
{
	return ns > 0 ? (double)text / MEGABYTE / ((double)ns / 1e9) : 0;
}

static double micros(int64_t ns, size_t messages)
{
	return messages > 0 ? (double)ns / 1e3 / (double)messages : 0;
}

static double a_second(const struct bench_group *g)
{
	int64_t ns = sum(g, WATCH_DECODE, WATCH_SCORE);

	return ns > 0 ? (double)g->messages / ((double)ns / 1e9) : 0;
}

/* --- for people --------------------------------------------------------------------------------------------------- */

static void add_number(struct table *t, double value, int decimals)
{
	char cell[64];

	snprintf(cell, sizeof cell, "%.*f", decimals, value);
	table_add(t, cell);
}

static void add_words(struct table *t, const enum say *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_add(t, say(words[i]));
}

static void stage_row(struct table *t, const struct bench_group *g, const char *name, enum watch_stage from,
    enum watch_stage to)
{
	int64_t ns = sum(g, from, to), all = sum(g, WATCH_DECODE, WATCH_SCORE);

	table_add(t, name);
	add_number(t, micros(ns, g->messages), 1);
	add_number(t, all > 0 ? 100 * (double)ns / (double)all : 0, 0);
	add_number(t, rate(g->text, ns), 0);
}

static void print_stages(const struct bench_group *g)
{
	static const enum say head[] = { SAY_STAGE, SAY_MICROS, SAY_SHARE, SAY_RATE };
	struct table t = { .columns = 4 };

	add_words(&t, head, 4);
	for (int i = 0; i < WATCH_STAGES; i++)
		stage_row(&t, g, stage_names[i], i, i);
	stage_row(&t, g, "decode - fold", WATCH_DECODE, WATCH_FOLD);
	stage_row(&t, g, "find, confirm", WATCH_FIND, WATCH_CONFIRM);
	stage_row(&t, g, say(SAY_ALL), WATCH_DECODE, WATCH_SCORE);
	table_print(&t, stdout);
}

static void print_groups(const struct bench *b)
{
	static const enum say head[] = { SAY_CHARSET, SAY_MESSAGES, SAY_TEXT_KB, SAY_RATE_FRONT, SAY_RATE_SEARCH,
		SAY_PER_SECOND };
	struct table t = { .columns = 6 };

	add_words(&t, head, 6);
	for (size_t i = 0; i < b->ngroups; i++) {
		const struct bench_group *g = &b->groups[i];

		table_add(&t, g->name[0] != '\0' ? g->name : "-");
		add_number(&t, (double)g->messages, 0);
		add_number(&t, (double)g->text / 1e3 / (double)g->messages, 1);
		add_number(&t, rate(g->text, sum(g, WATCH_DECODE, WATCH_FOLD)), 0);
		add_number(&t, rate(g->text, sum(g, WATCH_FIND, WATCH_CONFIRM)), 0);
		add_number(&t, a_second(g), 0);
	}
	table_print(&t, stdout);
}

static void print_engines(const struct bench *b)
{
	static const enum say head[] = { SAY_ENGINE, SAY_MICROS, SAY_RATE, SAY_FOUND_SUM };
	struct table t = { .columns = 4 };

	add_words(&t, head, 4);
	for (size_t i = 0; i < 2; i++) {
		const struct bench_engine *e = &b->engines[i];

		table_add(&t, say(i == 0 ? SAY_BY_LITERALS : SAY_ONE_BY_ONE));
		add_number(&t, micros(e->ns, b->compared), 1);
		add_number(&t, rate(b->compared_text, e->ns), 1);
		add_number(&t, (double)e->found, 0);
	}
	table_print(&t, stdout);
}

void bench_print(const struct bench *b)
{
	printf(SAY_FORMAT_MEASURED, b->n, (double)b->bytes / MEGABYTE, (double)b->all.text / MEGABYTE, b->patterns,
	    ruleset_digest(b->ruleset), b->rounds);
	printf("\n\n");
	print_stages(&b->all);
	printf("\n");
	print_groups(b);
	printf("\n");
	print_engines(b);
	printf(SAY_FORMAT_COMPARED, b->compared, b->differing);
	printf("\n");
}

/* --- for programs ------------------------------------------------------------------------------------------------- */

static void write_rates(struct buf *out, const struct bench_group *g)
{
	json_key(out, "messages");
	buf_printf(out, "%zu", g->messages);
	json_key(out, "text_bytes");
	buf_printf(out, "%zu", g->text);
	json_key(out, "messages_per_second");
	buf_printf(out, "%.1f", a_second(g));
	json_key(out, "front_mb_per_second");
	buf_printf(out, "%.2f", rate(g->text, sum(g, WATCH_DECODE, WATCH_FOLD)));
	json_key(out, "search_mb_per_second");
	buf_printf(out, "%.2f", rate(g->text, sum(g, WATCH_FIND, WATCH_CONFIRM)));
	json_key(out, "stages");
	buf_str(out, "[");
	for (int i = 0; i < WATCH_STAGES; i++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "stage");
		json_string(out, span_str(stage_names[i]));
		json_key(out, "us");
		buf_printf(out, "%.3f", micros(g->ns[i], g->messages));
		json_key(out, "mb_per_second");
		buf_printf(out, "%.2f}", rate(g->text, g->ns[i]));
	}
	buf_str(out, "]");
}

static void write_engines(struct buf *out, const struct bench *b)
{
	json_key(out, "engines");
	buf_str(out, "[");
	for (size_t i = 0; i < 2; i++) {
		const struct bench_engine *e = &b->engines[i];

		json_comma(out);
		buf_str(out, "{");
		json_key(out, "engine");
		json_string(out, span_str(e->name));
		json_key(out, "us");
		buf_printf(out, "%.3f", micros(e->ns, b->compared));
		json_key(out, "mb_per_second");
		buf_printf(out, "%.2f", rate(b->compared_text, e->ns));
		json_key(out, "found");
		buf_printf(out, "%zu}", e->found);
	}
	buf_str(out, "]");
	json_key(out, "compared");
	buf_printf(out, "%zu", b->compared);
	json_key(out, "differing");
	buf_printf(out, "%zu", b->differing);
}

void bench_print_json(const struct bench *b)
{
	struct buf out = BUF_HEAP;

	buf_str(&out, "{");
	json_key(&out, "bytes");
	buf_printf(&out, "%zu", b->bytes);
	json_key(&out, "patterns");
	buf_printf(&out, "%zu", b->patterns);
	json_key(&out, "rounds");
	buf_printf(&out, "%zu", b->rounds);
	write_rates(&out, &b->all);
	json_key(&out, "charsets");
	buf_str(&out, "[");
	for (size_t i = 0; i < b->ngroups; i++) {
		json_comma(&out);
		buf_str(&out, "{");
		json_key(&out, "charset");
		json_string(&out, span_str(b->groups[i].name));
		write_rates(&out, &b->groups[i]);
		buf_str(&out, "}");
	}
	buf_str(&out, "]");
	write_engines(&out, b);
	report_set_json(&out, b->ruleset);
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&out);
}
