#include <config.h>

#include "unit/set.h"

#include "decode/charset.h"
#include "score/inspect.h"

#define UMBRELLA \
	HEAD("umbrella") \
	"rules:\n" \
	"  - {id: umbrella.keep, points: 6, roles: [ask], any: ['青い傘を預けて'], match: [青い傘を預けて], pass: [傘]}\n" \
	"  - {id: umbrella.lend, points: 6, roles: [ask], any: ['赤い傘を貸して'], match: [赤い傘を貸して], pass: [傘]}\n"
#define BOAT \
	HEAD("boat") \
	"rules:\n" \
	"  - {id: boat.row, points: 5.5, roles: [ask], any: ['小舟を漕いで'], match: [小舟を漕いで], pass: [舟]}\n"
#define SITE "format: 1\norigin: site\nversion: 1\nexceptions:\n"
#define WHY ", reason: r, date: 2026-11-25"

static const char *const bodies[] = { "青い傘を預けてください。", "赤い傘を貸してください。小舟を漕いでください。" };

/* What a message is known by. */
struct sent {
	const char *client;
	const char *recipients[4];
	const char *results; /* of Authentication-Results */
	bool more;
};

static struct ruleset *set_of(const char *exceptions)
{
	const char *files[] = { UMBRELLA, BOAT, exceptions, NULL };

	return set_good(files);
}

/* Judge a body that came so; what the slot holds is given to look(). */
static void judge(const struct ruleset *set, const char *body, const struct sent *sent,
    void (*look)(const struct verdict *v))
{
	static const char *const shared[] = { "many.example" };
	const struct identity_options identity = { .authserv_id = span_str("mx.example.jp"), .shared = shared, .nshared = 1 };
	struct inspect_options o = { .ruleset = set, .limits = LIMITS_DEFAULT, .score = { 50, 100, false },
		.identity = &identity };
	struct slots *slots = slots_new(1, &o.limits);
	struct slot *slot = slot_take(slots, 0);
	struct header headers[] = { { span_str("Authentication-Results"), span_str(sent->results) },
		{ span_str("Content-Type"), span_str("text/plain; charset=UTF-8") } };
	struct span recipients[4];
	struct message m = { .client_address = span_str(sent->client), .queue_id = span_str("4Fx1Qz"),
		.headers = headers, .nheaders = 2, .body = span_str(body), .recipients = recipients,
		.more_recipients = sent->more };
	struct inspection i;

	for (; m.nrecipients < 4 && sent->recipients[m.nrecipients] != NULL; m.nrecipients++)
		recipients[m.nrecipients] = span_str(sent->recipients[m.nrecipients]);
	assert_int_equal(inspect(slot, &m, &o, &i), 0);
	look(i.verdict);
	slot_give(slots, slot);
	slots_free(slots);
}

static void spared(const struct verdict *v)
{
	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->points, 0);
	assert_int_equal(v->without, VERDICT_TAG);
	assert_true(v->excused);
	assert_int_equal(v->excuses->nmet, 1);
	assert_string_equal(v->excuses->met[0]->name, "x");
	assert_int_equal(v->nitems, 1); /* what was found is still told */
	assert_ptr_equal(v->items[0].exception, v->excuses->met[0]);
}

static void not_spared(const struct verdict *v)
{
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_int_equal(v->without, VERDICT_TAG);
	assert_false(v->excused);
	assert_int_equal(v->excuses->nmet, 0);
}

