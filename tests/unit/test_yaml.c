#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/yaml.h"

static struct source source;
static struct diags diags;

/* The result of the text; what was wrong is in `diags`, sorted. */
static struct yaml_file *read_bytes(struct span text)
{
	source = (struct source){ "test.yaml", text };
	diags_free(&diags);
	struct yaml_file *f = yaml_read(&source, &diags);

	diags_sort(&diags);
	assert_int_equal(f == NULL, diags.errors > 0);
	return f;
}

static struct yaml_file *good(const char *text)
{
	struct yaml_file *f = read_bytes(span_str(text));

	if (f == NULL)
		diags_print(&diags, stderr);
	assert_non_null(f);
	assert_int_equal(diags.n, 0);
	return f;
}

struct expected {
	unsigned line, column;
	const char *text;
};

/* Just these errors, in this order; `text` is a part of the message. */
static void wrong_bytes(struct span text, const struct expected *want, size_t n)
{
	assert_null(read_bytes(text));
	if (diags.n != n)
		diags_print(&diags, stderr);
	assert_int_equal(diags.n, n);
	assert_int_equal(diags.errors, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(diags.v[i].line, want[i].line);
		assert_int_equal(diags.v[i].column, want[i].column);
		assert_string_equal(diags.v[i].file, "test.yaml");
		if (strstr(diags.v[i].text, want[i].text) == NULL)
			assert_string_equal(diags.v[i].text, want[i].text);
	}
}

#define WRONG(text, ...) \
	wrong_bytes(span(text, sizeof(text) - 1), (const struct expected[]){ __VA_ARGS__ }, \
	    sizeof((struct expected[]){ __VA_ARGS__ }) / sizeof(struct expected))

static int teardown(void **state)
{
	diags_free(&diags);
	return 0;
}

static void test_nodes(void **state)
{
	struct yaml_file *f = good("# comment\n"
	    "name: 値\n"
	    "list: [a, 'b c', \"d\\n\"]\n"
	    "map:\n"
	    "  k: {x: 1, y: }\n"
	    "  empty: []\n");
	const struct yaml *root = yaml_root(f), *list = yaml_get(root, "list"), *map = yaml_get(root, "map"), *k;

	assert_ptr_equal(yaml_source(f)->bytes.p, source.bytes.p);
	assert_string_equal(yaml_source(f)->name, "test.yaml");
	assert_int_equal(root->kind, YAML_MAP);
	assert_int_equal(root->n, 3);
	assert_true(span_is(root->keys[2]->value, "map"));
	assert_true(span_is(yaml_get(root, "name")->value, "値"));
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->n, 3);
	assert_int_equal(list->items[0]->style, YAML_PLAIN);
	assert_int_equal(list->items[1]->style, YAML_SINGLE);
	assert_true(span_is(list->items[1]->value, "b c"));
	assert_int_equal(list->items[2]->style, YAML_DOUBLE);
	assert_true(span_is(list->items[2]->value, "d\n"));
	k = yaml_get(map, "k");
	assert_int_equal(k->kind, YAML_MAP);
	assert_true(span_is(yaml_get(k, "x")->value, "1"));
	assert_int_equal(yaml_get(k, "y")->value.n, 0);
	assert_int_equal(yaml_get(map, "empty")->n, 0);
	assert_null(yaml_get(map, "nothing"));
	assert_null(yaml_get(list, "a"));
	assert_null(yaml_get(NULL, "a"));
	yaml_close(f);
	yaml_close(NULL);
}

