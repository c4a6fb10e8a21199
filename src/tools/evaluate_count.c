#include <config.h>

#include "tools/evaluate.h"

#include <math.h>
#include <stdlib.h>

#define SCORE_BYTES_MAX ((size_t)64 << 20)
#define Z95 1.959964 /* of a normal distribution, 95 % lie within */

const double evaluation_false_tags[RECALLS] = { 0.003, 0.01, 0.02 };

struct rate rate(size_t hit, size_t of)
{
	double n = (double)of, p = of > 0 ? (double)hit / n : 0, z2 = Z95 * Z95, middle, half;

	if (of == 0)
		return (struct rate){ .hit = hit };
	middle = (p + z2 / (2 * n)) / (1 + z2 / n);
	half = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	return (struct rate){ hit, of, p, hit == 0 ? 0 : middle - half, hit == of ? 1 : middle + half };
}

bool evaluation_begin(struct evaluation *e, const struct tool *t, const struct ruleset *r, const struct corpus *c)
{
	*e = (struct evaluation){ .ruleset = r, .corpus = c, .arena = arena_new(SCORE_BYTES_MAX) };
	e->options = (struct score_options){ t->config->tag_points, t->config->reject_points, true };
	return e->arena != NULL;
}

void evaluation_free(struct evaluation *e)
{
	for (size_t i = 0; i < e->samples.n; i++) {
		struct record *r = e->samples.v[i].result;

		if (r != NULL)
			free(r->shown);
		free(r);
	}
	samples_free(&e->samples);
	free(e->results);
	free(e->groups);
	free(e->usages);
	arena_free(e->arena);
	*e = (struct evaluation){ 0 };
}

const struct verdict *evaluation_judge(struct evaluation *e, const struct hits *hits)
{
	static const struct circumstances alone = { .standing = { .state = STANDING_OFF } };
	const struct verdict *v;

	arena_reset(e->arena);
	return score(e->arena, e->ruleset, hits, &alone, &e->options, &v) == 0 ? v : NULL;
}

static const struct record *record_of(const struct evaluation *e, const struct result *r, size_t i)
{
	return e->samples.v[r->first + i].result;
}

static bool has_lure(const struct verdict *v, const char *id)
{
	for (size_t i = 0; i < v->nlures; i++)
		if (strcmp(v->lures[i].family->id, id) == 0)
			return true;
	return false;
}

static bool judge_text(struct evaluation *e, struct result *r)
{
	r->named = r->n > 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct record *record = record_of(e, r, i);
		const struct verdict *v = evaluation_judge(e, &record->hits);

		if (v == NULL)
			return false;
		r->named &= has_lure(v, r->text->category);
		/* The verdict before the points: a reject asks for more than points. */
		if (r->deciding != NULL && (r->text->label == LABEL_LURE) !=
		    (v->kind < r->kind || (v->kind == r->kind && v->points < r->points)))
			continue;
		r->deciding = record;
		r->packaging = e->samples.v[r->first + i].packaging;
		r->kind = v->kind;
		r->points = v->points;
	}
	return true;
}

static bool judge_all(struct evaluation *e)
{
	size_t at = 0, found = 0, named = 0, false_tags = 0, rejected[LABEL_N] = { 0, 0 };

	e->nresults = e->corpus->ntexts;
	e->results = calloc(e->nresults + 1, sizeof *e->results);
	if (e->results == NULL)
		return false;
	for (size_t i = 0; i < e->nresults; i++) {
		struct result *r = &e->results[i];

		*r = (struct result){ .text = &e->corpus->texts[i], .first = at, .packaging = "" };
		for (; at < e->samples.n && e->samples.v[at].text == i; at++)
			r->n++;
		if (!judge_text(e, r))
			return false;
		e->texts[r->text->label] += r->n > 0;
		e->categories |= r->text->label == LABEL_LURE && r->text->category[0] != '\0';
		if (!result_caught(r))
			continue;
		*(r->text->label == LABEL_LURE ? &found : &false_tags) += 1;
		rejected[r->text->label] += r->kind == VERDICT_REJECT;
		named += r->text->label == LABEL_LURE && r->named;
	}
	e->found = rate(found, e->texts[LABEL_LURE]);
	e->false_tags = rate(false_tags, e->texts[LABEL_HAM]);
	e->named = rate(named, found);
	for (size_t l = 0; l < LABEL_N; l++)
		e->rejected[l] = rate(rejected[l], e->texts[l]);
	return true;
}

