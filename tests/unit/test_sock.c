#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/sock.h"

static char folder[64];

/* A path in the test's own folder; good until the next call. */
static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int setup(void **state)
{
	strcpy(folder, "/tmp/test_sock.XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
	unlink(in_folder("s"));
	return rmdir(folder);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		enum sock_kind kind;
		int port;
		const char *rest; /* host or path */
	} cases[] = {
		{ "inet:8895@127.0.0.1", SOCK_INET, 8895, "127.0.0.1" },
		{ "inet:8895@mail.example", SOCK_INET, 8895, "mail.example" }, { "inet:8895", SOCK_INET, 8895, "" },
		{ "inet:8895@", SOCK_INET, 8895, "" }, { "inet:0@127.0.0.1", SOCK_INET, 0, "127.0.0.1" },
		{ "inet:65535", SOCK_INET, 65535, "" }, { "inet6:8895@::1", SOCK_INET6, 8895, "::1" },
		{ "local:/run/lure-milter/socket", SOCK_LOCAL, 0, "/run/lure-milter/socket" },
		{ "unix:/run/socket", SOCK_LOCAL, 0, "/run/socket" }, { "/run/a:b@c", SOCK_LOCAL, 0, "/run/a:b@c" },
		{ "fd:3", SOCK_FD, 3, "" }, { "fd:1023", SOCK_FD, 1023, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sock_spec spec;
		const char *why = NULL;

		assert_int_equal(sock_parse(cases[i].text, &spec, &why), 0);
		assert_int_equal(spec.kind, cases[i].kind);
		assert_int_equal(spec.port, cases[i].port);
		assert_string_equal(spec.kind == SOCK_LOCAL ? spec.path : spec.host, cases[i].rest);
		assert_null(why);
	}
}

static void test_parse_wrong(void **state)
{
	static const char *const cases[] = {
		"", "8895", "inet", "tcp:8895", "INET:8895", "inet:", "inet:@127.0.0.1", "inet:65536", "inet:-1",
		"inet:+25", "inet: 25", "inet:25 @127.0.0.1", "inet:25x", "inet:0x19", "inet:99999999999999999999",
		"inet:127.0.0.1@8895", "local:", "local:socket", "unix:run/socket", "fd:", "fd:x", "fd:-1", "fd:1024",
		"fd:3@x",
	};
	struct sock_spec spec;
	char text[400];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = NULL;

		assert_int_equal(sock_parse(cases[i], &spec, &why), -EINVAL);
		assert_non_null(why);
		assert_true(strlen(why) > 10);
	}
	/* the longest path and the longest host, and one byte more */
	for (int more = 0; more < 2; more++) {
		const char *why;

		snprintf(text, sizeof text, "local:/%0*d", 106 + more, 1);
		assert_int_equal(sock_parse(text, &spec, &why), more ? -EINVAL : 0);
		snprintf(text, sizeof text, "inet:1@%0*d", 255 + more, 1);
		assert_int_equal(sock_parse(text, &spec, &why), more ? -EINVAL : 0);
	}
}

/* A listening TCP socket on a free port of the loopback. */
static int listen_tcp(int family, struct sock_spec *spec)
{
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr *a = family == AF_INET ? (struct sockaddr *)&a4 : (struct sockaddr *)&a6;
	socklen_t n = family == AF_INET ? sizeof a4 : sizeof a6;
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, a, n) < 0 || listen(fd, 5) < 0 || getsockname(fd, a, &n) < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*spec = (struct sock_spec){ .kind = family == AF_INET ? SOCK_INET : SOCK_INET6,
		.port = ntohs(family == AF_INET ? a4.sin_port : a6.sin6_port) };
	strcpy(spec->host, family == AF_INET ? "127.0.0.1" : "::1");
	return fd;
}

static void test_connect(void **state)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < 2; i++) {
		struct sock_spec spec;
		int server = listen_tcp(families[i], &spec), fd, nodelay = 0;
		socklen_t n = sizeof nodelay;

		if (server < 0 && families[i] == AF_INET6)
			continue; /* a machine without IPv6 */
		assert_true(server >= 0);
		fd = sock_connect(&spec, 1000);
		assert_true(fd >= 0);
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &n), 0);
		assert_int_not_equal(nodelay, 0);
		assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
		assert_int_not_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
		close(fd);
		close(server);
		assert_int_equal(sock_connect(&spec, 1000), -ECONNREFUSED);
	}
}

static void test_connect_to_nobody(void **state)
{
	struct sock_spec spec = { .kind = SOCK_INET, .host = "::1", .port = 25 }; /* no IPv4 address */

	assert_int_equal(sock_connect(&spec, 1000), -EHOSTUNREACH);
	spec = (struct sock_spec){ .kind = SOCK_FD, .port = 0 };
	assert_int_equal(sock_connect(&spec, 1000), -EINVAL);
	spec = (struct sock_spec){ .kind = SOCK_LOCAL };
	strcpy(spec.path, in_folder("s"));
	assert_int_equal(sock_connect(&spec, 1000), -ENOENT);
}

static void on_alarm(int signal)
{
}

/* A full queue lets nobody in; the limit on the time holds, although signals come in between. */
static void test_connect_in_time(void **state)
{
	struct sock_spec spec;
	int server = listen_tcp(AF_INET, &spec), queued[64], n = 0, rc;
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, never = { 0 };
	clock_us start;

	assert_true(server >= 0);
	assert_int_equal(listen(server, 0), 0);
	while (n < 64 && (queued[n] = sock_connect(&spec, 100)) >= 0)
		n++;
	assert_in_range(n, 1, 63);
	assert_int_equal(queued[n], -ETIMEDOUT);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	start = clock_now();
	rc = sock_connect(&spec, 200);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_int_equal(rc, -ETIMEDOUT);
	assert_in_range(clock_now() - start, 190000, 5000000);
	while (n > 0)
		close(queued[--n]);
	close(server);
}

