#include <config.h>

#include "extract/link.h"

#include "base/utf8.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && strncasecmp(s.p, with, n) == 0;
}

/* The length of "scheme:" at the start of s, or 0. */
static size_t scheme(struct span s)
{
	size_t n = 0;

	if (s.n == 0 || lower(s.p[0]) < 'a' || lower(s.p[0]) > 'z')
		return 0;
	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '.' || s.p[n] == '-'))
		n++;
	return n < s.n && s.p[n] == ':' ? n + 1 : 0;
}

/* How much of the base stands before a relative target: section 5.2.2 of RFC 3986, dots left as they are. */
static size_t base_part(struct span base, struct span target)
{
	size_t after = scheme(base), root, last;

	if (after == 0 || scheme(target) > 0 || target.n == 0 || target.p[0] == '#')
		return 0;
	if (target.n > 1 && target.p[0] == '/' && target.p[1] == '/')
		return after;
	if (base.n - after < 2 || base.p[after] != '/' || base.p[after + 1] != '/')
		return 0;
	for (root = after + 2; root < base.n && strchr("/?#", base.p[root]) == NULL; root++)
		;
	if (target.p[0] == '/')
		return root;
	last = root;
	for (size_t i = root; i < base.n && base.p[i] != '?' && base.p[i] != '#'; i++)
		if (base.p[i] == '/')
			last = i + 1;
	return last;
}

struct span link_target(struct arena *a, struct span base, struct span value)
{
	size_t before, n = 0;
	char *p;

	while (value.n > 0 && (unsigned char)value.p[0] <= ' ')
		value = span_from(value, 1);
	while (value.n > 0 && (unsigned char)value.p[value.n - 1] <= ' ')
		value.n--;
	if (value.n > LINK_BYTES) {
		value.n = LINK_BYTES;
		while (value.n > 0 && (value.p[value.n] & 0xC0) == 0x80)
			value.n--;
	}
	before = base_part(base, value);
	if (before + value.n > LINK_BYTES)
		before = 0;
	p = arena_alloc(a, before + value.n + 2);
	if (p == NULL)
		return span(NULL, 0);
	if (before > 0)
		memcpy(p, base.p, before);
	n = before;
	if (before > 0 && before == base.n && p[n - 1] != '/' && p[n - 1] != ':' && value.p[0] != '/')
		p[n++] = '/'; /* a base that is a host alone */
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\n' && value.p[i] != '\r' && value.p[i] != '\t')
			p[n++] = value.p[i];
	return span(p, n);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/*
 * Copy a host out of what begins with it: no user, no port, %xx decoded, no dot at the end. None where it is longer
 * than any name, or no UTF-8: browsers go nowhere then.
 */
static struct span copy_host(struct span s, char out[LINK_HOST])
{
	size_t end = 0, n = 0;

	while (end < s.n && strchr("/\\?#", s.p[end]) == NULL)
		end++;
	s.n = end;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@')
			s = span_from(s, i + 1), i = (size_t)-1;
	for (size_t i = 0; i < s.n; i++) {
		if (n == LINK_HOST)
			return span(NULL, 0);
		if (s.p[i] == ':' && (s.p[0] != '[' || out[n - 1] == ']')) /* n > 0 where the host begins with '[' */
			break;
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			out[n++] = lower((char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])));
			i += 2;
		} else {
			out[n++] = lower(s.p[i]);
		}
	}
	while (n > 0 && out[n - 1] == '.')
		n--;
	return utf8_valid(span(out, n), NULL) == n ? span(out, n) : span(NULL, 0);
}

struct span link_host(struct span target, char out[LINK_HOST])
{
	size_t n = scheme(target);
	bool special = begins(target, "http:") || begins(target, "https:") || begins(target, "ftp:");

	if (n == 0 && target.n > 1 && strchr("/\\", target.p[0]) != NULL && strchr("/\\", target.p[1]) != NULL)
		special = true; /* "//host": the scheme is the page's */
	if (n == 0 && begins(target, "www."))
		return copy_host(target, out); /* a path to a browser, a host to mail programs */
	if (!special)
		return span(NULL, 0);
	while (n < target.n && (target.p[n] == '/' || target.p[n] == '\\'))
		n++; /* browsers take any number of them, and none */
	return copy_host(span_from(target, n), out);
}

/*
 * Two labels or more, of letters, digits and '-', the last of letters: a name, not a number or the end of a sentence.
 */
static bool is_domain(struct span s)
{
	size_t label = 0, labels = 1;
	bool letters = true;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			if (label == 0)
				return false;
			label = 0;
			labels++;
			letters = true;
			continue;
		}
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
		letters &= lower(s.p[i]) >= 'a' && lower(s.p[i]) <= 'z';
		label++;
	}
	return labels > 1 && label >= 2 && (letters || (label > 4 && begins(span(s.p + s.n - label, label), "xn--")));
}

