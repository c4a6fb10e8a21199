#include <config.h>

#include <pthread.h>

#include "unit/set.h"

#include "score/examples.h"

#define MOON \
	HEAD("moon") \
	"signs:\n" \
	"  - {id: moon.claim, role: claim, points: 3, any: ['月のうさぎ']}\n" \
	"  - {id: moon.ask, role: ask, points: 3, any: ['おもちを送って']}\n"
#define MOON_CASES \
	"cases:\n" \
	"  - {body: 月のうさぎです。おもちを送ってください。, expect: moon}\n" \
	"  - {body: 月のうさぎのはなし, expect: none}\n"

static const char mail[] =
	"From: =?UTF-8?B?5pyI?= <usagi@moon.example>\n"
	"Subject: hello\n"
	"Content-Type: text/plain; charset=UTF-8\n"
	"\n"
	"月のうさぎです。\nおもちを送ってください。\n";

static void test_all_stages(void **state)
{
	const char *files[] = { MOON MOON_CASES, NULL };
	struct ruleset *set = set_good(files);
	struct inspect_options o = { .ruleset = set, .limits = LIMITS_DEFAULT, .score = { 50, 100, false } };
	struct slots *slots = slots_new(1, &o.limits);
	struct slot *slot = slot_take(slots, 0);
	struct arena *a = arena_new(1024 * 1024);
	struct inspection i;
	struct message m;
	uint64_t text = 0;

	(void)state;
	for (int again = 0; again < 3; again++) {
		arena_reset(a);
		message_parse(a, &o.limits, span_str(mail), &m);
		assert_int_equal(inspect(slot, &m, &o, &i), 0);
		assert_int_equal(i.verdict->kind, VERDICT_TAG);
		assert_int_equal(i.verdict->points, 60);
		assert_int_equal(i.verdict->standing.state, STANDING_OFF);
		assert_string_equal(i.charset, "utf-8");
		assert_true(i.text != 0);
		assert_true(again == 0 || i.text == text);
		assert_true(i.ms >= i.stage_ms[0] && i.stage_ms[2] >= 0);
		text = i.text;
		/* A reload may change the size of text that is read: the slot follows. */
		o.limits.text_bytes /= 2;
	}
	slot_give(slots, slot);
	slots_free(slots);
	arena_free(a);
	ruleset_release(set);
}

static void test_deadline_is_a_flaw(void **state)
{
	const char *files[] = { MOON MOON_CASES, NULL };
	struct ruleset *set = set_good(files);
	struct inspect_options o = { .ruleset = set, .limits = LIMITS_DEFAULT, .deadline = clock_now() - 1 };
	struct slots *slots = slots_new(1, &o.limits);
	struct slot *slot = slot_take(slots, 0);
	struct arena *a = arena_new(1024 * 1024);
	struct inspection i;
	struct message m;

	(void)state;
	message_parse(a, &o.limits, span_str(mail), &m);
	assert_int_equal(inspect(slot, &m, &o, &i), 0);
	assert_true(i.verdict->flaws & FLAW_BIT(TIME));
	slot_give(slots, slot);
	slots_free(slots);
	arena_free(a);
	ruleset_release(set);
}

static void test_slot_deadline(void **state)
{
	struct limits l = LIMITS_DEFAULT;
	struct slots *s = slots_new(2, &l);
	struct slot *a = slot_take(s, 0), *b = slot_take(s, clock_in_ms(10));
	clock_us start = clock_now();

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	assert_null(slot_take(s, clock_in_ms(50)));
	assert_true(clock_now() - start >= 50000);
	slot_give(s, a);
	assert_ptr_equal(slot_take(s, clock_in_ms(50)), a);
	slot_give(s, a);
	slot_give(s, b);
	slots_free(s);
}

/* Threads that stand in line, in the order in which they came. */
#define WAITING 8

struct queue {
	struct slots *slots;
	pthread_mutex_t lock;
	int served[WAITING], n;
};

struct visitor {
	struct queue *q;
	int number;
};

static void *visit(void *arg)
{
	struct visitor *v = arg;
	struct slot *slot = slot_take(v->q->slots, clock_in_ms(v->number == 3 ? 100 : 10000)); /* one gives up */

	if (slot == NULL)
		return NULL;
	pthread_mutex_lock(&v->q->lock);
	v->q->served[v->q->n++] = v->number;
	pthread_mutex_unlock(&v->q->lock);
	slot_give(v->q->slots, slot);
	return NULL;
}

