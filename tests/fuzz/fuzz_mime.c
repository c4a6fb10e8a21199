/*
 * Any bytes as a message: parts that form a tree, text that is valid UTF-8 and within its limit, memory that the
 * arena's cap allows, time that is linear.
 */
#include <config.h>

#include "decode/mail.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

static void check_text(struct span s)
{
	MUST(s.n == 0 || utf8_valid(s, NULL) == s.n);
}

static void check_headers(const struct mail_header *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check_text(h[i].value);
		MUST(h[i].value.n == 0 || memchr(h[i].value.p, '\n', h[i].value.n) == NULL);
	}
}

static void check_addresses(const struct address *v, size_t n, const struct limits *l)
{
	MUST(n <= l->addresses);
	for (size_t i = 0; i < n; i++) {
		check_text(v[i].name);
		check_text(v[i].address);
	}
}

/* Returns the bytes of text that it owns. */
static size_t check_part(const struct mail *m, size_t i, const struct limits *l)
{
	const struct part *p = &m->parts[i], *up = i > 0 ? &m->parts[p->parent] : NULL;
	bool text = p->kind == PART_TEXT || p->kind == PART_HTML;

	MUST(i == 0 ? p->parent == PART_NO_PARENT : p->parent < i);
	MUST(p->depth == (up != NULL ? up->depth + 1 : 0));
	MUST(p->depth <= l->depth + 2);
	MUST(text || p->text.n == 0);
	check_text(p->text);
	check_text(p->file_name);
	check_headers(p->headers, p->nheaders);
	for (size_t k = 0; k < p->type.n; k++)
		MUST(p->type.p[k] >= ' ' && p->type.p[k] <= '~');
	for (size_t k = 0; k < p->declared.n; k++)
		MUST(p->declared.p[k] >= ' ' && p->declared.p[k] <= '~');
	MUST(p->transfer != NULL);
	MUST((m->flaws & p->flaws) == p->flaws);
	return up != NULL && up->text.p == p->text.p ? 0 : p->text.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct limits l = LIMITS_DEFAULT;
	struct arena *a;
	struct message message;
	const struct mail *m = NULL;
	double start = fuzz_cpu();
	size_t text = 0;

	MUST(charset_init() == 0);
	if (size % 2) { /* small limits are reached by small inputs */
		l.scan_bytes = 4096;
		l.text_bytes = 2048;
		l.header_bytes = 1024;
		l.header_value = 256;
		l.headers = 8;
		l.parts = 6;
		l.depth = 3;
		l.boundary = 8;
		l.params = 4;
		l.addresses = 4;
	}
	a = arena_new(limits_arena(&l));
	MUST(a != NULL);
	message_parse(a, &l, span((const char *)data, size), &message);
	MUST(!arena_failed(a));
	MUST(message.nheaders <= l.headers);
	MUST(message_header(&message, "Subject") == NULL || message.nheaders > 0);
	MUST(mail_decode(a, &message, &l, 0, &m) == 0);
	MUST(m->nparts >= 1 && m->nparts <= l.parts && m->nheaders == message.nheaders);
	for (size_t i = 0; i < m->nparts; i++)
		text += check_part(m, i, &l);
	MUST(text <= l.text_bytes);
	check_headers(m->headers, m->nheaders);
	check_text(m->subject);
	check_addresses(m->from, m->nfrom, &l);
	check_addresses(m->reply_to, m->nreply_to, &l);
	check_addresses(m->to, m->nto, &l);
	MUST(fuzz_cpu() - start < 5);
	arena_free(a);
	return 0;
}
