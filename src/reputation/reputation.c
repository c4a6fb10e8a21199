#include <config.h>

#include "reputation/reputation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/metrics.h"
#include "reputation/console.h"
#include "reputation/local.h"
#include "reputation/shared.h"

#define COUNT_MAX 1e9  /* of an entry that is put */
#define SETTLE_MS 2000 /* for what waits to be written at a stop */

struct reputation {
	struct site_keys keys;
	struct local *local;
	struct shared *shared; /* NULL: memory alone */
	struct console *console; /* of Redis, once lurectl asked something */
	time_t wall; /* at start; the monotonic clock counts on, so that a jump of the wall clock changes nothing */
	clock_us start;
};

struct reputation_request {
	struct keys keys;
	bool known[KEYS_MAX]; /* what this host itself knows */
	struct counts counts[KEYS_MAX];
	struct shared *shared; /* others may know more; NULL: there are none */
	struct ask *ask;       /* NULL: nobody is asked */
	uint32_t hour;
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
	site_keys_set(&r->keys, o->key, o->other_key);
	r->local = local_new(o, &r->keys, hour_now(r));
	if (r->local != NULL && o->redis != NULL)
		r->shared = shared_new(o->redis, &r->keys);
	if (r->local == NULL || (o->redis != NULL && r->shared == NULL)) {
		reputation_free(r);
		return NULL;
	}
	return r;
}

int reputation_start(struct reputation *r)
{
	return r->shared != NULL ? shared_start(r->shared) : 0;
}

void reputation_free(struct reputation *r)
{
	if (r == NULL)
		return;
	console_close(r->console);
	shared_free(r->shared);
	local_free(r->local);
	site_keys_free(&r->keys);
	free(r);
}

int reputation_save(struct reputation *r)
{
	if (r->shared != NULL)
		shared_settle(r->shared, SETTLE_MS);
	return local_save(r->local);
}

struct reputation_request *reputation_ask(struct reputation *r, const struct identity *id)
{
	struct reputation_request *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	keys_make(&r->keys, id, &q->keys);
	q->hour = hour_now(r);
	for (size_t i = 0; i < q->keys.n; i++)
		q->known[i] = local_get(r->local, &q->keys.v[i], q->hour, &q->counts[i]);
	q->shared = r->shared;
	if (q->shared != NULL && q->keys.n > 0)
		q->ask = shared_ask(r->shared, &q->keys);
	return q;
}

/* What the others know in place of what this host does, key by key; false: some key was not told. */
static bool take_answers(struct reputation_request *q, clock_us deadline)
{
	struct answers a = { 0 };
	bool all = true;

	if (q->ask != NULL && !ask_collect(q->ask, deadline, &a))
		shared_late(q->shared);
	for (size_t i = 0; i < q->keys.n; i++) {
		all &= a.state[i] != ANSWER_NONE;
		if (a.state[i] == ANSWER_NONE)
			continue;
		q->known[i] = a.state[i] == ANSWER_KNOWN;
		if (q->known[i])
			q->counts[i] = model_counts(&a.record[i], q->hour);
	}
	if (q->ask != NULL && !all)
		metric_add(METRIC_STORE_LATE, 1);
	q->ask = NULL;
	return all;
}

/* The mean over the keys; `told`: nothing that might be known is missing. */
static void conclude(const struct reputation_request *q, bool told, struct standing *ret)
{
	struct counts sum = { 0, 0 };
	double all = 0;
	bool known = false;

	for (size_t i = 0; i < q->keys.n; i++) {
		double weight = key_weights[q->keys.kind[i]];

		all += i < q->keys.current ? weight : 0;
		if (!q->known[i])
			continue;
		known = true;
		sum.lure += q->counts[i].lure * weight;
		sum.clean += q->counts[i].clean * weight;
	}
	*ret = (struct standing){ .state = STANDING_OFF };
	if (q->keys.n == 0)
		return;
	ret->state = known ? STANDING_KNOWN : told ? STANDING_NEW : STANDING_MISSING;
	reputation_judge(sum.lure / all, sum.clean / all, ret);
}

void reputation_collect(struct reputation_request *q, clock_us deadline, struct standing *ret)
{
	bool told = q->shared == NULL || take_answers(q, deadline);

	conclude(q, told, ret);
	free(q);
}

