#include <config.h>

#include "base/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hmac.h"

struct resolve {
	struct sock_spec at; /* the thread's; once told, an address */
	atomic_bool told;
	bool found;
	int fd[2]; /* closed at the other end where told */
	atomic_uint users;
};

static atomic_int threads;

static void leave(struct resolve *r)
{
	if (atomic_fetch_sub(&r->users, 1) == 1)
		free(r);
}

static const struct addrinfo *any_of(const struct addrinfo *list)
{
	const struct addrinfo *chosen = list;
	unsigned n = 0, place;

	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next)
		n++;
	random_bytes(&place, sizeof place);
	for (place %= n; place > 0; place--)
		chosen = chosen->ai_next;
	return chosen;
}

static void *work(void *arg)
{
	struct resolve *r = arg;
	struct addrinfo hints = { .ai_family = r->at.kind == SOCK_INET6 ? AF_INET6 : AF_INET,
		.ai_socktype = SOCK_STREAM }, *list = NULL;

	if (getaddrinfo(r->at.host, NULL, &hints, &list) == 0 && list != NULL) {
		const struct addrinfo *a = any_of(list);

		r->found = getnameinfo(a->ai_addr, a->ai_addrlen, r->at.host, sizeof r->at.host, NULL, 0,
		               NI_NUMERICHOST) == 0;
		freeaddrinfo(list);
	}
	atomic_store(&r->told, true);
	close(r->fd[1]);
	leave(r);
	atomic_fetch_sub(&threads, 1);
	return NULL;
}

/* Without signals, which are for others. */
static int start(struct resolve *r)
{
	sigset_t all, old;
	pthread_t thread;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, NULL, work, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc == 0)
		pthread_detach(thread);
	return -rc;
}

int resolve_begin(const struct sock_spec *at, struct resolve **ret)
{
	struct resolve *r = calloc(1, sizeof *r);
	int rc = 0;

	if (r == NULL)
		return -ENOMEM;
	r->at = *at;
	atomic_init(&r->users, 2);
	if (pipe2(r->fd, O_CLOEXEC) < 0) {
		rc = -errno;
		free(r);
		return rc;
	}
	rc = atomic_fetch_add(&threads, 1) < RESOLVE_THREADS ? start(r) : -EAGAIN;
	if (rc < 0) {
		atomic_fetch_sub(&threads, 1);
		close(r->fd[0]);
		close(r->fd[1]);
		free(r);
		return rc;
	}
	*ret = r;
	return 0;
}

int resolve_fd(const struct resolve *r)
{
	return r->fd[0];
}

int resolve_take(const struct resolve *r, struct sock_spec *ret)
{
	if (!atomic_load(&r->told))
		return -EAGAIN;
	if (!r->found)
		return -ENODATA;
	*ret = r->at;
	return 0;
}

void resolve_free(struct resolve *r)
{
	if (r == NULL)
		return;
	close(r->fd[0]);
	leave(r);
}
