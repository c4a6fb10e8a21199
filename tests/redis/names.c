/*
 * Whether names hold up look-ups: names MASTER SECONDS DEADLINE_MS SERVER... looks a sender up every few milliseconds
 * through sentinels. slow.example takes three seconds and has no address, and redis.example has 127.0.0.1. The address
 * 127.0.0.3 holds up the store's own thread for two seconds, which is what nothing should do, and 127.0.0.1 answers
 * there. Prints "name value" lines.
 */
#include <config.h>

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/metrics.h"
#include "reputation/reputation.h"

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static atomic_int stalls;

/* In place of the system's, which still finds the rest. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
	getaddrinfo_fn *system = NULL;
	bool by_name = name != NULL && (hints->ai_flags & AI_NUMERICHOST) == 0;

	if (!by_name && name != NULL && strcmp(name, "127.0.0.3") == 0) {
		stalls++;
		nanosleep(&(struct timespec){ 2, 0 }, NULL);
	}
	*(void **)&system = dlsym(RTLD_NEXT, "getaddrinfo");
	if (by_name && strcmp(name, "slow.example") == 0) {
		nanosleep(&(struct timespec){ 3, 0 }, NULL);
		return EAI_AGAIN;
	}
	return system(by_name && strcmp(name, "redis.example") == 0 ? "127.0.0.1" : name, service, hints, ret);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
}

int main(int argc, char **argv)
{
	struct reputation_redis redis = { .servers = (const char *const *)argv + 4, .nservers = (size_t)argc - 4,
		.user = "", .password = "",
		.sentinel_user = "", .sentinel_password = "",
		.sentinel_master = argv[1], .reply_ms = 1000 };
	struct reputation_options o = { .identities = 16, .redis = &redis,
		.key = span_str("0123456789abcdef0123456789abcdef") };
	struct identity id = { .address = span_str("192.0.2.1") };
	struct reputation *r = argc > 4 ? reputation_new(&o) : NULL;
	clock_us end, longest = 0;
	unsigned long answered = 0, asked = 0;

	if (r == NULL || reputation_start(r) < 0)
		return 71;
	for (end = clock_in_ms(20000); metric_get(METRIC_STORE_UP) == 0 && !clock_past(end);)
		nap();
	for (end = clock_in_ms(atoi(argv[2]) * 1000); !clock_past(end); asked++) {
		struct reputation_request *q = reputation_ask(r, &id);
		clock_us start = clock_now();
		struct standing s;

		reputation_collect(q, clock_in_ms(atoi(argv[3])), &s);
		longest = clock_now() - start > longest ? clock_now() - start : longest;
		answered += s.state == STANDING_NEW;
		nap();
	}
	printf("asked %lu\nanswered %lu\nlongest_ms %.1f\nlate %ld\nfaults %ld\nstalls %d\n", asked, answered,
	    (double)longest / 1000, metric_get(METRIC_STORE_LATE), metric_get(METRIC_STORE_FAULTS), stalls);
	reputation_free(r);
	return 0;
}
