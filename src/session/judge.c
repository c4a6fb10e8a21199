#include <config.h>

#include "session/judge.h"

#include <errno.h>

#include "base/log.h"
#include "base/metrics.h"
#include "score/report.h"
#include "session/service.h"

static const char no_slot[] = "busy", no_memory[] = "memory", failed[] = "internal";

/* The words of the log line that are not the report's. */
static void log_rest(struct buf *line, const struct session *s, const struct judgement *j, bool spared)
{
	buf_printf(line, " act=%s", deed_name(j->decision.deed));
	if (spared)
		buf_str(line, " spared=yes");
	if (s->nforged > 0)
		buf_printf(line, " forged=%zu", s->nforged);
}

static const char *log_id(const struct session *s)
{
	return s->queue_id[0] != '\0' ? s->queue_id : "NOQUEUE";
}

/* By name: what was found, and what is in test as if it were stable. */
static void count_item(const struct verdict *v, const struct scored_item *s)
{
	const struct item *item = s->hit->item;

	if (item->status == STATUS_TEST) {
		metric_named(METRIC_BY_TEST_HITS, item->id);
		if (s->would != v->kind)
			metric_named(s->would > v->kind ? METRIC_BY_TEST_RAISED : METRIC_BY_TEST_LOWERED, item->id);
	} else if (item->kind != ITEM_WORDS) {
		metric_named(METRIC_BY_RULE_HITS, item->id);
		if (v->kind != VERDICT_NONE && s->points != 0)
			metric_named(METRIC_BY_RULE_TAGGED, item->id);
	}
}

static void count_verdict(const struct verdict *v, const struct judgement *j, bool spared)
{
	static const enum metric by_kind[] = { METRIC_NONE, METRIC_TAG, METRIC_REJECT };

	metric_add(by_kind[v->kind], 1);
	metric_add(METRIC_OBSERVED, v->kind != VERDICT_NONE && j->decision.deed == DEED_NOTHING);
	metric_add(METRIC_TEST_RAISED, v->would > v->kind);
	metric_add(METRIC_TEST_LOWERED, v->would < v->kind);
	metric_add(METRIC_REJECTED, j->decision.deed == DEED_REJECT);
	metric_add(METRIC_HELD, j->decision.deed == DEED_HOLD);
	metric_add(METRIC_SPARED, spared);
	metric_add(METRIC_TIMEOUT, (v->flaws & FLAW_BIT(TIME)) != 0);
	for (size_t i = 0; v->without > v->kind && i < v->excuses->nmet; i++)
		metric_named(METRIC_BY_EXCEPTION, v->excuses->met[i]->name);
	for (size_t i = 0; i < v->nlures; i++)
		metric_named(METRIC_BY_LURE_HITS, v->lures[i].family->id);
	for (size_t i = 0; i < v->nitems; i++)
		count_item(v, &v->items[i]);
}

/*
 * Only clear verdicts of the content alone teach: from the mark of a tag on it was a lure, below the least that a
 * standing may add to it was none, and what lies between teaches nothing. Nor does what an exception let pass.
 */
static void teach(const struct session *s, const struct inspection *i)
{
	struct reputation *r = service_reputation();
	int content = i->verdict->content;

	metric_add(METRIC_STANDING_KNOWN, i->verdict->standing.state == STANDING_KNOWN);
	if (r == NULL || s->class != CLIENT_OUTSIDE || i->verdict->excused)
		return;
	if (content >= s->snapshot->config->tag_points)
		reputation_record(r, &s->identity, true, i->text);
	else if (content < REPUTATION_CONTENT_MIN)
		reputation_record(r, &s->identity, false, i->text);
}

static void conclude(const struct session *s, const struct inspection *i, struct judgement *ret)
{
	const struct config *c = s->snapshot->config;
	const struct verdict *v = i->verdict;
	struct decision strict = policy_verdict(c, s->strictest, s->null_sender, v->kind);
	struct buf line = BUF_HEAP;
	bool spared;

	ret->decision = policy_verdict(c, s->mildest, s->null_sender, v->kind);
	spared = v->kind != VERDICT_NONE && ret->decision.deed < strict.deed;
	if (ret->decision.deed != DEED_NOTHING)
		report_header(&ret->status, v, ret->decision.kind, (enum header_detail)c->header_detail);
	count_verdict(v, ret, spared);
	teach(s, i);
	report_log(&line, i, v->kind, s->size);
	log_rest(&line, s, ret, spared);
	log_line(LOG_INFO, "%s: %s", log_id(s), buf_cstr(&line));
	buf_free(&line);
}

static void conclude_trouble(const struct session *s, const char *reason, struct judgement *ret)
{
	struct buf line = BUF_HEAP;

	ret->decision = policy_trouble(s->snapshot->config, s->mildest);
	buf_clear(&ret->status);
	if (ret->decision.deed == DEED_STATUS)
		report_trouble(&ret->status, reason);
	metric_add(METRIC_TROUBLE, 1);
	log_rest(&line, s, ret, false);
	log_line(LOG_WARNING, "%s: trouble=%s size=%zu%s", log_id(s), reason, s->size, buf_cstr(&line));
	buf_free(&line);
}

/* The stages; NULL, or why there is no verdict. */
static const char *run(struct session *s, clock_us start, struct judgement *ret)
{
	const struct snapshot *snap = s->snapshot;
	struct inspect_options o = {
		.ruleset = snap->ruleset,
		.limits = snap->limits,
		.score = { snap->config->tag_points, snap->config->reject_points, snap->config->reject != REJECT_NO },
		.deadline = start + (clock_us)snap->limits.message_ms * 1000,
		.reputation_deadline = start + (clock_us)snap->config->reputation_time * 1000,
	};
	char host[IDENTITY_HOST_MAX];
	struct identity_options identity;
	struct inspection inspection;
	struct message m;
	struct slot *slot;
	int rc;

	if (s->trouble != NULL)
		return s->trouble;
	if (!session_message(s, &m))
		return no_memory;
	slot = slot_take(service_slots(), o.deadline);
	if (slot == NULL)
		return no_slot;
	identity_configure(snap->config, s->mta, host, &identity);
	o.identity = &identity;
	o.request = s->request; /* ended by inspect() in any case */
	s->request = NULL;
	metric_add(METRIC_STANDING_ASKED, o.request != NULL);
	metric_add(METRIC_SCANNING, 1);
	rc = inspect(slot, &m, &o, &inspection);
	if (rc == 0)
		conclude(s, &inspection, ret);
	metric_add(METRIC_SCANNING, -1);
	slot_give(service_slots(), slot);
	return rc == 0 ? NULL : rc == -ENOMEM ? no_memory : failed;
}

void judge(struct session *s, struct judgement *ret)
{
	clock_us start = clock_now();
	const char *trouble;

	*ret = (struct judgement){ .status = BUF_HEAP };
	metric_add(METRIC_MESSAGES, 1);
	metric_add(METRIC_FORGED, (long)s->nforged);
	trouble = run(s, start, ret);
	if (trouble == NULL && ret->status.failed)
		trouble = no_memory;
	if (trouble != NULL)
		conclude_trouble(s, trouble, ret);
	metric_time((double)(clock_now() - start) / 1000);
}

void judgement_free(struct judgement *j)
{
	buf_free(&j->status);
}
