#include <config.h>

#include "scope/recipients.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/hmac.h"

#define KEY_MAX 512u /* bytes of an address that is looked up: RFC 5321 section 4.5.3.1 allows 64 + 1 + 255 */

/* A line's key. n == 0: a free place. */
struct entry {
	uint32_t at;
	uint16_t n;
	uint8_t consent;
};

struct recipients {
	struct source src;
	struct entry *table; /* open addressing, a power of two of places, at most half of them taken */
	size_t mask, taken;
	uint64_t seed;       /* mailbox names are their owners' choice: they must not be able to choose their places */
	enum consent fallback;
	bool has_default;    /* the file's own */
};

/* FNV-1a with a seed and a last mix, in lower case. */
static uint64_t hash(const struct recipients *r, struct span key)
{
	uint64_t h = 0xcbf29ce484222325u ^ r->seed;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)tolower((unsigned char)key.p[i])) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static struct span entry_key(const struct recipients *r, const struct entry *e)
{
	return span(r->src.bytes.p + e->at, e->n);
}

/* Where the key stands or would stand. */
static struct entry *place(const struct recipients *r, struct span key)
{
	size_t i = hash(r, key) & r->mask;

	while (r->table[i].n > 0 && !span_ieq(entry_key(r, &r->table[i]), key))
		i = (i + 1) & r->mask;
	return &r->table[i];
}

static bool grow(struct recipients *r)
{
	struct entry *old = r->table;
	size_t places = old == NULL ? 64 : 2 * (r->mask + 1), had = old == NULL ? 0 : r->mask + 1;

	r->table = calloc(places, sizeof *r->table);
	if (r->table == NULL) {
		r->table = old;
		return false;
	}
	r->mask = places - 1;
	for (size_t i = 0; i < had; i++)
		if (old[i].n > 0)
			*place(r, entry_key(r, &old[i])) = old[i];
	free(old);
	return true;
}

static struct span next_word(struct span line, size_t *at)
{
	size_t from;

	while (*at < line.n && (line.p[*at] == ' ' || line.p[*at] == '\t' || line.p[*at] == '\r'))
		++*at;
	from = *at;
	while (*at < line.n && line.p[*at] != ' ' && line.p[*at] != '\t' && line.p[*at] != '\r')
		++*at;
	return span(line.p + from, *at - from);
}

/* Column of a word, in characters as diag has it. */
static unsigned column(struct span line, struct span word)
{
	unsigned n = 1;

	for (const char *p = line.p; p < word.p; p++)
		n += ((unsigned char)*p & 0xC0) != 0x80;
	return n;
}

static void add_default(struct recipients *r, enum consent c, unsigned number, struct diags *d)
{
	if (r->has_default && r->fallback != c)
		diags_add(d, DIAG_ERROR, &r->src, number, 1, "a second default, and another one: %s after %s",
		    consent_name(c), consent_name(r->fallback));
	r->has_default = true;
	r->fallback = c;
}

/* false: no memory. */
static bool add_entry(struct recipients *r, struct span key, enum consent c, unsigned number, struct diags *d)
{
	struct entry *e;

	if (2 * (r->taken + 1) > r->mask && !grow(r))
		return false;
	e = place(r, key);
	if (e->n > 0 && e->consent != c) {
		diags_add(d, DIAG_ERROR, &r->src, number, 1, "'%.*s' stands here with %s, on an earlier line with %s",
		    SPAN_ARG(key), consent_name(c), consent_name((enum consent)e->consent));
		return true;
	}
	r->taken += e->n == 0;
	*e = (struct entry){ (uint32_t)(key.p - r->src.bytes.p), (uint16_t)key.n, (uint8_t)c };
	return true;
}

static bool add_line(struct recipients *r, struct span line, unsigned number, struct diags *d)
{
	size_t at = 0;
	struct span key = next_word(line, &at), word = next_word(line, &at), more = next_word(line, &at);
	enum consent c;

	if (key.n == 0 || key.p[0] == '#')
		return true;
	if (word.n == 0 || word.p[0] == '#' || !consent_find(word, &c)) {
		diags_add(d, DIAG_ERROR, &r->src, number, word.n > 0 ? column(line, word) : 1,
		    "after the recipient one of off, observe, tag, reject is wanted");
		return true;
	}
	if (more.n > 0 && more.p[0] != '#') {
		diags_add(
		    d, DIAG_ERROR, &r->src, number, column(line, more), "nothing but a comment (#) may follow here");
		return true;
	}
	if (key.n > KEY_MAX || key.p[0] == '@' || key.p[key.n - 1] == '@' || memchr(key.p, '\0', key.n) != NULL) {
		diags_add(d, DIAG_ERROR, &r->src, number, column(line, key),
		    "a recipient is user@example.jp, example.jp, .example.jp (all below it) or default");
		return true;
	}
	if (span_is_nocase(key, "default")) {
		add_default(r, c, number, d);
		return true;
	}
	return add_entry(r, key, c, number, d);
}

