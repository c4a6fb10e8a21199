#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/learn.h"

#define TEXTS 200
#define COLUMNS 40

struct fixture {
	struct text text[LABEL_N];
	struct grams grams;
};

static uint32_t dice(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*seed >> 33) % n);
}

/* Texts of which a column tells lures the better, the lower its number is; points tell a little too. */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct grams *g = &f->grams;
	uint64_t seed = 5;
	size_t rows = 0;

	f->text[LABEL_LURE].label = LABEL_LURE;
	f->text[LABEL_HAM].label = LABEL_HAM;
	g->texts = calloc(TEXTS, sizeof(*g->texts));
	g->points = calloc(TEXTS, sizeof *g->points);
	g->counts = calloc(TEXTS, sizeof *g->counts);
	g->columns = calloc(COLUMNS, sizeof *g->columns);
	g->rows = calloc((size_t)TEXTS * COLUMNS, sizeof *g->rows);
	g->ntexts = TEXTS;
	g->ncolumns = COLUMNS;
	for (size_t i = 0; i < TEXTS; i++) {
		enum label l = i % 4 == 0 ? LABEL_LURE : LABEL_HAM;

		g->texts[i] = &f->text[l];
		g->of[l]++;
		g->points[i] = dice(&seed, 40) / 10.0 + (l == LABEL_LURE);
		g->counts[i] = true;
	}
	for (size_t j = 0; j < COLUMNS; j++) {
		g->columns[j] = (struct column){ .hash = j, .first = rows, .length = 2 };
		for (uint32_t i = 0; i < TEXTS; i++)
			if (dice(&seed, 100) < (g->texts[i]->label == LABEL_LURE ? 60 - j : 20))
				g->rows[rows++] = i;
		g->columns[j].n = (uint32_t)(rows - g->columns[j].first);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->grams.texts);
	free(f->grams.points);
	free(f->grams.counts);
	free(f->grams.columns);
	free(f->grams.rows);
	free(f);
	return 0;
}

static double gradient_of(const struct fit *f, size_t j)
{
	const struct column *c = &f->g->columns[j];
	double sum = 0;

	for (uint32_t k = 0; k < c->n; k++) {
		size_t i = f->g->rows[c->first + k];

		sum += f->cost[i] *
		    (1 / (1 + exp(-f->margin[i])) - (f->g->texts[i]->label == LABEL_LURE));
	}
	return sum;
}

/* The conditions of an optimum (Karush, Kuhn, Tucker), whatever way led there. */
static void expect_optimum(const struct fit *f, double penalty)
{
	double g0 = 0, g1 = 0;

	for (size_t j = 0; j < f->g->ncolumns; j++) {
		double w = f->weight[j], g = gradient_of(f, j);

		if (w == 0)
			assert_true(fabs(g) <= penalty * 1.01 + 0.05);
		else
			assert_true(fabs(g + copysign(penalty, w) + FIT_SPREAD * penalty * w) < 0.05 + penalty / 100);
	}
	for (size_t i = 0; i < f->g->ntexts; i++) {
		g0 += f->residual[i];
		g1 += f->residual[i] * f->g->points[i];
	}
	assert_true(fabs(g0) < 0.05);
	assert_true(!f->offset || fabs(g1) < 0.2);
}

static void test_optimum_along_the_path(void **state)
{
	struct fixture *f = *state;

	for (int offset = 0; offset < 2; offset++) {
		size_t before = 0, n = 0;
		struct fit fit;
		double penalty;

		assert_true(fit_begin(&fit, &f->grams, offset == 1));
		fit_costs(&fit, 0, 0);
		penalty = fit_start(&fit);
		expect_optimum(&fit, penalty);
		assert_true((fit.slope > 0) == (offset == 1));
		for (int step = 0; step < 12; step++) {
			fit_run(&fit, penalty *= PATH_RATIO);
			expect_optimum(&fit, penalty);
			before = n;
			n = 0;
			for (size_t j = 0; j < COLUMNS; j++)
				n += fit.weight[j] != 0;
			assert_true(n + 3 >= before);
		}
		assert_true(n > COLUMNS / 2);
		assert_true(fit.weight[0] > 0 && fit.weight[0] > fit.weight[COLUMNS - 1]);
		fit_end(&fit);
	}
}

/* Both labels weigh alike, and a fold takes its share of each. */
static void test_costs(void **state)
{
	struct fixture *f = *state;
	struct fit fit;

	assert_true(fit_begin(&fit, &f->grams, false));
	for (size_t fold = 0; fold < 5; fold++) {
		double sum[LABEL_N] = { 0, 0 };
		size_t out[LABEL_N] = { 0, 0 };

		fit_costs(&fit, fold, 5);
		for (size_t i = 0; i < TEXTS; i++) {
			sum[f->grams.texts[i]->label] += fit.cost[i];
			out[f->grams.texts[i]->label] += fit.cost[i] == 0;
		}
		assert_true(fabs(sum[LABEL_LURE] - sum[LABEL_HAM]) < 1e-9);
		assert_int_equal(out[LABEL_LURE], 10);
		assert_int_equal(out[LABEL_HAM], 30);
	}
	fit_end(&fit);
}

/* What was held out had no part in it. */
static void test_held_out_texts_do_not_matter(void **state)
{
	struct fixture *f = *state;
	struct fit one, two;
	double penalty;

	assert_true(fit_begin(&one, &f->grams, true));
	fit_costs(&one, 2, 5);
	penalty = fit_start(&one) / 4;
	fit_run(&one, penalty);
	for (size_t i = 0; i < TEXTS; i++)
		f->grams.points[i] += one.cost[i] == 0 ? 50 : 0;
	assert_true(fit_begin(&two, &f->grams, true));
	fit_costs(&two, 2, 5);
	fit_start(&two);
	fit_run(&two, penalty);
	for (size_t j = 0; j < COLUMNS; j++)
		assert_true(fabs(one.weight[j] - two.weight[j]) < 1e-9);
	fit_end(&one);
	fit_end(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_optimum_along_the_path, setup, teardown),
		cmocka_unit_test_setup_teardown(test_costs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_held_out_texts_do_not_matter, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
