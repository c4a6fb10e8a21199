/* lurectl check: compile pattern files and run their examples. */
#include <config.h>

#include <stdio.h>

#include "base/escape.h"
#include "tools/command.h"
#include "tools/say.h"

static void print_json(const struct tool *t, const struct ruleset *r)
{
	static const char *const level[] = { "error", "warning", "note" };
	struct buf out = BUF_HEAP;

	for (size_t i = 0; i < t->diags.n; i++) {
		const struct diag *d = &t->diags.v[i];

		buf_clear(&out);
		buf_str(&out, "{");
		json_key(&out, "level");
		json_string(&out, span_str(level[d->level]));
		json_key(&out, "file");
		json_string(&out, span_str(d->file));
		json_key(&out, "line");
		buf_printf(&out, "%u", d->line);
		json_key(&out, "column");
		buf_printf(&out, "%u", d->column);
		json_key(&out, "text");
		json_string(&out, span_str(d->text));
		buf_str(&out, "}");
		puts(buf_cstr(&out));
	}
	buf_clear(&out);
	buf_str(&out, "{");
	json_key(&out, "errors");
	buf_printf(&out, "%zu", t->diags.errors);
	json_key(&out, "warnings");
	buf_printf(&out, "%zu", t->diags.warnings);
	json_key(&out, "digest");
	json_string(&out, span_str(r != NULL ? ruleset_digest(r) : ""));
	json_key(&out, "version");
	json_string(&out, span_str(r != NULL ? ruleset_version(r) : ""));
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&out);
}

static void print_summary(const struct tool *t, const struct ruleset *r)
{
	size_t nfamilies, nitems, rules = 0, signs = 0, words;

	if (r == NULL) {
		printf(SAY_FORMAT_CHECK_BAD, t->diags.errors, t->diags.warnings);
		putchar('\n');
		return;
	}
	ruleset_families(r, &nfamilies);
	const struct item *const *items = ruleset_items(r, &nitems);

	for (size_t i = 0; i < nitems; i++) {
		rules += items[i]->kind == ITEM_RULE;
		signs += items[i]->kind == ITEM_SIGN;
	}
	ruleset_words(r, &words);
	printf(SAY_FORMAT_CHECK_GOOD, nfamilies, rules, signs, ruleset_patterns(r), words, ruleset_digest(r));
	putchar('\n');
}

int command_check(int argc, char **argv)
{
	struct tool t;
	struct ruleset *r;
	int n = tool_begin(&t, command_find("check"), NULL, argc, argv), status = EX_OK;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	for (int i = 1; i <= n; i++)
		t.patterns[t.npatterns++] = argv[i];
	r = tool_ruleset(&t, true, &status);
	if (t.json)
		print_json(&t, r);
	else
		print_summary(&t, r);
	ruleset_release(r);
	tool_end(&t);
	return status;
}
