/*
 * The model of a standing over weeks: what senders of several kinds come to, as a table, and what holds of every one.
 * One key a sender, so that the counts are the model's alone; the mean over keys is in test_reputation.c.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "reputation/memory.h"

#define START 480000u /* an hour of 2024 */
#define DAY 24u

static struct memory *table;
static struct memory_key key;
static uint64_t text;
static double highest_move; /* of the share within one hour, over all senders */

static struct standing look(uint32_t hour)
{
	struct counts c = { 0, 0 };
	struct standing s = { .state = STANDING_NEW };

	if (memory_get(table, &key, hour, &c))
		s.state = STANDING_KNOWN;
	model_judge(&c, &s);
	assert_true(s.share > 0 && s.share < 1);
	assert_true(s.points >= 0 && s.points <= REPUTATION_POINTS_MAX);
	assert_true(c.lure >= 0 && c.clean >= 0);
	return s;
}

/* `lures` and `clean` messages of different texts in one hour, the lures first where the number is even. */
static void hour_of(uint32_t hour, unsigned lures, unsigned clean)
{
	double before = look(hour).share, after;

	for (unsigned i = 0; i < lures + clean; i++)
		memory_add(table, &key, hour, hour % 2 == 0 ? i < lures : i >= clean, ++text);
	after = look(hour).share;
	if (after - before > highest_move)
		highest_move = after - before;
	if (before - after > highest_move)
		highest_move = before - after;
}

static void begin(void)
{
	memory_free(table);
	table = memory_new(16);
	assert_non_null(table);
	text = 0;
}

static void row(const char *sender, const char *when, uint32_t hour)
{
	struct standing s = look(hour);

	printf("    %-34s %-18s %5.2f %8.1f %6d.%d\n", sender, when, s.share, s.weight, s.points / 10, s.points % 10);
}

static void bursts(void **state)
{
	struct standing s;

	(void)state;
	begin();
	hour_of(START, 10000, 0);
	row("burst of 10,000 lures", "that hour", START);
	s = look(START);
	assert_true(s.share <= (REPUTATION_HOUR_CAP + REPUTATION_PRIOR_LURE) /
	    (REPUTATION_HOUR_CAP + REPUTATION_PRIOR_LURE + REPUTATION_PRIOR_CLEAN) + 1e-9);
	assert_true(s.points < REPUTATION_POINTS_MAX);
	row("burst of 10,000 lures", "10 days later", START + 10 * DAY);
	row("burst of 10,000 lures", "40 days later", START + 40 * DAY);
	assert_int_equal(look(START + 40 * DAY).points, 0);

	/* A burst of clean mail buys a bad sender one hour's weight, not more. */
	begin();
	for (uint32_t h = 0; h < 5 * DAY; h++)
		hour_of(START + h, 2, 0);
	s = look(START + 5 * DAY);
	row("lures, then 10,000 clean", "before", START + 5 * DAY);
	hour_of(START + 5 * DAY, 0, 10000);
	row("lures, then 10,000 clean", "after", START + 5 * DAY);
	assert_int_equal(s.points, REPUTATION_POINTS_MAX);
	assert_int_equal(look(START + 5 * DAY).points, REPUTATION_POINTS_MAX);
}

/* One first message is soon outweighed, whichever way it points. */
static void first_messages(void **state)
{
	double with, without;

	(void)state;
	begin();
	hour_of(START, 0, 1);
	for (uint32_t h = 1; h <= 300; h++)
		hour_of(START + h, 1, 0);
	with = look(START + 300).share;
	row("one clean, then 300 lures", "after 300 hours", START + 300);
	begin();
	for (uint32_t h = 1; h <= 300; h++)
		hour_of(START + h, 1, 0);
	without = look(START + 300).share;
	assert_true(without - with >= 0 && without - with < 0.01);
	assert_int_equal(look(START + 300).points, REPUTATION_POINTS_MAX);

	begin();
	hour_of(START, 1, 0);
	assert_int_equal(look(START).points, 0);
	row("one lure, then 300 clean", "at once", START);
	for (uint32_t h = 1; h <= 300; h++)
		hour_of(START + h, 0, 1);
	with = look(START + 300).share;
	row("one lure, then 300 clean", "after 300 hours", START + 300);
	begin();
	for (uint32_t h = 1; h <= 300; h++)
		hour_of(START + h, 0, 1);
	without = look(START + 300).share;
	assert_true(with - without >= 0 && with - without < 0.01);
}

