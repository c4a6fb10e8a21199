/*
 * pattern_try - does a pattern find what it should?
 * pattern, a string it matches as typed -> what is wrong, or NULL
 *
 * For the property test and the fuzz target.
 */
#ifndef LURE_TESTS_PATTERN_TRY_H
#define LURE_TESTS_PATTERN_TRY_H

#include <stdio.h>

#include "base/utf8.h"
#include "match/pattern.h"
#include "match/regex.h"

static const char try_cut_short[] = "cut short";
static const char try_parted[] = "parted by dashes";

#define TRY_LIMIT 100000u /* matches: what explodes is the trial's matter, see match/trial.h */

/* Everything that is made of a pattern. */
struct tried {
	const struct pattern *pattern;
	struct regex *regex[VIEW_N];
	struct need needs[PATTERN_NEEDS_MAX];
	size_t nneeds;
};

static inline struct regex_scratch *try_scratch(void)
{
	struct limits l = LIMITS_DEFAULT;

	l.regex_match = l.regex_depth = TRY_LIMIT;
	return regex_scratch_new(&l);
}

static inline void try_end(struct tried *t)
{
	for (int view = 0; view < VIEW_N; view++)
		regex_free(t->regex[view]);
}

static inline const char *try_need(const struct need *need, size_t shortest)
{
	for (size_t i = 0; i < need->n; i++) {
		size_t characters = 0;

		for (size_t k = 0; k < need->v[i].text.n; k++)
			characters += ((unsigned char)need->v[i].text.p[k] & 0xC0) != 0x80;
		if (characters < shortest)
			return "a literal is too short";
		if (need->v[i].back_min > need->v[i].back_max || need->back_min > need->back_max)
			return "a literal's distances are the wrong way round";
	}
	return need->n > 0 ? NULL : "a need of no literals";
}

