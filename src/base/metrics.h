/*
 * metrics - the one registry of counters.
 * events -> numbers, and their Prometheus text
 *
 * Process-wide and lock-free for the fixed counters of metrics.def; counters by name (a lure, a rule) live in a small
 * table under a lock and are bounded by METRICS_NAMED_MAX.
 */
#ifndef LURE_BASE_METRICS_H
#define LURE_BASE_METRICS_H

#include "base/buf.h"

enum metric {
#define METRIC(id, name, kind, help) METRIC_##id,
#include "base/metrics.def"
#undef METRIC
	METRIC_N
};

#define METRICS_NAMED_MAX 20000u

void metric_add(enum metric m, long n); /* a gauge may go down */
void metric_set(enum metric m, long n);
long metric_get(enum metric m);
/* One hit of a lure family or of a rule: label is "lure" or "rule" (static text), value its id (copied). */
void metric_named(const char *label, const char *value);
/* Time of one message, milliseconds: a histogram lure_milter_seconds. */
void metric_time(double ms);
/* Time of one look-up in Redis: a histogram lure_milter_standing_store_seconds. */
void metric_store_time(double ms);

/* All of it in Prometheus text exposition format 0.0.4, prefix lure_milter_. */
void metrics_write(struct buf *out);

#endif
