#include <config.h>

#include "match/pattern_tree.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/utf8.h"

/*
 * On the tree, in the skeleton. What is known of a node is one of two things, or both:
 * 1. all the strings it can match (or more than those), where they are few;
 * 2. a set of literals, one of which is in each of its matches: the best that was found.
 * A sequence multiplies the strings of its parts while they stay few, and takes the best set that it comes by. A string
 * that holds another of its set is dropped; the distances of the one that stays take in where it was.
 */
#define STRINGS_MAX 64u
#define STRING_BYTES_MAX 48u /* longer ones would say no more */
#define REPEATS_MAX 4u       /* repetitions that are written out */
#define SCRATCH_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct strings {
	struct span *v;
	size_t n;
};

struct set {
	struct literal *v;
	size_t n; /* 0: none */
	uint64_t cost;
};

struct known {
	bool few; /* strings are all of them */
	struct strings strings;
	struct set best;
};

struct maker {
	struct arena *arena;
	size_t shortest; /* characters of a literal */
};

/* Bits that a character says about where it stands, from its share of the letters of Japanese mail; 0: not listed. */
static unsigned char listed[0x10000];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void list_letters(void)
{
	static const struct {
		const char *letters;
		unsigned char bits;
	} common[] = {
#define LETTERS(bits, letters) { letters, bits },
#include "match/letters.def"
	};

	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		uint32_t cp;

		for (const char *p = common[i].letters, *end = p + strlen(p); p < end;) {
			p += utf8_get(p, end, &cp);
			listed[cp & 0xFFFF] = common[i].bits;
		}
	}
}

static unsigned bits_of(uint32_t cp)
{
	if (cp < 0x10000 && listed[cp] != 0)
		return listed[cp];
	return cp < 0x3100 ? 11 : 12;
}

/* How often it is met by chance: its share, as a fraction of 2^40. */
static uint64_t chance(struct span text)
{
	unsigned bits = 0;
	uint32_t cp;

	for (const char *p = text.p, *end = p + text.n; p < end;) {
		p += utf8_get(p, end, &cp);
		bits += bits_of(cp);
	}
	return (uint64_t)1 << (bits < 40 ? 40 - bits : 0);
}

static size_t characters(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
	return n;
}

/* --- sets --------------------------------------------------------------------------------------------------------- */

static int by_length(const void *a, const void *b)
{
	const struct literal *x = a, *y = b;
	size_t n = x->text.n < y->text.n ? x->text.n : y->text.n;

	if (x->text.n != y->text.n)
		return x->text.n < y->text.n ? -1 : 1;
	return memcmp(x->text.p, y->text.p, n);
}

/* Drop each literal that holds another one. */
static void reduce(struct set *s)
{
	size_t kept = 0;

	if (s->n > 1)
		qsort(s->v, s->n, sizeof *s->v, by_length);
	for (size_t i = 0; i < s->n; i++) {
		size_t k, at = 0;

		for (k = 0; k < kept; k++)
			if ((at = span_find(s->v[i].text, 0, s->v[k].text)) < s->v[i].text.n)
				break;
		if (k == kept) {
			s->v[kept++] = s->v[i];
			continue;
		}
		if (s->v[i].back_min + at < s->v[k].back_min)
			s->v[k].back_min = s->v[i].back_min + (uint32_t)at;
		if (s->v[i].back_max + at > s->v[k].back_max)
			s->v[k].back_max = s->v[i].back_max + (uint32_t)at;
	}
	s->n = kept;
}

/* Each hit of a literal makes PCRE2 look at as many starts as its distances span. */
static void weigh(struct set *s)
{
	s->cost = 0;
	for (size_t i = 0; i < s->n; i++)
		s->cost += chance(s->v[i].text) * (16 + s->v[i].back_max - s->v[i].back_min);
}

static void take_better(struct set *best, const struct set *other)
{
	if (other->n > 0 && (best->n == 0 || other->cost < best->cost))
		*best = *other;
}

/* The set of all these strings, if they are long enough; a match begins back_min .. back_max before them. */
static struct set set_of(struct maker *m, const struct strings *strings, uint32_t back_min, uint32_t back_max)
{
	struct set s = { .v = arena_array(m->arena, strings->n, sizeof *s.v) };

	for (size_t i = 0; s.v != NULL && i < strings->n; i++) {
		if (characters(strings->v[i]) < m->shortest)
			return (struct set){ 0 };
		s.v[s.n++] = (struct literal){ strings->v[i], back_min, back_max };
	}
	reduce(&s);
	weigh(&s);
	return s;
}

