#include <config.h>

#include "decode/mail.h"

#include <errno.h>

#include "decode/head.h"
#include "decode/text.h"

#define EXPANSION 3u     /* as in text.c: of raw 8-bit headers */
#define READ_WEIGHT 64u  /* of headers that people read; that of others is 1 */

struct reader {
	struct arena *arena;
	const struct limits *limits;
	struct mail *mail;
	struct mime *mime;
	enum charset label;
	struct buf out;       /* the values of all headers */
	size_t room;          /* of out */
	size_t inner;         /* headers that messages in the message may still have, together */
};

static const struct {
	const char *name;
	bool read; /* by people */
} singles[] = {
	{ "Subject", true }, { "From", true }, { "To", true }, { "Cc", true }, { "Reply-To", true }, { "Sender", true },
	{ "Date", false }, { "Bcc", false }, { "Message-ID", false }, { "In-Reply-To", false }, { "References", false },
	{ "MIME-Version", false }, { "Content-Type", false }, { "Content-Transfer-Encoding", false },
	{ "Content-Disposition", false },
};
#define SINGLES (sizeof singles / sizeof singles[0])

/* Which of the headers that may stand once this is; SINGLES where it is none. */
static size_t find_single(struct span name)
{
	size_t i = 0;
	char first = name.n > 0 ? (char)(name.p[0] | 0x20) : '\0'; /* most are told apart by it */

	while (i < SINGLES && ((singles[i].name[0] | 0x20) != first || !span_is_nocase(name, singles[i].name)))
		i++;
	return i;
}

static unsigned char weight_of(const struct mail_header *h)
{
	size_t i = find_single(h->name);

	return i < SINGLES && singles[i].read ? READ_WEIGHT : 1;
}

/* A sender's long headers must not push out those that count. */
static void read_values(struct reader *r, struct mail_header *v, size_t n)
{
	size_t *share = arena_array(r->arena, n, sizeof *share), later = 0;
	unsigned char *weight = arena_alloc(r->arena, n);

	if (share == NULL || weight == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		share[i] = EXPANSION * v[i].raw.n;
		weight[i] = weight_of(&v[i]);
	}
	text_share(share, weight, n, r->room - r->out.n);
	for (size_t i = 0; i < n; i++)
		later += share[i];
	for (size_t i = 0; i < n; i++) {
		size_t from = r->out.n;
		struct decoded d = { 0 };

		later -= share[i];
		r->out.limit = r->room - later;
		rfc5322_text(r->limits, v[i].raw, r->label, &r->out, &d);
		r->out.cut = false;
		v[i].value = span(r->out.p + from, r->out.n - from);
		r->mail->flaws |= d.flaws;
		r->mail->replaced += d.replaced;
	}
}

static void read_own_headers(struct reader *r, const struct message *m)
{
	struct mail_header *v = arena_array(r->arena, m->nheaders, sizeof *v);
	unsigned char seen[SINGLES + 1] = { 0 };

	if (v == NULL)
		return;
	for (size_t i = 0; i < m->nheaders; i++) {
		size_t which = find_single(m->headers[i].name);

		v[i] = (struct mail_header){ .name = m->headers[i].name, .raw = m->headers[i].value };
		if (which < SINGLES && seen[which]++ > 0) {
			r->mail->flaws |= FLAW_BIT(DOUBLE_HEADER);
			seen[which] = 1;
		}
	}
	read_values(r, v, m->nheaders);
	r->mail->headers = v;
	r->mail->nheaders = m->nheaders;
}

/* The headers of a message in the message. */
static void read_inner_headers(struct reader *r, struct part *p, struct span bytes)
{
	struct head h;
	struct header one;
	struct mail_header *v;
	size_t n = 0, i = 0;

	head_open(&h, r->limits, bytes, 0, true);
	while (n < r->inner && head_next(&h, &one))
		n++;
	if (n == r->inner && head_next(&h, &one))
		p->flaws |= FLAW_BIT(TRUNCATED);
	r->inner -= n;
	v = arena_array(r->arena, n, sizeof *v);
	if (v == NULL)
		return;
	head_open(&h, r->limits, bytes, 0, true);
	for (; i < n && head_next(&h, &one); i++)
		v[i] = (struct mail_header){ .name = one.name, .raw = one.value };
	read_values(r, v, i);
	p->headers = v;
	p->nheaders = i;
}

