/*
 * automaton - Aho-Corasick over the characters of UTF-8, with sparse states.
 * literals -> all their occurrences in one pass
 *
 * Aho and Corasick, CACM 18 (1975). Literals and text are valid UTF-8. Immutable after build; shared by all scans.
 */
#ifndef LURE_MATCH_AUTOMATON_H
#define LURE_MATCH_AUTOMATON_H

#include <stdint.h>

#include "base/span.h"

struct automaton;

/* NULL: no memory. Literal i is reported as i; equal literals are reported each, an empty one never. */
struct automaton *automaton_build(const struct span *literals, size_t n);
void automaton_free(struct automaton *m);

/* Called for each occurrence with the offset behind its last byte; false stops the search. */
typedef bool automaton_fn(void *arg, uint32_t literal, size_t end);
void automaton_search(const struct automaton *m, struct span text, automaton_fn *found, void *arg);
size_t automaton_bytes(const struct automaton *m);

#endif