static void test_where_nodes_stand(void **state)
{
	struct yaml_file *f = good("a: 1\n日本:  '値'\nlist:\n  - x\n  - {y: z}\nlit: |\n  text\n");
	const struct yaml *root = yaml_root(f);
	static const unsigned keys[][2] = { { 1, 1 }, { 2, 1 }, { 3, 1 }, { 6, 1 } };
	static const unsigned values[][2] = { { 1, 4 }, { 2, 6 }, { 4, 3 }, { 6, 6 } };

	for (size_t i = 0; i < root->n; i++) {
		assert_int_equal(root->keys[i]->line, keys[i][0]);
		assert_int_equal(root->keys[i]->column, keys[i][1]);
		assert_int_equal(root->items[i]->line, values[i][0]);
		assert_int_equal(root->items[i]->column, values[i][1]);
	}
	assert_int_equal(root->items[2]->items[1]->line, 5);
	assert_int_equal(root->items[2]->items[1]->column, 5);
	assert_int_equal(root->items[2]->items[1]->items[0]->column, 9);
	yaml_close(f);
}

static void test_nothing(void **state)
{
	static const char *const texts[] = { "", "\n\n", "# only a comment\n", "---\n...\n", "\xEF\xBB\xBF", NULL };

	for (const char *const *t = texts; *t != NULL; t++) {
		struct yaml_file *f = good(*t);
		const struct yaml *root = yaml_root(f);

		/* `---` and nothing is an empty scalar to libyaml */
		assert_true(root->kind == YAML_MAP ? root->n == 0 : root->value.n == 0);
		yaml_close(f);
	}
	struct yaml_file *f = read_bytes(span(NULL, 0));

	assert_non_null(f);
	assert_int_equal(yaml_root(f)->kind, YAML_MAP);
	assert_int_equal(yaml_root(f)->n, 0);
	yaml_close(f);
}

static void test_nul_behind_values(void **state)
{
	struct yaml_file *f = good("a: text\nb: ''\n");

	assert_string_equal(yaml_get(yaml_root(f), "a")->value.p, "text");
	assert_string_equal(yaml_get(yaml_root(f), "b")->value.p, "");
	yaml_close(f);
}

/* A file that came from Windows: BOM and CR LF. */
static void test_windows(void **state)
{
	WRONG("\xEF\xBB\xBF" "a: 1\r\na: 2\r\n", { 2, 1, "key 'a'" });
	WRONG("\xEF\xBB\xBF" "a: &x 1\r\n", { 1, 4, "anchors" });
	WRONG("\xEF\xBB\xBF" "a: \x01\r\n", { 1, 4, "control" });
	assert_string_equal(diags.v[0].quoted, "a: \x01");
	struct yaml_file *f = good("\xEF\xBB\xBF" "a: x\r\nb: |\r\n  one\r\n  two\r\n");
	unsigned line, column;

	assert_true(span_is(yaml_get(yaml_root(f), "a")->value, "x"));
	assert_true(span_is(yaml_get(yaml_root(f), "b")->value, "one\ntwo\n"));
	yaml_position(f, yaml_get(yaml_root(f), "b"), 5, &line, &column);
	assert_int_equal(line, 4);
	assert_int_equal(column, 4);
	yaml_close(f);
}

static void test_duplicate_keys(void **state)
{
	WRONG("a: 1\nb: 2\na: 3\n", { 3, 1, "key 'a' stands here a second time; the first is in line 1" });
	WRONG("x: {日本: 1, y: 2, 日本: 3}\n", { 1, 18, "key '日本'" });
	WRONG("a: 1\n'a': 2\n\"a\": 3\n", { 2, 1, "in line 1" }, { 3, 1, "in line 1" });
	/* every map with its own keys, and all of the file at once */
	WRONG("m:\n  a: 1\n  a: 2\nn:\n  a: 1\n  b: 1\n  b: 2\nm: 3\n",
	    { 3, 3, "key 'a'" }, { 7, 3, "key 'b'" }, { 8, 1, "key 'm'" });
	yaml_close(good("m: {a: 1}\nn: {a: 1}\nA: 1\na: 1\naa: 1\n"));
}

static void test_many_keys(void **state)
{
	struct buf text = BUF_HEAP;
	struct yaml_file *f;

	for (int i = 0; i < 100000; i++) /* a second, were each compared with each */
		buf_printf(&text, "k%d: v\n", i);
	f = good(buf_cstr(&text));
	assert_int_equal(yaml_root(f)->n, 100000);
	yaml_close(f);
	buf_str(&text, "k77: again\n");
	assert_null(read_bytes(buf_text(&text)));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].line, 100001);
	buf_free(&text);
}

