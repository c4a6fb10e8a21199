#include <config.h>

#include "match/matcher.h"

#include <errno.h>
#include <stdlib.h>

#include "match/evaluate.h"
#include "match/find.h"
#include "match/oddity.h"
#include "match/scene.h"

#define MATCHER_BYTES_MAX ((size_t)1 << 30) /* never reached: see scene.h for what bounds a scene */

struct matcher {
	struct limits limits;
	struct regex_scratch *scratch;
	struct arena *arena;
	struct scene scene;
	struct watch *watch; /* NULL: nobody measures */
};

struct matcher *matcher_new(const struct limits *l)
{
	struct matcher *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->limits = *l;
	m->scratch = regex_scratch_new(l);
	m->arena = arena_new(MATCHER_BYTES_MAX);
	if (m->scratch != NULL && m->arena != NULL)
		return m;
	matcher_free(m);
	return NULL;
}

void matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	regex_scratch_free(m->scratch);
	arena_free(m->arena);
	free(m);
}

void matcher_watch(struct matcher *m, struct watch *w)
{
	m->watch = w;
}

/* The slot of a field, or SLOT_N for a header that no pattern names. */
static unsigned slot_of(const struct ruleset *r, const struct field *f)
{
	if (f->id != FIELD_HEADER)
		return f->id;
	for (size_t k = 0; k < r->nheaders; k++)
		if (span_is(f->name, r->headers[k]))
			return FIELD_HEADER + (unsigned)k;
	return SLOT_N;
}

static int see_field(struct scene *s, struct arena *a, const struct field *f, unsigned slot)
{
	struct seen_field *seen = &s->fields[s->nfields];
	int rc;

	*seen = (struct seen_field){ .field = f, .slot = slot, .prose = field_prose(f->id) };
	rc = seen->prose ? fold_prose(a, f->text, seen->view) : fold_plain(a, f->text, &seen->view[VIEW_TEXT]);
	if (rc < 0)
		return rc;
	layout_build(s->arena, f, seen->view, seen->prose ? 2 : 1, &seen->layout);
	if (f->id == FIELD_SUBJECT || f->id == FIELD_FROM_NAME || f->id == FIELD_BODY)
		s->flaws |= oddity_scan(f->text);
	if (f->id == FIELD_BODY)
		s->quotes_own = layout_quotes_own(&seen->layout, f->text);
	s->nfields++;
	return 0;
}