static struct set shifted(struct maker *m, const struct set *from, uint32_t back_min, uint32_t back_max)
{
	struct set s = { .v = arena_array(m->arena, from->n, sizeof *s.v) };

	for (size_t i = 0; s.v != NULL && i < from->n; i++) {
		s.v[s.n] = from->v[i];
		s.v[s.n].back_min += back_min;
		s.v[s.n++].back_max += back_max;
	}
	weigh(&s);
	return s;
}

/* --- strings ------------------------------------------------------------------------------------------------------ */

static void add_string(struct maker *m, struct known *k, struct span s)
{
	if (!k->few)
		return;
	for (size_t i = 0; i < k->strings.n; i++)
		if (span_eq(k->strings.v[i], s))
			return;
	if (k->strings.v == NULL)
		k->strings.v = arena_array(m->arena, STRINGS_MAX, sizeof *k->strings.v);
	if (k->strings.v == NULL || k->strings.n == STRINGS_MAX || s.n > STRING_BYTES_MAX)
		k->few = false;
	else
		k->strings.v[k->strings.n++] = s;
}

static struct span joined(struct maker *m, struct span a, struct span b)
{
	char *p;

	if (a.n == 0 || b.n == 0)
		return a.n == 0 ? b : a;
	p = arena_alloc(m->arena, a.n + b.n);
	if (p == NULL)
		return span(NULL, 0);
	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return span(p, a.n + b.n);
}

static struct known multiply(struct maker *m, const struct strings *a, const struct strings *b)
{
	struct known k = { .few = a->n * b->n <= STRINGS_MAX };

	for (size_t i = 0; k.few && i < a->n; i++)
		for (size_t j = 0; k.few && j < b->n; j++)
			add_string(m, &k, joined(m, a->v[i], b->v[j]));
	return k;
}

static struct known nothing(struct maker *m)
{
	struct known k = { .few = true };

	add_string(m, &k, span(NULL, 0));
	return k;
}

