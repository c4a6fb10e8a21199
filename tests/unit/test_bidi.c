/* Text behind an override, in the order in which it is shown. */
#include <config.h>

#include "extract/bidi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define RLO "\u202E"
#define PDF "\u202C"

static void turned_is(const char *text, const char *expected)
{
	char got[256];

	assert_true(bidi_overrides(span_str(text)));
	snprintf(got, sizeof got, "%s", text);
	bidi_turn(got, strlen(got));
	assert_string_equal(got, expected);
}

static void test_turned(void **state)
{
	(void)state;
	turned_is(RLO "すまげあを金お", RLO "お金をあげます");
	turned_is("お" RLO "aを金" PDF "あ𠮷é", "お" RLO "金をa" PDF "あ𠮷é");
	turned_is(RLO "é𠮷a1", RLO "1a𠮷é");
	turned_is(RLO "い\nうえ" RLO "お", RLO "い\nうえ" RLO "お");
	turned_is(RLO "いあ\nうえ\n" RLO "かお", RLO "あい\nうえ\n" RLO "おか");
	turned_is("x" RLO, "x" RLO);
	turned_is(RLO PDF "いあ", RLO PDF "いあ");
	turned_is(RLO "いあ" PDF RLO "えう", RLO "あい" PDF RLO "うえ");
}

static void test_untouched(void **state)
{
	(void)state;
	assert_false(bidi_overrides(span_str("")));
	assert_false(bidi_overrides(span_str("\u202Dお\u200F金" PDF)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turned),
		cmocka_unit_test(test_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
