#include <config.h>

#include "decode/edge.h"

#include "base/utf8.h"

/* Bytes of the escape sequence at p: 1 where it is none that ISO-2022-JP knows, 0 where the end cuts it off. */
static size_t escape_length(const char *p, size_t n)
{
	if (n == 1)
		return 0;
	if (p[1] == '(')
		return n < 3 ? 0 : 3;
	if (p[1] != '$')
		return 1;
	if (n == 2 || (p[2] == '(' && n == 3))
		return 0;
	return p[2] == '(' ? 4 : 3;
}

static bool inside_jis(struct edge *e, struct span s)
{
	while (e->at < s.n) {
		const char *p = s.p + e->at;

		if (*p == 0x1B) {
			size_t n = escape_length(p, s.n - e->at);

			if (n == 0)
				return true;
			if (n > 1)
				e->shifted = p[1] == '$' || p[2] == 'I';
			e->at += n;
		} else {
			if (*p == '\n')
				e->shifted = false;
			e->at++;
		}
	}
	return e->shifted;
}

static bool inside_utf8(struct edge *e, struct span s)
{
	bool cut = false;

	while (e->at < s.n) {
		e->at += utf8_valid(span_from(s, e->at), &cut);
		if (cut)
			return true;
		if (e->at < s.n)
			e->at++;
	}
	return false;
}

/* Shift_JIS, EUC-JP, GB18030, Big5, EUC-KR. */
static bool inside_pair(struct edge *e, struct span s)
{
	while (e->at < s.n) {
		unsigned char c = (unsigned char)s.p[e->at];
		bool single = c < 0x81 || (e->charset == CHARSET_SHIFT_JIS && c >= 0xA0 && c < 0xE0);
		size_t n = single ? 1 : e->charset == CHARSET_EUC_JP && c == 0x8F ? 3 : 2;

		if (n > s.n - e->at)
			return true;
		e->at += n;
	}
	return false;
}

static bool has_pairs(const char *name)
{
	return strcmp(name, "gb18030") == 0 || strcmp(name, "big5") == 0 || strcmp(name, "euc-kr") == 0;
}

bool edge_inside(struct edge *e, struct span s)
{
	switch (e->charset) {
	case CHARSET_ISO2022JP:
		return inside_jis(e, s);
	case CHARSET_UTF8:
		return inside_utf8(e, s);
	case CHARSET_SHIFT_JIS:
	case CHARSET_EUC_JP:
		return inside_pair(e, s);
	case CHARSET_UTF16:
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return s.n % 2 != 0;
	default:
		return has_pairs(charset_name(e->charset)) && inside_pair(e, s);
	}
}
