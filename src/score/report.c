#include <config.h>

#include "score/report.h"

#include "base/escape.h"

#define HEADER_COLUMNS 77u /* and a semicolon */
#define HEADER_START 15u   /* "X-Lure-Status: " */
#define TAB_COLUMNS 8u
#define EXCERPT_BYTES 80u
#define REPORT_EXCEPTIONS_MAX 8u /* named in a log line */
#define EXCERPT_AROUND 12u /* bytes of text shown on each side of a hit, where there is room */

void report_points(struct buf *out, int tenths)
{
	unsigned v = tenths < 0 ? (unsigned)-tenths : (unsigned)tenths;

	buf_printf(out, "%s%u.%u", tenths < 0 ? "-" : "", v / 10, v % 10);
}

/* A header value that breaks lines between its words. */
struct folder {
	struct buf *out;
	size_t column;
};

/* A word that belongs together, with what stands before it: blank, where it is not at the start of a line. */
static void fold_word(struct folder *f, const char *blank, const char *word)
{
	size_t n = strlen(word), b = strlen(blank);

	if (f->column > TAB_COLUMNS && f->column + b + n > HEADER_COLUMNS) {
		buf_str(f->out, "\n\t");
		f->column = TAB_COLUMNS;
	} else {
		buf_str(f->out, blank);
		f->column += b;
	}
	buf_str(f->out, word);
	f->column += n;
}

/* One member of a list, with its comma: "; lures=a," or "b". */
static void fold_member(struct folder *f, const char *key, bool first, const char *member, bool last)
{
	struct buf word = BUF_HEAP;

	if (first)
		buf_printf(&word, "%s=", key);
	buf_printf(&word, "%s%s", member, last ? "" : ",");
	if (first)
		buf_byte(f->out, ';');
	f->column += first;
	fold_word(f, first ? " " : "", buf_cstr(&word));
	buf_free(&word);
}

static void fold_lures(struct folder *f, const struct verdict *v)
{
	for (size_t i = 0; i < v->nlures; i++)
		fold_member(f, "lures", i == 0, v->lures[i].family->id, i + 1 == v->nlures);
}

static void fold_rules(struct folder *f, const struct verdict *v)
{
	size_t n = 0, done = 0;

	for (size_t i = 0; i < v->nitems; i++)
		n += v->items[i].points != 0;
	for (size_t i = 0; i < v->nitems; i++) {
		if (v->items[i].points == 0)
			continue;
		fold_member(f, "rules", done == 0, v->items[i].hit->item->id, done + 1 == n);
		done++;
	}
}

void report_header(struct buf *out, const struct verdict *v, enum verdict_kind kind, enum header_detail detail)
{
	struct folder f = { out, HEADER_START };
	struct buf points = BUF_HEAP;

	fold_word(&f, "", verdict_name(kind));
	if (detail == DETAIL_RULES || (detail == DETAIL_LURES && kind != VERDICT_NONE))
		fold_lures(&f, v);
	if (detail != DETAIL_RULES)
		return;
	report_points(&points, v->points);
	fold_member(&f, "points", true, buf_cstr(&points), true);
	fold_rules(&f, v);
	buf_free(&points);
}

void report_trouble(struct buf *out, const char *reason)
{
	buf_printf(out, "error; reason=%s", reason);
}

static void log_lures(struct buf *out, const struct verdict *v)
{
	buf_str(out, " lures=");
	for (size_t i = 0; i < v->nlures; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : ",", v->lures[i].family->id);
	if (v->nlures == 0)
		buf_byte(out, '-');
}

/* What a site changed: "(local:3->1)", or where that was the status "(local)". */
static void log_local(struct buf *out, const struct item *item)
{
	if (item->local == 0)
		return;
	buf_str(out, "(local");
	if (item->local & LOCAL_POINTS) {
		buf_byte(out, ':');
		report_points(out, item->shipped_points);
		buf_str(out, "->");
		report_points(out, item->points);
	}
	buf_byte(out, ')');
}

/* "(test)", or "(test:tag)" where it alone would make a tag of the message. */
static void log_test(struct buf *out, const struct scored_item *s, const struct verdict *v)
{
	if (s->hit->item->status != STATUS_TEST)
		return;
	buf_str(out, "(test");
	if (s->would != v->kind)
		buf_printf(out, ":%s", verdict_name(s->would));
	buf_byte(out, ')');
}

