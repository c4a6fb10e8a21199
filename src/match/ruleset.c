#include <config.h>

#include "match/ruleset.h"

#include <stdlib.h>

#include "match/compiled.h"

const char *role_name(enum role r)
{
	static const char *const names[ROLE_N] = { "claim", "story", "offer", "ask", "pressure", "reassurance" };

	return names[r];
}

const char *status_name(enum status s)
{
	static const char *const names[] = { "stable", "test", "retired" };

	return names[s];
}

struct ruleset *ruleset_hold(struct ruleset *r)
{
	atomic_fetch_add_explicit(&r->holders, 1, memory_order_relaxed);
	return r;
}

static void free_all(struct ruleset *r)
{
	for (size_t i = 0; i < r->npatterns; i++)
		compiled_forget(&r->patterns[i]);
	automaton_free(r->automaton);
	for (size_t i = 0; i < r->nsources; i++)
		source_free(&r->sources[i]);
	free(r->sources);
	free(r->trusts);
	arena_free(r->arena);
	free(r);
}

void ruleset_release(struct ruleset *r)
{
	/* Release, so that every use comes before; acquire, so that the last one sees them all. */
	if (r != NULL && atomic_fetch_sub_explicit(&r->holders, 1, memory_order_acq_rel) == 1)
		free_all(r);
}

const struct family *const *ruleset_families(const struct ruleset *r, size_t *n)
{
	*n = r->nfamilies;
	return (const struct family *const *)r->families;
}

const struct item *const *ruleset_items(const struct ruleset *r, size_t *n)
{
	*n = r->nitems;
	return r->item_list;
}

const struct item *ruleset_find(const struct ruleset *r, const char *id)
{
	const char *slash = strchr(id, '/'), *name = slash != NULL ? slash + 1 : id;
	size_t low = 0, high = r->nitems;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct item *item = &r->items[r->by_id[mid]].item;
		int c = strcmp(name, item->id);

		if (c == 0) {
			bool same = slash == NULL || span_is(span(id, (size_t)(slash - id)), item->origin);

			return same ? item : NULL;
		}
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct family *ruleset_lure(const struct ruleset *r, const char *id)
{
	const char *slash = strchr(id, '/'), *name = slash != NULL ? slash + 1 : id;

	for (size_t i = 0; i < r->nfamilies; i++) {
		const struct family *y = r->families[i];

		if (strcmp(y->id, name) == 0 &&
		    (slash == NULL || span_is(span(id, (size_t)(slash - id)), y->origin)))
			return y;
	}
	return NULL;
}

const char *ruleset_digest(const struct ruleset *r)
{
	return r->digest;
}

const struct source *ruleset_source(const struct ruleset *r, const struct item *item)
{
	for (size_t i = 0; i < r->nsources; i++)
		if (r->sources[i].name == item->file)
			return &r->sources[i];
	return NULL;
}

const char *ruleset_version(const struct ruleset *r)
{
	return r->version != NULL ? r->version : "";
}

size_t ruleset_patterns(const struct ruleset *r)
{
	return r->npatterns;
}

const struct exception *ruleset_exceptions(const struct ruleset *r, size_t *n)
{
	*n = r->nexceptions;
	return r->exceptions;
}

const struct word *ruleset_words(const struct ruleset *r, size_t *n)
{
	*n = r->nwords;
	return r->words;
}

const struct example *ruleset_examples(const struct ruleset *r, size_t *n)
{
	*n = r->nexamples;
	return r->examples;
}
