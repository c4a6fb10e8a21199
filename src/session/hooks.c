#include <config.h>

#include "session/hooks.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

#define SPARE 4          /* files of a reload and of the status socket, open for a moment */
#define PAUSE_MS 50      /* where the system has no descriptor or memory for another connection */
#define LOG_EVERY_MS 10000

static atomic_int limit = INT_MAX; /* descriptors from here on are too many */
static atomic_bool stopped;

/* By their names in the object file only: the C library's prototypes differ from system to system. */
int hook_sigwait(const sigset_t *set, int *sig) __asm__("sigwait") __attribute__((visibility("default")));
int hook_accept(int fd, struct sockaddr *sa, socklen_t *n) __asm__("accept") __attribute__((visibility("default")));

/* A new descriptor is the lowest free one (POSIX, "File Descriptor Allocation"), so its number counts the others. */
void hooks_limit(size_t connections)
{
	int next = dup(0);

	if (next < 0)
		return;
	close(next);
	atomic_store(&limit, next + SPARE + (connections < INT_MAX / 2 ? (int)connections : INT_MAX / 2));
}

void hooks_stop(void)
{
	atomic_store(&stopped, true);
}

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

int hook_sigwait(const sigset_t *set, int *sig)
{
	(void)set, (void)sig;
	sleep_for_ever();
	return 0;
}

/* Only libmilter's listening thread comes here. */
static void refused(const char *why)
{
	static clock_us next;

	metric_add(METRIC_CLOSED, 1);
	if (!clock_past(next) && next != 0)
		return;
	next = clock_in_ms(LOG_EVERY_MS);
	log_line(LOG_WARNING, "connections are refused: %s", why);
}

/* EINTR makes libmilter come back, in all its versions, and without a word in the log. */
int hook_accept(int fd, struct sockaddr *sa, socklen_t *n)
{
	int one = 1, got;

	if (atomic_load(&stopped))
		sleep_for_ever();
	got = accept4(fd, sa, n, SOCK_CLOEXEC);
	if (got < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
		refused("the system has no descriptor or memory left");
		nanosleep(&(struct timespec){ 0, PAUSE_MS * 1000000L }, NULL);
		errno = EINTR;
	} else if (got >= atomic_load(&limit)) {
		close(got);
		refused("max_connections is reached");
		errno = EINTR;
		got = -1;
	} else if (got >= 0) {
		setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* does nothing on a local socket */
	}
	return got;
}
