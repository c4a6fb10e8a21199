#include <config.h>

#include "session/session.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/sock.h"
#include "session/policy.h"
#include "session/service.h"

#define OWN_PREFIX "X-Lure-"
/* Of names of forged headers: Postfix gives 60,000 bytes of headers at most, Sendmail 32,768. */
#define FORGED_BYTES_MAX (1024u * 1024)

static const char no_memory[] = "memory", too_much_held[] = "held-bytes";

struct session *session_new(void)
{
	return calloc(1, sizeof(struct session));
}

void session_free(struct session *s)
{
	if (s == NULL)
		return;
	session_end(s);
	free(s->client_name);
	free(s->helo);
	free(s->mta);
	free(s);
}

void session_set(char **field, const char *value)
{
	free(*field);
	*field = value != NULL ? strdup(value) : NULL;
}

void session_client(struct session *s, const char *name, const struct sockaddr *sa)
{
	session_set(&s->client_name, name);
	s->client = (struct sockaddr_storage){ .ss_family = AF_UNSPEC };
	if (sa != NULL && sa->sa_family == AF_INET)
		memcpy(&s->client, sa, sizeof(struct sockaddr_in));
	else if (sa != NULL && sa->sa_family == AF_INET6)
		memcpy(&s->client, sa, sizeof(struct sockaddr_in6));
	sock_address((const struct sockaddr *)&s->client, s->address);
}

