/*
 * Any bytes as text: both views, the plain one and the literal keep what fold.h says of them, whatever the text.
 */
#include <config.h>

#include "fold/fold.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "unit/promise.h"

static bool starts_character(struct span s, size_t at)
{
	return at == s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

static void check_view(const struct view *v, struct span text)
{
	MUST(utf8_valid(v->text, NULL) == v->text.n);
	MUST(v->text.n <= text.n + text.n / 6 + 64);
	for (size_t i = 0; i < v->text.n; i++) {
		MUST(v->from[i] < v->to[i] && v->to[i] <= text.n);
		MUST(starts_character(text, v->from[i]) && starts_character(text, v->to[i]));
		MUST(i == 0 || (v->from[i - 1] <= v->from[i] && v->to[i - 1] <= v->to[i]));
		if (!starts_character(v->text, i))
			MUST(v->from[i - 1] == v->from[i] && v->to[i - 1] == v->to[i]);
	}
}

/* Nothing stands twice that may stand once, and no mark is left. */
static void check_characters(const struct view *v)
{
	uint32_t image[UNICODE_IMAGE_MAX], before = 0, cp;

	for (const char *p = v->text.p, *end = p + v->text.n; p < end; before = cp) {
		p += utf8_get(p, end, &cp);
		MUST(cp == '\n' || fold_char(VIEW_TEXT, cp, image) > 0);
		MUST(before != cp || (cp != '\n' && cp != ' ' && cp != 0x30FC));
		MUST((before != '\n' || cp != ' ') && (before != ' ' || cp != '\n'));
	}
}

/* Of the last sixteen characters before `end`, do more than half follow upon something that went? */
static bool stand_apart(const struct view *v, size_t sentence, const char *end)
{
	size_t n = 0, apart = 0;

	for (size_t i = (size_t)(end - v->text.p); i-- > sentence && n < 16;) {
		if (starts_character(v->text, i)) {
			n++;
			apart += i > sentence && v->from[i] > v->to[i - 1];
		}
	}
	return 2 * apart > n;
}

/* The images of the text view's characters, U+30FC once within a sentence, are the skeleton but for its U+000A. */
static void check_skeleton(const struct view v[VIEW_N])
{
	const char *s = v[VIEW_SKELETON].text.p, *send = s + v[VIEW_SKELETON].text.n;
	const char *p = v[VIEW_TEXT].text.p, *end = p + v[VIEW_TEXT].text.n;
	uint32_t image[UNICODE_IMAGE_MAX], cp, got, last = 0;
	size_t characters = 0, sentence = 0;

	while (p < end) {
		p += utf8_get(p, end, &cp);
		MUST(fold_char(VIEW_SKELETON, cp, image) <= 1);
		if (cp == '\n') {
			bool ends = characters >= 4 && !stand_apart(&v[VIEW_SKELETON], sentence, s);

			MUST((s < send && *s == '\n') == ends);
			s += ends;
			sentence = (size_t)(s - v[VIEW_SKELETON].text.p);
			characters = last = 0;
		} else if (fold_char(VIEW_SKELETON, cp, image) == 1 && (image[0] != 0x30FC || last != 0x30FC)) {
			MUST(s < send);
			s += utf8_get(s, send, &got);
			MUST(got == image[0]);
			last = got;
			characters++;
		}
	}
	MUST(s == send);
}

/* The text view is folded: its sentence ends written, it is its own text view. */
static void check_stable(struct arena *a, const struct view *text)
{
	struct buf b = BUF_HEAP;
	struct view again[VIEW_N];
	size_t k = 0;

	for (size_t i = 0; i < text->text.n; i++)
		buf_add(&b, text->text.p[i] == '\n' ? "!" : text->text.p + i, 1);
	MUST(fold_prose(a, buf_text(&b), again) == 0);
	MUST(span_eq(again[VIEW_TEXT].text, text->text));
	for (size_t i = 0; i < again[VIEW_TEXT].text.n; i++, k++)
		MUST(again[VIEW_TEXT].from[i] <= k && k < again[VIEW_TEXT].to[i]);
	buf_free(&b);
}

/* Is there room for all characters that grow, even if each did as much as it may? */
static bool is_roomy(struct span text)
{
	uint32_t image[UNICODE_IMAGE_MAX], cp;
	size_t growth = 0;

	for (size_t at = 0; at < text.n;) {
		size_t own = utf8_get(text.p + at, text.p + text.n, &cp), bytes = 0;
		unsigned n = fold_char(VIEW_TEXT, cp, image);
		char utf8[UTF8_MAX];

		for (unsigned i = 0; i < n; i++)
			bytes += utf8_put(utf8, image[i]);
		if (fold_leans(cp))
			bytes = UTF8_MAX; /* a dash as U+30FC, a kanji that is repeated */
		growth += bytes > own ? bytes - own : 0;
		at += own;
	}
	return growth <= text.n / 6 + 56;
}

/* The whole text as a literal, between others so that its ends are no ends. */
static void check_literal(struct arena *a, struct span text)
{
	struct view within[VIEW_N];
	struct buf b = BUF_HEAP, literal = BUF_HEAP;

	buf_str(&b, "漢");
	buf_span(&b, text);
	buf_str(&b, "漢");
	MUST(fold_prose(a, buf_text(&b), within) == 0);
	fold_literal(VIEW_TEXT, buf_text(&b), &literal);
	MUST(span_eq(buf_text(&literal), within[VIEW_TEXT].text));
	buf_clear(&literal);
	fold_literal(VIEW_SKELETON, buf_text(&b), &literal);
	MUST(promise_is_at(within[VIEW_SKELETON].text, 0, buf_text(&literal), true));
	buf_free(&literal);
	buf_free(&b);
}

/* A run that the input itself chooses. */
static void check_promise(const struct view v[VIEW_N], struct span text, const uint8_t *data, size_t size)
{
	size_t from = data[size - 1] % text.n, to = from + 1 + data[size / 2] % (text.n - from);

	while (!starts_character(text, from))
		from--;
	while (!starts_character(text, to))
		to++;
	if (promise_holds(text, from, to))
		MUST(promise_kept(v, span(text.p + from, to - from)));
}

static void check_origin(const struct view *v, size_t size)
{
	size_t from = size % v->text.n, to = from + 1 + size / 3 % (v->text.n - from), ofrom, oto;

	view_origin(v, from, to, &ofrom, &oto);
	MUST(ofrom < oto);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = fuzz_repaired(data, size);
	struct span text = buf_text(&b);
	struct arena *a = arena_new(256 * size + (1u << 16));
	struct view v[VIEW_N], plain;

	MUST(a != NULL && fold_init() == 0);
	MUST(fold_prose(a, text, v) == 0 && fold_plain(a, text, &plain) == 0);
	check_view(&v[VIEW_TEXT], text);
	check_view(&v[VIEW_SKELETON], text);
	check_view(&plain, text);
	if (v[VIEW_TEXT].text.n > 0)
		check_origin(&v[VIEW_TEXT], size);
	if (is_roomy(text)) {
		check_characters(&v[VIEW_TEXT]);
		check_skeleton(v);
		if (!promise_divides(text) && !promise_divides(v[VIEW_TEXT].text))
			check_stable(a, &v[VIEW_TEXT]);
		check_literal(a, text);
		if (text.n > 0 && text.n < 1000)
			check_promise(v, text, data, size);
	}
	fold_evaded(text);
	arena_free(a);
	buf_free(&b);
	return 0;
}
