#include <config.h>

#include "score/verdict.h"

#include <errno.h>
#include <stdlib.h>

#define DEMAND_ROLES (ROLE_BIT(ROLE_ASK) | ROLE_BIT(ROLE_PRESSURE))
#define KNOWN_CLEAN_SHARE 0.025 /* of lures in a standing that softens a reject: some 30 messages, all clean */

const char *verdict_name(enum verdict_kind k)
{
	static const char *const names[] = { "none", "tag", "reject" };

	return names[k];
}

const char *bar_name(enum bar b)
{
	static const char *const names[] = { "points", "roles", "quotes", "demand", "clean", "off", "trust" };

	return names[b];
}

/* What one family found, or what the common signs found. */
struct tally {
	int signs, rules; /* tenths */
	unsigned roles;
	bool present;     /* something of it hit, whatever it is worth */
	bool demand;      /* an ask or a pressure in the mail's own voice */
	bool evaded;      /* a hit that was hidden */
	bool together;    /* two roles, one of them ask, pressure or reassurance: its signs count */
	int weight;       /* hundredths, of its words */
	int words;        /* tenths, of its words and the common ones together */
	int without;      /* points without words, with the common signs and rules, within its limit */
	int points;       /* with words */
};

/* Points of an item, and the limit of a lure: in force, or as its file says. */
static int worth(const struct item *item, bool shipped)
{
	return shipped && (item->local & LOCAL_POINTS) != 0 ? item->shipped_points : item->points;
}

static int limit_of(const struct family *f, bool shipped)
{
	return shipped && f->shipped_limit != 0 ? f->shipped_limit : f->limit;
}

static void count_hit(struct tally *t, const struct hit *h, int points)
{
	if (h->item->kind == ITEM_WORDS) {
		t->weight += h->weight;
		return;
	}
	*(h->item->kind == ITEM_SIGN ? &t->signs : &t->rules) += points;
	t->roles |= h->item->roles;
	t->present = true;
	t->evaded |= h->evaded;
	t->demand |= (h->item->roles & DEMAND_ROLES) != 0 && !h->quoted;
}

static int at_most(int points, int limit)
{
	return points < limit ? points : limit;
}

/* Tenths, within what words may bring and take. */
static int words_points(int hundredths)
{
	int tenths = (hundredths + (hundredths < 0 ? -5 : 5)) / 10;

	return tenths < SCORE_WORDS_MIN ? SCORE_WORDS_MIN : at_most(tenths, SCORE_WORDS_MAX);
}

/* A family's points with the common signs that stand beside its own. */
static void weigh(struct tally *t, const struct tally *common, int limit)
{
	unsigned roles = t->roles | common->roles;

	if (!t->present)
		return;
	t->together = __builtin_popcount(roles) >= 2 && (roles & SCORE_LEADING_ROLES) != 0;
	t->roles = roles;
	t->points = t->rules + common->rules + (t->together ? t->signs + common->signs : 0);
	if (t->points > 0 && (t->evaded || common->evaded))
		t->points += SCORE_EVADED;
	t->without = t->points = at_most(t->points, limit);
	t->words = words_points(t->weight + common->weight);
	if (t->together && t->words > 0)
		t->points = at_most(t->points + t->words, limit);
}

/* What a family adds beside the strongest one: the common signs and the evasion have counted there. */
static int own_points(const struct tally *t, int limit)
{
	return at_most(t->rules + (t->together ? t->signs : 0), limit);
}

static int stronger(const void *a, const void *b)
{
	const struct lure *x = a, *y = b;

	if (x->points != y->points)
		return x->points > y->points ? -1 : 1;
	return (x->family->index > y->family->index) - (x->family->index < y->family->index);
}

/* All that score() works with. */
struct work {
	const struct hits *hits;
	const struct excuses *excuses; /* NULL: as if there were none */
	bool shipped;             /* as the files say */
	bool trusted;             /* only what is fully trusted */
	bool tests;               /* what is in test counts as if it were stable: all of it, */
	const struct item *tried; /* or this item */
	const struct family *const *families;
	size_t nfamilies;
	struct tally *tally; /* by family */
	struct tally common;
	int context, context_found, context_bound;
};

static bool in_force(const struct work *w, const struct item *item)
{
	if (excuse_of(w->excuses, item) != NULL || (w->trusted && item->trust != TRUST_FULL))
		return false;
	if (w->shipped)
		return item->written == STATUS_STABLE;
	return item->status == STATUS_STABLE || (item->status == STATUS_TEST && (w->tests || w->tried == item));
}

