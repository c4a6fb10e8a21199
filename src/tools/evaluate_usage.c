#include <config.h>

#include "tools/evaluate.h"

#include <stdlib.h>

/* A copy of hits without some, for another verdict. */
struct filter {
	struct evaluation *e;
	struct hit *v; /* room for the hits of any record */
	const struct item *without; /* NULL: without what hit one lure text only */
};

static bool keeps(const struct filter *f, const struct hit *h)
{
	if (f->without != NULL)
		return h->item != f->without;
	return f->e->usages[h->item->index].texts[LABEL_LURE] > 1 || h->item->family->kind == FAMILY_CONTEXT;
}

/* Would the text be caught? -1: no memory. */
static int caught_without(struct filter *f, const struct result *r)
{
	bool lure = r->text->label == LABEL_LURE, caught = lure;

	for (size_t i = 0; i < r->n; i++) {
		const struct record *record = f->e->samples.v[r->first + i].result;
		struct hits hits = record->hits;
		const struct verdict *v;

		hits.v = f->v;
		hits.n = 0;
		for (size_t k = 0; k < record->hits.n; k++)
			if (keeps(f, &record->v[k]))
				f->v[hits.n++] = record->v[k];
		if ((v = evaluation_judge(f->e, &hits)) == NULL)
			return -1;
		caught = lure ? caught && v->kind != VERDICT_NONE : caught || v->kind != VERDICT_NONE;
	}
	return caught;
}

/* Mark each item that hit in one of the text's packagings by `stamp`; they are counted once. */
static void count_items(struct evaluation *e, const struct result *r, size_t *stamps, size_t stamp)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct record *record = e->samples.v[r->first + i].result;

		for (size_t k = 0; k < record->hits.n; k++) {
			size_t index = record->v[k].item->index;

			if (stamps[index] == stamp)
				continue;
			stamps[index] = stamp;
			e->usages[index].texts[r->text->label]++;
		}
	}
}

static bool count_points(struct evaluation *e, const struct result *r)
{
	const struct verdict *v = evaluation_judge(e, &r->deciding->hits);

	if (v == NULL)
		return false;
	for (size_t i = 0; i < v->nitems; i++)
		e->usages[v->items[i].hit->item->index].points[r->text->label] += v->items[i].points;
	return true;
}

/* What would become of this text without each of its items. */
static bool count_changes(struct filter *f, const struct result *r, const size_t *stamps, size_t stamp)
{
	bool lure = r->text->label == LABEL_LURE, caught = result_caught(r);

	for (size_t i = 0; i < f->e->nusages; i++) {
		struct usage *u = &f->e->usages[i];
		int without;

		if (stamps[i] != stamp || u->item->status != STATUS_STABLE)
			continue;
		f->without = u->item;
		if ((without = caught_without(f, r)) < 0)
			return false;
		if (caught && !without)
			*(lure ? &u->lost : &u->gone) += 1;
		else if (!caught && without)
			*(lure ? &u->gained : &u->added) += 1;
	}
	return true;
}

static bool count_all(struct filter *f, size_t *stamps)
{
	struct evaluation *e = f->e;
	size_t thin = 0;

	for (size_t i = 0; i < e->nresults; i++) {
		const struct result *r = &e->results[i];

		if (r->n == 0)
			continue;
		count_items(e, r, stamps, i + 1);
		if (!count_points(e, r) || !count_changes(f, r, stamps, i + 1))
			return false;
	}
	f->without = NULL;
	for (size_t i = 0; i < e->nresults; i++) {
		struct result *r = &e->results[i];
		int without;

		if (r->text->label != LABEL_LURE || !result_caught(r))
			continue;
		if ((without = caught_without(f, r)) < 0)
			return false;
		r->thin = !without;
		thin += r->thin;
	}
	e->thin = rate(thin, e->found.hit);
	return true;
}

bool evaluation_usage(struct evaluation *e)
{
	const struct item *const *items = ruleset_items(e->ruleset, &e->nusages);
	struct filter f = { .e = e, .v = calloc(e->nusages + 1, sizeof *f.v) };
	size_t *stamps = calloc(e->nusages + 1, sizeof *stamps);
	bool good = false;

	e->usages = calloc(e->nusages + 1, sizeof *e->usages);
	if (f.v != NULL && stamps != NULL && e->usages != NULL) {
		for (size_t i = 0; i < e->nusages; i++)
			e->usages[i].item = items[i];
		good = count_all(&f, stamps);
	}
	free(f.v);
	free(stamps);
	return good;
}
