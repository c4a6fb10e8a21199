#include <config.h>

#include "bench/mta.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MILTER_VERSION 6u
#define ACTIONS 0x1FFu
#define CHUNK 65535u
#define FLUSH_AT ((size_t)256 << 10)
#define REPLY_MAX (1u << 20)
#define READ_BYTES 4096u
#define TIMEOUT_S 120

/* Of mfdef.h: steps that a filter goes without (NO), or does not answer (NR). */
enum { NO_CONNECT = 1, NO_HELO = 2, NO_MAIL = 4, NO_RCPT = 8, NO_BODY = 0x10, NO_HEADERS = 0x20, NO_EOH = 0x40,
	NR_HEADER = 0x80, NO_DATA = 0x200, NR_CONNECT = 0x1000, NR_HELO = 0x2000, NR_MAIL = 0x4000, NR_RCPT = 0x8000,
	NR_DATA = 0x10000, NR_EOH = 0x40000, NR_BODY = 0x80000 };

enum stage { AT_CONNECT, AT_HELO, AT_MAIL, AT_RCPT, AT_DATA, AT_END, AT_EOH };

/* --- mails -------------------------------------------------------------------------------------------------------- */

/* All of a file with CRLF line ends. */
static int read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	int c, before = 0;

	if (f == NULL)
		return -errno;
	while ((c = getc_unlocked(f)) != EOF) {
		if (c == '\n' && before != '\r')
			buf_byte(out, '\r');
		buf_byte(out, (char)c);
		before = c;
	}
	c = ferror(f) ? -EIO : 0;
	fclose(f);
	return out->failed ? -ENOMEM : c;
}

/* The end of the header that starts at `at`, behind its last line end; 0: none starts there. */
static size_t header_end(struct span s, size_t at)
{
	size_t colon = span_find(s, at, span_str(":")), line = span_find(s, at, span_str("\r\n"));

	if (colon >= line || colon == at || memchr(s.p + at, ' ', colon - at) != NULL)
		return 0;
	while (line + 2 < s.n && (s.p[line + 2] == ' ' || s.p[line + 2] == '\t'))
		line = span_find(s, line + 2, span_str("\r\n"));
	return line + 2 < s.n ? line + 2 : s.n;
}

static void add_header(struct mta_mail *m, struct span h)
{
	size_t colon = span_find(h, 0, span_str(":"));
	struct span value = span_trim(span_from(h, colon + 1));

	m->header[m->nheaders++] = m->text.n;
	buf_add(&m->text, h.p, colon);
	buf_byte(&m->text, '\0');
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\0')
			buf_byte(&m->text, value.p[i]);
	buf_byte(&m->text, '\0');
}

int mta_mail_read(const char *path, struct mta_mail *ret)
{
	struct mta_mail m = { .text = BUF_HEAP };
	struct buf file = BUF_HEAP;
	int rc = read_file(path, &file);
	struct span s = buf_text(&file);
	size_t at = 0, end, lines = 2;

	for (size_t i = 0; i < s.n; i++)
		lines += s.p[i] == '\n';
	m.header = calloc(lines, sizeof *m.header);
	if (m.header == NULL)
		rc = -ENOMEM;
	while (rc == 0 && (end = header_end(s, at)) > 0) {
		add_header(&m, span(s.p + at, end - at));
		at = end;
	}
	if (s.n - at >= 2 && memcmp(s.p + at, "\r\n", 2) == 0)
		at += 2;
	m.body = m.text.n;
	if (m.header != NULL)
		m.header[m.nheaders] = m.text.n;
	buf_span(&m.text, span_from(s, at));
	if (m.text.failed)
		rc = -ENOMEM;
	buf_free(&file);
	if (rc == 0)
		*ret = m;
	else
		mta_mail_free(&m);
	return rc;
}

void mta_mail_free(struct mta_mail *m)
{
	buf_free(&m->text);
	free(m->header);
}

