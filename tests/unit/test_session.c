/*
 * What is done with a message: policy, the subject's mark, the calls to the MTA, what a session keeps.
 * libmilter's calls are played here and written down.
 */
#include <config.h>

#include "session/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "session/act.h"
#include "session/mark.h"
#include "session/service.h"
#include "session/session.h"

/* --- the MTA, played --- */

static struct buf calls = { 0 };
static int mta_answer = MI_SUCCESS;

static int called(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int called(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&calls, fmt, ap);
	va_end(ap);
	buf_byte(&calls, '\n');
	return mta_answer;
}

int smfi_chgheader(SMFICTX *ctx, char *name, int index, char *value)
{
	(void)ctx;
	return called("change %s %d %s", name, index, value != NULL ? value : "-");
}

int smfi_insheader(SMFICTX *ctx, int index, char *name, char *value)
{
	(void)ctx;
	return called("insert %d %s: %s", index, name, value);
}

int smfi_addheader(SMFICTX *ctx, char *name, char *value)
{
	(void)ctx;
	return called("add %s: %s", name, value);
}

int smfi_quarantine(SMFICTX *ctx, char *reason)
{
	(void)ctx;
	return called("hold %s", reason);
}

int smfi_setreply(SMFICTX *ctx, char *code, char *extended, char *text)
{
	(void)ctx;
	return called("reply %s %s %s", code, extended, text);
}

static void assert_calls(const char *expected)
{
	assert_string_equal(buf_cstr(&calls), expected);
	buf_clear(&calls);
}

/* --- policy --- */

static void set(struct config *c, const char *assignment)
{
	struct diags d = { 0 };

	if (!config_set(c, assignment, &d))
		fail_msg("%s", d.v[0].text);
}

static void policy_of_every_case(void **state)
{
	static const struct {
		const char *mode, *reject;
		enum consent agreed;
		bool null_sender;
		enum verdict_kind verdict;
		enum deed deed;
		enum verdict_kind shown;
		bool mark;
	} cases[] = {
		{ "tag", "no", CONSENT_REJECT, false, VERDICT_NONE, DEED_STATUS, VERDICT_NONE, false },
		{ "tag", "no", CONSENT_REJECT, false, VERDICT_TAG, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "no", CONSENT_REJECT, false, VERDICT_REJECT, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "yes", CONSENT_REJECT, false, VERDICT_REJECT, DEED_REJECT, VERDICT_REJECT, false },
		{ "tag", "yes", CONSENT_REJECT, false, VERDICT_TAG, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "yes", CONSENT_REJECT, true, VERDICT_REJECT, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "hold", CONSENT_REJECT, false, VERDICT_REJECT, DEED_HOLD, VERDICT_REJECT, true },
		{ "tag", "hold", CONSENT_REJECT, true, VERDICT_REJECT, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "hold", CONSENT_TAG, false, VERDICT_REJECT, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "yes", CONSENT_TAG, false, VERDICT_REJECT, DEED_STATUS, VERDICT_TAG, true },
		{ "tag", "yes", CONSENT_OBSERVE, false, VERDICT_REJECT, DEED_NOTHING, VERDICT_REJECT, false },
		{ "tag", "yes", CONSENT_OFF, false, VERDICT_TAG, DEED_NOTHING, VERDICT_TAG, false },
		{ "tag", "yes", CONSENT_OFF, false, VERDICT_NONE, DEED_NOTHING, VERDICT_NONE, false },
		{ "observe", "yes", CONSENT_REJECT, false, VERDICT_REJECT, DEED_NOTHING, VERDICT_REJECT, false },
		{ "observe", "no", CONSENT_TAG, false, VERDICT_NONE, DEED_NOTHING, VERDICT_NONE, false },
	};
	struct config *c = config_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[64];
		struct decision d;

		snprintf(text, sizeof text, "mode=%s", cases[i].mode);
		set(c, text);
		snprintf(text, sizeof text, "reject=%s", cases[i].reject);
		set(c, text);
		d = policy_verdict(c, cases[i].agreed, cases[i].null_sender, cases[i].verdict);
		if (d.deed != cases[i].deed || d.kind != cases[i].shown || d.mark != cases[i].mark)
			fail_msg("case %zu: %s, %s, mark %d", i, deed_name(d.deed), verdict_name(d.kind), d.mark);
	}
	config_free(c);
}