static void read_headers(struct reader *r, const struct message *m)
{
	size_t raw = 0;

	for (size_t i = 0; i < m->nheaders; i++)
		raw += m->headers[i].value.n;
	for (size_t i = 0; i < r->mime->n; i++)
		raw += r->mime->leaves[i].head.n;
	r->room = EXPANSION * raw + 64;
	if (r->room > r->limits->text_bytes)
		r->room = r->limits->text_bytes;
	r->out = text_buffer(r->arena, r->room);
	if (r->out.failed)
		return;
	read_own_headers(r, m);
	for (size_t i = 0; i < r->mime->n; i++)
		if (r->mime->leaves[i].head.n > 0)
			read_inner_headers(r, &r->mime->parts[i], r->mime->leaves[i].head);
}

static void read_subject(struct reader *r)
{
	struct buf all = BUF_ARENA(r->arena, r->limits->text_bytes);
	struct mail *m = r->mail;
	const struct mail_header *first = NULL;

	for (size_t i = 0; i < m->nheaders; i++) {
		const struct mail_header *h = &m->headers[i];

		if (!span_is_nocase(h->name, "Subject"))
			continue;
		if (first == NULL) {
			first = h;
			m->subject = h->value;
		} else if (!span_eq(first->value, h->value)) {
			if (all.n == 0)
				buf_span(&all, first->value);
			buf_byte(&all, '\n');
			buf_span(&all, h->value);
			m->subject = buf_text(&all);
		}
	}
}

/* The addresses of all headers with one of two names; returns how many headers there are. */
static size_t read_addresses(struct reader *r, const char *name, const char *other, const struct address **ret,
    size_t *nret)
{
	struct limits l = *r->limits;
	struct address *all = NULL;
	size_t n = 0, headers = 0;
	bool joined = false;

	for (size_t i = 0; i < r->mail->nheaders; i++) {
		const struct mail_header *h = &r->mail->headers[i];
		struct address *v = NULL;
		size_t nv = 0;

		if (!span_is_nocase(h->name, name) && (other == NULL || !span_is_nocase(h->name, other)))
			continue;
		headers++;
		l.addresses = r->limits->addresses - n;
		if (l.addresses == 0) {
			r->mail->flaws |= FLAW_BIT(TRUNCATED);
			continue;
		}
		rfc5322_addresses(r->arena, &l, h->raw, r->label, &v, &nv, &r->mail->flaws);
		if (nv == 0)
			continue;
		if (n > 0 && !joined) { /* room for all that there may be: growing would leave copies behind */
			struct address *more = arena_array(r->arena, r->limits->addresses, sizeof *more);

			if (more == NULL)
				break;
			memcpy(more, all, n * sizeof *more);
			all = more;
			joined = true;
		}
		if (n == 0)
			all = v;
		else
			memcpy(all + n, v, nv * sizeof *v);
		n += nv;
	}
	*ret = all;
	*nret = n;
	return headers;
}

/* Raw headers are most likely in the charset of the text below them. */
static enum charset find_label(const struct mime *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->parts[i].kind == PART_TEXT || m->parts[i].kind == PART_HTML)
			return m->leaves[i].label > CHARSET_UNKNOWN ? m->leaves[i].label : m->parts[i].used;
	return CHARSET_NONE;
}

static void read_all_addresses(struct reader *r)
{
	struct mail *m = r->mail;
	size_t headers = read_addresses(r, "From", NULL, &m->from, &m->nfrom);

	if (headers != 1 || m->nfrom != 1)
		m->flaws |= FLAW_BIT(MANY_FROM);
	read_addresses(r, "Reply-To", NULL, &m->reply_to, &m->nreply_to);
	read_addresses(r, "To", "Cc", &m->to, &m->nto);
}

int mail_decode(struct arena *a, const struct message *m, const struct limits *l, clock_us deadline,
    const struct mail **ret)
{
	struct mail *mail = arena_alloc(a, sizeof *mail);
	struct mime mime = { 0 };
	struct reader r = { .arena = a, .limits = l, .mail = mail, .mime = &mime, .inner = l->headers };

	if (mail == NULL)
		return -ENOMEM;
	mime_read(a, m, l, deadline, &mime);
	mail->flaws = m->flaws | mime.flaws;
	text_read(a, l, deadline, &mime, &mail->flaws);
	r.label = find_label(&mime);
	read_headers(&r, m);
	read_subject(&r);
	read_all_addresses(&r);
	if (arena_failed(a) || mime.n == 0)
		return -ENOMEM;
	mime.parts[0].headers = mail->headers;
	mime.parts[0].nheaders = mail->nheaders;
	for (size_t i = 0; i < mime.n; i++) {
		mail->flaws |= mime.parts[i].flaws;
		mail->replaced += mime.parts[i].replaced;
	}
	mail->parts = mime.parts;
	mail->nparts = mime.n;
	*ret = mail;
	return 0;
}
