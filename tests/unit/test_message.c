/* Messages as files hold them. */
#include <config.h>

#include "decode/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *arena;
static struct limits limits;
static char *bytes;

static struct message parse(const char *text, size_t n)
{
	struct message m;

	free(bytes);
	bytes = malloc(n + !n); /* exactly as long, so that a sanitiser sees every byte that is read too many */
	assert_non_null(bytes);
	memcpy(bytes, text, n);
	message_parse(arena, &limits, span(bytes, n), &m);
	return m;
}

static struct message parse_text(const char *text)
{
	return parse(text, strlen(text));
}

static void expect(const struct message *m, size_t i, const char *name, const char *value)
{
	assert_true(i < m->nheaders);
	assert_true(span_is(m->headers[i].name, name));
	assert_true(span_is(m->headers[i].value, value));
}

static void test_plain(void **state)
{
	struct message m = parse_text("From: a@a.example\nSubject:   two words \nX-None:\nX-Tab:\tt\n\nbody\n\nmore\n");

	(void)state;
	assert_int_equal(m.nheaders, 4);
	expect(&m, 0, "From", "a@a.example");
	expect(&m, 1, "Subject", "two words ");
	expect(&m, 2, "X-None", "");
	expect(&m, 3, "X-Tab", "t");
	assert_true(span_is(m.body, "body\n\nmore\n"));
	assert_int_equal(m.flaws, 0);
	assert_ptr_equal(message_header(&m, "subject"), &m.headers[1]);
	assert_null(message_header(&m, "To"));
}

static void test_line_ends(void **state)
{
	struct message m = parse_text("A: 1\r\nB: 2\r\n\r\nbody\r\n");

	(void)state;
	assert_int_equal(m.nheaders, 2);
	expect(&m, 1, "B", "2");
	assert_true(span_is(m.body, "body\r\n"));
	m = parse_text("A: 1\rB: 2\r folded\r\rbody\r");
	assert_int_equal(m.nheaders, 2);
	expect(&m, 1, "B", "2\r folded");
	assert_true(span_is(m.body, "body\r"));
	m = parse_text("A: 1\rB: 2\r\rbody\nwith LF\n"); /* the block has none */
	assert_int_equal(m.nheaders, 2);
	assert_true(span_is(m.body, "body\nwith LF\n"));
	m = parse_text("A: 1\r\r\nB: 2\r\r\n\r\r\nbody"); /* one CR too many */
	assert_int_equal(m.nheaders, 2);
	expect(&m, 0, "A", "1");
	assert_true(span_is(m.body, "body"));
	m = parse_text("A: 1\rstill 1\nB: 2\n\n");
	expect(&m, 0, "A", "1\rstill 1");
	expect(&m, 1, "B", "2");
}

static void test_folded(void **state)
{
	struct message m = parse_text("Subject: one\n two\n\tthree\r\n \nTo:\n x@a.example\n\n");

	(void)state;
	assert_int_equal(m.nheaders, 2);
	expect(&m, 0, "Subject", "one\n two\n\tthree\r\n ");
	expect(&m, 1, "To", "\n x@a.example");
	assert_int_equal(m.body.n, 0);
}

static void test_mbox(void **state)
{
	struct message m = parse_text("From a@a.example Tue Nov 24 12:00:00 2026\nA: 1\n>From b Tue Nov 24 12:00:00 2026\nB: 2\n\nx");

	(void)state;
	assert_int_equal(m.nheaders, 2);
	expect(&m, 0, "A", "1");
	expect(&m, 1, "B", "2");
	m = parse_text("From the beginning\n\nA: 1\n");
	assert_int_equal(m.nheaders, 0);
	assert_true(span_is(m.body, "From the beginning\n\nA: 1\n"));
}

static void test_odd_names(void **state)
{
	struct message m = parse_text("Subject : x\nFrom\n : <a@a.example>\nX\t:y\n\n");

	(void)state;
	assert_int_equal(m.nheaders, 3);
	expect(&m, 0, "Subject", "x");
	expect(&m, 1, "From", "<a@a.example>");
	expect(&m, 2, "X", "y");
	assert_int_equal(m.flaws, FLAW_BIT(BAD_HEADER));
	m = parse_text(" Subject: first\n more\nA: 1\n\nx");
	assert_int_equal(m.nheaders, 2);
	expect(&m, 0, "", " Subject: first\n more");
	expect(&m, 1, "A", "1");
	assert_int_equal(m.flaws, FLAW_BIT(BAD_HEADER));
}

static void test_no_header(void **state)
{
	static const char *const ends[] = { "no header\nB: 2\n\nx", ": 2\n", "\xE4\xBB\xB6\xE5\x90\x8D: 2\n", "--b: 2\n",
		"two words: 2\n", "name\n", "=?x?=\n" };

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct buf text = BUF_HEAP;
		struct message m;

		buf_str(&text, "A: 1\n");
		buf_str(&text, ends[i]);
		m = parse_text(buf_cstr(&text));
		assert_int_equal(m.nheaders, 1);
		assert_true(span_is(m.body, ends[i]));
		assert_int_equal(m.flaws, FLAW_BIT(BAD_HEADER));
		buf_free(&text);
	}
}