static void tally_hits(struct work *w)
{
	for (size_t i = 0; i < w->hits->n; i++) {
		const struct hit *h = &w->hits->v[i];

		if (!in_force(w, h->item))
			continue;
		if (h->item->family->kind == FAMILY_CONTEXT)
			w->context += worth(h->item, w->shipped);
		else if (h->item->family->kind == FAMILY_COMMON)
			count_hit(&w->common, h, worth(h->item, w->shipped));
		else
			count_hit(&w->tally[h->item->family->index], h, worth(h->item, w->shipped));
	}
	w->context_found = w->context;
	if (w->context < w->context_bound)
		w->context = w->context_bound;
	for (size_t i = 0; i < w->nfamilies; i++)
		if (w->families[i]->kind == FAMILY_LURE)
			weigh(&w->tally[i], &w->common, limit_of(w->families[i], w->shipped));
}

/* What the words of the strongest family bring it, or take away beside the context. */
static int add_words(struct work *w, const struct tally *best)
{
	int before = w->context;

	if (best->words >= 0)
		return best->points - best->without;
	w->context += best->words;
	w->context_found += best->words;
	return w->context - before;
}

static struct lure make_lure(const struct tally *t, const struct tally *common, const struct family *f)
{
	int before = t->rules + common->rules + (t->together ? t->signs + common->signs : 0);

	return (struct lure){
		.family = f,
		.points = t->points,
		.roles = t->roles,
		.together = t->together,
		.rules = t->rules,
		.signs = t->signs,
		.common = common->rules + (t->together ? common->signs : 0),
		.evaded = before > 0 && (t->evaded || common->evaded) ? SCORE_EVADED : 0,
		.words = t->together && t->words > 0 ? t->words : 0,
	};
}

/* What a family found itself, whether or not the common signs stand beside it. */
static int own_evidence(const struct lure *l)
{
	return l->rules + (l->together ? l->signs : 0);
}

static void list_lures(const struct work *w, struct lure *v, struct verdict *ret)
{
	for (size_t i = 0; i < w->nfamilies; i++)
		if (w->tally[i].present)
			v[ret->npresent++] = make_lure(&w->tally[i], &w->common, w->families[i]);
	if (ret->npresent > 1)
		qsort(v, ret->npresent, sizeof *v, stronger);
	while (ret->nlures < ret->npresent && v[ret->nlures].points > 0 &&
	    SCORE_NAMED * own_evidence(&v[ret->nlures]) >= own_evidence(&v[0]))
		ret->nlures++;
	ret->lures = v;
}

/* What each hit brought. The common ones stand beside the strongest family. */
static void list_items(const struct work *w, const struct tally *best, struct scored_item *v, struct verdict *ret)
{
	for (size_t i = 0; i < w->hits->n; i++) {
		const struct item *item = w->hits->v[i].item;
		const struct tally *t = item->family->kind == FAMILY_COMMON ? best : &w->tally[item->family->index];
		bool counts = in_force(w, item) &&
		    (item->family->kind == FAMILY_CONTEXT || (t != NULL && (item->kind == ITEM_RULE || t->together)));
		int points = worth(item, w->shipped);

		if (item->kind == ITEM_WORDS) {
			points = words_points(w->hits->v[i].weight);
			counts = in_force(w, item) && t != NULL && t == best &&
			    (t->together || t->words < 0);
		}
		v[i] = (struct scored_item){ .hit = &w->hits->v[i], .points = counts ? points : 0,
			.exception = excuse_of(w->excuses, item) };
		ret->excused |= v[i].exception != NULL;
	}
	ret->items = v;
	ret->nitems = w->hits->n;
}

static unsigned find_bars(const struct work *w, const struct tally *best, const struct verdict *v,
    const struct score_options *o)
{
	const struct standing *s = &v->standing;

	return (best->without + w->context < o->reject_points ? BAR_BIT(BAR_POINTS) : 0u) |
	    (__builtin_popcount(best->roles) < SCORE_REJECT_ROLES ? BAR_BIT(BAR_ROLES) : 0u) |
	    (w->hits->quotes_own ? BAR_BIT(BAR_QUOTES) : 0u) |
	    (!best->demand && !w->common.demand ? BAR_BIT(BAR_DEMAND) : 0u) |
	    (s->state == STANDING_KNOWN && s->share <= KNOWN_CLEAN_SHARE ? BAR_BIT(BAR_CLEAN) : 0u) |
	    (o->reject ? 0u : BAR_BIT(BAR_OFF));
}

