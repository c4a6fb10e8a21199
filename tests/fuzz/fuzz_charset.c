/*
 * Any bytes under any label: valid UTF-8 comes out, not much longer than the source; a limit cuts between characters;
 * the contest names a charset that exists.
 */
#include <config.h>

#include "decode/charset.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

static size_t count_bad(struct span text)
{
	size_t n = 0;

	for (size_t at = 0; (at = span_find(text, at, span_str("\xEF\xBF\xBD"))) < text.n; at += 3)
		n++;
	return n;
}

static void check(enum charset c, struct span bytes, size_t limit)
{
	struct buf whole = BUF_HEAP, cut = { .limit = limit };
	struct decoded d;

	charset_decode(c, bytes, &whole, &d);
	MUST(!whole.failed && !whole.cut && whole.n <= 3 * bytes.n + 16);
	MUST(utf8_valid(buf_text(&whole), NULL) == whole.n);
	MUST(d.used == c && d.replaced <= count_bad(buf_text(&whole)));
	MUST((d.replaced > 0) == ((d.flaws & FLAW_BIT(UNDECODABLE)) != 0));
	charset_decode(c, bytes, &cut, &d);
	MUST(cut.n <= limit && cut.n <= whole.n);
	MUST(utf8_valid(buf_text(&cut), NULL) == cut.n);
	MUST(cut.n == 0 || memcmp(cut.p, whole.p, cut.n) == 0);
	MUST(cut.cut || cut.n == whole.n);
	buf_free(&whole);
	buf_free(&cut);
}

/* Contest and decoding in one, piece by piece where the label lost. */
static void check_read(enum charset label, enum charset hint, struct span bytes, size_t limit)
{
	struct buf whole = BUF_HEAP, cut = { .limit = limit };
	struct decoded d;

	charset_read(label, hint, bytes, &whole, &d);
	MUST(!whole.failed && !whole.cut && whole.n <= 3 * bytes.n + 16);
	MUST(utf8_valid(buf_text(&whole), NULL) == whole.n);
	charset_read(label, hint, bytes, &cut, &d);
	MUST(cut.n <= limit && utf8_valid(buf_text(&cut), NULL) == cut.n);
	MUST(cut.cut || cut.n == whole.n);
	buf_free(&whole);
	buf_free(&cut);
}

/* The first line is a label, its second word another; what follows is the text, which is tried under a third too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span((const char *)data, size), text;
	size_t line = span_find(all, 0, span_str("\n")), word = span_find(span(all.p, line), 0, span_str(" "));
	enum charset label, hint, used;
	flaw_set flaws = 0;

	if (charset_init() != 0)
		abort();
	label = charset_find(span(all.p, word));
	hint = charset_find(span_from(span(all.p, line), word));
	text = span_from(all, line + 1);
	used = charset_contest(label, hint, text, &flaws);
	MUST(charset_name(used) != NULL && charset_name(used)[0] != '\0');
	MUST(used != CHARSET_UNKNOWN && charset_find(span_str(charset_name(used))) == used);
	MUST((flaws & FLAW_BIT(LABEL_WRONG)) == 0 || used != label);
	check_read(label, hint, text, 1 + size % 64);
	check(used, text, 1 + size % 64);
	check(label, text, 1 + size % 64);
	check(size % 2 ? CHARSET_ISO2022JP : CHARSET_UTF7, text, 1 + size % 64);
	return 0;
}
