#include <config.h>

#include "base/escape.h"

#include "base/unicode.h"
#include "base/utf8.h"

/* Characters that do something to a terminal or that nobody sees. */
static bool unsafe(uint32_t cp)
{
	enum unicode_class c;

	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return true;
	if (cp < 0x300 && cp != 0xAD)
		return false;
	if (unicode_ignorable(cp))
		return true;
	c = unicode_class(cp);
	return c == UNICODE_FORMAT || c == UNICODE_CONTROL || cp == 0x2028 || cp == 0x2029;
}

void escape_terminal(struct buf *out, struct span text, bool lines)
{
	const char *end = text.n > 0 ? text.p + text.n : NULL;

	for (size_t i = 0; i < text.n;) {
		size_t good = utf8_valid(span_from(text, i), NULL), stop = i + good;

		while (i < stop) {
			uint32_t cp;
			unsigned n = utf8_get(text.p + i, end, &cp);

			if (cp == '\n' || cp == '\t')
				buf_byte(out, lines ? (char)cp : ' ');
			else if (unsafe(cp))
				buf_printf(out, cp < 0x100 ? "<%02X>" : "<U+%04X>", cp);
			else
				buf_add(out, text.p + i, n);
			i += n;
		}
		if (i < text.n)
			buf_printf(out, "<%02X>", (unsigned char)text.p[i++]);
	}
}

void json_string(struct buf *out, struct span text)
{
	const char *end = text.n > 0 ? text.p + text.n : NULL;

	buf_byte(out, '"');
	for (size_t i = 0; i < text.n;) {
		size_t stop = i + utf8_valid(span_from(text, i), NULL), plain = i;

		while (i < stop) {
			uint32_t cp;
			unsigned n = utf8_get(text.p + i, end, &cp);

			if (cp < 0x20 || cp == '"' || cp == '\\' || cp == 0x7F || cp == 0x2028 || cp == 0x2029) {
				buf_add(out, text.p + plain, i - plain);
				if (cp == '"' || cp == '\\')
					buf_printf(out, "\\%c", (char)cp);
				else if (cp == '\n')
					buf_str(out, "\\n");
				else
					buf_printf(out, "\\u%04x", cp);
				plain = i + n;
			}
			i += n;
		}
		buf_add(out, text.p + plain, i - plain);
		if (i < text.n) {
			buf_utf8(out, UTF8_BAD);
			i++;
		}
	}
	buf_byte(out, '"');
}

void json_comma(struct buf *out)
{
	if (out->n > 0 && out->p[out->n - 1] != '{' && out->p[out->n - 1] != '[')
		buf_byte(out, ',');
}

void json_key(struct buf *out, const char *name)
{
	json_comma(out);
	json_string(out, span_str(name));
	buf_byte(out, ':');
}
