/* When a server that fails is tried again; what Redis holds as a record; the slots of a cluster. */
#include <config.h>

#include "reputation/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reputation/finder.h"

#define MS ((clock_us)1000)
#define S (1000 * MS)
#define START (1000 * S)

static void few_faults_leave_it_closed(void **state)
{
	struct breaker b = { 0 };

	(void)state;
	assert_true(breaker_due(&b, START) <= START);
	for (int i = 0; i < 100; i++) {
		breaker_fault(&b, START + i * 3 * S);
		assert_false(breaker_open(&b, START + i * 3 * S));
		assert_true(breaker_due(&b, START + i * 3 * S) - (START + i * 3 * S) <= 20 * MS);
	}
}

/* Five in ten seconds: then a second, twice as long each time, half a minute at most. */
static void it_opens_and_waits_longer(void **state)
{
	struct breaker b = { 0 };
	clock_us now = START, expected = 1 * S;

	(void)state;
	for (int i = 0; i < 4; i++)
		breaker_fault(&b, now);
	assert_false(breaker_open(&b, now));
	for (int i = 0; i < 12; i++) {
		clock_us wait;

		breaker_fault(&b, now);
		wait = breaker_due(&b, now) - now;
		assert_true(breaker_open(&b, now) && !breaker_open(&b, now + wait));
		assert_true(wait >= expected * 6 / 10 && wait <= expected * 95 / 100);
		now += wait;
		expected = 2 * expected < 30 * S ? 2 * expected : 30 * S;
	}
}

static void open_it(struct breaker *b, clock_us now)
{
	*b = (struct breaker){ 0 };
	for (int i = 0; i < 5; i++)
		breaker_fault(b, now);
}

static void probation(void **state)
{
	struct breaker b;
	clock_us up;

	(void)state;
	open_it(&b, START);
	up = breaker_due(&b, START);
	breaker_fault(&b, up + 3 * S); /* one fault soon after is enough */
	assert_true(breaker_due(&b, up + 3 * S) >= up + 3 * S + 1200 * MS);
	open_it(&b, START);
	up = breaker_due(&b, START);
	breaker_fault(&b, up + 11 * S); /* later it is one of five again */
	assert_false(breaker_open(&b, up + 11 * S));
}

static void hosts_do_not_come_back_together(void **state)
{
	struct breaker a, b;
	int apart = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		open_it(&a, START + i * 7919);
		open_it(&b, START + i * 104729 + 1);
		apart += breaker_due(&a, START) - i * 7919 != breaker_due(&b, START) - i * 104729 - 1;
	}
	assert_true(apart > 15);
}

static void records(void **state)
{
	static const char *const bad[] = { "", "1 2 3 4", "1 2 3 4 5 6", "nan 0 1 1 0", "-1 0 1 1 0", "1e99 0 1 1 0",
		"0 inf 1 1 0", "0 0 1 1 2", "0 0 1 1 1x", "0 0 1 1 0 " };
	struct record r;

	(void)state;
	assert_true(script_record(span_str("1.5 2.25 498000 4 3"), &r));
	assert_true(r.lure == 1.5 && r.clean == 2.25 && r.hour == 498000 && r.seen == 4 && r.lures == 3);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(script_record(span_str(bad[i]), &r));
	assert_false(script_record(span("0 0 1 1 0\0", 10), &r));
}

static void addresses_of_redirections(void **state)
{
	static const char *const bad[] = { "MOVED 1", "MOVED 1 nowhere", "MOVED 1 :6379", "MOVED 1 a:", "ERR 1 a:6379",
		"MOVED 1 a:63790000", "MOVED 1 a:6x" };
	struct op op = { .next = NULL };

	(void)state;
	assert_true(op_read_address(&op, span_str("MOVED 3999 192.0.2.1:6381")));
	assert_string_equal(op.elsewhere->host, "192.0.2.1");
	assert_int_equal(op.elsewhere->port, 6381);
	assert_true(op_read_address(&op, span_str("ASK 3999 2001:db8::1:6381")));
	assert_string_equal(op.elsewhere->host, "2001:db8::1");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(op_read_address(&op, span_str(bad[i])));
	free(op.elsewhere);
}

/* As the specification of Redis Cluster has it. */
static void slots(void **state)
{
	(void)state;
	assert_int_equal(finder_slot(span_str("123456789")), 0x31C3 % CLUSTER_SLOTS);
	assert_int_equal(finder_slot(span_str("foo")), 12182);
	assert_int_equal(finder_slot(span(NULL, 0)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_faults_leave_it_closed),
		cmocka_unit_test(it_opens_and_waits_longer),
		cmocka_unit_test(probation),
		cmocka_unit_test(hosts_do_not_come_back_together),
		cmocka_unit_test(records),
		cmocka_unit_test(addresses_of_redirections),
		cmocka_unit_test(slots),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
