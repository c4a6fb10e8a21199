#include <config.h>

#include "tools/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/hmac.h"
#include "score/report.h"
#include "tools/say.h"

static void complain(const char *path)
{
	tool_error("evaluate: cannot write %s: %s", path, strerror(errno));
}

/* A file beside it with mode 0600; its name is to be freed. -1: it cannot be made, see errno. */
static int beside(const char *path, char **name)
{
	size_t n = strlen(path) + sizeof ".XXXXXX";

	*name = malloc(n);
	if (*name == NULL)
		return -1;
	snprintf(*name, n, "%s.XXXXXX", path);
	return mkostemp(*name, O_CLOEXEC);
}

bool page_possible(const char *path)
{
	char *name;
	int fd = beside(path, &name);

	if (fd < 0) {
		complain(path);
	} else {
		close(fd);
		unlink(name);
	}
	free(name);
	return fd >= 0;
}

/* 'sha256-...' of a piece, as a policy names it (CSP level 2, section 4.2.5; base64 of RFC 4648). */
static void hash_source(struct buf *out, struct span piece)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t sum[SHA256_BYTES + 1] = { 0 }; /* 33: a multiple of three */

	sha256(piece, sum);
	buf_str(out, "'sha256-");
	for (size_t i = 0; i < SHA256_BYTES; i += 3) {
		unsigned bits = (unsigned)sum[i] << 16 | (unsigned)sum[i + 1] << 8 | sum[i + 2];

		for (int shift = 18; shift >= (i + 3 > SHA256_BYTES ? 6 : 0); shift -= 6)
			buf_byte(out, digits[bits >> shift & 63]);
	}
	buf_str(out, "='");
}

static void policy(struct buf *out)
{
	buf_str(out, "default-src 'none'; script-src ");
	hash_source(out, page_js);
	buf_str(out, "; style-src ");
	hash_source(out, page_css);
	buf_str(out, "; base-uri 'none'; form-action 'none'");
}

/* No tag, no comment and no reference in it: all that HTML looks at in a script element. */
static void write_data(struct buf *out, struct span json)
{
	for (size_t i = 0; i < json.n; i++) {
		if (json.p[i] == '<' || json.p[i] == '>' || json.p[i] == '&')
			buf_printf(out, "\\u%04x", (unsigned)json.p[i]);
		else
			buf_byte(out, json.p[i]);
	}
}

static void json_items(const struct evaluation *e, struct buf *out)
{
	static const char *const kind[] = { "sign", "rule", "words" };
	size_t n;
	const struct family *const *families = ruleset_families(e->ruleset, &n);

	json_key(out, "families");
	buf_str(out, "[");
	for (size_t i = 0; i < n; i++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "id");
		json_string(out, span_str(families[i]->id));
		json_key(out, "title");
		json_string(out, span_str(families[i]->title));
		buf_str(out, "}");
	}
	buf_str(out, "]");
	json_key(out, "items");
	buf_str(out, "[");
	for (size_t i = 0; i < e->nusages; i++) {
		const struct item *item = e->usages[i].item;
		const char *role = "";

		for (enum role r = 0; r < ROLE_N; r++)
			if (item->kind == ITEM_SIGN && item->roles & ROLE_BIT(r))
				role = role_name(r);
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "id");
		json_string(out, span_str(item->id));
		json_key(out, "family");
		json_string(out, span_str(item->family->id));
		json_key(out, "kind");
		json_string(out, span_str(kind[item->kind]));
		json_key(out, "role");
		json_string(out, span_str(item->family->kind == FAMILY_CONTEXT ? "context" : role));
		json_key(out, "points");
		report_points(out, item->points);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

/* [tenths of points, its groups]: what other thresholds would make of each text. */
static void json_texts(const struct evaluation *e, struct buf *out)
{
	static const char *const by[] = { "category", "difficulty", "evasion", "part" };

	json_key(out, "texts");
	buf_str(out, "{");
	for (enum label l = 0; l < LABEL_N; l++) {
		json_key(out, label_name(l));
		buf_str(out, "[");
		for (size_t i = 0; i < e->nresults; i++) {
			const struct result *r = &e->results[i];
			const char *const name[] = { r->text->category, r->text->difficulty, r->text->evasion,
				r->text->part };

			if (r->n == 0 || r->text->label != l)
				continue;
			json_comma(out);
			buf_printf(out, "[%d", r->points);
			for (size_t k = 0; k < sizeof by / sizeof *by; k++) {
				const struct group *g = evaluation_group(e, by[k], name[k], l);

				if (g != NULL)
					buf_printf(out, ",%zu", (size_t)(g - e->groups));
			}
			buf_str(out, "]");
		}
		buf_str(out, "]");
	}
	buf_str(out, "}");
}

