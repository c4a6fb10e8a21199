#include <config.h>

#include "tools/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/progress.h"
#include "tools/say.h"

#define THREADS_MAX 16
#define QUEUE_MAX 64u /* messages that are read and not yet inspected */

struct job {
	size_t number; /* of the sample */
	enum label label;
	char *bytes;
	size_t n;
};

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	struct job queue[QUEUE_MAX];
	size_t first, waiting, done;
	bool closed, failed;
	crew_fn *fn;
	void *arg;
	struct samples *samples;
	pthread_t threads[THREADS_MAX];
	struct scanner scanners[THREADS_MAX];
	size_t nscanners, nthreads;
	/* of the reader */
	struct corpus *corpus;
	const struct place *place;
	struct progress progress;
};

/* A thread with the scanner that it takes. */
struct hand {
	struct crew *crew;
	struct scanner *scanner;
};

static bool next_job(struct crew *w, struct job *ret)
{
	bool got;

	pthread_mutex_lock(&w->lock);
	while (w->waiting == 0 && !w->closed)
		pthread_cond_wait(&w->more, &w->lock);
	got = w->waiting > 0;
	if (got) {
		*ret = w->queue[w->first];
		w->first = (w->first + 1) % QUEUE_MAX;
		w->waiting--;
		pthread_cond_signal(&w->room);
	}
	pthread_mutex_unlock(&w->lock);
	return got;
}

static void *work(void *arg)
{
	struct hand h = *(struct hand *)arg;
	struct crew *w = h.crew;
	struct job job;

	free(arg);
	while (next_job(w, &job)) {
		struct inspection i;
		void *result = NULL;

		if (scanner_run(h.scanner, span(job.bytes, job.n), &i) == 0)
			result = w->fn(w->arg, job.label, &i);
		free(job.bytes);
		pthread_mutex_lock(&w->lock);
		w->samples->v[job.number].result = result; /* under the lock: the reader may move the list */
		w->failed |= result == NULL;
		w->done++;
		pthread_mutex_unlock(&w->lock);
	}
	return NULL;
}

static bool add_sample(struct samples *s, size_t text, const char *packaging)
{
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 1024 : 2 * s->cap;
		struct sample *v = realloc(s->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = (struct sample){ text, packaging, NULL };
	return true;
}

/* One more message to inspect; not 0: memory is short, or was elsewhere. */
static int hand_over(void *arg, const struct mailbox_message *m)
{
	struct crew *w = arg;
	const struct place *p = w->place;
	size_t text = p->text != CORPUS_EACH ? p->text : corpus_add(w->corpus, p, m), done;
	struct job job = { .label = p->label, .bytes = malloc(m->bytes.n + 1), .n = m->bytes.n };
	bool failed;

	if (job.bytes != NULL && m->bytes.n > 0)
		memcpy(job.bytes, m->bytes.p, m->bytes.n);
	pthread_mutex_lock(&w->lock);
	w->failed |= text == CORPUS_EACH || job.bytes == NULL || !add_sample(w->samples, text, p->packaging);
	while (w->waiting == QUEUE_MAX)
		pthread_cond_wait(&w->room, &w->lock);
	failed = w->failed;
	if (!failed) {
		job.number = w->samples->n - 1;
		w->queue[(w->first + w->waiting++) % QUEUE_MAX] = job;
		pthread_cond_signal(&w->more);
	}
	done = w->done;
	pthread_mutex_unlock(&w->lock);
	if (failed)
		free(job.bytes);
	else
		progress_show(&w->progress, done);
	return failed;
}

static bool start(struct crew *w, const struct tool *t, const struct ruleset *r)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (size_t)cores;

	while (w->nscanners < n && scanner_begin(&w->scanners[w->nscanners], t, r))
		w->nscanners++;
	while (w->nthreads < w->nscanners) {
		struct hand *h = malloc(sizeof *h);

		if (h == NULL)
			break;
		*h = (struct hand){ w, &w->scanners[w->nthreads] };
		if (pthread_create(&w->threads[w->nthreads], NULL, work, h) != 0) {
			free(h);
			break;
		}
		w->nthreads++;
	}
	return w->nthreads > 0;
}

static void finish(struct crew *w)
{
	pthread_mutex_lock(&w->lock);
	w->closed = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->nthreads; i++)
		pthread_join(w->threads[i], NULL);
	for (size_t i = 0; i < w->nscanners; i++)
		scanner_end(&w->scanners[i]);
	progress_end(&w->progress);
	pthread_cond_destroy(&w->more);
	pthread_cond_destroy(&w->room);
	pthread_mutex_destroy(&w->lock);
}

/* What sorts samples by text and leaves those of a text as they were read. */
struct numbered {
	struct sample sample;
	size_t number;
};

static int by_text(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->sample.text != y->sample.text)
		return x->sample.text > y->sample.text ? 1 : -1;
	return (x->number > y->number) - (x->number < y->number);
}

static bool sort(struct samples *s)
{
	struct numbered *v = malloc((s->n + 1) * sizeof *v);

	if (v == NULL)
		return false;
	for (size_t i = 0; i < s->n; i++)
		v[i] = (struct numbered){ s->v[i], i };
	if (s->n > 0)
		qsort(v, s->n, sizeof *v, by_text);
	for (size_t i = 0; i < s->n; i++)
		s->v[i] = v[i].sample;
	free(v);
	return true;
}

int crew_run(struct corpus *c, const struct tool *t, const struct ruleset *r, crew_fn *fn, void *arg,
    struct samples *ret)
{
	struct crew w = { .fn = fn, .arg = arg, .samples = ret, .corpus = c };
	bool started;

	*ret = (struct samples){ 0 };
	pthread_mutex_init(&w.lock, NULL);
	pthread_cond_init(&w.more, NULL);
	pthread_cond_init(&w.room, NULL);
	started = start(&w, t, r);
	progress_begin(&w.progress, say(SAY_SCANNED), progress_wanted() ? corpus_count(c) : 0);
	for (size_t i = 0; i < c->nplaces && started; i++) {
		w.place = &c->places[i];
		if (mailbox_each(w.place->path, hand_over, &w, &ret->unread) != 0)
			break;
	}
	finish(&w);
	return started && !w.failed && sort(ret) ? EX_OK : EX_OSERR;
}

void samples_free(struct samples *s)
{
	free(s->v);
	*s = (struct samples){ 0 };
}