static bool add_lines(struct recipients *r, struct diags *d)
{
	struct span all = r->src.bytes;
	size_t at = 0;

	if (all.n >= 3 && memcmp(all.p, "\xEF\xBB\xBF", 3) == 0)
		at = 3;
	for (unsigned number = 1; at < all.n; number++) {
		const char *lf = memchr(all.p + at, '\n', all.n - at);
		size_t end = lf != NULL ? (size_t)(lf - all.p) : all.n;

		if (!add_line(r, span(all.p + at, end - at), number, d))
			return false;
		at = end + 1;
		if (d->n >= DIAGS_MAX) /* a file of something else: enough is said */
			break;
	}
	return true;
}

struct recipients *recipients_load(const char *path, enum consent fallback, struct diags *d)
{
	struct recipients *r = calloc(1, sizeof *r);
	size_t errors = d->errors;
	bool memory = r != NULL && grow(r);

	if (memory) {
		r->fallback = fallback;
		random_bytes(&r->seed, sizeof r->seed);
	}
	if (memory && path != NULL) {
		int rc = source_read(path, RECIPIENTS_FILE_MAX, &r->src);

		if (rc < 0)
			diags_add(
			    d, DIAG_ERROR, &(struct source){ .name = path }, 0, 0, "cannot be read: %s", strerror(-rc));
		else
			memory = add_lines(r, d);
	}
	if (!memory)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the recipients");
	if (d->errors > errors) {
		recipients_free(r);
		return NULL;
	}
	return r;
}

void recipients_free(struct recipients *r)
{
	if (r == NULL)
		return;
	source_free(&r->src);
	free(r->table);
	free(r);
}

static bool find(const struct recipients *r, struct span key, enum consent *ret)
{
	const struct entry *e = place(r, key);

	if (key.n == 0 || e->n == 0)
		return false;
	*ret = (enum consent)e->consent;
	return true;
}

/*
 * The address as the file would have it: without <>, a source route, the quotes and escapes of the local part and the
 * root's dot, since all of these reach the same mailbox (RFC 5321 sections 4.1.2 and 4.1.3). Where it doesn't fit:
 * empty.
 */
static struct span plain_address(struct span a, char out[KEY_MAX])
{
	size_t n = 0, at = 0;
	bool quoted = false;

	a = span_trim(a);
	if (a.n >= 2 && a.p[0] == '<' && a.p[a.n - 1] == '>')
		a = span(a.p + 1, a.n - 2);
	if (a.n > 0 && a.p[0] == '@' && memchr(a.p, ':', a.n) != NULL)
		at = span_find(a, 0, span_str(":")) + 1;
	for (; at < a.n; at++) {
		char c = a.p[at];

		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\' && quoted && at + 1 < a.n)
			c = a.p[++at];
		if (n == KEY_MAX)
			return span(out, 0);
		out[n++] = c;
	}
	while (n > 0 && out[n - 1] == '.')
		n--;
	return span(out, n);
}

/* user+folder@example.jp is user@example.jp: the delimiter that Postfix, Sendmail and Dovecot know by default. */
static bool find_unextended(const struct recipients *r, struct span local, struct span domain, enum consent *ret)
{
	const char *plus = memchr(local.p, '+', local.n);
	char out[KEY_MAX];
	size_t n;

	if (plus == NULL || plus == local.p)
		return false;
	n = (size_t)(plus - local.p);
	memcpy(out, local.p, n);
	out[n] = '@';
	memcpy(out + n + 1, domain.p, domain.n);
	return find(r, span(out, n + 1 + domain.n), ret);
}

static bool find_domain(const struct recipients *r, struct span domain, enum consent *ret)
{
	if (find(r, domain, ret))
		return true;
	for (size_t at = 0; at < domain.n; at++)
		if (domain.p[at] == '.' && find(r, span_from(domain, at), ret))
			return true;
	return false;
}

enum consent recipients_consent(const struct recipients *r, struct span address)
{
	enum consent c = r->fallback;
	char room[KEY_MAX];
	struct span plain = plain_address(address, room), local = plain, domain = span(NULL, 0);

	for (size_t at = plain.n; at > 0; at--) {
		if (plain.p[at - 1] == '@') {
			local = span(plain.p, at - 1);
			domain = span_from(plain, at);
			break;
		}
	}
	if (domain.n > 0 && (find(r, plain, &c) || find_unextended(r, local, domain, &c)))
		return c;
	if (span_is_nocase(local, "postmaster") || span_is_nocase(local, "abuse"))
		return CONSENT_OFF;
	find_domain(r, domain, &c);
	return c;
}
