#include <config.h>

#include "extract/html_sheet.h"

#include "extract/html_tag.h"

#define COMPOUNDS 4u      /* of one selector */
#define COMPOUND_CLASSES 3u
#define BUCKETS 64u
#define MATCHES 32u       /* rules that apply to one element; the weakest of more are left out */
#define SELECTOR_BYTES 256u
#define TRIES 4000000u    /* of a compound on an element, in one document: some 10 ms */

struct compound {
	uint32_t tag, id, classes[COMPOUND_CLASSES]; /* 0: any */
	bool child;                                  /* its neighbour to the left must be the parent */
};

struct rule {
	struct compound compounds[COMPOUNDS]; /* the element itself first, then outwards */
	unsigned ncompounds;
	unsigned weight; /* specificity */
	size_t block;
	size_t next;     /* in its bucket: index + 1 */
};

struct block {
	struct style normal, important;
};

struct html_sheet {
	size_t limit, nrules, nblocks;
	struct rule *rules;
	struct block *blocks;
	size_t bucket[BUCKETS], any; /* index + 1 of the newest rule */
	size_t tries;
};

struct html_sheet *html_sheet_new(struct arena *a, size_t limit)
{
	struct html_sheet *s = arena_alloc(a, sizeof *s);

	if (s == NULL)
		return NULL;
	s->limit = limit;
	s->rules = arena_array(a, limit, sizeof *s->rules);
	s->blocks = arena_array(a, limit, sizeof *s->blocks);
	return s->rules != NULL && s->blocks != NULL ? s : NULL;
}

void html_sheet_clear(struct html_sheet *s)
{
	s->nrules = s->nblocks = s->any = s->tries = 0;
	memset(s->bucket, 0, sizeof s->bucket);
}

size_t html_sheet_rules(const struct html_sheet *s)
{
	return s->nrules;
}

static bool is_name(char c)
{
	return (c >= '0' && c <= '9') || html_is_letter(c) || c == '-' || c == '_' || (c & 0x80) != 0;
}

static size_t name_end(struct span s, size_t at)
{
	while (at < s.n && is_name(s.p[at]))
		at++;
	return at;
}

/* One compound, such as "td.note": s begins with it. Its length, or 0 where it holds what is not understood. */
static size_t read_compound(struct span s, struct compound *c, unsigned *weight)
{
	size_t at = 0, to, nclasses = 0;

	*c = (struct compound){ 0 };
	if (s.n > 0 && s.p[0] == '*') {
		at = 1;
	} else if ((to = name_end(s, 0)) > 0) {
		c->tag = html_hash(span(s.p, to), true);
		*weight += 1;
		at = to;
	}
	while (at < s.n && s.p[at] != ' ' && s.p[at] != '>') {
		char kind = s.p[at];
		struct span name;

		to = name_end(s, at + 1);
		name = span(s.p + at + 1, to - at - 1);
		if (kind == ':' && (span_is_nocase(name, "link") || span_is_nocase(name, "any-link"))) {
			*weight += 10;
		} else if (name.n > 0 && kind == '.' && nclasses < COMPOUND_CLASSES) {
			c->classes[nclasses++] = html_hash(name, false);
			*weight += 10;
		} else if (name.n > 0 && kind == '#' && c->id == 0) {
			c->id = html_hash(name, false);
			*weight += 100;
		} else {
			return 0;
		}
		at = to;
	}
	return at;
}

static bool read_selector(struct span s, struct rule *r)
{
	struct compound read[COMPOUNDS];
	unsigned n = 0;
	bool child = false;

	r->weight = 0;
	for (size_t at = 0; at < s.n;) {
		size_t length;

		if (s.p[at] == ' ' || s.p[at] == '>') {
			child |= s.p[at++] == '>';
			continue;
		}
		if (n == COMPOUNDS || (length = read_compound(span_from(s, at), &read[n], &r->weight)) == 0)
			return false;
		read[n++].child = child;
		child = false;
		at += length;
	}
	for (unsigned i = 0; i < n; i++)
		r->compounds[i] = read[n - 1 - i];
	r->ncompounds = n;
	return n > 0;
}

static size_t *bucket_of(struct html_sheet *s, const struct compound *c)
{
	uint32_t key = c->id != 0 ? c->id : c->classes[0] != 0 ? c->classes[0] : c->tag;

	return key == 0 ? &s->any : &s->bucket[key % BUCKETS];
}

static bool add_rules(struct html_sheet *s, struct span selectors, struct span declarations)
{
	struct block b = { 0 };

	style_read(declarations, &b.normal, &b.important);
	if (style_empty(&b.normal) && style_empty(&b.important))
		return true;
	if (s->nblocks == s->limit)
		return false;
	s->blocks[s->nblocks++] = b;
	for (size_t at = 0, end; at < selectors.n; at = end + 1) {
		char bytes[SELECTOR_BYTES];
		struct rule *r = &s->rules[s->nrules];
		size_t *bucket;

		if (s->nrules == s->limit)
			return false;
		end = css_find(selectors, at, ",");
		if (!read_selector(css_plain(span(selectors.p + at, end - at), false, bytes, sizeof bytes), r))
			continue;
		r->block = s->nblocks - 1;
		bucket = bucket_of(s, &r->compounds[0]);
		r->next = *bucket;
		*bucket = ++s->nrules;
	}
	return true;
}

