#include <config.h>

#include "extract/html_cascade.h"

void html_names_read(const struct html_tag *tag, struct buf *scratch, struct html_names *ret)
{
	struct span s;

	ret->tag = tag->hash;
	ret->id = 0;
	ret->nclasses = 0;
	if (tag->attr[ATTR_ID].p != NULL)
		ret->id = html_hash(html_tag_value(tag, scratch, ATTR_ID), false);
	if (tag->attr[ATTR_CLASS].p == NULL)
		return;
	s = html_tag_value(tag, scratch, ATTR_CLASS);
	for (size_t i = 0, from; i < s.n && ret->nclasses < NAMES_CLASSES;) {
		while (i < s.n && html_is_blank(s.p[i]))
			i++;
		for (from = i; i < s.n && !html_is_blank(s.p[i]); i++)
			;
		if (i > from)
			ret->classes[ret->nclasses++] = html_hash(span(s.p + from, i - from), false);
	}
}

static void hint_colour(const struct html_tag *tag, struct buf *scratch, enum html_attribute a, enum style_prop prop,
    struct style *s)
{
	struct colour *c = prop == STYLE_COLOUR ? &s->colour : &s->background;

	if (tag->attr[a].p != NULL && colour_legacy(html_tag_value(tag, scratch, a), c))
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
static void hints(const struct html_tag *tag, struct buf *scratch, struct style *s)
{
	switch (tag->id) {
	case TAG_A:
		if (tag->attr[ATTR_HREF].p != NULL) {
			s->v[STYLE_COLOUR] = STYLE_SOME;
			s->colour = (struct colour){ 0, 0, 0xEE, 255 };
		}
		break;
	case TAG_FONT:
		hint_colour(tag, scratch, ATTR_COLOR, STYLE_COLOUR, s);
		break;
	case TAG_BODY:
		hint_colour(tag, scratch, ATTR_TEXT, STYLE_COLOUR, s);
		/* fall through */
	case TAG_TABLE: case TAG_TBODY: case TAG_THEAD: case TAG_TFOOT: case TAG_TR: case TAG_TD: case TAG_TH:
		hint_colour(tag, scratch, ATTR_BGCOLOR, STYLE_BACKGROUND, s);
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
	if (tag->attr[ATTR_HIDDEN].p != NULL || (tag->kinds & KIND_NONE) ||
	    (tag->id == TAG_DIALOG && tag->attr[ATTR_OPEN].p == NULL))
		s->v[STYLE_DISPLAY] = STYLE_GONE;
}

bool html_cascade(const struct html_tag *tag, const struct html_names *names, const struct html_open *open,
    struct html_sheet *sheet, struct buf *scratch, struct style *ret)
{
	struct style s = { .v = { 0 } }, important = s;
	bool all;

	hints(tag, scratch, &s);
	all = html_sheet_match(sheet, names, open->names, open->n, &s, &important);
	if (tag->attr[ATTR_STYLE].p != NULL)
		style_read(html_tag_value(tag, scratch, ATTR_STYLE), &s, &important);
	style_add(&s, &important);
	*ret = s;
	return all;
}

bool html_is_line(const struct html_tag *tag, const struct style *s)
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
