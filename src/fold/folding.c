#include <config.h>

#include "fold/folding.h"

#include "fold/divide.h"

/*
 * One pass writes both views. A character goes out as soon as it is read; what may still change is known by its place:
 *
 * 1. Blanks, line ends, quote prefixes and sentence ends are kept back as a gap until a character follows, or the end.
 * 2. `last` is where the last character of the text view begins, and `last_skeleton` where its image does in the
 *    skeleton (the end of it where it has none). A mark takes both back and writes the composed character.
 * 3. A run of U+30FC is one: in the text view, and in the skeleton within a sentence of the text view.
 * 4. The text view has at most `room` bytes more than were read. Blanks, ends and characters that do not grow keep
 *    this by themselves; a growing one is asked for it (fits).
 * 5. A character of the skeleton has no more bytes than its character of the text view, so that its view has room too.
 */

#define FLAG 0x1F3F3u       /* a white one, for all */
#define LETTERS_LOOKED_AT 16u /* before a sentence end */

static inline void put(struct out *o, uint32_t utf8, size_t n, uint32_t from, uint32_t to)
{
	const uint32_t froms[FOLDING_SLACK] = { from, from, from, from }, tos[FOLDING_SLACK] = { to, to, to, to };

	memcpy(o->p + o->n, &utf8, sizeof utf8);
	memcpy(o->from + o->n, froms, sizeof froms);
	memcpy(o->to + o->n, tos, sizeof tos);
	o->n += n;
}

/* The character that begins at `at` and is the last ends later now. */
static void extend(struct out *o, size_t at, uint32_t to)
{
	for (; at < o->n; at++)
		o->to[at] = to;
}

static bool ends_long(const struct out *o, size_t from)
{
	return o->n >= from + 3 && memcmp(o->p + o->n - 3, LONG_SOUND_UTF8, 3) == 0;
}

/* A character whose skeleton is U+30FC. */
static void put_long(struct folding *f, uint32_t from, uint32_t to)
{
	uint32_t utf8 = 0;

	if (ends_long(&f->skeleton, f->sentence)) {
		extend(&f->skeleton, f->skeleton.n - 3, to);
		f->last_skeleton = f->skeleton.n;
		return;
	}
	memcpy(&utf8, LONG_SOUND_UTF8, 3);
	put(&f->skeleton, utf8, 3, from, to);
}

/* A character of the text view, given in UTF-8, with its skeleton. */
static inline void put_character(struct folding *f, const struct glyph *g, uint32_t utf8, size_t n, uint32_t from,
    uint32_t to)
{
	f->last = f->text.n;
	f->last_skeleton = f->skeleton.n;
	f->last_flags = g->flags;
	put(&f->text, utf8, n, from, to);
	if (!f->both)
		return;
	if (g->skeleton_long)
		put_long(f, from, to);
	else if (g->skeleton_n == GLYPH_SAME)
		put(&f->skeleton, utf8, n, from, to);
	else
		put(&f->skeleton, g->skeleton, g->skeleton_n, from, to);
}

static void put_code_point(struct folding *f, uint32_t cp, uint32_t from, uint32_t to)
{
	char own[UTF8_MAX] = { 0 };
	unsigned n = utf8_put(own, cp);
	uint32_t utf8;

	memcpy(&utf8, own, sizeof utf8);
	put_character(f, table_glyph(f->table, cp), utf8, n, from, to);
}

static size_t character_before(const struct out *o, size_t at)
{
	if (at >= 3 && ((unsigned char)o->p[at - 3] & 0xF0) == 0xE0)
		return at - 3;
	do
		at--;
	while (((unsigned char)o->p[at] & 0xC0) == 0x80);
	return at;
}

/*
 * Do four characters of the skeleton stand before a sentence end in its sentence, and most of the last ones not apart
 * from what precedes them?
 */
static bool is_sentence(const struct folding *f)
{
	const struct out *o = &f->skeleton;
	size_t n = 0, apart = 0;

	for (size_t i = o->n; i > f->sentence && n < LETTERS_LOOKED_AT; n++) {
		i = character_before(o, i);
		apart += i > f->sentence && o->from[i] > o->to[i - 1];
	}
	return n >= 4 && apart <= n / 2;
}

static void put_end(struct folding *f, uint32_t from, uint32_t to)
{
	uint32_t utf8 = 0;

	memcpy(&utf8, "\n", 1);
	put(&f->text, utf8, 1, from, to);
	if (f->both && (f->literal || is_sentence(f)))
		put(&f->skeleton, utf8, 1, from, to);
	f->sentence = f->skeleton.n;
}

