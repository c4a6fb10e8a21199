#include <config.h>

#include "reputation/reputation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "reputation/local.h"

#define COUNT_MAX 1e9 /* of an entry that is put */

struct reputation {
	struct site_keys keys;
	struct local *local;
	time_t wall; /* at start; the monotonic clock counts on, so that a jump of the wall clock changes nothing */
	clock_us start;
};

struct reputation_request {
	struct standing standing;
};

static uint32_t hour_now(const struct reputation *r)
{
	return (uint32_t)((r->wall + (clock_now() - r->start) / 1000000) / 3600);
}

struct reputation *reputation_new(const struct reputation_options *o)
{
	struct reputation *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->wall = time(NULL);
	r->start = clock_now();
	if (site_keys_set(&r->keys, o->key, o->other_key))
		r->local = local_new(o, &r->keys, hour_now(r));
	if (r->local == NULL) {
		reputation_free(r);
		return NULL;
	}
	return r;
}

void reputation_free(struct reputation *r)
{
	if (r == NULL)
		return;
	local_free(r->local);
	site_keys_free(&r->keys);
	free(r);
}

int reputation_save(struct reputation *r)
{
	return local_save(r->local);
}

static void look_up(struct reputation *r, const struct identity *id, struct standing *ret)
{
	struct counts sum = { 0, 0 }, one;
	uint32_t hour = hour_now(r);
	double all = 0;
	bool known = false;
	struct keys keys;

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.n; i++) {
		all += i < keys.current ? key_weights[keys.kind[i]] : 0;
		if (local_get(r->local, &keys.v[i], hour, &one)) {
			known = true;
			sum.lure += one.lure * key_weights[keys.kind[i]];
			sum.clean += one.clean * key_weights[keys.kind[i]];
		}
	}
	ret->state = keys.n == 0 ? STANDING_OFF : known ? STANDING_KNOWN : STANDING_NEW;
	if (keys.n == 0)
		return;
	reputation_judge(sum.lure / all, sum.clean / all, ret);
}

struct reputation_request *reputation_ask(struct reputation *r, const struct identity *id)
{
	struct reputation_request *request = calloc(1, sizeof *request);

	if (request != NULL)
		look_up(r, id, &request->standing);
	return request;
}

void reputation_collect(struct reputation_request *request, clock_us deadline, struct standing *ret)
{
	(void)deadline; /* the memory store never lets anybody wait */
	*ret = request->standing;
	free(request);
}

void reputation_abandon(struct reputation_request *request)
{
	free(request);
}

void reputation_record(struct reputation *r, const struct identity *id, bool lure, uint64_t text)
{
	uint32_t hour = hour_now(r);
	struct keys keys;

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.current; i++)
		local_add(r->local, &keys.v[i], hour, lure, text);
}

/* --- what lurectl does --- */

struct visit {
	reputation_fn *fn;
	void *context;
	uint32_t hour;
	const char *kind;
	const struct memory_key *only; /* NULL: all */
	bool found;
};

static void visit_record(void *context, const struct memory_key *key, const struct record *r)
{
	struct visit *v = context;
	struct reputation_entry e = { .kind = v->kind, .hour = r->hour, .seen = r->seen, .lures = r->lures,
		.old_lure = r->lure, .old_clean = r->clean };
	struct counts c = model_counts(r, v->hour);

	if (v->only != NULL && memcmp(v->only, key, sizeof *key) != 0)
		return;
	e.lure = c.lure;
	e.clean = c.clean;
	key_name(key, e.name);
	v->found = true;
	v->fn(v->context, &e);
}

int reputation_each(struct reputation *r, reputation_fn *fn, void *context)
{
	struct visit v = { fn, context, hour_now(r), "", NULL, false };

	local_each(r->local, visit_record, &v);
	return 0;
}

int reputation_show(struct reputation *r, const struct identity *id, reputation_fn *fn, void *context)
{
	static const char *const kinds[] = { "domain", "address", "network" };
	static const struct record nothing;
	struct keys keys;

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.n; i++) {
		struct visit v = { fn, context, hour_now(r), kinds[keys.kind[i]], &keys.v[i], false };

		local_each(r->local, visit_record, &v);
		if (!v.found && i < keys.current)
			visit_record(&v, &keys.v[i], &nothing);
	}
	return 0;
}

void reputation_standing(struct reputation *r, const struct identity *id, struct standing *ret)
{
	look_up(r, id, ret);
}

int reputation_forget(struct reputation *r, const struct identity *id)
{
	struct keys keys;
	int n = 0;

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.n; i++)
		n += local_remove(r->local, &keys.v[i]);
	return n;
}

static bool is_count(double x)
{
	return x >= 0 && x <= COUNT_MAX; /* and no NaN */
}

int reputation_put(struct reputation *r, const struct reputation_entry *e)
{
	struct record record = { e->old_lure, e->old_clean, e->hour, e->seen, e->lures };
	struct memory_key key;

	if (!key_from_name(span_str(e->name), &key) || !is_count(e->old_lure) || !is_count(e->old_clean) ||
	    e->lures > e->seen)
		return -EINVAL;
	if (record.hour > hour_now(r))
		record.hour = hour_now(r);
	local_put(r->local, &key, &record);
	return 0;
}

void reputation_judge(double lure, double clean, struct standing *ret)
{
	model_judge(&(struct counts){ lure, clean }, ret);
}

void standing_write(const struct standing *s, char out[32])
{
	switch (s->state) {
	case STANDING_OFF:
		strcpy(out, "off");
		break;
	case STANDING_NEW:
		strcpy(out, "new");
		break;
	case STANDING_KNOWN:
		snprintf(out, 32, "%.2f/%.1f", s->share, s->weight);
		break;
	case STANDING_MISSING:
		strcpy(out, "missing");
		break;
	}
}
