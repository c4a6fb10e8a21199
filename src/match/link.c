#include <config.h>

#include "match/link.h"

#include <stdlib.h>

#include "base/suggest.h"
#include "match/needs.h"
#include "match/schema.h"
#include "match/terms.h"
#include "match/trial.h"

struct named {
	const char *id;
	uint32_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

void link_index(struct loader *l)
{
	struct ruleset *s = l->set;
	struct named *v = arena_array(l->trees, s->nitems, sizeof *v);

	s->by_id = arena_array(s->arena, s->nitems, sizeof *s->by_id);
	if (v == NULL || s->by_id == NULL)
		return;
	for (size_t i = 0; i < s->nitems; i++)
		v[i] = (struct named){ s->items[i].item.id, (uint32_t)i };
	if (s->nitems > 0)
		qsort(v, s->nitems, sizeof *v, compare_named);
	for (size_t i = 0; i < s->nitems; i++) {
		const struct item *before = i > 0 ? &s->items[v[i - 1].index].item : NULL;

		s->by_id[i] = v[i].index;
		if (before == NULL || strcmp(before->id, v[i].id) != 0 || strcmp(v[i].id, "?") == 0)
			continue;
		/* which of them is meant elsewhere is not known */
		s->items[v[i - 1].index].broken = s->items[v[i].index].broken = true;
		load_error(l, l->item_file[v[i].index], yaml_get(l->item_yaml[v[i].index], "id"),
		    "id '%s' is defined already, in %s:%u", v[i].id, before->file, before->line);
	}
}

/* Could this be an id, and nothing that is worth looking for in text? */
static bool looks_like_id(const struct ruleset *s, struct span text)
{
	size_t slash = span_find(text, 0, span_str("/"));
	struct span id = slash < text.n ? span_from(text, slash + 1) : text;
	size_t dot = span_find(id, 0, span_str("."));

	if (dot == id.n || !schema_is_name(id, true) || (slash < text.n && !schema_is_name(span(text.p, slash), true)))
		return false;
	for (size_t i = 0; i < s->nfamilies; i++)
		if (span_is(span(id.p, dot), s->families[i]->id))
			return true;
	return false;
}

static const char *near_item(const struct ruleset *s, struct span wrong)
{
	const char **names = calloc(s->nitems + 1, sizeof *names), *near;
	size_t n = 0;

	if (span_find(wrong, 0, span_str(".")) == wrong.n)
		n = s->nitems; /* every id has a dot: do not compare words with them */
	for (; names != NULL && n < s->nitems; n++)
		names[n] = s->items[n].item.id;
	near = names != NULL && names[0] != NULL && schema_is_name(wrong, true) ? suggest(wrong, names, n) : NULL;
	free(names);
	return near;
}

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Has the item of this id been told that its id is wrong? */
static bool is_misnamed(const struct loader *l, const char *id)
{
	const struct item *item = ruleset_find(l->set, id);
	size_t n;

	if (item == NULL || item->family == NULL)
		return item != NULL;
	n = strlen(item->family->id);
	return !schema_is_name(span_str(id), true) || strncmp(id, item->family->id, n) != 0 || id[n] != '.';
}

long link_item(struct loader *l, const struct compiled_item *from, const struct yaml *scalar, bool *meant)
{
	const struct pattern_file *f = l->item_file[from->item.index];
	struct span text = terms_text(scalar);
	const struct item *found;
	const char *near;

	*meant = is_ascii(text) || scalar->broken;
	if (!is_ascii(text) || scalar->broken)
		return -1; /* nearly all patterns, and no id */
	found = ruleset_find(l->set, scalar->value.p);
	if (found == NULL) {
		near = near_item(l->set, text);
		*meant = near != NULL || looks_like_id(l->set, text);
		if (l->incomplete || !*meant)
			return -1;
		if (near != NULL && is_misnamed(l, near))
			return -1; /* what is wrong is that one's id */
		if (near != NULL)
			load_error(l, f, scalar, "no sign or rule '%s'; did you mean '%s'?", text.p, near);
		else
			load_error(l, f, scalar, "no sign or rule '%s'", text.p);
		return -1;
	}
	if (found->kind == ITEM_WORDS) {
		load_error(l, f, scalar, "'%s' is a list of words (%s:%u): nothing can refer to it", found->id,
		    found->file, found->line);
		return -1;
	}
	if (found->written == STATUS_RETIRED && from->item.written != STATUS_RETIRED)
		load_error(l, f, scalar, "'%s' is retired (%s:%u)", found->id, found->file, found->line);
	else if (found->written == STATUS_TEST && from->item.written == STATUS_STABLE)
		load_error(l, f, scalar,
		    "'%s' has the status test (%s:%u): only what is in test itself may refer to it", found->id,
		    found->file, found->line);
	return (long)found->index;
}

static bool compile_view(struct loader *l, const struct pattern_file *f, const struct yaml *scalar,
    const struct pattern *p, const struct need *need, enum view_kind view, struct span source, struct regex **ret)
{
	char error[200] = "";

	*ret = regex_compile(source, error);
	if (*ret == NULL) {
		load_error(l, f, scalar, "this pattern cannot be compiled: %s", error);
		return false;
	}
	if (trial_explodes(l, p, need, *ret, view)) {
		load_error(l, f, scalar,
		    "this pattern takes more than %u steps on repetitive text: bound its repetitions, and "
		    "avoid one that may match what stands beside it", l->set->limits.regex_match);
		return false;
	}
	return true;
}

/* Most patterns mean the same in both views, and are one regex then. */
static bool compile(struct loader *l, const struct pattern_file *f, const struct yaml *scalar, const struct pattern *p,
    const struct need *need, struct compiled_pattern *c)
{
	struct buf text = BUF_HEAP, skeleton = BUF_HEAP;
	bool good;

	pattern_emit(p, VIEW_TEXT, &text);
	pattern_emit(p, VIEW_SKELETON, &skeleton);
	good = compile_view(l, f, scalar, p, need, VIEW_TEXT, buf_text(&text), &c->regex[VIEW_TEXT]);
	if (good && span_eq(buf_text(&text), buf_text(&skeleton)))
		c->regex[VIEW_SKELETON] = c->regex[VIEW_TEXT];
	else if (good)
		good = compile_view(l, f, scalar, p, need, VIEW_SKELETON, buf_text(&skeleton),
		    &c->regex[VIEW_SKELETON]);
	buf_free(&text);
	buf_free(&skeleton);
	return good;
}

static bool room_for_pattern(struct loader *l, const struct pattern_file *f, const struct yaml *scalar)
{
	struct ruleset *s = l->set;
	size_t old = l->pattern_cap, cap = old == 0 ? 256 : 2 * old;

	if (s->npatterns >= RULESET_PATTERNS_MAX) {
		load_error(l, f, scalar, "more than %u patterns", RULESET_PATTERNS_MAX);
		return false;
	}
	if (s->npatterns < old)
		return true;
	s->patterns = arena_grow(s->arena, s->patterns, old * sizeof *s->patterns, cap * sizeof *s->patterns);
	l->pattern_cap = cap;
	return s->patterns != NULL;
}

long link_pattern(struct loader *l, const struct compiled_item *from, const struct yaml *scalar)
{
	const struct pattern_file *f = l->item_file[from->item.index];
	const struct pattern *p;
	struct compiled_pattern c = { .slots = from->slots };
	struct need needs[PATTERN_NEEDS_MAX];
	struct ruleset *s = l->set;
	size_t n;

	l->stubbed = false;
	p = terms_parse(l, f, scalar);
	if (p != NULL && pattern_may_be_empty(p)) {
		load_error(l, f, scalar,
		    "this pattern matches empty text as well: ask for something that must be there");
		return -1;
	}
	if (p == NULL || !room_for_pattern(l, f, scalar))
		return -1;
	n = pattern_needs(l->trees, p, needs);
	if (!compile(l, f, scalar, p, n > 0 ? &needs[0] : NULL, &c)) {
		compiled_forget(&c);
		return -1;
	}
	c.text = arena_copy(s->arena, terms_text(scalar));
	if (n == 0 && (c.slots & slots_of_prose()) != 0)
		diags_add(l->diags, DIAG_WARNING, f->source, scalar->line, scalar->column,
		    "no two characters that must be there: this pattern is slow, it is looked for everywhere");
	s->slots |= c.slots;
	s->patterns[s->npatterns] = c;
	needs_add(l, &s->patterns[s->npatterns], needs, n);
	return (long)s->npatterns++;
}

/* The k-th operand of an item, over all its lists; NULL behind the last. */
static const struct operand *nth_operand(const struct compiled_item *c, size_t k)
{
	const struct operands *lists[] = { &c->all, &c->any, &c->of, &c->none, &c->unless };

	for (size_t i = 0; i < 5; i++) {
		if (k < lists[i]->n)
			return &lists[i]->v[k];
		k -= lists[i]->n;
	}
	return NULL;
}

static void report_circle(struct loader *l, const uint32_t *path, size_t n, uint32_t again)
{
	struct buf text = BUF_HEAP;
	size_t i = 0;

	while (i < n && path[i] != again)
		i++;
	for (; i < n; i++) {
		buf_printf(&text, "%s -> ", l->set->items[path[i]].item.id);
		l->set->items[path[i]].broken = true;
	}
	load_error(l, l->item_file[again], l->item_yaml[again], "this refers to itself: %s%s", buf_cstr(&text),
	    l->set->items[again].item.id);
	buf_free(&text);
}

/* What rests on something broken is broken. */
static void inherit_broken(struct ruleset *s, uint32_t index)
{
	struct compiled_item *c = &s->items[index];
	const struct operand *o;

	for (size_t k = 0; (o = nth_operand(c, k)) != NULL && !c->broken; k++)
		c->broken = o->item && s->items[o->index].broken;
}

/* Depth first, with a stack of its own: path[] is the way down, at[] the next operand of each. */
void link_order(struct loader *l)
{
	struct ruleset *s = l->set;
	enum { NEW, OPEN, DONE };
	unsigned char *state = arena_alloc(l->trees, s->nitems);
	uint32_t *path = arena_array(l->trees, s->nitems + 1, sizeof *path);
	size_t *at = arena_array(l->trees, s->nitems + 1, sizeof *at), depth = 0;

	s->order = arena_array(s->arena, s->nitems, sizeof *s->order);
	if (state == NULL || path == NULL || at == NULL || s->order == NULL)
		return;
	for (size_t i = 0; i < s->nitems; i++) {
		if (state[i] == NEW) {
			path[0] = (uint32_t)i;
			at[0] = 0;
			state[i] = OPEN;
			depth = 1;
		}
		while (depth > 0) {
			uint32_t now = path[depth - 1];
			const struct operand *o = nth_operand(&s->items[now], at[depth - 1]++);

			if (o == NULL) {
				state[now] = DONE;
				depth--;
				inherit_broken(s, now);
				/* what a local override retired may still be referred to */
				if ((s->items[now].item.written != STATUS_RETIRED ||
				    s->items[now].item.status != STATUS_RETIRED) &&
				    s->items[now].item.kind != ITEM_WORDS)
					s->order[s->norder++] = now;
			} else if (o->item && state[o->index] == OPEN) {
				report_circle(l, path, depth, o->index);
			} else if (o->item && state[o->index] == NEW) {
				state[o->index] = OPEN;
				path[depth] = o->index;
				at[depth++] = 0;
			}
		}
	}
}
