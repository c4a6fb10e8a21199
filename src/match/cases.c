#include <config.h>

#include "match/cases.h"

#include "base/suggest.h"
#include "match/define.h"
#include "match/schema.h"

static struct example *add_example(struct loader *l, const struct pattern_file *f, const struct yaml *y,
    enum example_kind kind)
{
	struct ruleset *s = l->set;
	struct example *e;

	if (s->nexamples == l->example_cap) {
		load_error(l, f, y, "more than %u examples", RULESET_EXAMPLES_MAX);
		return NULL;
	}
	e = &s->examples[s->nexamples++];
	*e = (struct example){ .kind = kind, .source = f->source, .line = y->line, .column = y->column };
	return e;
}

/* The field that an example without a field's name belongs to. */
static enum field_id example_field(const struct compiled_item *c)
{
	if (c->slots & SLOT_BIT(FIELD_BODY))
		return FIELD_BODY;
	for (size_t i = 0; i < FIELD_HEADER; i++)
		if (c->slots & SLOT_BIT(i))
			return (enum field_id)i;
	return FIELD_BODY;
}

static void read_example_map(struct loader *l, const struct pattern_file *f, const struct yaml *y, struct example *e)
{
	for (size_t i = 0; i < y->n; i++) {
		int slot = define_slot(l, f, y->keys[i]);

		if (slot >= FIELD_HEADER)
			load_error(l, f, y->keys[i], "examples cannot hold other headers");
		else if (slot >= 0 && y->items[i]->kind != YAML_SCALAR)
			load_error(l, f, y->items[i], "an example's field must be a text");
		else if (slot >= 0)
			e->text[slot] = arena_copy(l->set->arena, y->items[i]->value);
	}
}

void cases_examples(struct loader *l, const struct pattern_file *f, const struct yaml *y, const struct compiled_item *c,
    const char *key, enum example_kind kind)
{
	const struct yaml *v = yaml_get(y, key);
	struct yaml_items list;

	if (v == NULL || !schema_list(l, f, v, RULESET_EXAMPLES_MAX, &list))
		return;
	for (size_t i = 0; i < list.n; i++) {
		const struct yaml *one = schema_item(&list, i);
		struct example *e = add_example(l, f, one, kind);

		if (e == NULL)
			return;
		e->item = &c->item;
		if (one->kind == YAML_SCALAR)
			e->text[example_field(c)] = arena_copy(l->set->arena, one->value);
		else if (one->kind == YAML_MAP)
			read_example_map(l, f, one, e);
		else
			load_error(l, f, one, "an example is a text, or a map of fields and texts");
	}
}

/* `expect`: none, tag, or a lure of the set. */
static bool check_expect(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *expect)
{
	const char *names[RULESET_FAMILIES_MAX + 2] = { "none", "tag" };
	size_t n = 2;

	for (size_t i = 0; i < l->set->nfamilies; i++)
		if (l->set->families[i]->kind == FAMILY_LURE)
			names[n++] = l->set->families[i]->id;
	for (size_t i = 0; i < n; i++)
		if (strcmp(expect, names[i]) == 0)
			return true;
	if (l->incomplete || l->nameless)
		return false;
	const char *near = suggest(span_str(expect), names, n);

	if (near != NULL)
		load_error(l, f, y, "no lure '%s' is loaded; did you mean '%s'?", expect, near);
	else
		load_error(l, f, y, "no lure '%s' is loaded: 'expect' is none, tag, or a lure's name", expect);
	return false;
}

bool cases_define(struct loader *l, const struct pattern_file *f, const struct yaml *y)
{
	static const char *const keys[] = { "subject", "from-name", "body", "expect", "title", "comment" };
	struct example *e = add_example(l, f, y, EXAMPLE_CASE);

	if (e == NULL || !schema_map(l, f, y, "a case", keys, 6))
		return false;
	for (size_t i = 0; i < y->n; i++) {
		enum field_id id = span_is(y->keys[i]->value, "subject") ? FIELD_SUBJECT
		    : span_is(y->keys[i]->value, "from-name")            ? FIELD_FROM_NAME
		    : span_is(y->keys[i]->value, "body")                 ? FIELD_BODY
		                                                         : FIELD_N;

		if (id != FIELD_N && y->items[i]->kind != YAML_SCALAR)
			load_error(l, f, y->items[i], "'%s' must be a text", y->keys[i]->value.p);
		else if (id != FIELD_N)
			e->text[id] = arena_copy(l->set->arena, y->items[i]->value);
	}
	if (e->text[FIELD_SUBJECT].n == 0 && e->text[FIELD_BODY].n == 0)
		load_error(l, f, y, "a case needs a subject or a body");
	schema_text(l, f, y, "title", false);
	schema_text(l, f, y, "comment", false);
	e->expect = schema_text(l, f, y, "expect", true);
	return e->expect != NULL && check_expect(l, f, yaml_get(y, "expect"), e->expect);
}