static void decide(const struct work *w, const struct tally *best, const struct score_options *o, struct verdict *v)
{
	static const char *const spared[] = {
		[BAR_POINTS] = "tagged, not rejected: no family alone reaches the mark for a reject",
		[BAR_ROLES] = "tagged, not rejected: fewer than three roles of the strongest family",
		[BAR_QUOTES] = "tagged, not rejected: most of the text is quoted",
		[BAR_DEMAND] = "tagged, not rejected: neither ask nor pressure in the mail's own voice",
		[BAR_CLEAN] = "tagged, not rejected: the sender is known for clean mail",
	};

	v->bars = best != NULL ? find_bars(w, best, v, o) : 0;
	if (best == NULL || v->points < o->tag_points) {
		v->reason = best == NULL ? "no lure was found" : "fewer points than a tag needs";
		return;
	}
	v->kind = VERDICT_TAG;
	v->reason = "enough points for a tag";
	if (v->points < o->reject_points)
		return;
	if (!o->reject) {
		v->reason = "enough points for a reject, which is switched off";
		return;
	}
	v->spared = v->bars != 0;
	v->kind = v->spared ? VERDICT_TAG : VERDICT_REJECT;
	v->reason = v->spared ? spared[__builtin_ctz(v->bars)] : "one family alone reaches the mark for a reject";
}

/* Where one verdict is made: its arrays, all zero before. */
struct room {
	struct tally *tally;       /* by family */
	struct lure *lures;        /* by family */
	struct scored_item *items; /* by hit */
	struct verdict *verdict;
};

static bool room_make(struct arena *a, size_t families, size_t hits, struct room *ret)
{
	ret->tally = arena_array(a, families, sizeof *ret->tally);
	ret->lures = arena_array(a, families, sizeof *ret->lures);
	ret->items = arena_array(a, hits, sizeof *ret->items);
	ret->verdict = arena_alloc(a, sizeof *ret->verdict);
	return ret->tally != NULL && ret->lures != NULL && ret->items != NULL && ret->verdict != NULL;
}

/* What does not change from one verdict on the same hits to the next. */
struct given {
	const struct hits *hits;
	const struct family *const *families;
	size_t nfamilies;
	const struct circumstances *circumstances;
	const struct score_options *options;
};

static void sum_up(const struct given *g, const struct work *w, const struct tally *best, struct verdict *v)
{
	v->flaws = g->hits->flaws;
	v->standing = g->circumstances->standing;
	v->context = w->context;
	v->context_found = w->context_found;
	v->context_bound = w->context_bound;
	v->others = at_most(v->others_found, SCORE_OTHERS);
	v->content = (best != NULL ? best->points : 0) + v->others + w->context;
	v->points = v->content;
	if (v->content >= REPUTATION_CONTENT_MIN && v->standing.points > 0)
		v->points += at_most(v->standing.points, REPUTATION_POINTS_MAX);
	decide(w, best, g->options, v);
	v->would = v->without = v->kind;
	v->excuses = &g->circumstances->excuses;
}

/* What else than usual is in force. */
struct trial {
	bool tests, no_excuses, trusted;
	const struct item *tried;
};

static void judge(const struct given *g, struct trial t, struct room *room)
{
	struct work w = { .hits = g->hits, .shipped = g->circumstances->shipped, .trusted = t.trusted,
		.tests = t.tests, .tried = t.tried, .families = g->families,
		.excuses = t.no_excuses ? NULL : &g->circumstances->excuses,
		.nfamilies = g->nfamilies, .tally = room->tally,
		.context_bound = g->circumstances->warner ? SCORE_CONTEXT_WARNER : SCORE_CONTEXT };
	struct verdict *v = room->verdict;
	const struct tally *best = NULL;

	tally_hits(&w);
	list_lures(&w, room->lures, v);
	if (v->nlures > 0)
		best = &w.tally[v->lures[0].family->index];
	if (best != NULL)
		v->words = add_words(&w, best);
	for (size_t i = 1; i < v->npresent; i++)
		v->others_found += own_points(&w.tally[v->lures[i].family->index],
		    limit_of(v->lures[i].family, w.shipped));
	list_items(&w, best, room->items, v);
	sum_up(g, &w, best, v);
	for (size_t i = 0; i < v->nitems; i++)
		room->items[i].would = v->kind;
}

