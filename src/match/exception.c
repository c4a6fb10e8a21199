#include <config.h>

#include "match/exception.h"

#include <ctype.h>

#include "match/dates.h"
#include "match/schema.h"

#define ADDRESS_MAX 320u /* RFC 5321: 64 before the @, 255 behind it */

/* Whose lists are read. */
struct keys {
	struct loader *l;
	const struct pattern_file *f;
	size_t *total; /* members of all lists of the set */
};

static bool list_under(const struct keys *k, const struct yaml *map, const char *key, struct yaml_items *ret)
{
	const struct yaml *y = yaml_get(map, key);

	if (y == NULL || !schema_list(k->l, k->f, y, RULESET_OPERANDS_MAX, ret))
		return false;
	*k->total += ret->n;
	if (*k->total <= RULESET_EXCEPTION_KEYS_MAX)
		return true;
	load_error(k->l, k->f, y, "the exceptions of this set have more than %u domains, clients and recipients",
	    RULESET_EXCEPTION_KEYS_MAX);
	return false;
}

static char *lower_copy(struct loader *l, struct span text)
{
	char *copy = arena_alloc(l->set->arena, text.n + 1);

	for (size_t i = 0; copy != NULL && i < text.n; i++)
		copy[i] = (char)tolower((unsigned char)text.p[i]);
	return copy;
}

/* "news.example", or ".news.example" for all below it. */
static bool is_domain(struct span s)
{
	bool dot = false;

	if (s.n > 0 && s.p[0] == '.')
		s = span_from(s, 1);
	if (s.n == 0 || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = (char)tolower((unsigned char)s.p[i]);

		dot |= c == '.';
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return false;
	}
	return dot;
}

static bool is_recipient(struct span s)
{
	const char *at = s.n > 0 ? memrchr(s.p, '@', s.n) : NULL;
	struct span domain = at != NULL ? span_from(s, (size_t)(at - s.p) + 1) : s;

	return s.n <= ADDRESS_MAX && is_domain(domain) && (at == NULL || (at > s.p && domain.p[0] != '.'));
}

static void read_names(const struct keys *k, const struct yaml *map, const char *key, bool (*good)(struct span),
    const char *wanted, const struct span **ret, size_t *n)
{
	struct yaml_items list;
	struct span *v;

	if (!list_under(k, map, key, &list))
		return;
	v = arena_array(k->l->set->arena, list.n, sizeof *v);
	for (size_t i = 0; v != NULL && i < list.n; i++) {
		const struct yaml *y = schema_item(&list, i);
		struct span text = span_trim(y->value);

		if (y->kind != YAML_SCALAR || !good(text))
			load_error(k->l, k->f, y, "%s", wanted);
		else
			v[(*n)++] = span(lower_copy(k->l, text), text.n);
	}
	*ret = v;
}

static void read_clients(const struct keys *k, const struct yaml *map, struct exception *e)
{
	struct yaml_items list;
	struct network *v;

	if (!list_under(k, map, "client", &list))
		return;
	v = arena_array(k->l->set->arena, list.n, sizeof *v);
	for (size_t i = 0; v != NULL && i < list.n; i++) {
		const struct yaml *y = schema_item(&list, i);
		bool host;

		if (y->kind != YAML_SCALAR || !network_parse(span_trim(y->value), &v[e->nclients], &host))
			load_error(k->l, k->f, y,
			    "this is no network: write 192.0.2.0/24, 2001:db8::/32 or an address");
		else if (host)
			load_error(k->l, k->f, y, "this network has bits behind its mask");
		else
			e->nclients++;
	}
	e->clients = v;
}

/* --- what it spares --- */

static void read_spared(struct loader *l, const struct pattern_file *f, const struct yaml *map, struct exception *e)
{
	const struct yaml *y = yaml_get(map, "spare");
	struct yaml_items list;
	const struct item **items;
	const struct family **families;

	if (y == NULL) {
		load_error(l, f, map, "'spare' is missing: lures, signs or rules, or 'all'");
		return;
	}
	if (y->kind == YAML_SCALAR && span_is(span_trim(y->value), "all")) {
		e->all = true;
		return;
	}
	if (!schema_list(l, f, y, RULESET_OPERANDS_MAX, &list))
		return;
	items = arena_array(l->set->arena, list.n, sizeof(*items));
	families = arena_array(l->set->arena, list.n, sizeof(*families));
	for (size_t i = 0; items != NULL && families != NULL && i < list.n; i++) {
		const struct yaml *one = schema_item(&list, i);
		const char *id = one->kind == YAML_SCALAR && one->value.n > 0 ? one->value.p : NULL;

		if (id == NULL)
			load_error(l, f, one, "this must be the id of a lure, a sign or a rule");
		else if ((families[e->nfamilies] = ruleset_lure(l->set, id)) != NULL)
			e->nfamilies++;
		else if ((items[e->nitems] = ruleset_find(l->set, id)) != NULL)
			e->nitems++;
		else if (!l->incomplete)
			diags_add(l->diags, DIAG_WARNING, f->source, one->line, one->column,
			    "'%s' is not there: this exception spares nothing by it", id);
	}
	e->items = items;
	e->families = families;
}

