#include <config.h>

#include "session/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "score/examples.h"
#include "session/mark.h"

#define REPLY_TEXT_MAX 400u /* libmilter takes 980 bytes, and every % is doubled */

static struct config *load_config(const struct origin *o, struct diags *d)
{
	struct config *c = config_new();

	if (c == NULL) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the configuration");
		return NULL;
	}
	if (o->config != NULL)
		config_read(c, o->config, d);
	for (size_t i = 0; i < o->nsettings; i++)
		config_set(c, o->settings[i], d);
	config_check(c, d);
	if (strlen(c->reject_text) > REPLY_TEXT_MAX)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "reject_text has more than %u bytes", REPLY_TEXT_MAX);
	if (!mark_good(c->subject_mark))
		diags_add(
		    d, DIAG_ERROR, NULL, 0, 0, "subject_mark must be one line of UTF-8, of at most %u bytes", MARK_MAX);
	return c;
}

/* The options' lists are separate words; scope reads one text. */
static struct span join(const struct config_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++) {
		buf_str(out, i > 0 ? ", " : "");
		buf_str(out, list->v[i]);
	}
	return buf_text(out);
}

static struct scope *load_scope(const struct config *c, struct diags *d)
{
	struct buf exempt = BUF_HEAP, internal = BUF_HEAP;
	struct scope_options o = {
		.exempt_networks = join(&c->exempt_networks, &exempt),
		.internal_networks = join(&c->internal_networks, &internal),
		.recipients = c->recipients[0] != '\0' ? c->recipients : NULL,
		.fallback = (enum consent)c->recipients_default,
	};
	struct scope *s = scope_load(&o, d);

	buf_free(&exempt);
	buf_free(&internal);
	return s;
}

static struct ruleset *load_ruleset(const struct origin *o, const struct snapshot *s, struct diags *d)
{
	const struct config_list *named = &s->config->patterns;
	const char *const standard[] = { o->patterns, config_local_patterns() };
	const char *const *paths = named->n > 0 ? (const char *const *)named->v : standard;
	size_t n = named->n > 0 ? named->n : standard[1] != NULL ? 2 : 1;
	struct ruleset_options options = { .examples = s->config->examples, .limits = s->limits };
	struct identity_options identity;
	char host[IDENTITY_HOST_MAX];
	struct ruleset *r;
	int trouble = 0;

	r = ruleset_load(paths, n, &options, d, &trouble);
	if (r != NULL && s->config->examples && !examples_run(r, d)) {
		ruleset_release(r);
		return NULL;
	}
	if (r != NULL) {
		identity_configure(s->config, "", host, &identity);
		excuse_check(r, &identity, d);
	}
	if (r == NULL && d->errors == 0)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "the patterns cannot be loaded: %s",
		    strerror(trouble != 0 ? -trouble : ENOMEM));
	return r;
}

struct snapshot *snapshot_load(const struct origin *o, struct diags *d)
{
	struct snapshot *s = calloc(1, sizeof *s);

	if (s == NULL) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory");
		return NULL;
	}
	s->holds = 1;
	s->config = load_config(o, d);
	if (s->config != NULL) {
		config_limits(s->config, &s->limits);
		s->scope = load_scope(s->config, d);
		s->ruleset = load_ruleset(o, s, d);
	}
	diags_sort(d);
	if (d->errors > 0) {
		snapshot_release(s);
		return NULL;
	}
	return s;
}

struct snapshot *snapshot_hold(struct snapshot *s)
{
	__atomic_add_fetch(&s->holds, 1, __ATOMIC_RELAXED);
	return s;
}

void snapshot_release(struct snapshot *s)
{
	if (s == NULL || __atomic_sub_fetch(&s->holds, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	scope_free(s->scope);
	ruleset_release(s->ruleset);
	config_free(s->config);
	free(s);
}
