#include <config.h>

#include "extract/html.h"

#include "extract/html_cascade.h"
#include "extract/html_scan.h"
#include "extract/html_show.h"
#include "extract/link.h"

#define CLOCK_BYTES 65536u /* between two looks at the clock */
#define CLOCK_TAGS 1024u

/* Kept from one document to the next. */
struct html_work {
	struct html_open open;
	struct html_sheet *sheet;
	struct buf scratch; /* attribute values */
	struct buf ruby;
};

struct html {
	struct arena *arena;
	const struct limits *limits;
	struct html_work *work;
	struct html_open *open;
	struct html_show show;
	struct span s;   /* the document */
	size_t at;
	struct span base;
	bool any;        /* an element was met that a later rule could change */
	bool late;       /* a rule came after such an element or text */
	bool again;      /* this is the second reading: all rules are known */
	flaw_set flaws;
};

static struct span value(struct html *t, const struct html_tag *tag, enum html_attribute a)
{
	return html_tag_value(tag, &t->work->scratch, a);
}

/* The index + 1 of the new link, or 0. */
static size_t add_link(struct html *t, const struct html_tag *tag, enum html_attribute a)
{
	struct span target = span_trim(value(t, tag, a));

	if (target.n == 0 || target.p[0] == '#')
		return 0;
	if (target.n > LINK_BYTES)
		t->flaws |= FLAW_BIT(TRUNCATED);
	if (t->show.out->nlinks == t->limits->links || t->show.out->target_bytes > t->limits->text_bytes / 2) {
		t->flaws |= FLAW_BIT(TRUNCATED);
		return 0;
	}
	return show_link(&t->show, link_target(t->arena, t->base, target));
}

/* What a form control without content shows. */
static void input(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	static const char *const mute[] = { "hidden", "password", "checkbox", "radio", "file", "color", "range" };
	struct span type = tag->attr[ATTR_TYPE];
	enum html_attribute shown = span_is_nocase(type, "image") ? ATTR_ALT :
	    tag->attr[ATTR_VALUE].n > 0 ? ATTR_VALUE : ATTR_PLACEHOLDER;

	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
		if (span_is_nocase(type, mute[i]))
			return;
	flow_gap(&t->show.visible, GAP_BLANK);
	show_apart(&t->show, value(t, tag, shown), false, look);
	flow_gap(&t->show.visible, GAP_BLANK);
}

/* What some elements do besides standing on the stack. */
static void act(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	switch (tag->id) {
	case TAG_BR:
		show_break(&t->show, !look->none);
		break;
	case TAG_A:
		t->show.link = tag->attr[ATTR_HREF].p != NULL ? add_link(t, tag, ATTR_HREF) : 0;
		t->show.link_begun = false;
		break;
	case TAG_AREA:
		if (tag->attr[ATTR_HREF].p != NULL)
			add_link(t, tag, ATTR_HREF);
		break;
	case TAG_FORM:
		if (tag->attr[ATTR_ACTION].p != NULL)
			add_link(t, tag, ATTR_ACTION);
		break;
	case TAG_BASE:
		if (tag->attr[ATTR_HREF].p != NULL && t->base.n == 0)
			t->base = link_target(t->arena, span(NULL, 0), value(t, tag, ATTR_HREF));
		break;
	case TAG_IMG:
		show_apart(&t->show, value(t, tag, ATTR_ALT), false, look);
		break;
	case TAG_INPUT:
	case TAG_BUTTON:
		if (tag->attr[ATTR_FORMACTION].p != NULL)
			add_link(t, tag, ATTR_FORMACTION);
		if (tag->id == TAG_INPUT)
			input(t, tag, look);
		break;
	default:
		break;
	}
}

static void add_sheet(struct html *t, struct span css)
{
	size_t before = html_sheet_rules(t->work->sheet);

	if (t->again)
		return;
	if (!html_sheet_add(t->work->sheet, css))
		t->flaws |= FLAW_BIT(TRUNCATED);
	t->late |= (t->any || t->show.any) && html_sheet_rules(t->work->sheet) > before;
}

/*
 * Elements whose content is no markup: read it up to the end tag, which is left to be read. false: it is none of them.
 */
static bool raw_content(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	size_t end;
	struct span s;

	switch (tag->id) {
	case TAG_SCRIPT:
		t->at = html_script_end(t->s, t->at);
		return true;
	case TAG_PLAINTEXT:
		end = t->s.n;
		break;
	case TAG_STYLE: case TAG_TITLE: case TAG_TEXTAREA: case TAG_XMP: case TAG_IFRAME: case TAG_NOEMBED:
	case TAG_NOFRAMES:
		end = html_end_tag(t->s, t->at, html_tag_name(tag->id));
		break;
	default:
		return false;
	}
	s = span(t->s.p + t->at, end - t->at);
	t->at = end;
	if (tag->id == TAG_STYLE) {
		add_sheet(t, s);
		return true;
	}
	if (tag->id == TAG_TEXTAREA && s.n > 0 && s.p[0] == '\n')
		s = span_from(s, 1);
	t->show.quiet = tag->id == TAG_TITLE || (tag->kinds & KIND_NONE);
	show_apart(&t->show, s, tag->id == TAG_TITLE || tag->id == TAG_TEXTAREA, look);
	t->show.quiet = false;
	if (tag->kinds & KIND_BLOCK)
		show_border(&t->show, !look->none);
	return true;
}