/* The exceptions that the message meets, where something of it is spared. */
static void log_exceptions(struct buf *out, const struct verdict *v)
{
	if (!v->excused)
		return;
	buf_str(out, " exceptions=");
	for (size_t i = 0; i < v->excuses->nmet && i < REPORT_EXCEPTIONS_MAX; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : ",", v->excuses->met[i]->name);
	if (v->excuses->nmet > REPORT_EXCEPTIONS_MAX)
		buf_printf(out, ",+%zu", v->excuses->nmet - REPORT_EXCEPTIONS_MAX);
	if (v->without != v->kind)
		buf_printf(out, " without=%s", verdict_name(v->without));
}

/* What brought points; what is in test or excepted, marked. */
static void log_rules(struct buf *out, const struct verdict *v)
{
	size_t n = 0;

	buf_str(out, " rules=");
	for (size_t i = 0; i < v->nitems; i++) {
		const struct item *item = v->items[i].hit->item;

		if (v->items[i].points == 0 && item->status != STATUS_TEST && v->items[i].exception == NULL)
			continue;
		buf_printf(out, "%s%s", n++ == 0 ? "" : ",", item->id);
		if (v->items[i].exception != NULL)
			buf_str(out, "(excepted)");
		log_test(out, &v->items[i], v);
		log_local(out, item);
	}
	if (n == 0)
		buf_byte(out, '-');
	if (v->would != v->kind)
		buf_printf(out, " would=%s", verdict_name(v->would));
	log_exceptions(out, v);
}

void report_log(struct buf *out, const struct inspection *i, enum verdict_kind kind, size_t size)
{
	const struct verdict *v = i->verdict;
	char standing[32];

	buf_printf(out, "verdict=%s points=", verdict_name(kind));
	report_points(out, v->points);
	log_lures(out, v);
	log_rules(out, v);
	buf_str(out, " flaws=");
	flaw_write(out, v->flaws);
	if (v->flaws == 0)
		buf_byte(out, '-');
	standing_write(&v->standing, standing);
	if (v->context_bound == SCORE_CONTEXT_WARNER)
		buf_str(out, " warner=yes");
	buf_printf(out, " standing=%s charset=%s%s", standing, i->charset[0] != '\0' ? i->charset : "-",
	    (v->flaws & FLAW_BIT(LABEL_WRONG)) != 0 ? "!" : "");
	buf_printf(out, " size=%zu ms=%.1f", size, i->ms);
	report_set(out, i->ruleset);
}

void report_set(struct buf *out, const struct ruleset *r)
{
	const char *version = ruleset_version(r);

	buf_printf(out, " set=%s version=%s", ruleset_digest(r), version[0] != '\0' ? version : "-");
}

void report_set_json(struct buf *out, const struct ruleset *r)
{
	json_key(out, "set");
	json_string(out, span_str(ruleset_digest(r)));
	json_key(out, "version");
	json_string(out, span_str(ruleset_version(r)));
}

static void json_flaws(struct buf *out, flaw_set flaws)
{
	json_key(out, "flaws");
	buf_str(out, "[");
	for (size_t i = 0; i < FLAW_N; i++) {
		if (!(flaws >> i & 1))
			continue;
		json_comma(out);
		json_string(out, span_str(flaw_name((enum flaw)i)));
	}
	buf_str(out, "]");
}

static bool continues(const char *p)
{
	return ((unsigned char)*p & 0xC0) == 0x80;
}

/* The text of a hit, with a little of what stands around it, on character borders. */
static struct span excerpt(const struct hit *h)
{
	const struct field *f = h->in;
	size_t from = h->from, to = h->to;

	from -= from < EXCERPT_AROUND ? from : EXCERPT_AROUND;
	to += f->text.n - to < EXCERPT_AROUND ? f->text.n - to : EXCERPT_AROUND;
	if (to - from > EXCERPT_BYTES)
		from = h->from;
	if (to - from > EXCERPT_BYTES)
		to = from + EXCERPT_BYTES;
	while (from > 0 && continues(f->text.p + from))
		from--;
	while (to > from && to < f->text.n && continues(f->text.p + to))
		to--;
	return span(f->text.p + from, to - from);
}

