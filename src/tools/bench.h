/*
 * bench - what messages cost, stage by stage.
 * messages and patterns -> CPU time -> table or JSON
 */
#ifndef LURE_TOOLS_BENCH_H
#define LURE_TOOLS_BENCH_H

#include "base/watch.h"
#include "tools/scanner.h"

#define BENCH_CHARSETS 16u /* that are told apart; further ones count with the last */

struct bench_message {
	char *bytes;
	size_t n;
	size_t text;    /* bytes of decoded UTF-8 of its text parts */
	size_t charset; /* index */
};

/* Messages of one charset. */
struct bench_group {
	const char *name;
	size_t messages, text;
	int64_t ns[WATCH_STAGES]; /* of all of them once; the median of the rounds */
};

/* The same messages and patterns, looked for in two ways. */
struct bench_engine {
	const char *name;
	int64_t ns; /* find and confirm */
	size_t found;
};

struct bench {
	struct bench_message *messages;
	size_t n, cap, bytes;
	size_t rounds;
	struct bench_group groups[BENCH_CHARSETS], all;
	size_t ngroups;
	struct bench_engine engines[2]; /* by literals, one by one */
	size_t compared, differing, compared_text;
	size_t patterns;
	const struct ruleset *ruleset;
	bool failed; /* no memory */
};

void bench_print(const struct bench *b);
void bench_print_json(const struct bench *b);

#endif