static int see_fields(struct scene *s, struct arena *a, const struct visible *v)
{
	for (size_t i = 0; i < v->nfields && s->nfields < SCENE_FIELDS_MAX; i++) {
		unsigned slot = slot_of(s->set, &v->fields[i]);
		int rc;

		if (slot == SLOT_N || !(s->set->slots & SLOT_BIT(slot)) || v->fields[i].text.n == 0)
			continue;
		if (clock_past(s->deadline)) {
			s->flaws |= FLAW_BIT(TIME);
			break;
		}
		rc = see_field(s, a, &v->fields[i], slot);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int open_scene(struct matcher *m, const struct ruleset *r, const struct visible *v, clock_us deadline)
{
	struct scene *s = &m->scene;
	size_t fields = v->nfields < SCENE_FIELDS_MAX ? v->nfields : SCENE_FIELDS_MAX;

	arena_reset(m->arena);
	*s = (struct scene){ .set = r, .limits = &m->limits, .scratch = m->scratch, .arena = m->arena,
		.deadline = deadline, .flaws = v->flaws };
	s->fields = arena_array(s->arena, fields, sizeof *s->fields);
	s->bases = arena_array(s->arena, fields, sizeof *s->bases);
	s->searches = arena_array(s->arena, r->npatterns, sizeof(*s->searches));
	s->seen_of = arena_array(s->arena, r->nliterals, sizeof *s->seen_of);
	s->place_of = arena_array(s->arena, r->nsets, sizeof *s->place_of);
	s->awake = arena_array(s->arena, r->nitems, sizeof *s->awake);
	s->outcomes = arena_array(s->arena, r->nitems, sizeof *s->outcomes);
	s->word_seen = arena_array(s->arena, r->nwords, sizeof *s->word_seen);
	return arena_failed(s->arena) ? -ENOMEM : 0;
}

/* FNV-1a (Fowler, Noll, Vo): it tells texts apart, and guards nothing. */
static uint64_t digest(struct span text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3u;
	return h;
}

static int by_weight(const void *a, const void *b, void *arg)
{
	const struct word *words = arg;
	uint32_t i = ((const struct seen_word *)a)->word, k = ((const struct seen_word *)b)->word;
	int x = abs(words[i].weight), y = abs(words[k].weight);

	return x != y ? (x < y ? 1 : -1) : (i > k) - (i < k);
}

/* Words become the outcomes of their lists. */
static void sum_words(struct scene *s)
{
	if (s->nwords > 0)
		qsort_r(s->words, s->nwords, sizeof *s->words, by_weight, s->set->words);
	for (size_t i = 0; i < s->nwords; i++) {
		const struct word *w = &s->set->words[s->words[i].word];
		struct outcome *of = &s->outcomes[w->item->index];

		of->weight += w->weight;
		of->words++;
		if (of->found.n == 0)
			occurrences_add(s, &of->found, &s->words[i].o, 1);
	}
}

static void name_words(const struct scene *s, struct arena *a, struct hits *h)
{
	size_t n = s->nwords < HITS_WORDS_MAX ? s->nwords : HITS_WORDS_MAX;
	struct word_hit *v = arena_array(a, n, sizeof *v);

	for (size_t i = 0; v != NULL && i < n; i++) {
		const struct occurrence *o = &s->words[i].o;

		v[i] = (struct word_hit){ &s->set->words[s->words[i].word], s->fields[o->field].field->id, o->from,
			o->to };
	}
	h->words = v;
	h->nwords = v != NULL ? n : 0;
}

/* A long text has many words by chance, so more than HITS_WORDS_FULL weigh together what so many would. */
static int fair_weight(const struct outcome *o)
{
	return o->weight > 0 && o->words > HITS_WORDS_FULL ? o->weight * HITS_WORDS_FULL / o->words : o->weight;
}

/* One hit an item: of its occurrences the first that is not quoted, else the first. */
static void collect(const struct scene *s, struct hit *v, struct hits *h)
{
	for (size_t i = 0; i < s->set->nitems; i++) {
		const struct occurrences *found = &s->outcomes[i].found;
		size_t k = 0;

		if (found->n == 0)
			continue;
		while (k + 1 < found->n && found->own > 0 && found->v[k].quoted)
			k++;
		v[h->n++] = (struct hit){
			.item = s->set->item_list[i],
			.field = s->fields[found->v[k].field].field->id,
			.in = s->fields[found->v[k].field].field,
			.from = found->v[k].from,
			.to = found->v[k].to,
			.evaded = found->v[k].evaded,
			.skeleton = found->v[k].skeleton,
			.quoted = found->v[k].quoted,
			.weight = fair_weight(&s->outcomes[i]),
		};
	}
	h->v = v;
}

int matcher_run(struct matcher *m, struct arena *a, const struct ruleset *r, const struct visible *v, clock_us deadline,
    const struct hits **ret)
{
	struct scene *s = &m->scene;
	struct hits *h = arena_alloc(a, sizeof *h);
	size_t n = 0;
	struct hit *hits;
	int rc = open_scene(m, r, v, deadline);

	if (rc == 0)
		rc = see_fields(s, a, v);
	if (rc < 0)
		return rc;
	watch_lap(m->watch, WATCH_FOLD);
	find_candidates(s);
	watch_lap(m->watch, WATCH_FIND);
	evaluate_all(s);
	sum_words(s);
	for (size_t i = 0; i < r->nitems; i++)
		n += s->outcomes[i].found.n > 0;
	hits = arena_array(a, n, sizeof *hits);
	if (h == NULL || hits == NULL || arena_failed(s->arena))
		return -ENOMEM;
	collect(s, hits, h);
	name_words(s, a, h);
	if (arena_failed(a))
		return -ENOMEM;
	h->flaws = s->flaws;
	h->quotes_own = s->quotes_own;
	for (size_t i = 0; i < s->nfields; i++)
		if (s->fields[i].field->id == FIELD_BODY)
			h->text = digest(s->fields[i].view[VIEW_SKELETON].text);
	watch_lap(m->watch, WATCH_CONFIRM);
	*ret = h;
	return 0;
}

void matcher_why(struct matcher *m, const struct item *item, struct buf *out)
{
	evaluate_why(&m->scene, &m->scene.set->items[item->index], out);
}
