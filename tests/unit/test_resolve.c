#include <config.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/resolve.h"

static struct sockaddr_in address = { .sin_family = AF_INET };
static struct addrinfo found = { .ai_family = AF_INET, .ai_addr = (struct sockaddr *)&address,
	.ai_addrlen = sizeof address };

/* In place of the system's: a name is found at once, never, or after a while. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
	(void)service;
	(void)hints;
	if (strcmp(name, "slow.example") == 0)
		nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
	*ret = &found;
	return strcmp(name, "missing.example") == 0 ? EAI_NONAME : 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	assert_ptr_equal(list, &found);
}

static struct resolve *begin(const char *name)
{
	struct sock_spec at = { .kind = SOCK_INET, .port = 6379 };
	struct resolve *r;

	strcpy(at.host, name);
	assert_int_equal(resolve_begin(&at, &r), 0);
	return r;
}

static int answer(struct resolve *r, struct sock_spec *ret)
{
	int rc;

	assert_int_equal(poll(&(struct pollfd){ resolve_fd(r), POLLIN, 0 }, 1, 20000), 1);
	rc = resolve_take(r, ret);
	resolve_free(r);
	return rc;
}

static void test_answers(void **state)
{
	struct sock_spec at;

	address.sin_addr.s_addr = htonl(0xC0000207); /* 192.0.2.7 */
	assert_int_equal(answer(begin("redis.example"), &at), 0);
	assert_string_equal(at.host, "192.0.2.7");
	assert_int_equal(at.port, 6379);
	assert_int_equal(answer(begin("missing.example"), &at), -ENODATA);
}

static void test_nobody_is_held_up(void **state)
{
	struct resolve *slow = begin("slow.example"), *quick = begin("redis.example");
	struct sock_spec at;

	assert_int_equal(answer(quick, &at), 0);
	assert_int_equal(resolve_take(slow, &at), -EAGAIN);
	assert_int_equal(answer(slow, &at), 0);
}

/* Those whom nobody waits for any more count until they end. */
static void test_bounded(void **state)
{
	struct sock_spec at = { .kind = SOCK_INET, .host = "slow.example" };
	clock_us end = clock_in_ms(20000);
	struct resolve *r;
	int rc;

	for (int i = 0; i < RESOLVE_THREADS; i++)
		resolve_free(begin("slow.example"));
	assert_int_equal(resolve_begin(&at, &r), -EAGAIN);
	while ((rc = resolve_begin(&at, &r)) == -EAGAIN && !clock_past(end))
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	assert_int_equal(rc, 0);
	assert_int_equal(answer(r, &at), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nobody_is_held_up),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
