#include <config.h>

#include "reputation/model.h"

/* 2^(-1/240): what an hour leaves, of a half-life of ten days. */
#define HOUR_LEAVES 0.9971160533345892
_Static_assert(REPUTATION_HALF_LIFE_DAYS * 24 == 240, "HOUR_LEAVES belongs to a half-life of ten days");

#define DECAY_MAX 20000u /* hours after which nothing is left */

static double decay(uint32_t hours)
{
	double left = 1, step = HOUR_LEAVES;

	if (hours > DECAY_MAX)
		return 0;
	for (; hours > 0; hours >>= 1, step *= step)
		if ((hours & 1) != 0)
			left *= step;
	return left;
}

struct counts model_counts(const struct record *r, uint32_t hour)
{
	double left = hour > r->hour ? decay(hour - r->hour) : 1;
	double weight = r->seen < REPUTATION_HOUR_CAP ? r->seen : REPUTATION_HOUR_CAP;
	double share = r->seen > 0 ? (double)r->lures / r->seen : 0;

	return (struct counts){ (r->lure + weight * share) * left, (r->clean + weight * (1 - share)) * left };
}

void model_add(struct record *r, uint32_t hour, bool lure)
{
	if (hour > r->hour) {
		struct counts c = model_counts(r, hour);

		*r = (struct record){ .lure = c.lure, .clean = c.clean, .hour = hour };
	}
	r->seen++;
	r->lures += lure;
}

void model_judge(const struct counts *c, struct standing *ret)
{
	double lure = c->lure + REPUTATION_PRIOR_LURE, clean = c->clean + REPUTATION_PRIOR_CLEAN, part;

	ret->share = lure / (lure + clean);
	ret->weight = c->lure + c->clean;
	part = (ret->share - REPUTATION_SHARE_FROM) / (REPUTATION_SHARE_FULL - REPUTATION_SHARE_FROM);
	ret->points = part <= 0 ? 0 : part >= 1 ? REPUTATION_POINTS_MAX : (int)(part * REPUTATION_POINTS_MAX + 0.5);
}
