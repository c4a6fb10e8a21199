/* What the reader of a mail sees, in which field. */
#include <config.h>

#include "extract/visible.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"

#define PARTS 12

static struct arena *arena;
static struct limits limits;
static struct message message;
static struct mail mail;
static struct part parts[PARTS];
static const struct visible *visible;

static struct part *add(enum part_kind kind, size_t parent, const char *text)
{
	struct part *p = &parts[mail.nparts++];

	*p = (struct part){ .kind = kind, .parent = parent, .text = span_str(text) };
	if (parent != PART_NO_PARENT)
		p->forwarded = parts[parent].forwarded || parts[parent].kind == PART_MESSAGE;
	return p;
}

static struct part *text_part(const char *text)
{
	return add(PART_TEXT, mail.nparts > 0 ? 0 : PART_NO_PARENT, text);
}

static void look(void)
{
	mail.parts = parts;
	assert_int_equal(visible_extract(arena, &message, &mail, &limits, 0, &visible), 0);
	for (size_t i = 0; i < visible->nfields; i++) {
		const struct field *f = &visible->fields[i];

		assert_true(f->text.n > 0);
		assert_int_equal(utf8_valid(f->text, NULL), f->text.n);
		assert_true(i == 0 || visible->fields[i - 1].id < f->id || f->id == FIELD_HEADER);
	}
}

static void has(enum field_id id, const char *text)
{
	const struct field *f = visible_field(visible, id);

	if (f == NULL ? text != NULL : text == NULL || !span_is(f->text, text))
		fail_msg("%s: [%.*s], not [%s]", field_name(id), f == NULL ? 0 : (int)f->text.n, f == NULL ? "" : f->text.p, text);
}

static void test_fields(void **state)
{
	static const struct address from[] = { { { "山田", 6 }, { "t@a.example", 11 } }, { { NULL, 0 }, { "u@a.example", 11 } } };
	static const struct mail_header headers[] = { { { "Subject", 7 }, { "件名", 6 }, { NULL, 0 } },
		{ { "X-Mailer", 8 }, { "m", 1 }, { NULL, 0 } } };
	(void)state;

	mail.subject = span_str("件名");
	mail.from = from;
	mail.nfrom = 2;
	mail.to = mail.reply_to = from + 1;
	mail.nto = mail.nreply_to = 1;
	mail.headers = headers;
	mail.nheaders = 2;
	message.client_address = span_str("192.0.2.1");
	message.client_name = span_str("mx.a.example");
	message.mail_from = span_str("e@a.example");
	text_part("本文 https://b.example/x です")->file_name = span_str("写真.jpg");
	look();
	has(FIELD_SUBJECT, "件名");
	has(FIELD_FROM_NAME, "山田");
	has(FIELD_FROM_ADDRESS, "t@a.example\nu@a.example");
	has(FIELD_REPLY_TO, "u@a.example");
	has(FIELD_TO, "u@a.example");
	has(FIELD_BODY, "本文 https://b.example/x です");
	has(FIELD_LINK, "https://b.example/x");
	has(FIELD_FILE_NAME, "写真.jpg");
	has(FIELD_ENVELOPE_FROM, "e@a.example");
	has(FIELD_CLIENT, "192.0.2.1\nmx.a.example");
	has(FIELD_QUOTED, NULL);
	has(FIELD_HIDDEN, NULL);
	assert_int_equal(visible->nfields, 12);
	assert_true(span_is(visible->fields[11].name, "x-mailer"));
	assert_true(span_is(visible->fields[11].text, "m"));
	assert_int_equal(visible->flaws, 0);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(field_name(FIELD_FROM_NAME), "from-name");
	assert_true(field_prose(FIELD_BODY) && field_prose(FIELD_FILE_NAME));
	assert_false(field_prose(FIELD_LINK) || field_prose(FIELD_HEADER));
}

static void test_html(void **state)
{
	(void)state;
	add(PART_HTML, PART_NO_PARENT, "<p>見える<b style=display:none>見えない文字です</b><a href='https://evil.example/'>bank.co.jp</a>"
	    " <a href='https://c.example/'>https://c.example/</a>");
	look();
	has(FIELD_BODY, "見えるbank.co.jp https://c.example/");
	has(FIELD_HIDDEN, "見えない文字です");
	has(FIELD_LINK, "https://evil.example/\nhttps://c.example/");
	assert_int_equal(visible->nlinks, 2);
	assert_true(visible->links[0].differs && !visible->links[1].differs);
	assert_true(span_is(visible->links[0].text, "bank.co.jp"));
	assert_int_equal(visible->flaws, FLAW_BIT(HIDDEN_TEXT) | FLAW_BIT(LINK_DIFFERS));
}

