/* Networks, and who agreed to what. */
#include <config.h>

#include "scope/scope.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static char *write_file(const char *text)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof path, "/tmp/test_scope.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

static struct scope *load(const char *exempt, const char *internal, const char *recipients, enum consent fallback,
    struct diags *d)
{
	struct scope_options o = { span_str(exempt), span_str(internal), NULL, fallback };
	struct scope *s;

	if (recipients != NULL)
		o.recipients = write_file(recipients);
	s = scope_load(&o, d);
	if (o.recipients != NULL)
		unlink(o.recipients);
	return s;
}

static enum client_class client(const struct scope *s, const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, address, &in.sin_addr) == 1)
		return scope_client(s, (struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, address, &in6.sin6_addr), 1);
	return scope_client(s, (struct sockaddr *)&in6);
}

static void networks(void **state)
{
	struct diags d = { 0 };
	struct scope *s =
	    load("192.0.2.0/25, [2001:db8:1::]/48 198.51.100.7", "127.0.0.0/8,::1", NULL, CONSENT_TAG, &d);

	(void)state;
	assert_non_null(s);
	assert_int_equal(d.errors + d.warnings, 0);
	assert_int_equal(client(s, "192.0.2.127"), CLIENT_EXEMPT);
	assert_int_equal(client(s, "192.0.2.128"), CLIENT_OUTSIDE);
	assert_int_equal(client(s, "198.51.100.7"), CLIENT_EXEMPT);
	assert_int_equal(client(s, "198.51.100.6"), CLIENT_OUTSIDE);
	assert_int_equal(client(s, "2001:db8:1:ffff::9"), CLIENT_EXEMPT);
	assert_int_equal(client(s, "2001:db8:2::9"), CLIENT_OUTSIDE);
	assert_int_equal(client(s, "127.3.2.1"), CLIENT_INTERNAL);
	assert_int_equal(client(s, "::1"), CLIENT_INTERNAL);
	assert_int_equal(client(s, "::ffff:192.0.2.5"), CLIENT_EXEMPT);
	assert_int_equal(scope_client(s, NULL), CLIENT_OUTSIDE);
	assert_int_equal(scope_client(s, &(struct sockaddr){ .sa_family = AF_UNIX }), CLIENT_OUTSIDE);
	scope_free(s);
	diags_free(&d);
}

static void whole_internet(void **state)
{
	struct diags d = { 0 };
	struct scope *s = load("0.0.0.0/0", "", NULL, CONSENT_TAG, &d);

	(void)state;
	assert_int_equal(client(s, "203.0.113.1"), CLIENT_EXEMPT);
	assert_int_equal(client(s, "2001:db8::1"), CLIENT_OUTSIDE);
	scope_free(s);
	diags_free(&d);
}

static void wrong_networks(void **state)
{
	static const char *const wrong[] = { "192.0.2.0/33", "192.0.2", "example.jp", "2001:db8::/129", "192.0.2.0/",
		"192.0.2.0/-1", "[2001:db8::", "1.2.3.4/24/8",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct diags d = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_null(load(wrong[i], "", NULL, CONSENT_TAG, &d));
		assert_int_equal(d.errors, i + 1);
	}
	diags_free(&d);
	assert_null(load("nonsense, 192.0.2.1, rubbish", "more", NULL, CONSENT_TAG, &d));
	assert_int_equal(d.errors, 3);
	diags_free(&d);
	/* Bits behind the mask: said, and taken as the whole network. */
	struct scope *s = load("192.0.2.77/24", "", NULL, CONSENT_TAG, &d);

	assert_int_equal(d.warnings, 1);
	assert_int_equal(client(s, "192.0.2.1"), CLIENT_EXEMPT);
	scope_free(s);
	diags_free(&d);
}

static enum consent ask(const struct scope *s, const char *address)
{
	return scope_recipient(s, span_str(address));
}

static void exact_then_domain_then_default(void **state)
{
	struct diags d = { 0 };
	struct scope *s = load("", "",
	    "# who agreed\n"
	    "taro@example.jp\treject\r\n"
	    "hanako@example.jp off   # asked on paper\n"
	    "\n"
	    "example.jp tag\n"
	    ".example.jp observe\n"
	    "abuse@example.jp tag\n"
	    "default observe", CONSENT_OFF, &d);

	(void)state;
	assert_non_null(s);
	assert_int_equal(ask(s, "taro@example.jp"), CONSENT_REJECT);
	assert_int_equal(ask(s, "<Taro@Example.JP>"), CONSENT_REJECT);
	assert_int_equal(ask(s, "hanako@example.jp"), CONSENT_OFF);
	assert_int_equal(ask(s, "other@example.jp"), CONSENT_TAG);
	assert_int_equal(ask(s, "x@deep.sub.example.jp"), CONSENT_OBSERVE);
	assert_int_equal(ask(s, "x@notexample.jp"), CONSENT_OBSERVE);
	assert_int_equal(ask(s, ""), CONSENT_OBSERVE);
	assert_int_equal(ask(s, "postmaster"), CONSENT_OFF);
	assert_int_equal(ask(s, "PostMaster@example.jp"), CONSENT_OFF);
	assert_int_equal(ask(s, "abuse@example.jp"), CONSENT_TAG);
	assert_int_equal(ask(s, "abuse@other.example"), CONSENT_OFF);
	scope_free(s);
	diags_free(&d);
}

