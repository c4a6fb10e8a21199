/*
 * scanner - the stages of the milter over a message in a file.
 * bytes of a file -> struct inspection
 *
 * Shared by scan, explain and decode. What depends on the client is there only as far as a command line gives it, and
 * nothing of Redis: a file has no standing.
 */
#ifndef LURE_TOOLS_SCANNER_H
#define LURE_TOOLS_SCANNER_H

#include "score/inspect.h"
#include "tools/command.h"
#include "tools/mailbox.h"

struct scanner {
	struct arena *arena; /* of the parsed message */
	struct slots *slots;
	struct slot *slot;
	struct inspect_options options;
	struct identity_options identity;
	char host[IDENTITY_HOST_MAX]; /* for `identity` */
	const struct envelope *envelope; /* NULL: nothing is known */
	struct span *recipients;
	struct message message;
};

/* What a file does not have, and a command line may give. */
struct envelope {
	const char *client, *queue_id; /* NULL: not known */
	struct tool_values recipients;
};
/* Members of a command's own options. */
#define ENVELOPE_OPTIONS(e) \
	{ .name = "--client", .value = &(e)->client }, { .name = "--queue-id", .value = &(e)->queue_id }, \
	{ .name = "--recipient", .values = &(e)->recipients }

/* As if the messages had come so. `e` stays the caller's; false: something is wrong with it, and it has been said. */
bool scanner_envelope(struct scanner *s, const struct envelope *e);

/* ruleset: kept by the caller. false: no memory, and it has been said. */
bool scanner_begin(struct scanner *s, const struct tool *t, const struct ruleset *ruleset);
void scanner_end(struct scanner *s);

/* 0 or a negative errno. The result lives until the next call. */
int scanner_run(struct scanner *s, struct span bytes, struct inspection *ret);

/* The subject as one line for a terminal, at most `columns` wide. */
void scanner_subject(struct buf *out, const struct mail *mail, size_t columns);

#endif
