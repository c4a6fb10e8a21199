#include <config.h>

#include "base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define PREFIX "lure_milter_"

static atomic_long fixed[METRIC_N];

static const struct {
	const char *name, *kind, *help;
} described[METRIC_N] = {
#define METRIC(id, name, kind, help) { name, kind, help },
#include "base/metrics.def"
#undef METRIC
};

static const struct {
	const char *name, *label, *help;
} described_names[METRIC_BY_N] = {
#define NAMED(id, name, label, help) { name, label, help },
#include "base/metrics_named.def"
#undef NAMED
};

/* Upper bounds of the histogram in milliseconds. */
static const double bounds[] = { 0.5, 1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 2000 };
#define BOUNDS (sizeof bounds / sizeof *bounds)

struct histogram {
	const char *name, *help;
	atomic_long below[BOUNDS + 1];
	atomic_long total_us;
};
static struct histogram message_time = { .name = "seconds",
	.help = "time of one message from its end to the answer" };
static struct histogram store_time = { .name = "standing_store_seconds", .help = "time of one look-up in Redis" };

/* Counters by name, sorted by metric and name; few, and touched once a hit. */
struct named {
	enum metric_name metric;
	char *name;
	long n;
};
static struct {
	pthread_mutex_t lock;
	struct named *v;
	size_t n, cap;
	char *set, *version; /* metric_info(); NULL: not known */
} named = { .lock = PTHREAD_MUTEX_INITIALIZER };

void metric_add(enum metric m, long n)
{
	atomic_fetch_add_explicit(&fixed[m], n, memory_order_relaxed);
}

void metric_set(enum metric m, long n)
{
	atomic_store_explicit(&fixed[m], n, memory_order_relaxed);
}

long metric_get(enum metric m)
{
	return atomic_load_explicit(&fixed[m], memory_order_relaxed);
}

static int order(const struct named *a, enum metric_name m, const char *name)
{
	return a->metric != m ? (int)a->metric - (int)m : strcmp(a->name, name);
}

/* Where it stands or would stand. */
static size_t named_place(enum metric_name m, const char *name)
{
	size_t low = 0, high = named.n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (order(&named.v[mid], m, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool named_insert(size_t at, enum metric_name m, const char *name)
{
	char *copy;

	if (named.n >= METRICS_NAMED_MAX)
		return false;
	if (named.n == named.cap) {
		size_t cap = named.cap == 0 ? 64 : 2 * named.cap;
		struct named *v = realloc(named.v, cap * sizeof *v);

		if (v == NULL)
			return false;
		named.v = v;
		named.cap = cap;
	}
	copy = strdup(name);
	if (copy == NULL)
		return false;
	memmove(named.v + at + 1, named.v + at, (named.n - at) * sizeof *named.v);
	named.v[at] = (struct named){ m, copy, 0 };
	named.n++;
	return true;
}

void metric_named(enum metric_name m, const char *name)
{
	size_t at;

	pthread_mutex_lock(&named.lock);
	at = named_place(m, name);
	if ((at < named.n && order(&named.v[at], m, name) == 0) || named_insert(at, m, name))
		named.v[at].n++;
	else
		metric_add(METRIC_NAMES_DROPPED, 1);
	pthread_mutex_unlock(&named.lock);
}

void metric_info(const char *set, const char *version)
{
	char *old_set, *old_version, *new_set = strdup(set), *new_version = strdup(version);

	pthread_mutex_lock(&named.lock);
	old_set = named.set;
	old_version = named.version;
	named.set = new_set;
	named.version = new_version;
	pthread_mutex_unlock(&named.lock);
	free(old_set);
	free(old_version);
}

static void count_time(struct histogram *h, double ms)
{
	size_t i = 0;

	while (i < BOUNDS && ms > bounds[i])
		i++;
	atomic_fetch_add_explicit(&h->below[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->total_us, (long)(ms * 1000), memory_order_relaxed);
}

void metric_time(double ms)
{
	count_time(&message_time, ms);
}

void metric_store_time(double ms)
{
	count_time(&store_time, ms);
}

static void write_help(struct buf *out, const char *name, const char *kind, const char *help)
{
	buf_printf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, kind);
}

static void write_histogram(struct buf *out, struct histogram *h)
{
	long sum = 0;

	write_help(out, h->name, "histogram", h->help);
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += atomic_load_explicit(&h->below[i], memory_order_relaxed);
		buf_printf(out, PREFIX "%s_bucket{le=\"%g\"} %ld\n", h->name, bounds[i] / 1000, sum);
	}
	sum += atomic_load_explicit(&h->below[BOUNDS], memory_order_relaxed);
	buf_printf(out, PREFIX "%s_bucket{le=\"+Inf\"} %ld\n", h->name, sum);
	buf_printf(out, PREFIX "%s_sum %.6f\n", h->name,
	    (double)atomic_load_explicit(&h->total_us, memory_order_relaxed) / 1e6);
	buf_printf(out, PREFIX "%s_count %ld\n", h->name, sum);
}

/* A label's value (exposition format 0.0.4). */
static void write_label(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || *text == '\n')
			buf_byte(out, '\\');
		buf_byte(out, *text == '\n' ? 'n' : *text);
	}
}

/* The lock is held. */
static void write_info(struct buf *out)
{
	if (named.set == NULL || named.version == NULL)
		return;
	write_help(out, "set_info", "gauge", "1; digest and version of the patterns in force");
	buf_str(out, PREFIX "set_info{set=\"");
	write_label(out, named.set);
	buf_str(out, "\",version=\"");
	write_label(out, named.version);
	buf_str(out, "\"} 1\n");
}

static void write_named(struct buf *out)
{
	pthread_mutex_lock(&named.lock);
	write_info(out);
	for (size_t i = 0; i < named.n; i++) {
		const struct named *n = &named.v[i];

		if (i == 0 || n[-1].metric != n->metric)
			write_help(out, described_names[n->metric].name, "counter", described_names[n->metric].help);
		buf_printf(out, PREFIX "%s{%s=\"", described_names[n->metric].name, described_names[n->metric].label);
		write_label(out, n->name);
		buf_printf(out, "\"} %ld\n", n->n);
	}
	pthread_mutex_unlock(&named.lock);
}

void metrics_write(struct buf *out)
{
	for (enum metric m = 0; m < METRIC_N; m++) {
		write_help(out, described[m].name, described[m].kind, described[m].help);
		buf_printf(out, PREFIX "%s %ld\n", described[m].name, metric_get(m));
	}
	write_histogram(out, &message_time);
	write_histogram(out, &store_time);
	write_named(out);
}