static int connect_to(const char *path)
{
	struct sock_spec spec = { .kind = SOCK_LOCAL };

	strcpy(spec.path, path);
	return sock_connect(&spec, 1000);
}

static void test_listen_local(void **state)
{
	const char *path = in_folder("s");
	int server = sock_listen_local(path, 0640, (gid_t)-1, 5), fd, peer;
	struct stat st;
	char byte;

	assert_true(server >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_not_equal(fcntl(server, F_GETFD) & FD_CLOEXEC, 0);
	fd = connect_to(path);
	assert_true(fd >= 0);
	peer = accept(server, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(read(peer, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	close(peer);
	close(fd);
	close(server);
}

static void test_listen_local_mode(void **state)
{
	mode_t old = umask(0);
	int server = sock_listen_local(in_folder("s"), 0, (gid_t)-1, 5);
	struct stat st;

	assert_int_equal(umask(old), 0); /* as it was */
	assert_true(server >= 0);
	assert_int_equal(stat(in_folder("s"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	close(server);
	unlink(in_folder("s"));
	server = sock_listen_local(in_folder("s"), 0666, getgid(), 5);
	assert_true(server >= 0);
	assert_int_equal(stat(in_folder("s"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0666);
	assert_int_equal(st.st_gid, getgid());
	close(server);
}

static void test_stale(void **state)
{
	const char *path = in_folder("s");
	int first = sock_listen_local(path, 0600, (gid_t)-1, 5), second, fd;

	assert_true(first >= 0);
	close(first); /* the file stays, as after a crash */
	assert_int_equal(access(path, F_OK), 0);
	second = sock_listen_local(path, 0600, (gid_t)-1, 5);
	assert_true(second >= 0);
	fd = connect_to(path);
	assert_true(fd >= 0);
	close(fd);
	close(second);
}

static void test_live(void **state)
{
	const char *path = in_folder("s");
	int first = sock_listen_local(path, 0600, (gid_t)-1, 5), fd;

	assert_true(first >= 0);
	assert_int_equal(sock_listen_local(path, 0600, (gid_t)-1, 5), -EADDRINUSE);
	fd = connect_to(path); /* nothing was taken away */
	assert_true(fd >= 0);
	close(fd);
	close(first);
}

/* One whose queue is full refuses as a stale one does not: it is alive. */
static void test_live_and_busy(void **state)
{
	const char *path = in_folder("s");
	int first = sock_listen_local(path, 0600, (gid_t)-1, 0), queued[16], n = 0;

	assert_true(first >= 0);
	while (n < 16 && (queued[n] = connect_to(path)) >= 0)
		n++;
	assert_in_range(n, 1, 15);
	assert_int_equal(queued[n], -EAGAIN);
	assert_int_equal(sock_listen_local(path, 0600, (gid_t)-1, 5), -EADDRINUSE);
	assert_int_equal(access(path, F_OK), 0);
	while (n > 0)
		close(queued[--n]);
	close(first);
}

static void test_another_file_in_the_way(void **state)
{
	const char *path = in_folder("s");
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	struct stat st;

	assert_int_equal(write(fd, "precious", 8), 8);
	close(fd);
	assert_int_equal(sock_listen_local(path, 0600, (gid_t)-1, 5), -EEXIST);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 8);
	unlink(path);
	/* nor is a link followed */
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(sock_listen_local(path, 0600, (gid_t)-1, 5), -EEXIST);
}

static void test_listen_local_fails(void **state)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof path, "%s/%0200d", folder, 1);
	assert_int_equal(sock_listen_local(path, 0600, (gid_t)-1, 5), -ENAMETOOLONG);
	assert_int_equal(sock_listen_local(in_folder("none/s"), 0600, (gid_t)-1, 5), -ENOENT);
	if (geteuid() == 0)
		return; /* root may give it to any group */
	assert_int_equal(sock_listen_local(in_folder("s"), 0600, 0, 5), -EPERM);
	assert_int_equal(stat(in_folder("s"), &st), -1); /* nothing is left */
}

static void test_address(void **state)
{
	struct sockaddr_in a4 = { .sin_family = AF_INET };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/x" };
	char out[64];

	inet_pton(AF_INET, "192.0.2.1", &a4.sin_addr);
	sock_address((struct sockaddr *)&a4, out);
	assert_string_equal(out, "192.0.2.1");
	inet_pton(AF_INET6, "2001:db8::1", &a6.sin6_addr);
	sock_address((struct sockaddr *)&a6, out);
	assert_string_equal(out, "2001:db8::1");
	inet_pton(AF_INET6, "::ffff:192.0.2.7", &a6.sin6_addr);
	sock_address((struct sockaddr *)&a6, out);
	assert_string_equal(out, "192.0.2.7");
	sock_address((struct sockaddr *)&un, out);
	assert_string_equal(out, "");
	sock_address(NULL, out);
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_wrong),
		cmocka_unit_test(test_connect),
		cmocka_unit_test_setup_teardown(test_connect_to_nobody, setup, teardown),
		cmocka_unit_test(test_connect_in_time),
		cmocka_unit_test_setup_teardown(test_listen_local, setup, teardown),
		cmocka_unit_test_setup_teardown(test_listen_local_mode, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stale, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live_and_busy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_file_in_the_way, setup, teardown),
		cmocka_unit_test_setup_teardown(test_listen_local_fails, setup, teardown),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
