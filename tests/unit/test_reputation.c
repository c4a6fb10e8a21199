/* The counts of senders, and who a sender is. */
#include <config.h>

#include "reputation/reputation.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "reputation/domain.h"
#include "reputation/identity.h"
#include "reputation/memory.h"

#define HOUR 500000u

static struct memory_key key_of(uint32_t n)
{
	struct memory_key k = { { 0 } };
	uint32_t spread = n * 2654435761u;

	memcpy(k.b, &spread, sizeof spread);
	memcpy(k.b + 4, &n, sizeof n);
	return k;
}

static struct counts at(const struct memory *m, uint32_t key, uint32_t hour)
{
	struct memory_key k = key_of(key);
	struct counts c = { -1, -1 };

	memory_get(m, &k, hour, &c);
	return c;
}

static void add(struct memory *m, uint32_t key, uint32_t hour, bool lure, uint64_t text)
{
	struct memory_key k = key_of(key);

	memory_add(m, &k, hour, lure, text);
}

#define assert_near(a, b) assert_true((a) > (b) - 0.001 && (a) < (b) + 0.001)

static void half_life_is_ten_days(void **state)
{
	struct memory *m = memory_new(100);

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		add(m, 1, HOUR, true, i);
	assert_near(at(m, 1, HOUR).lure, 4.0);
	assert_near(at(m, 1, HOUR + 240).lure, 2.0);
	assert_near(at(m, 1, HOUR + 480).lure, 1.0);
	assert_near(at(m, 1, HOUR + 2400).lure, 4.0 / 1024);
	assert_near(at(m, 1, UINT32_MAX).lure, 0.0);
	assert_near(at(m, 1, HOUR - 1000).lure, 4.0); /* a clock set back */
	/* Decay in steps is decay at once. */
	for (uint32_t h = HOUR + 1; h <= HOUR + 240; h++)
		add(m, 1, h, false, h);
	assert_near(at(m, 1, HOUR + 240).lure, 2.0);
	assert_int_equal(at(m, 2, HOUR).lure, -1);
	memory_free(m);
}

static void a_burst_is_capped_and_keeps_its_share(void **state)
{
	struct memory *m = memory_new(100);

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		add(m, 1, HOUR, i % 4 == 0, i);
	assert_near(at(m, 1, HOUR).lure, 2.0);
	assert_near(at(m, 1, HOUR).clean, 6.0);
	add(m, 1, HOUR + 1, true, 5000);
	assert_true(at(m, 1, HOUR + 1).lure > 2.9 && at(m, 1, HOUR + 1).lure < 3.0);
	memory_free(m);
}

static void one_text_counts_once_a_day(void **state)
{
	struct memory *m = memory_new(100);
	uint32_t day = HOUR - HOUR % 24;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		add(m, 1, day + i, true, 77);
	assert_near(at(m, 1, day).lure, 1.0);
	add(m, 2, day, true, 77);
	assert_near(at(m, 2, day).lure, 1.0);
	add(m, 1, day + 24, true, 77);
	assert_true(at(m, 1, day + 24).lure > 1.9);
	memory_free(m);
}

static void the_oldest_goes(void **state)
{
	struct memory *m = memory_new(1000);

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		add(m, i, HOUR, true, 1);
	add(m, 0, HOUR, true, 2); /* touched: the newest now */
	for (uint32_t i = 1000; i < 1500; i++)
		add(m, i, HOUR, true, 1);
	assert_int_equal(memory_count(m), 1000);
	assert_near(at(m, 0, HOUR).lure, 2.0);
	assert_int_equal(at(m, 1, HOUR).lure, -1);
	assert_int_equal(at(m, 500, HOUR).lure, -1);
	assert_near(at(m, 501, HOUR).lure, 1.0);
	assert_near(at(m, 1499, HOUR).lure, 1.0);
	for (uint32_t i = 0; i < 100000; i++)
		add(m, i * 31, HOUR + i / 100, i % 2 == 0, i);
	assert_int_equal(memory_count(m), 1000);
	memory_free(m);
}

