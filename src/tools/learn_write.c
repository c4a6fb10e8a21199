#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/learn.h"

#define POINTS_MAX 3.0 /* of a word */

struct choice {
	const struct column *column;
	double points, influence;
};

static int by_influence(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	if (x->influence != y->influence)
		return x->influence < y->influence ? 1 : -1;
	return (x->column > y->column) - (x->column < y->column);
}

static int by_points(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	if (x->points != y->points)
		return x->points < y->points ? 1 : -1;
	return by_influence(a, b);
}

/* Those of which points are left once they are rounded to hundredths; the most influential of them. */
static struct choice *choose(const struct learnt *l, size_t *ret)
{
	const struct grams *g = l->grams;
	struct choice *v = malloc((g->ncolumns + 1) * sizeof *v);
	size_t n = 0;

	for (size_t j = 0; v != NULL && j < g->ncolumns; j++) {
		double points = round(100 * l->scale * l->fit->weight[j]) / 100;

		points = fmax(-POINTS_MAX, fmin(POINTS_MAX, points));
		if (points != 0)
			v[n++] = (struct choice){ &g->columns[j], points, fabs(points) * sqrt(g->columns[j].n) };
	}
	if (n > 0)
		qsort(v, n, sizeof *v, by_influence);
	n = n > l->most ? l->most : n;
	if (n > 0)
		qsort(v, n, sizeof *v, by_points);
	*ret = n;
	return v;
}

/* The name of the list: the file's without folder and ".yaml", so that a second list has another id than the first. */
static struct span list_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_str(slash != NULL ? slash + 1 : path);

	if (name.n > 5 && memcmp(name.p + name.n - 5, ".yaml", 5) == 0)
		name.n -= 5;
	for (size_t i = 0; i < name.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789", name.p[i]) == NULL &&
		    (name.p[i] != '-' || i == 0 || i + 1 == name.n))
			return span_str("words");
	return name;
}

static void write_head(const struct learnt *l, struct span name, struct buf *out)
{
	buf_printf(out,
	    "# Learnt by lurectl learn from %zu lures and %zu legitimate texts. Read every word: strike out what says\n"
	    "# nothing about lures, and whatever could tell of a person.\n"
	    "format: 1\norigin: local\nversion: 1\nlure: common\ntitle: Words that weigh\n"
	    "weigh:\n  id: common.%.*s\n  words:\n",
	    l->grams->of[LABEL_LURE], l->grams->of[LABEL_HAM], SPAN_ARG(name));
}

static void write_word(const struct choice *c, const char *text, struct buf *out)
{
	buf_str(out, "    - {text: '");
	for (; *text != '\0'; text++)
		buf_printf(out, "%s%c", *text == '\'' ? "'" : "", *text);
	buf_printf(out, "', points: %.2f, texts: %u}\n", c->points, c->column->n);
}

static bool save(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");
	bool good = f != NULL && fwrite(text->p, 1, text->n, f) == text->n;

	if (f != NULL)
		good = fclose(f) == 0 && good;
	if (!good)
		tool_error("%s: %s", path, strerror(errno));
	return good;
}

bool learn_write(struct learnt *l, const char *path)
{
	struct buf out = BUF_HEAP, text = BUF_HEAP;
	size_t n = 0;
	struct choice *v = choose(l, &n);
	bool good;

	write_head(l, list_name(path), &out);
	for (size_t i = 0; i < n; i++) {
		if (!grams_spell(l->grams, l->samples, v[i].column, &text))
			continue;
		write_word(&v[i], buf_cstr(&text), &out);
		l->words++;
	}
	if (v == NULL || out.failed || text.failed)
		tool_error("learn: no memory");
	else if (l->words == 0)
		tool_error("learn: no word has a weight: these texts are too few, or too much alike");
	good = v != NULL && !out.failed && !text.failed && l->words > 0 && save(path, &out);
	buf_free(&text);
	buf_free(&out);
	free(v);
	return good;
}
