#include <config.h>

#include "session/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#include "base/sock.h"
#include "session/hooks.h"

#define BACKLOG 512
/*
 * Between two commands of an MTA, in seconds: as long as the longest step of SMTP may need (RFC 5321 section 4.5.3.2).
 */
#define TIMEOUT_S 3600
#define DESCRIPTORS_MAX 1024 /* the socket is opened early: its descriptor is small */

static struct {
	struct sock_spec spec;
	int fd;
} listening = { .fd = -1 };

static int wrong(struct diags *d, int status, const char *socket, const char *why)
{
	diags_add(d, DIAG_ERROR, NULL, 0, 0, "socket %s: %s", socket, why);
	return status;
}

static int open_status(int error)
{
	return error == EADDRINUSE || error == EADDRNOTAVAIL ? EX_UNAVAILABLE : EX_OSERR;
}

/*
 * Two of us on one path would take turns in stealing it: the lock decides. It is kept, and its file stays, as long as
 * the program runs (a lock file that is removed can be locked twice).
 */
static int lock_path(const char *path, struct diags *d)
{
	struct buf name = BUF_HEAP;
	int fd, rc = 0;

	buf_printf(&name, "%s.lock", path);
	fd = open(buf_cstr(&name), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		rc = -errno;
	if (rc == -EWOULDBLOCK)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "socket %s: another lure-milter runs there (it holds %s)", path,
		    buf_cstr(&name));
	else if (rc < 0)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "socket %s: its lock %s cannot be taken: %s", path,
		    buf_cstr(&name), strerror(-rc));
	if (rc < 0 && fd >= 0)
		close(fd);
	buf_free(&name);
	return rc == -EWOULDBLOCK ? EX_UNAVAILABLE : rc < 0 ? EX_OSERR : EX_OK;
}

/* libmilter says of a failure only that there was one: find out what it will be, by doing the same and undoing it. */
static int try_local(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	int fd = sock_listen_local(spec->path, 0600, (gid_t)-1, 1);

	if (fd < 0)
		return wrong(d, open_status(-fd), c->socket,
		    fd == -EEXIST ? "a file that is no socket is in the way" : strerror(-fd));
	close(fd);
	unlink(spec->path);
	return EX_OK;
}

static int try_address(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, rc = 0;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, 1) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int try_inet(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *list;
	char port[8];
	int rc;

	if (spec->port == 0)
		return wrong(d, EX_CONFIG, c->socket, "a port is needed");
	hints.ai_family = spec->kind == SOCK_INET6 ? AF_INET6 : AF_INET;
	snprintf(port, sizeof port, "%d", spec->port);
	rc = getaddrinfo(spec->host[0] != '\0' ? spec->host : NULL, port, &hints, &list);
	if (rc != 0)
		return wrong(d, EX_NOHOST, c->socket, gai_strerror(rc));
	rc = try_address(list);
	freeaddrinfo(list);
	return rc < 0 ? wrong(d, open_status(-rc), c->socket, strerror(-rc)) : EX_OK;
}

static int try_inherited(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	int on = 0;
	socklen_t n = sizeof on;

	if (getsockopt(spec->port, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) < 0 || !on)
		return wrong(d, EX_UNAVAILABLE, c->socket, "no listening socket was handed over there");
	return EX_OK;
}

static int try(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	int status;

	switch (spec->kind) {
	case SOCK_LOCAL:
		status = lock_path(spec->path, d);
		return status == EX_OK ? try_local(c, spec, d) : status;
	case SOCK_FD:
		return try_inherited(c, spec, d);
	case SOCK_INET:
	case SOCK_INET6:
		break;
	}
	return try_inet(c, spec, d);
}

/* Which descriptors listen. libmilter keeps its own to itself. */
static void find_listening(bool on[DESCRIPTORS_MAX])
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		int yes = 0;
		socklen_t n = sizeof yes;

		on[fd] = getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 && yes;
	}
}

static int open_by_libmilter(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	bool before[DESCRIPTORS_MAX], after[DESCRIPTORS_MAX];
	struct buf name = BUF_HEAP;
	bool opened;
	mode_t old;

	if (c->socket[0] == '/') /* the short form is ours alone */
		buf_str(&name, "local:");
	buf_str(&name, c->socket);
	find_listening(before);
	old = umask(0177); /* nobody else until mode and group are set */
	opened = smfi_setconn((char *)buf_cstr(&name)) == MI_SUCCESS && smfi_opensocket(0) == MI_SUCCESS;
	umask(old);
	buf_free(&name);
	if (!opened)
		return wrong(d, EX_UNAVAILABLE, c->socket,
		    spec->kind == SOCK_FD ? "this libmilter takes no descriptors" : "libmilter cannot open it");
	find_listening(after);
	listening.spec = *spec;
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		if (after[fd] && !before[fd])
			listening.fd = fd;
	if (spec->kind == SOCK_FD)
		listening.fd = spec->port;
	return EX_OK;
}

/* Mode and group last: from then on an MTA may connect. */
static int give_rights(const struct config *c, const struct sock_spec *spec, struct diags *d)
{
	const struct group *g = NULL;

	if (spec->kind != SOCK_LOCAL)
		return EX_OK;
	if (c->socket_group[0] != '\0') {
		g = getgrnam(c->socket_group);
		if (g == NULL)
			return wrong(d, EX_NOUSER, c->socket, "there is no such socket_group");
		if (lchown(spec->path, (uid_t)-1, g->gr_gid) < 0)
			return wrong(d, EX_NOPERM, c->socket, "cannot go to socket_group: is the user in it?");
	}
	if (chmod(spec->path, (mode_t)c->socket_mode) < 0)
		return wrong(d, EX_OSERR, c->socket, strerror(errno));
	return EX_OK;
}

int listen_open(const struct config *c, struct diags *d)
{
	struct sock_spec spec;
	const char *why;
	int status;

	if (sock_parse(c->socket, &spec, &why) < 0)
		return wrong(d, EX_CONFIG, c->socket, why);
	smfi_setbacklog(BACKLOG);
	smfi_settimeout(TIMEOUT_S);
	status = try(c, &spec, d);
	if (status == EX_OK)
		status = open_by_libmilter(c, &spec, d);
	if (status == EX_OK)
		status = give_rights(c, &spec, d);
	return status;
}

/*
 * libmilter offers no way to stop listening alone. So /dev/null takes the descriptor's place, and one connection of our
 * own ends libmilter's wait for the old socket, which closes with it: what connects now is refused at once, and does
 * not wait in a queue for a program that goes. An inherited socket stays open with who handed it over, for our
 * successor.
 */
void listen_stop(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), fd;

	hooks_stop();
	if (null < 0 || listening.fd < 0)
		return;
	dup2(null, listening.fd);
	close(null);
	if (listening.spec.kind == SOCK_FD)
		return;
	fd = sock_connect(&listening.spec, 200);
	if (fd >= 0)
		close(fd);
}

void listen_remove(void)
{
	if (listening.spec.kind == SOCK_LOCAL && listening.fd >= 0)
		unlink(listening.spec.path);
}
