#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "match/automaton.h"

struct found {
	size_t calls, stop_after;
	uint64_t sum; /* of all (literal, end), whatever their order */
	size_t last_end;
	uint32_t last;
};

static uint64_t mix(uint32_t literal, size_t end)
{
	uint64_t x = ((uint64_t)literal + 1) * 0x9E3779B97F4A7C15u ^ (end + 1) * 0xC2B2AE3D27D4EB4Fu;

	x ^= x >> 29;
	return x * 0xBF58476D1CE4E5B9u;
}

static bool count(void *arg, uint32_t literal, size_t end)
{
	struct found *f = arg;

	assert_true(end >= f->last_end);
	f->last_end = end;
	f->last = literal;
	f->calls++;
	f->sum += mix(literal, end);
	return f->calls != f->stop_after;
}

static struct found search(const struct span *v, size_t n, struct span text)
{
	struct automaton *m = automaton_build(v, n);
	struct found f = { 0 };

	assert_non_null(m);
	automaton_search(m, text, count, &f);
	automaton_free(m);
	return f;
}

static struct found naive(const struct span *v, size_t n, struct span text)
{
	struct found f = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; v[i].n > 0 && (at = span_find(text, at, v[i])) < text.n; at++) {
			f.calls++;
			f.sum += mix((uint32_t)i, at + v[i].n);
		}
	return f;
}

static void same(const struct span *v, size_t n, struct span text)
{
	struct found a = search(v, n, text), b = naive(v, n, text);

	assert_int_equal(a.calls, b.calls);
	assert_true(a.sum == b.sum);
}

static void test_classic(void **state)
{
	const struct span v[] = { span_str("he"), span_str("she"), span_str("his"), span_str("hers") };

	(void)state;
	assert_int_equal(search(v, 4, span_str("ushers")).calls, 3);
	same(v, 4, span_str("ushers and his sheep, hershehis"));
	assert_int_equal(search(v, 4, span_str("")).calls, 0);
	assert_int_equal(search(v, 4, span(NULL, 0)).calls, 0);
	assert_int_equal(search(v, 0, span_str("ushers")).calls, 0);
}

/* Equal ones each, an empty one never, one inside another, one that is the whole text, characters beyond the BMP. */
static void test_special_literals(void **state)
{
	const struct span v[] = { span_str("登録"), span_str(""), span_str("登録"), span_str("無料登録"), span_str("録"),
		span_str("\U00020BB7野"), span_str("\U00020BB7"), span_str("録\U0001F4B0"), span_str("a") };

	(void)state;
	assert_int_equal(search(v, 9, span_str("無料登録")).calls, 4);
	assert_int_equal(search(v, 9, span_str("\U00020BB7野\U00020BB8野")).calls, 2);
	same(v, 9, span_str("無料登録\U0001F4B0a登録録\U00020BB7野無料登"));
}

static void test_stop(void **state)
{
	const struct span v[] = { span_str("あい"), span_str("い") };
	struct automaton *m = automaton_build(v, 2);
	struct found f = { .stop_after = 3 };

	(void)state;
	automaton_search(m, span_str("あいあいあい"), count, &f);
	assert_int_equal(f.calls, 3);
	assert_int_equal(f.last_end, 12);
	automaton_free(m);
	automaton_free(NULL);
}

static uint64_t seed = 7;

static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 16) % n);
}

/* Characters of an alphabet of `letters`: the smaller, the more they overlap. */
static struct span random_text(struct arena *a, uint32_t letters, size_t n)
{
	static const uint32_t bases[] = { 'a', 0x3042, 0x4E00, 0x3B1, 0x20B9F };
	struct buf b = BUF_ARENA(a, 0);

	for (size_t i = 0; i < n; i++)
		buf_utf8(&b, bases[random_below(5) % (letters < 5 ? letters : 5)] + random_below(letters / 5 + 1));
	return buf_text(&b);
}

static void test_random(void **state)
{
	struct arena *a = arena_new((size_t)1 << 28);
	struct span v[60];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint32_t letters = 1 + random_below(30), n = 1 + random_below(60);

		arena_reset(a);
		for (size_t i = 0; i < n; i++)
			v[i] = random_text(a, letters, 1 + random_below(6));
		same(v, n, random_text(a, letters, random_below(400)));
	}
	arena_free(a);
}

/* Ten thousand literals: built in a moment, in little memory, and right. */
static void test_many(void **state)
{
	const size_t n = 10000;
	struct arena *a = arena_new((size_t)1 << 28);
	struct span *v = arena_array(a, n, sizeof *v), text;
	clock_us start;
	struct automaton *m;

	(void)state;
	for (size_t i = 0; i < n; i++)
		v[i] = random_text(a, 200, 2 + random_below(5));
	text = random_text(a, 200, 20000);
	start = clock_now();
	m = automaton_build(v, n);
	assert_non_null(m);
	assert_true(clock_now() - start < 2000000); /* takes some 10 ms */
	assert_true(automaton_bytes(m) < 8u << 20);
	automaton_free(m);
	same(v, n, text);
	arena_free(a);
}

/* Every state falls back through all the others: still linear. */
static void test_deep_failures(void **state)
{
	struct buf literal = BUF_HEAP, text = BUF_HEAP;
	struct span v[2];
	struct found f;

	(void)state;
	for (int i = 0; i < 4000; i++)
		buf_str(&literal, "あ");
	buf_str(&literal, "い");
	for (int i = 0; i < 100000; i++)
		buf_str(&text, i % 4000 == 3999 ? "う" : "あ");
	v[0] = buf_text(&literal);
	v[1] = span_str("ああう");
	f = search(v, 2, buf_text(&text));
	assert_int_equal(f.calls, 25);
	assert_int_equal(f.last, 1);
	buf_free(&literal);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classic),
		cmocka_unit_test(test_special_literals),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_deep_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
