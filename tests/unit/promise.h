/* What fold.h promises to patterns, as a test may ask of any run in any text. */
#ifndef LURE_TESTS_PROMISE_H
#define LURE_TESTS_PROMISE_H

#include "base/utf8.h"
#include "fold/divide.h"
#include "fold/fold.h"

static inline bool promise_is_mark(uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_leans(cp) && fold_char(VIEW_TEXT, cp, image) == 0;
}

static inline bool promise_is_removed(uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return !fold_leans(cp) && fold_char(VIEW_TEXT, cp, image) == 0;
}

/* A blank, or what a quote prefix is made of: rule 2 looks for a voicing mark behind them. */
static inline bool promise_is_blank(uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_char(VIEW_TEXT, cp, image) == 1 && (image[0] == ' ' || image[0] == '>');
}

/* Does some dash or wave of the text part letters? What it becomes depends on more than stands before it. */
static inline bool promise_divides(struct span text)
{
	uint32_t cp;

	for (size_t at = 0, next; at < text.n; at = next) {
		next = at + utf8_get(text.p + at, text.p + text.n, &cp);
		if (fold_dash(cp) && divide(text, at, next))
			return true;
	}
	return false;
}

/* Is the run of bytes from .. to (whole characters) of the text one that fold.h promises something about? */
static inline bool promise_holds(struct span text, size_t from, size_t to)
{
	uint32_t first = 0, last = 0, cp;
	const char *p = text.p + from, *end = text.p + text.n;

	while (p < text.p + to) {
		p += utf8_get(p, end, &cp);
		if (promise_is_removed(cp))
			continue;
		first = first == 0 ? cp : first;
		last = cp;
	}
	if (first == 0 || fold_leans(first) || fold_leans(last) || promise_divides(text))
		return false;
	while (p < end) {
		p += utf8_get(p, end, &cp);
		if (promise_is_mark(cp))
			return false;
		if (!promise_is_removed(cp) && !promise_is_blank(cp))
			break;
	}
	return true;
}

/* The needle at `at` of the text, each of its U+000A there or not where they are optional. */
static inline bool promise_is_at(struct span text, size_t at, struct span needle, bool optional)
{
	for (size_t k = 0; k < needle.n; k++) {
		if (at < text.n && text.p[at] == needle.p[k])
			at++;
		else if (!optional || needle.p[k] != '\n')
			return false;
	}
	return true;
}

static inline bool promise_occurs(struct span text, struct span needle, bool optional)
{
	for (size_t at = 0; at <= text.n; at++)
		if (promise_is_at(text, at, needle, optional))
			return true;
	return false;
}

/* Is the run, folded, in both views of its text? */
static inline bool promise_kept(const struct view v[VIEW_N], struct span run)
{
	bool kept = true;

	for (int view = 0; view < VIEW_N; view++) {
		struct buf b = BUF_HEAP;

		fold_literal((enum view_kind)view, run, &b);
		kept = kept && !b.failed && promise_occurs(v[view].text, buf_text(&b), view == VIEW_SKELETON);
		buf_free(&b);
	}
	return kept;
}

#endif
