/* lurectl test: the examples and cases of pattern files, told as a test runner does. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "score/examples.h"
#include "tools/colour.h"
#include "tools/command.h"
#include "tools/say.h"

/* What came instead of what was meant: of the item itself, and of the whole set. NULL: as meant, or not asked. */
struct outcome {
	bool run, local; /* local: only because of what the site changed */
	char *own, *whole;
};

struct test {
	const struct example *examples;
	size_t n;
	struct outcome *outcomes;
	size_t run, failed, upset;
	bool short_of_memory;
	bool verbose, tap, colour;
};

static void hear(void *arg, const struct example *e, enum example_by by, const char *got, const struct hits *hits)
{
	struct test *t = arg;
	struct outcome *o = &t->outcomes[e - t->examples];
	char *copy = got != NULL ? strdup(got) : NULL;

	(void)hits;
	o->run = true;
	o->local |= by == EXAMPLE_BY_LOCAL;
	*(by != EXAMPLE_BY_ITEM ? &o->whole : &o->own) = copy;
	t->short_of_memory |= got != NULL && copy == NULL;
}

static bool as_meant(const struct outcome *o)
{
	return o->own == NULL && o->whole == NULL;
}

/* What the site itself changed is no failure of the file. */
static bool upset(const struct outcome *o)
{
	return o->own == NULL && o->whole != NULL && o->local;
}

static bool failed(const struct outcome *o)
{
	return !as_meant(o) && !upset(o);
}

static const char *kind(const struct example *e)
{
	static const char *const names[] = { "match", "pass", "case" };

	return names[e->kind];
}

/* "FILE:12:9: match of quit-fee.pay" */
static void write_place(struct buf *out, const struct example *e)
{
	escape_terminal(out, span_str(e->source->name), false);
	buf_printf(out, ":%u:%u: %s", e->line, e->column, kind(e));
	if (e->item != NULL)
		buf_printf(out, " of %s", e->item->id);
}

static void write_expected(struct buf *out, const struct example *e)
{
	if (e->kind == EXAMPLE_MATCH)
		buf_str(out, "a hit");
	else
		buf_str(out, e->kind == EXAMPLE_CASE ? e->expect : "no hit, and none by the whole set");
}

static void write_got(struct buf *out, const struct example *e, const struct outcome *o)
{
	struct buf got = BUF_HEAP;

	if (o->own != NULL)
		buf_printf(&got, "%s%s", e->kind == EXAMPLE_MATCH ? "none, " : "", o->own);
	if (o->whole != NULL)
		buf_printf(&got, "%s%s", o->own != NULL ? "; " : "", o->whole);
	escape_terminal(out, buf_text(&got), false);
	buf_free(&got);
}

static void print_line(const struct test *t, const struct example *e, const struct outcome *o)
{
	struct buf out = BUF_HEAP;
	bool bad = failed(o);

	if (t->colour)
		buf_str(&out, bad ? COLOUR_BAD : upset(o) ? COLOUR_QUIET : COLOUR_GOOD);
	buf_str(&out, bad ? "FAIL" : upset(o) ? "local" : "ok");
	buf_str(&out, t->colour ? COLOUR_END " " : " ");
	write_place(&out, e);
	if (!as_meant(o)) {
		buf_str(&out, ": expected ");
		write_expected(&out, e);
		buf_str(&out, "; got ");
		write_got(&out, e, o);
	}
	puts(buf_cstr(&out));
	buf_free(&out);
}

/* Test Anything Protocol, version 13. */
static void print_tap(size_t number, const struct example *e, const struct outcome *o)
{
	struct buf out = BUF_HEAP;

	buf_printf(&out, "%s %zu - ", as_meant(o) ? "ok" : "not ok", number);
	write_place(&out, e);
	if (upset(o))
		buf_str(&out, " # TODO upset by local overrides");
	if (!as_meant(o)) {
		buf_str(&out, "\n# expected ");
		write_expected(&out, e);
		buf_str(&out, "\n# got ");
		write_got(&out, e, o);
	}
	puts(buf_cstr(&out));
	buf_free(&out);
}