/* --- packets: length, command, data ------------------------------------------------------------------------------- */

static bool lose(struct mta *m, const char *error)
{
	if (m->error == NULL)
		m->error = error;
	return false;
}

static bool flush(struct mta *m)
{
	size_t done = 0;

	if (m->out.failed)
		return lose(m, "no memory");
	while (done < m->out.n) {
		ssize_t n = send(m->fd, m->out.p + done, m->out.n - done, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return lose(m, "the filter takes no more");
		done += (size_t)n;
	}
	buf_clear(&m->out);
	return true;
}

/* Begin a packet of n bytes behind its command. */
static void begin(struct mta *m, char command, size_t n)
{
	uint32_t length = htonl((uint32_t)(n + 1));

	buf_add(&m->out, (const char *)&length, 4);
	buf_byte(&m->out, command);
}

static void put(struct mta *m, char command, const char *p, size_t n)
{
	begin(m, command, n);
	buf_add(&m->out, p, n);
}

/* The next reply, without its length. */
static bool receive(struct mta *m, struct span *ret)
{
	size_t need = 4;
	uint32_t n = 0;

	for (;;) {
		size_t have = m->in.n - m->taken;
		ssize_t got;

		if (have >= 4) {
			memcpy(&n, m->in.p + m->taken, 4);
			n = ntohl(n);
			if (n == 0 || n > REPLY_MAX)
				return lose(m, "a reply of no possible length");
			need = 4 + (size_t)n;
		}
		if (have >= need)
			break;
		if (m->taken > 0)
			memmove(m->in.p, m->in.p + m->taken, have);
		m->in.n = have;
		m->taken = 0;
		if (!buf_reserve(&m->in, need > READ_BYTES ? need : READ_BYTES))
			return lose(m, "no memory");
		got = recv(m->fd, m->in.p + have, m->in.cap - have, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return lose(m, got == 0 ? "the filter closed the connection" : "no reply in time");
		m->in.n += (size_t)got;
	}
	*ret = span(m->in.p + m->taken + 4, n);
	m->taken += need;
	return true;
}

/* --- negotiation and macros --------------------------------------------------------------------------------------- */

static bool negotiate(struct mta *m)
{
	uint32_t offer[3] = { htonl(MILTER_VERSION), htonl(ACTIONS), htonl(m->options->protocol) }, stage;
	struct span reply;

	put(m, 'O', (const char *)offer, sizeof offer);
	if (!flush(m) || !receive(m, &reply))
		return false;
	if (reply.n < 13 || reply.p[0] != 'O')
		return lose(m, "it does not negotiate as a milter");
	memcpy(offer, reply.p + 1, sizeof offer);
	m->protocol = ntohl(offer[2]);
	if ((m->protocol & ~m->options->protocol) != 0)
		return lose(m, "it asks for more than it was offered");
	for (reply = span_from(reply, 13); reply.n > 4;) {
		memcpy(&stage, reply.p, 4);
		stage = ntohl(stage);
		reply = span_from(reply, 4);
		if (stage > AT_EOH)
			return lose(m, "macros of a stage that is none");
		m->all_macros[stage] = false;
		buf_printf(&m->macros[stage], " %.*s ", (int)span_find(reply, 0, span("\0", 1)), reply.p);
		reply = span_from(reply, span_find(reply, 0, span("\0", 1)) + 1);
	}
	return true;
}

static bool wanted(const struct mta *m, enum stage stage, const char *name)
{
	char between[64];

	snprintf(between, sizeof between, " %s ", name);
	return m->all_macros[stage] ||
	       span_find(buf_text(&m->macros[stage]), 0, span_str(between)) < m->macros[stage].n;
}

/* The macros of a command: pairs of name and value, ending with a NULL. */
static void macros(struct mta *m, char command, enum stage stage, const char *const *pairs)
{
	char packet[512];
	size_t n = 0;

	packet[n++] = command;
	for (; *pairs != NULL; pairs += 2) {
		size_t name = strlen(pairs[0]) + 1, value = strlen(pairs[1]) + 1;

		if (!wanted(m, stage, pairs[0]) || n + name + value > sizeof packet)
			continue;
		memcpy(packet + n, pairs[0], name);
		memcpy(packet + n + name, pairs[1], value);
		n += name + value;
	}
	if (n > 1)
		put(m, 'D', packet, n);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

enum said { SAID_GO_ON, SAID_SKIP, SAID_END, SAID_NOTHING };

/* The filter's answer; *end where the message is decided. */
static enum said answer(struct mta *m, bool last, enum mta_end *end)
{
	struct span reply;

	for (;;) {
		if (!flush(m) || !receive(m, &reply)) {
			*end = MTA_LOST;
			return SAID_NOTHING;
		}
		switch (reply.p[0]) {
		case 'p':
			continue;
		case 's':
			return SAID_SKIP;
		case 'c':
			*end = MTA_ACCEPT;
			return last ? SAID_END : SAID_GO_ON;
		case 'a':
			*end = MTA_ACCEPT;
			return SAID_END;
		case 'r':
			*end = MTA_REJECT;
			return SAID_END;
		case 't':
			*end = MTA_TEMPFAIL;
			return SAID_END;
		case 'd':
			*end = MTA_DISCARD;
			return SAID_END;
		case 'y':
			*end = reply.n > 1 && reply.p[1] == '4' ? MTA_TEMPFAIL : MTA_REJECT;
			return SAID_END;
		}
		if (!last || strchr("himbq+-2e", reply.p[0]) == NULL) {
			lose(m, "a reply that does not belong there");
			*end = MTA_LOST;
			return SAID_NOTHING;
		}
		m->added += reply.p[0] == 'h' || reply.p[0] == 'i';
	}
}

/* After a packet: wait, unless the filter goes without. */
static enum said step(struct mta *m, uint32_t no_reply, enum mta_end *end)
{
	if ((m->protocol & no_reply) == 0)
		return answer(m, false, end);
	if (m->out.n > FLUSH_AT && !flush(m)) {
		*end = MTA_LOST;
		return SAID_NOTHING;
	}
	return SAID_GO_ON;
}

bool mta_open(struct mta *m, const struct mta_options *o, unsigned long number)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	char client[32] = "192.0.2.1", packet[96];
	const char *const pairs[] = { "j", "mx.example.com", "{client_addr}", client, "{daemon_name}", "mx.example.com",
		"v", "Postfix 3.7.11", NULL };
	enum said said = SAID_GO_ON;
	enum mta_end end;
	int n;

	*m = (struct mta){ .options = o };
	for (size_t i = 0; i < sizeof m->all_macros; i++)
		m->all_macros[i] = true;
	m->fd = sock_connect(&o->socket, TIMEOUT_S * 1000);
	if (m->fd < 0)
		return lose(m, strerror(-m->fd));
	setsockopt(m->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	setsockopt(m->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
	if (!negotiate(m))
		return false;
	if (o->clients > 0) /* 198.18.0.0/15 is for benchmarks: RFC 2544 */
		snprintf(client, sizeof client, "198.18.%lu.%lu", number % o->clients / 250 % 256,
		    number % o->clients % 250 + 1);
	if (!(m->protocol & NO_CONNECT)) {
		macros(m, 'C', AT_CONNECT, pairs);
		/* name, family, port, address */
		n = snprintf(packet, sizeof packet, "mail.example.jp%c4%c%c%s", 0, 0x9c, 0x40, client);
		put(m, 'C', packet, (size_t)n + 1);
		said = step(m, NR_CONNECT, &end);
	}
	if (said == SAID_GO_ON && !(m->protocol & NO_HELO)) {
		put(m, 'H', "mail.example.jp", sizeof "mail.example.jp");
		said = step(m, NR_HELO, &end);
	}
	return (said == SAID_GO_ON && flush(m)) || lose(m, "the filter refuses the client");
}

void mta_close(struct mta *m)
{
	if (m->fd >= 0) {
		if (m->error == NULL) {
			put(m, 'Q', "", 0);
			flush(m);
		}
		close(m->fd);
	}
	for (size_t i = 0; i < 7; i++)
		buf_free(&m->macros[i]);
	buf_free(&m->out);
	buf_free(&m->in);
	m->fd = -1;
}

static enum said envelope(struct mta *m, const char *const *pairs, unsigned long number, enum mta_end *end)
{
	const unsigned clients = m->options->clients;
	enum said said = SAID_GO_ON;
	char path[64];
	int n;

	macros(m, 'M', AT_MAIL, pairs);
	if (!(m->protocol & NO_MAIL)) {
		n = snprintf(path, sizeof path, "<s%lu@example.jp>", clients > 0 ? number % clients : 0);
		put(m, 'M', path, (size_t)n + 1);
		said = step(m, NR_MAIL, end);
	}
	for (unsigned i = 0; i < m->options->recipients && said == SAID_GO_ON && !(m->protocol & NO_RCPT); i++) {
		macros(m, 'R', AT_RCPT, pairs);
		n = snprintf(path, sizeof path, "<user%u@example.com>", i);
		put(m, 'R', path, (size_t)n + 1);
		said = step(m, NR_RCPT, end);
	}
	if (said == SAID_GO_ON && !(m->protocol & NO_DATA)) {
		macros(m, 'T', AT_DATA, pairs);
		put(m, 'T', "", 0);
		said = step(m, NR_DATA, end);
	}
	return said;
}

static enum said headers(struct mta *m, const char *const *pairs, const struct mta_mail *mail, enum mta_end *end)
{
	enum said said = SAID_GO_ON;

	for (size_t i = 0; i < mail->nheaders && said == SAID_GO_ON && !(m->protocol & NO_HEADERS); i++) {
		macros(m, 'L', AT_EOH, pairs); /* as Postfix: before each one */
		put(m, 'L', mail->text.p + mail->header[i], mail->header[i + 1] - mail->header[i]);
		said = step(m, NR_HEADER, end);
	}
	if ((said == SAID_GO_ON || said == SAID_SKIP) && !(m->protocol & NO_EOH)) {
		macros(m, 'N', AT_EOH, pairs);
		put(m, 'N', "", 0);
		said = step(m, NR_EOH, end);
	}
	return said;
}

static enum said body(struct mta *m, const struct mta_mail *mail, enum mta_end *end)
{
	enum said said = SAID_GO_ON;

	for (size_t at = mail->body; at < mail->text.n && said == SAID_GO_ON && !(m->protocol & NO_BODY); at += CHUNK) {
		size_t n = mail->text.n - at < CHUNK ? mail->text.n - at : CHUNK;

		put(m, 'B', mail->text.p + at, n);
		said = step(m, NR_BODY, end);
	}
	return said;
}

enum mta_end mta_send(struct mta *m, const struct mta_mail *mail, unsigned long number)
{
	char id[32];
	const char *const pairs[] = { "i", id, NULL };
	enum mta_end end = MTA_LOST;
	enum said said;

	snprintf(id, sizeof id, "4L%010lX", number);
	said = envelope(m, pairs, number, &end);
	if (said == SAID_GO_ON)
		said = headers(m, pairs, mail, &end);
	if (said == SAID_GO_ON)
		said = body(m, mail, &end);
	if (said == SAID_GO_ON || said == SAID_SKIP) {
		macros(m, 'E', AT_END, pairs);
		put(m, 'E', "", 0);
		said = answer(m, true, &end);
	}
	if (said == SAID_NOTHING)
		return MTA_LOST;
	put(m, 'A', "", 0); /* as Postfix: after every message. It goes with the next one's first packet */
	return end;
}
