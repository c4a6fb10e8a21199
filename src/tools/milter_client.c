#include <config.h>

#include "tools/milter_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sock.h"

#define MILTER_VERSION 6u
#define ACTIONS 0x1FFu      /* add, change and insert headers, quarantine, ...: all that version 6 has */
#define PROTOCOL 0x1FFFFFu  /* every step may be skipped or go unanswered */
#define REPLY_MAX (1u << 20)
#define CHUNK 65535u
#define TIMEOUT_MS 30000

/* Steps of the protocol that a milter can switch off, and (no reply) leave unanswered: SMFIP_* of mfdef.h. */
enum { NO_CONNECT = 1, NO_HELO = 2, NO_MAIL = 4, NO_RCPT = 8, NO_BODY = 0x10, NO_HEADERS = 0x20, NO_EOH = 0x40,
	NR_HEADER = 0x80, NO_UNKNOWN = 0x100, NO_DATA = 0x200, SKIP = 0x400, NR_CONNECT = 0x1000, NR_HELO = 0x2000,
	NR_MAIL = 0x4000, NR_RCPT = 0x8000, NR_DATA = 0x10000, NR_EOH = 0x40000, NR_BODY = 0x80000 };

struct milter_client {
	int fd;
	uint32_t protocol;
	bool greeted;
	unsigned long number;
	struct buf out, in; /* the packet being written, the last reply */
};

const char *milter_action_name(enum milter_action a)
{
	static const char *const names[] = { "accept", "reject", "tempfail", "discard", "no-answer" };

	return names[a];
}

void milter_outcome_free(struct milter_outcome *o)
{
	buf_free(&o->reply);
	buf_free(&o->status);
	buf_free(&o->subject);
}

/* --- packets: length, command, data ------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void begin(struct milter_client *c, char command)
{
	buf_clear(&c->out);
	buf_add(&c->out, "\0\0\0\0", 4);
	buf_byte(&c->out, command);
}

/* A string of the protocol; it ends at a NUL, as any MTA's does. */
static void put_str(struct milter_client *c, struct span s)
{
	buf_add(&c->out, s.p, span_find(s, 0, span("\0", 1)));
	buf_byte(&c->out, '\0');
}

static bool flush(struct milter_client *c)
{
	uint32_t n = htonl((uint32_t)(c->out.n - 4));

	if (c->out.failed)
		return false;
	memcpy(c->out.p, &n, 4);
	return write_all(c->fd, c->out.p, c->out.n);
}

static bool read_all(struct milter_client *c, char *p, size_t n, clock_us deadline)
{
	while (n > 0) {
		struct pollfd pfd = { c->fd, POLLIN, 0 };
		int64_t left = (deadline - clock_now()) / 1000;
		ssize_t k;

		if (left <= 0 || (poll(&pfd, 1, (int)left) <= 0 && errno != EINTR))
			return false;
		k = recv(c->fd, p, n, MSG_DONTWAIT);
		if (k == 0 || (k < 0 && errno != EINTR && errno != EAGAIN))
			return false;
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
	}
	return true;
}

/* The next reply; its first byte is the command. */
static bool receive(struct milter_client *c)
{
	clock_us deadline = clock_in_ms(TIMEOUT_MS);
	uint32_t n;

	buf_clear(&c->in);
	if (!read_all(c, (char *)&n, 4, deadline))
		return false;
	n = ntohl(n);
	if (n == 0 || n > REPLY_MAX || !buf_reserve(&c->in, n))
		return false;
	c->in.n = n;
	return read_all(c, c->in.p, n, deadline);
}

/* --- replies ------------------------------------------------------------------------------------------------------ */

