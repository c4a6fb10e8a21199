/*
 * Any bytes as a pattern: refused with a place in it, or found in both views where a sample of it stands, as short and
 * with a required literal as it says.
 */
#include <config.h>

#include "unit/pattern_try.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

/* <a> and <b> are terms; <c> is as wide as a term may be. */
static const struct pattern *find_term(void *arg, struct span name)
{
	static const char *const terms[] = { "お金|現金|ー", "(?:ご|お)?", "あ{999}" };
	struct pattern_error e;

	if (name.n != 1 || name.p[0] < 'a' || name.p[0] > 'c')
		return NULL;
	return pattern_parse(arg, span_str(terms[name.p[0] - 'a']), NULL, NULL, &e);
}

/* Samples do not heed what a look-ahead or \b asks for. */
static bool has_assertions(struct span text)
{
	static const char *const kinds[] = { "(?=", "(?!", "\\b" };

	for (size_t i = 0; i < 3; i++)
		if (span_find(text, 0, span_str(kinds[i])) < text.n)
			return true;
	return false;
}

static bool stands_alone(struct span text)
{
	return span_find(text, 0, span_str("^")) < text.n || span_find(text, 0, span_str("$")) < text.n;
}

/* By how much folding may lengthen it, whatever it shortens elsewhere. */
static size_t growth(struct span string)
{
	struct buf b = BUF_HEAP;
	size_t sum = 0;
	uint32_t cp;

	string = span_some(string);
	for (const char *p = string.p, *end = p + string.n; p < end;) {
		unsigned n = utf8_get(p, end, &cp);

		b.n = 0;
		fold_literal(VIEW_TEXT, span(p, n), &b);
		sum += b.n > n ? b.n - n : 0;
		p += n;
	}
	buf_free(&b);
	return sum;
}

static void try_sample(struct arena *a, const struct tried *t, struct span text, enum view_kind view, uint64_t *seed)
{
	static const char *const before[] = { "", "ここに", "x ", "ー", "5" }, *const behind[] = { "", "です", "。以上", "々", "-" };
	bool alone = stands_alone(text);
	struct regex_scratch *scratch = try_scratch();
	struct buf string = BUF_ARENA(a, 0), right = BUF_ARENA(a, 0);
	const char *left = alone ? "" : before[*seed % 5], *wrong;

	if (!pattern_sample(t->pattern, view, seed, &string)) {
		regex_scratch_free(scratch);
		return;
	}
	buf_str(&right, alone ? "" : behind[*seed / 8 % 5]);
	for (size_t room = 60; !alone && room < 60 + growth(buf_text(&string)); room += 10)
		buf_str(&right, "。これは別の文であり、伸びる字のための場所を作る。");
	if (!alone || growth(buf_text(&string)) <= 60) {
		wrong = try_string(a, t, scratch, view, left, buf_text(&string), buf_cstr(&right));
		if (wrong != NULL && strncmp(wrong, "not found", 9) == 0 && has_assertions(text))
			wrong = NULL;
		if (wrong != NULL && wrong != try_cut_short && wrong != try_parted) {
			try_report(t, text, left, buf_text(&string), buf_cstr(&right), wrong);
			abort();
		}
	}
	regex_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span((const char *)data, size);
	struct pattern_error error = { .offset = SIZE_MAX };
	struct arena *a = arena_new((size_t)64 << 20);
	const struct pattern *p;
	struct tried tried;
	uint64_t seed = size;

	MUST(a != NULL && fold_init() == 0);
	p = pattern_parse(a, text, find_term, a, &error);
	MUST(!arena_failed(a));
	if (p == NULL) {
		MUST(error.offset <= size && error.text[0] != '\0');
	} else {
		const char *wrong = try_begin(a, p, &tried);

		if (wrong != NULL) {
			fprintf(stderr, "%s\n", wrong);
			abort();
		}
		for (int i = 0; i < 3; i++)
			try_sample(a, &tried, text, i == 0 ? VIEW_TEXT : VIEW_SKELETON, &seed);
		try_end(&tried);
	}
	arena_free(a);
	return 0;
}
