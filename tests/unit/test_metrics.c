#include <config.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/metrics.h"

/* All of it; good until the next call. */
static const char *written(void)
{
	static struct buf out;

	buf_clear(&out);
	metrics_write(&out);
	assert_false(out.failed);
	return buf_cstr(&out);
}

/* Whether the text has just this line. */
static bool has_line(const char *line)
{
	struct buf both = BUF_HEAP;
	bool has;

	buf_printf(&both, "\n%s\n", line);
	has = strstr(written(), buf_cstr(&both)) != NULL;
	buf_free(&both);
	return has;
}

static void test_counters(void **state)
{
	assert_int_equal(metric_get(METRIC_MESSAGES), 0);
	metric_add(METRIC_MESSAGES, 3);
	metric_add(METRIC_MESSAGES, 2);
	assert_int_equal(metric_get(METRIC_MESSAGES), 5);
	metric_add(METRIC_OPEN, 2);
	metric_add(METRIC_OPEN, -1);
	metric_set(METRIC_RELOAD_OK, 1);
	assert_true(has_line("# TYPE lure_milter_messages_total counter\nlure_milter_messages_total 5"));
	assert_true(has_line("# TYPE lure_milter_connections gauge\nlure_milter_connections 1"));
	assert_true(has_line("lure_milter_reload_ok 1"));
	assert_true(has_line("lure_milter_verdict_tag_total 0")); /* also those that never moved */
}

static void *count_many(void *arg)
{
	for (int i = 0; i < 20000; i++) {
		metric_add(METRIC_TAG, 1);
		metric_named(METRIC_BY_RULE_HITS, i % 2 ? "thread.a" : "thread.b");
		metric_time(1500);
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_many, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(metric_get(METRIC_TAG), 80000);
	assert_true(has_line("lure_milter_rule_hits_total{rule=\"thread.a\"} 40000"));
	assert_true(has_line("lure_milter_rule_hits_total{rule=\"thread.b\"} 40000"));
	assert_true(has_line("lure_milter_seconds_count 80000"));
	assert_true(has_line("lure_milter_seconds_sum 120000.000000"));
}

/* The value of the bucket `le`, of the text as it is now. */
static long bucket(const char *le)
{
	char name[64];
	const char *at;

	snprintf(name, sizeof name, "\nlure_milter_seconds_bucket{le=\"%s\"} ", le);
	at = strstr(written(), name);
	assert_non_null(at);
	return strtol(at + strlen(name), NULL, 10);
}

static void test_histogram(void **state)
{
	long small = bucket("0.0005"), one = bucket("0.001"), two = bucket("2"), all = bucket("+Inf");

	metric_time(0.5);  /* a bound belongs to its bucket */
	metric_time(0.51);
	metric_time(2000);
	metric_time(2000.1);
	assert_int_equal(bucket("0.0005"), small + 1);
	assert_int_equal(bucket("0.001"), one + 2); /* buckets hold what is below, too */
	assert_int_equal(bucket("2"), two + 3);
	assert_int_equal(bucket("+Inf"), all + 4);
	assert_true(has_line("# TYPE lure_milter_seconds histogram"));
}

static void test_named(void **state)
{
	char value[] = "quit-fee";

	metric_named(METRIC_BY_LURE_HITS, value);
	strcpy(value, "xxxx-fee"); /* it was copied */
	metric_named(METRIC_BY_LURE_HITS, "quit-fee");
	metric_named(METRIC_BY_RULE_HITS, "quit-fee");
	metric_named(METRIC_BY_LURE_HITS, "sure-profit");
	assert_true(has_line("lure_milter_lure_hits_total{lure=\"quit-fee\"} 2"));
	assert_true(has_line("lure_milter_lure_hits_total{lure=\"sure-profit\"} 1"));
	assert_true(has_line("lure_milter_rule_hits_total{rule=\"quit-fee\"} 1"));
	metric_named(METRIC_BY_RULE_HITS, "a\"b\\c\nd");
	assert_true(has_line("lure_milter_rule_hits_total{rule=\"a\\\"b\\\\c\\nd\"} 1"));
}

static void test_info(void **state)
{
	metric_info("0a1b2c3d4e5f", "origin/\"1\"");
	metric_info("112233445566", "origin/\"2\"");
	assert_true(has_line("# TYPE lure_milter_set_info gauge\n"
	    "lure_milter_set_info{set=\"112233445566\",version=\"origin/\\\"2\\\"\"} 1"));
	assert_null(strstr(written(), "0a1b2c3d4e5f"));
}

/* Each family of lines has its head once, before its samples, and ends each line. */
static void test_text_form(void **state)
{
	struct span text = span_str(written());
	struct buf family = BUF_HEAP, heads = BUF_HEAP;

	assert_int_equal(text.p[text.n - 1], '\n');
	while (text.n > 0) {
		size_t end = span_find(text, 0, span_str("\n"));
		struct span line = span(text.p, end);

		if (line.n > 7 && memcmp(line.p, "# TYPE ", 7) == 0) {
			line = span_from(line, 7);
			buf_clear(&family);
			buf_span(&family, span(line.p, span_find(line, 0, span_str(" "))));
			buf_byte(&family, ' ');
			assert_null(strstr(buf_cstr(&heads), buf_cstr(&family))); /* once */
			buf_span(&heads, buf_text(&family));
		} else if (line.p[0] != '#') {
			assert_true(line.n > family.n && memcmp(line.p, family.p, family.n - 1) == 0);
		} else {
			assert_memory_equal(line.p, "# HELP lure_milter_", 19);
		}
		text = span_from(text, end + 1);
	}
	buf_free(&family);
	buf_free(&heads);
}

static void test_names_are_bounded(void **state)
{
	char name[32];

	for (unsigned i = 0; i < METRICS_NAMED_MAX + 100; i++) {
		snprintf(name, sizeof name, "many.%06u", (i * 7919u) % 1000003u);
		metric_named(METRIC_BY_RULE_HITS, name);
	}
	size_t lines = 0;

	for (const char *p = written(); (p = strstr(p, "_hits_total{")) != NULL; p++)
		lines++;
	assert_int_equal(lines, METRICS_NAMED_MAX);
	assert_true(metric_get(METRIC_NAMES_DROPPED) >= 100);
	metric_named(METRIC_BY_LURE_HITS, "quit-fee"); /* those that are there go on */
	assert_true(has_line("lure_milter_lure_hits_total{lure=\"quit-fee\"} 3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_text_form),
		cmocka_unit_test(test_names_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
