#include <config.h>

#include "session/mark.h"

#include "base/utf8.h"

#define LINE_MAX_CHARS 76u
#define SUBJECT_NAME "Subject: "

bool mark_good(const char *mark)
{
	struct span s = span_str(mark);

	if (s.n > MARK_MAX || utf8_valid(s, NULL) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F)
			return false;
	return true;
}

static bool ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void base64(struct buf *out, struct span s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		unsigned v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_byte(out, i + k <= s.n ? digits[v >> (18 - 6 * k) & 63] : '=');
	}
}

void mark_write(struct buf *out, const char *mark, struct span subject)
{
	struct span s = span_str(mark);
	size_t line = span_find(subject, 0, span_str("\n"));

	if (ascii(s)) {
		buf_span(out, s);
	} else {
		buf_str(out, "=?UTF-8?B?");
		base64(out, s);
		buf_str(out, "?=");
	}
	/* Before a subject that is folded already a fold would make an empty line. */
	buf_str(out, line > 0 && strlen(SUBJECT_NAME) + out->n + 1 + line > LINE_MAX_CHARS ? "\n " : " ");
	buf_span(out, subject);
}