/* A lure a day among clean mail, and lures alone at that pace. */
static void slow_drips(void **state)
{
	(void)state;
	begin();
	for (uint32_t d = 0; d < 60; d++) {
		hour_of(START + d * DAY, 1, 0);
		hour_of(START + d * DAY + 12, 0, 8);
	}
	row("a lure and eight clean a day", "after 60 days", START + 60 * DAY);
	assert_int_equal(look(START + 60 * DAY).points, 0);
	begin();
	for (uint32_t d = 0; d < 60; d++)
		hour_of(START + d * DAY, 1, 0);
	row("a lure a day, nothing else", "after 60 days", START + 60 * DAY);
	assert_true(look(START + 60 * DAY).points > 0);
	assert_true(look(START + 60 * DAY).weight < 16); /* 1 / (1 - 2^(-1/10)) at most */
}

/* A network of many senders, one of them bad: the bad one's mail does not make it the network's. */
static void shared_ranges(void **state)
{
	(void)state;
	begin();
	for (uint32_t h = 0; h < 20 * DAY; h++)
		hour_of(START + h, 5, 95);
	row("a range, 5 of 100 an hour lures", "after 20 days", START + 20 * DAY);
	assert_true(look(START + 20 * DAY).share < 0.1);
	assert_int_equal(look(START + 20 * DAY).points, 0);
}

static uint32_t hours_until(uint32_t from, bool good, unsigned lures, unsigned clean)
{
	for (uint32_t h = from;; h++) {
		int points = look(h).points;

		if (good ? points == 0 : points == REPUTATION_POINTS_MAX)
			return h - from;
		assert_true(h - from < 90 * DAY);
		hour_of(h, lures, clean);
	}
}

static void turns(void **state)
{
	uint32_t at = START, hours;

	(void)state;
	begin();
	for (; at < START + 60 * DAY; at++)
		hour_of(at, 0, 4);
	row("clean for 60 days, turns bad", "before", at);
	hours = hours_until(at, false, 4, 0);
	row("clean for 60 days, turns bad", "all points from", at + hours);
	assert_true(hours > 3 * DAY && hours < 30 * DAY);
	at += hours;
	hours = hours_until(at, true, 0, 4);
	row("cleaned up again", "no points from", at + hours);
	assert_true(hours > DAY && hours < 30 * DAY);
	/* One who falls silent is forgotten. */
	begin();
	for (uint32_t h = 0; h < 20 * DAY; h++)
		hour_of(START + h, 8, 0);
	row("lures for 20 days, silent", "before", START + 20 * DAY);
	row("lures for 20 days, silent", "100 days later", START + 120 * DAY);
	assert_true(look(START + 120 * DAY).share < 0.6);
	assert_int_equal(look(START + 200 * DAY).points, 0);
}

static void half_life(void **state)
{
	double full, half;

	(void)state;
	begin();
	hour_of(START, 5, 3);
	full = look(START).weight;
	half = look(START + REPUTATION_HALF_LIFE_DAYS * DAY).weight;
	assert_true(half / full > 0.5 * 0.95 && half / full < 0.5 * 1.05);
}

static void no_hour_moves_it_far(void **state)
{
	double bound =
	    REPUTATION_HOUR_CAP / (REPUTATION_HOUR_CAP + REPUTATION_PRIOR_LURE + REPUTATION_PRIOR_CLEAN);
	unsigned seed = 1;

	(void)state;
	for (unsigned sender = 0; sender < 50; sender++) {
		begin();
		for (uint32_t h = 0; h < 200; h++) {
			seed = seed * 1103515245 + 12345;
			hour_of(START + h + (seed >> 28), (seed >> 20) % 40, (seed >> 12) % 40);
		}
	}
	printf("    moved most within an hour: %.2f, bound %.2f\n", highest_move, bound);
	assert_true(highest_move > 0.3);
	assert_true(highest_move <= bound + 1e-6);
}

static int setup(void **state)
{
	(void)state;
	printf("    %-34s %-18s %5s %8s %8s\n", "sender", "when", "share", "weight", "points");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memory_free(table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts),
		cmocka_unit_test(first_messages),
		cmocka_unit_test(slow_drips),
		cmocka_unit_test(shared_ranges),
		cmocka_unit_test(turns),
		cmocka_unit_test(half_life),
		cmocka_unit_test(no_hour_moves_it_far),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
