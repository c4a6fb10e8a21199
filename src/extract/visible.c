#include <config.h>

#include "extract/visible.h"

#include "base/utf8.h"
#include "extract/bidi.h"
#include "extract/html.h"
#include "extract/html_flow.h"
#include "extract/link.h"
#include "extract/quote.h"

#include <errno.h>

#define CONCEALED_MIN 8u  /* hidden letters that are worth a flaw */
#define READINGS 8u       /* earlier ones of a multipart/alternative that a reading is compared with */

static const struct {
	const char *name;
	bool prose;
} names[FIELD_N] = {
#define FIELD(id, name, prose) { name, prose },
#include "extract/field.def"
#undef FIELD
};

const char *field_name(enum field_id id)
{
	return names[id].name;
}

bool field_prose(enum field_id id)
{
	return names[id].prose;
}

const struct field *visible_field(const struct visible *v, enum field_id id)
{
	for (size_t i = 0; i < v->nfields && v->fields[i].id <= id; i++)
		if (v->fields[i].id == id)
			return &v->fields[i];
	return NULL;
}

/* A text part's place in the body, kept for comparing the readings of a multipart/alternative. */
struct reading {
	size_t group; /* index of the multipart/alternative */
	size_t branch;/* index of its child that the part stands in */
	size_t from, to;
};

struct extract {
	struct arena *arena;
	const struct message *message;
	const struct mail *mail;
	const struct limits *limits;
	clock_us deadline;
	size_t left; /* of text_bytes, once the body is written */
	struct field *fields;
	size_t nfields;
	struct buf body, hidden;
	struct marks marks;
	struct html_shown html;
	struct reading readings[READINGS];
	size_t nreadings;
	struct link *links;
	size_t nlinks, links_cap;
	flaw_set flaws;
};

/* The shares of text_bytes: what a sender fills one field with must not push out another. */
static size_t share(const struct extract *e, unsigned of32)
{
	return e->limits->text_bytes / 32 * of32 + 1; /* a limit of 0 would be none */
}

static struct span cut(struct extract *e, struct span s, size_t max)
{
	if (s.n <= max)
		return s;
	e->flaws |= FLAW_BIT(TRUNCATED);
	s.n = max;
	while (s.n > 0 && (s.p[s.n] & 0xC0) == 0x80)
		s.n--;
	return s;
}

static struct field *add_field(struct extract *e, enum field_id id, struct span text, size_t max)
{
	struct field *f = &e->fields[e->nfields];

	text = cut(e, text, max < e->left ? max : e->left);
	if (text.n == 0)
		return NULL;
	e->left -= text.n;
	*f = (struct field){ .id = id, .text = text };
	e->nfields++;
	return f;
}

/* Of a header: its text is the mail's. */
static void add_shown(struct extract *e, enum field_id id, struct span text)
{
	struct field *f = add_field(e, id, text, share(e, 1));
	char *turned;

	if (f == NULL || !bidi_overrides(f->text) || (turned = arena_alloc(e->arena, f->text.n)) == NULL)
		return;
	memcpy(turned, f->text.p, f->text.n);
	bidi_turn(turned, f->text.n);
	f->text.p = turned;
}

/* s on a line of its own in what b holds from `start` on. */
static void add_line(struct buf *b, size_t start, struct span s)
{
	if (s.n == 0)
		return;
	if (b->n > start)
		flow_add(b, "\n", 1);
	flow_add(b, s.p, s.n);
}

static void add_addresses(struct extract *e, enum field_id id, const struct address *v, size_t n, bool names_of)
{
	struct buf b = BUF_ARENA(e->arena, share(e, 1) + 1); /* one more, so that a cut is noted */

	for (size_t i = 0; i < n; i++)
		add_line(&b, 0, names_of ? v[i].name : v[i].address);
	add_shown(e, id, buf_text(&b));
}

