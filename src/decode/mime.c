#include <config.h>

#include "decode/mime.h"

#include "decode/head.h"
#include "decode/mime_tree.h"

/*
 * Invariants:
 * 1. A frame is a run of bytes that is read by itself: the body, or something that was decoded or is read a second time.
 *    Frames nest; the last one is read to its end, then the one below goes on where it stopped.
 * 2. The open multiparts of all frames stand in one stack; a frame sees only those from its `base` on.
 * 3. At frame.at begins a line. What stands between frame.from and frame.at belongs to frame.leaf, or where there is none to
 *    the preamble or epilogue of the last open multipart.
 * 4. Every frame and every open multipart belongs to a part deeper than the one before it, so limits->depth bounds both.
 * 5. In a frame that is read a second time nothing is, so work is bounded; `again` bounds the bytes of all of them.
 */
#define NONE PART_NO_PARENT
#define JUNK_LINES 8u  /* of a broken header block that are passed over */
#define CUSTOMARY 400u /* bytes of a preamble that says nothing but what MIME is */

/* Another reading of an entity: other headers, and another place where its body begins. */
struct second {
	struct entity entity;
	size_t from;
};

enum state { PREAMBLE, INSIDE, EPILOGUE };

struct open {
	size_t part, body;    /* where its body begins in the frame */
	struct span boundary;
	bool usable;          /* it has a boundary */
	bool cut;             /* of which only the beginning is known */
	bool digest;
	bool used;            /* a part was found */
	bool last_try;        /* where none is found, the body is not tried again in another way */
	enum part_place place; /* of its children */
	enum state state;
	enum transfer transfer;
	const struct second *second;
};

struct frame {
	struct span bytes;
	char eol;
	bool again;
	size_t at, from, base, leaf;
	const struct second *second; /* of the leaf */
};

struct delimiter {
	size_t level;
	bool closing;
};

struct reader {
	struct tree tree;
	clock_us deadline;
	struct open *opens;
	struct frame *frames;
	size_t nopens, nframes, most;
	size_t again;
	bool truncated; /* the message was cut: what is missing at its end is no fault */
};

/* --- frames and lines --- */

static struct frame *top(struct reader *r)
{
	return &r->frames[r->nframes - 1];
}

static char eol_of(struct span s)
{
	return s.n > 0 && memchr(s.p, '\n', s.n) == NULL ? '\r' : '\n';
}

static bool push_frame(struct reader *r, struct span bytes, bool again)
{
	if (r->nframes == r->most)
		return false;
	r->frames[r->nframes++] = (struct frame){
		.bytes = bytes,
		.eol = eol_of(bytes),
		.base = r->nopens,
		.leaf = NONE,
		.again = again,
	};
	return true;
}

/* A frame for reading bytes of f a second time. */
static bool push_again(struct reader *r, const struct frame *f, struct span bytes, size_t part)
{
	if (f->again)
		return false;
	if (bytes.n > r->again || !push_frame(r, bytes, true)) {
		r->tree.m.parts[part].flaws |= FLAW_BIT(TRUNCATED);
		return false;
	}
	r->again -= bytes.n;
	return true;
}

static size_t next_line(const struct frame *f, size_t at)
{
	const char *p = f->bytes.p + at, *eol = memchr(p, f->eol, f->bytes.n - at);

	return eol != NULL ? (size_t)(eol + 1 - f->bytes.p) : f->bytes.n;
}

/* What stands before f->at, without the line end that belongs to the delimiter there. */
static struct span before(const struct frame *f, size_t from)
{
	size_t end = f->at;

	if (end < f->bytes.n && end > from && f->bytes.p[end - 1] == f->eol)
		end--;
	if (end < f->at && end > from && f->bytes.p[end - 1] == '\r' && f->eol == '\n')
		end--;
	return span(f->bytes.p + from, end - from);
}

/* The open multipart whose boundary follows the "--" of this line; the outermost of several. */
static bool match(const struct reader *r, const struct frame *f, struct span line, struct delimiter *ret)
{
	bool found = false;

	while (line.n > 0 && strchr(" \t\r\n", line.p[line.n - 1]) != NULL)
		line.n--;
	for (size_t i = f->base; i < r->nopens; i++) {
		const struct open *o = &r->opens[i];
		struct span b = o->boundary;
		bool end = line.n >= b.n + 2 && line.p[line.n - 1] == '-' && line.p[line.n - 2] == '-';
		bool closing = end && (o->cut || line.n == b.n + 2);

		if (!o->usable || line.n < b.n || !(closing || o->cut || line.n == b.n) || (closing && found) ||
		    (b.n > 0 && memcmp(line.p, b.p, b.n) != 0))
			continue;
		*ret = (struct delimiter){ i, closing };
		if (!closing)
			return true; /* "--x--" begins a part of "x--" rather than that it ends "x" */
		found = true;
	}
	return found;
}

