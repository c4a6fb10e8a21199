#include <config.h>

#include "score/inspect.h"

#include <errno.h>

#include "score/slot.h"

/* The charset of the first text that a reader sees. */
static const char *shown_charset(const struct mail *mail)
{
	for (size_t i = 0; i < mail->nparts; i++) {
		const struct part *p = &mail->parts[i];

		if ((p->kind == PART_TEXT || p->kind == PART_HTML) && p->place != PLACE_ASIDE)
			return charset_name(p->used);
	}
	return "";
}

/* Milliseconds since *at, which moves on to now. */
static double lap(clock_us *at)
{
	clock_us now = clock_now(), before = *at;

	*at = now;
	return (double)(now - before) / 1000.0;
}

/* The stages up to the hits. 0 or a negative errno. */
static int look(struct slot *slot, const struct message *m, const struct inspect_options *o, clock_us *at,
    struct inspection *i)
{
	struct arena *a = slot->arena;
	int rc = mail_decode(a, m, &o->limits, o->deadline, &i->mail);

	i->stage_ms[0] = lap(at);
	watch_lap(o->watch, WATCH_DECODE);
	if (rc < 0)
		return rc;
	rc = visible_extract(a, m, i->mail, &o->limits, o->deadline, &i->visible);
	i->stage_ms[1] = lap(at);
	watch_lap(o->watch, WATCH_EXTRACT);
	if (rc < 0)
		return rc;
	matcher_watch(slot->matcher, o->watch);
	rc = matcher_run(slot->matcher, a, o->ruleset, i->visible, o->deadline, &i->hits);
	i->stage_ms[2] = lap(at);
	return rc;
}

/* From the hits to the verdict. */
static int decide(struct slot *slot, const struct message *m, const struct inspect_options *o,
    const struct standing *standing, struct inspection *i)
{
	struct circumstances *c = arena_alloc(slot->arena, sizeof *c);
	int rc;

	if (c == NULL)
		return -ENOMEM;
	c->standing = *standing;
	c->warner = o->identity != NULL && identity_is_warner(m, o->identity);
	rc = excuse_find(slot->arena, o->ruleset, m, o->identity, &c->excuses);
	return rc < 0 ? rc : score(slot->arena, o->ruleset, i->hits, c, &o->score, &i->verdict);
}

int inspect(struct slot *slot, const struct message *m, const struct inspect_options *o, struct inspection *ret)
{
	clock_us start = clock_now(), at = start;
	struct inspection i = { .ruleset = o->ruleset };
	struct standing standing = { .state = STANDING_OFF };
	int rc = slot_fit(slot, &o->limits);

	if (rc == 0) {
		arena_reset(slot->arena);
		watch_begin(o->watch);
		rc = look(slot, m, o, &at, &i);
	}
	/* Collected in any case: the request is ours to end. */
	if (o->request != NULL)
		reputation_collect(o->request, o->reputation_deadline, &standing);
	if (rc == 0)
		rc = decide(slot, m, o, &standing, &i);
	if (rc < 0)
		return rc;
	i.stage_ms[3] = lap(&at);
	watch_lap(o->watch, WATCH_SCORE);
	i.charset = shown_charset(i.mail);
	i.text = i.hits->text;
	i.ms = (double)(clock_now() - start) / 1000.0;
	*ret = i;
	return 0;
}
