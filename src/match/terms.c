#include <config.h>

#include "match/terms.h"

#include <stdlib.h>

#include "base/suggest.h"
#include "match/reading.h"
#include "match/schema.h"

struct term {
	struct span name;
	const struct pattern_file *file;
	const struct yaml *key, *value;
	const struct pattern *tree;
	enum { TERM_NEW, TERM_OPEN, TERM_DONE } state;
	bool broken; /* it, or a term in it, is wrong, which has been reported */
	bool used; /* by a pattern or another term */
};

/* Who asks for terms, and what was not found. */
struct asker {
	struct loader *l;
	const struct pattern_file *file;
	struct span unknown;
	bool circle;
};

static bool in_common(const struct pattern_file *f)
{
	return f->family != NULL && f->family->kind == FAMILY_COMMON;
}

static struct term *find_in(struct loader *l, struct span name, const struct pattern_file *f, bool common)
{
	for (size_t i = 0; i < l->nterms; i++)
		if ((common ? in_common(l->terms[i].file) : l->terms[i].file == f) && span_eq(l->terms[i].name, name))
			return &l->terms[i];
	return NULL;
}

static void collect_file(struct loader *l, const struct pattern_file *f)
{
	const struct yaml *terms = yaml_get(f->root, "terms");

	if (terms == NULL)
		return;
	if (terms->kind != YAML_MAP) {
		load_error(l, f, terms, "'terms' must be a map of names and patterns");
		l->misnamed = true;
		return;
	}
	for (size_t i = 0; i < terms->n; i++) {
		const struct yaml *key = terms->keys[i];
		const struct term *before = in_common(f) ? find_in(l, key->value, f, true) : NULL;

		if (!schema_is_name(key->value, false)) {
			load_error(l, f, key, "a term's name is made of a-z, 0-9 and -");
			l->misnamed = true;
		}
		if (before != NULL)
			load_error(l, f, key, "term '%s' is defined in %s already", key->value.p,
			    before->file->source->name);
		if (l->nterms < RULESET_TERMS_MAX)
			l->terms[l->nterms++] = (struct term){ .name = key->value, .key = key, .file = f,
			    .value = terms->items[i] };
		else
			load_error(l, f, key, "more than %u terms", RULESET_TERMS_MAX);
	}
}

void terms_collect(struct loader *l)
{
	l->terms = arena_array(l->trees, RULESET_TERMS_MAX, sizeof *l->terms);
	for (size_t i = 0; l->terms != NULL && i < l->nfiles; i++)
		collect_file(l, &l->files[i]);
}

/* What stands for a term that is wrong: the mistake is reported once, where it is. */
static const struct pattern *stub(struct loader *l)
{
	struct pattern_error e;

	l->stubbed = true;
	return pattern_parse(l->trees, span_str("stub"), NULL, NULL, &e);
}

static const struct pattern *parse_reading(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	struct pattern_error e = { 0 };
	const struct pattern *p;
	unsigned line, column;

	if (y->kind != YAML_SCALAR)
		load_error(l, f, y, "a reading must be a text");
	if (y->kind != YAML_SCALAR || y->broken)
		return NULL;
	p = reading_pattern(l->trees, terms_text(y), &e);
	if (p == NULL && !arena_failed(l->trees)) {
		yaml_position(f->yaml, y, e.offset, &line, &column);
		diags_add(l->diags, DIAG_ERROR, f->source, line, column, "%s", e.text);
	}
	return p;
}

/* What a term stands for while it is put together. */
struct sum {
	const struct pattern **trees;
	size_t n;
	bool wrong; /* a member is, which has been reported */
};

static void add_members(struct loader *l, const struct pattern_file *f, const struct yaml *value, struct sum *sum,
    const struct pattern *(*parse)(struct loader *, const struct pattern_file *, const struct yaml *))
{
	struct yaml_items list;

	if (!schema_list(l, f, value, RULESET_OPERANDS_MAX, &list)) {
		sum->wrong = true;
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		const struct pattern *p = parse(l, f, schema_item(&list, i));

		sum->wrong |= p == NULL;
		if (p != NULL)
			sum->trees[sum->n++] = p;
	}
}

static const struct pattern *parse_value(struct loader *l, const struct pattern_file *f, const struct yaml *value)
{
	static const char *const keys[] = { "any", "kana", "title", "comment" };
	struct sum sum = { .trees = arena_array(l->trees, (size_t)2 * RULESET_OPERANDS_MAX, sizeof(*sum.trees)) };
	const struct yaml *any = value, *kana = NULL;
	size_t errors = l->diags->errors;

	if (sum.trees == NULL)
		return NULL;
	if (value->kind == YAML_MAP) {
		schema_map(l, f, value, "a term", keys, sizeof keys / sizeof *keys);
		any = yaml_get(value, "any");
		kana = yaml_get(value, "kana");
		schema_text(l, f, value, "title", false);
		schema_text(l, f, value, "comment", false);
	}
	if (any != NULL)
		add_members(l, f, any, &sum, terms_parse);
	if (kana != NULL)
		add_members(l, f, kana, &sum, parse_reading);
	if (any == NULL && kana == NULL && l->diags->errors == errors) /* else the key has another name */
		load_error(l, f, value, "a term needs 'any' with its patterns, or 'kana' with its readings");
	return sum.n > 0 && !sum.wrong ? pattern_any(l->trees, sum.trees, sum.n) : NULL;
}