static void add_link(struct extract *e, struct span target, struct span text)
{
	size_t cap = e->links_cap == 0 ? 16 : 2 * e->links_cap;

	if (target.n == 0)
		return;
	for (size_t i = 0; i < e->nlinks; i++)
		if (span_eq(e->links[i].target, target) && span_eq(e->links[i].text, text))
			return; /* both readings of an alternative */
	if (e->nlinks == e->limits->links) {
		e->flaws |= FLAW_BIT(TRUNCATED);
		return;
	}
	if (e->nlinks == e->links_cap) {
		struct link *v = arena_grow(e->arena, e->links, e->links_cap * sizeof *v, cap * sizeof *v);

		if (v == NULL)
			return;
		e->links = v;
		e->links_cap = cap;
	}
	e->links[e->nlinks] = (struct link){ target, arena_copy(e->arena, text), link_differs(target, text) };
	if (e->links[e->nlinks++].differs)
		e->flaws |= FLAW_BIT(LINK_DIFFERS);
}

/* The links of a part that was written to out from `from` on: those of HTML, and URLs that stand in the text itself. */
static void add_links(struct extract *e, const struct buf *out, size_t from, size_t first, bool bare)
{
	size_t next = first, start, end;

	for (size_t i = first; i < e->html.nlinks; i++) {
		const struct html_link *l = &e->html.links[i];

		add_link(e, l->target, span(out->p + l->from, l->to - l->from));
	}
	for (size_t at = from; bare && link_next(buf_text(out), at, &start, &end); at = end) {
		while (next < e->html.nlinks && e->html.links[next].to <= start)
			next++;
		if (next < e->html.nlinks && e->html.links[next].from <= start)
			continue; /* a link's own text is no second link */
		if (e->nlinks == e->limits->links) {
			e->flaws |= FLAW_BIT(TRUNCATED);
			break;
		}
		add_link(e, arena_copy(e->arena, cut(e, span(out->p + start, end - start), LINK_BYTES)),
		    span(out->p + start, end - start));
	}
}

/* The next letter of a reading, for comparing: no blanks, fillers, signs of ASCII, URLs; 0 at the end. */
static uint32_t next_letter(struct span *s)
{
	while (s->n > 0) {
		uint32_t cp;
		unsigned n = utf8_get(s->p, s->p + s->n, &cp);
		bool letter = cp >= 0x80 ? cp > 0xA0 && cp != 0x3000 && (cp < 0x2000 || cp > 0x200F) && cp != 0xFEFF :
		    (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');

		if ((cp | 0x20) == 'h' && s->n > 8 &&
		    (strncasecmp(s->p, "http://", 7) == 0 || strncasecmp(s->p, "https://", 8) == 0)) {
			while (s->n > 0 && *s->p > ' ' && *s->p != '>')
				*s = span_from(*s, 1);
			continue;
		}
		*s = span_from(*s, n);
		if (letter)
			return cp;
	}
	return 0;
}

static bool says_the_same(struct span a, struct span b)
{
	uint32_t x, y;

	do {
		x = next_letter(&a);
		y = next_letter(&b);
	} while (x == y && x != 0);
	return x == y;
}

/* The multipart/alternative that the part i stands in, and its child on the way; false: in none. */
static bool alternative_of(const struct mail *m, size_t i, struct reading *ret)
{
	for (; i != PART_NO_PARENT; i = m->parts[i].parent)
		if (m->parts[i].alternative) {
			ret->group = m->parts[i].parent;
			ret->branch = i;
			return true;
		}
	return false;
}

/*
 * Was the text that part i has just added to the body said already, by another branch of the same
 * multipart/alternative?
 */
static bool is_second_reading(struct extract *e, size_t i, size_t from)
{
	struct reading r;

	if (!alternative_of(e->mail, i, &r))
		return false;
	for (size_t k = 0; k < e->nreadings; k++) {
		const struct reading *o = &e->readings[k];

		if (o->group == r.group && o->branch != r.branch &&
		    says_the_same(span(e->body.p + o->from, o->to - o->from), span(e->body.p + from, e->body.n - from)))
			return true;
	}
	r.from = from;
	r.to = e->body.n;
	if (e->nreadings == READINGS)
		memmove(e->readings, e->readings + 1, --e->nreadings * sizeof *e->readings);
	e->readings[e->nreadings++] = r;
	return false;
}

static void add_html(struct extract *e, struct span text, struct buf *visible)
{
	e->html.visible = visible;
	e->html.hidden = &e->hidden;
	e->flaws |= html_text(e->arena, text, e->limits, e->deadline, &e->html);
}

static void add_mark(struct extract *e, size_t from, size_t to)
{
	if (!marks_add(e->arena, &e->marks, from, to, MARK_QUOTED))
		e->flaws |= FLAW_BIT(TRUNCATED);
}

/* A forwarded message's Subject and From: what a mail program shows above its text. */
static void add_heading(const struct part *p, struct buf *out)
{
	static const char *const shown[] = { "Subject", "From" };
	size_t start = out->n;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < p->nheaders; i++)
			if (span_is_nocase(p->headers[i].name, shown[k])) {
				add_line(out, start, p->headers[i].value);
				break;
			}
}

