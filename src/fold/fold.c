#include <config.h>

#include "fold/fold.h"

#include <errno.h>
#include <pthread.h>

#include "fold/folding.h"

const struct table *fold_table;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build(void)
{
	fold_table = table_build();
}

int fold_init(void)
{
	pthread_once(&once, build);
	return fold_table != NULL ? 0 : -ENOMEM;
}

/* Bytes and pairs for a view of at most n bytes. */
static bool reserve(struct arena *a, size_t n, struct out *ret)
{
	ret->p = arena_grow(a, NULL, 0, n + FOLDING_SLACK);
	ret->from = arena_grow(a, NULL, 0, (n + FOLDING_SLACK) * sizeof *ret->from);
	ret->to = arena_grow(a, NULL, 0, (n + FOLDING_SLACK) * sizeof *ret->to);
	return ret->p != NULL && ret->from != NULL && ret->to != NULL;
}

static struct view finished(const struct out *o)
{
	return (struct view){ span(o->p, o->n), o->from, o->to };
}

/* What the text view may have more than the text (fold.h), the slack left out. */
static size_t room_of(struct span text)
{
	return text.n / 6 + 64 - FOLDING_SLACK;
}

int fold_prose(struct arena *a, struct span text, struct view ret[VIEW_N])
{
	struct folding f = { .both = true, .room = room_of(text) };

	if (fold_init() < 0 || text.n > UINT32_MAX / 2)
		return -ENOMEM;
	if (!reserve(a, text.n + f.room, &f.text) || !reserve(a, text.n + f.room, &f.skeleton))
		return -ENOMEM;
	folding_run(&f, text);
	ret[VIEW_TEXT] = finished(&f.text);
	ret[VIEW_SKELETON] = finished(&f.skeleton);
	return 0;
}

int fold_plain(struct arena *a, struct span text, struct view *ret)
{
	struct folding f = { .plain = true, .room = room_of(text) };

	if (fold_init() < 0 || text.n > UINT32_MAX / 2)
		return -ENOMEM;
	if (!reserve(a, text.n + f.room, &f.text))
		return -ENOMEM;
	folding_run(&f, text);
	*ret = finished(&f.text);
	return 0;
}

void view_origin(const struct view *v, size_t from, size_t to, size_t *ofrom, size_t *oto)
{
	*ofrom = v->from[from];
	*oto = v->to[to - 1];
}
