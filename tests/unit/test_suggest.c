#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/suggest.h"

static const char *const names[] = { "points", "patterns", "reject_points", "tag_points", "mode", "user", "reject",
	"" };
#define NAMES (sizeof names / sizeof *names)

static const char *meant(const char *wrong)
{
	return suggest(span_str(wrong), names, NAMES);
}

static void test_nearest(void **state)
{
	assert_string_equal(meant("pionts"), "points"); /* neighbours swapped: one step */
	assert_string_equal(meant("point"), "points");
	assert_string_equal(meant("pointss"), "points");
	assert_string_equal(meant("paints"), "points");
	assert_string_equal(meant("reject-points"), "reject_points");
	assert_string_equal(meant("tagpoints"), "tag_points");
	assert_string_equal(meant("mdoe"), "mode");
	assert_string_equal(meant("points"), "points");
	assert_string_equal(meant("rejct"), "reject");
}

static void test_too_far(void **state)
{
	assert_null(meant("pxxxts"));      /* 3 of 6 */
	assert_null(meant("something"));
	assert_null(meant("x"));
	assert_null(meant(""));
	assert_null(suggest(span_str("points"), names, 0));
}

/* At most a third of the longer name's length: the border on both sides. */
static void test_a_third(void **state)
{
	static const char *const six[] = { "abcdef" }, *const five[] = { "abcde" };

	assert_string_equal(suggest(span_str("abcdXX"), six, 1), "abcdef");
	assert_null(suggest(span_str("abcXX"), five, 1));
	assert_null(suggest(span_str("abcXXX"), six, 1));
	assert_string_equal(suggest(span_str("abcd"), six, 1), "abcdef"); /* the longer of the two counts */
}

/* A swap is one step, and nothing moves over a swap: "ca" to "abc" are three steps. */
static void test_swap(void **state)
{
	static const char *const three[] = { "abc" }, *const nine[] = { "123456abc" };

	assert_null(suggest(span_str("ca"), three, 1));
	assert_string_equal(suggest(span_str("123456bac"), nine, 1), "123456abc");
	assert_string_equal(suggest(span_str("214356abc"), nine, 1), "123456abc");
	assert_null(suggest(span_str("2143abc65"), nine, 1));
}

static void test_long_names(void **state)
{
	char longest[SUGGEST_MAX + 2], wrong[SUGGEST_MAX + 2];
	const char *const one[] = { longest };

	memset(longest, 'a', sizeof longest);
	memset(wrong, 'a', sizeof wrong);
	wrong[3] = 'b';
	longest[SUGGEST_MAX] = '\0';
	assert_ptr_equal(suggest(span(wrong, SUGGEST_MAX), one, 1), longest);
	assert_null(suggest(span(wrong, SUGGEST_MAX + 1), one, 1));
	longest[SUGGEST_MAX] = 'a';
	longest[SUGGEST_MAX + 1] = '\0';
	assert_null(suggest(span(wrong, SUGGEST_MAX), one, 1));
}

/* The smallest distance wins, wherever it stands; of equals the first. */
static void test_smallest(void **state)
{
	static const char *const list[] = { "recipients", "recipient", "recipientx" };

	assert_string_equal(suggest(span_str("recipiens"), list, 3), "recipients");
	assert_string_equal(suggest(span_str("recipienx"), list, 3), "recipient");
	assert_string_equal(suggest(span_str("recipienty"), list, 3), "recipients");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_too_far),
		cmocka_unit_test(test_a_third),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_smallest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
