#include <config.h>

#include "decode/mime.h"

#include "decode/head.h"
#include "decode/mime_frame.h"
#include "decode/mime_tree.h"

#define NONE PART_NO_PARENT
#define JUNK_LINES 8u  /* of a broken header block that are passed over */
#define CUSTOMARY 400u /* bytes of a preamble that says nothing but what MIME is */
#define HEAD 4096u     /* bytes of a header block that tell whether it is encoded */
#define AGAIN 2u       /* bytes that are read a second time are at most so many times scan_bytes */

struct reader {
	struct tree tree;
	struct frames frames;
	clock_us deadline;
	size_t again;   /* bytes that may still be read a second time */
	bool truncated; /* the message was cut: what is missing at its end is no fault */
};

/* A frame for reading bytes of f a second time. */
static bool push_again(struct reader *r, const struct frame *f, struct span bytes, size_t part)
{
	if (f->again)
		return false;
	if (bytes.n > r->again || !frames_push(&r->frames, bytes, true)) {
		r->tree.m.parts[part].flaws |= FLAW_BIT(TRUNCATED);
		return false;
	}
	r->again -= bytes.n;
	return true;
}

/* --- where an entity begins --- */

/*
 * Mail programs differ where a line in a header block is no header: the block ends there, or the line is passed over.
 * The first is read anyhow; this is the second, where it changes anything.
 */
static const struct second *read_on(struct reader *r, struct fields fields)
{
	struct frame *f = frames_top(&r->frames);
	size_t at = f->at, known = fields.type[0].n + fields.type[1].n + fields.transfer[0].n + fields.transfer[1].n;
	struct second *s;
	struct head h = { 0 };

	for (unsigned i = 0; i < JUNK_LINES && at < f->bytes.n && !h.ended; i++) {
		struct header one;

		if (f->bytes.p[at] == '-' && at + 1 < f->bytes.n && f->bytes.p[at + 1] == '-')
			return NULL;
		at = frame_next_line(f, at);
		head_open(&h, r->tree.limits, span_from(f->bytes, at), f->eol, false);
		while (head_next(&h, &one))
			fields_note(&fields, &one);
		at += h.at;
	}
	if (!h.ended || known == fields.type[0].n + fields.type[1].n + fields.transfer[0].n + fields.transfer[1].n)
		return NULL;
	s = arena_alloc(r->tree.arena, sizeof *s);
	if (s == NULL)
		return NULL;
	s->from = at;
	entity_read(r->tree.arena, r->tree.limits, &fields, 1, false, r->tree.m.label, &s->entity);
	return s;
}

static void push_open(struct reader *r, size_t part, const struct entity *e, const struct second *second)
{
	struct frame *f = frames_top(&r->frames);
	size_t most = r->tree.limits->boundary;

	r->frames.opens[r->frames.nopens++] = (struct open){
		.part = part,
		.body = f->at,
		.boundary = span(e->boundary.p, e->boundary.n < most ? e->boundary.n : most),
		.cut = e->boundary.n > most,
		.usable = e->boundary.n > 0,
		.digest = span_is(e->type, "multipart/digest"),
		.transfer = e->transfer,
		.second = second,
	};
	if (e->boundary.n > most)
		r->tree.m.parts[part].flaws |= FLAW_BIT(BAD_MIME);
	f->from = f->at;
}

/*
 * Is a message not encoded, even where it says so? It begins like a header block, to which base64 has no ':', and
 * where quoted-printable would write "=3D" there is a '='.
 */
static bool is_plain_head(struct span raw, enum transfer transfer)
{
	size_t n = 0;

	if (transfer == TRANSFER_IDENTITY)
		return true;
	while (n < raw.n && n < 80 && raw.p[n] > ' ' && raw.p[n] < 0x7F && raw.p[n] != ':')
		n++;
	if (n == 0 || n == raw.n || raw.p[n] != ':')
		return false;
	if (transfer != TRANSFER_QP)
		return true;
	raw.n = raw.n < HEAD ? raw.n : HEAD;
	raw.n = span_find(raw, 0, span_str("\n\n"));
	raw.n = span_find(raw, 0, span_str("\n\r\n"));
	for (size_t at = 0; (at = span_find(raw, at, span_str("="))) + 1 < raw.n; at++)
		if (strchr(" \t\r\n0123456789ABCDEFabcdef", raw.p[at + 1]) == NULL)
			return true;
	return false;
}

/* The body of part i begins at the frame's place. True where it is a message, whose headers follow there. */
static bool begin_body(struct reader *r, size_t i, struct entity *e, const struct second *second)
{
	struct frame *f = frames_top(&r->frames);
	bool deep = r->tree.m.parts[i].depth >= r->tree.limits->depth;

	if ((e->kind == PART_MULTIPART || e->kind == PART_MESSAGE) && (deep || r->frames.nopens == r->frames.most)) {
		e->kind = PART_TEXT;
		e->flaws |= FLAW_BIT(TRUNCATED);
	}
	tree_describe(&r->tree, i, e);
	if (e->kind == PART_MULTIPART) {
		push_open(r, i, e, second);
		return false;
	}
	if (e->kind == PART_MESSAGE && is_plain_head(span_from(f->bytes, f->at), e->transfer))
		return true;
	f->leaf = i;
	f->from = f->at;
	f->second = second;
	return false;
}

