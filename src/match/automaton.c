#include <config.h>

#include "match/automaton.h"

#include <stdlib.h>

#include "base/utf8.h"

/*
 * 1. The literals are sorted; a state of the trie is a range of them that agree in their first bytes. States are
 *    numbered breadth first, 0 being the root, so the children of a state are neighbours, sorted by their character,
 *    and a failure link leads to a smaller number.
 * 2. `hints` of a state has a bit for each character (by its last six bits) that a child of it, or of a state on its
 *    way of failures, asks for; the root's children do not count. A character without its bit leads to the root's child
 *    for it, whatever the state. That is the usual case by far, and the processor foresees it: what it loads then does
 *    not wait for the state before, so ordinary text costs a few cycles a character.
 */
struct state {
	uint64_t hints;
	uint32_t child;     /* the first of its children */
	uint32_t nchildren;
	uint32_t fail;
	uint32_t output;    /* of `outputs`; 0: nothing ends here */
};

/* The literals that end in a state, and the next output on its way of failures. */
struct output {
	uint32_t first, n, next;
};

struct automaton {
	struct state *states;
	uint32_t *labels; /* by state: the character that leads to it */
	uint32_t *sorted; /* literals by their bytes */
	struct output *outputs;
	size_t nstates, noutputs;
	uint16_t first[0x10000]; /* the root's child for a character of the BMP */
};

/* What only the building needs: by state its literals, and how many bytes they agree in. */
struct range {
	uint32_t from, to, depth, parent;
};