void reputation_abandon(struct reputation_request *q)
{
	if (q != NULL)
		ask_abandon(q->ask);
	free(q);
}

void reputation_record(struct reputation *r, const struct identity *id, bool lure, uint64_t text)
{
	uint32_t hour = hour_now(r);
	struct keys keys;

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.current; i++)
		local_add(r->local, &keys.v[i], hour, lure, text);
	if (r->shared != NULL && keys.n > 0)
		shared_record(r->shared, &keys, lure, text);
}

/* --- what lurectl does --- */

struct visit {
	reputation_fn *fn;
	void *context;
	uint32_t hour;
	const char *kind;
};

static void visit_record(void *context, const struct memory_key *key, const struct record *r)
{
	struct visit *v = context;
	struct reputation_entry e = { .kind = v->kind, .hour = r->hour, .seen = r->seen, .lures = r->lures,
		.old_lure = r->lure, .old_clean = r->clean };
	struct counts c = model_counts(r, v->hour);

	e.lure = c.lure;
	e.clean = c.clean;
	key_name(key, e.name);
	v->fn(v->context, &e);
}

/* Redis to ask, where it holds what is known. 0 or a negative errno. */
static int open_console(struct reputation *r, char why[160])
{
	if (r->shared != NULL && r->console == NULL)
		r->console = console_open(shared_topology(r->shared), why);
	return r->shared != NULL && r->console == NULL ? -EHOSTUNREACH : 0;
}

int reputation_each(struct reputation *r, reputation_fn *fn, void *context)
{
	struct visit v = { fn, context, hour_now(r), "" };
	char why[160];
	int rc = open_console(r, why);

	if (rc == 0 && r->console != NULL)
		return console_each(r->console, visit_record, &v);
	if (rc == 0)
		local_each(r->local, visit_record, &v);
	return rc;
}

int reputation_show(
    struct reputation *r, const struct identity *id, reputation_fn *fn, void *context, struct standing *ret)
{
	static const char *const kinds[] = { "domain", "address", "network" };
	struct reputation_request q = { .hour = hour_now(r) };
	char why[160];
	int rc = open_console(r, why);

	keys_make(&r->keys, id, &q.keys);
	for (size_t i = 0; i < q.keys.n && rc >= 0; i++) {
		struct visit v = { fn, context, q.hour, kinds[q.keys.kind[i]] };
		struct record record = { 0 };

		rc = r->console != NULL ? console_get(r->console, &q.keys.v[i], &record) :
		                          local_record(r->local, &q.keys.v[i], &record);
		q.known[i] = rc > 0;
		q.counts[i] = model_counts(&record, q.hour);
		if (rc > 0 || (rc == 0 && i < q.keys.current))
			visit_record(&v, &q.keys.v[i], &record);
	}
	if (rc < 0)
		return rc;
	conclude(&q, true, ret);
	return 0;
}

int reputation_forget(struct reputation *r, const struct identity *id)
{
	char why[160];
	struct keys keys;
	int n = 0, rc = open_console(r, why);

	keys_make(&r->keys, id, &keys);
	for (size_t i = 0; i < keys.n && rc >= 0; i++) {
		rc = r->console != NULL ? console_remove(r->console, &keys.v[i]) : local_remove(r->local, &keys.v[i]);
		n += rc > 0;
	}
	return rc < 0 ? rc : n;
}

bool reputation_check(struct reputation *r, struct buf *out)
{
	char why[160];

	if (r->shared == NULL)
		return true;
	if (open_console(r, why) == 0)
		return console_check(r->console, out);
	buf_printf(out, "redis: %s\n", why);
	return false;
}

static bool is_count(double x)
{
	return x >= 0 && x <= COUNT_MAX; /* and no NaN */
}

int reputation_put(struct reputation *r, const struct reputation_entry *e)
{
	struct record record = { e->old_lure, e->old_clean, e->hour, e->seen, e->lures };
	struct memory_key key;
	char why[160];
	int rc;

	if (!key_from_name(span_str(e->name), &key) || !is_count(e->old_lure) || !is_count(e->old_clean) ||
	    e->lures > e->seen)
		return -EINVAL;
	if (record.hour > hour_now(r))
		record.hour = hour_now(r);
	if ((rc = open_console(r, why)) < 0)
		return rc;
	if (r->console != NULL)
		return console_put(r->console, &key, &record);
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