static void bytes_and_back(void **state)
{
	struct memory *m = memory_new(1000), *back = memory_new(1000), *small = memory_new(16);
	struct buf bytes = BUF_HEAP;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		add(m, i, HOUR + i, i % 3 == 0, i);
	memory_write(m, &bytes);
	assert_true(memory_read(back, buf_text(&bytes), HOUR + 50));
	assert_int_equal(memory_count(back), 100);
	for (uint32_t i = 0; i < 50; i++)
		assert_true(at(back, i, HOUR + 500).clean == at(m, i, HOUR + 500).clean);
	/* A smaller table keeps the newest. */
	assert_true(memory_read(small, buf_text(&bytes), HOUR + 200));
	assert_int_equal(memory_count(small), 16);
	assert_int_equal(at(small, 83, HOUR).lure, -1);
	assert_true(at(small, 84, HOUR).lure >= 0);
	assert_false(memory_read(m, span(bytes.p, bytes.n - 1), HOUR));
	buf_free(&bytes);
	memory_free(m);
	memory_free(back);
	memory_free(small);
}

static void keys_can_go(void **state)
{
	struct memory *m = memory_new(1000);
	struct memory_key k;

	(void)state;
	for (uint32_t i = 0; i < 500; i++)
		add(m, i, HOUR, true, 1);
	for (uint32_t i = 0; i < 500; i += 2) {
		k = key_of(i);
		assert_true(memory_remove(m, &k));
		assert_false(memory_remove(m, &k));
	}
	assert_int_equal(memory_count(m), 250);
	for (uint32_t i = 0; i < 500; i++)
		assert_near(at(m, i, HOUR).lure, i % 2 == 0 ? -1.0 : 1.0);
	/* What is left goes in the order of its age. */
	for (uint32_t i = 500; i < 1350; i++)
		add(m, i, HOUR, true, 1);
	assert_int_equal(at(m, 199, HOUR).lure, -1);
	assert_near(at(m, 201, HOUR).lure, 1.0);
	k = key_of(201);
	memory_put(m, &k, &(struct record){ .lure = 3, .clean = 2, .hour = HOUR, .seen = 2, .lures = 1 });
	assert_near(at(m, 201, HOUR).lure, 4.0);
	assert_near(at(m, 201, HOUR).clean, 3.0);
	memory_free(m);
}

/* --- the store --- */

static const struct identity sender = { { "192.0.2.7", 9 }, { "shop.example", 12 } };
static const struct identity neighbour = { { "192.0.2.200", 11 }, { NULL, 0 } };

static struct standing ask(struct reputation *r, struct identity id)
{
	struct standing s = { 0 };

	reputation_collect(reputation_ask(r, &id), 0, &s);
	return s;
}

static void standing_grows_with_evidence(void **state)
{
	struct reputation *r = reputation_new(&(struct reputation_options){ .identities = 100 });
	struct standing s = ask(r, sender);
	char text[32];

	(void)state;
	assert_int_equal(s.state, STANDING_NEW);
	assert_int_equal(s.points, 0);
	standing_write(&s, text);
	assert_string_equal(text, "new");
	reputation_record(r, &sender, true, 1);
	s = ask(r, sender);
	assert_int_equal(s.state, STANDING_KNOWN);
	assert_int_equal(s.points, 0); /* the first message decides nothing */
	standing_write(&s, text);
	assert_string_equal(text, "0.18/1.0");
	for (unsigned i = 2; i < 1000; i++)
		reputation_record(r, &sender, true, i);
	s = ask(r, sender);
	assert_near(s.weight, REPUTATION_HOUR_CAP); /* nor does a burst */
	assert_true(s.points > 0 && s.points < REPUTATION_POINTS_MAX);
	/* The neighbour is known by the network alone, and by a quarter. */
	s = ask(r, neighbour);
	assert_int_equal(s.state, STANDING_KNOWN);
	assert_near(s.weight, REPUTATION_HOUR_CAP / 4.0);
	assert_int_equal(s.points, 0);
	s = ask(r, (struct identity){ span_str("2001:db8::1"), span(NULL, 0) });
	assert_int_equal(s.state, STANDING_NEW);
	s = ask(r, (struct identity){ span_str("not an address"), span(NULL, 0) });
	assert_int_equal(s.state, STANDING_OFF);
	reputation_free(r);
	reputation_free(NULL);
	reputation_abandon(NULL);
}

