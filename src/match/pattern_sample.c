#include <config.h>

#include "match/pattern_tree.h"

#include "base/utf8.h"

static uint32_t below(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((*seed >> 32) * n) >> 32);
}

/* What `.` stands for here: one character of text each, that leans on nothing; some of them go in the skeleton. */
static uint32_t any(uint64_t *seed)
{
	static const char *const pool[] = { "あ", "の", "て", "っ", "ん", "が", "ア", "ッ", "ン", "パ", "金", "力", "口", "一", "髙",
		"登", "録", "a", "Z", "7", ",", "、", "★", "「", "Ａ", "ｱ" };
	const char *c = pool[below(seed, sizeof pool / sizeof *pool)];
	uint32_t cp;

	utf8_get(c, c + strlen(c), &cp);
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

static uint32_t member(const struct char_class *c, uint64_t *seed)
{
	uint32_t cp = 0;

	for (int i = 0; i < 32; i++) {
		if (c->negated) {
			cp = any(seed);
		} else {
			const struct cp_range *r = &c->members[below(seed, (uint32_t)c->nmembers)];

			cp = r->from + below(seed, r->to - r->from + 1);
		}
		if (takes(c, cp))
			return cp;
	}
	for (cp = c->negated ? 0x3042 : c->members[0].from; cp < UNICODE_END && !takes(c, cp); cp++)
		;
	return cp;
}

/* One of the digits that stay of a number. */
static char digit(const struct char_class *c, uint64_t *seed)
{
	const struct class_image *skeleton = &c->image[VIEW_SKELETON];
	const struct cp_range *r = &skeleton->ranges[below(seed, (uint32_t)skeleton->nranges)];

	return (char)(r->from + below(seed, r->to - r->from + 1));
}

static void sample(const struct node *n, uint64_t *seed, struct buf *out)
{
	unsigned times;

	switch (n->kind) {
	case NODE_RUN:
		buf_span(out, n->run->typed);
		break;
	case NODE_ANY:
		buf_utf8(out, any(seed));
		break;
	case NODE_CLASS:
		buf_utf8(out, member(n->class, seed));
		break;
	case NODE_BLANK:
		buf_utf8(out, below(seed, 2) == 0 ? ' ' : 0x3000);
		break;
	case NODE_SEQUENCE:
		for (size_t i = 0; i < n->n; i++)
			sample(n->children[i], seed, out);
		break;
	case NODE_CHOICE:
		sample(n->children[below(seed, (uint32_t)n->n)], seed, out);
		break;
	case NODE_REPEAT:
		times = n->max - n->min > 3 && below(seed, 8) != 0 ? n->min + 3u : n->max;
		times = n->min + below(seed, times - n->min + 1);
		if (times > 0 && node_is_number(n)) {
			buf_byte(out, digit(n->children[0]->class, seed));
			times--;
		}
		for (; times > 0; times--)
			sample(n->children[0], seed, out);
		break;
	case NODE_EMPTY: case NODE_START: case NODE_END: case NODE_BORDER: case NODE_AHEAD: case NODE_NOT_AHEAD:
		break;
	}
}

void pattern_sample(const struct pattern *p, uint64_t *seed, struct buf *out)
{
	sample(p->root, seed, out);
}