static void test_keys(void **state)
{
	static const struct {
		const char *keys;
		struct sent sent;
		bool fits;
	} cases[] = {
		{ "client: 192.0.2.0/24", { .client = "192.0.2.77" }, true },
		{ "client: 192.0.2.0/24", { .client = "192.0.3.1" }, false },
		{ "client: ['2001:db8::/32', 198.51.100.9]", { .client = "198.51.100.9" }, true },
		{ "client: ['2001:db8::/32', 198.51.100.9]", { .client = "2001:db8:5::1" }, true },
		{ "client: 0.0.0.0/0", { .client = "" }, false },
		{ "client: 0.0.0.0/0", { .client = "unknown" }, false },
		{ "domain: news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=NEWS.example" }, true },
		{ "domain: News.Example", { .results = "mx.example.jp/4Fx1Qz; spf=pass smtp.mailfrom=a@news.example" }, true },
		{ "domain: news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=a.news.example" }, false },
		{ "domain: .news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=a.news.example" }, true },
		{ "domain: .news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=news.example" }, false },
		{ "domain: .news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=badnews.example" }, false },
		{ "domain: news.example", { .results = "mx.example.jp/4Fx1Qz; dkim=fail header.d=news.example" }, false },
		{ "domain: news.example", { .results = "mx.example.jp; dkim=pass header.d=news.example" }, false },
		{ "domain: news.example", { .results = "mx.example.jp/OTHER; dkim=pass header.d=news.example" }, false },
		{ "domain: news.example", { .results = "evil.example/4Fx1Qz; dkim=pass header.d=news.example" }, false },
		{ "domain: news.example",
		    { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=post.example; dkim=pass header.d=news.example" },
		    true },
		{ "domain: many.example", { .results = "mx.example.jp/4Fx1Qz; dkim=pass header.d=many.example" }, false },
		{ "recipient: taro@example.jp", { .recipients = { "TARO@Example.jp" } }, true },
		{ "recipient: taro@example.jp", { .recipients = { "taro+shop@example.jp" } }, true },
		{ "recipient: taro@example.jp", { .recipients = { "taro2@example.jp" } }, false },
		{ "recipient: taro@example.jp", { .recipients = { "taro@example.jp", "hana@example.jp" } }, false },
		{ "recipient: [taro@example.jp, hana@example.jp]",
		    { .recipients = { "taro@example.jp", "hana@example.jp" } }, true },
		{ "recipient: taro@example.jp", { .recipients = { "taro@example.jp" }, .more = true }, false },
		{ "recipient: taro@example.jp", { 0 }, false },
		{ "recipient: example.jp", { .recipients = { "a@example.jp", "b@example.jp" } }, true },
		{ "recipient: example.jp", { .recipients = { "a@example.jp", "b@sub.example.jp" } }, false },
		{ "recipient: .example.jp", { .recipients = { "b@sub.example.jp" } }, true },
		{ "recipient: example.jp", { .recipients = { "no-at-sign" } }, false },
		{ "recipient: example.jp, client: 192.0.2.1",
		    { .client = "192.0.2.1", .recipients = { "a@example.jp" } }, true },
		{ "recipient: example.jp, client: 192.0.2.1",
		    { .client = "192.0.2.2", .recipients = { "a@example.jp" } }, false },
		{ "recipient: example.jp, client: 192.0.2.1", { .client = "192.0.2.1" }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf file = BUF_HEAP;
		struct ruleset *set;

		buf_printf(&file, SITE "  - {exception: x, %s, spare: umbrella" WHY "}\n", cases[i].keys);
		set = set_of(buf_cstr(&file));
		print_message("%s\n", cases[i].keys);
		judge(set, bodies[0], &cases[i].sent, cases[i].fits ? spared : not_spared);
		ruleset_release(set);
		buf_free(&file);
	}
}

/* Of a header of ours, and not many senders' domain. */
static void test_warners(void **state)
{
	static const char *const shared[] = { "many.example" }, *const warners[] = { "police.example", "many.example" };
	static const struct {
		const char *results;
		bool warner;
	} cases[] = {
		{ "mx.example.jp/4Fx1Qz; dkim=pass header.d=police.example", true },
		{ "mx.example.jp/4Fx1Qz; dkim=fail header.d=police.example; spf=pass smtp.mailfrom=a@b.police.example", true },
		{ "mx.example.jp/4Fx1Qz; dkim=pass header.d=many.example", false },
		{ "mx.example.jp/4Fx1Qz; dkim=pass header.d=notpolice.example", false },
		{ "mx.example.jp; dkim=pass header.d=police.example", false },
		{ "", false },
	};
	struct identity_options o = { .authserv_id = span_str("mx.example.jp"), .shared = shared, .nshared = 1,
		.warners = warners, .nwarners = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct header header = { span_str("Authentication-Results"), span_str(cases[i].results) };
		struct message m = { .queue_id = span_str("4Fx1Qz"), .headers = &header, .nheaders = 1 };

		assert_int_equal(identity_is_warner(&m, &o), cases[i].warner);
	}
	o.nwarners = 0;
	assert_false(identity_is_warner(
	    &(struct message){ .headers = &(struct header){ span_str("Authentication-Results"), span_str(cases[0].results) },
	        .nheaders = 1, .queue_id = span_str("4Fx1Qz") }, &o));
}

