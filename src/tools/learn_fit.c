#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "tools/learn.h"

/*
 * Minimised is the sum over texts of cost x log loss, and penalty x the sum of |weight| + FIT_SPREAD / 2 x weight^2,
 * one coordinate after the other (Friedman, Hastie, Tibshirani, JSS 33, 2010). The curvature of a coordinate is at most
 * a quarter of the costs of its texts, so a step made with that bound never overshoots, and no line search is needed.
 * Between two passes over all columns only those with a weight are visited.
 *
 * FIT_SPREAD lets n-grams that say the same share a weight instead of leaving it to one (elastic net: Zou, Hastie, JRSS
 * B 67, 2005). Without it, words learnt from some 500 texts found half as many lures among texts that were held out.
 */
#define ROUNDS_MAX 60  /* passes over all columns */
#define INNER_MAX 100  /* passes over those with a weight */
#define STILL 1e-3     /* a change of a margin that is none */
#define NEWTON_MAX 20

static double sigmoid(double z)
{
	return 1 / (1 + exp(-z));
}

static double is_lure(const struct fit *f, size_t i)
{
	return f->g->texts[i]->label == LABEL_LURE ? 1 : 0;
}

bool fit_begin(struct fit *f, const struct grams *g, bool offset)
{
	*f = (struct fit){ .g = g, .offset = offset };
	f->cost = calloc(g->ntexts + 1, sizeof *f->cost);
	f->margin = calloc(g->ntexts + 1, sizeof *f->margin);
	f->residual = calloc(g->ntexts + 1, sizeof *f->residual);
	f->weight = calloc(g->ncolumns + 1, sizeof *f->weight);
	f->bound = calloc(g->ncolumns + 1, sizeof *f->bound);
	f->active = calloc(g->ncolumns + 1, sizeof *f->active);
	if (f->cost != NULL && f->margin != NULL && f->residual != NULL && f->weight != NULL && f->bound != NULL &&
	    f->active != NULL)
		return true;
	fit_end(f);
	return false;
}

void fit_end(struct fit *f)
{
	free(f->cost);
	free(f->margin);
	free(f->residual);
	free(f->weight);
	free(f->bound);
	free(f->active);
	*f = (struct fit){ 0 };
}

void fit_costs(struct fit *f, size_t fold, size_t folds)
{
	const struct grams *g = f->g;
	size_t seen[LABEL_N] = { 0, 0 }, kept[LABEL_N] = { 0, 0 };

	for (size_t i = 0; i < g->ntexts; i++) {
		enum label l = g->texts[i]->label;
		bool out = folds > 0 && seen[l]++ % folds == fold;

		f->cost[i] = out ? 0 : 1;
		kept[l] += !out;
	}
	for (size_t i = 0; i < g->ntexts; i++)
		f->cost[i] *= (double)(kept[0] + kept[1]) / (2.0 * (double)kept[g->texts[i]->label]);
	for (size_t j = 0; j < g->ncolumns; j++) {
		f->bound[j] = 0;
		for (uint32_t k = 0; k < g->columns[j].n; k++)
			f->bound[j] += f->cost[g->rows[g->columns[j].first + k]] / 4;
	}
}

static void set_residual(struct fit *f, size_t i)
{
	f->residual[i] = f->cost[i] * (sigmoid(f->margin[i]) - is_lure(f, i));
}

/* Newton steps for the terms without penalty: they have no bound as good as the columns'. */
static void fit_free(struct fit *f)
{
	for (int round = 0; round < NEWTON_MAX; round++) {
		double g0 = 0, g1 = 0, h00 = 1e-6, h01 = 0, h11 = 1e-6, d0, d1 = 0, det, most;

		for (size_t i = 0; i < f->g->ntexts; i++) {
			double p = sigmoid(f->margin[i]), h = f->cost[i] * p * (1 - p);
			double x = f->offset ? f->g->points[i] : 0;

			g0 += f->residual[i];
			g1 += f->residual[i] * x;
			h00 += h;
			h01 += h * x;
			h11 += h * x * x;
		}
		det = h00 * h11 - h01 * h01;
		if (f->offset && det > 1e-9) {
			d0 = -(h11 * g0 - h01 * g1) / det;
			d1 = -(h00 * g1 - h01 * g0) / det;
		} else {
			d0 = -g0 / h00;
		}
		most = fmax(fabs(d0), fabs(d1));
		if (most > 1) { /* far from the solution a full step may leap over it */
			d0 /= most;
			d1 /= most;
		}
		f->intercept += d0;
		f->slope += d1;
		for (size_t i = 0; i < f->g->ntexts; i++) {
			f->margin[i] += d0 + d1 * (f->offset ? f->g->points[i] : 0);
			set_residual(f, i);
		}
		if (most < STILL)
			return;
	}
}

static double gradient(const struct fit *f, const struct column *c)
{
	const uint32_t *rows = f->g->rows + c->first;
	double sum = 0;

	for (uint32_t k = 0; k < c->n; k++)
		sum += f->residual[rows[k]];
	return sum;
}

/* One step of a column; returns how far margins moved. */
static double step(struct fit *f, size_t j, double penalty)
{
	const struct column *c = &f->g->columns[j];
	const uint32_t *rows = f->g->rows + c->first;
	double old = f->weight[j], grad = gradient(f, c), want, change;

	if (f->bound[j] <= 0 || (old == 0 && fabs(grad) <= penalty))
		return 0;
	want = old * f->bound[j] - grad;
	f->weight[j] = copysign(fmax(0, fabs(want) - penalty) / (f->bound[j] + FIT_SPREAD * penalty), want);
	change = f->weight[j] - old;
	for (uint32_t k = 0; change != 0 && k < c->n; k++) {
		f->margin[rows[k]] += change;
		set_residual(f, rows[k]);
	}
	return fabs(change);
}

double fit_start(struct fit *f)
{
	double most = 0;

	for (size_t i = 0; i < f->g->ntexts; i++) {
		f->margin[i] = 0;
		set_residual(f, i);
	}
	f->intercept = f->slope = 0;
	memset(f->weight, 0, f->g->ncolumns * sizeof *f->weight);
	fit_free(f);
	for (size_t j = 0; j < f->g->ncolumns; j++)
		most = fmax(most, fabs(gradient(f, &f->g->columns[j])));
	return most;
}

void fit_run(struct fit *f, double penalty)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		double moved = 0;
		size_t n = 0;

		for (size_t j = 0; j < f->g->ncolumns; j++) {
			moved = fmax(moved, step(f, j, penalty));
			if (f->weight[j] != 0)
				f->active[n++] = j;
		}
		fit_free(f);
		if (moved < STILL)
			return;
		for (int inner = 0; inner < INNER_MAX && moved >= STILL; inner++) {
			moved = 0;
			for (size_t k = 0; k < n; k++)
				moved = fmax(moved, step(f, f->active[k], penalty));
			fit_free(f);
		}
	}
}

double fit_words(const struct fit *f, size_t text)
{
	return f->margin[text] - f->intercept - f->slope * (f->offset ? f->g->points[text] : 0);
}
