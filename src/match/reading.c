#include <config.h>

#include "match/reading.h"

#include <stdio.h>

#include "base/utf8.h"

#define TO_KATAKANA 0x60u /* from a hiragana to its katakana */

static bool is_hiragana(uint32_t cp)
{
	return cp >= 0x3041 && cp <= 0x3096;
}

static bool is_katakana(uint32_t cp)
{
	return cp >= 0x30A1 && cp <= 0x30F6;
}

/* What is wrong with a reading, and where; else 0. */
static int check(struct span reading, struct pattern_error *e)
{
	unsigned kana = 0;
	uint32_t cp;

	for (size_t at = 0, n; at < reading.n; at += n, kana++) {
		n = utf8_get(reading.p + at, reading.p + reading.n, &cp);
		if (is_hiragana(cp) || is_katakana(cp) || cp == 0x30FC)
			continue;
		e->offset = at;
		snprintf(e->text, sizeof e->text, "a reading is hiragana or katakana, and nothing else");
		return -1;
	}
	if (kana >= READING_LEAST)
		return 0;
	e->offset = 0;
	snprintf(e->text, sizeof e->text, "a reading has %u kana or more: a single one stands everywhere",
	    READING_LEAST);
	return -1;
}

static void write_kana(struct span reading, bool katakana, struct buf *out)
{
	uint32_t cp;

	for (size_t at = 0; at < reading.n;) {
		at += utf8_get(reading.p + at, reading.p + reading.n, &cp);
		if (katakana && is_hiragana(cp))
			cp += TO_KATAKANA;
		else if (!katakana && is_katakana(cp))
			cp -= TO_KATAKANA;
		buf_utf8(out, cp);
	}
}

const struct pattern *reading_pattern(struct arena *a, struct span reading, struct pattern_error *error)
{
	const struct pattern *forms[2];

	if (check(reading, error) < 0)
		return NULL;
	for (int katakana = 0; katakana < 2; katakana++) {
		struct buf text = BUF_ARENA(a, 0);

		write_kana(reading, katakana, &text);
		forms[katakana] = pattern_parse(a, buf_text(&text), NULL, NULL, error);
		if (forms[katakana] == NULL)
			return NULL;
	}
	return pattern_any(a, forms, 2);
}