static void test_what_is_refused(void **state)
{
	WRONG("a: &x 1\nb: *x\n", { 1, 4, "anchors are not supported" }, { 2, 4, "aliases are not supported" });
	WRONG("a: &x [1]\n", { 1, 4, "anchors" });
	WRONG("a: &x {b: 1}\n", { 1, 4, "anchors" });
	WRONG("a: !!str 1\nb: !local [x]\n", { 1, 4, "tags are not supported" }, { 2, 4, "tags are not supported" });
	WRONG("*x : 1\n", { 1, 1, "aliases" });
	WRONG("? [a, b]\n: 1\n? {c: d}\n: 2\n", { 1, 3, "a key must be plain text" },
	    { 3, 3, "a key must be plain text" });
	WRONG("a: 1\n---\nb: 2\n", { 2, 1, "a second document" });
	WRONG("a: 1\n---\n", { 2, 1, "a second document" });
}

static void test_aliases_do_not_multiply(void **state)
{
	struct buf text = BUF_HEAP;

	buf_str(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buf_printf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 9; k++)
			buf_printf(&text, "%s*a%d", k > 0 ? ", " : "", i - 1);
		buf_str(&text, "]\n");
	}
	assert_null(read_bytes(buf_text(&text)));
	assert_int_equal(diags.n, 12 + 11 * 9);
	buf_free(&text);
}

static void test_syntax(void **state)
{
	WRONG("a: [1, 2\nb: 3\n", { 1, 4, "this list is not closed: ] is missing" });
	WRONG("a: {b: 1\n- c\n", { 1, 4, "this map is not closed: } is missing" });
	WRONG("日: 'open\n", { 1, 4, "no closing '" });
	WRONG("日: [x, \"open]\nb: [\"y\"]\n", { 1, 8, "no closing \"" });
	WRONG("a: ['x' 'y',\n 'z'\n 'w']\n", { 1, 9, "a ',' is missing" }, { 3, 2, "a ',' is missing" });
	WRONG("a: 1\n  b: 2\n", { 2, 3, "no key may stand here" });
	WRONG("  a: 1\n b: 2\n", { 2, 2, "look at its indentation" });
	WRONG("a: 'x' y\n", { 1, 8, "behind its closing quote" });
	WRONG("\tx: 1\n", { 1, 1, "a tab does not indent" });
	WRONG("a: 1\n\tb: 1\n", { 2, 1, "a tab does not indent" });
	WRONG("a: @x\n", { 1, 4, "cannot begin with '@'" });
	WRONG("a: *\n", { 1, 4, "cannot begin with '*'" });
	WRONG("a: 月: 日: x\nb: c: d\n", { 1, 5, "': ' ends a key" }, { 2, 5, "': ' ends a key" });
	WRONG("a: - x\nb: |\n月の\nc: @\n", { 1, 4, "cannot begin with '-'" }, { 3, 1, "is no 'key: value'" },
	    { 4, 4, "cannot begin" });
	WRONG("a: \"\\d\\s\"\nb: \"月\\x{3042}\"\n", { 1, 5, "'\\d' is no escape" }, { 2, 6, "'\\x' is no escape" });
	WRONG("x: 1\na\nb：月\nc:月\nd 月\n", { 2, 1, "is no 'key: value'" }, { 3, 1, "is no 'key: value'" },
	    { 4, 1, "is no 'key: value'" }, { 5, 1, "is no 'key: value'" });
}

/* One run finds what stands before an error of syntax, and what stands behind one that can be mended. */
static void test_errors_beside_errors_of_syntax(void **state)
{
	WRONG("a: 1\na: &x 2\nb: [\n", { 2, 1, "key 'a'" }, { 2, 4, "anchors" }, { 3, 4, "not closed" });
	WRONG("a: &x 1\nb: @y\nc: [1\nd: 'z\ne: *x\ne: 2\n", { 1, 4, "anchors" }, { 2, 4, "begin with '@'" },
	    { 3, 4, "not closed" }, { 4, 4, "no closing" }, { 5, 4, "aliases" }, { 6, 1, "key 'e'" });
	WRONG("a: &x 1\n  b: 2\nc: &y 1\n", { 1, 4, "anchors" }, { 2, 3, "was not read" });
}