/* HTML elements that never stand in svg or math: section 13.2.6.5. */
static bool leaves_foreign(const struct html_tag *tag)
{
	switch (tag->id) {
	case TAG_B: case TAG_BIG: case TAG_BLOCKQUOTE: case TAG_BODY: case TAG_BR: case TAG_CENTER: case TAG_CODE:
	case TAG_DD: case TAG_DIV: case TAG_DL: case TAG_DT: case TAG_EM: case TAG_EMBED: case TAG_H1: case TAG_H2:
	case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6: case TAG_HEAD: case TAG_HR: case TAG_I: case TAG_IMG:
	case TAG_LI: case TAG_LISTING: case TAG_MENU: case TAG_META: case TAG_NOBR: case TAG_OL: case TAG_P:
	case TAG_PRE: case TAG_RUBY: case TAG_S: case TAG_SMALL: case TAG_SPAN: case TAG_STRONG: case TAG_STRIKE:
	case TAG_TABLE: case TAG_TT: case TAG_U: case TAG_UL:
		return true;
	case TAG_FONT:
		return tag->attr[ATTR_COLOR].p != NULL;
	default:
		return false;
	}
}

static void start_tag(struct html *t, const struct html_tag *tag)
{
	struct style s;
	struct html_names names;
	struct html_look look;
	bool foreign = html_open_foreign(t->open), line;

	if (foreign && leaves_foreign(tag)) {
		html_open_leave_foreign(t->open);
		foreign = false;
	}
	if (tag->id == TAG_HEAD || ((tag->id == TAG_HTML || tag->id == TAG_BODY) && t->open->count[tag->id] > 0))
		return;
	if (!foreign && !html_open_before(t->open, tag->id, tag->kinds))
		return;
	html_names_read(tag, &t->work->scratch, &names);
	if (!html_cascade(tag, &names, t->open, t->work->sheet, &t->work->scratch, &s))
		t->flaws |= FLAW_BIT(TRUNCATED);
	look = html_open_look(t->open, tag->id, tag->kinds, &s);
	line = html_is_line(tag, &s);
	if (line)
		show_border(&t->show, !look.none);
	act(t, tag, &look);
	if (foreign ? tag->self_closing : (tag->kinds & KIND_VOID) || raw_content(t, tag, &look))
		return;
	t->any |= tag->id != TAG_HTML;
	if (!html_open_push(t->open, tag, &names, &s, &look, line))
		t->flaws |= FLAW_BIT(TRUNCATED);
	if ((tag->id == TAG_PRE || tag->id == TAG_LISTING) && t->at < t->s.n && t->s.p[t->at] == '\n')
		t->at++;
}

static void end_tag(struct html *t, const struct html_tag *tag)
{
	if (tag->id == TAG_BR) {
		show_break(&t->show, true); /* section 13.2.6.4.7: as <br> */
		return;
	}
	if (html_open_end(t->open, tag))
		show_border(&t->show, true);
	else if (tag->kinds & KIND_BLOCK)
		show_border(&t->show, false);
}

static void tag(struct html *t)
{
	struct html_tag read;
	size_t n = html_tag_read(span_from(t->s, t->at), t->limits->html_tag, &read);

	t->at = n == 0 ? t->s.n : t->at + n; /* a tag that the end of the text cuts off is nothing */
	if (n == 0)
		return;
	if (read.cut)
		t->flaws |= FLAW_BIT(TRUNCATED);
	if (read.end)
		end_tag(t, &read);
	else
		start_tag(t, &read);
}

/*
 * "<!--[if mso]> ... <![endif]-->": Outlook shows it, no other mail program does. Its text goes to the hidden text, its
 * tags count for nothing.
 */
static void conditional(struct html *t, struct span s)
{
	t->show.aside = true;
	for (size_t at = span_find(s, 0, span_str("]>")) + 2, next; at < s.n; at = next) {
		struct html_tag read;

		next = span_find(s, at, span_str("<"));
		show_text(&t->show, span(s.p + at, next - at), true);
		if (next + 1 >= s.n)
			break;
		if (!html_is_letter(s.p[next + 1]) && s.p[next + 1] != '/') {
			next = span_find(s, next, span_str(">")) + 1;
			continue;
		}
		at = html_tag_read(span_from(s, next), t->limits->html_tag, &read);
		if (at == 0)
			break;
		next += at;
		if (!read.end && (read.id == TAG_STYLE || read.id == TAG_SCRIPT))
			next = html_end_tag(s, next, html_tag_name(read.id));
		else if (read.kinds & KIND_BLOCK)
			show_border(&t->show, false);
	}
	t->show.aside = false;
}

