/* lurectl status: the counters of the running milter, read from its local socket. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/sock.h"
#include "tools/command.h"
#include "tools/say.h"
#include "tools/table.h"

#define STATUS_MAX (4u << 20)
#define PREFIX "lure_milter_"
#define ROWS_MAX 50u     /* signs and rules of a table */
#define ID_COLUMNS 60u
#define NAME_COLUMNS 200u

/* Everything that the socket gives; false with a sentence where it does not. */
static bool fetch(const char *path, struct buf *out)
{
	struct sock_spec spec;
	const char *why;
	int fd;

	if (sock_parse(path, &spec, &why) < 0) {
		tool_error("%s: %s", path, why);
		return false;
	}
	fd = sock_connect(&spec, 3000);
	if (fd < 0) {
		tool_error("%s: %s; is lure-milter running, with this status_socket?", path, strerror(-fd));
		return false;
	}
	while (out->n < STATUS_MAX && buf_reserve(out, 16384)) {
		ssize_t got = recv(fd, out->p + out->n, 16384, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		out->n += (size_t)got;
	}
	close(fd);
	if (out->n == 0)
		tool_error("%s: nothing was answered", path);
	return out->n > 0;
}

/* One sample line: "lure_milter_name{label="x"} 12". */
static bool sample(struct span line, struct span *name, struct span *value)
{
	size_t blank;

	if (line.n == 0 || line.p[0] == '#')
		return false;
	for (blank = line.n; blank > 0 && line.p[blank - 1] != ' '; blank--)
		;
	if (blank == 0)
		return false;
	*name = span(line.p, blank - 1);
	*value = span_from(line, blank);
	if (name->n > strlen(PREFIX) && memcmp(name->p, PREFIX, strlen(PREFIX)) == 0)
		*name = span_from(*name, strlen(PREFIX));
	return true;
}

/* --- by rule --- */

/* Counters with the label `rule`, in the two tables that they are shown in. */
static const struct counter {
	const char *name;
	bool test;
	size_t column;
} counters[] = {
	{ "rule_hits_total", false, 0 },
	{ "rule_tagged_total", false, 1 },
	{ "test_hits_total", true, 0 },
	{ "test_raised_total", true, 1 },
	{ "test_lowered_total", true, 2 },
};

/* One sign or rule; in `test` and not, it is two. */
struct row {
	struct span id; /* as a label has it: nothing in an id needs a backslash */
	bool test;
	long n[3];
};

struct rows {
	struct row *v;
	size_t n, cap;
};

/* Of a sample such as rule_hits_total{rule="x"}: a row with that number alone. */
static bool add_row(struct rows *r, struct span name, struct span value)
{
	static const char label[] = "{rule=\"", end[] = "\"}";
	const size_t skip = sizeof label - 1, behind = sizeof end - 1;

	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
		const struct counter *c = &counters[i];
		size_t n = strlen(c->name);

		if (name.n < n + skip + behind || !span_is(span(name.p, n), c->name) ||
		    !span_is(span(name.p + n, skip), label) || !span_is(span_from(name, name.n - behind), end))
			continue;
		if (r->n == r->cap) {
			size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
			struct row *v = realloc(r->v, cap * sizeof *v);

			if (v == NULL)
				return false;
			r->v = v;
			r->cap = cap;
		}
		r->v[r->n] = (struct row){ .id = span(name.p + n + skip, name.n - n - skip - behind),
			.test = c->test };
		r->v[r->n++].n[c->column] = strtol(value.p, NULL, 10);
		return true;
	}
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
	int c = x->test != y->test ? (int)x->test - (int)y->test : memcmp(x->id.p, y->id.p, n);

	return c != 0 ? c : (x->id.n > y->id.n) - (x->id.n < y->id.n);
}

/* The most frequent first. */
static int by_hits(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->n[0] != y->n[0] ? (x->n[0] < y->n[0] ? 1 : -1) : by_id(a, b);
}

/* The rows of one id become one. */
static void merge_rows(struct rows *r)
{
	size_t n = 0;

	if (r->n > 0)
		qsort(r->v, r->n, sizeof *r->v, by_id);
	for (size_t i = 0; i < r->n; i++) {
		if (n == 0 || by_id(&r->v[n - 1], &r->v[i]) != 0) {
			r->v[n++] = r->v[i];
			continue;
		}
		for (size_t k = 0; k < 3; k++)
			r->v[n - 1].n[k] += r->v[i].n[k];
	}
	r->n = n;
	if (n > 0)
		qsort(r->v, n, sizeof *r->v, by_hits);
}