/* A header change: "name\0value\0" behind `skip` bytes. */
static void header_change(struct milter_outcome *o, struct span data, size_t skip, bool change)
{
	struct span name = span_from(data, skip), value;

	name.n = span_find(name, 0, span("\0", 1));
	value = span_from(data, skip + name.n + 1);
	value.n = span_find(value, 0, span("\0", 1));
	if (change && value.n == 0) {
		o->removed++;
	} else if (span_is_nocase(name, "X-Lure-Status")) {
		buf_clear(&o->status);
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] != '\n' && value.p[i] != '\r')
				buf_byte(&o->status, value.p[i] == '\t' ? ' ' : value.p[i]);
	} else if (span_is_nocase(name, "Subject")) {
		buf_clear(&o->subject);
		buf_span(&o->subject, value);
	}
}

/* What the last reply says. true: the message is decided. */
static bool decided(struct milter_client *c, struct milter_outcome *o)
{
	struct span data = span_from(buf_text(&c->in), 1);

	switch (c->in.p[0]) {
	case 'a': o->action = MILTER_ACCEPT; return true;
	case 'r': o->action = MILTER_REJECT; return true;
	case 't': o->action = MILTER_TEMPFAIL; return true;
	case 'd': o->action = MILTER_DISCARD; return true;
	case 'y':
		o->action = data.n > 0 && data.p[0] == '4' ? MILTER_TEMPFAIL : MILTER_REJECT;
		buf_add(&o->reply, data.p, span_find(data, 0, span("\0", 1)));
		return true;
	case 'h': header_change(o, data, 0, false); return false;
	case 'i': header_change(o, data, 4, false); return false;
	case 'm': header_change(o, data, 4, true); return false;
	case 'q': o->held = true; return false;
	default: return false;
	}
}

/* Send the packet; wait for its reply unless the milter asked to go without. */
static bool step(struct milter_client *c, uint32_t no_reply, struct milter_outcome *o, bool *done)
{
	if (!flush(c))
		return false;
	if (no_reply != 0 && (c->protocol & no_reply))
		return true;
	do {
		if (!receive(c))
			return false;
		*done = decided(c, o);
	} while (!*done && c->in.p[0] == 'p');
	return true;
}

/* --- the message's way -------------------------------------------------------------------------------------------- */

static void macros(struct milter_client *c, char command, const char *name, const char *value)
{
	begin(c, 'D');
	buf_byte(&c->out, command);
	put_str(c, span_str(name));
	put_str(c, span_str(value));
	flush(c);
}

static bool send_connect(struct milter_client *c, struct milter_outcome *o, bool *done)
{
	uint16_t port = htons(25025);

	if (!(c->protocol & NO_CONNECT)) {
		macros(c, 'C', "j", "localhost");
		begin(c, 'C');
		put_str(c, span_str("mail.example.jp"));
		buf_byte(&c->out, '4');
		buf_add(&c->out, (const char *)&port, 2);
		put_str(c, span_str("192.0.2.1")); /* RFC 5737: nobody's */
		if (!step(c, NR_CONNECT, o, done))
			return false;
	}
	if (!*done && !(c->protocol & NO_HELO)) {
		begin(c, 'H');
		put_str(c, span_str("mail.example.jp"));
		return step(c, NR_HELO, o, done);
	}
	return true;
}

static void put_path(struct milter_client *c, struct span address)
{
	buf_byte(&c->out, '<');
	buf_add(&c->out, address.p, span_find(address, 0, span("\0", 1)));
	buf_str(&c->out, ">");
	buf_byte(&c->out, '\0');
}

static bool send_envelope(struct milter_client *c, const struct message *m, struct milter_outcome *o, bool *done)
{
	char id[32];

	snprintf(id, sizeof id, "LURECTL%lu", ++c->number);
	macros(c, 'M', "i", id);
	if (!(c->protocol & NO_MAIL)) {
		begin(c, 'M');
		put_path(c, m->mail_from.n > 0 ? m->mail_from : span_str("sender@example.jp"));
		if (!step(c, NR_MAIL, o, done) || *done)
			return *done;
	}
	if (!(c->protocol & NO_RCPT)) {
		begin(c, 'R');
		put_path(c, span_str("reader@example.jp"));
		if (!step(c, NR_RCPT, o, done) || *done)
			return *done;
	}
	if (c->protocol & NO_DATA)
		return true;
	begin(c, 'T');
	return step(c, NR_DATA, o, done);
}