/* Would a mail program's window on a desk match? What is not known is taken for yes. */
static bool media_matches(struct span query)
{
	static const char *const not[] = { "max-width", "max-device-width", "print", "not ", "speech", "dark",
		"orientation", "ratio", "resolution", "max-height" };
	char bytes[SELECTOR_BYTES];
	struct span q = css_plain(query, true, bytes, sizeof bytes);

	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		if (span_find(q, 0, span_str(not[i])) < q.n)
			return false;
	return true;
}

/* An at-rule at css.p[at]: where reading goes on, which is inside its block where that counts. */
static size_t at_rule(struct span css, size_t at, size_t *inside)
{
	size_t end = css_find(css, at, "{;"), name = at + 1;
	struct span word;

	while (name < css.n && is_name(css.p[name]))
		name++;
	word = span(css.p + at + 1, name - at - 1);
	if (end == css.n || css.p[end] == ';')
		return end + 1;
	if ((span_is_nocase(word, "media") && media_matches(span(css.p + name, end - name))) ||
	    span_is_nocase(word, "supports") || span_is_nocase(word, "layer")) {
		(*inside)++;
		return end + 1;
	}
	return css_find(css, end + 1, "}") + 1;
}

bool html_sheet_add(struct html_sheet *s, struct span css)
{
	size_t at = 0, inside = 0;

	while (at < css.n) {
		size_t open, close;

		if (html_is_blank(css.p[at])) {
			at++;
		} else if (css.p[at] == '/' && at + 1 < css.n && css.p[at + 1] == '*') {
			at = span_find(css, at + 2, span_str("*/")) + 2;
		} else if (css.n - at >= 4 && memcmp(css.p + at, "<!--", 4) == 0) {
			at += 4;
		} else if (css.n - at >= 3 && memcmp(css.p + at, "-->", 3) == 0) {
			at += 3;
		} else if (css.p[at] == '}') {
			inside -= inside > 0;
			at++;
		} else if (css.p[at] == '@') {
			at = at_rule(css, at, &inside);
		} else {
			open = css_find(css, at, inside > 0 ? "{}" : "{");
			if (open == css.n || css.p[open] == '}') {
				at = open;
				continue;
			}
			close = css_find(css, open + 1, "}");
			if (!add_rules(s, span(css.p + at, open - at), span(css.p + open + 1, close - open - 1)))
				return false;
			at = close + 1;
		}
	}
	return true;
}

static bool fits(const struct compound *c, const struct html_names *e)
{
	if ((c->tag != 0 && c->tag != e->tag) || (c->id != 0 && c->id != e->id))
		return false;
	for (unsigned i = 0; i < COMPOUND_CLASSES && c->classes[i] != 0; i++) {
		uint32_t k = 0;

		while (k < e->nclasses && e->classes[k] != c->classes[i])
			k++;
		if (k == e->nclasses)
			return false;
	}
	return true;
}

/* From the element outwards. The nearest ancestor that fits is taken: a second try further out is never made. */
static bool applies(struct html_sheet *s, const struct rule *r, const struct html_names *e,
    const struct html_names *around, size_t n)
{
	s->tries++;
	if (!fits(&r->compounds[0], e))
		return false;
	for (unsigned i = 1; i < r->ncompounds; i++) {
		size_t from = n;

		if (!r->compounds[i - 1].child)
			while (n > 0 && !fits(&r->compounds[i], &around[n - 1]))
				n--;
		s->tries += from - n;
		if (n == 0 || !fits(&r->compounds[i], &around[n - 1]))
			return false;
		n--;
	}
	return true;
}

struct matches {
	const struct rule *v[MATCHES]; /* the weakest first; of equal ones the earlier */
	size_t n;
};

static void add_match(struct matches *m, const struct rule *r)
{
	size_t at = m->n;

	while (at > 0 && (m->v[at - 1]->weight > r->weight || (m->v[at - 1]->weight == r->weight && m->v[at - 1] > r)))
		at--;
	if (m->n == MATCHES) {
		if (at == 0)
			return;
		memmove(m->v, m->v + 1, --at * sizeof *m->v);
	} else {
		memmove(m->v + at + 1, m->v + at, (m->n++ - at) * sizeof *m->v);
	}
	m->v[at] = r;
}

static void look(struct html_sheet *s, size_t first, const struct html_names *e, const struct html_names *around,
    size_t n, struct matches *m)
{
	for (size_t i = first; i != 0 && s->tries < TRIES; i = s->rules[i - 1].next)
		if (applies(s, &s->rules[i - 1], e, around, n))
			add_match(m, &s->rules[i - 1]);
}

bool html_sheet_match(struct html_sheet *s, const struct html_names *e, const struct html_names *around, size_t n,
    struct style *normal, struct style *important)
{
	size_t firsts[NAMES_CLASSES + 3], nfirsts = 0;
	struct matches m = { .n = 0 };

	if (s->nrules == 0)
		return true;
	firsts[nfirsts++] = s->any;
	firsts[nfirsts++] = s->bucket[e->tag % BUCKETS];
	if (e->id != 0)
		firsts[nfirsts++] = s->bucket[e->id % BUCKETS];
	for (uint32_t i = 0; i < e->nclasses; i++)
		firsts[nfirsts++] = s->bucket[e->classes[i] % BUCKETS];
	for (size_t i = 0; i < nfirsts; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= firsts[k] == firsts[i];
		if (!seen)
			look(s, firsts[i], e, around, n, &m);
	}
	for (size_t i = 0; i < m.n; i++) {
		style_add(normal, &s->blocks[m.v[i]->block].normal);
		style_add(important, &s->blocks[m.v[i]->block].important);
	}
	return s->tries < TRIES;
}