/* What a reader gets in spite of errors: all but what they are about. */
static void test_reading_on(void **state)
{
	struct yaml_file *f;
	const struct yaml *root;

	(void)state;
	source = (struct source){ "test.yaml", span_str("a: @x\nb: [1, 2\nc: 'y'\nb: 3\n? [k]\n: v\nd: *x\n") };
	f = yaml_read_on(&source, &diags);
	assert_non_null(f);
	assert_int_equal(diags.errors, 5);
	assert_false(yaml_is_cut(f));
	root = yaml_root(f);
	assert_int_equal(root->n, 4);
	assert_false(root->broken);
	assert_true(yaml_get(root, "a")->broken);
	assert_int_equal(yaml_get(root, "b")->n, 2);
	assert_false(yaml_get(root, "c")->broken);
	assert_true(yaml_get(root, "d")->broken);
	yaml_correct(root, 2, "e");
	assert_null(yaml_get(root, "c"));
	assert_true(span_is(yaml_get(root, "e")->value, "y"));
	yaml_close(f);
	diags_free(&diags);
	/* cut: what was read last may not be all that was meant */
	source.bytes = span_str("a: {b: 1}\nc:\n  - d: 1\n     e: 2\nf: 1\n");
	f = yaml_read_on(&source, &diags);
	assert_int_equal(diags.errors, 1);
	assert_true(yaml_is_cut(f));
	root = yaml_root(f);
	assert_int_equal(root->n, 2);
	assert_true(root->broken);
	assert_false(yaml_get(root, "a")->broken);
	assert_true(yaml_get(root, "c")->items[0]->broken);
	assert_true(yaml_get(yaml_get(root, "c")->items[0], "d")->broken);
	yaml_close(f);
}

/* Each mending is a reading of its own: there is a last one. */
static void test_many_errors_of_syntax(void **state)
{
	struct buf text = BUF_HEAP;

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_printf(&text, "k%d: @\n", i);
	assert_null(read_bytes(buf_text(&text)));
	assert_int_equal(diags.errors, 101);
	buf_free(&text);
}

static void test_depth(void **state)
{
	for (unsigned depth = YAML_DEPTH_MAX - 1; depth <= YAML_DEPTH_MAX + 2; depth++) {
		struct buf flow = BUF_HEAP, block = BUF_HEAP;

		for (unsigned i = 0; i < depth; i++) {
			buf_byte(&flow, '[');
			buf_printf(&block, "%*sk:\n", (int)i, "");
		}
		for (unsigned i = 0; i < depth; i++)
			buf_byte(&flow, ']');
		if (depth <= YAML_DEPTH_MAX) {
			yaml_close(good(buf_cstr(&flow)));
			yaml_close(good(buf_cstr(&block)));
		} else {
			wrong_bytes(
			    buf_text(&flow), (struct expected[]){ { 1, YAML_DEPTH_MAX + 1, "nested too deeply" } }, 1);
			wrong_bytes(buf_text(&block),
			    (struct expected[]){ { YAML_DEPTH_MAX + 1, YAML_DEPTH_MAX + 1, "nested too deeply" } }, 1);
		}
		buf_free(&flow);
		buf_free(&block);
	}
}

/* A node at the deepest level does not end the reading where something was wrong before. */
static void test_depth_after_an_error(void **state)
{
	WRONG("a: &x 1\nb: [[[[[[[[[[[[[[[]]]]]]]]]]]]]]]\nc: !t 1\n", { 1, 4, "anchors" }, { 3, 4, "tags" });
}

static void test_very_deep(void **state)
{
	struct buf text = BUF_HEAP;

	for (int i = 0; i < 100000; i++)
		buf_str(&text, i % 2 ? "[" : "{a: ");
	assert_null(read_bytes(buf_text(&text)));
	assert_int_equal(diags.n, 1);
	buf_free(&text);
}

