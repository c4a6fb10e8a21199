#include <config.h>

#include "base/suggest.h"

/* Optimal string alignment distance: Damerau-Levenshtein without moving over a swap. */
static size_t distance(struct span a, struct span b)
{
	size_t row[3][SUGGEST_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t d = before[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			if (before[j] + 1 < d)
				d = before[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
			    earlier[j - 2] + 1 < d)
				d = earlier[j - 2] + 1;
			now[j] = d;
		}
	}
	return row[a.n % 3][b.n];
}

const char *suggest(struct span wrong, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t nearest = SUGGEST_MAX;

	if (wrong.n == 0 || wrong.n > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct span name = span_str(names[i]);
		size_t longer = name.n > wrong.n ? name.n : wrong.n, d;

		if (name.n == 0 || name.n > SUGGEST_MAX)
			continue;
		d = distance(wrong, name);
		if (d < nearest && 3 * d <= longer) {
			nearest = d;
			best = names[i];
		}
	}
	return best;
}
