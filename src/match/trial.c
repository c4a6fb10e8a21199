#include <config.h>

#include "match/trial.h"

#define TRY_BYTES 900u /* of each text that a pattern is tried on */

/* As often as makes TRY_BYTES. */
static void repeat(struct buf *b, struct span unit)
{
	size_t all = unit.n == 0 ? 0 : (TRY_BYTES + unit.n - 1) / unit.n * unit.n;

	if (all == 0 || !buf_reserve(b, all))
		return;
	buf_span(b, unit);
	while (b->n < all)
		buf_add(b, b->p, b->n < all - b->n ? b->n : all - b->n);
}

/*
 * Text that repeats `unit`, and then all that a match needs, in another sentence: PCRE2 gives up at once where a
 * character that must be there is not.
 */
static bool explodes_on(struct loader *l, const struct regex *r, struct span unit, struct span tail, struct buf *text)
{
	size_t from = 0, to = 0, start = 0;
	enum regex_result found = REGEX_HIT;

	buf_clear(text);
	repeat(text, unit);
	buf_byte(text, '\n');
	buf_span(text, tail);
	while (found == REGEX_HIT && start < text->n) {
		found = regex_find(r, l->scratch, buf_text(text), start, text->n, &from, &to);
		start = to > start ? to : text->n;
	}
	return found == REGEX_CUT_SHORT;
}

static void folded_sample(const struct pattern *p, enum view_kind view, uint64_t *seed, struct buf *out)
{
	struct buf sample = BUF_HEAP;

	pattern_sample(p, view, seed, &sample);
	buf_clear(out);
	fold_literal(view, buf_text(&sample), out);
	buf_free(&sample);
}

/* Without its last character. */
static struct span cut_last(struct span s)
{
	while (s.n > 1 && ((unsigned char)s.p[s.n - 1] & 0xC0) == 0x80)
		s.n--;
	s.n -= s.n > 0;
	return s;
}

bool trial_explodes(struct loader *l, const struct pattern *p, const struct need *need, const struct regex *r,
    enum view_kind view)
{
	static const char *const plain[] = { "あ", "ア", "金", "1", "a", "a ", "あ1" };
	struct buf unit = BUF_HEAP, tail = BUF_HEAP, text = BUF_HEAP;
	uint64_t seed = 1;
	bool bad = false;

	folded_sample(p, view, &seed, &tail);
	for (size_t i = 0; !bad && i < sizeof plain / sizeof *plain; i++) {
		buf_clear(&unit);
		fold_literal(view, span_str(plain[i]), &unit);
		bad = explodes_on(l, r, buf_text(&unit), buf_text(&tail), &text);
	}
	for (size_t i = 0; !bad && need != NULL && i < need->n && i < 4; i++)
		bad = explodes_on(l, r, need->v[i].text, buf_text(&tail), &text);
	for (int i = 0; !bad && i < 4; i++) {
		folded_sample(p, view, &seed, &unit);
		bad = explodes_on(l, r, cut_last(buf_text(&unit)), buf_text(&tail), &text);
	}
	buf_free(&unit);
	buf_free(&tail);
	buf_free(&text);
	return bad;
}
