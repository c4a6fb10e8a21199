#include <config.h>

#include "decode/message.h"

#include "decode/head.h"

/* "<local@domain>" or "<>", without blanks and control characters. */
static bool read_path(struct span value, struct span *path)
{
	struct span s = span_trim(value);
	bool at = false;

	if (s.n < 2 || s.p[0] != '<' || s.p[s.n - 1] != '>')
		return false;
	s = span(s.p + 1, s.n - 2);
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] >= 0 && s.p[i] <= ' ') || s.p[i] == 0x7F || s.p[i] == '<' || s.p[i] == '>')
			return false;
		at |= s.p[i] == '@' && i > 0 && i + 1 < s.n;
	}
	if (!at && s.n > 0)
		return false;
	*path = s;
	return true;
}

/* Delivery puts Return-Path above everything else; what stands below a Received line came with the mail. */
static void take_sender(struct message *m)
{
	for (size_t i = 0; i < m->nheaders; i++) {
		const struct header *h = &m->headers[i];

		if (span_is_nocase(h->name, "Received"))
			return;
		if (span_is_nocase(h->name, "Return-Path")) {
			m->null_sender = read_path(h->value, &m->mail_from) && m->mail_from.n == 0;
			return;
		}
	}
}

/* Blank lines before the headers, as careless programs save them: passed over where headers do follow. */
static size_t blank_lines(const struct limits *l, struct span bytes)
{
	struct header one;
	struct head h;
	size_t n = 0;

	while (n < bytes.n && (bytes.p[n] == '\r' || bytes.p[n] == '\n'))
		n++;
	head_open(&h, l, span_from(bytes, n), 0, true);
	return n > 0 && head_next(&h, &one) && one.name.n > 0 ? n : 0;
}

void message_parse(struct arena *a, const struct limits *l, struct span bytes, struct message *ret)
{
	struct message m = { 0 };
	struct head h;
	struct header one, *headers;
	size_t n = 0;

	if (bytes.n == 0)
		bytes.p = "";
	if (bytes.n > l->scan_bytes) {
		bytes.n = l->scan_bytes;
		m.flaws |= FLAW_BIT(TRUNCATED);
	}
	n = blank_lines(l, bytes);
	if (n > 0) {
		bytes = span_from(bytes, n);
		m.flaws |= FLAW_BIT(BAD_HEADER);
	}
	head_open(&h, l, bytes, 0, true);
	for (n = 0; head_next(&h, &one); n++)
		;
	headers = arena_array(a, n, sizeof *headers);
	head_open(&h, l, bytes, 0, true);
	while (headers != NULL && m.nheaders < n && head_next(&h, &headers[m.nheaders]))
		m.nheaders++;
	while (head_next(&h, &one))
		; /* on to the body */
	m.headers = headers;
	m.body = span_from(bytes, h.at);
	m.flaws |= h.flaws;
	take_sender(&m);
	*ret = m;
}

const struct header *message_header(const struct message *m, const char *name)
{
	for (size_t i = 0; i < m->nheaders; i++)
		if (span_is_nocase(m->headers[i].name, name))
			return &m->headers[i];
	return NULL;
}
