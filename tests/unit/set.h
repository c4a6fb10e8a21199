/*
 * set - pattern files written as strings, for tests.
 * strings -> a temporary folder -> ruleset; texts -> struct visible
 */
#ifndef LURE_TESTS_SET_H
#define LURE_TESTS_SET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "match/matcher.h"

#define SET_FILES 8

/* The head of a file of its lure, as every test file has one. */
#define HEAD(lure) "format: 1\norigin: test\nversion: 1\nlure: " lure "\ntitle: T\n"

struct set {
	struct ruleset *ruleset;
	struct diags diags;
	int trouble;
};

/* Load files a.yaml, b.yaml ...; NULL ends the list. */
static inline struct set set_load(bool examples, const char *const *files)
{
	char folder[] = "/tmp/test_set.XXXXXX", path[64];
	const char *paths[] = { folder };
	struct ruleset_options o = { .examples = examples, .limits = LIMITS_DEFAULT,
		.today = "2026-11-25" };
	struct set s = { 0 };

	assert_non_null(mkdtemp(folder));
	for (int i = 0; files[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s/%c.yaml", folder, 'a' + i);
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs(files[i], f);
		fclose(f);
	}
	s.ruleset = ruleset_load(paths, 1, &o, &s.diags, &s.trouble);
	diags_sort(&s.diags);
	for (int i = 0; files[i] != NULL; i++) {
		snprintf(path, sizeof path, "%s/%c.yaml", folder, 'a' + i);
		unlink(path);
	}
	rmdir(folder);
	return s;
}

static inline void set_free(struct set *s)
{
	ruleset_release(s->ruleset);
	diags_free(&s->diags);
}

/* A set that must load. */
static inline struct ruleset *set_good(const char *const *files)
{
	struct set s = set_load(false, files);

	if (s.ruleset == NULL)
		diags_print(&s.diags, stderr);
	assert_non_null(s.ruleset);
	diags_free(&s.diags);
	return s.ruleset;
}

/* Is there a diagnostic in the k-th file at this place whose text holds `part`? Prints all where not. */
static inline void set_expect(const struct set *s, char file, unsigned line, unsigned column, const char *part)
{
	for (size_t i = 0; i < s->diags.n; i++) {
		const struct diag *d = &s->diags.v[i];
		size_t n = d->file != NULL ? strlen(d->file) : 0;

		if (n > 6 && d->file[n - 6] == file && d->line == line && d->column == column &&
		    strstr(d->text, part) != NULL)
			return;
	}
	fprintf(stderr, "missing: %c.yaml:%u:%u: %s\n", file, line, column, part);
	diags_print(&s->diags, stderr);
	fail();
}

/* A message as extract would give it. */
struct seen {
	struct field fields[4];
	struct visible visible;
};

static inline void seen_add(struct seen *s, enum field_id id, const char *text)
{
	s->fields[s->visible.nfields++] = (struct field){ .id = id, .text = span_str(text) };
	s->visible.fields = s->fields;
}

#endif