/* Every spelling of an address that reaches a mailbox has that mailbox's consent. */
static void spellings_of_one_mailbox(void **state)
{
	static const char *const spelt[] = { "hanako@example.jp", "hanako+shop@example.jp", "\"hanako\"@example.jp",
		"\"hana\\ko\"@example.jp", "<@relay.example,@b.example:hanako@example.jp>", "hanako@example.jp.",
		" hanako@EXAMPLE.jp " };
	struct diags d = { 0 };
	struct scope *s =
	    load("", "", "hanako@example.jp off\nkeep+this@example.jp off\nexample.jp reject\n", CONSENT_REJECT, &d);
	char huge[2000];

	(void)state;
	for (size_t i = 0; i < sizeof spelt / sizeof *spelt; i++)
		assert_int_equal(ask(s, spelt[i]), CONSENT_OFF);
	assert_int_equal(ask(s, "keep+this@example.jp"), CONSENT_OFF);
	assert_int_equal(ask(s, "keep@example.jp"), CONSENT_REJECT);
	assert_int_equal(ask(s, "+@example.jp"), CONSENT_REJECT);
	assert_int_equal(ask(s, "a@b@example.jp"), CONSENT_REJECT);
	memset(huge, 'a', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_int_equal(ask(s, huge), CONSENT_REJECT);
	scope_free(s);
	diags_free(&d);
}

static void without_a_file(void **state)
{
	struct diags d = { 0 };
	struct scope *s = load("", "", NULL, CONSENT_REJECT, &d);

	(void)state;
	assert_int_equal(ask(s, "anybody@example.jp"), CONSENT_REJECT);
	assert_int_equal(ask(s, "abuse@example.jp"), CONSENT_OFF);
	scope_free(s);
	assert_null(scope_load(&(struct scope_options){ .recipients = "/nonexistent/recipients" }, &d));
	assert_int_equal(d.errors, 1);
	diags_free(&d);
}

static void wrong_lines_all_at_once(void **state)
{
	struct diags d = { 0 };

	(void)state;
	assert_null(load("", "",
	    "a@example.jp\n"
	    "b@example.jp maybe\n"
	    "c@example.jp tag reject\n"
	    "good@example.jp tag\n"
	    "good@example.jp off\n"
	    "@example.jp tag\n"
	    "default off\n"
	    "default tag\n", CONSENT_TAG, &d));
	assert_int_equal(d.errors, 6);
	assert_int_equal(d.v[0].line, 1);
	assert_int_equal(d.v[1].line, 2);
	assert_int_equal(d.v[1].column, 14);
	assert_int_equal(d.v[2].column, 18);
	assert_int_equal(d.v[3].line, 5);
	assert_int_equal(d.v[4].line, 6);
	assert_int_equal(d.v[5].line, 8);
	diags_free(&d);
}

static void same_line_twice_is_fine(void **state)
{
	struct diags d = { 0 };
	struct scope *s = load("", "", "a@example.jp tag\nA@example.jp tag\n", CONSENT_OFF, &d);

	(void)state;
	assert_non_null(s);
	assert_int_equal(ask(s, "a@example.jp"), CONSENT_TAG);
	scope_free(s);
	diags_free(&d);
}

#define MANY 1000000u

static void a_million_in_two_seconds(void **state)
{
	char path[] = "/tmp/test_scope.XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	struct diags d = { 0 };
	clock_us start, loaded, asked;
	struct scope *s;
	unsigned right = 0;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		fprintf(f, "user%07u@mail%u.example.jp %s\n", i, i % 50, i % 3 == 0 ? "off" : "reject");
	fclose(f);
	start = clock_now();
	s = scope_load(&(struct scope_options){ .recipients = path, .fallback = CONSENT_OBSERVE }, &d);
	loaded = clock_now();
	assert_non_null(s);
	for (unsigned i = 0; i < 100000; i++) {
		char address[64];
		unsigned k = i * 7919u % MANY;

		snprintf(address, sizeof address, "user%07u@mail%u.example.jp", k, k % 50);
		right += ask(s, address) == (k % 3 == 0 ? CONSENT_OFF : CONSENT_REJECT);
	}
	asked = clock_now();
	unlink(path);
	assert_int_equal(right, 100000);
	print_message("a million recipients: %d ms to load, %d ns a look-up\n", (int)((loaded - start) / 1000),
	    (int)((asked - loaded) / 100));
	assert_true(loaded - start < 10 * 1000 * 1000); /* two seconds on an idle machine; not a test of the machine */
	scope_free(s);
	diags_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks),
		cmocka_unit_test(whole_internet),
		cmocka_unit_test(wrong_networks),
		cmocka_unit_test(exact_then_domain_then_default),
		cmocka_unit_test(spellings_of_one_mailbox),
		cmocka_unit_test(without_a_file),
		cmocka_unit_test(wrong_lines_all_at_once),
		cmocka_unit_test(same_line_twice_is_fine),
		cmocka_unit_test(a_million_in_two_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
