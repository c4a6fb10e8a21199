/*
 * What senders cost and how fast they are looked up: measure memory SENDERS, measure fill SOCKET SENDERS, then measure
 * look SOCKET SENDERS SECONDS DEPTH. Prints "name value" lines; test_speed.py compares them with redis-benchmark.
 */
#include <config.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/metrics.h"
#include "reputation/reputation.h"

#define DEPTH_MAX 1024u
#define KEYS_A_LOOKUP 2 /* address and network */

static struct identity sender(unsigned n, char text[32])
{
	snprintf(text, 32, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
	return (struct identity){ .address = span_str(text) };
}

static void nap(void)
{
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

static void fill(struct reputation *r, unsigned senders)
{
	char text[32];

	for (unsigned i = 0; i < senders; i++) {
		struct identity id = sender(i, text);

		reputation_record(r, &id, i % 3 == 0, i);
		if (i % 200 == 0) /* the counter is the thread's, and a moment old */
			nap();
		while (i % 200 == 0 && metric_get(METRIC_STORE_QUEUE) > 2000)
			nap();
	}
	reputation_save(r); /* waits for what is under way */
	while (metric_get(METRIC_STORE_QUEUE) > 0)
		nap();
}

static long resident(void)
{
	long pages = 0, size;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f != NULL && fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static int measure_memory(unsigned senders)
{
	long before = resident();
	struct reputation *r = reputation_new(&(struct reputation_options){ .identities = senders + senders / 128 });
	char text[32];

	for (unsigned i = 0; i < senders; i++) {
		struct identity id = sender(i, text);

		reputation_record(r, &id, true, i);
	}
	printf("memory_bytes_per_identity %.1f\n", (double)(resident() - before) / senders);
	reputation_free(r);
	return 0;
}

/* One session's worth of work: as many look-ups under way as it is deep. */
static void look(struct reputation *r, unsigned senders, double seconds, unsigned depth)
{
	struct reputation_request *under_way[DEPTH_MAX];
	clock_us start = clock_now(), end = start + (clock_us)(seconds * 1e6);
	unsigned long asked = 0, known = 0, seed = 1;
	char text[32];

	for (unsigned i = 0; i < depth; i++) {
		struct identity id = sender(i % senders, text);

		under_way[i] = reputation_ask(r, &id);
	}
	while (clock_now() < end) {
		for (unsigned i = 0; i < depth; i++, asked++) {
			struct identity id;
			struct standing s;

			reputation_collect(under_way[i], clock_in_ms(1000), &s);
			known += s.state == STANDING_KNOWN;
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			id = sender((unsigned)(seed >> 33) % senders, text);
			under_way[i] = reputation_ask(r, &id);
		}
	}
	for (unsigned i = 0; i < depth; i++)
		reputation_abandon(under_way[i]);
	printf("keys_per_second %.0f\n", (double)asked * KEYS_A_LOOKUP * 1e6 / (double)(clock_now() - start));
	printf("known_share %.4f\n", asked > 0 ? (double)known / (double)asked : 0.0);
}

int main(int argc, char **argv)
{
	const char *servers[] = { argc > 2 ? argv[2] : "" };
	struct reputation_redis redis = { .servers = servers, .nservers = 1, .user = "", .password = "",
		.sentinel_user = "", .sentinel_password = "", .sentinel_master = "", .reply_ms = 1000 };
	struct reputation_options o = { .identities = 16, .redis = &redis,
		.key = span_str("0123456789abcdef0123456789abcdef") };
	struct reputation *r;
	unsigned senders = argc > 2 ? (unsigned)atoi(argv[argc == 3 ? 2 : 3]) : 0,
	         depth = argc == 6 ? (unsigned)atoi(argv[5]) : 0;

	if (argc == 3 && strcmp(argv[1], "memory") == 0)
		return measure_memory(senders);
	if (!(argc == 4 && strcmp(argv[1], "fill") == 0) && !(depth > 0 && depth <= DEPTH_MAX))
		return 64;
	r = reputation_new(&o);
	if (r == NULL || reputation_start(r) < 0)
		return 71;
	while (metric_get(METRIC_STORE_UP) == 0)
		nap();
	if (argc == 4)
		fill(r, senders);
	else
		look(r, senders, atof(argv[4]), depth);
	printf("late %ld\nfaults %ld\ndropped %ld\n", metric_get(METRIC_STORE_LATE), metric_get(METRIC_STORE_FAULTS),
	    metric_get(METRIC_STORE_DROPPED));
	reputation_free(r);
	return 0;
}