/* Adds text with each of its U+000A there or not. */
static void add_with_newlines(struct maker *m, struct known *k, struct span text)
{
	struct known all = nothing(m);

	for (size_t at = 0; at < text.n && all.few;) {
		size_t end = span_find(text, at, span_str("\n"));
		struct span pieces[2] = { span(text.p + at, end - at), span(text.p + at, end - at + (end < text.n)) };

		all = multiply(m, &all.strings, &(struct strings){ pieces, end < text.n ? 2 : 1 });
		at = end + 1;
	}
	k->few &= all.few;
	for (size_t i = 0; i < all.strings.n; i++)
		add_string(m, k, all.strings.v[i]);
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

static struct known know(struct maker *m, const struct node *n, unsigned before);

/* A run too long for a string: a piece of it must do. */
static struct set piece_of(struct maker *m, const struct run *r)
{
	struct span text = r->form[VIEW_SKELETON][0].text, piece;
	size_t from = 0, to;

	if (r->nforms[VIEW_SKELETON] > 1)
		return (struct set){ 0 };
	for (; from < text.n; from = to + 1) {
		to = span_find(text, from, span_str("\n"));
		if (to - from > STRING_BYTES_MAX) {
			to = from + STRING_BYTES_MAX;
			while (((unsigned char)text.p[to] & 0xC0) == 0x80)
				to--;
		}
		piece = span(text.p + from, to - from);
		if (characters(piece) >= 4)
			return set_of(m, &(struct strings){ &piece, 1 }, 0, (uint32_t)from);
	}
	return (struct set){ 0 };
}

static struct known know_run(struct maker *m, const struct run *r, unsigned before)
{
	const struct run_form *form = r->form[VIEW_SKELETON];
	struct known k = { .few = true };

	for (size_t i = 0; i < r->nforms[VIEW_SKELETON]; i++)
		if (form[i].behind == 0 || (form[i].behind & before))
			add_with_newlines(m, &k, form[i].text);
	if (!k.few)
		k.best = piece_of(m, r);
	return k;
}

static struct known know_class(struct maker *m, const struct char_class *class, unsigned before)
{
	const struct class_image *c = &class->image[VIEW_SKELETON];
	struct known k = { .few = !class->negated };

	for (size_t i = 0; k.few && i < c->nranges; i++) {
		for (uint32_t cp = c->ranges[i].from; k.few && cp <= c->ranges[i].to; cp++) {
			char utf8[UTF8_MAX];

			add_string(m, &k, arena_copy(m->arena, span(utf8, utf8_put(utf8, cp))));
		}
	}
	for (size_t i = 0; i < c->nlonger; i++)
		add_with_newlines(m, &k, c->longer[i]);
	if (c->newline)
		add_string(m, &k, span_str("\n"));
	if (c->goes || ((before & ENDS_LONG) && class_holds_long(c)))
		add_string(m, &k, span(NULL, 0));
	return k;
}

static struct known know_sequence(struct maker *m, const struct node *n, unsigned before)
{
	struct known all = nothing(m);
	struct set closed;
	uint32_t min = 0, max = 0;           /* bytes before the part */
	uint32_t run_min = 0, run_max = 0;   /* and before all.strings */
	bool whole = true;

	for (size_t i = 0; i < n->n; i++) {
		const struct node *child = n->children[i];
		struct known k = know(m, child, before), more = { 0 };
		struct set moved = shifted(m, &k.best, min, max);

		take_better(&all.best, &moved);
		if (k.few)
			more = multiply(m, &all.strings, &k.strings);
		closed = set_of(m, &all.strings, run_min, run_max);
		take_better(&all.best, &closed);
		if (more.few) {
			all.strings = more.strings;
		} else {
			whole = false;
			all.strings = k.few ? k.strings : nothing(m).strings;
			run_min = k.few ? min : min + child->least;
			run_max = k.few ? max : max + child->most[VIEW_SKELETON];
		}
		min += child->least;
		max += child->most[VIEW_SKELETON];
		before = ends_after(child, VIEW_SKELETON, before);
	}
	closed = set_of(m, &all.strings, run_min, run_max);
	take_better(&all.best, &closed);
	all.few = whole;
	return all;
}

static struct set best_of(struct maker *m, const struct known *k)
{
	struct set best = k->best, all;

	if (k->few) {
		all = set_of(m, &k->strings, 0, 0);
		take_better(&best, &all);
	}
	return best;
}

static struct known know_choice(struct maker *m, const struct node *n, unsigned before)
{
	struct known all = { .few = true };
	struct literal *v = arena_array(m->arena, PATTERN_LITERALS_MAX, sizeof *v);
	struct set set = { .v = v };
	bool each = v != NULL;

	for (size_t i = 0; i < n->n; i++) {
		struct known k = know(m, n->children[i], before);
		struct set best = best_of(m, &k);

		all.few &= k.few;
		for (size_t j = 0; all.few && j < k.strings.n; j++)
			add_string(m, &all, k.strings.v[j]);
		each = each && best.n > 0 && set.n + best.n <= PATTERN_LITERALS_MAX;
		if (each)
			memcpy(set.v + set.n, best.v, best.n * sizeof *set.v);
		set.n += each ? best.n : 0;
	}
	if (each) {
		reduce(&set);
		weigh(&set);
		all.best = set;
	}
	return all;
}

static struct known know_repeat(struct maker *m, const struct node *n, unsigned before)
{
	const struct node *child = n->children[0];
	struct known one, ret = { 0 }, power = nothing(m);
	struct set set;
	unsigned written = 0;

	one = know(m, child, n->max > 1 ? before | child->ends[VIEW_SKELETON] : before);
	if (n->min > 0)
		ret.best = best_of(m, &one);
	if (!one.few)
		return ret;
	ret.few = n->max <= REPEATS_MAX;
	if (n->min == 0)
		add_string(m, &ret, span(NULL, 0));
	while (power.few && written < n->max && written < REPEATS_MAX) {
		power = multiply(m, &power.strings, &one.strings);
		written++;
		if (power.few && written <= n->min) {
			set = set_of(m, &power.strings, 0, 0);
			take_better(&ret.best, &set);
		}
		ret.few &= power.few;
		for (size_t i = 0; written >= n->min && ret.few && i < power.strings.n; i++)
			add_string(m, &ret, power.strings.v[i]);
	}
	return ret;
}

/* What `before` says stands before the node. */
static struct known know(struct maker *m, const struct node *n, unsigned before)
{
	struct known k = nothing(m);

	switch (n->kind) {
	case NODE_RUN:
		return know_run(m, n->run, before);
	case NODE_CLASS:
		return know_class(m, n->class, before);
	case NODE_SEQUENCE:
		return know_sequence(m, n, before);
	case NODE_CHOICE:
		return know_choice(m, n, before);
	case NODE_REPEAT:
		return know_repeat(m, n, before);
	case NODE_ANY:
		return (struct known){ 0 };
	case NODE_START:
		add_string(m, &k, span_str("\n"));
		return k;
	case NODE_EMPTY: case NODE_BLANK: case NODE_END: case NODE_BORDER: case NODE_AHEAD: case NODE_NOT_AHEAD:
		break;
	}
	return k;
}

static bool any_weak(const struct node *n)
{
	if (n->kind != NODE_CHOICE)
		return skeleton_is_weak(n);
	for (size_t i = 0; i < n->n; i++)
		if (any_weak(n->children[i]))
			return true;
	return false;
}

/* A set that may serve as a need, of a part that begins back_min .. back_max bytes behind the start. */
struct candidate {
	struct set set;
	uint32_t back_min, back_max;
};

static int by_cost(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->set.cost != y->set.cost)
		return x->set.cost < y->set.cost ? -1 : 1;
	return (x->back_min > y->back_min) - (x->back_min < y->back_min);
}