struct builder {
	struct automaton *m;
	const struct span *literals;
	struct range *ranges;
	size_t n;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct span *v = arg;
	const struct span x = v[*(const uint32_t *)a], y = v[*(const uint32_t *)b];
	size_t n = x.n < y.n ? x.n : y.n;
	int c = n > 0 ? memcmp(x.p, y.p, n) : 0;

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

/* The character at a byte of the i-th literal, sorted. */
static unsigned character(const struct builder *b, size_t i, size_t at, uint32_t *cp)
{
	struct span s = b->literals[b->m->sorted[i]];

	return utf8_get(s.p + at, s.p + s.n, cp);
}

/* Invariant 1: the children of a state, behind the last state so far. */
static void add_children(struct builder *b, size_t number)
{
	struct automaton *m = b->m;
	const struct range r = b->ranges[number];
	struct state *s = &m->states[number];
	uint32_t at = r.from, cp, next;

	while (at < r.to && b->literals[m->sorted[at]].n == r.depth)
		at++;
	if (at > r.from && r.depth > 0) {
		s->output = (uint32_t)++m->noutputs;
		m->outputs[s->output] = (struct output){ .first = r.from, .n = at - r.from };
	}
	s->child = (uint32_t)m->nstates;
	while (at < r.to) {
		uint32_t from = at;
		unsigned n = character(b, at, r.depth, &cp);

		do
			at++;
		while (at < r.to && (character(b, at, r.depth, &next), next == cp));
		if (number == 0 && cp < 0x10000)
			m->first[cp] = (uint16_t)m->nstates;
		if (number != 0)
			s->hints |= (uint64_t)1 << (cp & 63);
		b->ranges[m->nstates] = (struct range){ from, at, r.depth + n, (uint32_t)number };
		m->labels[m->nstates] = cp;
		m->states[m->nstates++] = (struct state){ 0 };
		s->nchildren++;
	}
}

/* The child for a character, or 0. */
static uint32_t child(const struct automaton *m, uint32_t number, uint32_t cp)
{
	uint32_t low = m->states[number].child, n = m->states[number].nchildren;

	if (number == 0 && cp < 0x10000)
		return m->first[cp];
	if (n == 0)
		return 0;
	while (n > 1) { /* without a branch that depends on the text */
		uint32_t half = n / 2;

		low += m->labels[low + half] <= cp ? half : 0;
		n -= half;
	}
	return m->labels[low] == cp ? low : 0;
}

/* The next state, by the failure links. */
static uint32_t step(const struct automaton *m, uint32_t at, uint32_t cp)
{
	uint32_t to = child(m, at, cp);

	while (to == 0 && at != 0) {
		at = m->states[at].fail;
		to = child(m, at, cp);
	}
	return to;
}

/* From the root down, so that the parent and the target of each link are complete. */
static void link_failures(struct builder *b)
{
	struct automaton *m = b->m;

	for (uint32_t i = 1; i < m->nstates; i++) {
		struct state *s = &m->states[i];
		uint32_t parent = b->ranges[i].parent;

		s->fail = parent != 0 ? step(m, m->states[parent].fail, m->labels[i]) : 0;
		s->hints |= m->states[s->fail].hints;
		if (s->output != 0)
			m->outputs[s->output].next = m->states[s->fail].output;
		else
			s->output = m->states[s->fail].output;
	}
}

static bool build(struct builder *b)
{
	struct automaton *m = b->m;
	size_t most = 1; /* states */
	void *shrunk;

	m->sorted = malloc((b->n + 1) * sizeof *m->sorted);
	m->outputs = malloc((b->n + 1) * sizeof *m->outputs);
	for (size_t i = 0; i < b->n; i++)
		most += b->literals[i].n;
	if (m->sorted == NULL || m->outputs == NULL || most > UINT32_MAX / 2 || b->n > UINT32_MAX / 2)
		return false;
	for (size_t i = 0; i < b->n; i++)
		m->sorted[i] = (uint32_t)i;
	qsort_r(m->sorted, b->n, sizeof *m->sorted, compare, (void *)(uintptr_t)b->literals);
	m->states = malloc(most * sizeof *m->states);
	m->labels = malloc(most * sizeof *m->labels);
	b->ranges = malloc(most * sizeof *b->ranges);
	if (m->states == NULL || m->labels == NULL || b->ranges == NULL)
		return false;
	m->states[0] = (struct state){ 0 };
	m->labels[0] = 0;
	m->nstates = 1;
	b->ranges[0] = (struct range){ .to = (uint32_t)b->n };
	for (size_t i = 0; i < m->nstates; i++)
		add_children(b, i);
	if ((shrunk = realloc(m->states, m->nstates * sizeof *m->states)) != NULL)
		m->states = shrunk;
	if ((shrunk = realloc(m->labels, m->nstates * sizeof *m->labels)) != NULL)
		m->labels = shrunk;
	link_failures(b);
	return true;
}

struct automaton *automaton_build(const struct span *literals, size_t n)
{
	struct builder b = { .m = calloc(1, sizeof *b.m), .literals = literals, .n = n };

	if (b.m != NULL && !build(&b)) {
		automaton_free(b.m);
		b.m = NULL;
	}
	free(b.ranges);
	return b.m;
}

void automaton_free(struct automaton *m)
{
	if (m == NULL)
		return;
	free(m->states);
	free(m->labels);
	free(m->sorted);
	free(m->outputs);
	free(m);
}

static bool report(const struct automaton *m, uint32_t output, size_t end, automaton_fn *found, void *arg)
{
	for (; output != 0; output = m->outputs[output].next)
		for (uint32_t i = 0; i < m->outputs[output].n; i++)
			if (!found(arg, m->sorted[m->outputs[output].first + i], end))
				return false;
	return true;
}

void automaton_search(const struct automaton *m, struct span text, automaton_fn *found, void *arg)
{
	uint32_t at = 0, cp;

	for (size_t i = 0; i < text.n;) {
		i += utf8_get(text.p + i, text.p + text.n, &cp);
		if (cp >= 0x10000 || (m->states[at].hints >> (cp & 63) & 1))
			at = step(m, at, cp);
		else
			at = m->first[cp];
		if (m->states[at].output != 0 && !report(m, m->states[at].output, i, found, arg))
			return;
	}
}

size_t automaton_bytes(const struct automaton *m)
{
	return sizeof *m + m->nstates * (sizeof *m->states + sizeof *m->labels) +
	    (m->noutputs + 1) * (sizeof *m->outputs + sizeof *m->sorted);
}