/* In the order in which it is shown; once only also in what is quoted. */
static void test_written_backwards(void **state)
{
	(void)state;
	mail.subject = span_str("\u202E名件");
	text_part("文本\n\u202E文本\u202Cです\n> \u202E用引\n")->file_name = span_str("写真\u202Etxt.gpj");
	look();
	has(FIELD_SUBJECT, "\u202E件名");
	has(FIELD_BODY, "文本\n\u202E本文\u202Cです\n> \u202E引用\n");
	has(FIELD_QUOTED, "\u202E引用\n");
	has(FIELD_FILE_NAME, "写真\u202Ejpg.txt");
}

static void test_few_hidden_letters(void **state)
{
	(void)state;
	add(PART_HTML, PART_NO_PARENT, "<title>題名は隠し文字ではない</title><i hidden>&nbsp;&zwnj;少し</i>本文");
	look();
	has(FIELD_BODY, "本文");
	assert_int_equal(visible->flaws, 0);
}

static void test_alternative(void **state)
{
	(void)state;
	add(PART_MULTIPART, PART_NO_PARENT, "");
	text_part("こんにちは。\n\n* 一\n* 二\n\n詳細: https://a.example/x\n")->alternative = true;
	add(PART_MULTIPART, 0, "")->alternative = true;
	add(PART_HTML, 2, "<p>こんにちは。<ul><li>一<li>二</ul>詳細: <a href='https://a.example/x'>https://a.example/x</a>"
	    "<a href='https://b.example/'><img></a><i hidden>隠した文</i>");
	look();
	has(FIELD_BODY, "こんにちは。\n\n* 一\n* 二\n\n詳細: https://a.example/x\n");
	has(FIELD_LINK, "https://a.example/x\nhttps://b.example/");
	has(FIELD_HIDDEN, "隠した文");
	assert_int_equal(visible->nlinks, 2);
}

static void test_alternative_that_differs(void **state)
{
	(void)state;
	add(PART_MULTIPART, PART_NO_PARENT, "");
	text_part("一")->alternative = true;
	add(PART_HTML, 0, "<p>一 二")->alternative = true;
	add(PART_TEXT, 0, "一");
	look();
	has(FIELD_BODY, "一\n\n一 二\n\n一");
}

static void test_order_and_place(void **state)
{
	(void)state;
	add(PART_MULTIPART, PART_NO_PARENT, "");
	text_part("前書き")->place = PLACE_ASIDE;
	text_part("添付")->place = PLACE_ATTACHED;
	text_part("本文");
	add(PART_OPAQUE, 0, "");
	add(PART_HTML, 0, "<b hidden>脇の隠し文字です</b>脇")->place = PLACE_ASIDE;
	look();
	has(FIELD_BODY, "本文\n\n添付");
	has(FIELD_HIDDEN, "前書き\n\n脇の隠し文字です脇");
	assert_int_equal(visible->flaws, 0);
}

static void test_marks(void **state)
{
	const struct field *body;
	(void)state;

	add(PART_MULTIPART, PART_NO_PARENT, "");
	text_part("返事です。\n> 芸能人の\n> 話\nおわり\n-- \n山田");
	add(PART_HTML, 0, "返信<blockquote>引用</blockquote>");
	look();
	has(FIELD_BODY, "返事です。\n> 芸能人の\n> 話\nおわり\n-- \n山田\n\n返信\n\n引用");
	has(FIELD_QUOTED, "芸能人の\n話\n\n\n引用");
	body = visible_field(visible, FIELD_BODY);
	assert_int_equal(body->nmarks, 3);
	assert_int_equal(body->marks[0].kind, MARK_QUOTED);
	assert_true(span_is(span(body->text.p + body->marks[0].from, body->marks[0].to - body->marks[0].from), "> 芸能人の\n> 話\n"));
	assert_int_equal(body->marks[1].kind, MARK_SIGNATURE);
	assert_true(span_is(span(body->text.p + body->marks[1].from, body->marks[1].to - body->marks[1].from), "-- \n山田"));
	assert_int_equal(body->marks[2].kind, MARK_QUOTED);
	assert_int_equal(body->marks[2].to, body->text.n);
}

