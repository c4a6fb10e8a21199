#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void test_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 15, 16, 17, 100, 4096, 65536, 70000, 3, 1 << 20, 9 };
	struct arena *a = arena_new(16u << 20);

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			char *p = arena_alloc(a, sizes[i]);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			assert_true(all_zero(p, sizes[i]));
			memset(p, 0xA5, sizes[i]); /* the next round must not see it */
		}
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
	arena_free(a);
}

static void test_pieces_do_not_overlap(void **state)
{
	struct arena *a = arena_new(16u << 20);
	unsigned char *p[500];

	for (unsigned i = 0; i < 500; i++) {
		p[i] = arena_alloc(a, i);
		assert_non_null(p[i]);
		memset(p[i], (int)(i & 0xFF), i);
	}
	for (unsigned i = 0; i < 500; i++)
		for (unsigned k = 0; k < i; k++)
			assert_int_equal(p[i][k], i & 0xFF);
	arena_free(a);
}

static void test_nothing_wanted(void **state)
{
	struct arena *a = arena_new(1024);

	assert_non_null(arena_alloc(a, 0));
	assert_non_null(arena_array(a, 0, 8));
	assert_non_null(arena_array(a, 8, 0));
	assert_false(arena_failed(a));
	arena_free(a);
	arena_free(NULL);
}

static void test_cap(void **state)
{
	struct arena *a = arena_new(4096);

	assert_non_null(arena_alloc(a, 4096));
	assert_true(arena_used(a) <= 4096);
	assert_null(arena_alloc(a, 1));
	assert_true(arena_failed(a));
	arena_free(a);

	a = arena_new(4096);
	assert_null(arena_alloc(a, 4097));
	assert_true(arena_failed(a));
	assert_int_equal(arena_used(a), 0);
	arena_free(a);

	a = arena_new(4096);
	for (size_t given = 0; arena_alloc(a, 100) != NULL; given += 100)
		assert_true(given + 100 <= 4096);
	assert_true(arena_used(a) <= 4096);
	arena_free(a);
}

static void test_failure_sticks(void **state)
{
	struct arena *a = arena_new(4096);
	char *p = arena_alloc(a, 64);

	assert_null(arena_alloc(a, 5000));
	assert_null(arena_alloc(a, 1));
	assert_null(arena_alloc(a, 0));
	assert_null(arena_array(a, 1, 1));
	assert_null(arena_grow(a, p, 64, 128));
	assert_null(arena_grow(a, p, 64, 32));
	assert_null(arena_grow(a, NULL, 0, 1));
	assert_null(arena_copy(a, span_str("x")).p);
	assert_true(arena_failed(a));
	arena_reset(a);
	assert_false(arena_failed(a));
	assert_non_null(arena_alloc(a, 4096));
	arena_free(a);
}

static void test_overflow(void **state)
{
	struct arena *a = arena_new(SIZE_MAX);
	char *p;

	assert_null(arena_array(a, SIZE_MAX / 2, 3));
	assert_true(arena_failed(a));
	arena_reset(a);
	assert_null(arena_array(a, SIZE_MAX / 16 + 1, 16));
	arena_reset(a);
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_true(arena_failed(a));
	arena_reset(a);
	p = arena_alloc(a, 8);
	assert_null(arena_grow(a, p, 8, SIZE_MAX));
	assert_true(arena_failed(a));
	arena_reset(a);
	assert_null(arena_copy(a, span("", SIZE_MAX)).p);
	assert_true(arena_failed(a));
	arena_free(a);
}

static void test_grow_keeps_content(void **state)
{
	struct arena *a = arena_new(16u << 20);
	char *p = NULL, *other;
	size_t n = 0;

	for (size_t want = 1; want < 300000; want = want * 3 / 2 + 1) {
		p = arena_grow(a, p, n, want);
		assert_non_null(p);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], (char)(i * 31));
		for (; n < want; n++)
			p[n] = (char)(n * 31);
	}
	/* Not the newest piece any more: what follows stays untouched. */
	other = arena_alloc(a, 100);
	p = arena_grow(a, p, n, n + 1000);
	assert_non_null(p);
	memset(p + n, 0x77, 1000);
	assert_true(all_zero(other, 100));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], (char)(i * 31));
	arena_free(a);
}

static void test_grow_to_less(void **state)
{
	struct arena *a = arena_new(4096);
	char *p = arena_alloc(a, 100), *q;

	memset(p, 'x', 100);
	q = arena_grow(a, p, 100, 10);
	assert_non_null(q);
	for (int i = 0; i < 10; i++)
		assert_int_equal(q[i], 'x');
	arena_free(a);
}

#ifndef ARENA_DEBUG
static void test_grow_in_place(void **state)
{
	struct arena *a = arena_new(1u << 20);
	char *p = arena_alloc(a, 100), *q;
	size_t used;

	assert_ptr_equal(arena_grow(a, p, 100, 5000), p);
	used = arena_used(a);
	assert_true(used >= 5000 && used < 5000 + 32);
	arena_alloc(a, 1);
	q = arena_grow(a, p, 5000, 5001 + 16); /* no longer the newest: a copy, and the old piece stays spent */
	assert_ptr_not_equal(q, p);
	assert_true(arena_used(a) >= used + 5001);
	arena_free(a);
}

/* A growing piece pays for its growth only, as long as it is the newest. */
static void test_grow_counts_once(void **state)
{
	struct arena *a = arena_new(10000);
	char *p = NULL;
	size_t n = 0;

	while (n < 9000) {
		p = arena_grow(a, p, n, n + 500);
		assert_non_null(p);
		n += 500;
	}
	assert_null(arena_grow(a, p, n, 10001));
	assert_true(arena_failed(a));
	arena_free(a);
}

static void test_reset_keeps_a_block(void **state)
{
	struct arena *a = arena_new(1u << 20);
	void *first = arena_alloc(a, 10);

	arena_alloc(a, 500000);
	arena_reset(a);
	assert_ptr_equal(arena_alloc(a, 10), first);
	arena_free(a);
}
#endif

static void test_copy(void **state)
{
	struct arena *a = arena_new(4096);
	char text[] = "a\0b";
	struct span copy = arena_copy(a, span(text, 3)), none;

	text[0] = 'z';
	assert_int_equal(copy.n, 3);
	assert_memory_equal(copy.p, "a\0b", 4); /* with the NUL behind it */
	none = arena_copy(a, span(NULL, 0));
	assert_int_equal(none.n, 0);
	assert_string_equal(none.p, "");
	arena_alloc(a, 5000);
	copy = arena_copy(a, span_str("x"));
	assert_null(copy.p);
	assert_int_equal(copy.n, 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_pieces_do_not_overlap),
		cmocka_unit_test(test_nothing_wanted),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_failure_sticks),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_grow_keeps_content),
		cmocka_unit_test(test_grow_to_less),
#ifndef ARENA_DEBUG
		cmocka_unit_test(test_grow_in_place),
		cmocka_unit_test(test_grow_counts_once),
		cmocka_unit_test(test_reset_keeps_a_block),
#endif
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
