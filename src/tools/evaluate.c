/* lurectl evaluate: what the patterns make of labelled texts. */
#include <config.h>

#include "tools/evaluate.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/page.h"

/* The hits of a message, kept beyond its inspection; for a page also its text, where the verdict is wrong. */
static void *keep_hits(void *arg, enum label label, const struct inspection *i)
{
	const bool *texts = arg;
	struct record *r = malloc(sizeof *r + i->hits->n * sizeof *r->v);

	if (r == NULL)
		return NULL;
	r->hits = *i->hits;
	if (i->hits->n > 0)
		memcpy(r->v, i->hits->v, i->hits->n * sizeof *r->v);
	r->hits.v = r->v;
	r->shown = NULL;
	if (*texts && (label == LABEL_LURE) == (i->verdict->kind == VERDICT_NONE) &&
	    (r->shown = page_text(i)) == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

/* "2.5" as a share of 1; false where it is no percentage, which has been said. */
static bool percentage(const char *option, const char *value, double *ret)
{
	char *end;
	double v;

	if (value == NULL)
		return true;
	v = strtod(value, &end);
	if (end == value || *end != '\0' || !(v >= 0 && v <= 100)) {
		tool_error("evaluate: %s needs a number from 0 to 100, not '%s'", option, value);
		return false;
	}
	*ret = v / 100;
	return true;
}

/* What a team's CI asks for: 1 where it is missed. */
static int gate(const struct evaluation *e, const char *max_false, double most, const char *min_recall, double least)
{
	int status = EX_OK;

	if (max_false != NULL && e->false_tags.share > most) {
		tool_error("evaluate: %zu of %zu legitimate texts are tagged, more than %s %%", e->false_tags.hit,
		    e->false_tags.of, max_false);
		status = 1;
	}
	if (min_recall != NULL && e->found.share < least) {
		tool_error("evaluate: %zu of %zu lures are found, less than %s %%", e->found.hit, e->found.of,
		    min_recall);
		status = 1;
	}
	return status;
}

static void print(struct evaluation *e, const struct baseline *b, bool json, bool list)
{
	struct buf out = BUF_HEAP;

	if (json) {
		evaluation_json(e, b, &out);
		puts(buf_cstr(&out));
	} else {
		evaluation_print(e, b, list);
	}
	buf_free(&out);
}

int command_evaluate(int argc, char **argv)
{
	struct corpus_options from = { 0 };
	const char *baseline = NULL, *html = NULL, *max_false = NULL, *min_recall = NULL;
	bool list = false, without_text = false, texts;
	const struct tool_option own[] = { CORPUS_OPTIONS(&from), { "--list", NULL, &list, NULL },
		{ "--baseline", &baseline, NULL, NULL }, { "--html", &html, NULL, NULL },
		{ "--without-text", NULL, &without_text, NULL }, { "--max-false-tag", &max_false, NULL, NULL },
		{ "--min-recall", &min_recall, NULL, NULL }, { 0 } };
	struct tool t;
	struct corpus c = { 0 };
	struct evaluation e = { 0 };
	struct ruleset *r = NULL;
	struct baseline *b = NULL;
	double most = 1, least = 0;
	int n = tool_begin(&t, command_find("evaluate"), own, argc, argv), status = EX_USAGE;

	if (n < 0) {
		free(from.lure.v);
		free(from.ham.v);
		return n == TOOL_HELP ? EX_OK : -n;
	}
	if (n > 0)
		tool_error("evaluate: '%s' has no label: name it by --lure or --ham", argv[1]);
	if (n == 0 && without_text && html == NULL) {
		tool_error("evaluate: --without-text needs --html");
		goto out;
	}
	if (n > 0 || !percentage("--max-false-tag", max_false, &most) ||
	    !percentage("--min-recall", min_recall, &least) ||
	    (status = corpus_open(&c, "evaluate", &from)) != EX_OK ||
	    (baseline != NULL && (b = baseline_read(baseline, &status)) == NULL) ||
	    (r = tool_ruleset(&t, false, &status)) == NULL)
		goto out;
	status = EX_CANTCREAT;
	if (html != NULL && !page_possible(html))
		goto out;
	texts = html != NULL && !without_text;
	if (!evaluation_begin(&e, &t, r, &c) ||
	    (status = crew_run(&c, &t, r, keep_hits, &texts, &e.samples)) != EX_OK || !evaluation_count(&e)) {
		tool_error("evaluate: no memory");
		status = EX_OSERR;
		goto out;
	}
	print(&e, b, t.json, list);
	if (html != NULL && !page_write(html, &e, b, texts)) {
		status = EX_CANTCREAT;
		goto out;
	}
	status = e.samples.unread > 0 ? EX_NOINPUT : gate(&e, max_false, most, min_recall, least);
out:
	evaluation_free(&e);
	baseline_free(b);
	ruleset_release(r);
	corpus_close(&c);
	free(from.lure.v);
	free(from.ham.v);
	tool_end(&t);
	return status;
}