static bool add_piece(struct pieces *list, struct piece p)
{
	if (list->n == list->cap) {
		size_t cap = list->cap == 0 ? 16 : 2 * list->cap;
		struct piece *v = realloc(list->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		list->v = v;
		list->cap = cap;
	}
	list->v[list->n++] = p;
	return true;
}

static void free_pieces(struct pieces *list)
{
	free(list->v);
	*list = (struct pieces){ 0 };
}

static struct span piece_text(const struct buf *b, struct piece p)
{
	return span(b->p != NULL ? b->p + p.at : NULL, p.n);
}

/* "<user@example.jp>" without the brackets. */
static struct span bare(const char *address)
{
	struct span a = span_trim(span_str(address));

	return a.n >= 2 && a.p[0] == '<' && a.p[a.n - 1] == '>' ? span(a.p + 1, a.n - 2) : a;
}

bool session_begin(struct session *s, const char *sender)
{
	struct span from = bare(sender);

	session_end(s);
	if (!service_begin())
		return false;
	s->snapshot = service_snapshot();
	s->class = scope_client(s->snapshot->scope, (const struct sockaddr *)&s->client);
	s->mildest = CONSENT_REJECT;
	s->strictest = CONSENT_OFF;
	s->null_sender = from.n == 0;
	s->mail_from = (struct piece){ 0, from.n };
	buf_span(&s->envelope, from);
	return true;
}

bool session_exempt(const struct session *s, const char *authenticated)
{
	return s->class == CLIENT_EXEMPT ||
	    (s->snapshot->config->exempt_authenticated && authenticated != NULL && authenticated[0] != '\0');
}

bool session_recipient(struct session *s, const char *address)
{
	const struct config *c = s->snapshot->config;
	struct span a = bare(address);
	enum consent agreed = scope_recipient(s->snapshot->scope, a), class = policy_class(c, agreed);

	if (s->recipients.n == 0)
		s->first = class;
	else if (c->mixed_recipients == MIXED_SPLIT && class != s->first)
		return false;
	if (agreed < s->mildest)
		s->mildest = agreed;
	if (agreed > s->strictest)
		s->strictest = agreed;
	if (s->recipients.n >= s->snapshot->limits.recipients) {
		s->flaws |= FLAW_BIT(TRUNCATED);
		s->more_recipients = true;
	} else if (add_piece(&s->recipients, (struct piece){ s->envelope.n, a.n })) {
		buf_span(&s->envelope, a);
	} else {
		s->more_recipients = true;
	}
	return true;
}

bool session_wanted(const struct session *s)
{
	return s->snapshot != NULL && s->strictest > CONSENT_OFF;
}

static void drop_raw(struct session *s, const char *trouble)
{
	buf_free(&s->raw);
	service_release_bytes(s->raw_counted);
	s->raw_counted = 0;
	s->headers.n = 0;
	s->trouble = trouble;
}

/* Append to raw what its limit leaves room for; the bytes that were. */
static size_t keep(struct session *s, const char *p, size_t n)
{
	const struct limits *l = &s->snapshot->limits;
	size_t had = s->raw.n;

	if (s->trouble != NULL)
		return 0;
	s->raw.limit = l->scan_bytes - 1; /* with the NUL that a buffer keeps room for the block is scan_bytes */
	buf_add(&s->raw, p, n);
	if (s->raw.cut)
		s->flaws |= FLAW_BIT(TRUNCATED);
	if (s->raw.failed) {
		drop_raw(s, no_memory);
		return 0;
	}
	if (s->raw.cap > s->raw_counted) {
		if (!service_hold_bytes(s->raw.cap - s->raw_counted, l->held_bytes)) {
			drop_raw(s, too_much_held);
			return 0;
		}
		s->raw_counted = s->raw.cap;
	}
	return s->raw.n - had;
}

static bool is_own(const char *name)
{
	return strncasecmp(name, OWN_PREFIX, strlen(OWN_PREFIX)) == 0;
}

static void note_forged(struct session *s, const char *name)
{
	s->forged.limit = FORGED_BYTES_MAX;
	if (!buf_reserve(&s->forged, strlen(name) + 1))
		return;
	buf_add(&s->forged, name, strlen(name) + 1);
	s->nforged++;
}

void session_header(struct session *s, const char *name, const char *value)
{
	const struct limits *l = &s->snapshot->limits;
	struct span n = span_str(name), v = span_str(value);
	size_t before = s->raw.n;
	bool whole = false;

	s->size += n.n + v.n + 4;
	if (is_own(name)) {
		note_forged(s, name);
		return;
	}
	if (s->headers.n / 2 >= l->headers || before + n.n + v.n > l->header_bytes) {
		s->flaws |= FLAW_BIT(TRUNCATED);
	} else if (keep(s, n.p, n.n) == n.n) {
		size_t kept = keep(s, v.p, v.n);

		whole = kept == v.n && s->trouble == NULL;
		if (s->trouble == NULL && (!add_piece(&s->headers, (struct piece){ before, n.n }) ||
		    !add_piece(&s->headers, (struct piece){ before + n.n, kept })))
			drop_raw(s, no_memory);
	}
	if (!whole && span_is_nocase(n, "Subject"))
		s->subject_cut = true;
}

bool session_body(struct session *s, const unsigned char *p, size_t n)
{
	if (!s->in_body) {
		s->in_body = true;
		s->body_at = s->raw.n;
	}
	s->size += n;
	keep(s, (const char *)p, n);
	return s->trouble == NULL && !s->raw.cut;
}

void session_queue_id(struct session *s, const char *id)
{
	size_t n = 0;

	/* What an MTA makes up: letters, digits and little else. It goes into a reply and into the log. */
	for (; id != NULL && id[n] != '\0' && n < sizeof s->queue_id - 1; n++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", id[n]) == NULL)
			break;
	if (n == 0 || id[n] != '\0')
		return;
	memcpy(s->queue_id, id, n + 1);
}

bool session_message(struct session *s, struct message *ret)
{
	size_t n = s->headers.n / 2;
	struct header *made = realloc(s->made, (n + 1) * sizeof *made);
	struct span *spans = realloc(s->spans, (s->recipients.n + 1) * sizeof *spans);

	s->made = made != NULL ? made : s->made;
	s->spans = spans != NULL ? spans : s->spans;
	if (made == NULL || spans == NULL || s->envelope.failed)
		return false;
	for (size_t i = 0; i < n; i++)
		made[i] = (struct header){ piece_text(&s->raw, s->headers.v[2 * i]),
			piece_text(&s->raw, s->headers.v[2 * i + 1]) };
	for (size_t i = 0; i < s->recipients.n; i++)
		spans[i] = piece_text(&s->envelope, s->recipients.v[i]);
	*ret = (struct message){
		.client_address = span_str(s->address),
		.client_name = span_str(s->client_name),
		.helo = span_str(s->helo),
		.mail_from = piece_text(&s->envelope, s->mail_from),
		.null_sender = s->null_sender,
		.queue_id = span_str(s->queue_id),
		.recipients = spans,
		.nrecipients = s->recipients.n,
		.more_recipients = s->more_recipients,
		.headers = made,
		.nheaders = n,
		.body = s->in_body ? span_from(buf_text(&s->raw), s->body_at) : span(NULL, 0),
		.flaws = s->flaws,
	};
	return true;
}

void session_ask(struct session *s)
{
	const struct config *c = s->snapshot->config;
	struct reputation *r = service_reputation();
	char host[IDENTITY_HOST_MAX];
	struct identity_options o;
	struct message m;

	if (r == NULL || s->class != CLIENT_OUTSIDE || s->trouble != NULL || !session_message(s, &m))
		return;
	identity_configure(c, s->mta, host, &o);
	identity_find(&m, &o, s->domain, &s->identity);
	reputation_abandon(s->request);
	s->request = reputation_ask(r, &s->identity);
}

void session_end(struct session *s)
{
	if (s->snapshot == NULL)
		return;
	reputation_abandon(s->request);
	service_release_bytes(s->raw_counted);
	buf_free(&s->raw);
	buf_free(&s->envelope);
	buf_free(&s->forged);
	free_pieces(&s->recipients);
	free_pieces(&s->headers);
	free(s->spans);
	free(s->made);
	snapshot_release(s->snapshot);
	*s = (struct session){ /* what is the connection's stays */
		.protocol = s->protocol, .client = s->client,
		.client_name = s->client_name, .helo = s->helo, .mta = s->mta,
	};
	sock_address((const struct sockaddr *)&s->client, s->address);
	service_end();
}