static void test_empty(void **state)
{
	struct message m = parse_text("");

	(void)state;
	assert_int_equal(m.nheaders, 0);
	assert_int_equal(m.body.n, 0);
	m = parse_text("\n");
	assert_int_equal(m.nheaders, 0);
	m = parse_text("\nonly text\n");
	assert_int_equal(m.nheaders, 0);
	assert_true(span_is(m.body, "only text\n"));
	m = parse_text("\r\n\nA: 1\n\nx"); /* saved carelessly */
	expect(&m, 0, "A", "1");
	assert_int_equal(m.flaws, FLAW_BIT(BAD_HEADER));
	m = parse_text("A: 1");
	expect(&m, 0, "A", "1");
	assert_int_equal(m.body.n, 0);
	message_parse(arena, &limits, span(NULL, 0), &m);
	assert_int_equal(m.nheaders, 0);
}

static void test_nul(void **state)
{
	struct message m = parse("A: 1\0002\nB\0: 3\n\nx", 15);

	(void)state;
	assert_int_equal(m.nheaders, 1);
	assert_true(span_eq(m.headers[0].value, span("1\0002", 3)));
	assert_true(span_eq(m.body, span("B\0: 3\n\nx", 8)));
}

static void test_sender(void **state)
{
	static const struct {
		const char *headers, *sender;
		bool null;
	} cases[] = {
		{ "Return-Path: <a@a.example>\n", "a@a.example", false },
		{ "X: 1\nreturn-path: <a@a.example>\nReturn-Path: <b@a.example>\n", "a@a.example", false },
		{ "Return-Path: <>\n", "", true },
		{ "Return-Path:\n <a@a.example>\n", "a@a.example", false },
		{ "Return-Path: a@a.example\n", "", false },
		{ "Return-Path: <a@a.example>, <b@a.example>\n", "", false },
		{ "Return-Path: <a b@a.example>\n", "", false },
		{ "Return-Path: <a>\n", "", false },
		{ "Return-Path: <@a.example>\n", "", false },
		{ "Return-Path: <a@>\n", "", false },
		{ "Return-Path: <\n", "", false },
		{ "Received: x\nReturn-Path: <a@a.example>\n", "", false },
		{ "From: x\n", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message m = parse_text(cases[i].headers);

		assert_true(span_is(m.mail_from, cases[i].sender));
		assert_int_equal(m.null_sender, cases[i].null);
	}
}

static void test_limits(void **state)
{
	struct message m;

	(void)state;
	limits.headers = 2;
	m = parse_text("A: 1\nB: 2\nC: 3\nD: 4\n\nbody");
	assert_int_equal(m.nheaders, 2);
	assert_true(span_is(m.body, "body"));
	assert_int_equal(m.flaws, FLAW_BIT(TRUNCATED));
	limits = LIMITS_DEFAULT;
	limits.header_bytes = 10;
	m = parse_text("A: 1\nB: 2\nC: 3\n\nbody");
	assert_int_equal(m.nheaders, 2);
	assert_true(span_is(m.body, "body"));
	assert_int_equal(m.flaws, FLAW_BIT(TRUNCATED));
	limits.header_bytes = 13;
	m = parse_text("A: 1\nB: 2\nC: 345\nD: 4\n\nbody");
	assert_int_equal(m.nheaders, 3);
	expect(&m, 2, "C", "");
	limits.header_bytes = 15;
	m = parse_text("A: 1\nB: 2\nC: 345\nD: 4\n\nbody");
	expect(&m, 2, "C", "34");
	assert_true(span_is(m.body, "body"));
	limits = LIMITS_DEFAULT;
	limits.scan_bytes = 8;
	m = parse_text("A: 1\n\nbody");
	assert_true(span_is(m.body, "bo"));
	assert_int_equal(m.flaws, FLAW_BIT(TRUNCATED));
}

static void test_many(void **state)
{
	struct buf text = BUF_HEAP;
	struct message m;

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		buf_printf(&text, "X-%u: %u\n", i, i);
	buf_str(&text, "\nbody");
	m = parse(text.p, text.n);
	assert_int_equal(m.nheaders, limits.headers);
	assert_true(span_is(m.body, "body"));
	buf_free(&text);
}

static int before(void **state)
{
	(void)state;
	limits = LIMITS_DEFAULT;
	arena = arena_new(1u << 20);
	return arena == NULL;
}

static int after(void **state)
{
	bool failed = arena_failed(arena);

	(void)state;
	arena_free(arena);
	free(bytes);
	bytes = NULL;
	return failed;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain, before, after),
		cmocka_unit_test_setup_teardown(test_line_ends, before, after),
		cmocka_unit_test_setup_teardown(test_folded, before, after),
		cmocka_unit_test_setup_teardown(test_mbox, before, after),
		cmocka_unit_test_setup_teardown(test_odd_names, before, after),
		cmocka_unit_test_setup_teardown(test_no_header, before, after),
		cmocka_unit_test_setup_teardown(test_empty, before, after),
		cmocka_unit_test_setup_teardown(test_nul, before, after),
		cmocka_unit_test_setup_teardown(test_sender, before, after),
		cmocka_unit_test_setup_teardown(test_limits, before, after),
		cmocka_unit_test_setup_teardown(test_many, before, after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