/* What is left of the gap before a character with these flags. */
static void settle(struct folding *f, unsigned flags)
{
	const struct gap *g = &f->gap;
	uint32_t utf8 = 0;

	switch (g->kind) {
	case GAP_NONE:
		return;
	case GAP_BLANK:
	case GAP_LINE:
		if (f->text.n == 0 || (!f->plain && ((f->last_flags | flags) & GLYPH_JAPANESE)))
			break;
		memcpy(&utf8, " ", 1);
		put(&f->text, utf8, 1, g->from, g->to);
		break;
	case GAP_BREAK:
		if (f->text.n > 0)
			put_end(f, g->line_from, g->line_to);
		break;
	case GAP_END:
		put_end(f, g->end_from, g->end_to);
		break;
	}
	f->gap.kind = GAP_NONE;
	f->gap.line_start = false;
}

static void blank(struct gap *g, uint32_t from, uint32_t to)
{
	if (g->kind == GAP_NONE) {
		g->kind = GAP_BLANK;
		g->from = from;
	}
	g->to = to;
}

static void line_end(struct folding *f, uint32_t from, uint32_t to)
{
	struct gap *g = &f->gap;

	blank(g, from, to);
	if (g->kind <= GAP_BLANK)
		g->line_from = from;
	g->line_to = to;
	if (g->kind < GAP_BREAK)
		g->kind = g->kind == GAP_LINE || f->plain ? GAP_BREAK : GAP_LINE;
	g->line_start = true;
}

static void sentence_end(struct gap *g, uint32_t from, uint32_t to)
{
	if (g->kind != GAP_END)
		g->end_from = from;
	g->kind = GAP_END;
	g->end_to = to;
	g->line_start = false;
}

/* Does nothing but blanks, a line end among them, stand behind the last character of the text view? */
static bool reaches_back(const struct folding *f)
{
	return f->text.n > 0 && f->gap.kind <= (f->plain ? GAP_BLANK : GAP_LINE);
}

static uint32_t last_character(const struct folding *f)
{
	uint32_t cp;

	utf8_get(f->text.p + f->last, f->text.p + f->text.n, &cp);
	return cp;
}

static bool fits(const struct folding *f, size_t n, uint32_t read)
{
	return f->text.n + n <= read + f->room;
}

static void mark(struct folding *f, const struct glyph *g, uint32_t to)
{
	const uint32_t *image = f->table->pool + g->text;
	bool composes = false;

	if (g->kind == KIND_VOICE ? !reaches_back(f) : f->text.n == 0 || f->gap.kind != GAP_NONE)
		return;
	for (uint32_t i = 1; i <= image[0]; i++) {
		uint32_t composed = table_compose(f->table, last_character(f), image[i]), from = f->text.from[f->last];

		if (composed == 0)
			continue;
		f->text.n = f->last;
		f->skeleton.n = f->last_skeleton;
		put_code_point(f, composed, from, to);
		composes = true;
	}
	if (composes)
		f->gap = (struct gap){ .kind = GAP_NONE };
}

/* U+30FC, or what stands for it; false where there is no room. */
static bool long_sound(struct folding *f, uint32_t from, uint32_t to)
{
	bool near = f->text.n > 0 && f->gap.kind <= (f->plain ? GAP_NONE : GAP_LINE);

	if (near && ends_long(&f->text, 0)) {
		extend(&f->text, f->last, to);
		if (f->both)
			extend(&f->skeleton, f->skeleton.n - 3, to);
		f->gap = (struct gap){ .kind = GAP_NONE };
		return true;
	}
	settle(f, GLYPH_JAPANESE);
	if (!fits(f, 3, to))
		return false;
	put_code_point(f, LONG_SOUND, from, to);
	return true;
}

static bool again(struct folding *f, enum kind kind, uint32_t from, uint32_t to)
{
	uint32_t cp, voiced;
	char utf8[UTF8_MAX];

	if (!reaches_back(f) || !(f->last_flags & GLYPH_REPEATS))
		return false;
	cp = last_character(f);
	voiced = kind == KIND_AGAIN_VOICED ? table_compose(f->table, cp, 0x3099) : 0;
	settle(f, GLYPH_JAPANESE);
	if (!fits(f, utf8_put(utf8, cp), to))
		return false;
	put_code_point(f, voiced != 0 ? voiced : cp, from, to);
	return true;
}

static bool several(struct folding *f, const struct glyph *g, uint32_t from, uint32_t to)
{
	const uint32_t *image = f->table->pool + g->text;

	settle(f, g->flags);
	if (!fits(f, g->bytes, to))
		return false;
	for (uint32_t i = 1; i <= image[0]; i++)
		if (image[i] != LONG_SOUND || !long_sound(f, from, to))
			put_code_point(f, image[i], from, to);
	return true;
}

static bool is_region(struct span in, size_t at)
{
	return at + 4 <= in.n && memcmp(in.p + at, "\xF0\x9F\x87", 3) == 0 && (unsigned char)in.p[at + 3] >= 0xA6;
}

/* Two regional indicators by themselves are shown as a flag; of more, senders make words. */
static bool is_flag(struct span in, uint32_t from, uint32_t to)
{
	bool after = is_region(in, to);

	if (from >= 4 && is_region(in, from - 4))
		return !after && (from < 8 || !is_region(in, from - 8));
	return after && !is_region(in, to + 4);
}

