#include <config.h>

#include "extract/bidi.h"

#define OVERRIDE "\xE2\x80\xAE"
#define POP "\xE2\x80\xAC"

bool bidi_overrides(struct span text)
{
	return span_find(text, 0, span_str(OVERRIDE)) < text.n;
}

static void reverse_bytes(char *p, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		char c = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = c;
	}
}

/* Its bytes, and then those of each character once more. */
static void reverse(char *p, size_t n)
{
	reverse_bytes(p, n);
	for (size_t i = 0, start = 0; i < n; i++) {
		if (((unsigned char)p[i] & 0xC0) == 0x80)
			continue;
		reverse_bytes(p + start, i + 1 - start);
		start = i + 1;
	}
}

void bidi_turn(char *text, size_t n)
{
	size_t at = 0;

	while ((at = span_find(span(text, n), at, span_str(OVERRIDE))) < n) {
		size_t end = at += strlen(OVERRIDE);

		while (end < n && text[end] != '\n' &&
		    (n - end < strlen(POP) || memcmp(text + end, POP, strlen(POP)) != 0))
			end++;
		reverse(text + at, end - at);
		at = end;
	}
}
