#include <config.h>

#include <stdlib.h>

#include "base/utf8.h"
#include "fold/fold.h"
#include "match/layout.h"
#include "score/slot.h"
#include "tools/learn.h"

#define GLEAN_BYTES_MAX ((size_t)256 << 20)
#define NAMES_MAX 32 /* of sender and recipients that are looked for */

/* A field at work. */
struct field_view {
	const struct field *field;
	struct view view[VIEW_N];
	struct layout layout;
	bool *hidden; /* by byte of the field's text */
};

/* Full-width forms of ASCII stand for it. */
static uint32_t ascii_of(uint32_t cp)
{
	return cp >= 0xFF01 && cp <= 0xFF5E ? cp - 0xFEE0 : cp;
}

static bool is_alnum(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

/* Runs of what URLs and mail addresses are made of (RFC 3986), where one holds '@', "://" or a dot inside. */
static void hide_addresses(struct field_view *f)
{
	struct span text = f->field->text;
	uint32_t last = 0, before = 0;
	size_t from = 0;
	bool address = false;

	for (size_t at = 0; at <= text.n;) {
		uint32_t cp = 0;
		unsigned n = at < text.n ? utf8_get(text.p + at, text.p + text.n, &cp) : 1;

		cp = ascii_of(cp);
		if (cp == 0 || (!is_alnum(cp) && (cp > 0x7E || strchr("-._~:/?#[]@!$&'()*+,;=%", (int)cp) == NULL))) {
			for (; address && from < at; from++)
				f->hidden[from] = true;
			from = at + n;
			address = false;
		}
		address |= cp == '@' || (cp == '/' && last == '/' && before == ':') ||
		    (is_alnum(cp) && last == '.' && is_alnum(before));
		before = last;
		last = cp;
		at += n;
	}
}

static void hide_name(struct field_view *f, struct span name)
{
	const struct view *v = &f->view[VIEW_SKELETON];

	for (size_t at = 0; (at = span_find(v->text, at, name)) < v->text.n; at += name.n) {
		size_t from, to;

		view_origin(v, at, at + name.n, &from, &to);
		for (; from < to; from++)
			f->hidden[from] = true;
	}
}

/* The parts of a name, as the skeleton has them: those of two characters or more. */
static void hide_parts(struct field_view *f, struct span name, size_t *left)
{
	for (size_t at = 0, from = 0; at <= name.n && *left > 0;) {
		uint32_t cp = ' ';
		unsigned n = at < name.n ? utf8_get(name.p + at, name.p + name.n, &cp) : 1;

		if (unicode_class(cp) != UNICODE_LETTER && unicode_class(cp) != UNICODE_MARK &&
		    unicode_class(cp) != UNICODE_NUMBER) {
			struct buf part = BUF_HEAP;

			fold_literal(VIEW_SKELETON, span(name.p + from, at - from), &part);
			if (part.n >= 2 && (part.n > 3 || (unsigned char)part.p[0] < 0x80)) {
				hide_name(f, buf_text(&part));
				--*left;
			}
			buf_free(&part);
			from = at + n;
		}
		at += n;
	}
}

static void hide_names(struct field_view *f, const struct mail *m)
{
	size_t left = NAMES_MAX;

	for (size_t i = 0; i < m->nfrom; i++)
		hide_parts(f, m->from[i].name, &left);
	for (size_t i = 0; i < m->nreply_to; i++)
		hide_parts(f, m->reply_to[i].name, &left);
	for (size_t i = 0; i < m->nto; i++)
		hide_parts(f, m->to[i].name, &left);
}

/* The character of the text view that a character of the skeleton came from; *at moves on in the text view. */
static uint32_t spelling(const struct field_view *f, uint32_t origin, uint32_t cp, size_t *at)
{
	const struct view *v = &f->view[VIEW_TEXT];
	uint32_t image[UNICODE_IMAGE_MAX], typed;

	while (*at < v->text.n && v->from[*at] <= origin) {
		unsigned n = utf8_get(v->text.p + *at, v->text.p + v->text.n, &typed);
		bool here = v->from[*at] == origin && fold_char(VIEW_SKELETON, typed, image) == 1 && image[0] == cp;

		*at += n;
		if (here)
			return typed;
	}
	return cp;
}

static void add(struct gleaning *g, uint32_t cp, uint32_t typed)
{
	if (cp == 0 && (g->n == 0 || g->skeleton[g->n - 1] == 0))
		return;
	g->skeleton[g->n] = cp;
	g->spelt[g->n++] = typed;
	for (int i = 0; i < 4; i++) /* FNV-1a */
		g->digest = (g->digest ^ (cp >> 8 * i & 0xFF)) * 0x100000001b3u;
}

static void add_field(struct gleaning *g, const struct field_view *f, bool quotes_own)
{
	const struct view *v = &f->view[VIEW_SKELETON];
	size_t text = 0;

	for (size_t at = 0; at < v->text.n;) {
		uint32_t cp, typed;
		unsigned n = utf8_get(v->text.p + at, v->text.p + v->text.n, &cp);

		typed = spelling(f, v->from[at], cp, &text);
		if (cp == '\n' || (cp >= '0' && cp <= '9') || fold_leans(cp) || f->hidden[v->from[at]] ||
		    (quotes_own && layout_quoted(&f->layout, v->from[at], v->to[at])))
			cp = typed = 0;
		add(g, cp, typed);
		at += n;
	}
	add(g, 0, 0);
}

static bool see_field(struct arena *a, const struct inspection *i, enum field_id id, struct field_view *f)
{
	*f = (struct field_view){ .field = visible_field(i->visible, id) };
	if (f->field == NULL)
		return true;
	f->hidden = arena_array(a, f->field->text.n + 1, sizeof *f->hidden);
	if (f->hidden == NULL || fold_prose(a, f->field->text, f->view) < 0)
		return false;
	layout_build(a, f->field, f->view, VIEW_N, &f->layout);
	hide_addresses(f);
	hide_names(f, i->mail);
	return !arena_failed(a);
}

/* By signs and rules alone, whatever words the set has. */
static bool judge(struct arena *a, const struct inspection *i, struct gleaning *g)
{
	const struct score_options o = { 50, 100, false };
	static const struct circumstances alone = { .standing = { .state = STANDING_OFF } };
	struct hits hits = *i->hits;
	struct hit *v = arena_array(a, hits.n, sizeof *v);
	const struct verdict *verdict;

	hits.v = v;
	hits.n = 0;
	for (size_t k = 0; v != NULL && k < i->hits->n; k++)
		if (i->hits->v[k].item->kind != ITEM_WORDS)
			v[hits.n++] = i->hits->v[k];
	if (v == NULL || score(a, i->ruleset, &hits, &alone, &o, &verdict) < 0)
		return false;
	g->points = verdict->content;
	g->counts = verdict->nlures > 0 && verdict->lures[0].together;
	return true;
}

struct gleaning *glean(const struct inspection *i)
{
	struct arena *a = arena_new(GLEAN_BYTES_MAX);
	struct field_view subject, body;
	struct gleaning *g = NULL;
	size_t most;
	bool own;

	if (a == NULL || !see_field(a, i, FIELD_SUBJECT, &subject) || !see_field(a, i, FIELD_BODY, &body))
		goto out;
	most = subject.view[VIEW_SKELETON].text.n + body.view[VIEW_SKELETON].text.n + 2;
	g = calloc(1, sizeof *g + 2 * most * sizeof *g->skeleton);
	if (g == NULL)
		goto out;
	g->spelt = g->skeleton + most;
	g->digest = 0xcbf29ce484222325u;
	own = body.field != NULL && layout_quotes_own(&body.layout, body.field->text);
	if (subject.field != NULL)
		add_field(g, &subject, own);
	if (body.field != NULL)
		add_field(g, &body, own);
	if (!judge(a, i, g)) {
		free(g);
		g = NULL;
	}
out:
	arena_free(a);
	return g;
}
