#include <config.h>

#include "extract/html_tag.h"

#include "extract/html_entity.h"

#include <pthread.h>

#define SLOTS 512u /* of a table that is about a quarter full */

static const struct {
	const char *name;
	unsigned kinds;
} tags[TAG_N] = {
#define TAG(id, name, kinds) [TAG_##id] = { name, kinds },
#include "extract/html_tag.def"
#undef TAG
};

static const char *const attributes[ATTR_N] = {
	[ATTR_ACTION] = "action", [ATTR_ALT] = "alt", [ATTR_BACKGROUND] = "background", [ATTR_BGCOLOR] = "bgcolor",
	[ATTR_CLASS] = "class", [ATTR_COLOR] = "color", [ATTR_FORMACTION] = "formaction", [ATTR_HIDDEN] = "hidden",
	[ATTR_HREF] = "href", [ATTR_ID] = "id", [ATTR_OPEN] = "open", [ATTR_PLACEHOLDER] = "placeholder",
	[ATTR_STYLE] = "style", [ATTR_TEXT] = "text", [ATTR_TYPE] = "type", [ATTR_VALUE] = "value",
};

static struct {
	uint32_t hash;
	enum html_tag_id id;
} slots[SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static inline uint32_t step(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * 16777619u;
}

static inline unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c;
}

uint32_t html_hash(struct span s, bool fold)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = step(h, fold ? lower(s.p[i]) : (unsigned char)s.p[i]);
	return h != 0 ? h : 1;
}

static void build(void)
{
	for (unsigned id = TAG_UNKNOWN + 1; id < TAG_N; id++) {
		uint32_t hash = html_hash(span_str(tags[id].name), false), at = hash % SLOTS;

		while (slots[at].hash != 0)
			at = (at + 1) % SLOTS;
		slots[at].hash = hash;
		slots[at].id = (enum html_tag_id)id;
	}
}

static enum html_tag_id find(struct span name, uint32_t hash)
{
	for (uint32_t at = hash % SLOTS; slots[at].hash != 0; at = (at + 1) % SLOTS)
		if (slots[at].hash == hash && span_is_nocase(name, tags[slots[at].id].name))
			return slots[at].id;
	return TAG_UNKNOWN;
}

const char *html_tag_name(enum html_tag_id id)
{
	return id == TAG_UNKNOWN ? "" : tags[id].name;
}

static void keep(struct html_tag *t, struct span name, struct span value)
{
	if (name.n < 2 || name.n > 11)
		return;
	for (unsigned i = 0; i < ATTR_N; i++)
		if ((attributes[i][0] == (name.p[0] | 0x20)) && span_is_nocase(name, attributes[i])) {
			if (t->attr[i].p == NULL) /* of two with one name the first counts */
				t->attr[i] = value;
			return;
		}
}

/* The value at p, after '='; NULL where the text ends inside. */
static const char *read_value(const char *p, const char *end, struct span *value)
{
	const char *from;

	while (p < end && html_is_blank(*p))
		p++;
	if (p == end)
		return NULL;
	if (*p == '"' || *p == '\'') {
		const char *quote = memchr(p + 1, *p, (size_t)(end - p - 1));

		if (quote == NULL)
			return NULL;
		*value = span(p + 1, (size_t)(quote - p - 1));
		return quote + 1;
	}
	for (from = p; p < end && *p != '>' && !html_is_blank(*p); p++)
		;
	*value = span(from, (size_t)(p - from));
	return p;
}

size_t html_tag_read(struct span s, size_t limit, struct html_tag *ret)
{
	const char *p = s.p + 1, *end = s.p + s.n, *from;
	uint32_t hash = 2166136261u;

	pthread_once(&once, build);
	*ret = (struct html_tag){ .end = p < end && *p == '/' };
	p += ret->end;
	for (from = p; p < end && *p != '>' && *p != '/' && !html_is_blank(*p); p++)
		hash = step(hash, lower(*p));
	ret->hash = hash != 0 ? hash : 1;
	ret->id = find(span(from, (size_t)(p - from)), ret->hash);
	ret->kinds = tags[ret->id].kinds;
	while (p < end) {
		struct span name, value;
		const char *after;

		while (p < end && (html_is_blank(*p) || *p == '/'))
			p++;
		if (p == end)
			break;
		if (*p == '>') {
			ret->self_closing = p[-1] == '/';
			return (size_t)(p + 1 - s.p);
		}
		for (from = p++; p < end && *p != '>' && *p != '/' && *p != '=' && !html_is_blank(*p); p++)
			; /* the first byte belongs to the name even where it is '=' */
		name = span(from, (size_t)(p - from));
		value = span(p, 0);
		for (after = p; after < end && html_is_blank(*after); after++)
			;
		if (after < end && *after == '=')
			p = read_value(after + 1, end, &value);
		else
			p = after;
		if (p == NULL)
			break;
		if ((size_t)(from - s.p) > limit)
			ret->cut = true;
		else
			keep(ret, name, value);
	}
	return 0;
}

struct span html_tag_value(const struct html_tag *t, struct buf *scratch, enum html_attribute a)
{
	struct span raw = t->attr[a];

	if (raw.n == 0 || (memchr(raw.p, '&', raw.n) == NULL && memchr(raw.p, '\0', raw.n) == NULL))
		return raw;
	buf_clear(scratch);
	html_entity_value(raw, scratch);
	return buf_text(scratch);
}