static void only_the_rule(const struct verdict *v)
{
	assert_int_equal(v->kind, VERDICT_TAG);
	assert_true(v->excused);
	assert_int_equal(v->nlures, 1);
	assert_string_equal(v->lures[0].family->id, "boat");
	for (size_t i = 0; i < v->nitems; i++)
		assert_int_equal(v->items[i].exception != NULL, strcmp(v->items[i].hit->item->id, "umbrella.lend") == 0);
}

static void nothing_counts(const struct verdict *v)
{
	assert_int_equal(v->kind, VERDICT_NONE);
	assert_int_equal(v->points, 0);
	assert_int_equal(v->without, VERDICT_TAG);
	for (size_t i = 0; i < v->nitems; i++)
		assert_non_null(v->items[i].exception);
}

/* The set is that of two exceptions: each spares its own, and both together all. */
static void two_of_them(const struct verdict *v)
{
	nothing_counts(v);
	assert_int_equal(v->excuses->nmet, 2);
	for (size_t i = 0; i < v->nitems; i++)
		assert_string_equal(v->items[i].exception->name,
		    strcmp(v->items[i].hit->item->id, "boat.row") == 0 ? "second" : "first");
}

static void test_what_is_spared(void **state)
{
	static const struct {
		const char *file;
		void (*look)(const struct verdict *v);
	} cases[] = {
		{ SITE "  - {exception: x, client: 192.0.2.1, spare: umbrella.lend" WHY "}\n", only_the_rule },
		{ SITE "  - {exception: x, client: 192.0.2.1, spare: [umbrella, test/boat.row]" WHY "}\n", nothing_counts },
		{ SITE "  - {exception: x, client: 192.0.2.1, spare: all" WHY ", until: 2026-11-25}\n", nothing_counts },
		{ SITE "  - {exception: first, client: 192.0.2.1, spare: test/umbrella" WHY "}\n"
		       "  - {exception: second, client: 192.0.2.0/24, spare: boat" WHY "}\n"
		       "  - {exception: third, client: 192.0.3.0/24, spare: all" WHY "}\n", two_of_them },
	};
	static const struct sent sent = { .client = "192.0.2.1" };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ruleset *set = set_of(cases[i].file);

		judge(set, bodies[1], &sent, cases[i].look);
		ruleset_release(set);
	}
}

static void met_without_need(const struct verdict *v)
{
	assert_int_equal(v->excuses->nmet, 1);
	assert_false(v->excused);
	assert_int_equal(v->kind, VERDICT_NONE);
}

/* Of a message in which nothing is found nothing is spared, whomever it comes from. */
static void test_nothing_to_spare(void **state)
{
	static const struct sent sent = { .client = "192.0.2.1" };
	struct ruleset *set = set_of(SITE "  - {exception: x, client: 192.0.2.1, spare: all" WHY "}\n");

	(void)state;
	judge(set, "会議の資料を送ります。", &sent, met_without_need);
	ruleset_release(set);
}