/*
 * Choose between the readings that the headers allow, and begin with the one that shows something. A message is the
 * second: where it ends is not looked for.
 */
static bool begin_entity(struct reader *r, size_t i, const struct fields *fields, bool digest,
    const struct second *second)
{
	struct tree *t = &r->tree;
	struct second *other = NULL;
	struct entity e;

	entity_read(t->arena, t->limits, fields, 0, digest, t->m.label, &e);
	if (fields_doubled(fields) && (other = arena_alloc(t->arena, sizeof *other)) != NULL) {
		other->from = frames_top(&r->frames)->at;
		entity_read(t->arena, t->limits, fields, 1, digest, t->m.label, &other->entity);
		if (other->entity.kind != PART_OPAQUE && (e.kind == PART_OPAQUE || e.kind == PART_MESSAGE)) {
			struct entity shown = other->entity;

			other->entity = e;
			e = shown;
		}
		if (second == NULL && other->entity.kind != PART_OPAQUE)
			second = other;
	}
	return begin_body(r, i, &e, second);
}

/* A header block and then a body begin at the frame's place. `message`: they are what the part `parent` holds. */
static void begin_part(struct reader *r, size_t parent, enum part_place place, bool digest, bool message)
{
	bool more = true;

	while (more) {
		struct tree *t = &r->tree;
		struct frame *f = frames_top(&r->frames);
		const struct second *second = NULL;
		struct fields fields = { 0 };
		struct header one;
		struct head h;
		size_t i = tree_add(t, parent, place);

		if (i == NONE)
			return;
		head_open(&h, t->limits, span_from(f->bytes, f->at), message && f->eol == '\n' ? 0 : f->eol, message);
		while (head_next(&h, &one))
			fields_note(&fields, &one);
		if (message)
			t->m.leaves[parent].head = span(f->bytes.p + f->at, h.at);
		t->m.parts[message ? parent : i].flaws |= h.flaws;
		f->at += h.at;
		if (!h.ended && f->at < f->bytes.n && !f->again)
			second = read_on(r, fields);
		more = begin_entity(r, i, &fields, digest, second);
		parent = i;
		digest = false;
		message = true;
		place = PLACE_BODY;
	}
}

/* --- where it ends --- */

/* The message that part i holds begins at the frame's place. */
static void begin_message(struct reader *r, size_t i)
{
	struct part *p = &r->tree.m.parts[i];

	/* The root has the headers of the mail itself: a message that is all its body becomes its only child. */
	if (p->parent == NONE) {
		struct span type = p->type;

		p->kind = PART_MULTIPART;
		i = tree_add(&r->tree, 0, PLACE_BODY);
		if (i == NONE)
			return;
		p = &r->tree.m.parts[i];
		p->kind = PART_MESSAGE;
		p->type = type;
	}
	begin_part(r, i, PLACE_BODY, false, true);
}

static void read_second(struct reader *r, const struct frame *f, size_t i, const struct second *s, size_t end)
{
	struct entity e;
	size_t k;

	if (s == NULL || s->from > end || !push_again(r, f, span(f->bytes.p + s->from, end - s->from), i))
		return;
	k = tree_add(&r->tree, i, PLACE_ASIDE);
	e = s->entity;
	if (k != NONE && begin_body(r, k, &e, NULL))
		begin_message(r, k);
}

static void end_leaf(struct reader *r)
{
	struct frame *f = frames_top(&r->frames);
	size_t i = f->leaf, end;
	struct part *p = &r->tree.m.parts[i];
	struct leaf *l = &r->tree.m.leaves[i];
	struct span raw = frame_before(f, f->from), bytes;

	f->leaf = NONE;
	f->from = f->at;
	if (p->kind == PART_MESSAGE) {
		if (tree_decode(&r->tree, i, raw, l->transfer, &bytes) && frames_push(&r->frames, bytes, f->again)) {
			begin_message(r, i);
			return;
		}
		p->kind = PART_TEXT;
	}
	end = (size_t)(raw.p + raw.n - f->bytes.p);
	if (p->kind == PART_TEXT || p->kind == PART_HTML) {
		l->raw = raw;
		tree_look_into(&r->tree, i, !f->again);
	}
	read_second(r, f, i, f->second, end);
}

/*
 * A multipart without parts: its body is text. What else it may be: encoded as a whole, or with another boundary in
 * use.
 */
