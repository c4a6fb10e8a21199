#include <config.h>

#include "fold/fold.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "fold/table.h"

/*
 * One pass writes both views. A character goes out as soon as it is read; what may still change it is kept by its place:
 *
 * 1. Blanks, line ends, quote prefixes and sentence ends are kept back as a gap until a character follows, or the end.
 * 2. `last` is where the last character of the text view begins, and `last_skeleton` where its image does in the skeleton
 *    (the end of it where it has none). A mark takes both back and writes the composed character.
 * 3. A run of U+30FC is one: in the text view, and in the skeleton within a sentence of the text view.
 * 4. The text view has at most `room` bytes more than were read. Blanks, ends and characters that do not grow keep this by
 *    themselves; a growing one is asked for it (fits).
 * 5. A character of the skeleton has no more bytes than its character of the text view, so that its view has room too.
 */

#define SLACK 4u /* put() writes four bytes and pairs, and counts as many as are meant */

struct out {
	char *p;
	uint32_t *from, *to;
	size_t n;
};

enum gap_kind {
	GAP_NONE,
	GAP_BLANK,
	GAP_LINE,  /* one line end among the blanks */
	GAP_BREAK, /* a blank line; in the plain view a line end */
	GAP_END,   /* a sentence end that is written */
};

struct gap {
	enum gap_kind kind;
	uint32_t from, to;           /* of GAP_BLANK and GAP_LINE: all of it */
	uint32_t line_from, line_to; /* first and last line end */
	uint32_t end_from, end_to;   /* first and last sentence end */
	bool line_start;             /* nothing but blanks since the last line end */
};

struct folding {
	const struct table *table;
	struct out text, skeleton;
	size_t room;
	size_t last, last_skeleton;
	size_t sentence; /* where the sentence of the text view begins in the skeleton */
	struct gap gap;
	uint8_t last_flags;
	bool plain, both, literal;
};

const struct table *fold_table;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build(void)
{
	fold_table = table_build();
}

int fold_init(void)
{
	pthread_once(&once, build);
	return fold_table != NULL ? 0 : -ENOMEM;
}

