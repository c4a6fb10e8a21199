/*
 * Any text: marks that lie in it, sorted, on character borders; links that are found in order and parsed without harm.
 */
#include <config.h>

#include "extract/link.h"
#include "extract/quote.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

static void check_marks(const struct marks *m, struct span text)
{
	uint32_t last[2] = { 0, 0 }, from = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct mark *v = &m->v[i];

		MUST(v->from >= from && v->from < v->to && v->to <= text.n && v->from >= last[v->kind]);
		MUST(utf8_valid(span(text.p + v->from, v->to - v->from), NULL) == v->to - v->from);
		from = v->from;
		last[v->kind] = v->to;
	}
}

static void check_links(struct arena *a, struct span text)
{
	size_t start, end;
	char host[LINK_HOST];

	for (size_t at = 0; link_next(text, at, &start, &end); at = end) {
		struct span target = link_target(a, span_str("https://a.example/b/c"), span(text.p + start, end - start));

		MUST(start >= at && end > start && end <= text.n);
		MUST(link_host(target, host).n <= LINK_HOST);
	}
	link_differs(link_target(a, text, text), text);
	MUST(link_shown(text, host).n <= LINK_HOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64u << 20);
	struct marks m = { NULL, 0, 0 };
	struct span text = span((const char *)data, size);

	text.n = utf8_valid(text, NULL);
	MUST(a != NULL);
	if (text.n > 0) {
		quote_mark(a, text, 0, text.n, &m);
		marks_settle(&m);
		check_marks(&m, text);
		check_links(a, text);
	}
	MUST(!arena_failed(a));
	arena_free(a);
	return 0;
}