static void test_bytes(void **state)
{
	WRONG("a: 日\xFF\n", { 1, 5, "byte 0xFF is not UTF-8" });
	WRONG("a: 1\nb: \x93\xFA\x96\x7B\n", { 2, 4, "byte 0x93 is not UTF-8" }); /* Shift_JIS */
	WRONG("a: \xE6\x97", { 1, 4, "byte 0xE6 is not UTF-8" });
	WRONG("a: 1\nb: x\0y\n", { 2, 5, "control character U+0000" });
	WRONG("a: \x1B[31m\n", { 1, 4, "control character U+001B" });
	WRONG("a: \x7F\n", { 1, 4, "control character U+007F" });
	WRONG("日本: \xC2\x85\n", { 1, 5, "control character U+0085" });
	WRONG("a: x\xE2\x80\xA8y\n", { 1, 5, "control character U+2028" });
	WRONG("a: \xEF\xBF\xBE\n", { 1, 4, "control character U+FFFE" });
	WRONG("a: 1\rb: 2\r", { 1, 5, "a line that ends in CR alone" });
	yaml_close(good("a: \xF0\x9F\x98\x80\tb\xE2\x80\x8B\xEF\xBF\xBD\n"));
	/* written as escapes they are values like others */
	struct yaml_file *f = good("a: \"x\\0\\u2028\\e\"\n");

	assert_true(span_eq(yaml_get(yaml_root(f), "a")->value, span("x\0\xE2\x80\xA8\x1B", 6)));
	yaml_close(f);
}

static void test_allowed(void **state)
{
	assert_int_equal(yaml_allowed(span(NULL, 0)), 0);
	assert_int_equal(yaml_allowed(span_str("a\tb\r\nお")), 8);
	assert_int_equal(yaml_allowed(span_str("ab\r")), 2);
	assert_int_equal(yaml_allowed(span_str("ab\x01")), 2);
	assert_int_equal(yaml_allowed(span_str("ab\xC2\x9F" "c")), 2);
	assert_int_equal(yaml_allowed(span_str("ab\xC2\xA0" "c")), 5);
	assert_int_equal(yaml_allowed(span_str("ab\xE2\x80\xA9" "c")), 2);
	assert_int_equal(yaml_allowed(span_str("\xC3(")), 0);
}

/* The place of each byte of the value of `k`: "line:column" of each character, separated by blanks. */
static void check_positions(const char *text, const char *value, const char *want)
{
	struct yaml_file *f = good(text);
	const struct yaml *y = yaml_get(yaml_root(f), "k");
	struct buf got = BUF_HEAP;

	assert_non_null(y);
	assert_string_equal(y->value.p, value);
	for (size_t i = 0; i < y->value.n; i++) {
		unsigned line, column;

		if (((unsigned char)y->value.p[i] & 0xC0) == 0x80)
			continue;
		yaml_position(f, y, i, &line, &column);
		buf_printf(&got, "%s%u:%u", got.n > 0 ? " " : "", line, column);
	}
	assert_string_equal(buf_cstr(&got), want);
	buf_free(&got);
	yaml_close(f);
}

static void test_position_on_one_line(void **state)
{
	check_positions("k: abc\n", "abc", "1:4 1:5 1:6");
	check_positions("x: 1\nk:   金利a # c\n", "金利a", "2:6 2:7 2:8");
	check_positions("k: 'it''s'''\n", "it's'", "1:5 1:6 1:7 1:9 1:10");
	check_positions("日本: 1\n日: 2\nk: '金''利'\n", "金'利", "3:5 3:6 3:8");
	check_positions("{x: 'あ', k: 'い  う'}\n", "い  う", "1:14 1:15 1:16 1:17");
	check_positions("k: ' a '\n", " a ", "1:5 1:6 1:7");
}