static void json_rules(struct buf *out, const struct inspection *i)
{
	const struct verdict *v = i->verdict;

	json_key(out, "rules");
	buf_str(out, "[");
	for (size_t k = 0; k < v->nitems; k++) {
		const struct hit *h = v->items[k].hit;

		json_comma(out);
		buf_str(out, "{");
		json_key(out, "id");
		json_string(out, span_str(h->item->id));
		json_key(out, "points");
		report_points(out, v->items[k].points);
		json_key(out, "field");
		json_string(out, span_str(field_name(h->field)));
		json_key(out, "view");
		json_string(out, span_str(h->skeleton ? "skeleton" : "text"));
		json_key(out, "evaded");
		buf_str(out, h->evaded ? "true" : "false");
		json_key(out, "excerpt");
		json_string(out, excerpt(h));
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

static void json_exceptions(struct buf *out, const struct verdict *v)
{
	size_t n = v->excused ? v->excuses->nmet : 0;

	json_key(out, "without");
	json_string(out, span_str(verdict_name(v->without)));
	json_key(out, "exceptions");
	buf_str(out, "[");
	for (size_t i = 0; i < n; i++) {
		json_comma(out);
		json_string(out, span_str(v->excuses->met[i]->name));
	}
	buf_str(out, "]");
}

void report_scan_json(struct buf *out, const struct inspection *i)
{
	const struct verdict *v = i->verdict;

	json_key(out, "verdict");
	json_string(out, span_str(verdict_name(v->kind)));
	json_key(out, "would");
	json_string(out, span_str(verdict_name(v->would)));
	json_exceptions(out, v);
	json_key(out, "points");
	report_points(out, v->points);
	json_key(out, "lures");
	buf_str(out, "[");
	for (size_t k = 0; k < v->nlures; k++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "lure");
		json_string(out, span_str(v->lures[k].family->id));
		json_key(out, "points");
		report_points(out, v->lures[k].points);
		buf_str(out, "}");
	}
	buf_str(out, "]");
	json_rules(out, i);
	json_flaws(out, v->flaws);
	json_key(out, "ms");
	buf_printf(out, "%.3f", i->ms);
	report_set_json(out, i->ruleset);
}

static void json_field(struct buf *out, const char *key, const struct visible *v, enum field_id id)
{
	const struct field *f = visible_field(v, id);

	json_key(out, key);
	json_string(out, f != NULL ? f->text : span("", 0));
}

static void json_links(struct buf *out, const struct visible *v)
{
	json_key(out, "links");
	buf_str(out, "[");
	for (size_t i = 0; i < v->nlinks; i++) {
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "target");
		json_string(out, v->links[i].target);
		json_key(out, "text");
		json_string(out, v->links[i].text);
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

static void json_file_names(struct buf *out, const struct mail *mail)
{
	json_key(out, "file_names");
	buf_str(out, "[");
	for (size_t i = 0; i < mail->nparts; i++) {
		if (mail->parts[i].file_name.n == 0)
			continue;
		json_comma(out);
		json_string(out, mail->parts[i].file_name);
	}
	buf_str(out, "]");
}

/* The parts that hold something: multiparts and messages in messages are their children. */
static void json_parts(struct buf *out, const struct mail *mail)
{
	json_key(out, "parts");
	buf_str(out, "[");
	for (size_t i = 0; i < mail->nparts; i++) {
		const struct part *p = &mail->parts[i];
		bool text = p->kind == PART_TEXT || p->kind == PART_HTML;

		if (p->kind == PART_MULTIPART || p->kind == PART_MESSAGE)
			continue;
		json_comma(out);
		buf_str(out, "{");
		json_key(out, "type");
		json_string(out, p->type);
		json_key(out, "declared");
		json_string(out, p->declared);
		json_key(out, "used");
		json_string(out, span_str(text ? charset_name(p->used) : ""));
		json_key(out, "replaced");
		buf_printf(out, "%u}", p->replaced);
	}
	buf_str(out, "]");
}

void report_decode_json(struct buf *out, const struct mail *mail, const struct visible *v)
{
	json_field(out, "subject", v, FIELD_SUBJECT);
	json_field(out, "from_name", v, FIELD_FROM_NAME);
	json_field(out, "from_address", v, FIELD_FROM_ADDRESS);
	json_field(out, "reply_to", v, FIELD_REPLY_TO);
	json_field(out, "body", v, FIELD_BODY);
	json_field(out, "hidden", v, FIELD_HIDDEN);
	json_links(out, v);
	json_file_names(out, mail);
	json_parts(out, mail);
	json_flaws(out, v->flaws);
}