/* --- one of them --- */

static bool name_is_free(struct loader *l, const struct pattern_file *f, const struct yaml *at, const char *name)
{
	const struct ruleset *s = l->set;

	if (!schema_is_name(span_str(name), true)) {
		load_error(l, f, at, "the name of an exception is made of a-z, 0-9, '-' and '.'");
		return false;
	}
	for (size_t i = 0; i < s->nexceptions; i++) {
		const struct exception *e = &s->exceptions[i];

		if (strcmp(e->name, name) != 0)
			continue;
		load_error(l, f, at, "the exception '%s' is defined already, in %s:%u", name, e->file, e->line);
		return false;
	}
	return true;
}

/* false: it does not count, and why has been said. */
static bool in_time(struct loader *l, const struct pattern_file *f, const struct yaml *y, const char *name)
{
	const struct yaml *until;
	bool passed;

	if (!dates_read_since(l, f, y) || !dates_read_until(l, f, y, &until, &passed))
		return false;
	if (passed)
		diags_add(l->diags, DIAG_WARNING, f->source, until->line, until->column,
		    "'%s' spares nothing any more: this exception has ended", name);
	return !passed;
}

static void define_one(struct loader *l, const struct pattern_file *f, const struct yaml *y, size_t *total)
{
	static const char *const keys[] = { "exception", "domain", "client", "recipient", "spare", "reason", "date",
		"until" };
	const struct keys k = { l, f, total };
	struct exception e = { .file = f->source->name, .line = y->line };

	if (!schema_map(l, f, y, "an exception", keys, sizeof keys / sizeof *keys))
		return;
	e.name = schema_text(l, f, y, "exception", true);
	e.reason = schema_text(l, f, y, "reason", true);
	if (yaml_get(y, "domain") == NULL && yaml_get(y, "client") == NULL && yaml_get(y, "recipient") == NULL)
		load_error(l, f, y, "'domain', 'client' or 'recipient' is missing: for whom is this exception?");
	read_names(&k, y, "domain", is_domain,
	    "this is no domain: write news.example, or .news.example for all below it", &e.domains, &e.ndomains);
	read_clients(&k, y, &e);
	read_names(&k, y, "recipient", is_recipient,
	    "this is no recipient: write an address, a domain, or .example.jp for all below it", &e.recipients,
	    &e.nrecipients);
	read_spared(l, f, y, &e);
	if (e.name != NULL && name_is_free(l, f, yaml_get(y, "exception"), e.name) && in_time(l, f, y, e.name))
		l->set->exceptions[l->set->nexceptions++] = e;
}

/* The list under the key; NULL where there is none, and where it is no list an error. */
static const struct yaml *list_of(struct loader *l, const struct pattern_file *f)
{
	const struct yaml *list = yaml_get(f->root, "exceptions");

	if (list != NULL && !load_trusted(l, f, list, "exceptions"))
		return NULL;
	if (list == NULL || list->kind == YAML_LIST)
		return list;
	load_error(l, f, list, "'exceptions' must be a list: lines that begin with '- '");
	return NULL;
}

void exception_define(struct loader *l)
{
	size_t n = 0, total = 0;

	for (size_t i = 0; i < l->nfiles; i++) {
		const struct yaml *list = yaml_get(l->files[i].root, "exceptions");

		n += list != NULL && list->kind == YAML_LIST ? list->n : 0;
	}
	if (n > RULESET_EXCEPTIONS_MAX) {
		diags_add(l->diags, DIAG_ERROR, NULL, 0, 0, "%zu exceptions; a set may have %u", n,
		    RULESET_EXCEPTIONS_MAX);
		return;
	}
	l->set->exceptions = arena_array(l->set->arena, n, sizeof *l->set->exceptions);
	for (size_t i = 0; l->set->exceptions != NULL && i < l->nfiles; i++) {
		const struct yaml *list = list_of(l, &l->files[i]);

		for (size_t k = 0; list != NULL && k < list->n; k++)
			define_one(l, &l->files[i], list->items[k], &total);
	}
}
