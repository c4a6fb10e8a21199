#include <config.h>

#include "base/sock.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int wrong(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static int parse_path(const char *path, struct sock_spec *spec, const char **why)
{
	if (path[0] != '/')
		return wrong(why, "the path of a local socket must begin with /");
	if (strlen(path) >= sizeof spec->path)
		return wrong(why, "the path of a local socket may have 107 bytes at most");
	spec->kind = SOCK_LOCAL;
	strcpy(spec->path, path);
	return 0;
}

/* Digits and nothing else: strtol() would take a sign and blanks. */
static int parse_number(const char *text, size_t n, int max, int *ret)
{
	int value = 0;

	if (n == 0)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		value = 10 * value + (text[i] - '0');
		if (value > max)
			return -EINVAL;
	}
	*ret = value;
	return 0;
}

static int parse_inet(const char *text, struct sock_spec *spec, const char **why)
{
	const char *at = strchr(text, '@');
	size_t n = at != NULL ? (size_t)(at - text) : strlen(text);

	if (parse_number(text, n, 65535, &spec->port) < 0)
		return wrong(why, "a port must be a number from 0 to 65535, as in inet:8895@127.0.0.1");
	if (at != NULL && strlen(at + 1) >= sizeof spec->host)
		return wrong(why, "the host name is too long");
	strcpy(spec->host, at != NULL ? at + 1 : "");
	return 0;
}

int sock_parse(const char *text, struct sock_spec *spec, const char **why)
{
	*spec = (struct sock_spec){ 0 };
	if (text[0] == '/')
		return parse_path(text, spec, why);
	if (strncmp(text, "local:", 6) == 0)
		return parse_path(text + 6, spec, why);
	if (strncmp(text, "unix:", 5) == 0)
		return parse_path(text + 5, spec, why);
	if (strncmp(text, "inet:", 5) == 0) {
		spec->kind = SOCK_INET;
		return parse_inet(text + 5, spec, why);
	}
	if (strncmp(text, "inet6:", 6) == 0) {
		spec->kind = SOCK_INET6;
		return parse_inet(text + 6, spec, why);
	}
	if (strncmp(text, "fd:", 3) == 0) {
		spec->kind = SOCK_FD;
		return parse_number(text + 3, strlen(text + 3), 1023, &spec->port) < 0 ?
		    wrong(why, "fd: wants the number of an open descriptor") : 0;
	}
	return wrong(why, "a socket is written inet:PORT@HOST, inet6:PORT@HOST, local:/PATH or fd:N");
}

/* Connect with a limit on the time. */
static int connect_within(int fd, const struct sockaddr *sa, socklen_t n, int timeout_ms)
{
	struct pollfd p = { fd, POLLOUT, 0 };
	clock_us end = clock_in_ms(timeout_ms);
	int error = 0, flags = fcntl(fd, F_GETFL), ready;
	socklen_t size = sizeof error;

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	if (connect(fd, sa, n) < 0) {
		if (errno != EINPROGRESS)
			return -errno;
		do {
			int64_t left = (end - clock_now()) / 1000;

			ready = poll(&p, 1, left > 0 ? (int)left : 0);
		} while (ready < 0 && errno == EINTR);
		if (ready <= 0)
			return ready < 0 ? -errno : -ETIMEDOUT;
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error != 0)
			return -error;
	}
	fcntl(fd, F_SETFL, flags);
	return 0;
}

/* A socket that may be connected to the address; `timeout_ms` 0: to be connected, without waiting. */
static int connect_to(const struct sockaddr *sa, socklen_t n, int timeout_ms)
{
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | (timeout_ms == 0 ? SOCK_NONBLOCK : 0), 0), rc = 0,
	    one = 1;

	if (fd < 0)
		return -errno;
	if (timeout_ms > 0)
		rc = connect_within(fd, sa, n, timeout_ms);
	else if (connect(fd, sa, n) < 0 && errno != EINPROGRESS)
		rc = -errno;
	if (rc < 0) {
		close(fd);
		return rc;
	}
	if (sa->sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

static int connect_local(const char *path, int timeout_ms)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	strcpy(un.sun_path, path);
	return connect_to((struct sockaddr *)&un, sizeof un, timeout_ms);
}

static int connect_any(const struct sock_spec *spec, int timeout_ms)
{
	struct addrinfo hints = { .ai_family = spec->kind == SOCK_INET6 ? AF_INET6 : AF_INET,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | (timeout_ms == 0 ? AI_NUMERICHOST : 0) }, *list;
	char port[8];
	int fd = -EHOSTUNREACH, rc;

	if (spec->kind == SOCK_LOCAL)
		return connect_local(spec->path, timeout_ms);
	if (spec->kind == SOCK_FD)
		return -EINVAL;
	snprintf(port, sizeof port, "%d", spec->port);
	rc = getaddrinfo(spec->host[0] != '\0' ? spec->host : NULL, port, &hints, &list);
	if (rc != 0)
		return rc == EAI_NONAME && timeout_ms == 0 ? -ENODATA : -EHOSTUNREACH;
	for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next)
		fd = connect_to(a->ai_addr, a->ai_addrlen, timeout_ms);
	freeaddrinfo(list);
	return fd;
}

int sock_connect(const struct sock_spec *spec, int timeout_ms)
{
	return connect_any(spec, timeout_ms > 0 ? timeout_ms : 1);
}

int sock_begin(const struct sock_spec *spec)
{
	return connect_any(spec, 0);
}

/* A file in the way: removed where it is a socket that nobody answers on. */
static int remove_stale(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = connect_local(path, 1000);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || fd == -EAGAIN) /* a full queue: somebody listens, and is busy */
		return -EADDRINUSE;
	if (fd == -ENOENT)
		return 0;
	if (fd != -ECONNREFUSED)
		return fd;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int sock_listen_local(const char *path, unsigned mode, gid_t group, int backlog)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	bool bound;
	int fd, rc;
	mode_t old;

	if (strlen(path) >= sizeof un.sun_path)
		return -ENAMETOOLONG;
	rc = remove_stale(path);
	if (rc < 0)
		return rc;
	strcpy(un.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	old = umask(0177); /* nobody else until mode and group are set */
	rc = bind(fd, (struct sockaddr *)&un, sizeof un) < 0 ? -errno : 0;
	umask(old);
	bound = rc == 0;
	if (rc == 0 && group != (gid_t)-1 && lchown(path, (uid_t)-1, group) < 0)
		rc = -errno;
	if (rc == 0 && mode != 0 && chmod(path, mode) < 0)
		rc = -errno;
	if (rc == 0 && listen(fd, backlog) < 0)
		rc = -errno;
	if (rc == 0)
		return fd;
	if (bound)
		unlink(path);
	close(fd);
	return rc;
}

void sock_address(const struct sockaddr *sa, char out[64])
{
	out[0] = '\0';
	if (sa == NULL)
		return;
	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, out, 64);
	} else if (sa->sa_family == AF_INET6) {
		const struct in6_addr *a = &((const struct sockaddr_in6 *)sa)->sin6_addr;

		if (IN6_IS_ADDR_V4MAPPED(a))
			inet_ntop(AF_INET, &a->s6_addr[12], out, 64);
		else
			inet_ntop(AF_INET6, a, out, 64);
	}
}
