#include <config.h>

#include "config/config.h"

#include <stdlib.h>
#include <syslog.h>

#include "base/suggest.h"
#include "base/yaml.h"
#include "config/value.h"

/* One row of options.def, as the reader sees it. */
struct option {
	const char *name;
	enum value_type type;
	const char *fallback;
	bool reload;
	const char *help;
	size_t offset;
};

static const struct option options[] = {
#define OPTION(name, type, fallback, reload, help) \
	{ #name, VALUE_##type, fallback, reload, help, offsetof(struct config, name) },
#include "config/options.def"
#undef OPTION
};
#define OPTIONS (sizeof options / sizeof *options)

static const char *const option_names[] = {
#define OPTION(name, type, fallback, reload, help) #name,
#include "config/options.def"
#undef OPTION
};

static void *member(const struct config *c, const struct option *o)
{
	return (char *)c + o->offset;
}

static const struct option *find_option(struct span name)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (span_is(name, options[i].name))
			return &options[i];
	return NULL;
}

struct config *config_new(void)
{
	struct config *c = calloc(1, sizeof *c);
	char why[VALUE_WHY];

	for (size_t i = 0; c != NULL && i < OPTIONS; i++) {
		if (!value_set(options[i].type, member(c, &options[i]), span_str(options[i].fallback), why)) {
			config_free(c);
			return NULL;
		}
	}
	return c;
}

void config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < OPTIONS; i++)
		value_clear(options[i].type, member(c, &options[i]));
	free(c);
}

static void unknown(struct diags *d, const struct source *src, unsigned line, unsigned column, struct span name)
{
	const char *meant = suggest(name, option_names, OPTIONS);

	diags_add(d, DIAG_ERROR, src, line, column, "unknown option '%.*s'%s%s%s", SPAN_ARG(name),
	    meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "", meant != NULL ? "'?" : "");
}

/* {path: PATH, trust: TRUST} as "PATH trust=TRUST"; what is wrong with it, or NULL. */
static const char *write_entry(const struct yaml *map, struct buf *out)
{
	const struct yaml *path = yaml_get(map, "path"), *trust = yaml_get(map, "trust");
	struct span unused;
	enum trust found;
	struct buf entry = BUF_HEAP;
	const char *wrong = NULL;

	if (path == NULL || path->kind != YAML_SCALAR || map->n != 1 + (trust != NULL) ||
	    (trust != NULL && trust->kind != YAML_SCALAR))
		return "is a path, or has a path and its trust: {path: PATH, trust: tag}";
	buf_span(&entry, path->value);
	if (trust != NULL) {
		buf_str(&entry, " trust=");
		buf_span(&entry, trust->value);
	}
	if (span_find(buf_text(&entry), 0, span_str(",")) < entry.n)
		wrong = "cannot hold a comma";
	else if (!config_entry(buf_cstr(&entry), &unused, &found))
		wrong = "has a trust of full, tag or test";
	buf_span(out, buf_text(&entry));
	buf_free(&entry);
	return wrong;
}

/* The items of a list, with a comma between them as in `option: a, b`. */
static bool read_list(const struct option *o, const struct yaml_file *f, const struct yaml *y, struct buf *all,
    struct diags *d)
{
	bool good = true;

	for (size_t i = 0; i < y->n; i++) {
		const struct yaml *item = y->items[i];
		const char *wrong = NULL;

		buf_str(all, i > 0 ? "," : "");
		if (item->kind == YAML_MAP && o->type == VALUE_PATHS)
			wrong = write_entry(item, all);
		else if (item->kind != YAML_SCALAR)
			wrong = "must be plain text";
		else if (span_find(item->value, 0, span_str(",")) < item->value.n)
			wrong = "cannot hold a comma";
		if (wrong != NULL)
			diags_add(d, DIAG_ERROR, yaml_source(f), item->line, item->column, "an item of %s %s", o->name,
			    wrong);
		good &= wrong == NULL;
		if (item->kind == YAML_SCALAR)
			buf_span(all, item->value);
	}
	return good;
}

/* The value of one option of the file: a scalar, or a list where the option is one. */
static bool read_option(struct config *c, const struct option *o, const struct yaml_file *f, const struct yaml *y,
    struct diags *d)
{
	char why[VALUE_WHY];
	struct buf all = BUF_HEAP;
	bool good = true;

	if (y->kind == YAML_MAP || (y->kind == YAML_LIST && o->type != VALUE_LIST && o->type != VALUE_PATHS)) {
		diags_add(d, DIAG_ERROR, yaml_source(f), y->line, y->column, "%s takes a single value", o->name);
		return false;
	}
	if (y->kind == YAML_SCALAR)
		buf_span(&all, y->value);
	else
		good = read_list(o, f, y, &all, d);
	if (good && !value_set(o->type, member(c, o), buf_text(&all), why)) {
		diags_add(d, DIAG_ERROR, yaml_source(f), y->line, y->column, "%s: %s", o->name, why);
		good = false;
	}
	buf_free(&all);
	return good;
}

