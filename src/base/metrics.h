/*
 * metrics - the one registry of counters.
 * events -> numbers, and their Prometheus text
 *
 * Process-wide and lock-free for the fixed counters of metrics.def; counters by name (metrics_named.def: for each lure,
 * sign and rule) live in a small table under a lock and are bounded by METRICS_NAMED_MAX, beyond which what has no
 * counter yet moves names_dropped_total only.
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

enum metric_name {
#define NAMED(id, name, label, help) METRIC_BY_##id,
#include "base/metrics_named.def"
#undef NAMED
	METRIC_BY_N
};

#define METRICS_NAMED_MAX 20000u /* of all names together */

void metric_add(enum metric m, long n); /* a gauge may go down */
void metric_set(enum metric m, long n);
long metric_get(enum metric m);
/* One more of that name, which is copied. */
void metric_named(enum metric_name m, const char *name);
/* The set of patterns in force: a gauge set_info that is always 1, with both as labels. They are copied. */
void metric_info(const char *set, const char *version);
/* Time of one message, milliseconds: a histogram lure_milter_seconds. */
void metric_time(double ms);
/* Time of one look-up in Redis: a histogram lure_milter_standing_store_seconds. */
void metric_store_time(double ms);

/* All of it in Prometheus text exposition format 0.0.4, prefix lure_milter_. */
void metrics_write(struct buf *out);

#endif
