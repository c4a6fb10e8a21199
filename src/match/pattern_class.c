#include <config.h>

#include "match/pattern_tree.h"

#include <stdlib.h>

#include "base/utf8.h"

#define GAP_MAX 1024u

/* The images of a class's members in one view. */
struct images {
	uint64_t bits[UNICODE_END / 64]; /* those of one character */
	uint32_t low, high;              /* words of it, from and to behind, that hold any */
	struct buf text; /* of the longer ones, one after the other */
	struct span longer[PATTERN_LONGER_MAX]; /* .p is an offset until all are there */
	size_t nlonger;
	bool newline, goes, left, too_many;
};

bool ranges_hold(const struct cp_range *v, size_t n, uint32_t cp)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v[mid].to < cp)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && v[low].from <= cp;
}

bool class_holds_long(const struct class_image *c)
{
	return ranges_hold(c->ranges, c->nranges, LONG_SOUND);
}

static int by_start(const void *a, const void *b)
{
	const struct cp_range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static size_t merge(struct cp_range *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof *v, by_start);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && v[i].from <= v[kept - 1].to + 1)
			v[kept - 1].to = v[i].to > v[kept - 1].to ? v[i].to : v[kept - 1].to;
		else
			v[kept++] = v[i];
	}
	return kept;
}

static void add(struct images *s, uint32_t cp)
{
	uint32_t word = cp / 64;

	if (cp == '\n') {
		s->newline = true;
		return;
	}
	s->bits[word] |= (uint64_t)1 << cp % 64;
	if (word < s->low || s->high == 0)
		s->low = word;
	if (word >= s->high)
		s->high = word + 1;
}

static void add_longer(struct images *s, const uint32_t *image, unsigned n)
{
	size_t from = s->text.n;
	struct span text;

	for (unsigned i = 0; i < n; i++)
		buf_utf8(&s->text, image[i]);
	text = span(s->text.p + from, s->text.n - from);
	for (size_t i = 0; i < s->nlonger; i++) {
		if (span_eq(span(s->text.p + (uintptr_t)s->longer[i].p, s->longer[i].n), text)) {
			s->text.n = from;
			return;
		}
	}
	if (s->nlonger == PATTERN_LONGER_MAX) {
		s->too_many = true;
		return;
	}
	s->longer[s->nlonger++] = span((const char *)(uintptr_t)from, text.n);
}

/*
 * A member of which nothing is seen is no member: what is removed, and marks, which a range may hold. What depends on
 * its neighbours is a member by what it is without them; a dash also by what it is behind a kana.
 */
static void add_member(struct images *s, enum view_kind view, uint32_t cp, bool negated)
{
	uint32_t image[UNICODE_IMAGE_MAX];
	unsigned n = fold_char(view, cp, image);
	bool blank = view == VIEW_TEXT && n == 1 && image[0] == ' ';

	if (n == 0 && char_is_unseen(cp))
		return;
	if (n == 1)
		add(s, image[0]);
	else if (n > 1 && !negated)
		add_longer(s, image, n);
	if (n == 0 || blank || (view == VIEW_SKELETON && n == 1 && image[0] == '\n'))
		s->goes = true;
	else
		s->left = true;
	if (!negated && (n == 0 || image[0] == '-' || image[0] == '~') && fold_dash(cp))
		add(s, LONG_SOUND);
}

static bool stays(enum view_kind view, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return fold_char(view, cp, image) == 1 && image[0] == cp;
}

/* No character between two images can be in folded text: one range instead of two. */
static bool nothing_between(enum view_kind view, uint32_t from, uint32_t to)
{
	if (to - from > GAP_MAX)
		return false;
	for (uint32_t cp = from + 1; cp < to; cp++)
		if (stays(view, cp))
			return false;
	return true;
}

/* The images of one character as ranges; ret may be NULL. Returns how many. */
static size_t join(const struct images *s, enum view_kind view, struct cp_range *ret)
{
	struct cp_range last = { 0, 0 };
	size_t n = 0;

	for (uint32_t word = s->low; word < s->high; word++) {
		for (uint64_t bits = s->bits[word]; bits != 0; bits &= bits - 1) {
			uint32_t cp = word * 64 + (uint32_t)__builtin_ctzll(bits);

			if (n == 0 || (cp > last.to + 1 && !nothing_between(view, last.to, cp)))
				last.from = cp, n++;
			last.to = cp;
			if (ret != NULL)
				ret[n - 1] = last;
		}
	}
	return n;
}

static bool keep(struct arena *a, struct images *s, enum view_kind view, struct class_image *ret)
{
	size_t n = join(s, view, NULL);
	struct cp_range *ranges = arena_array(a, n, sizeof *ranges);
	struct span *longer = arena_array(a, s->nlonger, sizeof *longer), text = arena_copy(a, buf_text(&s->text));

	if (arena_failed(a))
		return false;
	join(s, view, ranges);
	for (size_t i = 0; i < s->nlonger; i++)
		longer[i] = span(text.p + (uintptr_t)s->longer[i].p, s->longer[i].n);
	*ret = (struct class_image){ ranges, n, longer, s->nlonger, s->newline, s->goes, s->left };
	return true;
}

static bool make_image(struct arena *a, const struct char_class *c, enum view_kind view, struct class_image *ret,
    const char **why)
{
	struct images *s = calloc(1, sizeof *s);
	bool ok;

	if (s == NULL)
		return false;
	for (size_t i = 0; i < c->nmembers; i++)
		for (uint32_t cp = c->members[i].from; cp <= c->members[i].to; cp++)
			if (cp < 0xD800 || cp > 0xDFFF)
				add_member(s, view, cp, c->negated);
	if (s->too_many)
		*why = "too many of these characters become several when folded: list those that are meant";
	ok = !s->text.failed && !s->too_many && keep(a, s, view, ret);
	buf_free(&s->text);
	free(s);
	return ok;
}

static bool has_clear_member(const struct char_class *c)
{
	for (size_t i = 0; i < c->nmembers; i++)
		for (uint32_t cp = c->members[i].from; cp <= c->members[i].to; cp++)
			if (char_is_clear(cp))
				return true;
	return false;
}

struct char_class *class_new(struct arena *a, struct cp_range *members, size_t n, bool negated, size_t *walked,
    const char **why)
{
	struct char_class *c = arena_alloc(a, sizeof *c);
	const struct class_image *text;

	*why = NULL;
	if (c == NULL)
		return NULL;
	*c = (struct char_class){ .members = members, .nmembers = merge(members, n), .negated = negated };
	text = &c->image[VIEW_TEXT];
	for (size_t i = 0; i < c->nmembers; i++)
		*walked += members[i].to - members[i].from + 1;
	if (*walked > PATTERN_WALK_MAX) {
		*why = "the classes of this pattern hold too many characters: write . or [^...]";
		return NULL;
	}
	for (int view = 0; view < VIEW_N; view++)
		if (!make_image(a, c, view, &c->image[view], why))
			return NULL;
	if (text->nranges == 0 && text->nlonger == 0 && !text->newline && !negated) {
		*why = "nothing is left of these characters when text is folded";
		return NULL;
	}
	if (!negated && !has_clear_member(c)) {
		*why = "what these marks become depends on the character before: write both as literal text";
		return NULL;
	}
	return c;
}