static void print_json(const struct example *e, const struct outcome *o)
{
	struct buf out = BUF_HEAP, text = BUF_HEAP;

	buf_str(&out, "{");
	json_key(&out, "file");
	json_string(&out, span_str(e->source->name));
	json_key(&out, "line");
	buf_printf(&out, "%u", e->line);
	json_key(&out, "column");
	buf_printf(&out, "%u", e->column);
	json_key(&out, "kind");
	json_string(&out, span_str(kind(e)));
	json_key(&out, "id");
	json_string(&out, span_str(e->item != NULL ? e->item->id : ""));
	json_key(&out, "good");
	buf_str(&out, failed(o) ? "false" : "true");
	json_key(&out, "local");
	buf_str(&out, upset(o) ? "true" : "false");
	json_key(&out, "expected");
	write_expected(&text, e);
	json_string(&out, buf_text(&text));
	json_key(&out, "got");
	buf_clear(&text);
	write_got(&text, e, o);
	json_string(&out, buf_text(&text));
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&text);
	buf_free(&out);
}

static void print_end(const struct tool *tool, const struct test *t, const struct ruleset *r)
{
	struct buf out = BUF_HEAP;

	if (t->tap) {
		printf("1..%zu\n", t->run);
		return;
	}
	if (!tool->json) {
		printf(SAY_FORMAT_TESTED, t->run, t->run - t->failed - t->upset, t->failed, ruleset_digest(r));
		if (t->upset > 0) {
			putchar('\n');
			printf(SAY_FORMAT_UPSET, t->upset);
		}
		putchar('\n');
		return;
	}
	buf_str(&out, "{");
	json_key(&out, "examples");
	buf_printf(&out, "%zu", t->run);
	json_key(&out, "failed");
	buf_printf(&out, "%zu", t->failed);
	json_key(&out, "local");
	buf_printf(&out, "%zu", t->upset);
	json_key(&out, "digest");
	json_string(&out, span_str(ruleset_digest(r)));
	json_key(&out, "version");
	json_string(&out, span_str(ruleset_version(r)));
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&out);
}

/* First what stands at signs and rules, then the cases, in the order of the files. What is retired was not run. */
static void print_all(const struct tool *tool, struct test *t, const struct ruleset *r)
{
	if (t->tap)
		puts("TAP version 13");
	for (size_t i = 0; i < t->n; i++) {
		const struct outcome *o = &t->outcomes[i];

		if (!o->run)
			continue;
		t->run++;
		t->failed += failed(o);
		t->upset += upset(o);
		if (t->tap)
			print_tap(t->run, &t->examples[i], o);
		else if (tool->json)
			print_json(&t->examples[i], o);
		else if (!as_meant(o) || t->verbose)
			print_line(t, &t->examples[i], o);
	}
	print_end(tool, t, r);
}

static int run_set(const struct tool *tool, struct test *t, const struct ruleset *r)
{
	int rc;

	t->examples = ruleset_examples(r, &t->n);
	t->outcomes = calloc(t->n + 1, sizeof *t->outcomes);
	rc = t->outcomes == NULL ? -1 : examples_match(r, hear, t);
	if (rc == 0)
		rc = examples_judge(r, hear, t);
	if (rc == 0 && !t->short_of_memory)
		print_all(tool, t, r);
	else
		tool_error("no memory to run the examples");
	for (size_t i = 0; t->outcomes != NULL && i < t->n; i++) {
		free(t->outcomes[i].own);
		free(t->outcomes[i].whole);
	}
	free(t->outcomes);
	if (rc != 0 || t->short_of_memory)
		return EX_OSERR;
	return t->failed > 0 ? 1 : EX_OK;
}

int command_test(int argc, char **argv)
{
	struct tool tool;
	struct test t = { 0 };
	struct ruleset *r;
	const char *colour = NULL;
	const struct tool_option own[] = {
		{ .name = "-v", .flag = &t.verbose },
		{ .name = "--tap", .flag = &t.tap },
		{ .name = "--color", .value = &colour },
		{ 0 },
	};
	int n = tool_begin(&tool, command_find("test"), own, argc, argv), status = EX_USAGE;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (colour_wanted(colour, stdout, &t.colour)) {
		for (int i = 1; i <= n; i++)
			tool.patterns[tool.npatterns++] = argv[i];
		r = tool_ruleset(&tool, false, &status);
		if (r != NULL)
			status = run_set(&tool, &t, r);
		ruleset_release(r);
	}
	tool_end(&tool);
	return status;
}