static inline const char *try_begin(struct arena *a, const struct pattern *p, struct tried *t)
{
	static char error[200];

	*t = (struct tried){ .pattern = p };
	for (int view = 0; view < VIEW_N; view++) {
		struct buf source = BUF_HEAP;

		pattern_emit(p, view, &source);
		t->regex[view] = regex_compile(buf_text(&source), error);
		buf_free(&source);
		if (t->regex[view] == NULL)
			return error;
	}
	t->nneeds = pattern_needs(a, p, t->needs);
	for (size_t i = 0; i < t->nneeds; i++) {
		const char *wrong = try_need(&t->needs[i], i == 0 ? 2 : 1);

		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

/* Does a literal of the need lie in from .. to of the skeleton, and begin at one of its distances from the start? */
static inline bool try_literal(const struct need *need, struct span skeleton, size_t from, size_t to)
{
	for (size_t i = 0; i < need->n; i++) {
		const struct literal *l = &need->v[i];
		size_t at = span_find(skeleton, from, l->text);

		for (; at + l->text.n <= to; at = span_find(skeleton, at + 1, l->text))
			if (at >= from + l->back_min + need->back_min && at <= from + l->back_max + need->back_max)
				return true;
	}
	return false;
}

static inline bool try_literals(const struct tried *t, struct span skeleton, size_t from, size_t to)
{
	for (size_t i = 0; i < t->nneeds; i++)
		if (!try_literal(&t->needs[i], skeleton, from, to))
			return false;
	return true;
}

/* The bytes of the skeleton that came from the original's, of a run of U+30FC also where only one of it did. */
static inline void try_under(const struct view *skeleton, size_t ofrom, size_t oto, size_t *from, size_t *to)
{
	*from = 0;
	while (*from < skeleton->text.n && skeleton->to[*from] <= ofrom)
		++*from;
	*to = *from;
	while (*to < skeleton->text.n && skeleton->from[*to] < oto)
		++*to;
}

/* One hit: is it as short, and are the literals where, the pattern says? */
static inline const char *try_hit(const struct tried *t, const struct view views[VIEW_N], enum view_kind view,
    size_t from, size_t to)
{
	size_t ofrom, oto;

	if (to - from > pattern_width(t->pattern, view))
		return "a match is wider than the pattern";
	if (to == from)
		return NULL;
	if (view == VIEW_SKELETON)
		return try_literals(t, views[view].text, from, to) ? NULL : "no literal in a match of the skeleton";
	view_origin(&views[view], from, to, &ofrom, &oto);
	try_under(&views[VIEW_SKELETON], ofrom, oto, &from, &to);
	return try_literals(t, views[VIEW_SKELETON].text, from, to) ? NULL : "no literal in the skeleton under text";
}

static inline unsigned try_dashes(struct span string)
{
	unsigned n = 0;
	uint32_t cp;

	for (size_t i = 0; i < string.n;) {
		i += utf8_get(string.p + i, string.p + string.n, &cp);
		n += fold_dash(cp);
	}
	return n;
}

/*
 * Looks for the pattern in before + string + behind, in both views, and at all its hits; the string is a sample made
 * for a view. NULL: found where it must be, and all is well. try_cut_short: ran into the limits. try_parted: some of
 * several dashes may part letters in that text, others not; fold.h does not promise for those.
 */
static inline const char *try_string(struct arena *a, const struct tried *t, struct regex_scratch *scratch,
    enum view_kind sampled, const char *before, struct span string, const char *behind)
{
	struct view views[VIEW_N];
	struct buf text = BUF_ARENA(a, 0);

	buf_str(&text, before);
	buf_span(&text, string);
	buf_str(&text, behind);
	if (fold_prose(a, buf_text(&text), views) < 0)
		return "no memory";
	for (int view = 0; view < VIEW_N; view++) {
		struct span folded = views[view].text;
		size_t from = 0, to = 0;

		for (size_t start = 0, hits = 0; start <= folded.n && hits < 8; hits++) {
			enum regex_result r = regex_find(t->regex[view], scratch, folded, start, folded.n, &from, &to);
			const char *wrong;

			if (r == REGEX_CUT_SHORT)
				return try_cut_short;
			if (r == REGEX_NONE && hits == 0 && (enum view_kind)view <= sampled && try_dashes(string) > 1)
				return try_parted;
			if (r == REGEX_NONE && hits == 0 && (enum view_kind)view <= sampled)
				return view == VIEW_TEXT ? "not found in text" : "not found in the skeleton";
			if (r == REGEX_NONE)
				break;
			if ((wrong = try_hit(t, views, view, from, to)) != NULL)
				return wrong;
			start = to > from ? to : to + 1;
			while (start < folded.n && ((unsigned char)folded.p[start] & 0xC0) == 0x80)
				start++;
		}
	}
	return NULL;
}

/* All about a failure, for people. */
static inline void try_report(const struct tried *t, struct span pattern, const char *before, struct span string,
    const char *behind, const char *wrong)
{
	struct view views[VIEW_N];
	struct arena *a = arena_new((size_t)1 << 24);
	struct buf text = BUF_HEAP;

	buf_printf(&text, "%s%.*s%s", before, SPAN_ARG(string), behind);
	fprintf(stderr, "%s: pattern '%.*s' string '%s'\n", wrong, SPAN_ARG(pattern), buf_cstr(&text));
	if (a != NULL && fold_prose(a, buf_text(&text), views) == 0) {
		for (int view = 0; view < VIEW_N; view++) {
			struct buf source = BUF_HEAP;

			pattern_emit(t->pattern, view, &source);
			fprintf(stderr, "  %s: /%s/ (width %zu) in '%.*s'\n", view == VIEW_TEXT ? "text" : "skeleton",
			    buf_cstr(&source), pattern_width(t->pattern, view), SPAN_ARG(views[view].text));
			buf_free(&source);
		}
	}
	for (size_t k = 0; k < t->nneeds; k++) {
		const struct need *need = &t->needs[k];

		fprintf(stderr, "  need %u..%u:\n", need->back_min, need->back_max);
		for (size_t i = 0; i < need->n; i++)
			fprintf(stderr, "    literal '%.*s' %u..%u\n", SPAN_ARG(need->v[i].text), need->v[i].back_min,
			    need->v[i].back_max);
	}
	buf_free(&text);
	arena_free(a);
}

#endif
