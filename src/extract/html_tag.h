/*
 * html_tag - start and end tags, and the names of elements.
 * "<td class=x>" -> which element, its attributes
 */
#ifndef LURE_EXTRACT_HTML_TAG_H
#define LURE_EXTRACT_HTML_TAG_H

#include "base/buf.h"

enum html_tag_id {
	TAG_UNKNOWN, /* told apart by their hash */
#define TAG(id, name, kinds) TAG_##id,
#include "extract/html_tag.def"
#undef TAG
	TAG_N
};

enum html_tag_kind {
	KIND_VOID = 1,     /* no content, no end tag */
	KIND_BLOCK = 2,    /* a line of its own */
	KIND_SPECIAL = 4,  /* an end tag of an ordinary element does not reach beyond it */
	KIND_FORMAT = 8,   /* outlives the end of the elements around it */
	KIND_SCOPE = 16,   /* end tags inside do not reach out of it */
	KIND_SCOPE_P = 32, /* a <p> is not ended from inside it */
	KIND_ENDS_P = 64,  /* its start tag ends a <p> */
	KIND_HEADING = 128,
	KIND_TABLE = 256,  /* means nothing outside a table */
	KIND_NONE = 512,   /* not rendered */
};

enum html_attribute {
	ATTR_ACTION, ATTR_ALT, ATTR_BACKGROUND, ATTR_BGCOLOR, ATTR_CLASS, ATTR_COLOR, ATTR_FORMACTION, ATTR_HIDDEN,
	ATTR_HREF, ATTR_ID, ATTR_OPEN, ATTR_PLACEHOLDER, ATTR_STYLE, ATTR_TEXT, ATTR_TYPE, ATTR_VALUE,
	ATTR_N
};

struct html_tag {
	enum html_tag_id id;
	unsigned kinds;
	uint32_t hash;               /* of the name in lower case; never 0 */
	bool end;                    /* "</" */
	bool self_closing;           /* "/>" */
	bool cut;                    /* attributes beyond the limit were not read */
	struct span attr[ATTR_N];    /* raw values; p == NULL: not there */
};

/* FNV-1a; ASCII letters in lower case where fold is set. Never 0. */
uint32_t html_hash(struct span s, bool fold);

const char *html_tag_name(enum html_tag_id id);

/*
 * Read the tag that begins at s.p ('<', perhaps '/', and a letter; WHATWG HTML section 13.2.5.8). Returns its length,
 * or 0 where s ends inside it: such a tag is no token. Attributes that begin after `limit` bytes are skipped.
 */
size_t html_tag_read(struct span s, size_t limit, struct html_tag *ret);

/* An attribute's value with its references decoded; good until `scratch` is used again. Empty where it is not there. */
struct span html_tag_value(const struct html_tag *t, struct buf *scratch, enum html_attribute a);

static inline bool html_is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

static inline bool html_is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

#endif