/* What a comment holds that html_comment_end() found, with and without its end. */
static struct span comment_inside(struct span comment)
{
	if (comment.n >= 7 && memcmp(comment.p + comment.n - 3, "-->", 3) == 0)
		comment.n -= 3;
	else if (comment.n >= 8 && memcmp(comment.p + comment.n - 4, "--!>", 4) == 0)
		comment.n -= 4;
	return span_from(comment, 4);
}

/* "<!" and "<?": comments, CDATA in foreign content, doctypes, and what counts as a comment. */
static void declaration(struct html *t)
{
	struct span s = t->s;
	size_t at = t->at, end;

	if (s.n - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
		end = html_comment_end(s, at);
		if (s.n - at > 8 && strncasecmp(s.p + at + 4, "[if", 3) == 0)
			conditional(t, comment_inside(span(s.p + at, end - at)));
	} else if (s.n - at >= 9 && memcmp(s.p + at, "<![CDATA[", 9) == 0 && html_open_foreign(t->open)) {
		end = span_find(s, at + 9, span_str("]]>"));
		show_text(&t->show, span(s.p + at + 9, end - at - 9), false);
		end += 3;
	} else {
		end = span_find(s, at, span_str(">")) + 1;
	}
	t->at = end < s.n ? end : s.n;
}

/* At a '<': false where it is one of the text. */
static bool markup(struct html *t)
{
	size_t left = t->s.n - t->at;
	const char *p = t->s.p + t->at;
	char next = left > 1 ? p[1] : '\0', after = left > 2 ? p[2] : '\0';

	if (html_is_letter(next) || (next == '/' && html_is_letter(after)))
		tag(t);
	else if (next == '!' || next == '?' || (next == '/' && left > 2))
		declaration(t);
	else
		return false;
	return true;
}

static void read_all(struct html *t, clock_us deadline)
{
	size_t looked = 0, tags = 0;

	while (t->at < t->s.n) {
		size_t from = t->at;
		const char *lt;

		if (t->at - looked >= CLOCK_BYTES || tags++ >= CLOCK_TAGS) {
			looked = t->at;
			tags = 0;
			if (clock_past(deadline)) {
				t->flaws |= FLAW_BIT(TIME);
				return;
			}
		}
		if (t->s.p[from] == '<' && markup(t))
			continue;
		lt = memchr(t->s.p + from + 1, '<', t->s.n - from - 1);
		t->at = lt == NULL ? t->s.n : (size_t)(lt - t->s.p);
		show_text(&t->show, span(t->s.p + from, t->at - from), true);
	}
}

static struct html_work *new_work(struct arena *a, const struct limits *l)
{
	struct html_work *w = arena_alloc(a, sizeof *w);

	if (w == NULL || !html_open_new(a, l->html_depth, &w->open) ||
	    (w->sheet = html_sheet_new(a, l->html_styles)) == NULL)
		return NULL;
	w->scratch = BUF_ARENA(a, 0);
	w->ruby = BUF_ARENA(a, RUBY_BYTES);
	return w;
}

/* From the start of the document. */
static void read_document(struct html *t, struct html_shown *out, clock_us deadline)
{
	html_open_clear(t->open);
	show_begin(&t->show, t->arena, out, t->open, &t->work->ruby);
	t->at = 0;
	t->any = false;
	t->base = span(NULL, 0);
	read_all(t, deadline);
	show_border(&t->show, true);
	if (t->show.cut)
		t->flaws |= FLAW_BIT(TRUNCATED);
}

flaw_set html_text(struct arena *a, struct span s, const struct limits *l, clock_us deadline, struct html_shown *out)
{
	struct html t = { .arena = a, .limits = l, .s = s };
	const struct html_shown before = *out;
	const struct buf visible = *out->visible, hidden = *out->hidden;

	if (out->work == NULL && (out->work = new_work(a, l)) == NULL)
		return 0; /* the arena remembers */
	t.work = out->work;
	t.open = &out->work->open;
	html_sheet_clear(t.work->sheet);
	read_document(&t, out, deadline);
	if (t.late && !(t.flaws & FLAW_BIT(TIME))) {
		/* Rules came after what they speak of: once more, with all of them known from the start. */
		out->visible->n = visible.n;
		out->visible->cut = visible.cut;
		out->hidden->n = hidden.n;
		out->hidden->cut = hidden.cut;
		out->nlinks = before.nlinks;
		out->nquotes = before.nquotes;
		out->concealed = before.concealed;
		out->target_bytes = before.target_bytes;
		t.again = true;
		read_document(&t, out, deadline);
	}
	return t.flaws;
}
