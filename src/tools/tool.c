#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score/examples.h"
#include "tools/command.h"

void tool_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "lurectl: ");
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

/* The value of the option at argv[*i]: behind '=' or the next argument. NULL: it has been said that there is none. */
static const char *option_value(const struct command *c, int argc, char **argv, int *i)
{
	const char *equals = strncmp(argv[*i], "--", 2) == 0 ? strchr(argv[*i], '=') : NULL;

	if (equals != NULL)
		return equals + 1;
	if (*i + 1 < argc)
		return argv[++*i];
	tool_error("%s: option '%s' needs a value", c->name, argv[*i]);
	return NULL;
}

static bool option_is(const char *argument, const char *name)
{
	size_t n = strlen(name);

	return strncmp(argument, name, n) == 0 && (argument[n] == '\0' || argument[n] == '=');
}

static int add_value(struct tool_values *values, const char *value)
{
	const char **v = realloc(values->v, (values->n + 1) * sizeof(*v));

	if (v == NULL) {
		tool_error("no memory");
		return -EX_OSERR;
	}
	values->v = v;
	values->v[values->n++] = value;
	return 1;
}

/* One of the command's own options: 1 where it is, 0 where not, or a negative exit status. */
static int own_option(const struct command *c, const struct tool_option *own, int argc, char **argv, int *i)
{
	const char *value;

	for (; own != NULL && own->name != NULL; own++) {
		if (!option_is(argv[*i], own->name))
			continue;
		if (own->flag != NULL) {
			*own->flag = true;
			return 1;
		}
		value = option_value(c, argc, argv, i);
		if (value == NULL)
			return -EX_USAGE;
		return own->values != NULL ? add_value(own->values, value) : (*own->value = value, 1);
	}
	return 0;
}

/* What --config, -o and --patterns gave, applied once all are known: -o stands above the file. */
struct common {
	const char *config;
	const char **set;
	size_t nset;
};

static int common_apply(struct tool *t, const struct common *common)
{
	const char *path = common->config != NULL ? common->config : config_default_path();
	/* The daemon refuses to start without its file; to try a mail, the defaults do. */
	bool good = true, given = common->config != NULL || (path != NULL && access(path, F_OK) == 0);

	if (given && strcmp(path, "/dev/null") != 0)
		good = config_read(t->config, path, &t->diags);
	for (size_t i = 0; i < common->nset; i++)
		good &= config_set(t->config, common->set[i], &t->diags);
	good = good && config_check(t->config, &t->diags);
	diags_print(&t->diags, stderr);
	diags_free(&t->diags);
	return good ? 0 : -EX_CONFIG;
}

/* argv[*i] as an option: 0, or a negative exit status. */
static int read_option(struct tool *t, struct common *common, const struct command *c, const struct tool_option *own,
    int argc, char **argv, int *i)
{
	const char *a = argv[*i];
	int rc = own_option(c, own, argc, argv, i);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (strcmp(a, "--json") == 0) {
		t->json = true;
		return 0;
	}
	if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
		printf("usage: lurectl %s [--config FILE] [-o NAME=VALUE] [--patterns PATH] [--json] %s\n", c->name,
		    c->arguments);
		return TOOL_HELP;
	}
	if (option_is(a, "--config"))
		return (common->config = option_value(c, argc, argv, i)) == NULL ? -EX_USAGE : 0;
	if (strcmp(a, "-o") == 0)
		return (common->set[common->nset++] = option_value(c, argc, argv, i)) == NULL ? -EX_USAGE : 0;
	if (option_is(a, "--patterns"))
		return (t->patterns[t->npatterns++] = option_value(c, argc, argv, i)) == NULL ? -EX_USAGE : 0;
	tool_error("%s: unknown option '%s'; see lurectl %s --help", c->name, a, c->name);
	return -EX_USAGE;
}

int tool_begin(struct tool *t, const struct command *c, const struct tool_option *own, int argc, char **argv)
{
	struct common common = { .set = calloc((size_t)argc + 1, sizeof *common.set) };
	bool options = true;
	int n = 0, rc = 0;

	*t = (struct tool){ .config = config_new(), .patterns = calloc((size_t)argc + 1, sizeof *t->patterns) };
	if (t->config == NULL || t->patterns == NULL || common.set == NULL) {
		tool_error("no memory");
		rc = -EX_OSERR;
	}
	for (int i = 1; i < argc && rc == 0; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && argv[i][0] == '-' && argv[i][1] != '\0')
			rc = read_option(t, &common, c, own, argc, argv, &i);
		else
			argv[1 + n++] = argv[i];
	}
	if (rc == 0)
		rc = common_apply(t, &common);
	free(common.set);
	if (rc == 0)
		return n;
	tool_end(t);
	return rc;
}

void tool_end(struct tool *t)
{
	config_free(t->config);
	free(t->patterns);
	diags_free(&t->diags);
	*t = (struct tool){ 0 };
}

struct ruleset *tool_ruleset(struct tool *t, bool examples, int *status)
{
	const char *const standard[] = { config_default_patterns(), config_local_patterns() };
	const char *const *paths = t->patterns;
	size_t n = t->npatterns;
	struct ruleset_options o = { .examples = examples, .lint = examples, .one_by_one = t->one_by_one };
	struct identity_options identity;
	char host[IDENTITY_HOST_MAX];
	struct ruleset *r;
	int trouble = 0;

	if (n == 0 && t->config->patterns.n > 0) {
		paths = (const char *const *)t->config->patterns.v;
		n = t->config->patterns.n;
	} else if (n == 0) {
		paths = standard;
		n = standard[1] != NULL ? 2 : 1;
	}
	config_limits(t->config, &o.limits);
	r = ruleset_load(paths, n, &o, &t->diags, &trouble);
	if (r != NULL && examples && !examples_run(r, &t->diags)) {
		ruleset_release(r);
		r = NULL;
	}
	if (r != NULL && examples && !examples_lint(r, &t->diags))
		tool_error("no memory to see what the examples show");
	if (r != NULL && examples) {
		identity_configure(t->config, NULL, host, &identity);
		excuse_check(r, &identity, &t->diags);
	}
	diags_sort(&t->diags);
	if (r == NULL || examples) /* warnings are for those who check, not for each scan */
		diags_print(&t->diags, stderr);
	if (r == NULL) {
		if (trouble != 0)
			tool_error("cannot load the patterns: %s", strerror(-trouble));
		*status = trouble == -ENOENT ? EX_NOINPUT : trouble != 0 ? EX_OSERR : EX_DATAERR;
	}
	return r;
}
