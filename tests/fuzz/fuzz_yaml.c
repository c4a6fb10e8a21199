/*
 * Any bytes as a YAML file: an error or nodes, keys that differ, at most so deep; and what stands in the file at the
 * position of a value's character is that character.
 */
#include <config.h>

#include "base/yaml.h"

#include <stdint.h>
#include <stdlib.h>

#include "fuzz/fuzz.h"

#define LOOKED_UP 200 /* positions of one input: each is linear in its size */

static struct span at_position(struct span all, unsigned line, unsigned column)
{
	size_t at = 0;
	uint32_t cp;

	for (; line > 1; line--) {
		at = span_find(all, at, span_str("\n")) + 1;
		MUST(at <= all.n);
	}
	for (; column > 1; column--) {
		MUST(at < all.n);
		at += utf8_get(all.p + at, all.p + all.n, &cp);
	}
	return span_from(all, at);
}

/*
 * Positions spread over the value of a scalar. Where lines are joined, blanks and line ends stand for something else.
 */
static void check_positions(const struct yaml_file *f, const struct yaml *y, unsigned *left)
{
	size_t step = y->value.n / 10 + 1;
	unsigned line, column;

	yaml_position(f, y, y->value.n + 100, &line, &column);
	MUST(line >= y->line && column > 0);
	for (size_t i = 0; i < y->value.n && *left > 0; i += step) {
		struct span c = span_from(y->value, i), found;
		uint32_t cp;

		yaml_position(f, y, i, &line, &column);
		MUST(line >= y->line && column > 0);
		if (y->style == YAML_DOUBLE || y->style == YAML_FOLDED || ((unsigned char)c.p[0] & 0xC0) == 0x80 ||
		    strchr(" \t\n", c.p[0]) != NULL)
			continue;
		c.n = utf8_get(c.p, c.p + c.n, &cp);
		found = at_position(yaml_source(f)->bytes, line, column);
		MUST(found.n >= c.n && memcmp(found.p, c.p, c.n) == 0);
		--*left;
	}
}

static void check_node(const struct yaml_file *f, const struct yaml *y, unsigned depth, unsigned *left)
{
	MUST(y != NULL && depth <= YAML_DEPTH_MAX && y->line > 0 && y->column > 0);
	if (y->kind == YAML_SCALAR) {
		MUST(y->value.p[y->value.n] == '\0');
		check_positions(f, y, left);
		return;
	}
	for (size_t i = 0; i < y->n; i++) {
		if (y->kind == YAML_MAP) {
			const struct yaml *key = y->keys[i];

			check_node(f, key, depth + 1, left);
			MUST(key->kind == YAML_SCALAR);
			if (i < 100 && memchr(key->value.p, '\0', key->value.n) == NULL)
				MUST(yaml_get(y, key->value.p) == y->items[i]);
		}
		check_node(f, y->items[i], depth + 1, left);
	}
}

/* In spite of errors: nodes as good as others, but for where their text was mended. */
static void check_reading_on(const struct source *source, bool good)
{
	struct diags d = { 0 };
	struct yaml_file *f = yaml_read_on(source, &d);
	unsigned none = 0;

	MUST(good == (d.errors == 0));
	MUST(!good || (f != NULL && !yaml_is_cut(f)));
	if (f != NULL)
		check_node(f, yaml_root(f), 0, &none);
	yaml_close(f);
	diags_free(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { "fuzz", span((const char *)data, size) };
	struct diags d = { 0 };
	struct yaml_file *f = yaml_read(&source, &d);
	unsigned left = LOOKED_UP;
	double start = fuzz_cpu();
	char *printed = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&printed, &n);

	MUST((f == NULL) == (d.errors > 0));
	if (f != NULL)
		check_node(f, yaml_root(f), 0, &left);
	check_reading_on(&source, f != NULL);
	diags_sort(&d);
	diags_print(&d, out);
	fclose(out);
	MUST(utf8_valid(span(printed, n), NULL) == n);
	MUST(fuzz_cpu() - start < 5);
	free(printed);
	yaml_close(f);
	diags_free(&d);
	return 0;
}
