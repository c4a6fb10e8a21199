#include <config.h>

#include "unit/set.h"

#include "score/report.h"

static const struct family moon = { .id = "moon-landing-lottery", .limit = 120 }, sea = { .id = "sea", .limit = 120 };
static const struct item items[] = {
	{ .id = "moon-landing-lottery.a-rather-long-name", .family = &moon, .points = 25 },
	{ .id = "moon-landing-lottery.another-rather-long-name", .family = &moon, .points = 20 },
	{ .id = "sea.short", .family = &sea, .points = 15 },
	{ .id = "sea.trial", .family = &sea, .points = 15, .status = STATUS_TEST, .shipped_points = 30, .local = LOCAL_POINTS },
	{ .id = "sea.alone", .family = &sea, .points = 15 },
};
static const char body[] = "はじめのことば。うさぎのおもちをどうぞ。おわりのことば。";
static const struct field fields[] = { { .id = FIELD_SUBJECT, .text = { "\"月\"\n", 6 } },
	{ .id = FIELD_BODY, .text = { body, sizeof body - 1 } } };
static const struct visible visible = { .fields = fields, .nfields = 2, .flaws = FLAW_BIT(LABEL_WRONG) };

struct made {
	struct hit hits[5];
	struct scored_item scored[5];
	struct lure lures[2];
	struct verdict verdict;
	struct inspection inspection;
	struct ruleset *set;
};

static void make(struct made *m)
{
	static const int points[] = { 25, 20, 15, 0, 0 };
	struct ruleset_options o = { 0 };
	struct diags d = { 0 };
	int trouble;

	memset(m, 0, sizeof *m);
	for (size_t i = 0; i < 5; i++) {
		m->hits[i] = (struct hit){ .item = &items[i], .field = FIELD_BODY, .in = &fields[1], .from = 24,
			.to = 45 };
		m->scored[i] = (struct scored_item){ .hit = &m->hits[i], .points = points[i], .would = VERDICT_TAG };
	}
	m->lures[0] = (struct lure){ .family = &moon, .points = 45, .together = true };
	m->lures[1] = (struct lure){ .family = &sea, .points = 15, .together = true };
	m->verdict = (struct verdict){ .kind = VERDICT_TAG, .would = VERDICT_TAG, .without = VERDICT_TAG,
		.points = 60, .lures = m->lures, .nlures = 2,
		.items = m->scored, .nitems = 5, .flaws = FLAW_BIT(LABEL_WRONG) | FLAW_BIT(TIME), .reason = "" };
	m->set = ruleset_load(NULL, 0, &o, &d, &trouble);
	m->inspection = (struct inspection){ .ruleset = m->set, .visible = &visible, .verdict = &m->verdict,
		.charset = "cp932", .ms = 1.25 };
}

static void expect(struct buf *out, const char *text)
{
	assert_string_equal(buf_cstr(out), text);
	buf_free(out);
}

