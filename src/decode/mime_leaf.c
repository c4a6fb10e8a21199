#include <config.h>

#include "decode/mime_tree.h"

#define SAMPLE 4096u    /* bytes of declared base64 that tell whether it is text */
#define TRIES 8u        /* lines that are no base64 from which on it is asked */
#define START 512u      /* decoded bytes that tell what a part holds */
#define FILE_NAME 1024u /* of a uuencoded file, in UTF-8 */

static bool begins_html(struct span s)
{
	static const char *const marks[] = { "<!doctype html", "<html" };

	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)
		s = span_from(s, 3);
	s = span_trim(s);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (s.n >= strlen(marks[i]) && span_is_nocase(span(s.p, strlen(marks[i])), marks[i]))
			return true;
	return false;
}

/* The decoded beginning of a part. */
static struct span start_of(const struct leaf *f, char at[START])
{
	struct buf b = { .p = at, .cap = START, .limit = START - 1 };

	transfer_decode(f->transfer, span(f->raw.p, f->raw.n < 2 * START ? f->raw.n : 2 * START), &b);
	return buf_text(&b);
}

static bool is_text(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1B && c != 0x0E && c != 0x0F)
			return false;
	}
	return true;
}

static void add_uufile(struct tree *t, size_t text, const struct uufile *u)
{
	struct buf name = BUF_ARENA(t->arena, FILE_NAME);
	size_t i = tree_add(t, text, PLACE_ATTACHED);
	char start[START];
	bool archive;
	struct decoded d = { 0 };
	struct part *p;
	struct leaf *f;

	if (i == PART_NO_PARENT)
		return;
	p = &t->m.parts[i];
	f = &t->m.leaves[i];
	f->raw = u->lines;
	f->cut = span(t->m.leaves[text].raw.p + u->from, u->to - u->from);
	f->transfer = TRANSFER_UUENCODE;
	p->transfer = "x-uuencode";
	rfc5322_text(t->limits, u->name, t->m.leaves[text].label, &name, &d);
	p->file_name = buf_text(&name);
	p->kind = entity_kind_of_file(p->file_name, &archive);
	if (archive)
		p->flaws |= FLAW_BIT(OPAQUE);
	else if (p->kind == PART_MESSAGE || (p->kind == PART_OPAQUE && is_text(start_of(f, start))))
		p->kind = PART_TEXT;
	if (p->kind == PART_OPAQUE)
		p->type = span_str("application/octet-stream");
	else if (p->kind == PART_HTML)
		p->type = span_str("text/html");
}

/* In base64 nobody looks for them. Quoted-printable must be decoded first: it changes the lines. */
static void add_uufiles(struct tree *t, size_t i)
{
	struct span raw = t->m.leaves[i].raw;
	struct uufile u;

	if (t->m.leaves[i].transfer == TRANSFER_QP && span_find(raw, 0, span_str("begin ")) < raw.n &&
	    tree_decode(t, i, raw, TRANSFER_QP, &raw)) {
		t->m.leaves[i].raw = raw;
		t->m.leaves[i].transfer = TRANSFER_IDENTITY;
	}
	if (t->m.leaves[i].transfer != TRANSFER_IDENTITY)
		return;
	for (size_t at = 0; !t->stopped && transfer_find_uufile(raw, at, &u); at = u.to)
		add_uufile(t, i, &u);
}

/* Is it much rather text: blanks and other signs between the letters? */
static bool is_prose(struct span s)
{
	size_t signs = 0, all = 0;

	for (size_t i = 0; i < s.n && i < SAMPLE; i++) {
		unsigned char c = (unsigned char)s.p[i], letter = c | 0x20;

		if (c == '\r' || c == '\n' || c == '=')
			continue;
		all++;
		signs += c != '+' && c != '/' && (c < '0' || c > '9') && (letter < 'a' || letter > 'z');
	}
	return signs * 16 > all;
}

/*
 * What in declared base64 is none: all of it, or what a mailing list has added. It begins where a line has an odd
 * length.
 */
static struct span find_prose(struct span raw)
{
	unsigned tries = 0;

	for (size_t at = 0, end; at < raw.n && tries < TRIES; at = end + 1) {
		struct span line;

		end = span_find(raw, at, span_str("\n"));
		line = span_trim(span(raw.p + at, end - at));
		if (line.n % 4 == 0 && !is_prose(line))
			continue;
		if (is_prose(span_from(raw, at)))
			return span_from(raw, at);
		tries++;
	}
	return span(NULL, 0);
}

static void add_twin(struct tree *t, size_t i)
{
	size_t k = tree_add(t, i, PLACE_ASIDE);

	if (k == PART_NO_PARENT)
		return;
	t->m.parts[k].kind = PART_HTML;
	t->m.parts[k].type = span_str("text/html");
	t->m.parts[k].declared = t->m.parts[i].declared;
	t->m.parts[k].transfer = t->m.parts[i].transfer;
	t->m.leaves[k].twin = i;
}

static void add_prose(struct tree *t, size_t i, struct span prose)
{
	size_t k = tree_add(t, i, PLACE_ASIDE);

	if (k == PART_NO_PARENT)
		return;
	t->m.parts[k].kind = t->m.parts[i].kind;
	t->m.parts[k].type = t->m.parts[i].type;
	t->m.parts[k].declared = t->m.parts[i].declared;
	t->m.leaves[k].label = t->m.leaves[i].label;
	t->m.leaves[k].raw = prose;
}

void tree_look_into(struct tree *t, size_t i, bool more)
{
	char start[START];
	struct span prose = { 0 };

	if (t->m.parts[i].kind == PART_TEXT)
		add_uufiles(t, i);
	if (!more)
		return;
	if (t->m.parts[i].kind == PART_TEXT && t->m.leaves[i].form != FORM_FOLDED &&
	    begins_html(start_of(&t->m.leaves[i], start)))
		add_twin(t, i);
	if (t->m.leaves[i].transfer == TRANSFER_BASE64)
		prose = find_prose(t->m.leaves[i].raw);
	if (prose.n > 0)
		add_prose(t, i, prose);
}