/* One part's text, at the end of `out`, which is the body or `hidden`. */
static void add_part(struct extract *e, size_t i, struct buf *out)
{
	const struct part *p = &e->mail->parts[i];
	size_t gap = out->n, from, concealed = e->html.concealed, links = e->html.nlinks, quotes = e->html.nquotes;
	bool body = out == &e->body;

	if (p->kind != PART_TEXT && p->kind != PART_HTML && (p->kind != PART_MESSAGE || i == 0))
		return;
	if (out->n > 0)
		flow_add(out, "\n\n", 2);
	from = out->n;
	if (p->kind == PART_MESSAGE)
		add_heading(p, out);
	else if (p->kind == PART_TEXT)
		flow_add(out, p->text.p, p->text.n);
	else
		add_html(e, p->text, out);
	if (!body)
		e->html.concealed = concealed;
	if (out->n == from || (body && is_second_reading(e, i, from))) {
		add_links(e, out, from, links, false);
		out->n = gap;
		return;
	}
	add_links(e, out, from, links, true);
	if (!body)
		return;
	for (size_t k = quotes; k < e->html.nquotes; k++)
		add_mark(e, e->html.quotes[k].from, e->html.quotes[k].to);
	if (p->forwarded || p->kind == PART_MESSAGE)
		add_mark(e, from, out->n);
	else if (!quote_mark(e->arena, buf_text(out), from, out->n, &e->marks))
		e->flaws |= FLAW_BIT(TRUNCATED);
}

/* In one piece from the start: a buf that grows in an arena leaves its old bytes behind. */
static void reserve_body(struct extract *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->mail->nparts; i++)
		n += e->mail->parts[i].text.n + 2;
	buf_reserve(&e->body, n < e->body.limit ? n : e->body.limit);
}

static void add_parts(struct extract *e)
{
	const struct mail *m = e->mail;
	unsigned char *place = arena_alloc(e->arena, m->nparts);

	if (place == NULL)
		return;
	reserve_body(e);
	for (size_t i = 0; i < m->nparts; i++) { /* what is inside an attached message is attached with it */
		size_t parent = m->parts[i].parent;

		place[i] = (unsigned char)m->parts[i].place;
		if (parent != PART_NO_PARENT && place[parent] > place[i])
			place[i] = place[parent];
	}
	for (unsigned pass = PLACE_BODY; pass <= PLACE_ASIDE; pass++)
		for (size_t i = 0; i < m->nparts; i++) {
			if (place[i] != pass)
				continue;
			if (clock_past(e->deadline)) {
				e->flaws |= FLAW_BIT(TIME);
				return;
			}
			add_part(e, i, pass == PLACE_ASIDE ? &e->hidden : &e->body);
		}
}

/* The body, and what of it is quoted once more, without the signs before its lines. */
static void add_body(struct extract *e)
{
	struct field *body;
	struct buf quoted = BUF_ARENA(e->arena, e->left + 1);

	marks_settle(&e->marks);
	bidi_turn(e->body.p, e->body.n);
	body = add_field(e, FIELD_BODY, buf_text(&e->body), e->left);
	if (body == NULL)
		return;
	body->marks = e->marks.v;
	body->nmarks = e->marks.n;
	for (size_t i = 0; i < e->marks.n; i++) {
		struct span s = span(e->body.p + e->marks.v[i].from, e->marks.v[i].to - e->marks.v[i].from);

		if (e->marks.v[i].kind != MARK_QUOTED)
			continue;
		if (quoted.n > 0)
			flow_add(&quoted, "\n\n", 2);
		for (size_t at = 0, end; at < s.n; at = end + 1) {
			struct span line;

			end = span_find(s, at, span_str("\n"));
			line = quote_strip(span(s.p + at, end - at));
			flow_add(&quoted, line.p, line.n);
			flow_add(&quoted, "\n", end < s.n);
		}
	}
	add_field(e, FIELD_QUOTED, buf_text(&quoted), e->left);
}