/* An exception that has ended, and one for what is not there, say so and stop nothing. */
static void test_warnings(void **state)
{
	const char *files[] = { UMBRELLA, SITE
		"  - {exception: old, client: 192.0.2.1, spare: all" WHY ", until: 2026-11-24}\n"
		"  - {exception: lost, client: 192.0.2.1, spare: [gone.rule, umbrella]" WHY "}\n"
		"  - {exception: shared, domain: [many.example, .a.many.example, few.example], spare: all" WHY "}\n", NULL };
	static const char *const shared[] = { "many.example" };
	const struct identity_options identity = { .shared = shared, .nshared = 1 };
	struct set s = set_load(false, files);
	size_t n;

	(void)state;
	assert_non_null(s.ruleset);
	set_expect(&s, 'b', 5, 89, "has ended");
	set_expect(&s, 'b', 6, 50, "'gone.rule' is not there");
	assert_int_equal(s.diags.warnings, 2);
	ruleset_exceptions(s.ruleset, &n);
	assert_int_equal(n, 2);
	excuse_check(s.ruleset, &identity, &s.diags);
	assert_int_equal(s.diags.warnings, 4);
	assert_int_equal(s.diags.errors, 0);
	set_free(&s);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *line;
		unsigned column;
		const char *part;
	} cases[] = {
		{ "{exception: x, spare: all" WHY "}", 5, "for whom" },
		{ "{exception: x, from: a@b.example, spare: all" WHY "}", 20, "unknown key 'from'" },
		{ "{exception: x, client: 192.0.2.1" WHY "}", 5, "'spare' is missing" },
		{ "{exception: x, client: 192.0.2.1, spare: all, date: 2026-11-25}", 5, "'reason' is missing" },
		{ "{exception: x, client: 192.0.2.1, spare: all, reason: r}", 5, "'date' is missing" },
		{ "{exception: x, client: 192.0.2.1, spare: all, reason: r, date: 2026-11-31}", 68, "must be a date" },
		{ "{exception: X, client: 192.0.2.1, spare: all" WHY "}", 17, "name of an exception" },
		{ "{exception: there, client: 192.0.2.1, spare: all" WHY "}", 17, "is defined already" },
		{ "{exception: x, client: 192.0.2.300, spare: all" WHY "}", 28, "no network" },
		{ "{exception: x, client: 192.0.2.1/24, spare: all" WHY "}", 28, "bits behind its mask" },
		{ "{exception: x, client: [], spare: all" WHY "}", 28, "list is empty" },
		{ "{exception: x, domain: localhost, spare: all" WHY "}", 28, "no domain" },
		{ "{exception: x, domain: 'a b.example', spare: all" WHY "}", 28, "no domain" },
		{ "{exception: x, domain: a@news.example, spare: all" WHY "}", 28, "no domain" },
		{ "{exception: x, recipient: '@example.jp', spare: all" WHY "}", 31, "no recipient" },
		{ "{exception: x, recipient: a@.example.jp, spare: all" WHY "}", 31, "no recipient" },
		{ "{exception: x, recipient: [a@example.jp, {a: b}], spare: all" WHY "}", 46, "no recipient" },
		{ "{exception: x, client: 192.0.2.1, spare: [{a: b}]" WHY "}", 47, "must be the id" },
		{ "[]", 5, "an exception must be a map" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf file = BUF_HEAP;
		const char *files[] = { UMBRELLA,
			SITE "  - {exception: there, client: 192.0.2.1, spare: all" WHY "}\n", NULL, NULL };
		struct set s;

		buf_printf(&file, SITE "  - %s\n", cases[i].line);
		files[2] = buf_cstr(&file);
		s = set_load(false, files);
		assert_null(s.ruleset);
		set_expect(&s, 'c', 5, cases[i].column, cases[i].part);
		set_free(&s);
		buf_free(&file);
	}
}

static void test_limits(void **state)
{
	struct buf many = BUF_HEAP, long_lists = BUF_HEAP;
	const char *files[] = { UMBRELLA, NULL, NULL };
	struct set s;

	(void)state;
	buf_str(&many, SITE);
	for (unsigned i = 0; i < RULESET_EXCEPTIONS_MAX + 1; i++)
		buf_printf(&many, "  - {exception: x%u, client: 192.0.2.1, spare: all" WHY "}\n", i);
	files[1] = buf_cstr(&many);
	s = set_load(false, files);
	assert_null(s.ruleset);
	assert_int_equal(s.diags.errors, 1);
	assert_non_null(strstr(s.diags.v[0].text, "1001 exceptions; a set may have 1000"));
	set_free(&s);
	buf_str(&long_lists, SITE);
	for (unsigned i = 0; i < RULESET_EXCEPTION_KEYS_MAX / RULESET_OPERANDS_MAX + 1; i++) {
		buf_printf(&long_lists, "  - {exception: x%u, spare: all" WHY ", client: [", i);
		for (unsigned k = 0; k < RULESET_OPERANDS_MAX; k++)
			buf_printf(&long_lists, "192.0.2.%u,", k);
		buf_str(&long_lists, "]}\n");
	}
	files[1] = buf_cstr(&long_lists);
	s = set_load(false, files);
	assert_null(s.ruleset);
	assert_int_equal(s.diags.errors, 1);
	assert_non_null(strstr(s.diags.v[0].text, "more than 2000 domains"));
	set_free(&s);
	buf_free(&many);
	buf_free(&long_lists);
}

static int setup(void **state)
{
	(void)state;
	return charset_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_warners),
		cmocka_unit_test(test_what_is_spared),
		cmocka_unit_test(test_nothing_to_spare),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
