/*
 * command - the commands of lurectl, and what they share.
 * argv -> exit status
 */
#ifndef LURE_TOOLS_COMMAND_H
#define LURE_TOOLS_COMMAND_H

#include <sysexits.h>

#include "config/config.h"
#include "match/ruleset.h"

/* What the common options say: --config FILE, -o NAME=VALUE, --patterns PATH, --json. */
struct tool {
	struct config *config;
	const char **patterns; /* --patterns, in order; none: the configured ones */
	size_t npatterns;
	bool json;
	bool one_by_one;       /* of tool_ruleset(): as in struct ruleset_options */
	struct diags diags;
};

/* The values of an option that may be given more than once; `v` is the command's to free. */
struct tool_values {
	const char **v;
	size_t n;
};

/* A command's own option: --NAME VALUE into `value` or `values`, or --NAME where `flag` is set. */
struct tool_option {
	const char *name; /* with its dashes */
	const char **value;
	bool *flag;
	struct tool_values *values;
};

struct command {
	const char *name;
	const char *arguments; /* of the usage line */
	const char *help, *help_ja;
	int (*run)(int argc, char **argv);
};

extern const struct command commands[]; /* ends with a NULL name */

/*
 * Read the options of argv (argv[0] is the command's name); what is no option is moved to the front of argv from 1 on.
 * Returns how many arguments there are, or -(exit status) where something was wrong and has been said, or help was
 * asked for (-EX_OK - 256).
 */
int tool_begin(struct tool *t, const struct command *c, const struct tool_option *own, int argc, char **argv);
void tool_end(struct tool *t);
#define TOOL_HELP (-256)

/*
 * The pattern set of the options, with its examples where asked for. NULL: what is wrong has been printed, and *status
 * is EX_DATAERR, EX_NOINPUT or EX_OSERR.
 */
struct ruleset *tool_ruleset(struct tool *t, bool examples, int *status);

/* "lurectl: ..." to standard error. */
void tool_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int command_bench(int argc, char **argv);
int command_scan(int argc, char **argv);
int command_decode(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_check(int argc, char **argv);
int command_config(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_learn(int argc, char **argv);
int command_reputation(int argc, char **argv);
int command_test(int argc, char **argv);
int command_status(int argc, char **argv);

/* The table's entry of that name, or NULL. */
const struct command *command_find(const char *name);

#endif