/* Values as an MTA hands them over: LF line ends, no NUL. */
static bool send_headers(struct milter_client *c, const struct message *m, struct milter_outcome *o, bool *done)
{
	for (size_t i = 0; i < m->nheaders && !*done && !(c->protocol & NO_HEADERS); i++) {
		const struct span value = m->headers[i].value;

		begin(c, 'L');
		put_str(c, m->headers[i].name);
		for (size_t k = 0; k < value.n && value.p[k] != '\0'; k++)
			if (value.p[k] != '\r')
				buf_byte(&c->out, value.p[k]);
		buf_byte(&c->out, '\0');
		if (!step(c, NR_HEADER, o, done))
			return false;
	}
	if (*done || (c->protocol & NO_EOH))
		return true;
	begin(c, 'N');
	return step(c, NR_EOH, o, done);
}

/* The body with CRLF line ends, as it is on the wire. */
static bool send_body(struct milter_client *c, const struct message *m, struct milter_outcome *o, bool *done)
{
	size_t at = 0;

	while (at < m->body.n && !*done && !(c->protocol & NO_BODY)) {
		begin(c, 'B');
		for (; at < m->body.n && c->out.n < CHUNK; at++) {
			if (m->body.p[at] == '\n' && (at == 0 || m->body.p[at - 1] != '\r'))
				buf_byte(&c->out, '\r');
			buf_byte(&c->out, m->body.p[at]);
		}
		if (!step(c, NR_BODY, o, done))
			return false;
		if (!(c->protocol & NR_BODY) && c->in.p[0] == 's')
			break; /* skip: enough seen */
	}
	return true;
}

static bool send_end(struct milter_client *c, struct milter_outcome *o)
{
	begin(c, 'E');
	if (!flush(c))
		return false;
	for (;;) {
		if (!receive(c))
			return false;
		if (decided(c, o))
			return true;
		if (c->in.p[0] == 'c')
			return true; /* continue: nothing against it */
	}
}

bool milter_client_send(struct milter_client *c, const struct message *m, struct milter_outcome *o, const char **error)
{
	bool done = false, good = true;

	*error = "the milter closed the connection, did not answer in time or broke the protocol";
	o->action = MILTER_NO_ANSWER;
	if (!c->greeted) {
		good = send_connect(c, o, &done);
		c->greeted = true;
	}
	good = good && (done || send_envelope(c, m, o, &done));
	good = good && (done || send_headers(c, m, o, &done));
	good = good && (done || send_body(c, m, o, &done));
	o->early = done;
	if (good && !done) {
		o->action = MILTER_ACCEPT;
		good = send_end(c, o);
	}
	if (!good)
		return false;
	begin(c, 'A'); /* abort: Postfix sends it after every message */
	return flush(c);
}

struct milter_client *milter_client_open(const char *socket, const char **error)
{
	struct sock_spec spec;
	struct milter_client *c = calloc(1, sizeof *c);
	uint32_t offer[3] = { htonl(MILTER_VERSION), htonl(ACTIONS), htonl(PROTOCOL) };

	*error = "no memory";
	if (c == NULL)
		return NULL;
	c->fd = -1;
	if (sock_parse(socket, &spec, error) < 0)
		goto fail;
	c->fd = sock_connect(&spec, 5000);
	if (c->fd < 0) {
		*error = strerror(-c->fd);
		goto fail;
	}
	*error = "does not answer as a milter";
	begin(c, 'O');
	buf_add(&c->out, (const char *)offer, sizeof offer);
	if (!flush(c) || !receive(c) || c->in.n < 13 || c->in.p[0] != 'O')
		goto fail;
	memcpy(&c->protocol, c->in.p + 9, 4);
	c->protocol = ntohl(c->protocol);
	return c;
fail:
	milter_client_close(c);
	return NULL;
}

void milter_client_close(struct milter_client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0) {
		begin(c, 'Q');
		flush(c);
		close(c->fd);
	}
	buf_free(&c->out);
	buf_free(&c->in);
	free(c);
}
