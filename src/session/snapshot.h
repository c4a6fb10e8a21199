/*
 * snapshot - configuration, patterns, networks and recipients, as one.
 * files and command line -> an immutable, counted set
 *
 * A message takes the current one at MAIL and keeps it to its end, so that a reload changes nothing under its feet.
 */
#ifndef LURE_SESSION_SNAPSHOT_H
#define LURE_SESSION_SNAPSHOT_H

#include "config/config.h"
#include "match/ruleset.h"
#include "scope/scope.h"

/* Where snapshots are read from: the same at start and at every reload. */
struct origin {
	const char *config;          /* file, or NULL: defaults */
	const char *patterns;        /* where the option patterns is empty */
	const char *const *settings; /* NAME=VALUE of the command line, above the file */
	size_t nsettings;
};

struct snapshot {
	struct config *config;
	struct limits limits;
	struct ruleset *ruleset;
	struct scope *scope;
	unsigned holds;
};

/* NULL with errors in d, all of them at once. Counted once for the caller. */
struct snapshot *snapshot_load(const struct origin *o, struct diags *d);
struct snapshot *snapshot_hold(struct snapshot *s);
void snapshot_release(struct snapshot *s); /* NULL is fine */

#endif