static void print_rows(const struct rows *r, bool test)
{
	static const enum say heads[2][4] = { { SAY_STATUS_RULE, SAY_STATUS_HITS, SAY_STATUS_TAGGED, SAY_N },
		{ SAY_STATUS_TEST, SAY_STATUS_HITS, SAY_STATUS_RAISED, SAY_STATUS_LOWERED } };
	struct table t = { .columns = test ? 4 : 3 };
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct buf cell = BUF_HEAP;

		if (r->v[i].test != test || shown == ROWS_MAX) {
			left += r->v[i].test == test;
			continue;
		}
		for (size_t k = 0; shown == 0 && k < t.columns; k++)
			table_add(&t, say(heads[test][k]));
		shown++;
		table_cell(&cell, r->v[i].id, ID_COLUMNS);
		table_add(&t, buf_cstr(&cell));
		for (size_t k = 0; k + 1 < t.columns; k++) {
			buf_clear(&cell);
			buf_printf(&cell, "%ld", r->v[i].n[k]);
			table_add(&t, buf_cstr(&cell));
		}
		buf_free(&cell);
	}
	if (shown > 0)
		putchar('\n');
	table_print(&t, stdout);
	if (left > 0) {
		printf(SAY_FORMAT_MORE, left);
		putchar('\n');
	}
}

/* --- all of it --- */

/* Calls fn for each sample. */
static void each_sample(struct span text, void (*fn)(void *arg, struct span name, struct span value), void *arg)
{
	struct span name, value;

	for (size_t at = 0; at < text.n;) {
		size_t end = span_find(text, at, span_str("\n"));

		if (sample(span(text.p + at, end - at), &name, &value))
			fn(arg, name, value);
		at = end + 1;
	}
}

static void json_sample(void *arg, struct span name, struct span value)
{
	struct buf *out = arg;

	json_comma(out);
	json_string(out, name);
	buf_str(out, ":");
	buf_span(out, value);
}

struct shown {
	struct buf out;
	struct rows rows;
};

static void text_sample(void *arg, struct span name, struct span value)
{
	struct shown *s = arg;

	if (span_is(value, "0") || add_row(&s->rows, name, value))
		return;
	table_cell(&s->out, name, NAME_COLUMNS);
	buf_printf(&s->out, "%*s", name.n < 40 ? (int)(40 - name.n) : 1, "");
	buf_span(&s->out, value);
	buf_str(&s->out, "\n");
}

static void print_samples(struct span text, bool json)
{
	struct shown s = { .out = BUF_HEAP };

	if (json) {
		buf_str(&s.out, "{");
		each_sample(text, json_sample, &s.out);
		buf_str(&s.out, "}");
		puts(buf_cstr(&s.out));
	} else {
		each_sample(text, text_sample, &s);
		if (s.out.n == 0)
			puts(say(SAY_STATUS_EMPTY));
		fputs(buf_cstr(&s.out), stdout);
		merge_rows(&s.rows);
		print_rows(&s.rows, false);
		print_rows(&s.rows, true);
	}
	free(s.rows.v);
	buf_free(&s.out);
}

int command_status(int argc, char **argv)
{
	const char *path = NULL;
	bool raw = false;
	const struct tool_option own[] = { { "--socket", &path, NULL, NULL }, { "--raw", NULL, &raw, NULL }, { 0 } };
	struct tool t;
	struct buf text = BUF_HEAP;
	int n = tool_begin(&t, command_find("status"), own, argc, argv), status = EX_UNAVAILABLE;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (path == NULL)
		path = t.config->status_socket;
	if (n > 0 || path[0] == '\0') {
		tool_error(n > 0 ? "status: takes no argument" :
		    "status: no status_socket is configured; set it, or name it by --socket PATH");
		status = n > 0 ? EX_USAGE : EX_CONFIG;
	} else if (fetch(path, &text)) {
		status = EX_OK;
		if (raw)
			fputs(buf_cstr(&text), stdout);
		else
			print_samples(span(buf_cstr(&text), text.n), t.json);
	}
	buf_free(&text);
	tool_end(&t);
	return status;
}