static inline void put(struct out *o, uint32_t utf8, size_t n, uint32_t from, uint32_t to)
{
	const uint32_t froms[SLACK] = { from, from, from, from }, tos[SLACK] = { to, to, to, to };

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

/* Do four characters of the skeleton stand before a sentence end in its sentence? */
static bool is_sentence(const struct folding *f)
{
	size_t n = 0;

	for (size_t i = f->sentence; i < f->skeleton.n && n < 4; i++)
		n += ((unsigned char)f->skeleton.p[i] & 0xC0) != 0x80;
	return n == 4;
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
		return reaches_back(f) && (f->last_flags & GLYPH_KANA) && long_sound(f, from, to);
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
 * Plain characters from `at` on, as long as nothing else comes between; the place behind them. What most of every text is
 * made of: the state is kept in local variables, out of reach of the bytes that are written.
 */
static inline size_t run(struct folding *f, struct span in, size_t at, bool both)
{
	struct out text = f->text, skeleton = f->skeleton;
	const struct table *t = f->table;
	size_t last = f->last, last_skeleton = f->last_skeleton;
	uint8_t flags = f->last_flags;

	while (in.n - at >= sizeof(uint32_t)) {
		const struct glyph *g;
		uint32_t cp, utf8, from = (uint32_t)at;
		unsigned n = utf8_get(in.p + at, in.p + in.n, &cp);

		g = table_glyph(t, cp);
		if (g->kind != KIND_PLAIN || g->skeleton_long)
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
		last_skeleton = skeleton.n;
		utf8 = g->skeleton_n == GLYPH_SAME ? utf8 : g->skeleton;
		n = g->skeleton_n == GLYPH_SAME ? n : g->skeleton_n;
		put(&skeleton, utf8, n, from, (uint32_t)at);
	}
	f->text.n = text.n;
	f->skeleton.n = skeleton.n;
	f->last = last;
	f->last_skeleton = last_skeleton;
	f->last_flags = flags;
	return at;
}

static void fold(struct folding *f, struct span in)
{
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

/* At the start of the text blanks and quote prefixes go: as after a line end. */
static struct folding begin(size_t room)
{
	return (struct folding){ .table = fold_table, .room = room, .gap = { .kind = GAP_BLANK, .line_start = true } };
}

/* Bytes and pairs for a view of at most n bytes. */
static bool reserve(struct arena *a, size_t n, struct out *ret)
{
	ret->p = arena_grow(a, NULL, 0, n + SLACK);
	ret->from = arena_grow(a, NULL, 0, (n + SLACK) * sizeof *ret->from);
	ret->to = arena_grow(a, NULL, 0, (n + SLACK) * sizeof *ret->to);
	return ret->p != NULL && ret->from != NULL && ret->to != NULL;
}

static struct view finished(const struct out *o)
{
	return (struct view){ span(o->p, o->n), o->from, o->to };
}

/* What the text view may have more than the text (fold.h), the slack left out. */
static size_t room_of(struct span text)
{
	return text.n / 6 + 64 - SLACK;
}

int fold_prose(struct arena *a, struct span text, struct view ret[VIEW_N])
{
	struct folding f;

	if (fold_init() < 0 || text.n > UINT32_MAX / 2)
		return -ENOMEM;
	f = begin(room_of(text));
	f.both = true;
	if (!reserve(a, text.n + f.room, &f.text) || !reserve(a, text.n + f.room, &f.skeleton))
		return -ENOMEM;
	fold(&f, text);
	ret[VIEW_TEXT] = finished(&f.text);
	ret[VIEW_SKELETON] = finished(&f.skeleton);
	return 0;
}

int fold_plain(struct arena *a, struct span text, struct view *ret)
{
	struct folding f;

	if (fold_init() < 0 || text.n > UINT32_MAX / 2)
		return -ENOMEM;
	f = begin(room_of(text));
	f.plain = true;
	if (!reserve(a, text.n + f.room, &f.text))
		return -ENOMEM;
	fold(&f, text);
	*ret = finished(&f.text);
	return 0;
}

void view_origin(const struct view *v, size_t from, size_t to, size_t *ofrom, size_t *oto)
{
	*ofrom = v->from[from];
	*oto = v->to[to - 1];
}

/* --- for patterns --------------------------------------------------------------------------------------------------- */

/* A character's image has at most eleven times its bytes (U+FDFA). */
#define GROWTH 11u

void fold_literal(enum view_kind view, struct span run, struct buf *out)
{
	size_t room = GROWTH * run.n, n = run.n + room + SLACK;
	struct folding f = begin(room);
	char *block = run.n < UINT32_MAX / 2 && fold_init() == 0 ? malloc(2 * n * (1 + 2 * sizeof(uint32_t))) : NULL;
	uint32_t *pairs;

	if (block == NULL) {
		out->failed = true;
		return;
	}
	f.table = fold_table;
	pairs = (uint32_t *)block;
	f.text = (struct out){ block + 4 * n * sizeof *pairs, pairs, pairs + n, 0 };
	f.skeleton = (struct out){ f.text.p + n, pairs + 2 * n, pairs + 3 * n, 0 };
	f.both = f.literal = true;
	f.gap.line_start = false;
	fold(&f, run);
	buf_span(out, view == VIEW_TEXT ? span(f.text.p, f.text.n) : span(f.skeleton.p, f.skeleton.n));
	free(block);
}

static uint32_t skeleton_of(uint32_t text)
{
	const struct glyph *g = table_glyph(fold_table, text);
	char utf8[UTF8_MAX];
	uint32_t cp = 0;

	if (g->skeleton_n == GLYPH_SAME)
		return text;
	memcpy(utf8, &g->skeleton, sizeof utf8);
	if (g->skeleton_n > 0)
		utf8_get(utf8, utf8 + g->skeleton_n, &cp);
	return cp;
}

static unsigned text_of(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	const struct glyph *g = table_glyph(fold_table, cp);
	const uint32_t *image = fold_table->pool + g->text;
	char utf8[UTF8_MAX];

	out[0] = cp;
	switch ((enum kind)g->kind) {
	case KIND_MARK:
	case KIND_VOICE:
	case KIND_GONE:
		return 0;
	case KIND_BLANK:
	case KIND_LINE:
	case KIND_PARAGRAPH:
		out[0] = ' ';
		return 1;
	case KIND_END:
		out[0] = '\n';
		return 1;
	case KIND_SEVERAL:
		memcpy(out, image + 1, image[0] * sizeof *out);
		return image[0];
	default:
		memcpy(utf8, &g->text, sizeof utf8);
		if (g->text_n > 0)
			utf8_get(utf8, utf8 + g->text_n, out);
		return 1;
	}
}

unsigned fold_char(enum view_kind view, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	unsigned n = text_of(cp < UNICODE_END ? cp : UTF8_BAD, out), kept = 0;

	if (view == VIEW_TEXT || (n == 1 && out[0] == '\n'))
		return n;
	for (unsigned i = 0; i < n; i++) {
		uint32_t c = skeleton_of(out[i]);

		if (c != 0)
			out[kept++] = c;
	}
	return kept;
}

static enum kind kind_of(uint32_t cp)
{
	return cp < UNICODE_END ? (enum kind)table_glyph(fold_table, cp)->kind : KIND_PLAIN;
}

bool fold_leans(uint32_t cp)
{
	switch (kind_of(cp)) {
	case KIND_QUOTE:
	case KIND_DASH:
	case KIND_AGAIN:
	case KIND_AGAIN_VOICED:
	case KIND_MARK:
	case KIND_VOICE:
	case KIND_BLANK:
	case KIND_LINE:
	case KIND_PARAGRAPH:
		return true;
	default:
		return false;
	}
}

bool fold_dash(uint32_t cp)
{
	return kind_of(cp) == KIND_DASH;
}
