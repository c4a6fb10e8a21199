#include <config.h>

#include "match/pattern_tree.h"

#include "base/utf8.h"

static uint32_t below(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((*seed >> 32) * n) >> 32);
}

/* Is something left of it in the view? A line end may be missing in the skeleton. */
static bool is_left(enum view_kind view, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];
	unsigned n = fold_char(view, cp, image);

	return view == VIEW_TEXT || (n > 0 && image[0] != '\n');
}

/* What `.` stands for here: one character of text each, that leans on nothing. */
static uint32_t any(uint64_t *seed)
{
	static const char *const pool[] = { "あ", "の", "て", "っ", "ん", "が", "ア", "ッ", "ン", "パ", "金", "力", "口", "一", "髙",
		"登", "録", "a", "Z", "7", ",", "、", "★", "「", "Ａ", "ｱ" };
	const char *c = pool[below(seed, sizeof pool / sizeof *pool)];
	uint32_t cp;

	utf8_get(c, c + strlen(c), &cp);
	return cp;
}

/* Is it one character of the view? In the skeleton 一 is part of a run of U+30FC that it may stand beside. */
static bool is_one(enum view_kind view, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	return is_left(view, cp) && (view == VIEW_TEXT || fold_char(view, cp, image) != 1 || image[0] != LONG_SOUND);
}

static uint32_t any_one(enum view_kind view, uint64_t *seed)
{
	uint32_t cp = any(seed);

	while (!is_one(view, cp))
		cp = any(seed);
	return cp;
}

/* Does the class take cp, whatever stands around it? */
static bool takes(const struct char_class *c, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];

	if (!char_is_clear(cp) || !c->negated)
		return char_is_clear(cp) && ranges_hold(c->members, c->nmembers, cp);
	if (char_is_blank(cp) || fold_leans(cp))
		return false;
	for (int view = 0; view < VIEW_N; view++) {
		unsigned n = fold_char(view, cp, image);

		if (n > 1 || (n == 1 && (image[0] == '\n' ||
		    ranges_hold(c->image[view].ranges, c->image[view].nranges, image[0]))))
			return false;
	}
	return true;
}

#define LETTERS_END 0x32000u /* behind the last of the ideographs; what follows is not typed */

/* Is *cp a member of the class? Then on to the last of that range. */
static bool past(const struct char_class *c, uint32_t *cp)
{
	for (size_t i = 0; i < c->nmembers; i++)
		if (c->members[i].from <= *cp && *cp <= c->members[i].to) {
			*cp = c->members[i].to;
			return true;
		}
	return false;
}

/* One of its characters; UNICODE_END: it has none. */
static uint32_t member(const struct node *n, enum view_kind view, uint64_t *seed)
{
	const struct char_class *c = n->class;
	uint32_t cp = 0;

	if (n->nullable[view])
		view = VIEW_TEXT; /* none of them is left there */
	for (int i = 0; i < 32; i++) {
		if (c->negated) {
			cp = any(seed);
		} else {
			const struct cp_range *r = &c->members[below(seed, (uint32_t)c->nmembers)];

			cp = r->from + below(seed, r->to - r->from + 1);
		}
		if (takes(c, cp) && (c->negated ? is_one(view, cp) : is_left(view, cp)))
			return cp;
	}
	for (cp = c->negated ? 0x3042 : c->members[0].from; cp < LETTERS_END; cp++) {
		if (c->negated && past(c, &cp))
			continue;
		if (takes(c, cp) && (c->negated ? is_one(view, cp) : is_left(view, cp)))
			return cp;
	}
	return UNICODE_END;
}

static bool sample(const struct node *n, enum view_kind view, uint64_t *seed, struct buf *out)
{
	bool made = true;
	unsigned times;
	uint32_t cp;
	size_t i;

	switch (n->kind) {
	case NODE_RUN:
		buf_span(out, n->run->typed);
		break;
	case NODE_ANY:
		buf_utf8(out, any_one(view, seed));
		break;
	case NODE_CLASS:
		cp = member(n, view, seed);
		made = cp < UNICODE_END;
		buf_utf8(out, cp);
		break;
	case NODE_BLANK:
		buf_utf8(out, below(seed, 2) == 0 ? ' ' : 0x3000);
		break;
	case NODE_SEQUENCE:
		for (i = 0; made && i < n->n; i++)
			made = sample(n->children[i], view, seed, out);
		break;
	case NODE_CHOICE:
		do
			i = below(seed, (uint32_t)n->n);
		while (view == VIEW_SKELETON && node_is_dropped(n, i));
		made = sample(n->children[i], view, seed, out);
		break;
	case NODE_REPEAT:
		times = n->max - n->min > 3 && below(seed, 8) != 0 ? n->min + 3u : n->max;
		for (times = n->min + below(seed, times - n->min + 1); made && times > 0; times--)
			made = sample(n->children[0], view, seed, out);
		break;
	case NODE_EMPTY: case NODE_START: case NODE_END: case NODE_BORDER: case NODE_AHEAD: case NODE_NOT_AHEAD:
		break;
	}
	return made;
}

bool pattern_sample(const struct pattern *p, enum view_kind view, uint64_t *seed, struct buf *out)
{
	return sample(p->root, view, seed, out);
}