enum list { LIST_MISSED, LIST_FALSE, LIST_CHANGED, LIST_N };
static const char *const list_names[LIST_N] = { "missed", "false", "changed" };

static bool listed(enum list list, const struct result *r, const struct baseline *b)
{
	const struct earlier *before;

	if (r->n == 0)
		return false;
	if (list != LIST_CHANGED)
		return r->text->label == (list == LIST_MISSED ? LABEL_LURE : LABEL_HAM) &&
		       result_caught(r) == (list == LIST_FALSE);
	before = b != NULL ? baseline_find(b, r->text->id) : NULL;
	return before != NULL && before->kind != r->kind;
}

static int by_points(const void *a, const void *b)
{
	const struct result *x = *(const struct result *const *)a, *y = *(const struct result *const *)b;

	if (x->points != y->points)
		return x->points < y->points ? 1 : -1;
	return strcmp(x->text->id, y->text->id);
}

/* Those with most points first: they are the nearest misses, and the worst alarms. */
static bool json_list(struct evaluation *e, const struct baseline *b, enum list list, struct buf *out)
{
	const struct result **v = malloc((e->nresults + 1) * sizeof *v);
	size_t n = 0;

	if (v == NULL)
		return false;
	for (size_t i = 0; i < e->nresults; i++)
		if (listed(list, &e->results[i], b))
			v[n++] = &e->results[i];
	qsort(v, n, sizeof *v, by_points);
	json_key(out, list_names[list]);
	buf_str(out, "{");
	json_key(out, "total");
	buf_printf(out, "%zu", n);
	json_key(out, "cases");
	buf_str(out, "[");
	for (size_t i = 0; i < n && i < PAGE_CASES_MAX; i++) {
		json_comma(out);
		buf_str(out, "{");
		evaluation_json_result(e, b, v[i], out);
		if (list != LIST_CHANGED && v[i]->deciding->shown != NULL) {
			json_key(out, "fields");
			buf_str(out, v[i]->deciding->shown);
		}
		buf_str(out, "}");
	}
	buf_str(out, "]}");
	free(v);
	return true;
}

static bool json_all(struct evaluation *e, const struct baseline *b, bool texts, struct buf *out)
{
	buf_str(out, "{");
	json_key(out, "language");
	json_string(out, span_str(say_japanese() ? "ja" : "en"));
	json_key(out, "with_text");
	buf_str(out, texts ? "true" : "false");
	json_key(out, "baseline");
	buf_str(out, b != NULL ? "true" : "false");
	json_key(out, "reject_points");
	report_points(out, e->options.reject_points);
	evaluation_json_figures(e, out);
	json_items(e, out);
	json_texts(e, out);
	for (enum list l = 0; l < LIST_N; l++)
		if (!json_list(e, b, l, out))
			return false;
	buf_str(out, "}");
	return !out->failed;
}

/* report.html with what stands for {{policy}}, {{style}}, {{script}} and {{data}}. */
static void fill(struct buf *out, struct span json)
{
	struct span rest = page_html;

	while (rest.n > 0) {
		const char *mark = memmem(rest.p, rest.n, "{{", 2);
		size_t n = mark == NULL ? rest.n : (size_t)(mark - rest.p);

		buf_add(out, rest.p, n);
		rest = span(rest.p + n, rest.n - n);
		if (rest.n < 3)
			break;
		if (rest.p[2] == 'p')
			policy(out);
		else if (rest.p[2] == 'd')
			write_data(out, json);
		else
			buf_span(out, rest.p[3] == 't' ? page_css : page_js);
		mark = memmem(rest.p, rest.n, "}}", 2);
		n = mark == NULL ? rest.n : (size_t)(mark + 2 - rest.p);
		rest = span(rest.p + n, rest.n - n);
	}
}

static bool write_all(int fd, struct span s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s = span(s.p + n, s.n - (size_t)n);
	}
	return true;
}

/* Whole, or not at all. */
static bool write_file(const char *path, struct span s)
{
	char *name;
	int fd = beside(path, &name), trouble = errno;
	bool good = fd >= 0;

	if (good) {
		good = write_all(fd, s);
		trouble = errno;
		if (close(fd) != 0 && good) {
			good = false;
			trouble = errno;
		}
		if (good && rename(name, path) != 0) {
			good = false;
			trouble = errno;
		}
		if (!good)
			unlink(name);
	}
	free(name);
	errno = trouble;
	return good;
}

bool page_write(const char *path, struct evaluation *e, const struct baseline *b, bool texts)
{
	struct buf json = BUF_HEAP, out = BUF_HEAP;
	bool good = json_all(e, b, texts, &json);

	if (good)
		fill(&out, buf_text(&json));
	errno = ENOMEM;
	good = good && !out.failed && write_file(path, buf_text(&out));
	if (!good)
		complain(path);
	buf_free(&json);
	buf_free(&out);
	return good;
}
