#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "match/regex.h"

#ifndef PR_SET_MDWE /* kernel headers before 6.3 */
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1UL
#endif

/* Each test runs with JIT where it is, and with the interpreter. */
static const char *const engines[] = { "", "(*NO_JIT)" };

struct fixture {
	struct regex *regex;
	struct regex_scratch *scratch;
};

static struct fixture begin(int engine, const char *source)
{
	struct limits l = LIMITS_DEFAULT;
	char text[512], error[200] = "";
	struct fixture f = { .scratch = regex_scratch_new(&l) };

	snprintf(text, sizeof text, "%s%s", engines[engine], source);
	f.regex = regex_compile(span_str(text), error);
	assert_non_null(f.regex);
	assert_non_null(f.scratch);
	assert_string_equal(error, "");
	return f;
}

static void end(struct fixture *f)
{
	regex_free(f->regex);
	regex_scratch_free(f->scratch);
}

static void expect(const struct fixture *f, const char *text, size_t start, size_t limit, long from, long to)
{
	size_t a = 1000, b = 1000;
	enum regex_result r = regex_find(f->regex, f->scratch, span_str(text), start, limit, &a, &b);

	assert_int_equal(r, from < 0 ? REGEX_NONE : REGEX_HIT);
	assert_int_equal(a, from < 0 ? 1000 : from);
	assert_int_equal(b, from < 0 ? 1000 : to);
}

static void test_window(void **state)
{
	(void)state;
	for (int e = 0; e < 2; e++) {
		struct fixture f = begin(e, "お金.");
		const char *text = "あお金をお金がお金\n";

		expect(&f, text, 0, 27, 3, 12);
		expect(&f, text, 3, 3, 3, 12);   /* the limit itself is a start; text after it is seen */
		expect(&f, text, 0, 2, -1, 0);
		expect(&f, text, 4 + 2, 11, -1, 0);
		expect(&f, text, 6, 12, 12, 21);
		expect(&f, text, 15, 28, -1, 0); /* '.' is no line end */
		expect(&f, text, 5, 3, -1, 0);   /* a limit before the start */
		expect(&f, text, 29, 40, -1, 0); /* behind the end */
		expect(&f, "", 0, 0, -1, 0);
		end(&f);
	}
}

static void test_text_before_start(void **state)
{
	(void)state;
	for (int e = 0; e < 2; e++) {
		struct fixture f = begin(e, "(?<![0-9a-z])ab");

		expect(&f, "xab ab", 1, 6, 4, 6);
		expect(&f, "ab", 0, 0, 0, 2);
		end(&f);
		f = begin(e, "^ab");
		expect(&f, "abab", 0, 4, 0, 2);
		expect(&f, "abab", 2, 4, -1, 0);
		end(&f);
	}
}

static void test_empty_match(void **state)
{
	size_t from = 1, to = 1;

	(void)state;
	for (int e = 0; e < 2; e++) {
		struct fixture f = begin(e, "あ*");

		expect(&f, "いあ", 0, 6, 0, 0);
		expect(&f, "", 0, 0, 0, 0);
		assert_int_equal(regex_find(f.regex, f.scratch, span(NULL, 0), 0, 0, &from, &to), REGEX_HIT);
		end(&f);
	}
}

/* A pattern that explodes is cut short, whichever engine runs, and the scratch serves the next call. */
static void test_limits(void **state)
{
	char text[901];
	size_t from = 0, to = 0;

	(void)state;
	memset(text, 'a', 900);
	text[900] = '\0';
	for (int e = 0; e < 2; e++) {
		struct fixture f = begin(e, "(?:a+)+[bc]");

		assert_int_equal(regex_find(f.regex, f.scratch, span_str(text), 0, 900, &from, &to), REGEX_CUT_SHORT);
		expect(&f, "aab", 0, 3, 0, 3);
		end(&f);
		f = begin(e, "(?:a{0,64}a{0,64}a{0,64}){0,64}[bc]");
		assert_int_equal(regex_find(f.regex, f.scratch, span_str(text), 0, 900, &from, &to), REGEX_CUT_SHORT);
		end(&f);
	}
}

/* What an ordinary pattern needs is far below the limits. */
static void test_room(void **state)
{
	char text[4096] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(text, "無料の会員登録は、");
	strcat(text, "無料の登録を下さい");
	for (int e = 0; e < 2; e++) {
		struct fixture f = begin(e, "無料.{0,30}(?:登録|参加).{0,20}(?:下さい|ください)");
		size_t from, to, n = strlen(text);

		assert_int_equal(regex_find(f.regex, f.scratch, span_str(text), 0, n, &from, &to), REGEX_HIT);
		assert_int_equal(to, n);
		end(&f);
	}
}

static void test_errors(void **state)
{
	char error[200] = "";

	(void)state;
	assert_null(regex_compile(span_str("a(b"), error));
	assert_non_null(strstr(error, "(at byte 3 of the regex)"));
	assert_null(regex_compile(span_str("a\\C"), error));
	assert_null(regex_compile(span_str("a\xFF"), error));
	regex_free(NULL);
	regex_scratch_free(NULL);
}

/* A kernel that lets no page become executable (systemd's MemoryDenyWriteExecute) leaves the interpreter. */
static void test_without_jit(void **state)
{
	struct limits l = LIMITS_DEFAULT;
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct regex_scratch *scratch;
		struct regex *r;
		size_t from, to;
		char error[200];

		if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0)
			_exit(77); /* a kernel before 6.3 */
		r = regex_compile(span_str("b+c"), error);
		scratch = regex_scratch_new(&l);
		if (r == NULL || scratch == NULL || regex_has_jit())
			_exit(1);
		if (regex_find(r, scratch, span_str("abbc"), 0, 4, &from, &to) != REGEX_HIT)
			_exit(2);
		_exit(from == 1 && to == 4 ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_jit), /* first: what PCRE2 once mapped for code it keeps */
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_text_before_start),
		cmocka_unit_test(test_empty_match),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