/* Recursion through terms_parse() is as deep as terms in terms are; circles and PATTERN_DEPTH_MAX end it. */
static const struct pattern *term_tree(struct loader *l, struct term *t)
{
	bool before = l->stubbed;

	l->stubbed = false;
	if (t->state == TERM_NEW) {
		t->state = TERM_OPEN;
		if (++l->term_depth <= PATTERN_DEPTH_MAX)
			t->tree = parse_value(l, t->file, t->value);
		else
			load_error(l, t->file, t->value, "terms are nested too deeply");
		l->term_depth--;
		t->state = TERM_DONE;
		t->broken = l->stubbed || t->tree == NULL;
	}
	l->stubbed = before || t->broken;
	return t->tree != NULL ? t->tree : stub(l);
}

static const struct pattern *ask(void *arg, struct span name)
{
	struct asker *a = arg;
	struct term *t = find_in(a->l, name, a->file, false);

	if (t == NULL)
		t = find_in(a->l, name, a->file, true);
	if (t == NULL) {
		a->unknown = name;
		return a->l->incomplete || a->l->misnamed ? stub(a->l) : NULL;
	}
	t->used = true;
	if (t->state == TERM_OPEN) {
		a->circle = true;
		return NULL;
	}
	return term_tree(a->l, t);
}

static const char *near_term(const struct asker *a)
{
	const char **names = calloc(a->l->nterms + 1, sizeof *names), *near;
	size_t n = 0;

	for (size_t i = 0; names != NULL && i < a->l->nterms; i++)
		if (a->l->terms[i].file == a->file || in_common(a->l->terms[i].file))
			names[n++] = a->l->terms[i].name.p;
	near = suggest(a->unknown, names, n);
	free(names);
	return near;
}

struct span terms_text(const struct yaml *scalar)
{
	struct span s = scalar->value;

	while (scalar->style == YAML_LITERAL && s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	return s;
}

const struct pattern *terms_parse(struct loader *l, const struct pattern_file *f, const struct yaml *scalar)
{
	struct asker a = { .l = l, .file = f };
	struct pattern_error e = { 0 };
	const struct pattern *p;
	const char *near;
	unsigned line, column;

	if (scalar->broken)
		return NULL;
	if (scalar->kind != YAML_SCALAR) {
		load_error(l, f, scalar, "a pattern must be a text");
		return NULL;
	}
	if (scalar->style == YAML_DOUBLE || scalar->style == YAML_FOLDED) {
		load_error(l, f, scalar, "write a pattern plain, in single quotes or as a literal block (|): %s",
		    scalar->style == YAML_DOUBLE ? "in double quotes backslashes mean something else"
		                                 : "a folded block changes its blanks");
		return NULL;
	}
	if (terms_text(scalar).n == 0) {
		load_error(l, f, scalar, "this pattern is empty");
		return NULL;
	}
	p = pattern_parse(l->trees, terms_text(scalar), ask, &a, &e);
	if (p != NULL || arena_failed(l->trees))
		return p;
	yaml_position(f->yaml, scalar, e.offset, &line, &column);
	near = a.unknown.n > 0 ? near_term(&a) : NULL;
	if (a.circle)
		diags_add(l->diags, DIAG_ERROR, f->source, line, column, "this term contains itself");
	else if (near != NULL)
		diags_add(l->diags, DIAG_ERROR, f->source, line, column, "%s; did you mean <%s>?", e.text, near);
	else
		diags_add(l->diags, DIAG_ERROR, f->source, line, column, "%s", e.text);
	return NULL;
}

void terms_finish(struct loader *l)
{
	for (size_t i = 0; i < l->nterms; i++)
		term_tree(l, &l->terms[i]);
}

/* Is there another file of the same origin that the terms of `f` could serve? */
static bool serves_others(const struct loader *l, const struct pattern_file *f)
{
	for (size_t i = 0; i < l->nfiles; i++)
		if (&l->files[i] != f && strcmp(l->files[i].origin, f->origin) == 0)
			return true;
	return false;
}

void terms_lint(struct loader *l)
{
	for (size_t i = 0; i < l->nterms; i++) {
		const struct term *t = &l->terms[i];

		if (!t->used && (!in_common(t->file) || serves_others(l, t->file)))
			diags_add(l->diags, DIAG_WARNING, t->file->source, t->key->line, t->key->column,
			    "no pattern and no term uses <%.*s>", SPAN_ARG(t->name));
	}
}
