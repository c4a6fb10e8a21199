#include <config.h>

#include "tools/reputation_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "tools/command.h"

#define LINE_BYTES 512u

void reputation_print(const struct reputation_entry *e, bool json)
{
	struct standing s;

	reputation_judge(e->lure, e->clean, &s);
	if (json) {
		struct buf out = BUF_HEAP;

		buf_str(&out, "{");
		json_key(&out, "kind");
		json_string(&out, span_str(e->kind));
		json_key(&out, "key");
		json_string(&out, span_str(e->name));
		json_key(&out, "lure");
		buf_printf(&out, "%.2f", e->lure);
		json_key(&out, "clean");
		buf_printf(&out, "%.2f", e->clean);
		json_key(&out, "share");
		buf_printf(&out, "%.3f", s.share);
		buf_str(&out, "}\n");
		fputs(buf_cstr(&out), stdout);
		buf_free(&out);
	} else {
		printf("%-8s %s %8.2f lure %8.2f clean  share %.2f\n", e->kind, e->name, e->lure, e->clean, s.share);
	}
}

/* --- worst and best --- */

struct top {
	struct reputation_entry v[REPUTATION_LISTED];
	size_t n;
	bool worst;
};

static double share_of(const struct reputation_entry *e)
{
	struct standing s;

	reputation_judge(e->lure, e->clean, &s);
	return s.share;
}

static void top_add(void *context, const struct reputation_entry *e)
{
	struct top *t = context;
	size_t i;

	for (i = t->n; i > 0; i--) {
		double a = share_of(&t->v[i - 1]), b = share_of(e);

		if (t->worst ? a >= b : a <= b)
			break;
		if (i < REPUTATION_LISTED)
			t->v[i] = t->v[i - 1];
	}
	if (i == REPUTATION_LISTED)
		return;
	t->v[i] = *e;
	if (t->n < REPUTATION_LISTED)
		t->n++;
}

static int trouble(int rc)
{
	if (rc < 0)
		tool_error("reputation: the store does not answer: %s", strerror(-rc));
	return rc < 0 ? EX_UNAVAILABLE : EX_OK;
}

int reputation_list(struct reputation *r, bool worst, bool json)
{
	struct top t = { .worst = worst };
	int rc = reputation_each(r, top_add, &t);

	for (size_t i = 0; i < t.n; i++)
		reputation_print(&t.v[i], json);
	return trouble(rc);
}

/* --- JSON lines --- */

#define FORM(text, real) \
	"{\"key\":\"" text "\",\"hour\":%u,\"seen\":%u,\"lures\":%u,\"lure\":" real ",\"clean\":" real "}"

static void export_one(void *unused, const struct reputation_entry *e)
{
	(void)unused;
	printf(FORM("%s", "%.6g") "\n", e->name, e->hour, e->seen, e->lures, e->old_lure, e->old_clean);
}

int reputation_export(struct reputation *r)
{
	return trouble(reputation_each(r, export_one, NULL));
}

static bool read_line(const char *line, struct reputation_entry *e)
{
	int end = 0;

	*e = (struct reputation_entry){ .kind = "" };
	return sscanf(line, FORM("%32[0-9a-f]", "%lf") " %n", e->name, &e->hour, &e->seen, &e->lures, &e->old_lure,
		   &e->old_clean, &end) == 6 &&
	    end > 0 && line[end] == '\0';
}

/* Read all of f, put it where `r` is given, and count; -(number of the wrong line). */
static long read_lines(FILE *f, struct reputation *r)
{
	char line[LINE_BYTES];
	struct reputation_entry e;
	long n = 0;

	while (fgets(line, sizeof line, f) != NULL) {
		n++;
		if (!read_line(line, &e) || e.lures > e.seen || strlen(e.name) + 1 != REPUTATION_NAME_BYTES)
			return -n;
		if (r != NULL && reputation_put(r, &e) < 0)
			return -n;
	}
	return n;
}

/* Standard input as a file that can be read twice. */
static FILE *open_lines(const char *path)
{
	FILE *f, *copy;
	int c;

	if (strcmp(path, "-") != 0)
		return fopen(path, "r");
	f = stdin;
	copy = tmpfile();
	while (copy != NULL && (c = getc(f)) != EOF)
		putc(c, copy);
	if (copy != NULL)
		rewind(copy);
	return copy;
}

int reputation_import(struct reputation *r, const char *path)
{
	FILE *f = open_lines(path);
	long n;

	if (f == NULL) {
		tool_error("%s: %s", path, strerror(errno));
		return EX_NOINPUT;
	}
	n = read_lines(f, NULL);
	if (n >= 0) {
		rewind(f);
		n = read_lines(f, r);
	}
	fclose(f);
	if (n < 0) {
		tool_error("%s:%ld: is no line of an export, or the store does not answer", path, -n);
		return EX_DATAERR;
	}
	fprintf(stderr, "lurectl: %ld keys imported\n", n);
	return EX_OK;
}