static void clear(const struct given *g, struct room *room)
{
	memset(room->tally, 0, g->nfamilies * sizeof *room->tally);
	memset(room->lures, 0, g->nfamilies * sizeof *room->lures);
	memset(room->items, 0, g->hits->n * sizeof *room->items);
	memset(room->verdict, 0, sizeof *room->verdict);
}

/* Was something found that is not fully trusted? It may lend a role even where it brings no points. */
static bool has_others(const struct hits *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].item->trust != TRUST_FULL)
			return true;
	return false;
}

/* A reject stands only where what is fully trusted comes to one by itself. `spare`: another room, empty. */
static void hold_to_trust(const struct given *g, struct trial t, struct room *room, struct room *spare)
{
	struct verdict *v = room->verdict;

	t.trusted = true;
	judge(g, t, spare);
	if (spare->verdict->kind == VERDICT_REJECT)
		return;
	v->kind = v->would = v->without = VERDICT_TAG;
	v->bars |= BAR_BIT(BAR_TRUST);
	v->spared = true;
	v->reason = "tagged, not rejected: without patterns that are not fully trusted it would be no reject";
	for (size_t i = 0; i < v->nitems; i++)
		room->items[i].would = v->kind;
}

/* Rooms for the verdict and for others on the same hits, made when they are needed. */
struct rooms {
	struct arena *arena;
	struct room v[3];
	bool made[3];
};

/* An empty one; NULL: no memory. */
static struct room *room_take(const struct given *g, struct rooms *rooms, size_t i)
{
	if (rooms->made[i])
		clear(g, &rooms->v[i]);
	else if (!room_make(rooms->arena, g->nfamilies, g->hits->n, &rooms->v[i]))
		return NULL;
	rooms->made[i] = true;
	return &rooms->v[i];
}

/* The verdict in the i-th room; NULL: no memory. */
static struct verdict *judge_in(const struct given *g, struct trial t, struct rooms *rooms, size_t i)
{
	struct room *room = room_take(g, rooms, i), *spare;

	if (room == NULL)
		return NULL;
	judge(g, t, room);
	if (room->verdict->kind != VERDICT_REJECT || !has_others(g->hits))
		return room->verdict;
	spare = room_take(g, rooms, 2);
	if (spare == NULL)
		return NULL;
	hold_to_trust(g, t, room, spare);
	return room->verdict;
}

static bool judge_again(const struct given *g, struct trial t, struct rooms *rooms, enum verdict_kind *ret)
{
	const struct verdict *v = judge_in(g, t, rooms, 1);

	if (v != NULL)
		*ret = v->kind;
	return v != NULL;
}

/* What the verdict would be, were what is in test stable: each by itself, and all of it; and without exceptions. */
static bool try_others(const struct given *g, struct verdict *v, struct rooms *rooms)
{
	struct scored_item *items = rooms->v[0].items;
	size_t tests = 0, n = 0;

	for (size_t i = 0; i < v->nitems; i++)
		tests += items[i].hit->item->status == STATUS_TEST;
	if ((v->excused && !judge_again(g, (struct trial){ .no_excuses = true }, rooms, &v->without)) ||
	    (tests > 0 && !judge_again(g, (struct trial){ .tests = true }, rooms, &v->would)))
		return false;
	for (size_t i = 0; i < v->nitems && n < SCORE_TRIED_MAX; i++) {
		const struct item *item = items[i].hit->item;

		if (item->status != STATUS_TEST)
			continue;
		if (!judge_again(g, (struct trial){ .tried = item }, rooms, &items[i].would))
			return false;
		n++;
	}
	return true;
}

int score(struct arena *a, const struct ruleset *r, const struct hits *h, const struct circumstances *c,
    const struct score_options *o, const struct verdict **ret)
{
	struct given g = { .hits = h, .circumstances = c, .options = o };
	struct rooms rooms = { .arena = a };
	struct verdict *v;

	g.families = ruleset_families(r, &g.nfamilies);
	v = judge_in(&g, (struct trial){ 0 }, &rooms, 0);
	if (v == NULL || !try_others(&g, v, &rooms))
		return -ENOMEM;
	*ret = v;
	return 0;
}