static void test_attached_message(void **state)
{
	static const struct mail_header headers[] = { { { "From", 4 }, { "鈴木 <s@a.example>", 20 }, { NULL, 0 } },
		{ { "subject", 7 }, { "元の件名", 12 }, { NULL, 0 } } };
	const struct field *body;
	struct part *p;
	(void)state;

	add(PART_MULTIPART, PART_NO_PARENT, "");
	p = add(PART_MESSAGE, 0, "");
	p->headers = headers;
	p->nheaders = 2;
	p->place = PLACE_ATTACHED;
	add(PART_TEXT, 1, "元の本文");
	text_part("転送します");
	look();
	has(FIELD_BODY, "転送します\n\n元の件名\n鈴木 <s@a.example>\n\n元の本文");
	has(FIELD_QUOTED, "元の件名\n鈴木 <s@a.example>\n\n元の本文");
	body = visible_field(visible, FIELD_BODY);
	assert_int_equal(body->nmarks, 2);
}

static void test_text_bytes(void **state)
{
	static const struct mail_header headers[] = { { { "X", 1 }, { "値値値値値値値値値値値値値値値値値値値値", 60 }, { NULL, 0 } } };
	struct buf text = BUF_HEAP, html = BUF_HEAP;
	(void)state;

	for (int i = 0; i < 3000; i++) {
		buf_str(&text, "> とても長い文\n");
		buf_str(&html, "<i hidden>隠した文</i>見える https://a.example/x ");
	}
	for (size_t bytes = 1; bytes < 100000; bytes = bytes * 3 + 1) {
		size_t all = 0;

		limits.text_bytes = bytes;
		mail = (struct mail){ .subject = buf_text(&text), .headers = headers, .nheaders = 1 };
		add(PART_MULTIPART, PART_NO_PARENT, "");
		text_part(buf_cstr(&text));
		add(PART_HTML, 0, buf_cstr(&html));
		look();
		for (size_t i = 0; i < visible->nfields; i++)
			all += visible->fields[i].text.n;
		assert_true(all <= bytes);
		assert_true(visible->flaws & FLAW_BIT(TRUNCATED));
		const struct field *body = visible_field(visible, FIELD_BODY);

		for (size_t i = 0; body != NULL && i < body->nmarks; i++)
			assert_true(body->marks[i].to <= body->text.n);
		arena_reset(arena);
	}
	buf_free(&text);
	buf_free(&html);
}

static void test_no_memory(void **state)
{
	struct arena *small;
	(void)state;

	mail.subject = span_str("件名");
	add(PART_HTML, PART_NO_PARENT, "<p>一<a href=x>二</a><blockquote>三</blockquote><i hidden>四");
	mail.parts = parts;
	for (size_t cap = 0; cap < 120000; cap += 777) {
		int rc;

		small = arena_new(cap);
		rc = visible_extract(small, &message, &mail, &limits, 0, &visible);
		assert_true(rc == 0 || rc == -ENOMEM);
		assert_true(rc == 0 || cap < 110000);
		arena_free(small);
	}
}

/* Its share of limits_arena(), beside decoding and folding: 4 x text_bytes. */
static void test_memory_is_bounded(void **state)
{
	static const char *const units[] = { "<p>とても長い文", "<a href=/x>y</a>", "<blockquote>引用</blockquote>x ", "<i hidden>隠した文</i>",
		"https://a.example/123456 ", "&gt; 引用<br>x<br>", "<style>.a{display:none}</style><i class=b>x</i>", "<ruby>一<rt>二</ruby><p>" };
	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct buf html = BUF_HEAP;

		buf_str(&html, "<base href='https://a.example/");
		for (int k = 0; k < 1900; k++)
			buf_byte(&html, 'd');
		buf_str(&html, "/'>");
		while (html.n < 100000)
			buf_str(&html, units[i]);
		mail = (struct mail){ .nparts = 0 };
		add(PART_MULTIPART, PART_NO_PARENT, "");
		for (int k = 0; k < 10; k++)
			add(PART_HTML, 0, buf_cstr(&html));
		arena_reset(arena);
		look();
		assert_true(arena_used(arena) < 4 * limits.text_bytes);
		buf_free(&html);
	}
}

static void test_empty(void **state)
{
	(void)state;
	text_part("");
	look();
	assert_int_equal(visible->nfields, 0);
	assert_null(visible_field(visible, FIELD_BODY));
}

static int setup(void **state)
{
	(void)state;
	limits = LIMITS_DEFAULT;
	message = (struct message){ .null_sender = false };
	mail = (struct mail){ .nparts = 0 };
	arena = arena_new(limits_arena(&limits));
	return arena == NULL;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fields), TEST(test_names), TEST(test_html), TEST(test_written_backwards),
		TEST(test_few_hidden_letters),
		TEST(test_alternative),
		TEST(test_alternative_that_differs), TEST(test_order_and_place), TEST(test_marks),
		TEST(test_attached_message),
		TEST(test_text_bytes), TEST(test_no_memory),
		TEST(test_memory_is_bounded), TEST(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
