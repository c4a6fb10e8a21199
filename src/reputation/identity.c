#include <config.h>

#include "reputation/identity.h"

#include <unistd.h>

static const char *const shipped[] = {
#define SHARED(domain) domain,
#include "reputation/shared_senders.def"
#undef SHARED
};

static bool below(struct span domain, const char *parent)
{
	size_t n = strlen(parent);

	if (n == 0 || domain.n < n || !span_is_nocase(span_from(domain, domain.n - n), parent))
		return false;
	return domain.n == n || domain.p[domain.n - n - 1] == '.';
}

bool identity_is_shared(const struct identity_options *o, struct span domain)
{
	for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
		if (below(domain, shipped[i]))
			return true;
	for (size_t i = 0; i < o->nshared; i++)
		if (below(domain, o->shared[i]))
			return true;
	return false;
}

/* --- the header's words --- */

/* Blanks, line ends and comments, which nest (RFC 5322 section 3.2.2). */
static size_t skip_blank(struct span s, size_t at)
{
	size_t depth = 0;

	for (; at < s.n; at++) {
		char c = s.p[at];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == '\\' && depth > 0)
			at++;
		else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n')
			break;
	}
	return at < s.n ? at : s.n;
}

/* ";", "=" or a word; a quoted string is part of its word. Empty at the end. */
static struct span next_word(struct span s, size_t *at)
{
	size_t from = skip_blank(s, *at), to = from;
	bool quoted = false;

	if (to < s.n && (s.p[to] == ';' || s.p[to] == '=')) {
		to++;
	} else {
		for (; to < s.n && (quoted || strchr(" \t\r\n;=(", s.p[to]) == NULL || s.p[to] == '\0'); to++) {
			if (s.p[to] == '"')
				quoted = !quoted;
			else if (s.p[to] == '\\' && quoted && to + 1 < s.n)
				to++;
		}
	}
	*at = to;
	return span(s.p + from, to - from);
}

static struct span unquoted(struct span s)
{
	return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? span(s.p + 1, s.n - 2) : s;
}

/* --- what it says --- */

/* The domain of "user@domain" or "domain", in lower case; empty where it is none. */
static struct span take_domain(struct span value, char out[IDENTITY_DOMAIN_MAX])
{
	const char *at;
	bool dot = false;

	value = unquoted(value);
	while (value.n > 0 && (at = memchr(value.p, '@', value.n)) != NULL)
		value = span_from(value, (size_t)(at - value.p) + 1);
	if (value.n == 0 || value.n >= IDENTITY_DOMAIN_MAX)
		return span(NULL, 0);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return span(NULL, 0);
		dot |= c == '.';
		out[i] = c;
	}
	out[value.n] = '\0';
	return dot ? span(out, value.n) : span(NULL, 0);
}

enum method { METHOD_OTHER, METHOD_DKIM, METHOD_SPF };

/* One "; method=result name=value ..." of the header. */
struct result {
	enum method method;
	bool pass;
	struct span domain; /* header.d or header.i; smtp.mailfrom: raw */
};

static enum method find_method(struct span word)
{
	word.n = span_find(word, 0, span_str("/")); /* "dkim/1" */
	return span_is_nocase(word, "dkim") ? METHOD_DKIM : span_is_nocase(word, "spf") ? METHOD_SPF : METHOD_OTHER;
}

static void read_property(struct result *r, struct span name, struct span value)
{
	if (r->method == METHOD_DKIM && span_is_nocase(name, "header.d"))
		r->domain = value;
	else if (r->method == METHOD_DKIM && span_is_nocase(name, "header.i") && r->domain.n == 0)
		r->domain = value;
	else if (r->method == METHOD_SPF && span_is_nocase(name, "smtp.mailfrom"))
		r->domain = value;
}

/* The next result of the header at *at, which stands behind a ";". false: the header ends. */
static bool next_result(struct span s, size_t *at, struct result *ret)
{
	struct span name = span(NULL, 0), word;
	bool equals = false, first = true;

	*ret = (struct result){ 0 };
	if (*at >= s.n)
		return false;
	while ((word = next_word(s, at)).n > 0 && !span_is(word, ";")) {
		if (span_is(word, "=")) {
			equals = true;
		} else if (!equals) {
			name = word;
		} else {
			if (first) {
				ret->method = find_method(name);
				ret->pass = span_is_nocase(word, "pass");
			} else {
				read_property(ret, name, word);
			}
			first = equals = false;
		}
	}
	return true;
}