static void test_position_over_lines(void **state)
{
	check_positions("k: ab\n  cd\n", "ab cd", "1:4 1:5 1:6 2:3 2:4");
	check_positions("k: ab \t\n   cd\n", "ab cd", "1:4 1:5 1:6 2:4 2:5");
	check_positions("k: 'a''\n  ''b'\n", "a' 'b", "1:5 1:6 1:8 2:3 2:5");
	check_positions("k: a\n\n  b\n", "a\nb", "1:4 1:5 3:3");
	check_positions("k: a\n\n\n\n  b\n", "a\n\n\nb", "1:4 1:5 3:1 4:1 5:3");
	check_positions("k: 'a\r\n  b\r\n\r\n\r\n  c'\r\n", "a b\n\nc", "1:5 1:6 2:3 2:4 4:1 5:3");
	check_positions("k: '\n  a'\n", " a", "1:5 2:3");
}

static void test_position_in_literals(void **state)
{
	check_positions("k: |\n  ab\n  c\n", "ab\nc\n", "2:3 2:4 2:5 3:3 3:4");
	check_positions("k: |-\n    金 利\n", "金 利", "2:5 2:6 2:7");
	check_positions("k: | # comment\n  a\n   b\n", "a\n b\n", "2:3 2:4 3:3 3:4 3:5");
	check_positions("k: |\n\n   a\n\n   b\n", "\na\n\nb\n", "2:4 3:4 3:5 4:4 5:4 5:5");
	/* the indentation in numbers: the value's first line begins with blanks */
	check_positions("k: |2\n    a\n  b\n", "  a\nb\n", "2:3 2:4 2:5 2:6 3:3 3:4");
	check_positions("m:\n  k: 1\nk: |1-\n  a", " a", "4:2 4:3");
	check_positions("k: |+\n  a\n\n    \n", "a\n\n  \n", "2:3 2:4 3:3 4:3 4:4 4:5");
}

/* Double-quoted and folded scalars have escapes and joined lines of many kinds: the place where they begin. */
static void test_position_of_the_rest(void **state)
{
	check_positions("k: \"a\\tb\"\n", "a\tb", "1:4 1:4 1:4");
	check_positions("k: >\n  a\n", "a\n", "1:4 1:4");
	struct yaml_file *f = good("k: [a]\n");
	unsigned line, column;

	yaml_position(f, yaml_get(yaml_root(f), "k"), 3, &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, 4);
	yaml_position(f, yaml_get(yaml_root(f), "k")->items[0], 1000000, &line, &column);
	assert_in_range(line, 1, 2);
	yaml_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_nodes, teardown),
		cmocka_unit_test_teardown(test_where_nodes_stand, teardown),
		cmocka_unit_test_teardown(test_nothing, teardown),
		cmocka_unit_test_teardown(test_nul_behind_values, teardown),
		cmocka_unit_test_teardown(test_windows, teardown),
		cmocka_unit_test_teardown(test_duplicate_keys, teardown),
		cmocka_unit_test_teardown(test_many_keys, teardown),
		cmocka_unit_test_teardown(test_what_is_refused, teardown),
		cmocka_unit_test_teardown(test_aliases_do_not_multiply, teardown),
		cmocka_unit_test_teardown(test_syntax, teardown),
		cmocka_unit_test_teardown(test_errors_beside_errors_of_syntax, teardown),
		cmocka_unit_test_teardown(test_reading_on, teardown),
		cmocka_unit_test_teardown(test_many_errors_of_syntax, teardown),
		cmocka_unit_test_teardown(test_depth, teardown),
		cmocka_unit_test_teardown(test_depth_after_an_error, teardown),
		cmocka_unit_test_teardown(test_very_deep, teardown),
		cmocka_unit_test_teardown(test_bytes, teardown),
		cmocka_unit_test_teardown(test_allowed, teardown),
		cmocka_unit_test_teardown(test_position_on_one_line, teardown),
		cmocka_unit_test_teardown(test_position_over_lines, teardown),
		cmocka_unit_test_teardown(test_position_in_literals, teardown),
		cmocka_unit_test_teardown(test_position_of_the_rest, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