static void test_slots_in_order(void **state)
{
	static const int order[] = { 0, 1, 2, 4, 5, 6, 7 };
	struct limits l = LIMITS_DEFAULT;
	struct queue q = { .slots = slots_new(1, &l), .lock = PTHREAD_MUTEX_INITIALIZER };
	struct slot *mine = slot_take(q.slots, 0);
	struct visitor visitors[WAITING];
	pthread_t threads[WAITING];

	(void)state;
	for (int i = 0; i < WAITING; i++) {
		visitors[i] = (struct visitor){ &q, i };
		assert_int_equal(pthread_create(&threads[i], NULL, visit, &visitors[i]), 0);
		usleep(20000); /* in line before the next */
	}
	usleep(100000);
	slot_give(q.slots, mine);
	for (int i = 0; i < WAITING; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(q.n, WAITING - 1);
	assert_memory_equal(q.served, order, sizeof order);
	slots_free(q.slots);
}

/* Many scans share one set, which its first owner gives away while they run. */
struct shared {
	struct slots *slots;
	struct ruleset *set;
};

static void *scan_often(void *arg)
{
	struct shared *s = arg;
	struct inspect_options o = { .ruleset = s->set, .limits = LIMITS_DEFAULT, .score = { 50, 100, false } };
	struct arena *a = arena_new(1024 * 1024);
	size_t tagged = 0;

	for (int n = 0; n < 30; n++) {
		struct slot *slot = slot_take(s->slots, 0);
		struct inspection i;
		struct message m;

		arena_reset(a);
		message_parse(a, &o.limits, span_str(mail), &m);
		tagged += inspect(slot, &m, &o, &i) == 0 && i.verdict->kind == VERDICT_TAG;
		slot_give(s->slots, slot);
	}
	arena_free(a);
	ruleset_release(s->set);
	return (void *)tagged;
}

static void test_shared_set(void **state)
{
	const char *files[] = { MOON MOON_CASES, NULL };
	struct limits l = LIMITS_DEFAULT;
	struct shared s = { slots_new(3, &l), set_good(files) };
	pthread_t threads[6];
	void *tagged;

	(void)state;
	for (int i = 0; i < 6; i++) {
		ruleset_hold(s.set);
		assert_int_equal(pthread_create(&threads[i], NULL, scan_often, &s), 0);
	}
	ruleset_release(s.set);
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], &tagged);
		assert_int_equal((size_t)tagged, 30);
	}
	slots_free(s.slots);
}

static void test_cases(void **state)
{
	const char *good[] = { MOON MOON_CASES, NULL };
	const char *bad[] = { MOON MOON_CASES
		"  - {body: 月のうさぎがおもちを送ってくれた, expect: none}\n" /* 12 */
		"  - {subject: 月のうさぎ, body: こんにちは, expect: tag}\n"   /* 13 */
		"rules:\n"
		"  - id: moon.r\n"
		"    title: T\n"
		"    points: 1\n"
		"    roles: [claim]\n"
		"    any: ['お団子']\n"
		"    match: [お団子です]\n"
		"    pass:\n"
		"      - 月のうさぎです。おもちを送ってください。\n", /* 22: passes its rule, but not the set */
		NULL };
	struct set s = set_load(true, good);

	(void)state;
	assert_non_null(s.ruleset);
	assert_true(examples_run(s.ruleset, &s.diags));
	set_free(&s);
	s = set_load(true, bad);
	assert_non_null(s.ruleset);
	assert_false(examples_run(s.ruleset, &s.diags));
	diags_sort(&s.diags);
	set_expect(&s, 'a', 12, 5, "must come out as none, but is tag with 6 points (moon 6)");
	set_expect(&s, 'a', 13, 5, "must come out as tag, but is none");
	set_expect(&s, 'a', 22, 9, "by the whole set this example must come out as none, but is tag");
	assert_int_equal(s.diags.errors, 3);
	set_free(&s);
}

static int tables(void **state)
{
	(void)state;
	return charset_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_stages),
		cmocka_unit_test(test_deadline_is_a_flaw),
		cmocka_unit_test(test_slot_deadline),
		cmocka_unit_test(test_slots_in_order),
		cmocka_unit_test(test_shared_set),
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, tables, NULL);
}