/* Top-level domains that a text without "http" must end in: "README.md" and "Node.js" are no links. */
static bool has_known_end(struct span domain)
{
	static const char *const ends[] = { "com", "net", "org", "info", "biz", "jp", "cn", "top", "xyz", "shop",
		"online", "site", "club", "vip", "icu", "work", "live", "life", "fun", "app", "dev", "page", "link",
		"store", "website", "space", "tokyo", "io", "co", "cc", "me", "tv", "ee", "ly", "gl", "gd", "to", "uk",
		"us", "eu", "kr", "tw", "hk", "ru", "de", "fr", "asia", "mobi", "pro", "name", "gov", "edu" };
	size_t dot = domain.n;

	while (dot > 0 && domain.p[dot - 1] != '.')
		dot--;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (span_is_nocase(span_from(domain, dot), ends[i]))
			return true;
	return false;
}

static bool is_host_byte(char c)
{
	return is_alnum(c) || c == '-' || c == '.';
}

/* Where the URL that begins at `from` ends: not with what ends a sentence around it. */
static size_t url_end(struct span s, size_t from)
{
	size_t n = from;
	int open = 0;

	for (; n < s.n && s.p[n] > ' ' && s.p[n] < 0x7F && strchr("<>\"`{}|\\^", s.p[n]) == NULL; n++)
		open += s.p[n] == '(' ? 1 : s.p[n] == ')' ? -1 : 0;
	for (; n > from && strchr(".,;:!?'*)]", s.p[n - 1]) != NULL; n--) {
		if (s.p[n - 1] == ')' && open >= 0)
			break;
		open += s.p[n - 1] == ')';
	}
	return n;
}

bool link_next(struct span s, size_t from, size_t *start, size_t *end)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "www." };

	for (size_t at = from; at < s.n; at++) {
		size_t host = at;

		if (!is_alnum(s.p[at]) || (at > from && (is_host_byte(s.p[at - 1]) ||
		    strchr("@/_", s.p[at - 1]) != NULL)))
			continue;
		for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
			size_t name = at + strlen(schemes[i]);

			if (begins(span_from(s, at), schemes[i]) && name < s.n && is_alnum(s.p[name])) {
				*start = at;
				*end = url_end(s, at);
				return true;
			}
		}
		while (host < s.n && is_host_byte(s.p[host]))
			host++;
		if (host + 1 < s.n && s.p[host] == '/' && is_alnum(s.p[host + 1]) &&
		    is_domain(span(s.p + at, host - at)) && has_known_end(span(s.p + at, host - at))) {
			*start = at;
			*end = url_end(s, at);
			return true;
		}
		if (host > at)
			at = host - 1;
	}
	return false;
}

struct span link_shown(struct span text, char out[LINK_HOST])
{
	static const char *const marks[] = { "https://", "http://", "www." };
	struct span host = span(NULL, 0);
	bool marked = false;

	text = span_trim(text);
	for (size_t at = 0; !marked && at < text.n; at++)
		for (size_t i = 0; !marked && i < sizeof marks / sizeof *marks; i++)
			if (begins(span_from(text, at), marks[i]) && (at == 0 || !is_host_byte(text.p[at - 1]))) {
				text = span_from(text, i < 2 ? at + strlen(marks[i]) : at);
				marked = true;
			}
	while (host.n < text.n && is_host_byte(text.p[host.n]))
		host.n++;
	host.p = text.p;
	if (host.n < text.n && text.p[host.n] == '@')
		return span(NULL, 0); /* an address; or a user, and then it is in doubt */
	if (!marked && host.n < text.n && text.p[host.n] != '/' && text.p[host.n] != ':')
		return span(NULL, 0); /* without a mark the whole text must be a domain or begin a URL */
	if (!marked && !has_known_end(host))
		return span(NULL, 0);
	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n >= LINK_HOST || !is_domain(host))
		return span(NULL, 0);
	return copy_host(host, out);
}

/* The part of a host that somebody registered, as near as names alone tell. */
static struct span owner(struct span host)
{
	static const char *const second[] = { "co", "ne", "or", "ac", "go", "ad", "ed", "gr", "lg", "com", "net", "org",
		"gov", "edu", "mil" };
	size_t dots[3] = { 0, 0, 0 }, n = 0; /* where the last three labels begin, the last one first */
	unsigned wanted = 2;

	for (size_t i = host.n; i > 0 && n < 3; i--)
		if (host.p[i - 1] == '.')
			dots[n++] = i;
	if (n < 2)
		return host;
	if (host.n - dots[0] == 2)
		for (size_t i = 0; i < sizeof second / sizeof *second; i++)
			if (span_is(span(host.p + dots[1], dots[0] - 1 - dots[1]), second[i]))
				wanted = 3;
	return wanted == 2 ? span_from(host, dots[1]) : n == 3 ? span_from(host, dots[2]) : host;
}

bool link_differs(struct span target, struct span text)
{
	char there_bytes[LINK_HOST], shown_bytes[LINK_HOST];
	struct span there = link_host(target, there_bytes), shown = link_shown(text, shown_bytes);

	return there.n > 0 && shown.n > 0 && !span_eq(owner(there), owner(shown));
}