/* Would a set be met in every other sentence? Then it is not worth to be looked for. */
static bool is_common(const struct set *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += chance(s->v[i].text);
	return sum > (uint64_t)1 << 35;
}

/* The sets of the parts of a sequence, cheapest first. */
static size_t parts_of(struct maker *m, const struct node *n, struct candidate *v)
{
	uint32_t min = 0, max = 0;
	unsigned before = 0;
	size_t found = 0;

	for (size_t i = 0; i < n->n; i++) {
		const struct node *child = n->children[i];
		struct known k = know(m, child, before);
		struct set set = best_of(m, &k);

		if (set.n > 0 && !is_common(&set)) {
			struct set moved = shifted(m, &set, min, max);

			set.cost = moved.cost;
			v[found++] = (struct candidate){ set, min, max };
		}
		min += child->least;
		max += child->most[VIEW_SKELETON];
		before = ends_after(child, VIEW_SKELETON, before);
	}
	if (found > 1)
		qsort(v, found, sizeof *v, by_cost);
	return found;
}

static struct need copied(struct arena *a, const struct candidate *c)
{
	struct need need = { arena_array(a, c->set.n, sizeof *need.v), c->set.n, c->back_min, c->back_max };

	for (size_t i = 0; need.v != NULL && i < need.n; i++)
		need.v[i] = (struct literal){ arena_copy(a, c->set.v[i].text), c->set.v[i].back_min,
			c->set.v[i].back_max };
	return need;
}

static size_t shortest_of(const struct set *s)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < s->n; i++)
		least = characters(s->v[i].text) < least ? characters(s->v[i].text) : least;
	return least;
}

/*
 * The best set of the whole, of literals of two characters at least, and those of its parts. A part's set stands as it
 * is there, with its place apart: a term of many patterns is one set then.
 */
static size_t choose(struct maker *m, const struct node *root, struct candidate *v)
{
	struct known k;
	struct candidate whole = { .set = { .n = 0 } };
	size_t n = 0;

	m->shortest = 2;
	k = know(m, root, 0);
	whole.set = best_of(m, &k);
	if (whole.set.n == 0)
		return 0;
	m->shortest = 1;
	if (root->kind == NODE_SEQUENCE)
		n = parts_of(m, root, v + 1);
	/* Two parts together may say more than each of them. */
	if (n > 0 && v[1].set.cost <= whole.set.cost && shortest_of(&v[1].set) > 1) {
		memmove(v, v + 1, n * sizeof *v);
		return n;
	}
	v[0] = whole;
	return n + 1;
}

size_t pattern_needs(struct arena *a, const struct pattern *p, struct need ret[PATTERN_NEEDS_MAX])
{
	struct maker m = { .arena = arena_new(SCRATCH_BYTES_MAX) };
	struct candidate *v = m.arena != NULL ? arena_array(m.arena, p->root->n + 1, sizeof *v) : NULL;
	size_t n = 0;

	pthread_once(&once, list_letters);
	if (v != NULL && !any_weak(p->root))
		n = choose(&m, p->root, v);
	if (m.arena != NULL && arena_failed(m.arena))
		n = 0; /* it must always run, then */
	n = n > PATTERN_NEEDS_MAX ? PATTERN_NEEDS_MAX : n;
	for (size_t i = 0; i < n; i++) {
		ret[i] = copied(a, &v[i]);
		if (ret[i].v == NULL)
			n = i;
	}
	arena_free(m.arena);
	return n;
}
