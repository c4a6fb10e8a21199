#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/unicode.h"

static void check_fold(uint32_t cp, const uint32_t *want, unsigned n)
{
	uint32_t out[UNICODE_IMAGE_MAX];

	assert_int_equal(unicode_nfkc_fold(cp, out), n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(out[i], want[i]);
}
#define FOLD(cp, ...) \
	check_fold(cp, (const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void test_fold(void **state)
{
	uint32_t out[UNICODE_IMAGE_MAX];

	FOLD('A', 'a');
	FOLD('a', 'a');
	FOLD('1', '1');
	FOLD(0xFF21, 'a');                    /* full-width A */
	FOLD(0xFF76, 0x30AB);                 /* half-width KA */
	FOLD(0x2460, '1');                    /* circled one */
	FOLD(0x3231, '(', 0x682A, ')');       /* parenthesised KABU */
	FOLD(0x3349, 0x30DF, 0x30EA);         /* square MIRI */
	FOLD(0x00DF, 's', 's');
	FOLD(0x0130, 'i', 0x0307);
	FOLD(0x30AC, 0x30AC);                 /* GA stays composed */
	FOLD(0x3042, 0x3042);
	FOLD(0x1D400, 'a');                   /* mathematical bold A */
	FOLD(0xFA11, 0xFA11);                 /* a unified ideograph among the compatibility ones */
	FOLD(0xF9DC, 0x9686);
	assert_int_equal(unicode_nfkc_fold(0x200B, out), 0);
	assert_int_equal(unicode_nfkc_fold(0x00AD, out), 0);
	assert_int_equal(unicode_nfkc_fold(0xFE0F, out), 0);
	assert_int_equal(unicode_nfkc_fold(0xFDFA, out), 18); /* the longest there is */
}

/* Of every code point: an image that fits and holds code points; folding it again changes nothing. */
static void test_fold_all(void **state)
{
	for (uint32_t cp = 0; cp < UNICODE_END; cp++) {
		uint32_t once[UNICODE_IMAGE_MAX], again[UNICODE_IMAGE_MAX];
		unsigned n;

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		n = unicode_nfkc_fold(cp, once);
		assert_in_range(n, 0, UNICODE_IMAGE_MAX);
		assert_true(n > 0 || unicode_ignorable(cp));
		for (unsigned i = 0; i < n; i++)
			assert_true(once[i] < UNICODE_END);
		if (n == 1) {
			assert_int_equal(unicode_nfkc_fold(once[0], again), 1);
			assert_int_equal(again[0], once[0]);
		}
	}
}

static void test_decompose_and_compose(void **state)
{
	uint32_t out[UNICODE_IMAGE_MAX];

	assert_int_equal(unicode_decompose(0x30AC, out), 2);
	assert_int_equal(out[0], 0x30AB);
	assert_int_equal(out[1], 0x3099);
	assert_int_equal(unicode_decompose(0x30AB, out), 1);
	assert_int_equal(unicode_decompose(0x1E69, out), 3); /* s with dot below and dot above */
	assert_int_equal(unicode_decompose(0xFF21, out), 1); /* canonical only */
	assert_int_equal(unicode_compose(0x30AB, 0x3099), 0x30AC);
	assert_int_equal(unicode_compose(0x30CF, 0x309A), 0x30D1);
	assert_int_equal(unicode_compose('e', 0x0301), 0x00E9);
	assert_int_equal(unicode_compose(0x3042, 0x3099), 0);
	assert_int_equal(unicode_compose('a', 'b'), 0);
	assert_int_equal(unicode_compose(0x0915, 0x093C), 0); /* excluded from composition */
	for (uint32_t cp = 0xAC00; cp < 0xAC00 + 600; cp++) { /* Hangul by arithmetic */
		unsigned n = unicode_decompose(cp, out);
		uint32_t c = unicode_compose(out[0], out[1]);

		assert_in_range(n, 2, 3);
		assert_int_equal(n == 3 ? unicode_compose(c, out[2]) : c, cp);
	}
}

static void test_class(void **state)
{
	static const struct {
		uint32_t cp;
		enum unicode_class want;
	} cases[] = {
		{ 'a', UNICODE_LETTER }, { 0x3042, UNICODE_LETTER }, { 0x6F22, UNICODE_LETTER },
		{ 0x30FC, UNICODE_LETTER }, { 0x3099, UNICODE_MARK }, { 0x0301, UNICODE_MARK },
		{ '7', UNICODE_NUMBER }, { 0x2460, UNICODE_NUMBER }, { 0x3002, UNICODE_PUNCT }, { '-', UNICODE_PUNCT },
		{ 0x300C, UNICODE_PUNCT }, { '+', UNICODE_SYMBOL }, { 0x2605, UNICODE_SYMBOL },
		{ 0x1F600, UNICODE_SYMBOL }, { ' ', UNICODE_BLANK }, { '\t', UNICODE_BLANK }, { '\n', UNICODE_BLANK },
		{ '\r', UNICODE_BLANK }, { 0x85, UNICODE_BLANK }, { 0x3000, UNICODE_BLANK }, { 0x2028, UNICODE_BLANK },
		{ 0, UNICODE_CONTROL }, { 0x1B, UNICODE_CONTROL }, { 0x7F, UNICODE_CONTROL },
		{ 0x9B, UNICODE_CONTROL }, { 0xE000, UNICODE_CONTROL }, { 0xD800, UNICODE_CONTROL },
		{ 0x10FFFF, UNICODE_CONTROL }, { 0x200B, UNICODE_FORMAT }, { 0x202E, UNICODE_FORMAT },
		{ 0xAD, UNICODE_FORMAT },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(unicode_class(cases[i].cp), cases[i].want);
	assert_string_equal(unicode_category(0x3042), "Lo");
	assert_string_equal(unicode_category('A'), "Lu");
	assert_string_equal(unicode_category(0x202E), "Cf");
	assert_string_equal(unicode_category(0x3099), "Mn");
}

static void test_ignorable(void **state)
{
	static const uint32_t yes[] = { 0xAD, 0x34F, 0x115F, 0x1160, 0x180B, 0x200B, 0x200D, 0x202A, 0x202E, 0x2060,
		0x2064, 0x206F, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xE0001, 0xE0020, 0xE0100 };
	static const uint32_t no[] = { ' ', 'a', 0xA0, 0x3000, 0x3042, 0x3099, 0x2028, 0xFFFD };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(unicode_ignorable(yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(unicode_ignorable(no[i]));
}

static void test_width(void **state)
{
	assert_int_equal(unicode_width('a'), 1);
	assert_int_equal(unicode_width(0xE9), 1);
	assert_int_equal(unicode_width(0xFF76), 1); /* half-width KA */
	assert_int_equal(unicode_width(0x30AB), 2);
	assert_int_equal(unicode_width(0x6F22), 2);
	assert_int_equal(unicode_width(0xFF21), 2);
	assert_int_equal(unicode_width(0x3000), 2);
	assert_int_equal(unicode_width(0x1F600), 2);
	assert_int_equal(unicode_width(0x0301), 0);
	assert_int_equal(unicode_width(0x3099), 0);
	assert_int_equal(unicode_columns("", 0), 0);
	assert_int_equal(unicode_columns("ab\tc", 4), 4);
	assert_int_equal(unicode_columns("お金 LINE", strlen("お金 LINE")), 9);
	assert_int_equal(unicode_columns("か\xE3\x82\x99", 6), 2);
}

static void test_scripts(void **state)
{
	static const uint32_t han[] = { 0x4E00, 0x9FFF, 0x3400, 0x20000, 0xF900, 0xFA11, 0x3005, 0x3006, 0x3007,
		0x2F00 };
	static const uint32_t hiragana[] = { 0x3041, 0x3042, 0x3093, 0x3096, 0x309D, 0x309E };
	static const uint32_t katakana[] = { 0x30A1, 0x30F3, 0x30FA, 0x30FC, 0x30FD, 0x31F0, 0xFF66, 0xFF76, 0xFF9D };

	for (size_t i = 0; i < sizeof han / sizeof *han; i++) {
		assert_true(unicode_is_han(han[i]));
		assert_false(unicode_is_hiragana(han[i]) || unicode_is_katakana(han[i]));
	}
	for (size_t i = 0; i < sizeof hiragana / sizeof *hiragana; i++) {
		assert_true(unicode_is_hiragana(hiragana[i]));
		assert_false(unicode_is_han(hiragana[i]) || unicode_is_katakana(hiragana[i]));
	}
	for (size_t i = 0; i < sizeof katakana / sizeof *katakana; i++) {
		assert_true(unicode_is_katakana(katakana[i]));
		assert_false(unicode_is_han(katakana[i]) || unicode_is_hiragana(katakana[i]));
	}
	for (const uint32_t *no = (const uint32_t[]){ 'a', '1', 0x3000, 0x3002, 0x30FB, 0xAC00, 0x3099, 0 }; *no != 0;
	     no++)
		assert_false(unicode_is_han(*no) || unicode_is_hiragana(*no) || unicode_is_katakana(*no));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_fold_all),
		cmocka_unit_test(test_decompose_and_compose),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_ignorable),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
