/*
 * ruleset - the compiled pattern files.
 * pattern files -> one immutable set, shared by all scans
 *
 * Loaded by load.c (YAML to this), used by matcher.c. The ruleset is opaque but for the items that verdicts, reports
 * and tools speak of.
 */
#ifndef LURE_MATCH_RULESET_H
#define LURE_MATCH_RULESET_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/network.h"
#include "config/config.h"
#include "decode/flaw.h"
#include "extract/visible.h"

#define RULESET_FILES_MAX 1000u
#define RULESET_FAMILIES_MAX 1000u
#define RULESET_ITEMS_MAX 20000u    /* signs and rules of a set */
#define RULESET_PATTERNS_MAX 40000u /* of a set */
#define RULESET_OPERANDS_MAX 200u   /* of one any, all, none, unless or at-least */
#define RULESET_TERMS_MAX 4000u
#define RULESET_EXAMPLES_MAX 200000u
#define RULESET_HEADERS_MAX 32u     /* different header:NAMEs of a set */
#define RULESET_WITHIN_MAX 10000u   /* characters */
#define RULESET_WORDS_MAX 20000u    /* of one list of words */
#define RULESET_ALL_WORDS_MAX 100000u
#define RULESET_EXCEPTIONS_MAX 1000u
#define RULESET_EXCEPTION_KEYS_MAX 2000u /* domains, clients and recipients of all of them */
#define RULESET_BYTES_MAX (512u * 1024 * 1024)

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
	enum trust trust;    /* of the file that names it; of several the most trusted one */
	int shipped_limit;   /* what it was before a local override; 0: there is none */
	size_t index;        /* in ruleset_families() */
};

/* What a local override changed. */
#define LOCAL_POINTS 1u
#define LOCAL_STATUS 2u

enum item_kind {
	ITEM_SIGN, ITEM_RULE,
	ITEM_WORDS, /* a list of words that weigh: neither points nor roles of its own */
};

struct item {
	enum item_kind kind;
	const char *id;      /* "celebrity-manager.star"; unique in the set */
	const struct family *family;
	const char *origin;  /* "lure-milter": of the file it stands in */
	enum trust trust;    /* of that file */
	enum status status;  /* in force */
	enum status written; /* as its own file says: what may refer to it */
	int points;          /* tenths; below 0 in context only */
	int shipped_points;  /* what they were, with LOCAL_POINTS */
	unsigned local;      /* LOCAL_s */
	unsigned roles;      /* ROLE_BIT()s; a sign has one */
	enum voice voice;
	const char *file;
	unsigned line, column;
	size_t index;        /* in ruleset_items() */
};

/* A word that weighs. */
struct word {
	const struct item *item; /* the list it stands in */
	const char *text;        /* as written */
	int weight;              /* hundredths of a point, also below 0 */
	unsigned line, column;
};

/* For whom a site has something not count: match/exception.h. Of domains, clients and recipients no list: any. */
struct exception {
	const char *name, *reason;
	const char *file;
	unsigned line;
	const struct span *domains, *recipients; /* lower case; those that begin with '.' are all below that domain */
	size_t ndomains, nrecipients;
	const struct network *clients;
	size_t nclients;
	bool all;                                /* nothing counts; else what follows does not */
	const struct item *const *items;
	size_t nitems;
	const struct family *const *families;
	size_t nfamilies;
};

struct ruleset;

struct ruleset_options {
	bool examples;              /* run the examples of every file; a failure is an error */
	bool lint;                  /* warn of what is said in vain: match/lint.h */
	bool one_by_one;            /* look for every pattern everywhere, without literals: to compare with */
	struct limits limits;
	const char *today;          /* "2026-11-25": what dates are held against. NULL: the day by this host's clock */
};

/*
 * Load files and folders (every *.yaml in them, by name). All problems of all files go to d; NULL where there is one
 * error, so that a daemon never starts with fewer rules. *trouble is 0 then, or a negative errno where memory or I/O
 * failed.
 */
struct ruleset *ruleset_load(const char *const *paths, size_t n, const struct ruleset_options *o, struct diags *d,
    int *trouble);
/* Counted references: a scan and a snapshot hold one each. */
struct ruleset *ruleset_hold(struct ruleset *r);
void ruleset_release(struct ruleset *r); /* NULL is fine */

const struct family *const *ruleset_families(const struct ruleset *r, size_t *n);
const struct item *const *ruleset_items(const struct ruleset *r, size_t *n);
/* The item of that id ("ID" or "origin/ID"), or NULL. */
const struct item *ruleset_find(const struct ruleset *r, const char *id);
/* The lure of that id, alike. */
const struct family *ruleset_lure(const struct ruleset *r, const char *id);
/* The first 12 hex digits of the SHA-256 over names and bytes of all files: the set's name in logs. */
const char *ruleset_digest(const struct ruleset *r);
/*
 * Origin and version of its files, each pair once: "lure-milter/2026.11.3,site/4", fit for a log line. Of more than
 * RULESET_VERSIONS the rest is counted, as ",+2"; "" of a set without files.
 */
#define RULESET_VERSIONS 4u
#define RULESET_VERSION_BYTES 40u /* of one origin, and of one version: what is longer is cut */
const char *ruleset_version(const struct ruleset *r);
/* The file that an item stands in, for diags_add(). */
const struct source *ruleset_source(const struct ruleset *r, const struct item *item);
size_t ruleset_patterns(const struct ruleset *r);
const struct exception *ruleset_exceptions(const struct ruleset *r, size_t *n);
const struct word *ruleset_words(const struct ruleset *r, size_t *n);

enum example_kind {
	EXAMPLE_MATCH, /* the item must hold */
	EXAMPLE_PASS,  /* the item must not hold, and the verdict of the whole set must be none */
	EXAMPLE_CASE,  /* a message with the verdict that is expected */
};

/* An example as it stands in a pattern file, kept with the set so that whoever runs it can say where it stands. */
struct example {
	enum example_kind kind;
	const struct source *source;
	unsigned line, column;
	const struct item *item;  /* of MATCH and PASS */
	struct span text[FIELD_N];/* by field; of a header:NAME none */
	const char *expect;       /* of a CASE: a lure's id, "none" or "tag" */
};

const struct example *ruleset_examples(const struct ruleset *r, size_t *n);

#endif
