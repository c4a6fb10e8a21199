#include <config.h>

#include "match/examples.h"

#include <errno.h>

#include "match/compiled.h"

#define EXAMPLE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define OTHERS_MAX 3u /* that are named */

/* Lines that begin with '>' in a body. */
static struct mark *quoted_lines(struct arena *a, struct span text, size_t *n)
{
	struct mark *v = NULL;

	*n = 0;
	for (size_t at = 0; at < text.n;) {
		size_t end = span_find(text, at, span_str("\n"));

		if (text.p[at] == '>') {
			v = arena_grow(a, v, *n * sizeof *v, (*n + 1) * sizeof *v);
			if (v == NULL)
				return NULL;
			v[(*n)++] = (struct mark){ .kind = MARK_QUOTED, .from = (uint32_t)at, .to = (uint32_t)end };
		}
		at = end + 1;
	}
	return v;
}

const struct visible *example_visible(struct arena *a, const struct example *e)
{
	struct visible *v = arena_alloc(a, sizeof *v);
	struct field *fields = arena_array(a, FIELD_N, sizeof *fields);

	if (v == NULL || fields == NULL)
		return NULL;
	v->fields = fields;
	for (size_t i = 0; i < FIELD_N; i++) {
		struct field *f = &fields[v->nfields];

		if (e->text[i].n == 0)
			continue;
		v->nfields++;
		*f = (struct field){ .id = (enum field_id)i, .text = e->text[i] };
		if (i == FIELD_BODY)
			f->marks = quoted_lines(a, f->text, &f->nmarks);
	}
	return arena_failed(a) ? NULL : v;
}

static bool holds(const struct hits *h, const struct item *item)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].item == item)
			return true;
	return false;
}

void example_diag(void *diags, const struct example *e, enum example_by by, const char *got, const struct hits *hits)
{
	struct diags *d = diags;

	(void)hits;
	if (got == NULL)
		return;
	if (e->kind == EXAMPLE_MATCH)
		diags_add(d, DIAG_ERROR, e->source, e->line, e->column, "this example does not hit %s: %s", e->item->id,
		    got);
	else if (by == EXAMPLE_BY_ITEM)
		diags_add(d, DIAG_ERROR, e->source, e->line, e->column, "this example must pass, but %s", got);
	else if (by == EXAMPLE_BY_LOCAL)
		diags_add(d, DIAG_WARNING, e->source, e->line, e->column,
		    "with the local overrides, or what has expired, this does not come out as %s, but is %s",
		    e->kind == EXAMPLE_CASE ? e->expect : "none", got);
	else
		diags_add(d, DIAG_ERROR, e->source, e->line, e->column, "%s must come out as %s, but is %s",
		    e->kind == EXAMPLE_CASE ? "this case" : "by the whole set this example",
		    e->kind == EXAMPLE_CASE ? e->expect : "none", got);
}

/* What hits an example in place of its own item: it shows something of these, and nothing of its own. */
static void name_others(const struct hits *h, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n && n < OTHERS_MAX; i++)
		if (h->v[i].item->kind != ITEM_WORDS)
			buf_printf(out, "%s%s", n++ == 0 ? "; what hits is " : ", ", h->v[i].item->id);
}

static int run_one(struct matcher *m, struct arena *a, const struct ruleset *r, const struct example *e,
    example_fn *tell, void *arg)
{
	const struct visible *text = example_visible(a, e);
	struct buf got = BUF_HEAP;
	const struct hits *h;
	struct visible v;
	int rc;

	if (text == NULL)
		return -ENOMEM;
	v = *text;
	if (e->kind == EXAMPLE_MATCH) /* a text cannot show that its charset was labelled wrongly, and the like */
		v.flaws |= r->items[e->item->index].flaws;
	rc = matcher_run(m, a, r, &v, 0, &h);
	if (rc < 0)
		return rc;
	if (holds(h, e->item) == (e->kind == EXAMPLE_MATCH)) {
		tell(arg, e, EXAMPLE_BY_ITEM, NULL, h);
		return 0;
	}
	if (e->kind == EXAMPLE_MATCH) {
		matcher_why(m, e->item, &got);
		name_others(h, &got);
	} else {
		buf_printf(&got, "hits %s", e->item->id);
	}
	tell(arg, e, EXAMPLE_BY_ITEM, buf_cstr(&got), h);
	buf_free(&got);
	return 0;
}

int examples_match(const struct ruleset *r, example_fn *tell, void *arg)
{
	struct limits l = LIMITS_DEFAULT;
	struct matcher *m = matcher_new(&l);
	struct arena *a = arena_new(EXAMPLE_BYTES_MAX);
	size_t n;
	const struct example *v = ruleset_examples(r, &n);
	int rc = m == NULL || a == NULL ? -ENOMEM : 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		arena_reset(a);
		if (v[i].kind != EXAMPLE_CASE && v[i].item->status != STATUS_RETIRED &&
		    !r->items[v[i].item->index].broken)
			rc = run_one(m, a, r, &v[i], tell, arg);
	}
	matcher_free(m);
	arena_free(a);
	return rc;
}
