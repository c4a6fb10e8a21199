/*
 * sock - socket addresses as milters write them.
 * "inet:8895@127.0.0.1", "inet6:port@host", "local:/path", "unix:/path", "/path", "fd:N" -> sockets
 */
#ifndef LURE_BASE_SOCK_H
#define LURE_BASE_SOCK_H

#include <sys/socket.h>

#include "base/buf.h"

enum sock_kind { SOCK_INET, SOCK_INET6, SOCK_LOCAL, SOCK_FD };

struct sock_spec {
	enum sock_kind kind;
	char host[256]; /* inet: empty for any */
	char path[108]; /* local */
	int port;       /* inet: 0 for any; fd: the descriptor */
};

/* 0, or -EINVAL with a sentence in *why (static text). */
int sock_parse(const char *text, struct sock_spec *spec, const char **why);
/* Connected stream socket, or a negative errno; close-on-exec, blocking, TCP_NODELAY where it applies. */
int sock_connect(const struct sock_spec *spec, int timeout_ms);
/*
 * The same without waiting: it is connected, or has failed, once poll() says so. Non-blocking. -ENODATA where the host
 * is a name, which may take long to find: resolve.h.
 */
int sock_begin(const struct sock_spec *spec);
/*
 * A listening local socket: a stale file is replaced, a live one (somebody listens there) is -EADDRINUSE, another file
 * -EEXIST. Mode (0: 0600) and group ((gid_t)-1: ours) are set before anybody can connect.
 */
int sock_listen_local(const char *path, unsigned mode, gid_t group, int backlog);

/* "192.0.2.1" or "2001:db8::1" from a socket address; "" for others. */
void sock_address(const struct sockaddr *sa, char out[64]);

#endif
