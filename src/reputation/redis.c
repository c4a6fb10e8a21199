#include <config.h>

#include "reputation/redis.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define FILL_BYTES 65536u
#define NUMBER_BYTES 24u /* a type, a length and CRLF */

struct redis {
	int fd; /* -1: the name is looked for */
	struct resolve *name;
	struct reader *reader;
	struct buf out;
	size_t written; /* of out */
};

int redis_open(const struct sock_spec *at, struct redis **ret)
{
	struct redis *r = calloc(1, sizeof *r);
	int rc = 0;

	if (r == NULL)
		return -ENOMEM;
	r->reader = reader_new();
	r->fd = sock_begin(at);
	if (r->reader == NULL)
		rc = reader_available() ? -ENOMEM : -ENOSYS;
	else if (r->fd < 0)
		rc = r->fd == -ENODATA ? resolve_begin(at, &r->name) : r->fd;
	if (rc < 0) {
		redis_close(r);
		return rc;
	}
	*ret = r;
	return 0;
}

void redis_close(struct redis *r)
{
	if (r == NULL)
		return;
	resolve_free(r->name);
	if (r->fd >= 0)
		close(r->fd);
	reader_free(r->reader);
	if (r->out.p != NULL)
		explicit_bzero(r->out.p, r->out.cap); /* the password went through it */
	buf_free(&r->out);
	free(r);
}

const char *redis_trouble(int rc)
{
	return rc == -ENODATA  ? "its name has no address" :
	    rc == -EPROTO      ? "it speaks no Redis" :
	    rc == -EMSGSIZE    ? "a reply is too large" :
	    rc == -ECONNRESET  ? "the connection was closed" :
	                         strerror(-rc);
}

int redis_fd(const struct redis *r)
{
	return r->name != NULL ? resolve_fd(r->name) : r->fd;
}

bool redis_resolving(const struct redis *r)
{
	return r->name != NULL;
}

/* 0 or a negative errno; the answer may be to come. */
static int take_name(struct redis *r)
{
	struct sock_spec at;
	int rc = resolve_take(r->name, &at);

	if (rc < 0)
		return rc == -EAGAIN ? 0 : rc;
	resolve_free(r->name);
	r->name = NULL;
	r->fd = sock_begin(&at);
	return r->fd < 0 ? r->fd : 0;
}

/* --- out --- */

/* "$39\r\n": a type, a number, the end of a line. */
static char *put_number(char *p, char type, size_t n)
{
	char digits[20];
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	*p++ = type;
	memcpy(p, digits + i, sizeof digits - i);
	p += sizeof digits - i;
	memcpy(p, "\r\n", 2);
	return p + 2;
}

void redis_send(struct redis *r, size_t argc, const struct span *argv)
{
	size_t size = NUMBER_BYTES;
	char *p;

	for (size_t i = 0; i < argc; i++)
		size += NUMBER_BYTES + argv[i].n + 2;
	if (!buf_reserve(&r->out, size)) /* it sticks, for redis_flush() */
		return;
	p = put_number(r->out.p + r->out.n, '*', argc);
	for (size_t i = 0; i < argc; i++) {
		p = put_number(p, '$', argv[i].n);
		if (argv[i].n > 0)
			memcpy(p, argv[i].p, argv[i].n);
		p += argv[i].n;
		memcpy(p, "\r\n", 2);
		p += 2;
	}
	r->out.n = (size_t)(p - r->out.p);
}

size_t redis_send_login(struct redis *r, const struct redis_login *l)
{
	const struct span user = span_str(l->user), password = span_str(l->password);

	if (password.n == 0)
		return 0;
	if (user.n > 0)
		redis_send(r, 3, (const struct span[]){ span_str("AUTH"), user, password });
	else
		redis_send(r, 2, (const struct span[]){ span_str("AUTH"), password });
	return 1;
}

static ssize_t write_some(struct redis *r, struct span s)
{
	ssize_t n = send(r->fd, s.p, s.n, MSG_NOSIGNAL);

	return n >= 0 ? n : errno == EINTR ? -EAGAIN : -errno;
}

int redis_flush(struct redis *r)
{
	if (r->out.failed)
		return -ENOMEM;
	if (r->name != NULL)
		return 0;
	while (r->written < r->out.n) {
		ssize_t n = write_some(r, span_from(buf_text(&r->out), r->written));

		if (n < 0)
			return n == -EAGAIN ? 0 : (int)n;
		r->written += (size_t)n;
	}
	buf_clear(&r->out);
	r->written = 0;
	return 0;
}

short redis_events(const struct redis *r)
{
	return (short)(POLLIN | (r->name == NULL && r->written < r->out.n ? POLLOUT : 0));
}

/* --- in --- */

int redis_fill(struct redis *r)
{
	char bytes[FILL_BYTES];
	ssize_t n;

	if (r->name != NULL)
		return take_name(r);
	n = recv(r->fd, bytes, sizeof bytes, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n == 0 ? -ECONNRESET : reader_feed(r->reader, bytes, (size_t)n);
}

int redis_next(struct redis *r, const struct reply **ret)
{
	return reader_next(r->reader, ret);
}

bool redis_drained(const struct redis *r)
{
	return reader_drained(r->reader);
}
