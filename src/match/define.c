#include <config.h>

#include "match/define.h"

#include <ctype.h>

#include "match/cases.h"
#include "match/link.h"
#include "match/override.h"
#include "match/schema.h"
#include "match/terms.h"

#define HEADER_NAME_MAX 64u

static const char *const scopes[SCOPE_N] = { "sentence", "3-sentences", "paragraph", "message", NULL };
static const char *const voices[] = { "any", "own", "quoted" };

static bool in_context(const struct pattern_file *f)
{
	return f->family != NULL && f->family->kind == FAMILY_CONTEXT;
}

static void read_id(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const struct yaml *at = yaml_get(y, "id");
	const char *id = schema_text(l, f, y, "id", true);
	size_t n;

	c->item.id = "?";
	if (id == NULL)
		return;
	c->item.id = id;
	if (f->family == NULL)
		return;
	n = strlen(f->family->id);
	if (!schema_is_name(span_str(id), true))
		load_error(l, f, at, "an id is made of a-z, 0-9, '-' and '.', and ends with neither of these");
	else if (strncmp(id, f->family->id, n) != 0 || id[n] != '.')
		load_error(l, f, at, "ids of this file begin with '%s.'", f->family->id);
}

static void read_roles(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const char *key = c->item.kind == ITEM_SIGN ? "role" : "roles";
	const struct yaml *roles = yaml_get(y, key);
	const char *names[ROLE_N];
	struct yaml_items list;
	size_t r;

	for (r = 0; r < ROLE_N; r++)
		names[r] = role_name((enum role)r);
	if (roles == NULL) {
		if (!in_context(f) && c->item.kind == ITEM_SIGN)
			load_error(l, f, y, "'%s' is missing", key);
		return;
	}
	if (in_context(f)) {
		load_error(l, f, roles, "counter-evidence has no role");
		return;
	}
	if (c->item.kind == ITEM_SIGN && roles->kind != YAML_SCALAR) {
		load_error(l, f, roles, "a sign has one role");
		return;
	}
	if (!schema_list(l, f, roles, ROLE_N, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (schema_choice(l, f, schema_item(&list, i), "role", names, ROLE_N, &r))
			c->item.roles |= ROLE_BIT(r);
}

/* The slot of "header:NAME", or -1. */
static int header_slot(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	struct ruleset *s = l->set;
	char lower[HEADER_NAME_MAX];
	size_t n = y->value.n - 7;

	if (n == 0 || n >= sizeof lower) {
		load_error(l, f, y, "a header's name has 1 to %u characters", HEADER_NAME_MAX - 1);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)y->value.p[7 + i]);
	for (size_t k = 0; k < s->nheaders; k++)
		if (span_is(span(lower, n), s->headers[k]))
			return (int)(FIELD_HEADER + k);
	if (s->nheaders == RULESET_HEADERS_MAX) {
		load_error(l, f, y, "more than %u different headers", RULESET_HEADERS_MAX);
		return -1;
	}
	s->headers[s->nheaders] = arena_copy(s->arena, span(lower, n)).p;
	return (int)(FIELD_HEADER + s->nheaders++);
}

int define_slot(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	const char *names[FIELD_N];
	size_t at;

	for (size_t i = 0; i < FIELD_N; i++)
		names[i] = field_name((enum field_id)i);
	if (y->kind == YAML_SCALAR && y->value.n >= 7 && memcmp(y->value.p, "header:", 7) == 0)
		return header_slot(l, f, y);
	names[FIELD_HEADER] = "header:NAME";
	return schema_choice(l, f, y, "field", names, FIELD_N, &at) ? (int)at : -1;
}

static void read_fields(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const uint64_t usual = SLOT_BIT(FIELD_SUBJECT) | SLOT_BIT(FIELD_BODY);
	const struct yaml *fields = yaml_get(y, "fields");
	struct yaml_items list;

	c->slots = fields == NULL ? usual : 0;
	if (fields == NULL || !schema_list(l, f, fields, SLOT_N, &list))
		return;
	for (size_t i = 0; i < list.n; i++) {
		int slot = define_slot(l, f, schema_item(&list, i));

		if (slot >= 0 && in_context(f) && !(SLOT_BIT(slot) & usual))
			load_error(l, f, schema_item(&list, i), "counter-evidence is read in subject and body only");
		if (slot >= 0)
			c->slots |= SLOT_BIT(slot);
	}
}

static void read_scope(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const struct yaml *in = yaml_get(y, "in"), *within = yaml_get(y, "within"), *across = yaml_get(y, "across");
	unsigned long n;
	size_t at;

	c->scope = c->item.kind == ITEM_SIGN ? SCOPE_SENTENCE : SCOPE_SENTENCES_3;
	if (in != NULL && within != NULL)
		load_error(l, f, within, "'in' and 'within' exclude each other");
	if (in != NULL && schema_choice(l, f, in, "scope", scopes, SCOPE_WITHIN, &at))
		c->scope = (enum scope)at;
	if (within != NULL && schema_count(l, f, within, 1, RULESET_WITHIN_MAX, &n)) {
		c->scope = SCOPE_WITHIN;
		c->within = (uint32_t)n;
	}
	if (across != NULL)
		schema_bool(l, f, across, &c->across);
}

static void read_voice(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const unsigned own = ROLE_BIT(ROLE_ASK) | ROLE_BIT(ROLE_PRESSURE) | ROLE_BIT(ROLE_OFFER);
	const struct yaml *voice = yaml_get(y, "voice");
	size_t at;

	c->item.voice = (c->item.roles & own) != 0 || in_context(f) ? VOICE_OWN : VOICE_ANY;
	if (voice == NULL || !schema_choice(l, f, voice, "voice", voices, 3, &at))
		return;
	if (in_context(f) && at != VOICE_OWN)
		load_error(l, f, voice, "counter-evidence counts in the mail's own voice only");
	c->item.voice = (enum voice)at;
	c->voice_given = true;
}

static void read_points(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const struct yaml *points = yaml_get(y, "points");

	if (points == NULL)
		load_error(l, f, y, "'points' is missing");
	else if (in_context(f) && !load_trusted(l, f, points, "counter-evidence"))
		return;
	else if (in_context(f))
		schema_points(l, f, points, DEFINE_CONTEXT_MIN, 0, &c->item.points);
	else
		schema_points(l, f, points, 0, DEFINE_POINTS_MAX, &c->item.points);
}

static void read_flaws(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct compiled_item *c)
{
	const struct yaml *flaws = yaml_get(y, "flaws");
	const char *names[FLAW_N];
	struct yaml_items list;
	size_t at;

	for (size_t i = 0; i < FLAW_N; i++)
		names[i] = flaw_name((enum flaw)i);
	if (flaws == NULL || !schema_list(l, f, flaws, FLAW_N, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (schema_choice(l, f, schema_item(&list, i), "flaw", names, FLAW_N, &at))
			c->flaws |= (flaw_set)1 << at;
}

bool define_status(struct loader *l, const struct pattern_file *f, const struct yaml *y, enum status *ret)
{
	static const char *const names[] = { "stable", "test", "retired" };
	size_t at;

	if (!schema_choice(l, f, y, "status", names, sizeof names / sizeof *names, &at))
		return false;
	*ret = (enum status)at;
	return true;
}

struct compiled_item *define_new(struct loader *l, const struct pattern_file *f, enum item_kind kind,
    const struct yaml *y, const char *what, const char *const *keys, size_t nkeys)
{
	struct compiled_item *c = &l->set->items[l->set->nitems];
	const struct yaml *status;

	c->item = (struct item){ .kind = kind, .id = "?", .family = f->family, .origin = f->origin };
	c->item.file = f->source->name;
	c->item.line = y->line;
	c->item.column = y->column;
	c->item.index = l->set->nitems;
	l->item_yaml[l->set->nitems] = y;
	l->item_file[l->set->nitems++] = f;
	if (!schema_map(l, f, y, what, keys, nkeys))
		return NULL;
	read_id(l, f, y, c);
	if ((status = yaml_get(y, "status")) != NULL)
		define_status(l, f, status, &c->item.status);
	c->item.written = c->item.status;
	override_expire(l, f, y, &c->item.status);
	c->item.trust = f->trust;
	if ((f->expired || f->trust == TRUST_TEST) && c->item.status == STATUS_STABLE)
		c->item.status = STATUS_TEST;
	schema_text(l, f, y, "title", false);
	schema_text(l, f, y, "comment", false);
	schema_text(l, f, y, "source", false);
	schema_texts(l, f, y, "references");
	return c;
}

static void need_examples(struct loader *l, const struct pattern_file *f, const struct yaml *y,
    const struct compiled_item *c)
{
	bool match = yaml_get(y, "match") != NULL, pass = yaml_get(y, "pass") != NULL;

	if (c->item.kind == ITEM_RULE && c->item.status != STATUS_RETIRED && !(match && pass))
		load_error(l, f, y, "%s missing: a rule needs examples that hit and examples that pass",
		    match ? "'pass' is" : pass ? "'match' is" : "'match' and 'pass' are");
}

void define_item(struct loader *l, const struct pattern_file *f, enum item_kind kind, const struct yaml *y)
{
	static const char *const sign_keys[] = { "id", "role", "points", "any", "all", "at-least", "none", "unless",
		"fields", "in", "within", "across", "voice", "status", "expires", "match", "pass", "title", "comment",
		    "source", "references" };
	static const char *const rule_keys[] = { "id", "roles", "points", "any", "all", "at-least", "none", "unless",
		"fields", "in", "within", "across", "voice", "status", "expires", "match", "pass", "title", "comment",
		    "source", "references", "flaws" };
	size_t errors = l->diags->errors;
	struct compiled_item *c = kind == ITEM_SIGN ?
	    define_new(l, f, kind, y, "a sign", sign_keys, sizeof sign_keys / sizeof *sign_keys) :
	    define_new(l, f, kind, y, "a rule", rule_keys, sizeof rule_keys / sizeof *rule_keys);

	if (c == NULL)
		return;
	read_roles(l, f, y, c);
	read_fields(l, f, y, c);
	read_scope(l, f, y, c);
	read_voice(l, f, y, c);
	read_flaws(l, f, y, c);
	c->broken = l->diags->errors != errors || y->broken;
	read_points(l, f, y, c);
	need_examples(l, f, y, c);
	cases_examples(l, f, y, c, "match", EXAMPLE_MATCH);
	cases_examples(l, f, y, c, "pass", EXAMPLE_PASS);
}

/* A member of any, all ...: the id of an item, or a pattern. */
static bool read_operand(struct loader *l, const struct compiled_item *c, const struct yaml *y, struct operand *ret,
    bool *stubbed)
{
	long found = -1;
	bool meant = false;

	if (y->kind == YAML_SCALAR) {
		ret->text = arena_copy(l->set->arena, terms_text(y));
		found = link_item(l, c, y, &meant);
	}
	if (found >= 0) {
		ret->item = true;
		ret->index = (uint32_t)found;
		return true;
	}
	if (meant)
		return false;
	found = link_pattern(l, c, y);
	*stubbed |= l->stubbed;
	ret->index = (uint32_t)found;
	return found >= 0;
}

static struct operands read_operands(struct loader *l, struct compiled_item *c, const struct yaml *list)
{
	const struct pattern_file *f = l->item_file[c->item.index];
	struct operands ret = { NULL, 0 };
	struct yaml_items items;
	struct operand *v;

	if (list == NULL || !schema_list(l, f, list, RULESET_OPERANDS_MAX, &items))
		return ret;
	v = arena_array(l->set->arena, items.n, sizeof *v);
	for (size_t i = 0; v != NULL && i < items.n; i++)
		ret.n += read_operand(l, c, schema_item(&items, i), &v[ret.n], &c->broken);
	c->broken |= ret.n < items.n; /* also where nothing is said of it here */
	ret.v = v;
	return ret;
}

static void read_at_least(struct loader *l, struct compiled_item *c, const struct yaml *y)
{
	static const char *const keys[] = { "n", "of" };
	const struct pattern_file *f = l->item_file[c->item.index];
	const struct yaml *n, *of;
	unsigned long count;
	size_t errors;

	if (y == NULL)
		return;
	errors = l->diags->errors;
	if (!schema_map(l, f, y, "'at-least'", keys, 2))
		return;
	n = yaml_get(y, "n");
	of = yaml_get(y, "of");
	if (n == NULL || of == NULL || of->kind != YAML_LIST) {
		if (l->diags->errors == errors) /* else the key that is missing has another name */
			load_error(l, f, y, "'at-least' needs a number and a list: {n: 2, of: [...]}");
		return;
	}
	c->of = read_operands(l, c, of);
	if (schema_count(l, f, n, 1, of->n, &count))
		c->at_least = count;
}

void define_conditions(struct loader *l, size_t index)
{
	struct compiled_item *c = &l->set->items[index];
	const struct yaml *y = l->item_yaml[index];
	size_t errors = l->diags->errors;

	if (y->kind != YAML_MAP || c->item.kind == ITEM_WORDS)
		return;
	if (yaml_get(y, "any") == NULL && yaml_get(y, "all") == NULL && yaml_get(y, "at-least") == NULL)
		load_error(l, l->item_file[index], y,
		    "'any', 'all' or 'at-least' is missing: without a pattern it says nothing");
	c->all = read_operands(l, c, yaml_get(y, "all"));
	c->any = read_operands(l, c, yaml_get(y, "any"));
	read_at_least(l, c, yaml_get(y, "at-least"));
	c->none = read_operands(l, c, yaml_get(y, "none"));
	c->unless = read_operands(l, c, yaml_get(y, "unless"));
	c->broken |= l->diags->errors != errors;
}
