#include <config.h>

#include "match/load.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "match/cases.h"
#include "match/define.h"
#include "match/examples.h"
#include "match/exception.h"
#include "match/link.h"
#include "match/lint.h"
#include "match/needs.h"
#include "match/override.h"
#include "match/schema.h"
#include "match/sources.h"
#include "match/terms.h"
#include "match/words.h"

#define LIMIT_DEFAULT 120 /* tenths */

void load_error(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *fmt, ...)
{
	struct buf text = BUF_HEAP;
	va_list ap;

	if (at != NULL && at->broken)
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	diags_add(l->diags, DIAG_ERROR, f->source, at != NULL ? at->line : 0, at != NULL ? at->column : 0, "%s",
	    buf_cstr(&text));
	buf_free(&text);
}

/* A later format may mean other things by the same words: nothing else is read of such a file. */
static bool later_format(struct loader *l, const struct pattern_file *f)
{
	const struct yaml *y = yaml_get(f->root, "format");
	unsigned long format = 0;

	for (size_t i = 0; y != NULL && i < y->value.n && i < 9 && isdigit((unsigned char)y->value.p[i]); i++)
		format = format * 10 + (unsigned long)(y->value.p[i] - '0');
	if (format > FORMAT_KNOWN)
		load_error(l, f, y, "format %lu needs a later version of lure-milter; this is " PACKAGE_VERSION
		    ", which reads up to format %d", format, FORMAT_KNOWN);
	return format > FORMAT_KNOWN;
}

static void check_format(struct loader *l, const struct pattern_file *f)
{
	const struct yaml *y = yaml_get(f->root, "format");
	unsigned long format;

	if (y == NULL)
		load_error(l, f, f->root, "'format' is missing: write 'format: %d'", FORMAT_KNOWN);
	else
		schema_count(l, f, y, 1, FORMAT_KNOWN, &format);
}

static struct family *find_family(struct ruleset *s, const char *id)
{
	for (size_t i = 0; i < s->nfamilies; i++)
		if (strcmp(s->families[i]->id, id) == 0)
			return s->families[i];
	return NULL;
}

static struct family *add_family(struct loader *l, struct pattern_file *f, const char *id)
{
	struct ruleset *s = l->set;
	struct family *y = arena_alloc(s->arena, sizeof *y);

	if (y == NULL)
		return NULL;
	*y = (struct family){ .id = id, .file = f->source->name, .limit = LIMIT_DEFAULT, .index = s->nfamilies };
	y->kind = strcmp(id, "context") == 0 ? FAMILY_CONTEXT : strcmp(id, "common") == 0 ? FAMILY_COMMON : FAMILY_LURE;
	s->families[s->nfamilies++] = y;
	return y;
}

bool load_trusted(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *what)
{
	if (f->trust == TRUST_FULL)
		return true;
	load_error(l, f, at, "no %s here: this file is not fully trusted (trust: %s)", what, trust_name(f->trust));
	return false;
}

static void read_family(struct loader *l, struct pattern_file *f)
{
	const struct yaml *limit = yaml_get(f->root, "limit");
	bool needed = !override_only(f->root);
	const char *origin = schema_text(l, f, f->root, "origin", true),
	    *lure = schema_text(l, f, f->root, "lure", needed);
	const char *version = schema_text(l, f, f->root, "version", true),
	    *title = schema_text(l, f, f->root, "title", needed);
	const char *source = schema_text(l, f, f->root, "source", false);
	enum status status = STATUS_STABLE;
	int tenths = LIMIT_DEFAULT;
	struct family *y;

	f->origin = origin != NULL ? origin : "";
	f->version = version != NULL ? version : "";
	if (origin != NULL && !schema_is_name(span_str(origin), true))
		load_error(l, f, yaml_get(f->root, "origin"), "an origin is made of a-z, 0-9, '-' and '.'");
	if (lure != NULL && !schema_is_name(span_str(lure), false)) {
		load_error(l, f, yaml_get(f->root, "lure"), "a lure's name is made of a-z, 0-9 and '-'");
		lure = NULL;
	}
	l->nameless |= lure == NULL && needed;
	schema_text(l, f, f->root, "license", false);
	schema_text(l, f, f->root, "author", false);
	schema_text(l, f, f->root, "comment", false);
	schema_texts(l, f, f->root, "references");
	if (limit != NULL)
		schema_points(l, f, limit, 1, DEFINE_LIMIT_MAX, &tenths);
	override_expire(l, f, f->root, &status);
	f->expired = status == STATUS_TEST;
	if (lure == NULL)
		return;
	f->family = y = find_family(l->set, lure);
	if (y != NULL && y->trust <= f->trust)
		return;
	if (y == NULL)
		f->family = y = add_family(l, f, lure);
	if (y == NULL)
		return;
	/* What is trusted more says what its lure is called, and how much it may bring, whichever comes first. */
	y->trust = f->trust;
	y->file = f->source->name;
	y->origin = f->origin;
	y->version = f->version;
	y->title = title != NULL ? title : "";
	y->source = source != NULL ? source : "";
	y->limit = tenths;
}

