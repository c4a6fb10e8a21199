/*
 * load - hands mails to a milter as a busy MTA does, and measures what the MTA feels.
 *
 * load [options] SOCKET MAIL...: each connection is a thread that takes the next mail in turn, and is opened anew after
 * so many messages. Prints one JSON object; see usage(). Exit status 0: every message was answered.
 */
#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "bench/mta.h"

#define CONNECTIONS_MAX 20000u
#define STACK_BYTES ((size_t)128 << 10)

static struct {
	struct mta_options mta;
	const struct mta_mail *mails;
	size_t nmails;
	unsigned connections, per_connection;
	unsigned long messages;
	atomic_ulong next, added, ends[MTA_ENDS];
	atomic_uint protocol;
	_Atomic(const char *) error;
	double *seconds; /* by message; below 0: it was lost */
} load = { .mta = { .protocol = MTA_PROTOCOL, .recipients = 1 }, .connections = 1, .per_connection = 100 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void failed(const struct mta *m)
{
	const char *none = NULL;

	if (m->error != NULL)
		atomic_compare_exchange_strong(&load.error, &none, m->error);
}

/* One connection, with a message or without; the messages it is still good for are counted down. */
static void send_one(struct mta *m, unsigned *left, unsigned long number)
{
	enum mta_end end = MTA_LOST;
	double start;

	if (*left == 0) {
		*left = load.per_connection;
		if (!mta_open(m, &load.mta, number))
			*left = 0;
		atomic_store(&load.protocol, m->protocol);
	}
	start = now();
	if (*left > 0) {
		end = mta_send(m, &load.mails[number % load.nmails], number);
		--*left;
	}
	load.seconds[number] = end == MTA_LOST ? -1 : now() - start;
	atomic_fetch_add(&load.ends[end], 1);
	if (end == MTA_LOST)
		*left = 0;
	if (*left == 0) {
		failed(m);
		atomic_fetch_add(&load.added, m->added);
		mta_close(m);
	}
}

static void *connection(void *arg)
{
	struct mta m = { .fd = -1 };
	unsigned left = 0;
	unsigned long number;

	(void)arg;
	while ((number = atomic_fetch_add(&load.next, 1)) < load.messages)
		send_one(&m, &left, number);
	if (left > 0) {
		atomic_fetch_add(&load.added, m.added);
		mta_close(&m);
	}
	return NULL;
}

/* All connections at work until the last message; the seconds that took, or below 0: no threads. */
static double run(void)
{
	pthread_t *thread = calloc(load.connections, sizeof *thread);
	pthread_attr_t attr;
	unsigned n = 0;
	double start = now();

	if (thread == NULL)
		return -1;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	while (n < load.connections && pthread_create(&thread[n], &attr, connection, NULL) == 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	pthread_attr_destroy(&attr);
	free(thread);
	return n == load.connections ? now() - start : -1;
}

/* --- what is printed ---------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double milliseconds(unsigned long lost, double share)
{
	unsigned long n = load.messages - lost;

	return n > 0 ? 1e3 * load.seconds[lost + (unsigned long)(share * (double)(n - 1))] : 0;
}

static void report(double seconds)
{
	static const char *const names[MTA_ENDS] = { "accept", "reject", "tempfail", "discard", "lost" };
	unsigned long lost = load.ends[MTA_LOST];
	struct buf out = BUF_HEAP;
	struct rusage self;

	getrusage(RUSAGE_SELF, &self);
	qsort(load.seconds, load.messages, sizeof *load.seconds, by_size);
	buf_printf(&out, "{\"messages\": %lu, \"connections\": %u, \"protocol\": %u, \"seconds\": %.6f", load.messages,
	    load.connections, load.protocol, seconds);
	buf_printf(&out, ", \"per_second\": %.1f", (double)(load.messages - lost) / seconds);
	buf_printf(&out, ", \"p50_ms\": %.4f, \"p99_ms\": %.4f, \"max_ms\": %.4f", milliseconds(lost, 0.5),
	    milliseconds(lost, 0.99), milliseconds(lost, 1));
	for (int i = 0; i < MTA_ENDS; i++)
		buf_printf(&out, ", \"%s\": %lu", names[i], load.ends[i]);
	buf_printf(&out, ", \"headers_added\": %lu, \"own_cpu_s\": %.3f", load.added,
	    (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) +
	        (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6);
	buf_str(&out, ", \"error\": ");
	json_string(&out, span_str(load.error != NULL ? load.error : ""));
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&out);
}

/* Open connections that say nothing, until standard input ends. */
static int idle(void)
{
	struct mta *all = calloc(load.connections, sizeof *all);
	unsigned n = 0;
	int rc = 0;

	while (all != NULL && n < load.connections && mta_open(&all[n], &load.mta, n))
		n++;
	if (all == NULL || n < load.connections) {
		fprintf(stderr, "load: connection %u: %s\n", n + 1, all != NULL ? all[n].error : "no memory");
		rc = 1;
	} else {
		printf("{\"connections\": %u}\n", n);
		fflush(stdout);
		while (getchar() != EOF)
			;
	}
	for (unsigned i = 0; all != NULL && i < n + (n < load.connections); i++)
		mta_close(&all[i]);
	free(all);
	return rc;
}

static void usage(FILE *f)
{
	fputs("usage: load [options] SOCKET MAIL...\n"
	      "  -c N  connections at a time (1)          -m N  messages in all (each mail once)\n"
	      "  -k N  messages of one connection (100)   -r N  recipients of a message (1)\n"
	      "  -v N  clients and senders in turn (one)  -p N  protocol flags offered (all)\n"
	      "  -i    open the connections and send nothing, until standard input ends\n", f);
}

static bool read_mails(char **path, size_t n)
{
	struct mta_mail *mails = calloc(n, sizeof *mails);

	load.mails = mails;
	for (; mails != NULL && load.nmails < n; load.nmails++) {
		int rc = mta_mail_read(path[load.nmails], &mails[load.nmails]);

		if (rc < 0) {
			fprintf(stderr, "load: %s: %s\n", path[load.nmails], strerror(-rc));
			return false;
		}
	}
	if (load.messages == 0)
		load.messages = n;
	load.seconds = calloc(load.messages, sizeof *load.seconds);
	return mails != NULL && load.seconds != NULL;
}

int main(int argc, char **argv)
{
	struct rlimit files;
	const char *why;
	bool silent = false;
	double seconds;
	int o;

	while ((o = getopt(argc, argv, "c:m:k:r:v:p:i")) != -1) {
		unsigned long n = optarg != NULL ? strtoul(optarg, NULL, 0) : 0;

		switch (o) {
		case 'c': load.connections = (unsigned)n; break;
		case 'm': load.messages = n; break;
		case 'k': load.per_connection = (unsigned)n; break;
		case 'r': load.mta.recipients = (unsigned)n; break;
		case 'v': load.mta.clients = (unsigned)n; break;
		case 'p': load.mta.protocol = (uint32_t)n; break;
		case 'i': silent = true; break;
		default: usage(stderr); return 2;
		}
	}
	if (argc - optind < 2 - silent || load.connections == 0 || load.connections > CONNECTIONS_MAX ||
	    load.per_connection == 0) {
		usage(stderr);
		return 2;
	}
	if (sock_parse(argv[optind], &load.mta.socket, &why) < 0) {
		fprintf(stderr, "load: %s: %s\n", argv[optind], why);
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (silent)
		return idle();
	if (!read_mails(argv + optind + 1, (size_t)(argc - optind - 1)))
		return 2;
	seconds = run();
	if (seconds < 0) {
		fputs("load: not so many threads\n", stderr);
		return 2;
	}
	report(seconds);
	return load.ends[MTA_LOST] == 0 ? 0 : 1;
}
