#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"

static void assert_text(const struct buf *b, const char *want)
{
	assert_int_equal(b->n, strlen(want));
	assert_memory_equal(b->n > 0 ? b->p : "", want, b->n);
}

static void test_append(void **state)
{
	struct buf b = BUF_HEAP;

	assert_null(b.p);
	assert_string_equal(buf_cstr(&b), "");
	buf_str(&b, "one");
	buf_byte(&b, ' ');
	buf_span(&b, span("two\0three", 9));
	buf_add(&b, NULL, 0);
	buf_printf(&b, " %d-%s", 4, "five");
	assert_int_equal(b.n, 20);
	assert_memory_equal(b.p, "one two\0three 4-five", 20);
	assert_int_equal(buf_cstr(&b)[20], '\0');
	assert_false(b.cut);
	assert_false(b.failed);
	buf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.n, 0);
	buf_free(&b); /* twice is fine */
}

static void test_many_appends(void **state)
{
	struct buf b = BUF_HEAP;

	for (unsigned i = 0; i < 100000; i++)
		buf_byte(&b, (char)(i * 7));
	assert_int_equal(b.n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (char)(i * 7));
	buf_free(&b);
}

static void test_long_printf(void **state)
{
	struct buf b = BUF_HEAP;
	char text[3001];

	memset(text, 'y', 3000);
	text[3000] = '\0';
	for (int n = 250; n < 260; n++) { /* around the size of the buffer on the stack */
		buf_clear(&b);
		buf_printf(&b, "%.*s", n, text);
		assert_int_equal(b.n, n);
		assert_memory_equal(b.p, text, n);
	}
	buf_clear(&b);
	buf_printf(&b, "<%s>", text);
	assert_int_equal(b.n, 3002);
	assert_memory_equal(b.p + 1, text, 3000);
	buf_free(&b);
}

static void test_limit_keeps_what_fits(void **state)
{
	struct buf b = { .limit = 10 };

	buf_str(&b, "0123456");
	assert_false(b.cut);
	buf_str(&b, "789ab");
	assert_text(&b, "0123456789");
	assert_true(b.cut);
	buf_str(&b, "x");
	buf_byte(&b, 'x');
	buf_printf(&b, "x");
	buf_utf8(&b, 'x');
	assert_text(&b, "0123456789");
	assert_false(b.failed);
	buf_free(&b);
	assert_int_equal(b.limit, 10);

	buf_str(&b, "0123456789"); /* exactly full is not cut */
	assert_false(b.cut);
	buf_add(&b, "x", 0);
	assert_false(b.cut);
	buf_byte(&b, 'x');
	assert_true(b.cut);
	assert_text(&b, "0123456789");
	buf_free(&b);
}

/* After a cut nothing goes in, even what would fit. */
static void test_cut_sticks(void **state)
{
	struct buf b = { .limit = 4 };

	buf_str(&b, "ab");
	buf_utf8(&b, 0x3042); /* three bytes: not at all */
	assert_true(b.cut);
	assert_text(&b, "ab");
	buf_byte(&b, 'c');
	buf_utf8(&b, 'c');
	assert_text(&b, "ab");
	buf_clear(&b);
	assert_false(b.cut);
	buf_utf8(&b, 0x3042);
	buf_byte(&b, 'c');
	assert_text(&b, "\xE3\x81\x82" "c");
	assert_false(b.cut);
	buf_free(&b);
}

static void test_utf8(void **state)
{
	struct buf b = BUF_HEAP;

	buf_utf8(&b, 0x24);
	buf_utf8(&b, 0xA2);
	buf_utf8(&b, 0x20AC);
	buf_utf8(&b, 0x10FFFF);
	assert_text(&b, "$\xC2\xA2\xE2\x82\xAC\xF4\x8F\xBF\xBF");
	for (const uint32_t *bad = (const uint32_t[]){ 0xD800, 0xDFFF, 0x110000, UINT32_MAX, 0 }; *bad != 0; bad++) {
		buf_clear(&b);
		buf_utf8(&b, *bad);
		assert_text(&b, "\xEF\xBF\xBD");
	}
	buf_clear(&b);
	buf_utf8(&b, 0);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.p[0], '\0');
	buf_free(&b);
}

static void test_reserve(void **state)
{
	struct buf b = BUF_HEAP;

	buf_str(&b, "ab");
	assert_true(buf_reserve(&b, 1000));
	memset(b.p + b.n, 'z', 1000);
	b.n += 1000;
	assert_int_equal(buf_cstr(&b)[1002], '\0');
	assert_memory_equal(b.p, "abzz", 4);
	assert_false(buf_reserve(&b, SIZE_MAX));
	assert_false(b.failed);
	buf_free(&b);

	b = (struct buf){ .limit = 8 };
	assert_true(buf_reserve(&b, 8));
	assert_false(buf_reserve(&b, 9));
	assert_false(b.failed || b.cut);
	buf_free(&b);
}

static void test_clear_keeps_memory(void **state)
{
	struct buf b = BUF_HEAP;
	char *p;

	buf_str(&b, "text");
	p = b.p;
	buf_clear(&b);
	assert_int_equal(b.n, 0);
	assert_string_equal(buf_cstr(&b), "");
	buf_str(&b, "more");
	assert_ptr_equal(b.p, p);
	assert_string_equal(buf_cstr(&b), "more");
	buf_free(&b);
}

static void test_in_an_arena(void **state)
{
	struct arena *a = arena_new(1u << 20);
	struct buf b = BUF_ARENA(a, 0), limited = BUF_ARENA(a, 3);

	for (int i = 0; i < 5000; i++) {
		buf_str(&b, "0123456789");
		arena_alloc(a, 1); /* others allocate in between */
	}
	assert_int_equal(b.n, 50000);
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(b.p[i], '0' + (char)(i % 10));
	buf_str(&limited, "abcd");
	assert_text(&limited, "abc");
	assert_true(limited.cut);
	buf_free(&b);
	assert_ptr_equal(b.arena, a);
	arena_free(a);
}

static void test_no_memory(void **state)
{
	struct arena *a = arena_new(4096);
	struct buf b = BUF_ARENA(a, 0);

	for (int i = 0; i < 1000; i++)
		buf_str(&b, "0123456789");
	assert_true(b.failed);
	assert_true(arena_failed(a));
	assert_true(b.n < 4096 && b.n % 10 == 0);
	assert_string_equal(buf_cstr(&b), "");
	assert_false(buf_reserve(&b, 1));
	b.arena = a;
	arena_reset(a); /* sticks in the buffer, whatever the arena has now */
	b.p = NULL, b.n = b.cap = 0;
	buf_str(&b, "x");
	assert_int_equal(b.n, 0);
	assert_true(b.failed);
	buf_clear(&b);
	buf_str(&b, "x");
	assert_text(&b, "x");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_many_appends),
		cmocka_unit_test(test_long_printf),
		cmocka_unit_test(test_limit_keeps_what_fits),
		cmocka_unit_test(test_cut_sticks),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_clear_keeps_memory),
		cmocka_unit_test(test_in_an_arena),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
