#include "config.h"

#include "extract/html.h"

#include "base/utf8.h"
#include "extract/html_entity.h"
#include "extract/html_flow.h"
#include "extract/html_open.h"
#include "extract/link.h"

#define QUOTES_MAX 4096u
#define RUBY_BYTES 4096u      /* of readings in one block */
#define CLOCK_BYTES 65536u    /* between two looks at the clock */
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
	struct html_shown *out;
	struct html_work *work;
	struct html_open *open;
	struct span s;               /* the document */
	size_t at;
	const struct html_look *look;/* of text outside the stack (an alt, a textarea); NULL: the stack's */
	struct html_flow visible, hidden, ruby;
	size_t link;                 /* index + 1 of the <a> that is open */
	bool link_begun, quoting;
	bool aside;                  /* text for one mail program alone */
	bool was_hidden;
	bool quiet;                  /* hidden text that is no trick */
	bool any;                    /* an element or text was met that a later rule could change */
	bool late;                   /* and such a rule came */
	bool again;                  /* this is the second reading: all rules are known */
	struct span base;
	flaw_set flaws;
};

/* Letters and digits, but no blanks and fillers such as U+200C and U+034F. */
static size_t count_letters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		unsigned length = utf8_get(s.p + i, s.p + s.n, &cp);

		if (cp < 0x80)
			n += html_is_letter((char)cp) || (cp >= '0' && cp <= '9');
		else
			n += cp > 0xBF && cp != 0x34F && cp != 0x2800 && cp != 0xFEFF && (cp < 0x2000 || cp > 0x206F) &&
			    cp != 0x3000;
		i += length;
	}
	return n;
}