static void trouble_never_rejects(void **state)
{
	struct config *c = config_new();

	(void)state;
	set(c, "reject=yes");
	assert_int_equal(policy_trouble(c, CONSENT_REJECT).deed, DEED_STATUS);
	assert_false(policy_trouble(c, CONSENT_REJECT).mark);
	assert_int_equal(policy_trouble(c, CONSENT_OBSERVE).deed, DEED_NOTHING);
	set(c, "on_trouble=tempfail");
	assert_int_equal(policy_trouble(c, CONSENT_TAG).deed, DEED_DEFER);
	assert_int_equal(policy_trouble(c, CONSENT_OFF).deed, DEED_NOTHING);
	set(c, "mode=observe");
	assert_int_equal(policy_trouble(c, CONSENT_TAG).deed, DEED_NOTHING);
	config_free(c);
}

/* --- the mark --- */

static void assert_marked(const char *mark, const char *subject, const char *expected)
{
	struct buf out = BUF_HEAP;

	assert_true(mark_good(mark));
	mark_write(&out, mark, span_str(subject));
	assert_string_equal(buf_cstr(&out), expected);
	buf_free(&out);
}

#define SIXTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void marks(void **state)
{
	(void)state;
	assert_marked("[LURE]", "hello", "[LURE] hello");
	assert_marked("[LURE]", "", "[LURE] ");
	assert_marked("[LURE]", "one\n two", "[LURE] one\n two");
	assert_marked("[LURE]", "\n two", "[LURE] \n two");
	assert_marked("[LURE]", SIXTY, "[LURE] " SIXTY);
	assert_marked("[LURE]", SIXTY "b", "[LURE]\n " SIXTY "b");
	assert_marked("注意", "x", "=?UTF-8?B?5rOo5oSP?= x");
	assert_marked("注意!", "x", "=?UTF-8?B?5rOo5oSPIQ==?= x");
	assert_marked("注意!!", "x", "=?UTF-8?B?5rOo5oSPISE=?= x");
	assert_true(mark_good(""));
	assert_false(mark_good("a\nb"));
	assert_false(mark_good("\xFF"));
	assert_false(mark_good("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	/* The longest that is not ASCII: an encoded-word of 75 characters at most. */
	struct buf out = BUF_HEAP;

	mark_write(&out, "あああああああああああああああ", span_str("x"));
	assert_true(span_find(buf_text(&out), 0, span_str("?=")) + 2 <= 75);
	buf_free(&out);
}

/* --- acting --- */

struct fixture {
	struct snapshot snapshot;
	struct session session;
};

static void begin(struct fixture *f)
{
	struct diags d = { 0 };

	*f = (struct fixture){ 0 };
	f->snapshot.config = config_new();
	f->snapshot.limits = LIMITS_DEFAULT;
	f->snapshot.holds = 100; /* never freed by a release */
	f->snapshot.scope = scope_load(&(struct scope_options){ .fallback = CONSENT_REJECT }, &d);
	service_start(NULL, &f->snapshot, NULL, NULL);
	assert_true(session_begin(&f->session, "<sender@client.example>"));
	assert_true(session_recipient(&f->session, "<taro@example.jp>"));
	session_queue_id(&f->session, "4Fx1Qz");
}

static void end(struct fixture *f)
{
	session_end(&f->session);
	session_end(&f->session);
	scope_free(f->snapshot.scope);
	config_free(f->snapshot.config);
	buf_free(&calls);
}

static sfsistat do_it(struct fixture *f, enum deed deed, bool mark)
{
	struct judgement j = { .decision = { deed, VERDICT_TAG, mark }, .status = BUF_HEAP };
	sfsistat answer;

	buf_str(&j.status, "tag; lures=x");
	answer = act(NULL, &f->session, &j);
	judgement_free(&j);
	return answer;
}

static void forged_headers_go_in_descending_order(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	session_header(&f.session, "X-Lure-Status", "none");
	session_header(&f.session, "Subject", "hello");
	session_header(&f.session, "x-lure-points", "0");
	session_header(&f.session, "x-LURE-status", "tag");
	session_header(&f.session, "X-Lured", "not ours");
	session_header(&f.session, "X-Lure-Status", "again");
	assert_int_equal(do_it(&f, DEED_STATUS, false), SMFIS_CONTINUE);
	assert_non_null(strstr(buf_cstr(&calls), "change x-lure-points 1 -\n"));
	assert_non_null(strcasestr(buf_cstr(&calls),
	    "change x-lure-status 3 -\nchange x-lure-status 2 -\nchange x-lure-status 1 -\n"));
	assert_null(strstr(buf_cstr(&calls), "X-Lured"));
	assert_non_null(strstr(buf_cstr(&calls), "-\ninsert 1 X-Lure-Status: tag; lures=x\n"));
	end(&f);
}

static void subject_is_changed_or_added(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	set(f.snapshot.config, "subject_mark=[LURE]");
	session_header(&f.session, "SUBJECT", "\x82\xA0 raw");
	session_header(&f.session, "Subject", "second");
	do_it(&f, DEED_STATUS, true);
	assert_calls("insert 1 X-Lure-Status: tag; lures=x\nchange Subject 1 [LURE] \x82\xA0 raw\n");
	do_it(&f, DEED_STATUS, false);
	assert_calls("insert 1 X-Lure-Status: tag; lures=x\n");
	end(&f);
	begin(&f);
	set(f.snapshot.config, "subject_mark=[LURE]");
	do_it(&f, DEED_STATUS, true);
	assert_calls("insert 1 X-Lure-Status: tag; lures=x\nadd Subject: [LURE] \n");
	end(&f);
}

static void replies(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	set(f.snapshot.config, "reject_text=No, 100% %s%n");
	session_header(&f.session, "X-Lure-Status", "none");
	assert_int_equal(do_it(&f, DEED_REJECT, false), SMFIS_REJECT);
	assert_calls("reply 550 5.7.1 No, 100%% %%s%%n (4Fx1Qz)\n");
	assert_int_equal(do_it(&f, DEED_DEFER, false), SMFIS_TEMPFAIL);
	assert_calls("reply 451 4.3.0 Message could not be checked, try again later\n");
	assert_int_equal(do_it(&f, DEED_NOTHING, true), SMFIS_CONTINUE);
	assert_calls("");
	/* Whatever the MTA makes of the calls, the answer stays. */
	mta_answer = MI_FAILURE;
	assert_int_equal(do_it(&f, DEED_REJECT, false), SMFIS_REJECT);
	assert_int_equal(do_it(&f, DEED_HOLD, true), SMFIS_CONTINUE);
	mta_answer = MI_SUCCESS;
	end(&f);
}

static void held_with_its_header(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(do_it(&f, DEED_HOLD, true), SMFIS_CONTINUE);
	assert_calls("hold lure-milter\ninsert 1 X-Lure-Status: tag; lures=x\n");
	end(&f);
}

/* --- what a session keeps --- */

static void queue_ids(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	session_queue_id(&f.session, NULL);
	session_queue_id(&f.session, "");
	session_queue_id(&f.session, "4Fx1Qz\r\n550 no");
	session_queue_id(&f.session, "%s%s%n");
	assert_string_equal(f.session.queue_id, "4Fx1Qz");
	session_queue_id(&f.session, "3AOGa0eJ012345");
	assert_string_equal(f.session.queue_id, "3AOGa0eJ012345");
	end(&f);
}

static void message_of_pieces(void **state)
{
	struct fixture f;
	struct message m;

	(void)state;
	begin(&f);
	session_recipient(&f.session, "<hanako@example.jp>");
	session_header(&f.session, "Subject", "a\n b");
	session_header(&f.session, "X-Empty", "");
	for (int i = 0; i < 5000; i++)
		assert_true(session_body(&f.session, (const unsigned char *)"0123456789", 10));
	assert_true(session_message(&f.session, &m));
	assert_true(span_is(m.mail_from, "sender@client.example"));
	assert_false(m.null_sender);
	assert_int_equal(m.nrecipients, 2);
	assert_true(span_is(m.recipients[1], "hanako@example.jp"));
	assert_int_equal(m.nheaders, 2);
	assert_true(span_is(m.headers[0].name, "Subject"));
	assert_true(span_is(m.headers[0].value, "a\n b"));
	assert_int_equal(m.headers[1].value.n, 0);
	assert_int_equal(m.body.n, 50000);
	assert_int_equal(m.flaws, 0);
	end(&f);
}

/* 70 bytes, so many times, as long as more is wanted. */
static void fill_body(struct session *s, int times)
{
	unsigned char line[70];

	memset(line, 'x', sizeof line);
	while (times-- > 0 && session_body(s, line, sizeof line))
		;
}

static void limits_cut_and_say_so(void **state)
{
	struct fixture f;
	struct message m;

	(void)state;
	begin(&f);
	f.snapshot.limits.scan_bytes = 1000;
	f.snapshot.limits.header_bytes = 100;
	f.snapshot.limits.headers = 3;
	session_header(&f.session, "A", "1");
	session_header(&f.session, "B",
	    "a value too long for what header_bytes leaves, by far and away, whatever one thinks of it all, really");
	session_header(&f.session, "Subject", "last");
	session_header(&f.session, "C", "3");
	session_header(&f.session, "D", "4");
	assert_int_equal(f.session.flaws, FLAW_BIT(TRUNCATED));
	assert_false(f.session.subject_cut);
	fill_body(&f.session, 20);
	assert_true(session_message(&f.session, &m));
	assert_int_equal(m.nheaders, 3);
	assert_int_equal(m.body.n + 2 + 11 + 2, 999);
	assert_true(f.session.size > 1000);
	session_header(&f.session, "Subject", "one more");
	assert_true(f.session.subject_cut);
	end(&f);
}

static void held_bytes_are_given_back(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	f.snapshot.limits.held_bytes = 10000;
	fill_body(&f.session, 100);
	assert_null(f.session.trouble);
	fill_body(&f.session, 100);
	assert_string_equal(f.session.trouble, "held-bytes");
	assert_int_equal(f.session.raw.n, 0);
	assert_true(service_hold_bytes(10000, 10000)); /* all of it was given back */
	assert_false(service_hold_bytes(1, 10000));
	service_release_bytes(10000);
	end(&f);
}

static void null_senders(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	session_begin(&f.session, "<>");
	assert_true(f.session.null_sender);
	session_begin(&f.session, "");
	assert_true(f.session.null_sender);
	assert_false(session_wanted(&f.session)); /* nobody agreed yet */
	session_recipient(&f.session, "<taro@example.jp>");
	assert_true(session_wanted(&f.session));
	end(&f);
	assert_false(session_wanted(&f.session));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_of_every_case),
		cmocka_unit_test(trouble_never_rejects),
		cmocka_unit_test(marks),
		cmocka_unit_test(forged_headers_go_in_descending_order),
		cmocka_unit_test(subject_is_changed_or_added),
		cmocka_unit_test(replies),
		cmocka_unit_test(held_with_its_header),
		cmocka_unit_test(queue_ids),
		cmocka_unit_test(message_of_pieces),
		cmocka_unit_test(limits_cut_and_say_so),
		cmocka_unit_test(held_bytes_are_given_back),
		cmocka_unit_test(null_senders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