static void add_targets(struct extract *e)
{
	struct buf b = BUF_ARENA(e->arena, e->left + 1);

	for (size_t i = 0; i < e->nlinks; i++)
		add_line(&b, 0, e->links[i].target);
	add_field(e, FIELD_LINK, buf_text(&b), e->left);
}

static void add_file_names(struct extract *e)
{
	struct buf b = BUF_ARENA(e->arena, e->left + 1);

	for (size_t i = 0; i < e->mail->nparts; i++)
		add_line(&b, 0, e->mail->parts[i].file_name);
	add_shown(e, FIELD_FILE_NAME, buf_text(&b));
}

static void add_headers(struct extract *e)
{
	for (size_t i = 0; i < e->mail->nheaders; i++) {
		const struct mail_header *h = &e->mail->headers[i];
		struct field *f = add_field(e, FIELD_HEADER, h->value, e->left);
		char *name;

		if (f == NULL)
			continue;
		name = arena_alloc(e->arena, h->name.n);
		for (size_t k = 0; name != NULL && k < h->name.n; k++)
			name[k] = h->name.p[k] >= 'A' && h->name.p[k] <= 'Z' ? (char)(h->name.p[k] | 0x20) :
			    h->name.p[k];
		f->name = span(name, name != NULL ? h->name.n : 0);
	}
}

static void add_client(struct extract *e)
{
	struct buf b = BUF_ARENA(e->arena, share(e, 1) + 1);

	add_line(&b, 0, e->message->client_address);
	add_line(&b, 0, e->message->client_name);
	add_line(&b, 0, e->message->helo);
	add_field(e, FIELD_CLIENT, buf_text(&b), share(e, 1));
}

int visible_extract(struct arena *a, const struct message *m, const struct mail *mail, const struct limits *l,
    clock_us deadline, const struct visible **ret)
{
	struct extract e = { .arena = a, .message = m, .mail = mail, .limits = l, .deadline = deadline,
		.left = l->text_bytes };
	struct visible *v = arena_alloc(a, sizeof *v);

	e.fields = arena_array(a, FIELD_N + mail->nheaders, sizeof *e.fields);
	if (v == NULL || e.fields == NULL)
		return -ENOMEM;
	e.body = BUF_ARENA(a, share(&e, 20));
	e.hidden = BUF_ARENA(a, share(&e, 4));
	add_shown(&e, FIELD_SUBJECT, mail->subject);
	add_addresses(&e, FIELD_FROM_NAME, mail->from, mail->nfrom, true);
	add_addresses(&e, FIELD_FROM_ADDRESS, mail->from, mail->nfrom, false);
	add_addresses(&e, FIELD_REPLY_TO, mail->reply_to, mail->nreply_to, false);
	add_addresses(&e, FIELD_TO, mail->to, mail->nto, false);
	add_parts(&e);
	e.left -= e.hidden.n; /* its place is kept, whatever comes before it in field.def */
	add_body(&e);
	e.left += e.hidden.n;
	add_field(&e, FIELD_HIDDEN, buf_text(&e.hidden), e.left);
	add_targets(&e);
	add_file_names(&e);
	add_field(&e, FIELD_ENVELOPE_FROM, m->mail_from, share(&e, 1));
	add_client(&e);
	add_headers(&e);
	if (e.body.cut || e.hidden.cut)
		e.flaws |= FLAW_BIT(TRUNCATED);
	if (e.html.concealed >= CONCEALED_MIN)
		e.flaws |= FLAW_BIT(HIDDEN_TEXT);
	*v = (struct visible){ .fields = e.fields, .nfields = e.nfields, .links = e.links, .nlinks = e.nlinks,
		.flaws = m->flaws | mail->flaws | e.flaws };
	if (arena_failed(a))
		return -ENOMEM;
	*ret = v;
	return 0;
}
