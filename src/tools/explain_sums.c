/* How points add up to a verdict, for people. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/unicode.h"
#include "reputation/reputation.h"
#include "score/report.h"
#include "tools/explain.h"
#include "tools/say.h"

#define COLUMNS 80u
#define INDENT 8

/* Several points at once for a printf(): each text lives until the same slot is used again. */
struct points {
	char text[3][16];
};

static const char *points_text(struct points *p, int slot, int tenths, bool sign)
{
	struct buf b = BUF_HEAP;

	report_points(&b, tenths);
	snprintf(p->text[slot], sizeof p->text[slot], "%s%s", sign && tenths > 0 ? "+" : "", buf_cstr(&b));
	buf_free(&b);
	return p->text[slot];
}

/* Pieces one behind another, in lines that fit a terminal. */
struct flow {
	struct buf *out;
	size_t column; /* 0: a line is to be begun */
};

static void flow_add(struct flow *f, const char *piece)
{
	size_t n = strlen(piece), width = unicode_columns(piece, n);

	if (f->column > 0 && f->column + 1 + width > COLUMNS) {
		buf_str(f->out, "\n");
		f->column = 0;
	}
	if (f->column == 0)
		buf_printf(f->out, "%*s", INDENT, "");
	else
		buf_str(f->out, " ");
	buf_str(f->out, piece);
	f->column = (f->column == 0 ? INDENT : f->column + 1) + width;
}

static void flow_end(struct flow *f)
{
	buf_str(f->out, "\n");
	f->column = 0;
}

static void part_of_sum(struct flow *f, bool *first, enum say what, int tenths)
{
	struct points p;
	char piece[80];

	if (tenths == 0)
		return;
	snprintf(piece, sizeof piece, "%s%s %s", *first ? "" : "+ ", say(what), points_text(&p, 0, tenths, false));
	flow_add(f, piece);
	*first = false;
}

/* "rules 4.0 + signs 4.8 + common 2.2 = 11.0, limit 12.0" */
static void sum_lines(struct flow *f, const struct lure *l)
{
	int sum = l->rules + (l->together ? l->signs : 0) + l->common + l->evaded + l->words;
	bool first = true;
	struct points p;
	char piece[80];

	part_of_sum(f, &first, SAY_RULES_SUM, l->rules);
	part_of_sum(f, &first, SAY_SIGNS_SUM, l->together ? l->signs : 0);
	part_of_sum(f, &first, SAY_COMMON_SUM, l->common);
	part_of_sum(f, &first, SAY_EVADED_SUM, l->evaded);
	part_of_sum(f, &first, SAY_WORDS_SUM, l->words);
	if (sum > l->points) {
		snprintf(piece, sizeof piece, "= %s,", points_text(&p, 0, sum, false));
		flow_add(f, piece);
		snprintf(piece, sizeof piece, SAY_FORMAT_LIMIT, points_text(&p, 1, l->family->limit, false));
		flow_add(f, piece);
	}
	if (!first)
		flow_end(f);
}

static void family_lines(struct buf *out, const struct lure *l)
{
	struct flow f = { out, 0 };
	struct points p;

	buf_printf(out, "%6s  %s  ", points_text(&p, 0, l->points, false), l->family->id);
	escape_terminal(out, span_str(l->family->title), false);
	buf_str(out, "\n");
	sum_lines(&f, l);
	flow_add(&f, say(SAY_ROLES));
	for (enum role r = 0; r < ROLE_N; r++)
		if (l->roles & ROLE_BIT(r))
			flow_add(&f, role_name(r));
	flow_end(&f);
	if (l->together || l->signs == 0)
		return;
	buf_printf(out, "%*s%s\n", INDENT, "",
	    say((l->roles & SCORE_LEADING_ROLES) == 0 ? SAY_NO_LEADING_ROLE : SAY_NO_SECOND_ROLE));
}

static void words_lines(struct buf *out, const struct hits *h)
{
	struct flow f = { out, 0 };

	if (h->nwords == 0)
		return;
	buf_printf(out, "%s:\n", say(SAY_WORDS));
	for (size_t k = 0; k < h->nwords; k++) {
		struct buf piece = BUF_HEAP;
		int weight = h->words[k].word->weight;

		escape_terminal(&piece, span_str(h->words[k].word->text), false);
		buf_printf(&piece, " %s%d.%02d%s", weight < 0 ? "-" : "", abs(weight) / 100, abs(weight) % 100,
		    k + 1 < h->nwords ? "," : "");
		flow_add(&f, buf_cstr(&piece));
		buf_free(&piece);
	}
	flow_end(&f);
}

/* One line of the sum; `found` is what there was without the bound. */
static void sum_line(struct buf *out, int tenths, int found, int bound, const char *what, const char *more)
{
	struct points p;

	buf_printf(out, "%6s  %s%s%s", points_text(&p, 0, tenths, true), what, *more != '\0' ? ": " : "", more);
	if (found != tenths) {
		buf_str(out, " (");
		buf_printf(out, SAY_FORMAT_AT_MOST, points_text(&p, 1, found, true), points_text(&p, 2, bound, true));
		buf_str(out, ")");
	}
	buf_str(out, "\n");
}