static void test_points(void **state)
{
	static const struct { int tenths; const char *text; } cases[] = { { 0, "0.0" }, { 75, "7.5" }, { 100, "10.0" },
		{ -5, "-0.5" }, { -20, "-2.0" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_HEAP;

		report_points(&out, cases[i].tenths);
		expect(&out, cases[i].text);
	}
}

static void test_header(void **state)
{
	struct buf out = BUF_HEAP;
	struct made m;

	(void)state;
	make(&m);
	report_header(&out, &m.verdict, VERDICT_TAG, DETAIL_VERDICT);
	expect(&out, "tag");
	report_header(&out, &m.verdict, VERDICT_TAG, DETAIL_LURES);
	expect(&out, "tag; lures=moon-landing-lottery,sea");
	report_header(&out, &m.verdict, VERDICT_NONE, DETAIL_LURES);
	expect(&out, "none");
	report_header(&out, &m.verdict, VERDICT_REJECT, DETAIL_RULES);
	expect(&out, "reject; lures=moon-landing-lottery,sea; points=6.0;\n"
	    "\trules=moon-landing-lottery.a-rather-long-name,\n"
	    "\tmoon-landing-lottery.another-rather-long-name,sea.short");
	ruleset_release(m.set);
}

/* Many families: no line is longer than 78 columns, the name of the header and tabs counted. */
static void test_header_is_folded(void **state)
{
	struct lure lures[40];
	struct verdict v = { .kind = VERDICT_TAG, .lures = lures, .nlures = 40 };
	struct buf out = BUF_HEAP;
	size_t column = strlen("X-Lure-Status: "), breaks = 0;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		lures[i] = (struct lure){ .family = i % 3 == 0 ? &moon : &sea, .points = 1, .together = true };
	report_header(&out, &v, VERDICT_TAG, DETAIL_LURES);
	for (size_t i = 0; i < out.n; i++) {
		assert_true((unsigned char)out.p[i] < 0x80);
		column = out.p[i] == '\n' ? 0 : out.p[i] == '\t' ? 8 : column + 1;
		breaks += out.p[i] == '\n';
		assert_true(column <= 78);
	}
	assert_true(breaks >= 4);
	buf_free(&out);
}

static void test_trouble(void **state)
{
	struct buf out = BUF_HEAP;

	(void)state;
	report_trouble(&out, "memory");
	expect(&out, "error; reason=memory");
}

static void test_log(void **state)
{
	static const struct exception letter = { .name = "letter" };
	const struct exception *const met[] = { &letter, &letter, &letter, &letter, &letter, &letter, &letter, &letter,
		&letter, &letter };
	struct buf out = BUF_HEAP;
	struct made m;
	char text[400];

	(void)state;
	make(&m);
	report_log(&out, &m.inspection, VERDICT_TAG, 1234);
	snprintf(text, sizeof text, "verdict=tag points=6.0 lures=moon-landing-lottery,sea "
	    "rules=moon-landing-lottery.a-rather-long-name,moon-landing-lottery.another-rather-long-name,sea.short,"
	    "sea.trial(test)(local:3.0->1.5) "
	    "flaws=label-wrong,time standing=off charset=cp932! size=1234 ms=1.2 set=%s version=-", ruleset_digest(m.set));
	expect(&out, text);
	m.scored[3].would = m.verdict.would = VERDICT_REJECT;
	report_log(&out, &m.inspection, VERDICT_TAG, 1234);
	assert_non_null(strstr(buf_cstr(&out), ",sea.trial(test:reject)(local:3.0->1.5) would=reject flaws="));
	buf_free(&out);
	m.verdict.would = m.verdict.without = VERDICT_REJECT;
	m.verdict.excuses = &(struct excuses){ .met = met, .nmet = 10 };
	m.verdict.excused = true;
	m.scored[4].exception = &letter;
	report_log(&out, &m.inspection, VERDICT_TAG, 1234);
	assert_non_null(strstr(buf_cstr(&out), ",sea.alone(excepted) would=reject "
	    "exceptions=letter,letter,letter,letter,letter,letter,letter,letter,+2 without=reject flaws="));
	buf_free(&out);
	m.verdict = (struct verdict){ .reason = "" };
	m.inspection.charset = "";
	report_log(&out, &m.inspection, VERDICT_NONE, 10);
	snprintf(text, sizeof text, "verdict=none points=0.0 lures=- rules=- flaws=- standing=off charset=- size=10 ms=1.2 set=%s version=-",
	    ruleset_digest(m.set));
	expect(&out, text);
	ruleset_release(m.set);
}

static void test_scan_json(void **state)
{
	struct buf out = BUF_HEAP;
	struct made m;

	(void)state;
	make(&m);
	m.verdict.nitems = 1;
	m.hits[0].skeleton = m.hits[0].evaded = true;
	buf_str(&out, "{");
	report_scan_json(&out, &m.inspection);
	expect(&out, "{\"verdict\":\"tag\",\"would\":\"tag\",\"without\":\"tag\",\"exceptions\":[],\"points\":6.0,\"lures\":[{\"lure\":\"moon-landing-lottery\",\"points\":4.5},"
	    "{\"lure\":\"sea\",\"points\":1.5}],\"rules\":[{\"id\":\"moon-landing-lottery.a-rather-long-name\",\"points\":2.5,"
	    "\"field\":\"body\",\"view\":\"skeleton\",\"evaded\":true,\"excerpt\":\"ことば。うさぎのおもちをどうぞ\"}],"
	    "\"flaws\":[\"label-wrong\",\"time\"],\"ms\":1.250,\"set\":\"e3b0c44298fc\",\"version\":\"\""); /* of nothing */
	ruleset_release(m.set);
}

/* A hit longer than an excerpt, and one at each end: whole characters, and not beyond the text. */
static void test_excerpts(void **state)
{
	static const struct { uint32_t from, to; const char *text; } cases[] = {
		{ 0, 3, "はじめのこ" },
		{ sizeof body - 4, sizeof body - 1, "のことば。" },
		{ 0, sizeof body - 1, "はじめのことば。うさぎのおもちをどうぞ。おわりのこと" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_HEAP, want = BUF_HEAP;
		struct made m;

		make(&m);
		m.verdict.nitems = 1;
		m.hits[0].from = cases[i].from;
		m.hits[0].to = cases[i].to;
		report_scan_json(&out, &m.inspection);
		buf_printf(&want, "\"excerpt\":\"%s\"", cases[i].text);
		if (strstr(buf_cstr(&out), buf_cstr(&want)) == NULL)
			fail_msg("%s not in %s", buf_cstr(&want), buf_cstr(&out));
		buf_free(&out);
		buf_free(&want);
		ruleset_release(m.set);
	}
}

static void test_decode_json(void **state)
{
	const struct part parts[] = {
		{ .kind = PART_MULTIPART, .type = { "multipart/mixed", 15 } },
		{ .kind = PART_TEXT, .type = { "text/plain", 10 }, .declared = { "x-sjis", 6 },
		    .used = CHARSET_SHIFT_JIS, .replaced = 2 },
		{ .kind = PART_OPAQUE, .type = { "image/png", 9 }, .file_name = { "月.png", 7 } },
	};
	const struct mail mail = { .parts = parts, .nparts = 3 };
	const struct link link = { .target = { "https://x.example/", 18 }, .text = { "こちら", 9 } };
	struct visible v = visible;
	struct buf out = BUF_HEAP;

	(void)state;
	v.links = &link;
	v.nlinks = 1;
	buf_str(&out, "{");
	report_decode_json(&out, &mail, &v);
	buf_str(&out, "}");
	expect(&out, "{\"subject\":\"\\\"月\\\"\\n\",\"from_name\":\"\",\"from_address\":\"\",\"reply_to\":\"\","
	    "\"body\":\"はじめのことば。うさぎのおもちをどうぞ。おわりのことば。\",\"hidden\":\"\","
	    "\"links\":[{\"target\":\"https://x.example/\",\"text\":\"こちら\"}],\"file_names\":[\"月.png\"],"
	    "\"parts\":[{\"type\":\"text/plain\",\"declared\":\"x-sjis\",\"used\":\"cp932\",\"replaced\":2},"
	    "{\"type\":\"image/png\",\"declared\":\"\",\"used\":\"\",\"replaced\":0}],\"flaws\":[\"label-wrong\"]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_header_is_folded),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_scan_json),
		cmocka_unit_test(test_excerpts),
		cmocka_unit_test(test_decode_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