/* One file as far as its head. Files that cannot be read are left out of l->files. */
static void open_file(struct loader *l, const struct source *source, enum trust trust)
{
	static const char *const keys[] = { "format", "origin", "version", "license", "author", "references", "lure",
		"title", "source", "limit", "terms", "signs", "rules", "weigh", "cases", "comment",
		"expires", "overrides", "exceptions" };
	struct pattern_file *f = &l->files[l->nfiles];

	*f = (struct pattern_file){ .source = source, .trust = trust, .yaml = yaml_read_on(source, l->diags) };
	if (f->yaml == NULL) {
		l->incomplete = true;
		return;
	}
	l->incomplete |= yaml_is_cut(f->yaml);
	f->root = yaml_root(f->yaml);
	if (later_format(l, f) || !schema_map(l, f, f->root, "a pattern file", keys, sizeof keys / sizeof *keys)) {
		l->incomplete = true;
		yaml_close(f->yaml);
		return;
	}
	l->nfiles++;
	check_format(l, f);
	read_family(l, f);
}

/* The list under a key of a file's root; an error where it is no list. */
static const struct yaml *list_of(struct loader *l, const struct pattern_file *f, const char *key)
{
	const struct yaml *y = yaml_get(f->root, key);

	if (y == NULL || y->kind == YAML_LIST)
		return y;
	if (l != NULL) {
		load_error(l, f, y, "'%s' must be a list: lines that begin with '- '", key);
		l->incomplete = true;
	}
	return NULL;
}

static size_t length(const struct yaml *y)
{
	return y == NULL ? 0 : y->kind == YAML_LIST ? y->n : 1;
}

/* Of all the keys of a map: more than its examples, which may stand under a misspelt key. */
static size_t members(const struct yaml *map)
{
	size_t n = 0;

	for (size_t i = 0; map->kind == YAML_MAP && i < map->n; i++)
		n += length(map->items[i]);
	return n;
}

/* Room for all items and examples that the files can hold. */
static bool make_room(struct loader *l)
{
	static const char *const keys[] = { "signs", "rules" };
	size_t items = 0, examples = 0;
	struct ruleset *s = l->set;

	for (size_t i = 0; i < l->nfiles; i++) {
		for (size_t k = 0; k < 2; k++) {
			const struct yaml *list = list_of(NULL, &l->files[i], keys[k]);

			items += length(list);
			for (size_t j = 0; list != NULL && j < list->n; j++)
				examples += members(list->items[j]);
		}
		items += yaml_get(l->files[i].root, "weigh") != NULL;
		examples += length(yaml_get(l->files[i].root, "cases"));
	}
	l->example_cap = examples < RULESET_EXAMPLES_MAX ? examples : RULESET_EXAMPLES_MAX;
	if (items > RULESET_ITEMS_MAX) {
		diags_add(l->diags, DIAG_ERROR, NULL, 0, 0, "%zu signs and rules; a set may have %u", items,
		    RULESET_ITEMS_MAX);
		return false;
	}
	s->items = arena_array(s->arena, items, sizeof *s->items);
	s->item_list = arena_array(s->arena, items, sizeof(*s->item_list));
	s->examples = arena_array(s->arena, l->example_cap, sizeof *s->examples);
	l->item_yaml = arena_array(l->trees, items, sizeof(*l->item_yaml));
	l->item_file = arena_array(l->trees, items, sizeof(*l->item_file));
	return words_room(l) && !arena_failed(s->arena) && !arena_failed(l->trees);
}

static void define_all(struct loader *l)
{
	for (size_t i = 0; i < l->nfiles; i++) {
		const struct pattern_file *f = &l->files[i];
		const struct yaml *signs = list_of(l, f, "signs"), *rules = list_of(l, f, "rules");

		for (size_t k = 0; signs != NULL && k < signs->n; k++)
			define_item(l, f, ITEM_SIGN, signs->items[k]);
		for (size_t k = 0; rules != NULL && k < rules->n; k++)
			define_item(l, f, ITEM_RULE, rules->items[k]);
		words_define(l, f);
	}
	for (size_t i = 0; i < l->nfiles; i++) {
		struct pattern_file *f = &l->files[i];
		const struct yaml *cases = list_of(l, f, "cases");

		for (size_t k = 0; cases != NULL && k < cases->n; k++)
			f->cases_wrong |= !cases_define(l, f, cases->items[k]);
		f->cases_wrong |= cases == NULL && yaml_get(f->root, "cases") != NULL;
	}
	link_index(l);
	for (size_t i = 0; i < l->set->nitems; i++) {
		l->set->item_list[i] = &l->set->items[i].item;
		define_conditions(l, i);
	}
}

