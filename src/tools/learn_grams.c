#include <config.h>

#include <stdlib.h>

#include "base/unicode.h"
#include "fold/fold.h"
#include "tools/learn.h"

/* An n-gram in a text. */
struct stand {
	uint64_t hash;
	uint32_t text;
	unsigned char length;
};

struct stands {
	struct stand *v;
	size_t n, cap;
};

/* splitmix64 (Steele, Lea, Flood): two n-grams that share a value are not to be expected among 2^32 of them. */
static uint64_t mix(uint64_t h, uint32_t cp)
{
	h = (h + cp) * 0x9e3779b97f4a7c15u;
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

static bool add_mark(struct stands *m, const struct stand *mark)
{
	if (m->n == m->cap) {
		size_t cap = m->cap == 0 ? 65536 : 2 * m->cap;
		struct stand *v = realloc(m->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		m->v = v;
		m->cap = cap;
	}
	m->v[m->n++] = *mark;
	return true;
}

static int by_hash(const void *a, const void *b)
{
	const struct stand *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash > y->hash ? 1 : -1;
	return (x->text > y->text) - (x->text < y->text);
}

static bool is_latin(uint32_t cp)
{
	return cp >= 'a' && cp <= 'z';
}

/* A piece of a Latin word says nothing by itself, and may be one of an account's name. */
static bool cuts_word(const struct gleaning *g, size_t from, size_t to)
{
	return (from > 0 && is_latin(g->skeleton[from]) && is_latin(g->skeleton[from - 1])) ||
	    (to < g->n && is_latin(g->skeleton[to]) && is_latin(g->skeleton[to - 1]));
}

/* The n-grams of a message, behind what there is. */
static bool add_grams(struct stands *m, const struct gleaning *g, uint32_t text)
{
	for (size_t i = 0; i < g->n; i++) {
		uint64_t h = 0;

		for (unsigned n = 1; n <= GRAM_MAX && i + n <= g->n && g->skeleton[i + n - 1] != 0; n++) {
			h = mix(h, g->skeleton[i + n - 1]);
			if (n >= GRAM_MIN && !cuts_word(g, i, i + n) &&
			    !add_mark(m, &(struct stand){ h, text, (unsigned char)n }))
				return false;
		}
	}
	return true;
}

/* Those of a text once each, whatever its messages; what stands before `from` is left alone. */
static void unique(struct stands *m, size_t from)
{
	size_t n = from;

	if (m->n > from)
		qsort(m->v + from, m->n - from, sizeof *m->v, by_hash);
	for (size_t i = from; i < m->n; i++)
		if (i == from || m->v[i].hash != m->v[i - 1].hash)
			m->v[n++] = m->v[i];
	m->n = n;
}

struct seen_text {
	uint64_t digest;
	enum label label;
	size_t text; /* of the corpus */
};

static int by_digest(const void *a, const void *b)
{
	const struct seen_text *x = a, *y = b;

	if (x->digest != y->digest)
		return x->digest > y->digest ? 1 : -1;
	if (x->label != y->label)
		return x->label == LABEL_LURE ? -1 : 1;
	return (x->text > y->text) - (x->text < y->text);
}

/* Which texts of the corpus are the first to say what they say. */
static bool find_twins(const struct corpus *c, const struct samples *s, bool *keep)
{
	struct seen_text *v = malloc((c->ntexts + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; v != NULL && i < s->n; i++)
		if (i == 0 || s->v[i].text != s->v[i - 1].text)
			v[n++] = (struct seen_text){ ((struct gleaning *)s->v[i].result)->digest,
				c->texts[s->v[i].text].label, s->v[i].text };
	if (n > 0)
		qsort(v, n, sizeof *v, by_digest);
	for (size_t i = 0; i < n; i++)
		keep[v[i].text] = i == 0 || v[i].digest != v[i - 1].digest || v[i].label != v[i - 1].label;
	free(v);
	return v != NULL;
}

/* The texts that are kept, their points, and their marks. */
static bool read_texts(struct grams *g, const struct corpus *c, const struct samples *s, const bool *keep,
    struct stands *m)
{
	for (size_t i = 0, next; i < s->n; i = next) {
		size_t t = g->ntexts, from = m->n;
		long points = 0;

		for (next = i; next < s->n && s->v[next].text == s->v[i].text; next++) {
			const struct gleaning *x = s->v[next].result;

			points += x->points;
			g->counts[t] |= x->counts;
			if (keep[s->v[i].text] && !add_grams(m, x, (uint32_t)t))
				return false;
		}
		if (!keep[s->v[i].text]) {
			g->counts[t] = false;
			g->twins++;
			continue;
		}
		unique(m, from);
		g->texts[t] = &c->texts[s->v[i].text];
		g->first[t] = i;
		g->points[t] = (double)points / (10.0 * (double)(next - i));
		g->of[g->texts[t]->label]++;
		g->ntexts++;
	}
	return true;
}

static int by_texts(const void *a, const void *b, void *arg)
{
	const struct column *x = a, *y = b;
	const uint32_t *rows = arg;
	int c = (x->n > y->n) - (x->n < y->n);

	if (c == 0)
		c = memcmp(rows + x->first, rows + y->first, x->n * sizeof *rows);
	/* Of n-grams in the same texts the longest says most to the person who reads it. */
	if (c == 0)
		c = (int)y->length - (int)x->length;
	return c != 0 ? c : (x->hash > y->hash) - (x->hash < y->hash);
}

static bool same_texts(const struct grams *g, const struct column *x, const struct column *y)
{
	return x->n == y->n && memcmp(g->rows + x->first, g->rows + y->first, x->n * sizeof *g->rows) == 0;
}

static int by_column(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Sorted marks become columns. */
static bool make_columns(struct grams *g, struct stands *m, unsigned least)
{
	size_t rows = 0, n = 0;

	g->rows = malloc((m->n + 1) * sizeof *g->rows);
	for (size_t i = 0, next; i < m->n; i = next) {
		for (next = i; next < m->n && m->v[next].hash == m->v[i].hash; next++)
			;
		n += next - i >= least;
	}
	g->columns = malloc((n + 1) * sizeof *g->columns);
	if (g->rows == NULL || g->columns == NULL)
		return false;
	for (size_t i = 0, next; i < m->n; i = next) {
		for (next = i; next < m->n && m->v[next].hash == m->v[i].hash; next++)
			;
		if (next - i < least)
			continue;
		g->columns[g->ncolumns++] = (struct column){ m->v[i].hash, rows, (uint32_t)(next - i), m->v[i].length };
		for (size_t k = i; k < next; k++)
			g->rows[rows++] = m->v[k].text;
	}
	qsort_r(g->columns, g->ncolumns, sizeof *g->columns, by_texts, g->rows);
	n = 0;
	for (size_t i = 0; i < g->ncolumns; i++)
		if (i == 0 || !same_texts(g, &g->columns[i], &g->columns[n - 1]))
			g->columns[n++] = g->columns[i];
	g->ncolumns = n;
	qsort(g->columns, n, sizeof *g->columns, by_column);
	return true;
}

bool grams_collect(struct grams *g, const struct corpus *c, const struct samples *s, unsigned least)
{
	struct stands m = { 0 };
	bool *keep = calloc(c->ntexts + 1, sizeof *keep), good;

	*g = (struct grams){
		.texts = calloc(c->ntexts + 1, sizeof(*g->texts)),
		.first = calloc(c->ntexts + 1, sizeof *g->first),
		.points = calloc(c->ntexts + 1, sizeof *g->points),
		.counts = calloc(c->ntexts + 1, sizeof *g->counts),
	};
	good = keep != NULL && g->texts != NULL && g->first != NULL && g->points != NULL && g->counts != NULL &&
	    find_twins(c, s, keep) && read_texts(g, c, s, keep, &m);
	if (good && m.n > 0)
		qsort(m.v, m.n, sizeof *m.v, by_hash);
	good = good && make_columns(g, &m, least);
	free(m.v);
	free(keep);
	return good;
}

void grams_free(struct grams *g)
{
	free(g->texts);
	free(g->first);
	free(g->points);
	free(g->counts);
	free(g->columns);
	free(g->rows);
	*g = (struct grams){ 0 };
}

/* The characters as UTF-8, where they fold to that skeleton. */
static bool spell(const uint32_t *spelt, const uint32_t *skeleton, unsigned n, struct buf *out)
{
	struct buf folded = BUF_HEAP, want = BUF_HEAP;
	bool good;

	buf_clear(out);
	for (unsigned i = 0; i < n; i++) {
		buf_utf8(out, spelt[i]);
		buf_utf8(&want, skeleton[i]);
	}
	fold_literal(VIEW_SKELETON, buf_text(out), &folded);
	good = span_eq(buf_text(&folded), buf_text(&want)) && !fold_leans(spelt[0]) && !fold_leans(spelt[n - 1]);
	buf_free(&folded);
	buf_free(&want);
	return good;
}

static bool spell_in(const struct gleaning *x, const struct column *c, struct buf *out)
{
	for (size_t i = 0; i + c->length <= x->n; i++) {
		uint64_t h = 0;
		unsigned n = 0;

		while (n < c->length && x->skeleton[i + n] != 0)
			h = mix(h, x->skeleton[i + n++]);
		if (n == c->length && h == c->hash &&
		    (spell(x->spelt + i, x->skeleton + i, n, out) || spell(x->skeleton + i, x->skeleton + i, n, out)))
			return true;
	}
	return false;
}

bool grams_spell(const struct grams *g, const struct samples *s, const struct column *c, struct buf *out)
{
	for (uint32_t k = 0; k < c->n; k++) {
		size_t i = g->first[g->rows[c->first + k]];

		for (size_t text = s->v[i].text; i < s->n && s->v[i].text == text; i++)
			if (spell_in(s->v[i].result, c, out))
				return true;
	}
	return false;
}
