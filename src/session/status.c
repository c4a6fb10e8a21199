#include <config.h>

#include "session/status.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/metrics.h"
#include "base/sock.h"

#define ASK_MS 50     /* an HTTP client speaks first and at once; lurectl says nothing and waits */
#define SEND_S 2      /* then a client that does not read is left */
#define REQUEST_MAX 4096

static struct {
	int fd;
	struct sock_spec spec;
} listening = { .fd = -1 };

int status_open(const struct config *c, struct diags *d)
{
	const struct group *g = c->socket_group[0] != '\0' ? getgrnam(c->socket_group) : NULL;
	struct sock_spec spec;
	const char *why;
	int fd;

	if (c->status_socket[0] == '\0')
		return EX_OK;
	if (sock_parse(c->status_socket, &spec, &why) < 0 || spec.kind != SOCK_LOCAL) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "status_socket %s: must be local:/PATH", c->status_socket);
		return EX_CONFIG;
	}
	fd = sock_listen_local(spec.path, (unsigned)c->socket_mode, g != NULL ? g->gr_gid : (gid_t)-1, 16);
	if (fd < 0) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "status_socket %s: %s", c->status_socket,
		    fd == -EEXIST ? "a file that is no socket is in the way" : strerror(-fd));
		return fd == -EADDRINUSE ? EX_UNAVAILABLE : EX_OSERR;
	}
	listening.fd = fd;
	listening.spec = spec;
	return EX_OK;
}

/* Whether the client asks in HTTP; what exactly it asks for makes no difference. */
static bool asks_http(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char request[REQUEST_MAX];

	return poll(&p, 1, ASK_MS) > 0 && recv(fd, request, sizeof request, MSG_DONTWAIT) >= 4 &&
	       memcmp(request, "GET ", 4) == 0;
}

static void send_all(int fd, struct span text)
{
	while (text.n > 0) {
		ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0)
			text = span_from(text, (size_t)n);
	}
}

static void answer(int fd)
{
	struct buf text = BUF_HEAP, head = BUF_HEAP;
	struct timeval patience = { SEND_S, 0 };

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	metrics_write(&text);
	if (asks_http(fd)) {
		buf_printf(&head,
		    "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: %zu\r\n\r\n",
		    text.n);
		send_all(fd, buf_text(&head));
	}
	send_all(fd, buf_text(&text));
	buf_free(&head);
	buf_free(&text);
}

static void *serve(void *unused)
{
	(void)unused;
	for (;;) {
		int fd = accept4(listening.fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0) {
			nanosleep(&(struct timespec){ 0, 100000000 }, NULL); /* no descriptors: never spin */
			continue;
		}
		answer(fd);
		close(fd);
	}
	return NULL;
}

int status_start(void)
{
	pthread_t t;
	int rc;

	if (listening.fd < 0)
		return 0;
	rc = pthread_create(&t, NULL, serve, NULL);
	if (rc == 0)
		pthread_detach(t);
	return -rc;
}

void status_remove(void)
{
	if (listening.fd >= 0)
		unlink(listening.spec.path);
}