static void read_unused(struct reader *r, const struct frame *f, const struct open *o)
{
	struct tree *t = &r->tree;
	struct span raw = frame_before(f, o->body), decoded;
	struct open other = *o;

	t->m.parts[o->part].flaws |= FLAW_BIT(BAD_MIME);
	other.last_try = other.usable = true;
	other.cut = false;
	other.body = 0;
	if (o->transfer != TRANSFER_IDENTITY && tree_decode(t, o->part, raw, o->transfer, &decoded) &&
	    boundary_guess(decoded, t->limits->boundary, &other.boundary) &&
	    frames_push(&r->frames, decoded, f->again)) {
		r->frames.opens[r->frames.nopens++] = other;
		return;
	}
	t->m.parts[o->part].kind = PART_TEXT;
	t->m.leaves[o->part].raw = raw;
	other.place = PLACE_ASIDE;
	if (boundary_guess(raw, t->limits->boundary, &other.boundary) && push_again(r, f, raw, o->part))
		r->frames.opens[r->frames.nopens++] = other;
}

/* "This is a multi-part message in MIME format." and its like: a short text of ASCII. */
static bool is_customary(struct span s)
{
	s = span_trim(s);
	if (s.n > CUSTOMARY)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < ' ' || s.p[i] > '~') && s.p[i] != '\n' && s.p[i] != '\r')
			return false;
	for (size_t i = 0; i + 5 <= s.n; i++)
		if (span_is_nocase(span(s.p + i, 4), "MIME") || span_is_nocase(span(s.p + i, 5), "multi"))
			return true;
	return s.n == 0;
}

/* What stands before the first part or behind the last one. */
static void add_between(struct reader *r, const struct frame *f, size_t part)
{
	struct span text = frame_before(f, f->from);

	if (!is_customary(text))
		tree_add_aside(&r->tree, part, text);
}

/* The last open multipart ends here, with or without a closing delimiter. */
static void end_multipart(struct reader *r)
{
	struct open o = r->frames.opens[--r->frames.nopens];
	struct frame *f = frames_top(&r->frames);
	struct span all = frame_before(f, o.body);

	if (o.state == EPILOGUE && o.used)
		add_between(r, f, o.part);
	else if (o.used && !(r->truncated && f->at == f->bytes.n))
		r->tree.m.parts[o.part].flaws |= FLAW_BIT(BAD_MIME);
	f->from = f->at;
	if (!o.used && !o.last_try)
		read_unused(r, f, &o);
	read_second(r, f, o.part, o.second, (size_t)(all.p + all.n - f->bytes.p));
}

/* The delimiter at the frame's place belongs to the last open multipart. */
static void pass_delimiter(struct reader *r, const struct delimiter *d)
{
	struct open *o = &r->frames.opens[d->level];
	struct frame *f = frames_top(&r->frames);

	if (o->state != INSIDE && (o->used || !d->closing)) {
		add_between(r, f, o->part);
		if (o->state == EPILOGUE && !d->closing) { /* most programs show nothing that follows the end */
			r->tree.m.parts[o->part].flaws |= FLAW_BIT(BAD_MIME);
			o->place = PLACE_ASIDE;
		}
	}
	f->from = f->at = frame_next_line(f, f->at);
	o->state = d->closing ? EPILOGUE : INSIDE;
	if (!d->closing) {
		o->used = true;
		begin_part(r, o->part, o->place, o->digest, false);
	}
}

static void read_frames(struct reader *r)
{
	while (r->frames.n > 0 && !r->tree.stopped) {
		struct delimiter d = { 0 };
		bool found = frames_find(&r->frames, &d);

		if (frames_top(&r->frames)->leaf != NONE)
			end_leaf(r);
		else if (clock_past(r->deadline))
			tree_stop(&r->tree, FLAW_BIT(TIME));
		else if (r->frames.nopens > (found ? d.level + 1 : frames_top(&r->frames)->base))
			end_multipart(r);
		else if (found)
			pass_delimiter(r, &d);
		else
			r->frames.n--;
	}
}

void mime_read(struct arena *a, const struct message *m, const struct limits *l, clock_us deadline, struct mime *ret)
{
	struct reader r = { .deadline = deadline, .again = AGAIN * l->scan_bytes };
	struct fields fields = { 0 };
	struct span rest;

	r.truncated = m->flaws & FLAW_BIT(TRUNCATED);
	tree_open(&r.tree, a, l);
	*ret = r.tree.m;
	if (!frames_new(&r.frames, a, l) || tree_add(&r.tree, NONE, PLACE_BODY) == NONE)
		return;
	frames_push(&r.frames, m->body, false);
	for (size_t i = 0; i < m->nheaders; i++)
		fields_note(&fields, &m->headers[i]);
	if (begin_entity(&r, 0, &fields, false, NULL))
		begin_message(&r, 0);
	read_frames(&r);
	/* Too many parts: what is left is not taken apart, but not lost either. */
	rest = span_from(m->body, r.frames.v[0].at);
	if ((r.tree.m.flaws & FLAW_BIT(TRUNCATED)) && rest.n > 0)
		tree_add_aside(&r.tree, 0, rest);
	*ret = r.tree.m;
}