/* A file with signs needs messages both ways: they are the examples of its signs. */
static void check_cases(struct loader *l, const struct pattern_file *f)
{
	const struct yaml *signs = list_of(NULL, f, "signs"), *cases = list_of(NULL, f, "cases");
	bool hit = false, none = false;

	if (f->family == NULL || f->family->kind != FAMILY_LURE || signs == NULL || signs->n == 0 || f->cases_wrong ||
	    f->root->broken)
		return;
	for (size_t i = 0; cases != NULL && i < cases->n; i++) {
		const struct yaml *expect = yaml_get(cases->items[i], "expect");

		if (expect != NULL && expect->kind == YAML_SCALAR) {
			hit |= span_is(expect->value, f->family->id);
			none |= span_is(expect->value, "none");
		}
	}
	if (!hit)
		load_error(l, f, signs, "signs need examples: a case with 'expect: %s' is missing", f->family->id);
	if (!none)
		load_error(l, f, signs, "signs need examples: a case with 'expect: none' is missing");
}

/* Letters that end no word of a log line; all else becomes '_'. */
static void write_plain(struct buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+";

	for (size_t i = 0; i < RULESET_VERSION_BYTES && text[i] != '\0'; i++)
		buf_byte(out, strchr(plain, text[i]) != NULL ? text[i] : '_');
}

static bool same_version(const struct pattern_file *a, const struct pattern_file *b)
{
	return strcmp(a->origin, b->origin) == 0 && strcmp(a->version, b->version) == 0;
}

static void name_version(struct loader *l)
{
	struct buf text = BUF_ARENA(l->set->arena, 0);
	size_t n = 0;

	for (size_t i = 0; i < l->nfiles; i++) {
		size_t k = 0;

		while (k < i && !same_version(&l->files[k], &l->files[i]))
			k++;
		if (k < i || ++n > RULESET_VERSIONS)
			continue;
		buf_str(&text, n > 1 ? "," : "");
		write_plain(&text, l->files[i].origin);
		buf_byte(&text, '/');
		write_plain(&text, l->files[i].version);
	}
	if (n > RULESET_VERSIONS)
		buf_printf(&text, ",+%zu", n - RULESET_VERSIONS);
	l->set->version = buf_cstr(&text);
}

/* false: there is no set that could be looked at further. */
static bool load_files(struct loader *l)
{
	struct ruleset *s = l->set;

	for (size_t i = 0; i < s->nsources; i++)
		open_file(l, &s->sources[i], s->trusts[i]);
	name_version(l);
	if (!make_room(l))
		return false;
	terms_collect(l);
	define_all(l);
	terms_finish(l);
	for (size_t i = 0; i < l->nfiles; i++)
		check_cases(l, &l->files[i]);
	override_apply(l);
	exception_define(l);
	link_order(l);
	needs_index(l);
	if (l->lint && l->diags->errors == l->errors_before)
		lint_set(l);
	return true;
}

static struct ruleset *new_set(const struct ruleset_options *o)
{
	struct ruleset *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	atomic_init(&s->holders, 1);
	s->limits = o->limits.regex_match != 0 ? o->limits : LIMITS_DEFAULT;
	s->arena = arena_new(RULESET_BYTES_MAX);
	s->families = s->arena != NULL ? arena_array(s->arena, RULESET_FILES_MAX, sizeof(*s->families)) : NULL;
	if (s->families == NULL) {
		ruleset_release(s);
		return NULL;
	}
	return s;
}

static int load_set(struct ruleset *s, const struct paths *p, const struct ruleset_options *o, struct diags *d)
{
	struct loader l = { .set = s, .diags = d, .today = o->today, .lint = o->lint, .one_by_one = o->one_by_one,
		.errors_before = d->errors };
	int rc = sources_read(s, p, d), failed = 0;
	bool linked = false;

	l.incomplete = rc != 0;
	l.trees = arena_new(RULESET_BYTES_MAX);
	l.scratch = regex_scratch_new(&s->limits);
	l.files = calloc(p->n + 1, sizeof *l.files);
	if (l.trees == NULL || l.scratch == NULL || l.files == NULL || fold_init() < 0)
		l.trouble = true;
	else
		linked = load_files(&l);
	if (l.trouble || arena_failed(s->arena) || (l.trees != NULL && arena_failed(l.trees)))
		rc = -ENOMEM;
	else if (linked && o->examples) /* also beside errors: of what has none */
		failed = examples_match(s, example_diag, d);
	for (size_t i = 0; i < l.nfiles; i++)
		yaml_close(l.files[i].yaml);
	free(l.files);
	regex_scratch_free(l.scratch);
	arena_free(l.trees);
	return rc != 0 ? rc : failed;
}

struct ruleset *ruleset_load(const char *const *paths, size_t n, const struct ruleset_options *o, struct diags *d,
    int *trouble)
{
	struct ruleset *s = new_set(o);
	size_t before = d->errors;
	struct paths files = { 0 };
	int rc = s == NULL ? -ENOMEM : sources_list(paths, n, &files, d), rc2 = 0;

	if (files.n > RULESET_FILES_MAX)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "%zu pattern files; a set may have %u", files.n,
		    RULESET_FILES_MAX);
	else if (s != NULL)
		rc2 = load_set(s, &files, o, d);
	*trouble = rc2 != 0 ? rc2 : rc;
	sources_forget(&files);
	if (*trouble != 0 || d->errors != before) {
		ruleset_release(s);
		return NULL;
	}
	return s;
}
