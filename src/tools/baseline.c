#include <config.h>

#include "tools/baseline.h"

#include <stdlib.h>

#include "base/yaml.h"
#include "tools/command.h"

struct baseline {
	struct source source;
	struct yaml_file *yaml; /* JSON as lurectl writes it is YAML too */
	struct earlier *v;
	size_t n;
};

static int compare(struct span x, struct span y)
{
	size_t n = x.n < y.n ? x.n : y.n;
	int c = n > 0 ? memcmp(x.p, y.p, n) : 0;

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

static int by_id(const void *a, const void *b)
{
	return compare(((const struct earlier *)a)->id, ((const struct earlier *)b)->id);
}

static bool read_result(const struct yaml *y, struct earlier *ret)
{
	const struct yaml *id = yaml_get(y, "id"), *verdict = yaml_get(y, "verdict");

	if (id == NULL || verdict == NULL || id->kind != YAML_SCALAR || verdict->kind != YAML_SCALAR)
		return false;
	for (int k = VERDICT_NONE; k <= VERDICT_REJECT; k++) {
		if (span_is(verdict->value, verdict_name((enum verdict_kind)k))) {
			*ret = (struct earlier){ id->value, (enum verdict_kind)k };
			return true;
		}
	}
	return false;
}

static int read_results(struct baseline *b, const char *path)
{
	const struct yaml *root = yaml_root(b->yaml), *list = NULL;

	if (root->kind == YAML_MAP)
		list = yaml_get(root, "results");
	if (list == NULL || list->kind != YAML_LIST) {
		tool_error("%s: this is nothing that evaluate --json wrote", path);
		return EX_DATAERR;
	}
	b->v = calloc(list->n + 1, sizeof *b->v);
	if (b->v == NULL) {
		tool_error("no memory");
		return EX_OSERR;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->kind != YAML_MAP || !read_result(list->items[i], &b->v[b->n++])) {
			tool_error("%s: result %zu has no id or no verdict", path, i);
			return EX_DATAERR;
		}
	}
	qsort(b->v, b->n, sizeof *b->v, by_id);
	return EX_OK;
}

struct baseline *baseline_read(const char *path, int *status)
{
	struct baseline *b = calloc(1, sizeof *b);
	struct diags d = { 0 };
	int rc;

	if (b == NULL) {
		*status = EX_OSERR;
		return NULL;
	}
	if ((rc = source_read(path, YAML_FILE_MAX, &b->source)) < 0) {
		tool_error("%s: %s", path, strerror(-rc));
		*status = EX_NOINPUT;
	} else if ((b->yaml = yaml_read(&b->source, &d)) == NULL) {
		*status = EX_DATAERR;
	} else {
		*status = read_results(b, path);
	}
	diags_print(&d, stderr);
	diags_free(&d);
	if (*status == EX_OK)
		return b;
	baseline_free(b);
	return NULL;
}

void baseline_free(struct baseline *b)
{
	if (b == NULL)
		return;
	if (b->yaml != NULL)
		yaml_close(b->yaml);
	if (b->source.name != NULL)
		source_free(&b->source);
	free(b->v);
	free(b);
}

const struct earlier *baseline_find(const struct baseline *b, const char *id)
{
	struct earlier want = { .id = span_str(id) };

	return bsearch(&want, b->v, b->n, sizeof want, by_id);
}