static void sums(struct buf *out, const struct verdict *v)
{
	const struct lure *best = v->nlures > 0 ? &v->lures[0] : NULL;
	int against = v->words < 0 ? v->words : 0; /* of words, which are no part of the context's bound */
	char standing[32];
	struct points p;

	standing_write(&v->standing, standing);
	buf_printf(out, "%s:\n", say(SAY_SUM));
	if (best != NULL)
		sum_line(out, best->points, best->points, 0, say(SAY_STRONGEST), best->family->id);
	if (v->others_found > 0)
		sum_line(out, v->others, v->others_found, SCORE_OTHERS, say(SAY_OTHERS), "");
	sum_line(out, v->context - against, v->context_found - against, v->context_bound, say(SAY_CONTEXT),
	    v->context_bound == SCORE_CONTEXT_WARNER ? say(SAY_WARNER) : "");
	if (against < 0)
		sum_line(out, against, against, 0, say(SAY_WORDS), "");
	sum_line(out, v->points - v->content, v->points - v->content, 0, say(SAY_STANDING), standing);
	buf_printf(out, "%6s  %s\n", points_text(&p, 0, v->points, false), say(SAY_ALL));
}

static void bar_lines(struct buf *out, const struct verdict *v, const struct score_options *o)
{
	static const enum say plain[BAR_N] = {
		[BAR_QUOTES] = SAY_BAR_QUOTES,
		[BAR_DEMAND] = SAY_BAR_DEMAND,
		[BAR_CLEAN] = SAY_BAR_CLEAN,
		[BAR_OFF] = SAY_BAR_OFF,
		[BAR_TRUST] = SAY_BAR_TRUST,
	};
	struct points p;

	buf_printf(out, "%s:\n", say(SAY_NO_REJECT));
	for (enum bar b = 0; b < BAR_N; b++) {
		if (!(v->bars & BAR_BIT(b)))
			continue;
		buf_printf(out, "%*s", INDENT, "");
		if (b == BAR_POINTS)
			buf_printf(out, SAY_FORMAT_BAR_POINTS, points_text(&p, 0, o->reject_points, false));
		else if (b == BAR_ROLES)
			buf_printf(out, SAY_FORMAT_BAR_ROLES, SCORE_REJECT_ROLES,
			    (unsigned)__builtin_popcount(v->lures[0].roles));
		else
			buf_str(out, say(plain[b]));
		buf_str(out, "\n");
	}
}

const char *explain_verdict(enum verdict_kind k)
{
	static const enum say word[] = { SAY_VERDICT_NONE, SAY_VERDICT_TAG, SAY_VERDICT_REJECT };

	return say(word[k]);
}

/* Each exception that the message meets, with why the site has it. */
static void exception_lines(struct buf *out, const struct verdict *v)
{
	if (!v->excused)
		return;
	if (v->without != v->kind)
		buf_printf(out, "%s: %s\n", say(SAY_WITHOUT), explain_verdict(v->without));
	buf_printf(out, "%s:\n", say(SAY_EXCEPTIONS));
	for (size_t k = 0; k < v->excuses->nmet; k++) {
		const struct exception *e = v->excuses->met[k];

		buf_printf(out, "%*s%s: ", INDENT, "", e->name);
		escape_terminal(out, span_str(e->reason), false);
		buf_str(out, " (");
		escape_terminal(out, span_str(e->file), false);
		buf_printf(out, ":%u)\n", e->line);
	}
}

static void verdict_lines(struct buf *out, const struct inspection *i, const struct score_options *o)
{
	const struct verdict *v = i->verdict;
	struct points p;

	buf_printf(out, "%s: %s  %s\n", say(SAY_VERDICT), explain_verdict(v->kind),
	    points_text(&p, 0, v->points, false));
	buf_printf(out, "%s: ", say(SAY_REASON));
	if (v->kind == VERDICT_REJECT)
		buf_str(out, say(SAY_WHY_REJECT));
	else if (v->kind == VERDICT_TAG)
		buf_printf(out, SAY_FORMAT_ENOUGH, points_text(&p, 0, o->tag_points, false));
	else if (v->nlures == 0)
		buf_str(out, say(SAY_WHY_NOTHING));
	else
		buf_printf(out, SAY_FORMAT_LITTLE, points_text(&p, 0, o->tag_points, false),
		    points_text(&p, 1, o->tag_points - v->points, false));
	buf_str(out, "\n");
	if (i->hits->quotes_own)
		buf_printf(out, "%*s%s\n", INDENT, "", say(SAY_QUOTES_OWN));
	if (v->kind == VERDICT_TAG)
		bar_lines(out, v, o);
	if (v->would != v->kind)
		buf_printf(out, "%s: %s\n", say(SAY_WOULD), explain_verdict(v->would));
	exception_lines(out, v);
	buf_printf(out, "%s: decode %.2f, extract %.2f, match %.2f, score %.2f ms\n", say(SAY_TIMES), i->stage_ms[0],
	    i->stage_ms[1], i->stage_ms[2], i->stage_ms[3]);
}

void explain_sums(struct buf *out, const struct inspection *i, const struct score_options *o)
{
	const struct verdict *v = i->verdict;

	words_lines(out, i->hits);
	buf_printf(out, "%s:\n", say(SAY_FAMILIES));
	for (size_t k = 0; k < v->npresent; k++)
		family_lines(out, &v->lures[k]);
	if (v->npresent == 0)
		buf_printf(out, "%*s%s\n", INDENT, "", say(SAY_NOTHING));
	sums(out, v);
	verdict_lines(out, i, o);
}