static void add_quote(struct html *t, uint32_t at)
{
	struct html_shown *o = t->out;
	size_t cap = o->quotes_cap == 0 ? 16 : 2 * o->quotes_cap;
	struct html_range *v = o->quotes;

	if (o->nquotes == QUOTES_MAX) {
		t->flaws |= FLAW_BIT(TRUNCATED);
		return;
	}
	if (o->nquotes == o->quotes_cap) {
		v = arena_grow(t->arena, v, o->quotes_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return;
		o->quotes = v;
		o->quotes_cap = cap;
	}
	v[o->nquotes++] = (struct html_range){ at, at };
	t->quoting = true;
}

/* Note what the visible text that is written next belongs to. */
static void mark_begin(struct html *t)
{
	uint32_t at = (uint32_t)t->visible.out->n;

	if (t->link > 0 && t->open->count[TAG_A] + t->open->lost[TAG_A] == 0)
		t->link = 0;
	if (t->link > 0 && !t->link_begun) {
		t->out->links[t->link - 1].from = t->out->links[t->link - 1].to = at;
		t->link_begun = true;
	}
	if (t->open->count[TAG_BLOCKQUOTE] + t->open->lost[TAG_BLOCKQUOTE] == 0)
		t->quoting = false;
	else if (!t->quoting)
		add_quote(t, at);
}

static void mark_end(struct html *t)
{
	uint32_t at = (uint32_t)t->visible.out->n;

	if (t->link > 0)
		t->out->links[t->link - 1].to = at;
	if (t->quoting)
		t->out->quotes[t->out->nquotes - 1].to = at;
}

/* Text without markup and references. */
static void text(struct html *t, struct span s)
{
	const struct html_look *look = t->look != NULL ? t->look : t->open->look;
	bool hidden = t->aside || look->hidden;
	struct html_flow *f = hidden ? &t->hidden : t->open->count[TAG_RT] > 0 ? &t->ruby : &t->visible;

	s = flow_skip(f, s, look->space);
	if (s.n == 0)
		return;
	t->any = true;
	if (hidden && !t->was_hidden)
		flow_gap(f, GAP_LINE);
	if (hidden && !t->quiet && !t->aside)
		t->out->concealed += count_letters(s);
	t->was_hidden = hidden;
	flow_settle(f);
	if (f == &t->visible)
		mark_begin(t);
	flow_text(f, s, look->space);
	if (f == &t->visible)
		mark_end(t);
}

/* Text with references: what is not in tags, or RCDATA. NUL is nothing there (section 13.2.6.4.7). */
static void data(struct html *t, struct span s, bool references)
{
	size_t from = 0, at = 0;

	while (at < s.n) {
		char bytes[2 * UTF8_MAX];
		uint32_t cp[2];
		size_t n;

		while (at < s.n && s.p[at] != '\0' && (s.p[at] != '&' || !references))
			at++;
		if (at == s.n)
			break;
		n = s.p[at] == '\0' ? 1 : html_entity(span_from(s, at), false, cp);
		if (n == 0) {
			at++;
			continue;
		}
		text(t, span(s.p + from, at - from));
		if (s.p[at] == '&') {
			unsigned length = utf8_put(bytes, cp[0]);

			text(t, span(bytes, length + (cp[1] != 0 ? utf8_put(bytes + length, cp[1]) : 0)));
		}
		at += n;
		from = at;
	}
	text(t, span(s.p + from, s.n - from));
}

/* Text that an attribute or an element without elements in it shows. */
static void apart(struct html *t, struct span s, bool references, const struct html_look *look)
{
	t->look = look;
	if (s.n > 0)
		data(t, s, references);
	t->look = NULL;
}

static void border(struct html *t, bool seen)
{
	flow_gap(&t->hidden, GAP_BORDER);
	if (!seen)
		return;
	flow_gap(&t->visible, GAP_BORDER);
	if (t->work->ruby.n > 0) {
		flow_settle(&t->visible);
		flow_text(&t->visible, buf_text(&t->work->ruby), STYLE_KEEP);
		flow_gap(&t->visible, GAP_BORDER);
		buf_clear(&t->work->ruby);
		flow_open(&t->ruby, &t->work->ruby);
	}
}

/* An attribute's value, decoded; good until the next one. */
static struct span value(struct html *t, const struct html_tag *tag, enum html_attribute a)
{
	struct span raw = tag->attr[a];

	if (memchr(raw.n > 0 ? raw.p : "", '&', raw.n) == NULL && memchr(raw.n > 0 ? raw.p : "", '\0', raw.n) == NULL)
		return raw;
	buf_clear(&t->work->scratch);
	html_entity_value(raw, &t->work->scratch);
	return buf_text(&t->work->scratch);
}

static void read_names(struct html *t, const struct html_tag *tag, struct html_names *ret)
{
	struct span s;

	ret->tag = tag->hash;
	ret->id = 0;
	ret->nclasses = 0;
	if (tag->attr[ATTR_ID].p != NULL)
		ret->id = html_hash(value(t, tag, ATTR_ID), false);
	if (tag->attr[ATTR_CLASS].p == NULL)
		return;
	s = value(t, tag, ATTR_CLASS);
	for (size_t i = 0, from; i < s.n && ret->nclasses < NAMES_CLASSES;) {
		while (i < s.n && html_is_blank(s.p[i]))
			i++;
		for (from = i; i < s.n && !html_is_blank(s.p[i]); i++)
			;
		if (i > from)
			ret->classes[ret->nclasses++] = html_hash(span(s.p + from, i - from), false);
	}
}

static void hint_colour(struct html *t, const struct html_tag *tag, enum html_attribute a, enum style_prop prop, struct style *s)
{
	struct colour *c = prop == STYLE_COLOUR ? &s->colour : &s->background;

	if (tag->attr[a].p != NULL && colour_legacy(value(t, tag, a), c))
		s->v[prop] = STYLE_SOME;
}

static void hint_fixed(struct style *s, uint8_t back)
{
	s->v[STYLE_COLOUR] = s->v[STYLE_BACKGROUND] = STYLE_SOME;
	s->colour = (struct colour){ 0, 0, 0, 255 };
	s->background = (struct colour){ back, back, back, 255 };
	s->v[STYLE_SIZE] = STYLE_PLAIN;
}

/* What elements and attributes say without CSS: sections 15.3 and 15.5. */
static void hints(struct html *t, const struct html_tag *tag, struct style *s)
{
	switch (tag->id) {
	case TAG_A:
		if (tag->attr[ATTR_HREF].p != NULL) {
			s->v[STYLE_COLOUR] = STYLE_SOME;
			s->colour = (struct colour){ 0, 0, 0xEE, 255 };
		}
		break;
	case TAG_FONT:
		hint_colour(t, tag, ATTR_COLOR, STYLE_COLOUR, s);
		break;
	case TAG_BODY:
		hint_colour(t, tag, ATTR_TEXT, STYLE_COLOUR, s);
		/* fall through */
	case TAG_TABLE: case TAG_TBODY: case TAG_THEAD: case TAG_TFOOT: case TAG_TR: case TAG_TD: case TAG_TH:
		hint_colour(t, tag, ATTR_BGCOLOR, STYLE_BACKGROUND, s);
		if (tag->attr[ATTR_BACKGROUND].n > 0)
			s->v[STYLE_IMAGE] = STYLE_SOME;
		break;
	case TAG_MARK:
		s->v[STYLE_COLOUR] = s->v[STYLE_BACKGROUND] = STYLE_SOME;
		s->colour = (struct colour){ 0, 0, 0, 255 };
		s->background = (struct colour){ 255, 255, 0, 255 };
		break;
	case TAG_BUTTON: case TAG_SELECT:
		hint_fixed(s, 0xEF);
		break;
	case TAG_INPUT:
		hint_fixed(s, 0xFF);
		break;
	case TAG_TEXTAREA:
		hint_fixed(s, 0xFF);
		/* fall through */
	case TAG_PRE: case TAG_LISTING: case TAG_XMP: case TAG_PLAINTEXT:
		s->v[STYLE_SPACE] = STYLE_KEEP;
		break;
	default:
		break;
	}
	if (tag->attr[ATTR_HIDDEN].p != NULL || (tag->kinds & KIND_NONE) || (tag->id == TAG_DIALOG && tag->attr[ATTR_OPEN].p == NULL))
		s->v[STYLE_DISPLAY] = STYLE_GONE;
}

/* Hints, rules, the style attribute, then what is !important, in this order. */
static void cascade(struct html *t, const struct html_tag *tag, const struct html_names *names, struct style *s)
{
	struct style important = { .v = { 0 } };

	hints(t, tag, s);
	if (!html_sheet_match(t->work->sheet, names, t->open->names, t->open->n, s, &important))
		t->flaws |= FLAW_BIT(TRUNCATED);
	if (tag->attr[ATTR_STYLE].p != NULL)
		style_read(value(t, tag, ATTR_STYLE), s, &important);
	style_add(s, &important);
}

static bool breaks_line(const struct html_tag *tag, const struct style *s)
{
	switch (s->v[STYLE_DISPLAY]) {
	case STYLE_BLOCK:
		return true;
	case STYLE_INLINE:
	case STYLE_INBLOCK:
		return false;
	default:
		return (tag->kinds & KIND_BLOCK) != 0 || s->v[STYLE_POSITION] == STYLE_FLOATING;
	}
}

/* The index + 1 of the new link, or 0. */
static size_t add_link(struct html *t, const struct html_tag *tag, enum html_attribute a)
{
	struct html_shown *o = t->out;
	size_t cap = o->links_cap == 0 ? 16 : 2 * o->links_cap;
	struct html_link *v = o->links;
	struct span target = span_trim(value(t, tag, a));
	uint32_t at = (uint32_t)t->visible.out->n;

	if (target.n == 0 || target.p[0] == '#')
		return 0;
	if (o->nlinks == t->limits->links) {
		t->flaws |= FLAW_BIT(TRUNCATED);
		return 0;
	}
	if (o->nlinks == o->links_cap) {
		v = arena_grow(t->arena, v, o->links_cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return 0;
		o->links = v;
		o->links_cap = cap;
	}
	if (target.n > LINK_BYTES)
		t->flaws |= FLAW_BIT(TRUNCATED);
	v[o->nlinks++] = (struct html_link){ link_target(t->arena, t->base, target), at, at };
	return o->nlinks;
}

/* What a form control without content shows. */
static void input(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	static const char *const mute[] = { "hidden", "password", "checkbox", "radio", "file", "color", "range" };
	struct span type = tag->attr[ATTR_TYPE];
	enum html_attribute shown = span_is_nocase(type, "image") ? ATTR_ALT : tag->attr[ATTR_VALUE].n > 0 ? ATTR_VALUE : ATTR_PLACEHOLDER;

	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
		if (span_is_nocase(type, mute[i]))
			return;
	flow_gap(&t->visible, GAP_BLANK);
	apart(t, value(t, tag, shown), false, look);
	flow_gap(&t->visible, GAP_BLANK);
}

/* What some elements do besides standing on the stack. */
static void act(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	switch (tag->id) {
	case TAG_BR:
		flow_break(&t->hidden);
		if (!look->none)
			flow_break(&t->visible);
		break;
	case TAG_A:
		t->link = tag->attr[ATTR_HREF].p != NULL ? add_link(t, tag, ATTR_HREF) : 0;
		t->link_begun = false;
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
		apart(t, value(t, tag, ATTR_ALT), false, look);
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

/* Where "</name" and what may follow it stands at or after `from`; s.n where it does not. */
static size_t find_end(struct span s, size_t from, const char *name)
{
	size_t n = strlen(name);

	for (size_t at = from; at + n + 2 < s.n; at++) {
		const char *lt = memchr(s.p + at, '<', s.n - at);

		if (lt == NULL)
			break;
		at = (size_t)(lt - s.p);
		if (at + n + 2 < s.n && lt[1] == '/' && strncasecmp(lt + 2, name, n) == 0 &&
		    (html_is_blank(lt[n + 2]) || lt[n + 2] == '/' || lt[n + 2] == '>'))
			return at;
	}
	return s.n;
}

static bool begins(struct span s, size_t at, const char *with)
{
	size_t n = strlen(with);

	return s.n - at > n && strncasecmp(s.p + at, with, n) == 0 &&
	    (html_is_blank(s.p[at + n]) || s.p[at + n] == '/' || s.p[at + n] == '>');
}

/* The end of a script. After "<!--" and "<script" an end tag ends that inner one alone, until "-->" (section 13.2.5.15 on). */
static size_t find_script_end(struct span s, size_t at)
{
	enum { PLAIN, ESCAPED, INNER } state = PLAIN;

	for (; at < s.n; at++) {
		if (s.p[at] == '-' && s.n - at >= 3 && memcmp(s.p + at, "-->", 3) == 0) {
			state = PLAIN;
		} else if (s.p[at] != '<') {
			continue;
		} else if (begins(s, at, "</script")) {
			if (state != INNER)
				return at;
			state = ESCAPED;
		} else if (state == ESCAPED && begins(s, at, "<script")) {
			state = INNER;
		} else if (state == PLAIN && s.n - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
			state = ESCAPED;
			at++; /* "<!-->" ends at once */
		}
	}
	return s.n;
}

static void add_sheet(struct html *t, struct span css)
{
	size_t before = html_sheet_rules(t->work->sheet);

	if (t->again)
		return;
	if (!html_sheet_add(t->work->sheet, css))
		t->flaws |= FLAW_BIT(TRUNCATED);
	t->late |= t->any && html_sheet_rules(t->work->sheet) > before;
}

/* Elements whose content is no markup: read it up to the end tag, which is left to be read. false: it is none of them. */
static bool raw_content(struct html *t, const struct html_tag *tag, const struct html_look *look)
{
	size_t end;
	struct span s;

	switch (tag->id) {
	case TAG_SCRIPT:
		t->at = find_script_end(t->s, t->at);
		return true;
	case TAG_PLAINTEXT:
		end = t->s.n;
		break;
	case TAG_STYLE: case TAG_TITLE: case TAG_TEXTAREA: case TAG_XMP: case TAG_IFRAME: case TAG_NOEMBED: case TAG_NOFRAMES:
		end = find_end(t->s, t->at, html_tag_name(tag->id));
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
	t->quiet = tag->id == TAG_TITLE || (tag->kinds & KIND_NONE);
	apart(t, s, tag->id == TAG_TITLE || tag->id == TAG_TEXTAREA, look);
	t->quiet = false;
	border(t, breaks_line(tag, &(struct style){ .v = { 0 } }) && !look->none);
	return true;
}

/* HTML elements that never stand in svg or math: section 13.2.6.5. */
static bool leaves_foreign(const struct html_tag *tag)
{
	switch (tag->id) {
	case TAG_B: case TAG_BIG: case TAG_BLOCKQUOTE: case TAG_BODY: case TAG_BR: case TAG_CENTER: case TAG_CODE: case TAG_DD:
	case TAG_DIV: case TAG_DL: case TAG_DT: case TAG_EM: case TAG_EMBED: case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4:
	case TAG_H5: case TAG_H6: case TAG_HEAD: case TAG_HR: case TAG_I: case TAG_IMG: case TAG_LI: case TAG_LISTING:
	case TAG_MENU: case TAG_META: case TAG_NOBR: case TAG_OL: case TAG_P: case TAG_PRE: case TAG_RUBY: case TAG_S:
	case TAG_SMALL: case TAG_SPAN: case TAG_STRONG: case TAG_STRIKE: case TAG_TABLE: case TAG_TT: case TAG_U: case TAG_UL:
		return true;
	case TAG_FONT:
		return tag->attr[ATTR_COLOR].p != NULL;
	default:
		return false;
	}
}

static void start_tag(struct html *t, const struct html_tag *tag)
{
	struct style s = { .v = { 0 } };
	struct html_names names;
	struct html_look look;
	bool foreign = html_open_foreign(t->open), line;

	if (foreign && leaves_foreign(tag)) {
		html_open_leave_foreign(t->open);
		foreign = false;
	}
	if ((tag->id == TAG_HTML || tag->id == TAG_BODY || tag->id == TAG_HEAD) && (t->open->count[tag->id] > 0 || tag->id == TAG_HEAD))
		return;
	if (!foreign && !html_open_before(t->open, tag->id, tag->kinds))
		return;
	read_names(t, tag, &names);
	cascade(t, tag, &names, &s);
	look = html_open_look(t->open, tag->id, tag->kinds, &s);
	line = breaks_line(tag, &s);
	if (line)
		border(t, !look.none);
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
		flow_break(&t->visible); /* section 13.2.6.4.7: as <br> */
		return;
	}
	if (html_open_end(t->open, tag))
		border(t, true);
	else if (tag->kinds & KIND_BLOCK)
		border(t, false);
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

/* Where the comment ends whose "<!--" stands at `at`: after "-->" or "--!>", "<!-->" and "<!--->" included. */
static size_t comment_end(struct span s, size_t at)
{
	if (at + 4 < s.n && s.p[at + 4] == '>')
		return at + 5;
	if (at + 5 < s.n && s.p[at + 4] == '-' && s.p[at + 5] == '>')
		return at + 6;
	for (at += 4; (at = span_find(s, at, span_str("--"))) < s.n; at++) {
		if (at + 2 < s.n && s.p[at + 2] == '>')
			return at + 3;
		if (at + 3 < s.n && s.p[at + 2] == '!' && s.p[at + 3] == '>')
			return at + 4;
	}
	return s.n;
}

/* "<!--[if mso]> ... <![endif]-->": Outlook shows it, no other mail program does. Its text goes to `hidden`, its tags count for nothing. */
static void conditional(struct html *t, struct span s)
{
	t->aside = true;
	for (size_t at = span_find(s, 0, span_str("]>")) + 2, next; at < s.n; at = next) {
		struct html_tag read;

		next = span_find(s, at, span_str("<"));
		data(t, span(s.p + at, next - at), true);
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
			next = find_end(s, next, html_tag_name(read.id));
		else if (read.kinds & KIND_BLOCK)
			border(t, false);
	}
	t->aside = false;
}

/* "<!" and "<?": comments, CDATA in foreign content, doctypes, and what counts as a comment. */
static void declaration(struct html *t)
{
	struct span s = t->s;
	size_t at = t->at, end;

	if (s.n - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
		end = comment_end(s, at);
		if (s.n - at > 8 && strncasecmp(s.p + at + 4, "[if", 3) == 0)
			conditional(t, span(s.p + at + 4, end - at - 4 - (s.p[end - 1] == '>' ? 3 : 0)));
	} else if (s.n - at >= 9 && memcmp(s.p + at, "<![CDATA[", 9) == 0 && html_open_foreign(t->open)) {
		end = span_find(s, at + 9, span_str("]]>"));
		data(t, span(s.p + at + 9, end - at - 9), false);
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
		data(t, span(t->s.p + from, t->at - from), true);
	}
}

static struct html_work *new_work(struct arena *a, const struct limits *l)
{
	struct html_work *w = arena_alloc(a, sizeof *w);

	if (w == NULL || !html_open_new(a, l->html_depth, &w->open) || (w->sheet = html_sheet_new(a, l->html_styles)) == NULL)
		return NULL;
	w->scratch = BUF_ARENA(a, 0);
	w->ruby = BUF_ARENA(a, RUBY_BYTES);
	return w;
}

/* From the start of the document, with nothing of it written. */
static void begin(struct html *t)
{
	html_open_clear(t->open);
	buf_clear(&t->work->ruby);
	flow_open(&t->visible, t->out->visible);
	flow_open(&t->hidden, t->out->hidden);
	flow_open(&t->ruby, &t->work->ruby);
	t->at = t->link = 0;
	t->any = t->quoting = t->was_hidden = false;
	t->base = span(NULL, 0);
}

flaw_set html_text(struct arena *a, struct span s, const struct limits *l, clock_us deadline, struct html_shown *out)
{
	struct html t = { .arena = a, .limits = l, .out = out, .s = s };
	const struct html_shown before = *out;
	const struct buf visible = *out->visible, hidden = *out->hidden;

	if (out->work == NULL && (out->work = new_work(a, l)) == NULL)
		return 0; /* the arena remembers */
	t.work = out->work;
	t.open = &out->work->open;
	html_sheet_clear(t.work->sheet);
	begin(&t);
	read_all(&t, deadline);
	if (t.late && !(t.flaws & FLAW_BIT(TIME))) {
		/* Rules came after what they speak of: once more, with all of them known from the start. */
		out->visible->n = visible.n;
		out->visible->cut = visible.cut;
		out->hidden->n = hidden.n;
		out->hidden->cut = hidden.cut;
		out->nlinks = before.nlinks;
		out->nquotes = before.nquotes;
		out->concealed = before.concealed;
		t.again = true;
		begin(&t);
		read_all(&t, deadline);
	}
	border(&t, true);
	return t.flaws;
}