/* Move on to the next delimiter, or to the end. */
static bool find_delimiter(struct reader *r, struct delimiter *ret)
{
	struct frame *f = top(r);

	if (f->base == r->nopens)
		f->at = f->bytes.n;
	while (f->at < f->bytes.n) {
		const char *p = f->bytes.p + f->at;
		size_t next = next_line(f, f->at);

		if (next - f->at >= 2 && p[0] == '-' && p[1] == '-' && match(r, f, span(p + 2, next - f->at - 2), ret))
			return true;
		f->at = next;
	}
	return false;
}

/* --- where an entity begins --- */

/*
 * Mail programs differ where a line in a header block is no header: the block ends there, or the line is passed over. The
 * first is read anyhow; this is the second, where it changes anything.
 */
static const struct second *read_on(struct reader *r, struct fields fields)
{
	struct frame *f = top(r);
	size_t at = f->at, known = fields.type[0].n + fields.type[1].n + fields.transfer[0].n + fields.transfer[1].n;
	struct second *s;
	struct head h = { 0 };

	for (unsigned i = 0; i < JUNK_LINES && at < f->bytes.n && !h.ended; i++) {
		struct header one;

		if (f->bytes.p[at] == '-' && at + 1 < f->bytes.n && f->bytes.p[at + 1] == '-')
			return NULL;
		at = next_line(f, at);
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
	struct frame *f = top(r);
	size_t most = r->tree.limits->boundary;

	r->opens[r->nopens++] = (struct open){
		.part = part,
		.body = f->at,
		.boundary = span(e->boundary.p, e->boundary.n < most ? e->boundary.n : most),
		.cut = e->boundary.n > most,
		.usable = e->boundary.n > 0,
		.digest = span_is(e->type, "multipart/digest"),
		.place = f->again ? PLACE_ASIDE : PLACE_BODY,
		.transfer = e->transfer,
		.second = second,
	};
	if (e->boundary.n > most)
		r->tree.m.parts[part].flaws |= FLAW_BIT(BAD_MIME);
	f->from = f->at;
}

/*
 * Is a message whose encoding is declared not encoded? It begins like a header block, to which base64 has no ':', and where
 * quoted-printable would write "=3D" there is a '='.
 */
static bool is_plain_head(struct span raw, enum transfer transfer)
{
	size_t n = 0;

	while (n < raw.n && n < 80 && raw.p[n] > ' ' && raw.p[n] < 0x7F && raw.p[n] != ':')
		n++;
	if (n == 0 || n == raw.n || raw.p[n] != ':')
		return false;
	if (transfer != TRANSFER_QP)
		return true;
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
	struct frame *f = top(r);
	bool deep = r->tree.m.parts[i].depth >= r->tree.limits->depth;

	if ((e->kind == PART_MULTIPART || e->kind == PART_MESSAGE) && (deep || r->nopens == r->most)) {
		e->kind = PART_TEXT;
		e->flaws |= FLAW_BIT(TRUNCATED);
	}
	tree_describe(&r->tree, i, e);
	if (e->kind == PART_MULTIPART) {
		push_open(r, i, e, second);
		return false;
	}
	if (e->kind == PART_MESSAGE && (e->transfer == TRANSFER_IDENTITY || is_plain_head(span_from(f->bytes, f->at), e->transfer)))
		return true;
	f->leaf = i;
	f->from = f->at;
	f->second = second;
	return false;
}

/* Choose between the readings that the headers allow, and begin with the one that shows something. */
static bool begin_entity(struct reader *r, size_t i, const struct fields *fields, bool digest, const struct second *second)
{
	struct tree *t = &r->tree;
	struct second *other = NULL;
	struct entity e;

	entity_read(t->arena, t->limits, fields, 0, digest, t->m.label, &e);
	if (fields_doubled(fields) && (other = arena_alloc(t->arena, sizeof *other)) != NULL) {
		other->from = top(r)->at;
		entity_read(t->arena, t->limits, fields, 1, digest, t->m.label, &other->entity);
		if (e.kind == PART_OPAQUE && other->entity.kind != PART_OPAQUE) {
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
		struct frame *f = top(r);
		const struct second *second = NULL;
		struct fields fields = { 0 };
		struct header one;
		struct head h;
		size_t i = tree_add(t, parent, place);

		if (i == NONE)
			return;
		head_open(&h, t->limits, span_from(f->bytes, f->at), message ? 0 : f->eol, message);
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
		place = place == PLACE_ASIDE ? PLACE_ASIDE : PLACE_BODY;
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
	begin_part(r, i, p->place == PLACE_ASIDE ? PLACE_ASIDE : PLACE_BODY, false, true);
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
	struct frame *f = top(r);
	size_t i = f->leaf, end;
	struct part *p = &r->tree.m.parts[i];
	struct leaf *l = &r->tree.m.leaves[i];
	struct span raw = before(f, f->from), bytes;

	f->leaf = NONE;
	f->from = f->at;
	if (p->kind == PART_MESSAGE) {
		if (tree_decode(&r->tree, i, raw, l->transfer, &bytes) && push_frame(r, bytes, f->again)) {
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

/* A boundary that the bytes themselves suggest: a line that begins with "--" before one that begins with "Content-". */
static bool guess(const struct reader *r, struct span bytes, struct span *ret)
{
	const struct frame f = { .bytes = bytes, .eol = eol_of(bytes) };

	for (size_t at = 0, next; at < bytes.n; at = next) {
		next = next_line(&f, at);
		if (next - at < 3 || bytes.p[at] != '-' || bytes.p[at + 1] != '-' || bytes.n - next < 8 ||
		    !span_is_nocase(span(bytes.p + next, 8), "Content-"))
			continue;
		*ret = span_trim(span(bytes.p + at + 2, next - at - 2));
		if (ret->n <= r->tree.limits->boundary)
			return true;
	}
	return false;
}

/* A multipart without parts: its body is text. What else it may be: encoded as a whole, or with another boundary in use. */
static void read_unused(struct reader *r, const struct frame *f, const struct open *o)
{
	struct tree *t = &r->tree;
	struct span raw = before(f, o->body), decoded;
	struct open other = *o;

	t->m.parts[o->part].flaws |= FLAW_BIT(BAD_MIME);
	other.last_try = other.usable = true;
	other.cut = false;
	other.body = 0;
	if (o->transfer != TRANSFER_IDENTITY && tree_decode(t, o->part, raw, o->transfer, &decoded) &&
	    guess(r, decoded, &other.boundary) && push_frame(r, decoded, f->again)) {
		r->opens[r->nopens++] = other;
		return;
	}
	t->m.parts[o->part].kind = PART_TEXT;
	t->m.leaves[o->part].raw = raw;
	other.place = PLACE_ASIDE;
	if (guess(r, raw, &other.boundary) && push_again(r, f, raw, o->part))
		r->opens[r->nopens++] = other;
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
	struct span text = before(f, f->from);

	if (!is_customary(text))
		tree_add_aside(&r->tree, part, text);
}

/* The last open multipart ends here, with or without a closing delimiter. */
static void end_multipart(struct reader *r)
{
	struct open o = r->opens[--r->nopens];
	struct frame *f = top(r);
	struct span all = before(f, o.body);

	if (o.state == EPILOGUE && o.used)
		add_between(r, f, o.part);
	else if (o.used && !r->truncated)
		r->tree.m.parts[o.part].flaws |= FLAW_BIT(BAD_MIME);
	f->from = f->at;
	if (!o.used && !o.last_try)
		read_unused(r, f, &o);
	read_second(r, f, o.part, o.second, (size_t)(all.p + all.n - f->bytes.p));
}

/* The delimiter at the frame's place belongs to the last open multipart. */
static void pass_delimiter(struct reader *r, const struct delimiter *d)
{
	struct open *o = &r->opens[d->level];
	struct frame *f = top(r);

	if (o->state != INSIDE && (o->used || !d->closing)) {
		add_between(r, f, o->part);
		if (o->state == EPILOGUE && !d->closing) { /* most programs show nothing that follows the end */
			r->tree.m.parts[o->part].flaws |= FLAW_BIT(BAD_MIME);
			o->place = PLACE_ASIDE;
		}
	}
	f->from = f->at = next_line(f, f->at);
	o->state = d->closing ? EPILOGUE : INSIDE;
	if (!d->closing) {
		o->used = true;
		begin_part(r, o->part, o->place, o->digest, false);
	}
}

static void read_frames(struct reader *r)
{
	while (r->nframes > 0 && !r->tree.stopped) {
		struct delimiter d = { 0 };
		bool found = find_delimiter(r, &d);

		if (top(r)->leaf != NONE)
			end_leaf(r);
		else if (clock_past(r->deadline))
			tree_stop(&r->tree, FLAW_BIT(TIME));
		else if (r->nopens > (found ? d.level + 1 : top(r)->base))
			end_multipart(r);
		else if (found)
			pass_delimiter(r, &d);
		else
			r->nframes--;
	}
}

void mime_read(struct arena *a, const struct message *m, const struct limits *l, clock_us deadline, struct mime *ret)
{
	struct reader r = { .deadline = deadline, .most = l->depth + 2, .again = 2 * l->scan_bytes };
	struct fields fields = { 0 };
	struct span rest;

	r.truncated = m->flaws & FLAW_BIT(TRUNCATED);
	tree_open(&r.tree, a, l);
	r.opens = arena_array(a, r.most, sizeof *r.opens);
	r.frames = arena_array(a, r.most, sizeof *r.frames);
	*ret = r.tree.m;
	if (r.opens == NULL || r.frames == NULL || tree_add(&r.tree, NONE, PLACE_BODY) == NONE)
		return;
	push_frame(&r, m->body, false);
	for (size_t i = 0; i < m->nheaders; i++)
		fields_note(&fields, &m->headers[i]);
	if (begin_entity(&r, 0, &fields, false, NULL))
		begin_message(&r, 0);
	read_frames(&r);
	/* Too many parts: what is left is not taken apart, but not lost either. */
	rest = span_from(m->body, r.frames[0].at);
	if ((r.tree.m.flaws & FLAW_BIT(TRUNCATED)) && rest.n > 0)
		tree_add_aside(&r.tree, 0, rest);
	*ret = r.tree.m;
}
