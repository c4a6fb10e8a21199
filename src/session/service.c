#include <config.h>

#include "session/service.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/metrics.h"
#include "score/report.h"

#define REPLY_TIME_MS 150 /* for libmilter to send what the last callbacks returned: nothing tells when it has */

static struct {
	pthread_mutex_t lock; /* of `current` */
	struct snapshot *current;
	const struct origin *origin;
	struct slots *slots;
	struct reputation *reputation;
	atomic_bool draining;
	atomic_long in_flight;
	atomic_size_t held;
} service = { .lock = PTHREAD_MUTEX_INITIALIZER };

void service_start(const struct origin *o, struct snapshot *first, struct slots *slots, struct reputation *r)
{
	service.origin = o;
	service.current = first;
	service.slots = slots;
	service.reputation = r;
	metric_set(METRIC_RELOAD_OK, 1);
}

struct slots *service_slots(void)
{
	return service.slots;
}

struct reputation *service_reputation(void)
{
	return service.reputation;
}

struct snapshot *service_snapshot(void)
{
	struct snapshot *s;

	pthread_mutex_lock(&service.lock);
	s = snapshot_hold(service.current);
	pthread_mutex_unlock(&service.lock);
	return s;
}

void service_log_diags(const struct diags *d)
{
	char *text = NULL, *line, *rest;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (f == NULL)
		return;
	diags_print(d, f);
	fclose(f);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		log_line(d->errors > 0 ? LOG_ERR : LOG_WARNING, "%s", line);
	free(text);
}

static void take_over(struct snapshot *next)
{
	struct buf restart = BUF_HEAP, set = BUF_HEAP;
	struct snapshot *old;
	size_t patterns = ruleset_patterns(next->ruleset);

	pthread_mutex_lock(&service.lock);
	old = service.current;
	service.current = next;
	pthread_mutex_unlock(&service.lock);
	config_unreloadable(old->config, next->config, &restart);
	if (restart.n > 0)
		log_line(LOG_WARNING, "these options changed and wait for a restart: %s", buf_cstr(&restart));
	log_level(next->config->log_level);
	report_set(&set, next->ruleset);
	metric_info(ruleset_digest(next->ruleset), ruleset_version(next->ruleset));
	log_line(LOG_NOTICE, "reloaded: %zu patterns,%s", patterns, buf_cstr(&set));
	buf_free(&restart);
	buf_free(&set);
	snapshot_release(old);
}

void service_reload(void)
{
	struct diags d = { 0 };
	struct snapshot *next = snapshot_load(service.origin, &d);

	service_log_diags(&d);
	if (next != NULL) {
		take_over(next);
		metric_add(METRIC_RELOADS, 1);
	} else {
		log_line(LOG_ERR, "reload refused, with %zu errors: what was loaded before stays in force", d.errors);
		metric_add(METRIC_RELOADS_FAILED, 1);
	}
	metric_set(METRIC_RELOAD_OK, next != NULL);
	diags_free(&d);
}

/* Counted first and asked then, so that a drain that begins between the two sees the message or is seen by it. */
bool service_begin(void)
{
	atomic_fetch_add(&service.in_flight, 1);
	if (!atomic_load(&service.draining))
		return true;
	service_end();
	return false;
}

void service_end(void)
{
	atomic_fetch_sub(&service.in_flight, 1);
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

bool service_drain(int ms)
{
	clock_us deadline = clock_in_ms(ms);

	atomic_store(&service.draining, true);
	while (atomic_load(&service.in_flight) > 0 && !clock_past(deadline))
		sleep_ms(10);
	sleep_ms(REPLY_TIME_MS);
	return atomic_load(&service.in_flight) == 0;
}

bool service_hold_bytes(size_t n, size_t limit)
{
	if (atomic_fetch_add(&service.held, n) + n <= limit) {
		metric_add(METRIC_HELD_BYTES, (long)n);
		return true;
	}
	atomic_fetch_sub(&service.held, n);
	return false;
}

void service_release_bytes(size_t n)
{
	atomic_fetch_sub(&service.held, n);
	metric_add(METRIC_HELD_BYTES, -(long)n);
}

void service_save(void)
{
	int rc = service.reputation != NULL ? reputation_save(service.reputation) : 0;

	if (rc < 0)
		log_line(LOG_ERR, "the reputation file cannot be written: %s", strerror(-rc));
}
