#include <config.h>

#include "tools/corpus.h"

#include <stdlib.h>

#define STRINGS_MAX ((size_t)1 << 30)

const char *label_name(enum label l)
{
	return l == LABEL_LURE ? "lure" : "ham";
}

struct text *corpus_text(struct corpus *c)
{
	if (c->ntexts == c->texts_cap) {
		size_t cap = c->texts_cap == 0 ? 256 : 2 * c->texts_cap;
		struct text *v = realloc(c->texts, cap * sizeof *v);

		if (v == NULL)
			return NULL;
		c->texts = v;
		c->texts_cap = cap;
	}
	c->texts[c->ntexts] = (struct text){ "", "", "", "", "", LABEL_LURE };
	return &c->texts[c->ntexts++];
}

bool corpus_place(struct corpus *c, const struct place *p)
{
	if (c->nplaces == c->places_cap) {
		size_t cap = c->places_cap == 0 ? 256 : 2 * c->places_cap;
		struct place *v = realloc(c->places, cap * sizeof *v);

		if (v == NULL)
			return false;
		c->places = v;
		c->places_cap = cap;
	}
	c->places[c->nplaces++] = *p;
	return true;
}

static bool add_folders(struct corpus *c, const struct tool_values *paths, enum label label)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!corpus_place(c, &(struct place){ paths->v[i], label, CORPUS_EACH, "" }))
			return false;
	return true;
}

static bool has_stdin(const struct tool_values *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		if (strcmp(paths->v[i], "-") == 0)
			return true;
	return false;
}

int corpus_open(struct corpus *c, const char *command, const struct corpus_options *o)
{
	*c = (struct corpus){ .strings = arena_new(STRINGS_MAX) };
	if (has_stdin(&o->lure) || has_stdin(&o->ham)) {
		tool_error("%s: standard input cannot be read twice; name files or folders", command);
		return EX_USAGE;
	}
	if ((o->manifest == NULL) == (o->lure.n + o->ham.n == 0) || (o->part != NULL && o->manifest == NULL)) {
		tool_error("%s: name the messages, either by --manifest FILE (--part NAME picks of it), or by "
		    "--lure PATH and --ham PATH", command);
		return EX_USAGE;
	}
	if (c->strings == NULL || !add_folders(c, &o->lure, LABEL_LURE) || !add_folders(c, &o->ham, LABEL_HAM)) {
		tool_error("no memory");
		return EX_OSERR;
	}
	return o->manifest != NULL ? manifest_open(c, o->manifest, o->part) : EX_OK;
}

void corpus_close(struct corpus *c)
{
	free(c->texts);
	free(c->places);
	if (c->manifest.name != NULL)
		source_free(&c->manifest);
	arena_free(c->strings);
	*c = (struct corpus){ 0 };
}

size_t corpus_add(struct corpus *c, const struct place *p, const struct mailbox_message *m)
{
	struct text *t = corpus_text(c);
	struct buf id = BUF_ARENA(c->strings, 0);

	if (t == NULL)
		return CORPUS_EACH;
	buf_str(&id, m->file);
	if (m->index > 0)
		buf_printf(&id, "[%zu]", m->index);
	t->id = buf_cstr(&id);
	t->label = p->label;
	return c->ntexts - 1;
}

static int count(void *arg, const struct mailbox_message *m)
{
	++*(size_t *)arg;
	return 0;
}

size_t corpus_count(const struct corpus *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nplaces; i++) {
		if (c->places[i].text != CORPUS_EACH)
			n++;
		else
			mailbox_each(c->places[i].path, count, &n, NULL);
	}
	return n;
}
