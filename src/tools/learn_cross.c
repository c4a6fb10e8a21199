#include <config.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/learn.h"
#include "tools/progress.h"
#include "tools/say.h"

#define THREADS_MAX 16

struct work {
	struct cross *x;
	atomic_size_t next, done; /* folds; steps */
	atomic_bool failed, over;
};

static void run_fold(struct work *w, struct fit *f, size_t fold)
{
	struct cross *x = w->x;
	double penalty = x->start;

	fit_costs(f, fold, x->folds);
	fit_start(f);
	for (size_t s = 0; s < PATH_STEPS; s++) {
		penalty *= PATH_RATIO;
		fit_run(f, penalty);
		for (size_t i = 0; i < x->g->ntexts; i++) {
			if (f->cost[i] > 0)
				continue;
			x->words[s * x->g->ntexts + i] = fit_words(f, i);
			x->logit[s * x->g->ntexts + i] = f->margin[i];
		}
		atomic_fetch_add(&w->done, 1);
	}
}

static void *work(void *arg)
{
	struct work *w = arg;
	struct fit f;
	size_t fold;

	if (!fit_begin(&f, w->x->g, w->x->offset)) {
		atomic_store(&w->failed, true);
		return NULL;
	}
	while ((fold = atomic_fetch_add(&w->next, 1)) < w->x->folds)
		run_fold(w, &f, fold);
	fit_end(&f);
	return NULL;
}

static double loss(double margin, bool lure)
{
	double z = lure ? -margin : margin;

	return z > 30 ? z : log1p(exp(z));
}

static void choose(struct cross *x)
{
	const struct grams *g = x->g;

	for (size_t s = 0; s < PATH_STEPS; s++) {
		double sum[LABEL_N] = { 0, 0 };

		for (size_t i = 0; i < g->ntexts; i++)
			sum[g->texts[i]->label] +=
			    loss(x->logit[s * g->ntexts + i], g->texts[i]->label == LABEL_LURE);
		x->loss[s] = (sum[0] / (double)g->of[0] + sum[1] / (double)g->of[1]) / 2;
		if (x->loss[s] < x->loss[x->best])
			x->best = s;
	}
}

static void *show(void *arg)
{
	struct work *w = arg;
	struct progress p;

	progress_begin(&p, say(SAY_FITTED), w->x->folds * PATH_STEPS);
	while (!atomic_load(&w->over)) {
		progress_show(&p, atomic_load(&w->done));
		usleep(100000);
	}
	progress_end(&p);
	return NULL;
}

static bool start(struct cross *x)
{
	struct fit f;

	if (!fit_begin(&f, x->g, x->offset))
		return false;
	fit_costs(&f, 0, 0);
	x->start = fit_start(&f);
	fit_end(&f);
	return true;
}

bool cross_run(struct cross *x, const struct grams *g, bool offset, size_t folds)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (size_t)cores, n = 0;
	struct work w = { .x = x };
	pthread_t threads[THREADS_MAX], shower;
	bool shown;

	*x = (struct cross){ .g = g, .offset = offset, .folds = folds };
	x->words = calloc(PATH_STEPS * (g->ntexts + 1), sizeof *x->words);
	x->logit = calloc(PATH_STEPS * (g->ntexts + 1), sizeof *x->logit);
	if (x->words == NULL || x->logit == NULL || !start(x))
		return false;
	shown = progress_wanted() && pthread_create(&shower, NULL, show, &w) == 0;
	while (n < most && n < folds && pthread_create(&threads[n], NULL, work, &w) == 0)
		n++;
	if (n == 0)
		work(&w);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&w.over, true);
	if (shown)
		pthread_join(shower, NULL);
	choose(x);
	return !atomic_load(&w.failed);
}

void cross_end(struct cross *x)
{
	free(x->words);
	free(x->logit);
	*x = (struct cross){ 0 };
}