static bool read_options(struct config *c, const struct yaml_file *f, struct diags *d)
{
	const struct yaml *root = yaml_root(f);
	bool good = true;

	if (root->kind == YAML_SCALAR && root->value.n == 0)
		return true;
	if (root->kind != YAML_MAP) {
		diags_add(d, DIAG_ERROR, yaml_source(f), root->line, root->column,
		    "a configuration file is lines of 'option: value'");
		return false;
	}
	for (size_t i = 0; i < root->n; i++) {
		const struct yaml *key = root->keys[i];
		const struct option *o = find_option(key->value);

		if (o == NULL) {
			unknown(d, yaml_source(f), key->line, key->column, key->value);
			good = false;
		} else {
			good &= read_option(c, o, f, root->items[i], d);
		}
	}
	return good;
}

bool config_read(struct config *c, const char *path, struct diags *d)
{
	struct source src;
	struct yaml_file *f;
	int rc = source_read(path, YAML_FILE_MAX, &src);
	bool good = false;

	if (rc < 0) {
		diags_add(d, DIAG_ERROR, &(struct source){ .name = path }, 0, 0, "cannot be read: %s", strerror(-rc));
		return false;
	}
	f = yaml_read(&src, d);
	if (f != NULL)
		good = read_options(c, f, d);
	yaml_close(f);
	source_free(&src);
	diags_sort(d);
	return good;
}

bool config_set(struct config *c, const char *assignment, struct diags *d)
{
	const char *equals = strchr(assignment, '=');
	const struct option *o;
	char why[VALUE_WHY];

	if (equals == NULL) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "-o wants NAME=VALUE, not '%s'", assignment);
		return false;
	}
	o = find_option(span(assignment, (size_t)(equals - assignment)));
	if (o == NULL) {
		unknown(d, NULL, 0, 0, span(assignment, (size_t)(equals - assignment)));
		return false;
	}
	if (value_set(o->type, member(c, o), span_str(equals + 1), why))
		return true;
	diags_add(d, DIAG_ERROR, NULL, 0, 0, "-o %s: %s", o->name, why);
	return false;
}

static bool ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

bool config_check(const struct config *c, struct diags *d)
{
	const struct {
		bool wrong;
		const char *text;
	} checks[] = {
		{ c->reject_points < c->tag_points,
		    "reject_points is below tag_points: a message would be rejected before it is tagged" },
		{ c->tag_points <= 0, "tag_points must be above 0: else every message is tagged" },
		{ !ascii(c->reject_text), "reject_text must be printable ASCII: Sendmail sends nothing else" },
		{ c->text_bytes > c->scan_bytes * 4,
		    "text_bytes is more than four times scan_bytes: it can never be reached" },
		{ c->scan_bytes < 4096 || c->text_bytes < 4096, "scan_bytes and text_bytes must be 4K at least" },
		{ c->held_bytes < c->scan_bytes, "held_bytes is below scan_bytes: no message could be held" },
		{ c->message_time <= 0, "message_time must be above 0" },
		{ c->max_connections == 0, "max_connections must be above 0: else every connection is closed" },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		if (checks[i].wrong)
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s", checks[i].text);
		good &= !checks[i].wrong;
	}
	return good;
}

void config_write(const struct config *c, bool all, struct buf *out)
{
	struct config *defaults = config_new();

	for (size_t i = 0; i < OPTIONS && defaults != NULL; i++) {
		const struct option *o = &options[i];
		bool same = value_equal(o->type, member(c, o), member(defaults, o));

		if (same && !all)
			continue;
		if (all)
			buf_printf(out, "# %s\n", o->help);
		buf_printf(out, "%s: ", o->name);
		value_write(o->type, member(c, o), out);
		buf_str(out, all ? "\n\n" : "\n");
	}
	config_free(defaults);
}

void config_unreloadable(const struct config *old, const struct config *new, struct buf *out)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];

		if (o->reload || value_equal(o->type, member(old, o), member(new, o)))
			continue;
		buf_printf(out, "%s%s", out->n > 0 ? ", " : "", o->name);
	}
}

void config_limits(const struct config *c, struct limits *ret)
{
	*ret = LIMITS_DEFAULT;
	ret->scan_bytes = c->scan_bytes;
	ret->text_bytes = c->text_bytes;
	ret->held_bytes = c->held_bytes;
	ret->message_ms = (unsigned)c->message_time;
}