/* Whether the header is ours; *at is then behind its authserv-id. */
static bool is_ours(
    const struct message *m, const struct identity_options *o, struct span value, bool above, size_t *at)
{
	struct span id = unquoted(next_word(value, at)), own = o->authserv_id, rest;

	if (own.n == 0 || id.n < own.n || !span_ieq(span(id.p, own.n), own))
		return false;
	rest = span_from(id, own.n);
	if (rest.n == 0)
		return o->trust && above;
	return m->queue_id.n > 0 && rest.p[0] == '/' && span_eq(span_from(rest, 1), m->queue_id);
}

static void read_results(const struct identity_options *o, struct span value, size_t at, identity_fn *fn, void *arg)
{
	char room[IDENTITY_DOMAIN_MAX];
	struct span version;
	struct result r;

	do
		version = next_word(value, &at); /* which may stand there, up to the first ";" */
	while (version.n > 0 && !span_is(version, ";"));
	while (next_result(value, &at, &r)) {
		struct span d = r.pass && r.method != METHOD_OTHER ? take_domain(r.domain, room) : span(NULL, 0);

		if (d.n > 0)
			fn(arg, d, r.method == METHOD_DKIM, identity_is_shared(o, d));
	}
}

void identity_each(const struct message *m, const struct identity_options *o, identity_fn *fn, void *arg)
{
	bool above = true;

	for (size_t i = 0; i < m->nheaders; i++) {
		const struct header *h = &m->headers[i];
		size_t at = 0;

		if (span_is_nocase(h->name, "Received"))
			above = false;
		else if (span_is_nocase(h->name, "Authentication-Results") && is_ours(m, o, h->value, above, &at))
			read_results(o, h->value, at, fn, arg);
	}
}

struct found {
	char *room;
	struct span domain;
	bool dkim;
	bool shared; /* a pass of a shared domain was seen */
};

static void keep(void *arg, struct span domain, bool dkim, bool shared)
{
	struct found *f = arg;

	if (shared) {
		f->shared = true;
	} else if (f->domain.n == 0 || (!f->dkim && dkim)) {
		memcpy(f->room, domain.p, domain.n + 1);
		f->domain = span(f->room, domain.n);
		f->dkim = dkim;
	}
}

void identity_find(const struct message *m, const struct identity_options *o, char domain[IDENTITY_DOMAIN_MAX],
    struct identity *ret)
{
	struct found f = { .room = domain };

	identity_each(m, o, keep, &f);
	*ret = (struct identity){ .address = m->client_address, .domain = f.domain };
	if (f.shared && f.domain.n == 0)
		ret->address = span(NULL, 0);
}

/* What identity_is_warner() looks for. */
struct search {
	const struct identity_options *options;
	bool found;
};

static void compare(void *arg, struct span domain, bool dkim, bool shared)
{
	struct search *s = arg;

	(void)dkim;
	for (size_t i = 0; !shared && i < s->options->nwarners; i++)
		s->found |= below(domain, s->options->warners[i]);
}

bool identity_is_warner(const struct message *m, const struct identity_options *o)
{
	struct search s = { .options = o };

	if (o->nwarners > 0)
		identity_each(m, o, compare, &s);
	return s.found;
}

void identity_configure(const struct config *c, const char *own, char host[IDENTITY_HOST_MAX],
    struct identity_options *ret)
{
	*ret = (struct identity_options){ .trust = c->trust_authserv_id,
		.shared = (const char *const *)c->shared_senders.v, .nshared = c->shared_senders.n,
		.warners = (const char *const *)c->warners.v, .nwarners = c->warners.n };
	memset(host, 0, IDENTITY_HOST_MAX);
	if (c->authserv_id[0] != '\0')
		ret->authserv_id = span_str(c->authserv_id);
	else if (own != NULL)
		ret->authserv_id = span_str(own);
	else if (gethostname(host, IDENTITY_HOST_MAX - 1) == 0)
		ret->authserv_id = span_str(host);
}
