/* lurectl learn: words that weigh, fitted to labelled messages. */
#include <config.h>

#include "tools/learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/say.h"
#include "tools/table.h"

#define FALSE_TAGS 0.01   /* the rate that figures are given for */
#define WORDS_MOST (SCORE_WORDS_MAX / 10.0)
#define WORDS_LEAST (SCORE_WORDS_MIN / 10.0)
#define FULL_SHARE 0.95   /* so many lures stay within WORDS_MOST */
#define LEAST_TEXTS 4u
#define FOLDS 5u
#define FOLDS_MAX 20u

struct learn {
	struct tool tool;
	struct corpus corpus;
	struct ruleset *ruleset;
	struct samples samples;
	struct grams grams;
	struct cross cross;
	struct fit fit;
	bool signs;   /* --patterns: figures of signs and rules, too */
	bool offset;  /* --offset: words learn what they miss */
	unsigned least, folds, most; /* texts of a word; of the cross-validation; words */
	double scale; /* points of a log odd */
};

static void *keep_text(void *arg, enum label label, const struct inspection *i)
{
	(void)arg;
	(void)label;
	return glean(i);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The scores of one label, sorted; NULL: no memory. */
static double *sorted(const struct grams *g, const double *score, enum label label)
{
	double *v = malloc((g->of[label] + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; v != NULL && i < g->ntexts; i++)
		if (g->texts[i]->label == label)
			v[n++] = score[i];
	if (v != NULL)
		qsort(v, n, sizeof *v, ascending);
	return v;
}

/* The share of lures that lie above all legitimate texts but FALSE_TAGS of them. */
static double recall_at(const struct grams *g, const double *score)
{
	double *ham = sorted(g, score, LABEL_HAM), most;
	size_t above = 0;

	if (ham == NULL)
		return 0;
	most = ham[g->of[LABEL_HAM] - 1 - (size_t)(FALSE_TAGS * (double)g->of[LABEL_HAM])];
	for (size_t i = 0; i < g->ntexts; i++)
		above += g->texts[i]->label == LABEL_LURE && score[i] > most;
	free(ham);
	return (double)above / (double)g->of[LABEL_LURE];
}

/* So that all but a few lures keep what their words weigh. */
static double full_scale(const struct grams *g, const double *words)
{
	double *v = sorted(g, words, LABEL_LURE), full = 0;

	if (v != NULL)
		full = v[(size_t)(FULL_SHARE * (double)(g->of[LABEL_LURE] - 1))];
	free(v);
	return full > 0 ? WORDS_MOST / full : 0;
}

/* Points with words, as verdict.h adds them up. */
static double together(const struct learn *l, const double *words, size_t i)
{
	double w = fmax(WORDS_LEAST, fmin(WORDS_MOST, l->scale * words[i]));

	return l->grams.points[i] + (l->grams.counts[i] ? w : 0);
}

static bool fit_all(struct learn *l)
{
	double penalty = l->cross.start;

	if (!fit_begin(&l->fit, &l->grams, l->offset))
		return false;
	fit_costs(&l->fit, 0, 0);
	fit_start(&l->fit);
	for (size_t s = 0; s <= l->cross.best; s++)
		fit_run(&l->fit, penalty *= PATH_RATIO);
	return true;
}

static void count_counts(const struct grams *g, size_t n[LABEL_N])
{
	n[LABEL_LURE] = n[LABEL_HAM] = 0;
	for (size_t i = 0; i < g->ntexts; i++)
		n[g->texts[i]->label] += g->counts[i];
}

static void print_texts(const struct learn *l)
{
	const struct grams *g = &l->grams;
	size_t counts[LABEL_N];

	printf(SAY_FORMAT_LEARNT_FROM, g->of[LABEL_LURE], g->of[LABEL_HAM], g->twins, g->ncolumns, l->least);
	putchar('\n');
	if (!l->signs)
		return;
	count_counts(g, counts);
	printf(SAY_FORMAT_COUNTS, counts[LABEL_LURE], counts[LABEL_HAM]);
	putchar('\n');
}

static void figure(struct table *t, const char *what, double share)
{
	char text[32];

	snprintf(text, sizeof text, "%.1f %%", 100 * share);
	table_add(t, what);
	table_add(t, text);
}

/* All figures are of texts that were held out. */
static bool print_figures(const struct learn *l)
{
	const struct grams *g = &l->grams;
	const double *words = l->cross.words + l->cross.best * g->ntexts;
	double *both = calloc(g->ntexts + 1, sizeof *both);
	struct table t = { .columns = 2 };

	if (both == NULL)
		return false;
	for (size_t i = 0; i < g->ntexts; i++)
		both[i] = together(l, words, i);
	putchar('\n');
	table_add(&t, say(SAY_HELD_OUT));
	table_add(&t, say(SAY_RECALL_AT_ONE));
	figure(&t, say(SAY_WORDS_ALONE), recall_at(g, words));
	if (l->signs) {
		figure(&t, say(SAY_HITS), recall_at(g, g->points));
		figure(&t, say(SAY_TOGETHER), recall_at(g, both));
	}
	table_print(&t, stdout);
	free(both);
	return true;
}

/* A number of the command line; false: it is none, which has been said. */
static bool number(const char *option, const char *value, unsigned min, unsigned max, unsigned *ret)
{
	char *end;
	unsigned long v;

	if (value == NULL)
		return true;
	v = strtoul(value, &end, 10);
	if (end == value || *end != '\0' || value[0] == '-' || v < min || v > max) {
		tool_error("learn: %s needs a number from %u to %u, not '%s'", option, min, max, value);
		return false;
	}
	*ret = (unsigned)v;
	return true;
}

/* The set whose points stand beside the words; without --patterns an empty one. */
static struct ruleset *load(struct learn *l, int *status)
{
	struct ruleset_options o = { 0 };
	struct ruleset *r;
	int trouble = 0;

	if (l->signs)
		return tool_ruleset(&l->tool, false, status);
	config_limits(l->tool.config, &o.limits);
	r = ruleset_load(NULL, 0, &o, &l->tool.diags, &trouble);
	if (r == NULL)
		*status = EX_OSERR;
	return r;
}

static int learn(struct learn *l, const char *out)
{
	int status = crew_run(&l->corpus, &l->tool, l->ruleset, keep_text, NULL, &l->samples);
	struct learnt learnt = { &l->grams, &l->samples, &l->fit, 0, l->most, 0 };

	if (status != EX_OK || !grams_collect(&l->grams, &l->corpus, &l->samples, l->least)) {
		tool_error("learn: no memory");
		return EX_OSERR;
	}
	print_texts(l);
	if (l->grams.of[LABEL_LURE] < 2 * l->folds || l->grams.of[LABEL_HAM] < 2 * l->folds ||
	    l->grams.ncolumns == 0) {
		tool_error("learn: at least %u different lures and as many legitimate texts are needed, that share "
		    "some words", 2 * l->folds);
		return EX_DATAERR;
	}
	if (!cross_run(&l->cross, &l->grams, l->offset, l->folds) || !fit_all(l)) {
		tool_error("learn: no memory");
		return EX_OSERR;
	}
	/* Beside points that were a term, words weigh in points what they weigh in log odds. */
	l->scale = l->offset && l->fit.slope > 0 ? 1 / l->fit.slope :
	    full_scale(&l->grams, l->cross.words + l->cross.best * l->grams.ntexts);
	learnt.scale = l->scale;
	if (!print_figures(l))
		return EX_OSERR;
	if (out == NULL)
		return l->samples.unread > 0 ? EX_NOINPUT : EX_OK;
	if (!learn_write(&learnt, out))
		return learnt.words == 0 ? EX_DATAERR : EX_CANTCREAT;
	putchar('\n');
	printf(SAY_FORMAT_WRITTEN, out, learnt.words);
	putchar('\n');
	return l->samples.unread > 0 ? EX_NOINPUT : EX_OK;
}

static void finish(struct learn *l)
{
	fit_end(&l->fit);
	cross_end(&l->cross);
	grams_free(&l->grams);
	for (size_t i = 0; i < l->samples.n; i++)
		free(l->samples.v[i].result);
	samples_free(&l->samples);
	ruleset_release(l->ruleset);
	corpus_close(&l->corpus);
	tool_end(&l->tool);
}

int command_learn(int argc, char **argv)
{
	struct corpus_options from = { 0 };
	const char *out = NULL, *least = NULL, *folds = NULL, *most = NULL;
	bool offset = false;
	const struct tool_option own[] = { CORPUS_OPTIONS(&from), { "--out", &out, NULL, NULL },
		{ "--min-texts", &least, NULL, NULL }, { "--folds", &folds, NULL, NULL },
		{ "--max-words", &most, NULL, NULL }, { "--offset", NULL, &offset, NULL }, { 0 } };
	struct learn l = { .least = LEAST_TEXTS, .folds = FOLDS, .most = RULESET_WORDS_MAX };
	int n = tool_begin(&l.tool, command_find("learn"), own, argc, argv), status = EX_USAGE;

	if (n < 0) {
		status = n == TOOL_HELP ? EX_OK : -n;
		goto out;
	}
	if (n > 0)
		tool_error("learn: '%s' has no label: name it by --lure or --ham", argv[1]);
	l.signs = l.tool.npatterns > 0;
	l.offset = offset;
	if (offset && !l.signs)
		tool_error("learn: --offset needs --patterns: whose points?");
	if (n == 0 && l.offset <= l.signs && number("--min-texts", least, 1, 1000000, &l.least) &&
	    number("--folds", folds, 2, FOLDS_MAX, &l.folds) &&
	    number("--max-words", most, 1, RULESET_WORDS_MAX, &l.most) &&
	    (status = corpus_open(&l.corpus, "learn", &from)) == EX_OK && (l.ruleset = load(&l, &status)) != NULL)
		status = learn(&l, out);
	finish(&l);
out:
	free(from.lure.v);
	free(from.ham.v);
	return status;
}