static bool group_add(struct evaluation *e, const char *by, const char *name, enum label label, bool caught)
{
	struct group *g = NULL, *v;

	if (name[0] == '\0')
		return true;
	for (size_t i = 0; i < e->ngroups && g == NULL; i++)
		if (e->groups[i].label == label && strcmp(e->groups[i].by, by) == 0 &&
		    strcmp(e->groups[i].name, name) == 0)
			g = &e->groups[i];
	if (g == NULL) {
		v = realloc(e->groups, (e->ngroups + 1) * sizeof *v);
		if (v == NULL)
			return false;
		e->groups = v;
		g = &v[e->ngroups++];
		*g = (struct group){ by, name, label, 0, 0 };
	}
	g->n++;
	g->caught += caught;
	return true;
}

static int by_group(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int c = strcmp(x->by, y->by);

	if (c == 0)
		c = (int)x->label - (int)y->label;
	return c != 0 ? c : strcmp(x->name, y->name);
}

const struct group *evaluation_group(const struct evaluation *e, const char *by, const char *name, enum label label)
{
	struct group key = { .by = by, .name = name, .label = label };

	return e->ngroups > 0 ? bsearch(&key, e->groups, e->ngroups, sizeof key, by_group) : NULL;
}

static bool group_all(struct evaluation *e)
{
	for (size_t i = 0; i < e->nresults; i++) {
		const struct result *r = &e->results[i];
		const struct text *t = r->text;
		bool caught = result_caught(r);

		if (r->n == 0)
			continue;
		if (!group_add(e, "category", t->category, t->label, caught) ||
		    !group_add(e, "difficulty", t->difficulty, t->label, caught) ||
		    !group_add(e, "evasion", t->evasion, t->label, caught) ||
		    !group_add(e, "part", t->part, t->label, caught))
			return false;
		for (size_t k = 0; k < r->n; k++) {
			const struct verdict *v = evaluation_judge(e, &record_of(e, r, k)->hits);

			if (v == NULL || !group_add(e, "packaging", e->samples.v[r->first + k].packaging, t->label,
			        v->kind != VERDICT_NONE))
				return false;
		}
	}
	if (e->ngroups > 0)
		qsort(e->groups, e->ngroups, sizeof *e->groups, by_group);
	return true;
}

/* Texts with at least so many points. */
static void count_threshold(const struct evaluation *e, int points, struct threshold *ret)
{
	size_t n[LABEL_N] = { 0, 0 };

	for (size_t i = 0; i < e->nresults; i++)
		n[e->results[i].text->label] += e->results[i].n > 0 && e->results[i].points >= points;
	*ret = (struct threshold){ points, rate(n[LABEL_LURE], e->texts[LABEL_LURE]),
		rate(n[LABEL_HAM], e->texts[LABEL_HAM]) };
}

static void count_thresholds(struct evaluation *e)
{
	for (size_t i = 0; i < THRESHOLDS; i++)
		count_threshold(e, THRESHOLD_MIN + (int)i * THRESHOLD_STEP, &e->thresholds[i]);
	for (size_t i = 0; i < RECALLS; i++) {
		int points = 1;

		count_threshold(e, points, &e->recalls[i]);
		while (e->recalls[i].false_tags.share > evaluation_false_tags[i])
			count_threshold(e, ++points, &e->recalls[i]);
	}
}

bool evaluation_count(struct evaluation *e)
{
	if (!judge_all(e) || !group_all(e) || !evaluation_usage(e))
		return false;
	count_thresholds(e);
	return true;
}
