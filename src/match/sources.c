#include <config.h>

#include "match/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/hmac.h"
#include "base/yaml.h"
#include "config/config.h"

static bool add_path(struct paths *p, char *name, enum trust trust)
{
	struct path *v = realloc(p->v, (p->n + 1) * sizeof *v);

	if (v == NULL || name == NULL) {
		p->v = v != NULL ? v : p->v;
		free(name);
		return false;
	}
	p->v = v;
	p->v[p->n++] = (struct path){ name, trust };
	return true;
}

static int pattern_file_name(const struct dirent *e)
{
	return config_is_pattern_file(e->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The *.yaml of a folder by name. Returns 0 or a negative errno. */
static int add_folder(struct paths *p, const char *folder, enum trust trust, struct diags *d)
{
	struct dirent **v = NULL;
	int n = scandir(folder, &v, pattern_file_name, by_name), rc = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		char *path = NULL;

		if (rc == 0 && (asprintf(&path, "%s/%s", folder, v[i]->d_name) < 0 || !add_path(p, path, trust)))
			rc = -ENOMEM;
		free(v[i]);
	}
	free(v);
	if (n == 0)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s: no pattern files (*.yaml) in this folder", folder);
	return rc;
}

int sources_list(const char *const *v, size_t n, struct paths *ret, struct diags *d)
{
	int trouble = 0;

	for (size_t i = 0; i < n; i++) {
		struct stat st;
		struct span path;
		enum trust trust;
		char *name;
		int rc;

		if (!config_entry(v[i], &path, &trust)) {
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s: the trust of a path is full, tag or test", v[i]);
			continue;
		}
		name = strndup(span_some(path).p, path.n);
		rc = name == NULL ? -ENOMEM : stat(name, &st) < 0 ? -errno : 0;
		if (rc == 0 && S_ISDIR(st.st_mode))
			rc = add_folder(ret, name, trust, d);
		else if (rc == 0 && !add_path(ret, strdup(name), trust))
			rc = -ENOMEM;
		if (rc < 0) {
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s: %s", v[i], strerror(-rc));
			trouble = rc;
		}
		free(name);
	}
	return trouble;
}

int sources_read(struct ruleset *s, const struct paths *p, struct diags *d)
{
	struct sha256_sum sum;
	uint8_t digest[SHA256_BYTES];
	int trouble = 0;

	s->sources = calloc(p->n + 1, sizeof *s->sources);
	s->trusts = calloc(p->n + 1, sizeof *s->trusts);
	if (s->sources == NULL || s->trusts == NULL)
		return -ENOMEM;
	sha256_start(&sum);
	for (size_t i = 0; i < p->n; i++) {
		struct source *src = &s->sources[s->nsources];
		const char *name = p->v[i].name, *slash = strrchr(name, '/');
		int rc = source_read(name, YAML_FILE_MAX, src);

		if (rc < 0) {
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s: %s", name, strerror(-rc));
			trouble = rc;
			continue;
		}
		s->trusts[s->nsources++] = p->v[i].trust;
		sha256_add(&sum, span_str(slash != NULL ? slash + 1 : name));
		sha256_add(&sum, span("", 1)); /* a NUL: names cannot run into bytes */
		sha256_add(&sum, src->bytes);
		if (p->v[i].trust != TRUST_FULL)
			sha256_add(&sum, span_str(trust_name(p->v[i].trust)));
	}
	sha256_end(&sum, digest);
	for (size_t i = 0; i < 6; i++)
		snprintf(s->digest + 2 * i, 3, "%02x", digest[i]);
	return trouble;
}

void sources_forget(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].name);
	free(p->v);
	*p = (struct paths){ NULL, 0 };
}