static void ipv6_by_64_and_48(void **state)
{
	struct reputation *r = reputation_new(&(struct reputation_options){ .identities = 100 });
	struct identity one = { span_str("2001:db8:1:2::1"), span(NULL, 0) };

	(void)state;
	reputation_record(r, &one, true, 1);
	assert_near(ask(r, (struct identity){ span_str("2001:db8:1:2:ffff::9"), span(NULL, 0) }).weight, 1.0);
	assert_near(ask(r, (struct identity){ span_str("2001:db8:1:3::1"), span(NULL, 0) }).weight, 0.25);
	assert_int_equal(ask(r, (struct identity){ span_str("2001:db8:2:2::1"), span(NULL, 0) }).state, STANDING_NEW);
	reputation_free(r);
}

static char folder[] = "/tmp/test_reputation.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct reputation *open_store(const char *key, struct diags *d)
{
	return reputation_new(&(struct reputation_options){
	    .identities = 100, .key = span_str(key), .file = in_folder("store"), .diags = d });
}

static bool exists(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

#define SITE_KEY "0123456789abcdef0123456789abcdef"

static void saved_and_read(void **state)
{
	struct diags d = { 0 };
	struct reputation *r = open_store(SITE_KEY, &d);
	struct stat st;

	(void)state;
	assert_int_equal(d.warnings, 0); /* no file is no fault */
	for (unsigned i = 0; i < 5; i++)
		reputation_record(r, &sender, true, i);
	assert_int_equal(reputation_save(r), 0);
	reputation_free(r);
	assert_int_equal(stat(in_folder("store"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(exists("store.new"));

	r = open_store(SITE_KEY, &d);
	assert_int_equal(d.warnings, 0);
	assert_near(ask(r, sender).weight, 5.0);
	assert_int_equal(reputation_save(r), 0);
	reputation_free(r);
	diags_free(&d);
}

/* No address and no domain stands in the file. */
static void keys_are_hashed(void **state)
{
	struct source src;

	(void)state;
	assert_int_equal(source_read(in_folder("store"), 1 << 20, &src), 0);
	assert_true(src.bytes.n > 100);
	assert_int_equal(span_find(src.bytes, 0, span_str("shop.example")), src.bytes.n);
	assert_int_equal(span_find(src.bytes, 0, span("\xC0\x00\x02\x07", 4)), src.bytes.n);
	source_free(&src);
}

static void write_store(struct span bytes)
{
	int fd = open(in_folder("store"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	close(fd);
}

static void assert_set_aside(const char *key)
{
	struct diags d = { 0 };
	struct reputation *r = open_store(key, &d);

	assert_int_equal(d.warnings, 1);
	assert_int_equal(ask(r, sender).state, STANDING_NEW);
	assert_true(exists("store.damaged"));
	assert_false(exists("store"));
	reputation_free(r);
	diags_free(&d);
}

static void damaged_or_foreign_is_set_aside(void **state)
{
	struct source src;

	(void)state;
	assert_int_equal(source_read(in_folder("store"), 1 << 20, &src), 0);
	for (size_t cut = 0; cut < src.bytes.n; cut += 37) {
		write_store(span(src.bytes.p, cut));
		assert_set_aside(SITE_KEY);
	}
	write_store(src.bytes);
	assert_set_aside("another key another key another key");
	((char *)src.bytes.p)[src.bytes.n / 2] ^= 1;
	write_store(src.bytes);
	assert_set_aside(SITE_KEY);
	source_free(&src);
}

static void saving_fails_and_says_so(void **state)
{
	struct reputation *r = reputation_new(&(struct reputation_options){
	    .identities = 16, .key = span_str(SITE_KEY), .file = "/nonexistent/folder/store" });

	(void)state;
	assert_non_null(r);
	assert_int_equal(reputation_save(r), -ENOENT);
	reputation_free(r);
}

static void site_key(void **state)
{
	struct diags d = { 0 };
	struct buf key = BUF_HEAP;
	int fd = open(in_folder("key"), O_WRONLY | O_CREAT, 0640);

	(void)state;
	assert_int_equal(write(fd, SITE_KEY, 31), 31);
	assert_false(reputation_key_read(in_folder("key"), &key, &d)); /* short */
	assert_int_equal(pwrite(fd, SITE_KEY, 32, 0), 32);
	assert_true(reputation_key_read(in_folder("key"), &key, &d));
	assert_int_equal(key.n, 32);
	buf_free(&key);
	fchmod(fd, 0644);
	assert_false(reputation_key_read(in_folder("key"), &key, &d)); /* for all eyes */
	assert_false(reputation_key_read(in_folder("none"), &key, &d));
	assert_int_equal(d.errors, 3);
	close(fd);
	buf_free(&key);
	diags_free(&d);
}

/* While the key is changed, what was known under the other one counts too; what is learnt goes to the new one. */
static void two_keys(void **state)
{
	static const char second[] = "fedcba9876543210fedcba9876543210";
	struct reputation_options o = { .identities = 100, .key = span_str(SITE_KEY), .file = in_folder("store") };
	struct reputation *r = reputation_new(&o);
	struct diags d = { 0 };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		reputation_record(r, &sender, true, i);
	assert_int_equal(reputation_save(r), 0);
	reputation_free(r);
	o = (struct reputation_options){ .identities = 100, .key = span_str(second), .other_key = span_str(SITE_KEY),
		.file = in_folder("store"), .diags = &d };
	r = reputation_new(&o);
	assert_int_equal(d.warnings, 0);
	assert_near(ask(r, sender).weight, 4.0);
	reputation_record(r, &sender, true, 9);
	assert_near(ask(r, sender).weight, 5.0);
	assert_int_equal(reputation_save(r), 0);
	reputation_free(r);
	o.key = span_str(second);
	o.other_key = span(NULL, 0);
	r = reputation_new(&o);
	assert_int_equal(d.warnings, 0);
	assert_near(ask(r, sender).weight, 1.0);
	reputation_free(r);
	diags_free(&d);
}

static void collect_entry(void *v, const struct reputation_entry *e)
{
	struct reputation_entry *at = v;

	while (at->name[0] != '\0')
		at++;
	*at = *e;
}

static void shown_forgotten_and_put_back(void **state)
{
	struct reputation *r = reputation_new(&(struct reputation_options){ .identities = 100 });
	struct reputation_entry seen[8] = { 0 }, all[8] = { 0 };
	struct standing s;

	(void)state;
	for (unsigned i = 0; i < 12; i++)
		reputation_record(r, &sender, i % 3 == 0, i);
	assert_int_equal(reputation_show(r, &sender, collect_entry, seen, &s), 0);
	assert_string_equal(seen[0].kind, "domain");
	assert_string_equal(seen[1].kind, "address");
	assert_string_equal(seen[2].kind, "network");
	assert_string_equal(seen[3].name, "");
	assert_near(s.weight, 8.0);
	assert_near(seen[0].lure, 8.0 / 3);
	assert_int_equal(reputation_each(r, collect_entry, all), 0);
	assert_string_equal(all[3].name, "");
	assert_int_equal(reputation_forget(r, &sender), 3);
	assert_int_equal(reputation_forget(r, &sender), 0);
	assert_int_equal(ask(r, sender).state, STANDING_NEW);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(reputation_put(r, &seen[i]), 0);
	assert_near(ask(r, sender).weight, 8.0);
	seen[0].old_lure = -1;
	assert_int_equal(reputation_put(r, &seen[0]), -EINVAL);
	strcpy(seen[1].name, "no key");
	assert_int_equal(reputation_put(r, &seen[1]), -EINVAL);
	reputation_free(r);
}

static void domains_that_were_registered(void **state)
{
	(void)state;
	assert_true(span_is(domain_organisational(span_str("shop.example")), "shop.example"));
#ifdef HAVE_LIBPSL
	assert_true(span_is(domain_organisational(span_str("mail.shop.co.jp")), "shop.co.jp"));
	assert_true(span_is(domain_organisational(span_str("a.b.shop.example")), "shop.example"));
#endif
	assert_true(span_is(domain_organisational(span_str("co.jp")), "co.jp"));
	assert_int_equal(domain_organisational(span(NULL, 0)).n, 0);
}

/* --- identity --- */

static const char *const local_shared[] = { "news.example" };

static struct identity find(const char *const (*headers)[2], bool trust, char domain[IDENTITY_DOMAIN_MAX])
{
	struct identity_options o = {
		.authserv_id = span_str("mx.example.jp"), .trust = trust, .shared = local_shared, .nshared = 1
	};
	struct message m = { .client_address = span_str("192.0.2.1"), .queue_id = span_str("4Fx1Qz") };
	struct header v[8];
	struct identity id;

	for (; headers[m.nheaders][0] != NULL; m.nheaders++)
		v[m.nheaders] = (struct header){ span_str(headers[m.nheaders][0]), span_str(headers[m.nheaders][1]) };
	m.headers = v;
	identity_find(&m, &o, domain, &id);
	return id;
}

#define AR "Authentication-Results"
#define HEADERS(...) ((const char *const[][2]){ __VA_ARGS__, { NULL, NULL } })

static void assert_domain(const char *const (*headers)[2], bool trust, const char *expected)
{
	char domain[IDENTITY_DOMAIN_MAX] = "";
	struct identity id = find(headers, trust, domain);

	if (!span_is(id.domain, expected))
		fail_msg("domain is '%.*s', expected '%s'", SPAN_ARG(id.domain), expected);
}

static void only_our_own_results_count(void **state)
{
	const char *own = "mx.example.jp/4Fx1Qz; dkim=pass (2048-bit) header.d=Shop.Example header.i=@shop.example",
	    *plain = "mx.example.jp; dkim=pass header.d=shop.example";

	(void)state;
	assert_domain(HEADERS({ AR, own }), false, "shop.example");
	assert_domain(HEADERS({ "Received", "x" }, { "authentication-results", own }), false, "shop.example");
	assert_domain(HEADERS({ AR, "mx.example.jp/4Fx1Qy; dkim=pass header.d=shop.example" }), false, "");
	assert_domain(HEADERS({ AR, "mx.example.jp.evil/4Fx1Qz; dkim=pass header.d=shop.example" }), false, "");
	assert_domain(HEADERS({ AR, "other.example/4Fx1Qz; dkim=pass header.d=shop.example" }), true, "");
	assert_domain(HEADERS({ AR, plain }), false, "");
	assert_domain(HEADERS({ AR, plain }), true, "shop.example");
	assert_domain(
	    HEADERS({ AR, "(our) \"MX.example.jp\" 1 ; dkim=pass header.d=shop.example" }), true, "shop.example");
	assert_domain(HEADERS({ "Received", "x" }, { AR, plain }), true, "");
	assert_domain(HEADERS({ "X-" AR, plain }), true, "");
}

static void what_results_say(void **state)
{
	static const struct {
		const char *results, *domain;
	} cases[] = {
		{ "dkim=fail header.d=shop.example", "" },
		{ "dkim=pass header.i=news@shop.example", "shop.example" },
		{ "dkim = pass (good; really) header.d = shop.example", "shop.example" },
		{ "dkim/1=pass reason=\"a; dkim=pass header.d=evil.example\" header.d=shop.example", "shop.example" },
		{ "spf=pass smtp.mailfrom=bounce@post.example", "post.example" },
		{ "spf=pass smtp.mailfrom=post.example", "post.example" },
		{ "spf=pass smtp.mailfrom=bounce@post.example; dkim=pass header.d=shop.example", "shop.example" },
		{ "dkim=pass header.d=shop.example; spf=pass smtp.mailfrom=bounce@post.example", "shop.example" },
		{ "dkim=pass header.d=one.example; dkim=pass header.d=two.example", "one.example" },
		{ "dkim=fail header.d=one.example; dkim=pass header.d=two.example", "two.example" },
		{ "spf=softfail smtp.mailfrom=a@post.example", "" },
		{ "dmarc=pass header.from=shop.example", "" },
		{ "dkim=pass header.d=localhost", "" },
		{ "dkim=pass header.d=\"bad domain.example\"", "" },
		{ "dkim=pass header.d=\xE4\xBE\x8B.example", "" },
		{ "dkim=pass", "" },
		{ "none", "" },
		{ "", "" },
		{ ";;;==;=", "" },
		{ "dkim=pass (unclosed header.d=shop.example", "" },
		{ "dkim=pass \"header.d=shop.example", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char value[256];

		snprintf(value, sizeof value, "mx.example.jp/4Fx1Qz;\r\n\t%s", cases[i].results);
		assert_domain(HEADERS({ AR, value }), false, cases[i].domain);
	}
}

static void shared_senders_have_no_standing(void **state)
{
	char domain[IDENTITY_DOMAIN_MAX];
	struct identity id;

	(void)state;
	id = find(HEADERS({ AR, "mx.example.jp/4Fx1Qz; dkim=pass header.d=gmail.com" }), false, domain);
	assert_int_equal(id.domain.n, 0);
	assert_int_equal(id.address.n, 0);
	id = find(HEADERS({ AR, "mx.example.jp/4Fx1Qz; dkim=pass header.d=a.news.example" }), false, domain);
	assert_int_equal(id.domain.n + id.address.n, 0);
	id = find(HEADERS({ AR, "mx.example.jp/4Fx1Qz; dkim=pass header.d=notgmail.com" }), false, domain);
	assert_true(span_is(id.domain, "notgmail.com"));
	assert_true(span_is(id.address, "192.0.2.1"));
	id = find(HEADERS({ "Subject", "x" }), false, domain);
	assert_true(span_is(id.address, "192.0.2.1"));
	id = find(
	    HEADERS({ AR, "mx.example.jp/4Fx1Qz; dkim=pass header.d=docomo.ne.jp; dkim=pass header.d=club.example" }),
	    false, domain);
	assert_true(span_is(id.domain, "club.example"));
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
	static const char *const names[] = { "store", "store.damaged", "key" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(in_folder(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_life_is_ten_days),
		cmocka_unit_test(a_burst_is_capped_and_keeps_its_share),
		cmocka_unit_test(one_text_counts_once_a_day),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(bytes_and_back),
		cmocka_unit_test(keys_can_go),
		cmocka_unit_test(standing_grows_with_evidence),
		cmocka_unit_test(ipv6_by_64_and_48),
		cmocka_unit_test(saved_and_read),
		cmocka_unit_test(keys_are_hashed),
		cmocka_unit_test(damaged_or_foreign_is_set_aside),
		cmocka_unit_test(saving_fails_and_says_so),
		cmocka_unit_test(site_key),
		cmocka_unit_test(two_keys),
		cmocka_unit_test(shown_forgotten_and_put_back),
		cmocka_unit_test(domains_that_were_registered),
		cmocka_unit_test(only_our_own_results_count),
		cmocka_unit_test(what_results_say),
		cmocka_unit_test(shared_senders_have_no_standing),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