/* Every character but the plain ones; false: it stays as it is. */
static bool special(struct folding *f, const struct glyph *g, struct span in, uint32_t from, uint32_t to)
{
	switch ((enum kind)g->kind) {
	case KIND_PLAIN:
		return false;
	case KIND_SEVERAL:
		return several(f, g, from, to);
	case KIND_QUOTE:
		if (!f->gap.line_start || f->plain)
			return false;
		blank(&f->gap, from, to);
		return true;
	case KIND_DASH:
		return reaches_back(f) && (f->last_flags & GLYPH_KANA) && !divide(in, from, to) &&
		       long_sound(f, from, to);
	case KIND_REGION:
		if (!is_flag(in, from, to))
			return false;
		settle(f, 0);
		put_code_point(f, FLAG, from, to);
		return true;
	case KIND_LONG:
		return long_sound(f, from, to);
	case KIND_AGAIN:
	case KIND_AGAIN_VOICED:
		return again(f, g->kind, from, to);
	case KIND_MARK:
	case KIND_VOICE:
		mark(f, g, to);
		return true;
	case KIND_GONE:
		return true;
	case KIND_BLANK:
		blank(&f->gap, from, to);
		return true;
	case KIND_PARAGRAPH:
		line_end(f, from, to);
		line_end(f, from, to);
		return true;
	case KIND_LINE:
		if (in.p[from] != '\r' || to == in.n || in.p[to] != '\n')
			line_end(f, from, to);
		return true;
	case KIND_END:
		sentence_end(&f->gap, from, to);
		return true;
	}
	return false;
}

static inline uint32_t own_bytes(struct span in, size_t at, size_t n)
{
	uint32_t utf8 = 0;

	if (in.n - at >= sizeof utf8)
		memcpy(&utf8, in.p + at, sizeof utf8);
	else
		memcpy(&utf8, in.p + at, n);
	return utf8;
}

/*
 * Plain characters from `at` on, as long as nothing else comes between; the place behind them. Most of every text is
 * made of them: the state is kept in local variables, out of reach of the bytes that are written.
 */
static inline size_t run(struct folding *f, struct span in, size_t at, bool both)
{
	struct out text = f->text, skeleton = f->skeleton;
	const struct table *t = f->table;
	size_t last = f->last, last_skeleton = f->last_skeleton;
	uint8_t flags = f->last_flags;

	while (in.n - at >= sizeof(uint32_t)) {
		const unsigned char *u = (const unsigned char *)in.p + at;
		uint32_t cp, utf8, from = (uint32_t)at;
		unsigned n = 3;
		const struct glyph *g;

		if (u[0] >= 0xE0 && u[0] < 0xF0) /* most often, and known to be whole */
			cp = (uint32_t)(u[0] & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);
		else
			n = utf8_get(in.p + at, in.p + in.n, &cp);
		g = table_glyph(t, cp);
		if (!g->runs)
			break;
		memcpy(&utf8, in.p + at, sizeof utf8);
		at += n;
		utf8 = g->text_n > 0 ? g->text : utf8;
		n = g->text_n > 0 ? g->text_n : n;
		flags = g->flags;
		last = text.n;
		put(&text, utf8, n, from, (uint32_t)at);
		if (!both)
			continue;
		utf8 = g->skeleton_n == GLYPH_SAME ? utf8 : g->skeleton;
		n = g->skeleton_n == GLYPH_SAME ? n : g->skeleton_n;
		last_skeleton = skeleton.n;
		put(&skeleton, utf8, n, from, (uint32_t)at);
	}
	f->text.n = text.n;
	f->skeleton.n = skeleton.n;
	f->last = last;
	f->last_skeleton = last_skeleton;
	f->last_flags = flags;
	return at;
}

void folding_run(struct folding *f, struct span in)
{
	f->table = fold_table;
	/* Blanks and quote prefixes go at the start of a text, as after a line end. */
	f->gap = (struct gap){ .kind = GAP_BLANK, .line_start = !f->literal };
	for (size_t at = 0, next; at < in.n; at = next) {
		const struct glyph *g;
		uint32_t cp;

		if (f->gap.kind == GAP_NONE) {
			at = f->both ? run(f, in, at, true) : run(f, in, at, false);
			if (at == in.n)
				break;
		}
		next = at + utf8_get(in.p + at, in.p + in.n, &cp);
		g = table_glyph(f->table, cp);
		if (g->kind != KIND_PLAIN && special(f, g, in, (uint32_t)at, (uint32_t)next))
			continue;
		settle(f, g->flags);
		if (g->text_n > 0)
			put_character(f, g, g->text, g->text_n, (uint32_t)at, (uint32_t)next);
		else
			put_character(f, g, own_bytes(in, at, next - at), next - at, (uint32_t)at, (uint32_t)next);
	}
	if (f->gap.kind == GAP_END)
		put_end(f, f->gap.end_from, f->gap.end_to);
}
