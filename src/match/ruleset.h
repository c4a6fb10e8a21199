/*
 * ruleset - the compiled pattern files.
 * pattern files -> one immutable set, shared by all scans
 *
 * Loaded by load.c (YAML to this), used by matcher.c. The ruleset is opaque but for the items that verdicts, reports and
 * tools speak of.
 */
#ifndef LURE_MATCH_RULESET_H
#define LURE_MATCH_RULESET_H

#include "base/diag.h"
#include "base/limits.h"
#include "decode/flaw.h"
#include "extract/visible.h"

enum role {
	ROLE_CLAIM, ROLE_STORY, ROLE_OFFER, ROLE_ASK, ROLE_PRESSURE, ROLE_REASSURANCE,
	ROLE_N
};
#define ROLE_BIT(r) (1u << (r))
const char *role_name(enum role r);

enum status { STATUS_STABLE, STATUS_TEST, STATUS_RETIRED };
const char *status_name(enum status s);

enum voice { VOICE_ANY, VOICE_OWN, VOICE_QUOTED };

enum family_kind {
	FAMILY_LURE,
	FAMILY_CONTEXT, /* `lure: context`: counter-evidence, points below 0 */
	FAMILY_COMMON,  /* `lure: common`: terms and signs that serve every family */
};

struct family {
	const char *id;      /* "celebrity-manager" */
	const char *origin;  /* "lure-milter" */
	const char *title, *source, *version;
	const char *file;
	enum family_kind kind;
	int limit;           /* tenths of a point: the most this family brings */
	size_t index;        /* in ruleset_families() */
};

enum item_kind { ITEM_SIGN, ITEM_RULE };

struct item {
	enum item_kind kind;
	const char *id;      /* "celebrity-manager.star"; unique in the set */
	const struct family *family;
	enum status status;
	int points;          /* tenths; below 0 in context only */
	unsigned roles;      /* ROLE_BIT()s; a sign has one */
	enum voice voice;
	const char *file;
	unsigned line;
	size_t index;        /* in ruleset_items() */
};

struct ruleset;

struct ruleset_options {
	bool examples;              /* run the examples of every file; a failure is an error */
	struct limits limits;
};

/*
 * Load files and folders (every *.yaml in them, by name). All problems of all files go to d; NULL where there is one
 * error, so that a daemon never starts with fewer rules. *trouble is 0 then, or a negative errno where memory or I/O
 * failed.
 */
struct ruleset *ruleset_load(const char *const *paths, size_t n, const struct ruleset_options *o, struct diags *d, int *trouble);
/* Counted references: a scan and a snapshot hold one each. */
struct ruleset *ruleset_hold(struct ruleset *r);
void ruleset_release(struct ruleset *r); /* NULL is fine */

const struct family *const *ruleset_families(const struct ruleset *r, size_t *n);
const struct item *const *ruleset_items(const struct ruleset *r, size_t *n);
/* The item of that id ("ID" or "origin/ID"), or NULL. */
const struct item *ruleset_find(const struct ruleset *r, const char *id);
/* The first 12 hex digits of the SHA-256 over names and bytes of all files: the set's name in logs. */
const char *ruleset_digest(const struct ruleset *r);
size_t ruleset_patterns(const struct ruleset *r);

#endif
