#include <config.h>

#include "score/examples.h"

#include <errno.h>
#include <stdlib.h>

#define EXAMPLE_BYTES_MAX ((size_t)1024 * 1024)

static void base64(struct buf *out, struct span s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		size_t n = s.n - i < 3 ? s.n - i : 3;
		unsigned v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (k < n ? (unsigned char)s.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			buf_byte(out, k <= n ? digits[v >> (18 - 6 * k) & 63] : '=');
	}
}

/* As one encoded-word; longer than RFC 2047 allows, which no reader minds. */
static struct span encoded(struct arena *a, struct span text, const char *after)
{
	struct buf out = BUF_ARENA(a, 0);

	buf_str(&out, "=?UTF-8?B?");
	base64(&out, text);
	buf_printf(&out, "?=%s", after);
	return buf_text(&out);
}

/* The example as a whole message, so that it goes the way that every mail goes. */
static void make_message(struct arena *a, const struct example *e, struct message *ret)
{
	struct header *h = arena_array(a, 4, sizeof *h);

	*ret = (struct message){ .body = e->text[FIELD_BODY] };
	if (h == NULL)
		return;
	h[0] = (struct header){ span_str("From"), span_str("sender@example.jp") };
	h[1] = (struct header){ span_str("Content-Type"), span_str("text/plain; charset=UTF-8") };
	h[2] = (struct header){ span_str("MIME-Version"), span_str("1.0") };
	h[3] = (struct header){ span_str("Subject"), span("", 0) };
	if (e->text[FIELD_FROM_NAME].n > 0)
		h[0].value = encoded(a, span_trim(e->text[FIELD_FROM_NAME]), " <sender@example.jp>");
	if (e->text[FIELD_SUBJECT].n > 0)
		h[3].value = encoded(a, span_trim(e->text[FIELD_SUBJECT]), "");
	ret->headers = h;
	ret->nheaders = 4;
}

/* "2.5 points: celebrity-manager.star 0.5, ..." */
static void describe(struct buf *out, const struct verdict *v)
{
	size_t n = 0;

	buf_printf(out, "%s with %g points", verdict_name(v->kind), v->points / 10.0);
	for (size_t i = 0; i < v->nlures; i++)
		buf_printf(out, "%s%s %g", i == 0 ? " (" : ", ", v->lures[i].family->id, v->lures[i].points / 10.0);
	buf_str(out, v->nlures > 0 ? ")" : "");
	for (size_t i = 0; i < v->nitems; i++)
		buf_printf(out, "%s%s %g%s", n++ == 0 ? ": " : ", ", v->items[i].hit->item->id,
		    v->items[i].points / 10.0, v->items[i].hit->item->local != 0 ? " (local)" : "");
}

static bool as_expected(const struct example *e, const struct verdict *v)
{
	if (e->kind == EXAMPLE_PASS || strcmp(e->expect, "none") == 0)
		return v->kind == VERDICT_NONE;
	if (v->kind == VERDICT_NONE)
		return false;
	return strcmp(e->expect, "tag") == 0 || strcmp(e->expect, v->lures[0].family->id) == 0;
}

static int run_one(struct slot *slot, struct arena *a, const struct inspect_options *o, const struct example *e,
    example_fn *tell, void *arg)
{
	static const struct circumstances shipped = { .standing = { .state = STANDING_OFF }, .shipped = true };
	const struct verdict *before;
	struct buf got = BUF_HEAP;
	struct inspection i;
	struct message m;
	int rc;

	make_message(a, e, &m);
	rc = arena_failed(a) ? -ENOMEM : inspect(slot, &m, o, &i);
	if (rc < 0)
		return rc;
	if (as_expected(e, i.verdict)) {
		tell(arg, e, EXAMPLE_BY_SET, NULL, i.hits);
		return 0;
	}
	rc = score(a, o->ruleset, i.hits, &shipped, &o->score, &before);
	if (rc < 0)
		return rc;
	describe(&got, i.verdict);
	tell(arg, e, as_expected(e, before) ? EXAMPLE_BY_LOCAL : EXAMPLE_BY_SET, buf_cstr(&got), i.hits);
	buf_free(&got);
	return 0;
}

int examples_judge(const struct ruleset *r, example_fn *tell, void *arg)
{
	struct inspect_options o = { .ruleset = r, .limits = LIMITS_DEFAULT };
	struct slots *slots = slots_new(1, &o.limits);
	struct slot *slot = slots != NULL ? slot_take(slots, 0) : NULL;
	struct arena *a = arena_new(EXAMPLE_BYTES_MAX);
	size_t n;
	const struct example *v = ruleset_examples(r, &n);
	int rc = slot == NULL || a == NULL ? -ENOMEM : 0;

	o.score = (struct score_options){ EXAMPLES_TAG_POINTS, EXAMPLES_REJECT_POINTS, false };
	for (size_t i = 0; rc == 0 && i < n; i++) {
		arena_reset(a);
		if (v[i].kind == EXAMPLE_CASE || (v[i].kind == EXAMPLE_PASS && v[i].item->status != STATUS_RETIRED))
			rc = run_one(slot, a, &o, &v[i], tell, arg);
	}
	if (slot != NULL)
		slot_give(slots, slot);
	slots_free(slots);
	arena_free(a);
	return rc;
}

bool examples_run(const struct ruleset *r, struct diags *d)
{
	size_t errors = d->errors;

	if (examples_judge(r, example_diag, d) < 0)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory to run the examples");
	return d->errors == errors;
}

/* --- what the examples show --------------------------------------------------------------------------------------- */

struct shown {
	struct diags *diags;
	const struct item *const *items;
	size_t nitems;
	bool *hit; /* by item: an example */
};

/* A case that stands in a file with signs, rules or words, none of which hits it. */
static bool hit_by_others(const struct shown *s, const struct hits *h, const struct example *e)
{
	bool own = false;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].item->file == e->source->name)
			return false;
	for (size_t i = 0; i < s->nitems && !own; i++)
		own = s->items[i]->file == e->source->name;
	return own;
}

static void note_hits(void *arg, const struct example *e, enum example_by by, const char *got, const struct hits *hits)
{
	struct shown *s = arg;

	for (size_t i = 0; i < hits->n; i++)
		s->hit[hits->v[i].item->index] = true;
	if (by != EXAMPLE_BY_ITEM && got == NULL && e->kind == EXAMPLE_CASE && strcmp(e->expect, "none") != 0 &&
	    hit_by_others(s, hits, e))
		diags_add(s->diags, DIAG_WARNING, e->source, e->line, e->column,
		    "this case comes out as expected by what other files say: nothing of this file hits it");
}

bool examples_lint(const struct ruleset *r, struct diags *d)
{
	struct shown s = { .diags = d };
	int rc;

	s.items = ruleset_items(r, &s.nitems);
	s.hit = calloc(s.nitems + 1, sizeof *s.hit);
	rc = s.hit == NULL ? -ENOMEM : examples_match(r, note_hits, &s);

	if (rc == 0)
		rc = examples_judge(r, note_hits, &s);
	for (size_t i = 0; rc == 0 && i < s.nitems; i++)
		if (!s.hit[i] && s.items[i]->status != STATUS_RETIRED && s.items[i]->kind != ITEM_WORDS)
			diags_add(d, DIAG_WARNING, ruleset_source(r, s.items[i]), s.items[i]->line, s.items[i]->column,
			    "no example and no case hits '%s': nothing shows that it can hold", s.items[i]->id);
	free(s.hit);
	return rc == 0;
}
