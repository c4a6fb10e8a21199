#include <config.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

static void check_quote(const char *value, size_t n, const char *want)
{
	struct buf b = BUF_HEAP;

	log_quote(&b, span(value, n));
	assert_string_equal(buf_cstr(&b), want);
	buf_free(&b);
}
#define QUOTE(value, want) check_quote(value, sizeof(value) - 1, want)

static void test_plain_values(void **state)
{
	QUOTE("user@mail.example", "user@mail.example");
	QUOTE("<a+b@[192.0.2.1]>;'!#$%&*/?^`{|}~", "<a+b@[192.0.2.1]>;'!#$%&*/?^`{|}~");
	QUOTE("0", "0");
}

static void test_hostile_values(void **state)
{
	QUOTE("", "\"\"");
	check_quote(NULL, 0, "\"\"");
	QUOTE("a b", "\"a b\"");
	QUOTE("a=b", "\"a=b\"");
	QUOTE("a,b", "\"a,b\"");
	QUOTE("a\"b", "\"a\\x22b\"");
	QUOTE("a\\b", "\"a\\x5Cb\"");
	QUOTE("x\nQUEUEID: verdict=none", "\"x\\x0AQUEUEID: verdict=none\"");
	QUOTE("\r\t\0\x1B[2J\x7F", "\"\\x0D\\x09\\x00\\x1B[2J\\x7F\"");
	QUOTE("\xE9\x87\x91", "\"\\xE9\\x87\\x91\"");
	QUOTE("\xC2\x9B\xFF", "\"\\xC2\\x9B\\xFF\"");
}

/* Every byte: printable ASCII comes out, one word, and quotes only around it. */
static void test_every_byte(void **state)
{
	for (int c = 0; c < 256; c++) {
		struct buf b = BUF_HEAP;
		char value[3] = { 'a', (char)c, 'z' };
		bool quoted;

		log_quote(&b, span(value, 3));
		quoted = b.p[0] == '"';
		assert_int_equal(b.p[b.n - 1] == '"', quoted);
		for (size_t i = 0; i < b.n; i++) {
			assert_in_range((unsigned char)b.p[i], ' ', '~');
			assert_true(quoted || strchr(" \"\\=,", b.p[i]) == NULL);
			assert_true(i == 0 || i == b.n - 1 || b.p[i] != '"');
		}
		buf_free(&b);
	}
}

static void test_long_values(void **state)
{
	char value[LOG_VALUE_MAX + 2], want[LOG_VALUE_MAX + 8];

	memset(value, 'x', sizeof value);
	memset(want, 'x', sizeof want);
	want[LOG_VALUE_MAX] = '\0';
	check_quote(value, LOG_VALUE_MAX, want);
	snprintf(want, sizeof want, "\"%.*s...\"", (int)LOG_VALUE_MAX, value);
	check_quote(value, LOG_VALUE_MAX + 1, want);
	value[LOG_VALUE_MAX] = '\n'; /* behind the cut: not there */
	check_quote(value, LOG_VALUE_MAX + 2, want);
}

/* What run() writes to standard error; good until the next call. */
static const char *standard_error(void (*run)(void))
{
	static char text[1 << 17];
	FILE *file = tmpfile();
	int old = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	run();
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(old);
	rewind(file);
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static void log_some(void)
{
	log_line(LOG_ERR, "e %d", 1);
	log_line(LOG_WARNING, "w %s", "two");
	log_line(LOG_INFO, "i");
	log_line(LOG_DEBUG, "d");
}

static void test_lines_and_levels(void **state)
{
	log_open("test-ident", false, LOG_INFO);
	assert_string_equal(standard_error(log_some), "test-ident: e 1\ntest-ident: w two\ntest-ident: i\n");
	log_level(LOG_ERR);
	assert_string_equal(standard_error(log_some), "test-ident: e 1\n");
	log_level(LOG_DEBUG);
	assert_string_equal(
	    standard_error(log_some), "test-ident: e 1\ntest-ident: w two\ntest-ident: i\ntest-ident: d\n");
}

static void log_long(void)
{
	log_line(LOG_INFO, "%05000d", 7);
}

static void test_a_long_line(void **state)
{
	const char *text;

	log_open("t", false, LOG_INFO);
	text = standard_error(log_long);
	assert_int_equal(strlen(text), 3 + 5000 + 1);
	assert_string_equal(text + 3 + 4999, "7\n");
}

static void *log_many(void *arg)
{
	for (int i = 0; i < 200; i++)
		log_line(LOG_INFO, "%s-%s-%s", (const char *)arg, (const char *)arg, (const char *)arg);
	return NULL;
}

static void log_in_threads(void)
{
	static const char *const words[] = { "aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd" };
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, log_many, (void *)words[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void test_threads_do_not_mix(void **state)
{
	struct span text;
	size_t lines = 0;

	log_open("t", false, LOG_INFO);
	text = span_str(standard_error(log_in_threads));
	while (text.n > 0) {
		size_t end = span_find(text, 0, span_str("\n"));

		assert_int_equal(end, 3 + 32);
		for (size_t i = 3; i < end; i++)
			assert_true(text.p[i] == text.p[3] || text.p[i] == '-');
		text = span_from(text, end + 1);
		lines++;
	}
	assert_int_equal(lines, 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_values),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_lines_and_levels),
		cmocka_unit_test(test_a_long_line),
		cmocka_unit_test(test_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
