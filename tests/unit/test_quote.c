/* Which lines are another's. */
#include <config.h>

#include "extract/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *arena;

/* Texts in [ ] are what must be marked as quoted, in { } as signature. */
static void check(const char *marked)
{
	struct marks got = { NULL, 0, 0 };
	struct buf text = BUF_ARENA(arena, 0), shown = BUF_ARENA(arena, 0);
	size_t next = 0;

	for (const char *p = marked; *p != '\0'; p++)
		if (strchr("[]{}", *p) == NULL)
			buf_byte(&text, *p);
	assert_true(quote_mark(arena, buf_text(&text), 0, text.n, &got));
	marks_settle(&got);
	for (size_t i = 0; i <= text.n; i++) {
		if (next > 0 && got.v[next - 1].to == i)
			buf_byte(&shown, got.v[next - 1].kind == MARK_QUOTED ? ']' : '}');
		if (next < got.n && got.v[next].from == i)
			buf_byte(&shown, got.v[next++].kind == MARK_QUOTED ? '[' : '{');
		if (i < text.n)
			buf_byte(&shown, text.p[i]);
	}
	assert_string_equal(buf_cstr(&shown), marked);
}

static void test_signs(void **state)
{
	(void)state;
	check("はい。\n[> 明日ですか\n>> あさって\n]そうです。\n");
	check("[＞ 明日\n| 表\nTY> はい]");
	check("[ 　> x\n]a > b\n==> c\n<b> d\n| a | b |\n|x\n3> y\n");
	check("");
	check("本文だけ");
}

static void test_announcements(void **state)
{
	(void)state;
	check("了解です。\n\n[On Tue, 24 Nov 2026 12:00:00 +0900, Taro <taro@a.example> wrote:\n> 一\n]よろしく");
	check("[2026年11月24日(火) 12:00 山田太郎 <taro@a.example>:\n]\n[> 一\n]");
	check("[2026/11/24 12:00、山田 <taro@a.example>のメール:\n]二");
	check("[山田さんは書きました：\n> 一]");
	check("[On Tue, 24 Nov 2026, Taro <taro@a.example>\nwrote:\n]二");
	check("次のとおりです:\n2026年は良い年:\n振込先 a@b.example 宛:\n");
}

static void test_messages(void **state)
{
	(void)state;
	check("転送します。\n[-----Original Message-----\nFrom: 山田 <t@a.example>\nSent: x\n\n本文です。\n続き]");
	check("[---------- Forwarded message ---------\nFrom: x\n\n本文]");
	check("[-----元のメッセージ-----\n差出人: x\n本文]");
	check("[Begin forwarded message:\n\n本文]");
	check("[________________________________\n差出人: 山田\n送信日時: 2026年\n宛先: 鈴木\n件名: 連絡\n\n本文\n]");
	check("了解。\n\n[From: Taro <t@a.example>\n\nSent: Tuesday\n\nTo: x\n\nSubject: y\n\n本文\n\n]");
	check("[----- Original Message -----\nFrom: 山田\nTo: 鈴木\n]\n[> 一\n> 二\n]私の返事です。\n");
	check("From: 東京\nTo: 大阪\n切符を買いました\n");
	check("-----\nお知らせ\n----- 転送サービス -----\n");
}

static void test_brackets(void **state)
{
	(void)state;
	check("こんなメールです。\n[---- ここから ----\n当選しました。\n\n手数料を。\n---- ここまで ----\n]お気をつけて。\n");
	check("[===== 以下引用 =====\n一\n━━引用終わり━━\n]二");
	check("[▼▼ここから▼▼\n一\n▲▲ここまで▲▲]");
	check("---- ここから ----\n閉じない\n---- ここから ----\nままの文\n");
	check("ここから\n登録はここから ----\n---- ここから登録 ----\n---- ここまで ----\n");
}

static void test_signatures(void **state)
{
	(void)state;
	check("本文\n{-- \n山田太郎\na@b.example\n}");
	check("返事\n{--\n山田\n\n}[2026年11月24日(火) 12:00 鈴木 <s@a.example>:\n]\n[> 一\n]");
	check("本文\n{_______________________________________________\nusers mailing list\nusers@a.example\n}");
	check("本文\n____________________\n続き\n---\n");
	check("本文\n____________________");
}

static void test_strip(void **state)
{
	(void)state;
	assert_true(span_is(quote_strip(span_str("> > 一 ")), "一"));
	assert_true(span_is(quote_strip(span_str("＞＞一")), "一"));
	assert_true(span_is(quote_strip(span_str("TY> 一")), "一"));
	assert_true(span_is(quote_strip(span_str(" 一 ")), " 一 "));
	assert_true(span_is(quote_strip(span_str(">")), ""));
}

static void test_many(void **state)
{
	struct marks m = { NULL, 0, 0 };
	struct buf text = BUF_HEAP;
	(void)state;

	for (int i = 0; i < 20000; i++)
		buf_str(&text, "> 一\nFrom: 二\n____________________\n");
	assert_false(quote_mark(arena, buf_text(&text), 0, text.n, &m));
	assert_int_equal(m.n, MARKS_MAX);
	marks_settle(&m);
	for (size_t i = 1; i < m.n; i++)
		assert_true(m.v[i - 1].to < m.v[i].from);
	buf_free(&text);
}

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8u << 20);
	return arena == NULL;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs), cmocka_unit_test(test_announcements), cmocka_unit_test(test_messages),
		cmocka_unit_test(test_brackets),
		cmocka_unit_test(test_signatures), cmocka_unit_test(test_strip), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
