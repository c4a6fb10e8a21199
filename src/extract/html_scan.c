#include <config.h>

#include "extract/html_scan.h"

#include "extract/html_tag.h"

size_t html_end_tag(struct span s, size_t from, const char *name)
{
	size_t n = strlen(name);

	for (size_t at = from; at + n + 2 < s.n; at++) {
		const char *lt = memchr(s.p + at, '<', s.n - at);

		if (lt == NULL)
			break;
		at = (size_t)(lt - s.p);
		if (at + n + 2 < s.n && lt[1] == '/' && strncasecmp(lt + 2, name, n) == 0 &&
		    (html_is_blank(lt[n + 2]) || lt[n + 2] == '/' || lt[n + 2] == '>'))
			return at;
	}
	return s.n;
}

static bool begins(struct span s, size_t at, const char *with)
{
	size_t n = strlen(with);

	return s.n - at > n && strncasecmp(s.p + at, with, n) == 0 &&
	    (html_is_blank(s.p[at + n]) || s.p[at + n] == '/' || s.p[at + n] == '>');
}

size_t html_script_end(struct span s, size_t at)
{
	enum { PLAIN, ESCAPED, INNER } state = PLAIN;

	for (; at < s.n; at++) {
		if (s.p[at] == '-' && s.n - at >= 3 && memcmp(s.p + at, "-->", 3) == 0) {
			state = PLAIN;
		} else if (s.p[at] != '<') {
			continue;
		} else if (begins(s, at, "</script")) {
			if (state != INNER)
				return at;
			state = ESCAPED;
		} else if (state == ESCAPED && begins(s, at, "<script")) {
			state = INNER;
		} else if (state == PLAIN && s.n - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
			state = ESCAPED;
			at++; /* "<!-->" ends at once */
		}
	}
	return s.n;
}

size_t html_comment_end(struct span s, size_t at)
{
	if (at + 4 < s.n && s.p[at + 4] == '>')
		return at + 5;
	if (at + 5 < s.n && s.p[at + 4] == '-' && s.p[at + 5] == '>')
		return at + 6;
	for (at += 4; (at = span_find(s, at, span_str("--"))) < s.n; at++) {
		if (at + 2 < s.n && s.p[at + 2] == '>')
			return at + 3;
		if (at + 3 < s.n && s.p[at + 2] == '!' && s.p[at + 3] == '>')
			return at + 4;
	}
	return s.n;
}
