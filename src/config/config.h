/*
 * config - the options of both programs.
 * options.def, a YAML file, -o NAME=VALUE -> struct config
 */
#ifndef LURE_CONFIG_CONFIG_H
#define LURE_CONFIG_CONFIG_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/limits.h"

enum config_mode { MODE_OBSERVE, MODE_TAG };
enum config_reject { REJECT_NO, REJECT_HOLD, REJECT_YES };
enum config_detail { CONFIG_DETAIL_VERDICT, CONFIG_DETAIL_LURES, CONFIG_DETAIL_RULES };
enum config_trouble { TROUBLE_ACCEPT, TROUBLE_TEMPFAIL };
enum config_mixed { MIXED_MILDEST, MIXED_SPLIT };
enum config_reputation { REPUTATION_OFF, REPUTATION_MEMORY, REPUTATION_REDIS };
enum config_consent { CONFIG_OFF, CONFIG_OBSERVE, CONFIG_TAG, CONFIG_REJECT }; /* as enum consent of scope/ */

/* How far the files of a path are trusted, most first. */
enum trust {
	TRUST_FULL,
	/* They may tag, but never reject, and take nothing away: no negative points, overrides, exceptions. */
	TRUST_TAG,
	TRUST_TEST, /* the same, and all of it is in test */
	TRUST_N
};
const char *trust_name(enum trust t);

struct config_list {
	char **v;
	size_t n;
};

/* One member an option, by type. char * is never NULL; POINTS are tenths. */
#define CONFIG_TYPE_STRING char *
#define CONFIG_TYPE_LIST struct config_list
#define CONFIG_TYPE_PATHS struct config_list /* of "PATH" or "PATH trust=tag": config_entry() */
#define CONFIG_TYPE_BOOL bool
#define CONFIG_TYPE_COUNT size_t
#define CONFIG_TYPE_BYTES size_t
#define CONFIG_TYPE_MILLIS int
#define CONFIG_TYPE_POINTS int
#define CONFIG_TYPE_OCTAL int
#define CONFIG_TYPE_CHOICE_LEVEL int /* a syslog level */
#define CONFIG_TYPE_CHOICE_MODE int
#define CONFIG_TYPE_CHOICE_REJECT int
#define CONFIG_TYPE_CHOICE_DETAIL int
#define CONFIG_TYPE_CHOICE_TROUBLE int
#define CONFIG_TYPE_CHOICE_CONSENT int
#define CONFIG_TYPE_CHOICE_MIXED int
#define CONFIG_TYPE_CHOICE_REPUTATION int

struct config {
#define OPTION(name, type, fallback, reload, help) CONFIG_TYPE_##type name;
#include "config/options.def"
#undef OPTION
};

/* All defaults. NULL: no memory. */
struct config *config_new(void);
void config_free(struct config *c);

/*
 * Read a file over what c has; all errors go to d (with suggestions for misspelt names). What is wrong leaves its
 * option.
 */
bool config_read(struct config *c, const char *path, struct diags *d);
/* "NAME=VALUE" from a command line. */
bool config_set(struct config *c, const char *assignment, struct diags *d);
/* What only all options together tell: reject_points below tag_points, more text than is ever read ... */
bool config_check(const struct config *c, struct diags *d);

/* Each option as "name: value" in the file's syntax; `all`: those at their default too, with their help as comments. */
void config_write(const struct config *c, bool all, struct buf *out);
/* Names of options that differ and that a reload does not take over, comma-separated. */
void config_unreloadable(const struct config *old, const struct config *new, struct buf *out);

void config_limits(const struct config *c, struct limits *ret);

/*
 * The installed configuration file and pattern folder, or those of the source tree when the program runs in a build
 * folder (NULL there where no file is: the defaults hold).
 */
const char *config_default_path(void);
const char *config_default_patterns(void);
/*
 * The site's own pattern files beside the installed ones, SYSCONFDIR/lure-milter/patterns.d. NULL where it is not there
 * or holds none, and in a build folder; not where it cannot be read, for then it must not be done without silently.
 */
const char *config_local_patterns(void);
/*
 * An entry of `patterns`: its path (a part of `entry`), and how far it is trusted; TRUST_FULL where it does not say.
 * false: no such trust.
 */
bool config_entry(const char *entry, struct span *path, enum trust *trust);
/* Is it the name of a pattern file: *.yaml, not hidden? */
bool config_is_pattern_file(const char *name);

#endif
