#include <config.h>

#include "match/layout.h"

#include <stdlib.h>

#include "base/utf8.h"

#define QUOTED_SHARE_PERCENT 70u

static void add_border(struct arena *a, struct borders *b, size_t at)
{
	if (b->n == b->cap) {
		size_t cap = b->cap == 0 ? 16 : 2 * b->cap;
		uint32_t *v = arena_grow(a, b->at, b->cap * sizeof *v, cap * sizeof *v);

		if (v == NULL)
			return;
		b->at = v;
		b->cap = cap;
	}
	b->at[b->n++] = (uint32_t)at;
}

size_t borders_before(const struct borders *b, size_t offset)
{
	size_t low = 0, high = b->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b->at[mid] < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void find_sentences(struct arena *a, const struct view *v, struct borders *b)
{
	for (size_t at = 0; (at = span_find(v->text, at, span_str("\n"))) < v->text.n; at++)
		add_border(a, b, v->from[at]);
}

static void find_paragraphs(struct arena *a, struct span text, struct borders *b)
{
	size_t at = 0, next;

	for (; (at = span_find(text, at, span_str("\n"))) < text.n; at = next) {
		next = at + 1;
		while (next < text.n && (text.p[next] == ' ' || text.p[next] == '\t'))
			next++;
		if (next < text.n && text.p[next] == '\n')
			add_border(a, b, at);
	}
}

/* Which pair a character opens (1 ..) or closes (-1 ..); 0: it is no quotation mark. */
static int quotation_mark(uint32_t cp)
{
	switch (cp) {
	case 0x300C: case 0xFF62: return 1; /* 「 */
	case 0x300D: case 0xFF63: return -1;
	case 0x300E: return 2; /* 『 */
	case 0x300F: return -2;
	case 0x3008: return 3; /* 〈 */
	case 0x3009: return -3;
	case 0x201C: return 4; /* “ */
	case 0x201D: return -4;
	default: return 0;
	}
}

struct open_mark {
	int pair;
	size_t at;
};

struct ranges {
	struct range *v;
	size_t n, cap;
};

static void add_range(struct arena *a, struct ranges *r, size_t from, size_t to)
{
	/* A pair that closes around earlier ones swallows them: ranges stay sorted and apart. */
	while (r->n > 0 && r->v[r->n - 1].from >= from)
		r->n--;
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 16 : 2 * r->cap;
		struct range *v = arena_grow(a, r->v, r->cap * sizeof *v, cap * sizeof *v);

		if (v == NULL)
			return;
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = (struct range){ (uint32_t)from, (uint32_t)to };
}

/* A mark without its fellow in the same paragraph quotes nothing: else one 「 would take the rest of the mail. */
static void find_quotations(struct arena *a, struct span text, const struct borders *paragraphs, struct ranges *ret)
{
	struct open_mark open[LAYOUT_NESTED_MAX];
	size_t depth = 0, paragraph = 0;

	for (size_t at = 0; at < text.n;) {
		uint32_t cp;
		unsigned len = utf8_get(text.p + at, text.p + text.n, &cp);
		int pair = cp < 0x80 ? 0 : quotation_mark(cp);
		size_t k = depth;

		while (paragraph < paragraphs->n && paragraphs->at[paragraph] <= at) {
			paragraph++;
			depth = k = 0;
		}
		if (pair > 0 && depth < LAYOUT_NESTED_MAX)
			open[depth++] = (struct open_mark){ pair, at };
		while (pair < 0 && k > 0 && open[k - 1].pair != -pair)
			k--;
		if (pair < 0 && k > 0) {
			depth = k - 1;
			add_range(a, ret, open[depth].at, at + len);
		}
		at += len;
	}
}

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Quotation marks and quoted lines together, sorted and merged. */
static void find_quotes(struct arena *a, const struct field *f, struct layout *l)
{
	struct ranges r = { NULL, 0, 0 };
	size_t kept = 0;

	find_quotations(a, f->text, &l->paragraphs, &r);
	for (size_t i = 0; i < f->nmarks; i++) {
		if (f->marks[i].kind != MARK_QUOTED)
			continue;
		struct range *v = arena_grow(a, r.v, r.n * sizeof *v, (r.n + 1) * sizeof *v);

		if (v == NULL)
			break;
		r.v = v;
		r.v[r.n++] = (struct range){ f->marks[i].from, f->marks[i].to };
	}
	if (r.n > 1)
		qsort(r.v, r.n, sizeof *r.v, by_start);
	for (size_t i = 0; i < r.n; i++) {
		if (kept > 0 && r.v[i].from <= r.v[kept - 1].to) {
			if (r.v[i].to > r.v[kept - 1].to)
				r.v[kept - 1].to = r.v[i].to;
		} else {
			r.v[kept++] = r.v[i];
		}
	}
	l->quotes = r.v;
	l->nquotes = kept;
}

void layout_build(struct arena *a, const struct field *f, const struct view *view, size_t views, struct layout *ret)
{
	*ret = (struct layout){ .all_quoted = f->id == FIELD_QUOTED };
	for (size_t v = 0; v < views; v++)
		find_sentences(a, &view[v], &ret->sentences[v]);
	find_paragraphs(a, f->text, &ret->paragraphs);
	if (field_prose(f->id))
		find_quotes(a, f, ret);
}

bool layout_quoted(const struct layout *l, size_t from, size_t to)
{
	size_t low = 0, high = l->nquotes;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->quotes[mid].to < to)
			low = mid + 1;
		else
			high = mid;
	}
	return l->all_quoted || (low < l->nquotes && l->quotes[low].from <= from);
}

/* Letters and digits of any script, roughly: what is no ASCII sign and lies in no block of punctuation. */
static bool is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
	return !(cp < 0xC0 || (cp >= 0x2000 && cp < 0x2070) || (cp >= 0x3000 && cp < 0x3005) ||
	         (cp >= 0x3008 && cp < 0x3021) || (cp >= 0xFF00 && cp < 0xFF10) || (cp >= 0xFF1A && cp < 0xFF21) ||
	         (cp >= 0xFF3B && cp < 0xFF41) || (cp >= 0xFF5B && cp < 0xFF66));
}

/* Letters of a stretch of text, and how many of them are quoted. */
struct share {
	size_t letters, quoted;
};

/* A sentence whose letters are for the greater part the writer's own. */
static bool is_own(const struct share *s)
{
	return s->letters > 0 && 2 * s->quoted <= s->letters;
}

bool layout_quotes_own(const struct layout *l, struct span text)
{
	const struct borders *ends = &l->sentences[VIEW_TEXT];
	struct share all = { 0, 0 }, sentence = { 0, 0 };
	size_t own = 0, at_sentence = 0, quote = 0;

	if (l->nquotes == 0)
		return false;
	for (size_t at = 0; at < text.n;) {
		uint32_t cp;
		unsigned len = utf8_get(text.p + at, text.p + text.n, &cp);

		for (; at_sentence < ends->n && ends->at[at_sentence] < at; at_sentence++) {
			own += is_own(&sentence);
			sentence = (struct share){ 0, 0 };
		}
		while (quote < l->nquotes && l->quotes[quote].to <= at)
			quote++;
		if (is_letter(cp)) {
			bool inside = quote < l->nquotes && l->quotes[quote].from <= at;

			all.letters++;
			all.quoted += inside;
			sentence.letters++;
			sentence.quoted += inside;
		}
		at += len;
	}
	own += is_own(&sentence);
	return all.quoted > 0 && (own == 0 || all.quoted * 100 > all.letters * QUOTED_SHARE_PERCENT);
}
