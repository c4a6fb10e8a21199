/*
 * Any bytes as HTML: text that is valid UTF-8 and not much longer than its source, ranges that lie in it, time that is
 * linear; and the hosts of its links, of targets and as shown.
 */
#include <config.h>

#include "extract/html.h"

#include <stdlib.h>

#include "extract/link.h"
#include "fuzz/fuzz.h"

static void check_text(const struct buf *b, const struct buf *source)
{
	MUST(!b->failed);
	MUST(utf8_valid(buf_text(b), NULL) == b->n);
	MUST(b->n <= 4 * source->n + 16);
}

static void check_host(struct span host)
{
	MUST(host.n <= LINK_HOST && utf8_valid(host, NULL) == host.n);
}

static void check_link(struct span target, struct span text)
{
	char host[LINK_HOST], shown[LINK_HOST];
	size_t start, end;

	check_host(link_host(target, host));
	check_host(link_shown(text, shown));
	MUST(!link_differs(target, text) || link_shown(text, shown).n > 0);
	for (size_t at = 0; link_next(text, at, &start, &end); at = end)
		MUST(at <= start && start < end && end <= text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct limits l = LIMITS_DEFAULT;
	struct buf html = fuzz_repaired(data, size), visible, hidden;
	struct arena *a = arena_new(64u << 20);
	struct html_shown shown;
	double start = fuzz_cpu();
	uint32_t last = 0;

	MUST(a != NULL);
	l.html_depth = size % 2 ? 256 : 8; /* small limits are reached by small inputs */
	l.html_styles = size % 2 ? 256 : 4;
	l.links = size % 2 ? 500 : 4;
	l.html_tag = size % 2 ? 16384 : 64;
	visible = BUF_ARENA(a, size % 3 ? 0 : 64);
	hidden = BUF_ARENA(a, size % 5 ? 0 : 64);
	shown = (struct html_shown){ .visible = &visible, .hidden = &hidden };
	html_text(a, buf_text(&html), &l, 0, &shown);
	html_text(a, buf_text(&html), &l, 0, &shown); /* a second document after it */
	MUST(!arena_failed(a));
	html.n *= 2;
	check_text(&visible, &html);
	check_text(&hidden, &html);
	MUST(shown.nlinks <= l.links);
	for (size_t i = 0; i < shown.nlinks; i++) {
		MUST(shown.links[i].from <= shown.links[i].to && shown.links[i].to <= visible.n);
		MUST(utf8_valid(shown.links[i].target, NULL) == shown.links[i].target.n);
		check_link(shown.links[i].target,
		    span_from(span(visible.p, shown.links[i].to), shown.links[i].from));
	}
	check_link(span(NULL, 0), buf_text(&visible));
	for (size_t i = 0; i < shown.nquotes; i++) {
		MUST(last <= shown.quotes[i].from && shown.quotes[i].from <= shown.quotes[i].to &&
		    shown.quotes[i].to <= visible.n);
		last = shown.quotes[i].to;
	}
	MUST(fuzz_cpu() - start < 5);
	arena_free(a);
	buf_free(&html);
	return 0;
}
