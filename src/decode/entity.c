#include <config.h>

#include "decode/entity.h"

/* The first that is a prefix of the type tells. What is not listed is opaque where its family is known, else text. */
static const struct {
	const char *name;
	enum part_kind kind;
	bool archive;
} types[] = {
	{ "text/html", PART_HTML, false },
	{ "text/xhtml", PART_HTML, false },
	{ "text/", PART_TEXT, false },
	{ "multipart", PART_MULTIPART, false },
	{ "message/rfc822", PART_MESSAGE, false },
	{ "message/global", PART_MESSAGE, false },
	{ "message/news", PART_MESSAGE, false },
	{ "message/partial", PART_MESSAGE, false }, /* the first piece has the headers, the others are text */
	{ "message/", PART_TEXT, false },
	{ "application/xhtml", PART_HTML, false },
	{ "application/vnd.wap.xhtml", PART_HTML, false },
	{ "application/html", PART_HTML, false },
	{ "application/rtf", PART_TEXT, false },
	{ "application/ics", PART_TEXT, false },
	{ "application/ms-tnef", PART_OPAQUE, true },
	{ "application/vnd.ms-tnef", PART_OPAQUE, true },
	{ "application/pkcs7-mime", PART_OPAQUE, true },
	{ "application/x-pkcs7-mime", PART_OPAQUE, true },
	{ "application/zip", PART_OPAQUE, true },
	{ "application/x-zip", PART_OPAQUE, true },
	{ "application/gzip", PART_OPAQUE, true },
	{ "application/x-gzip", PART_OPAQUE, true },
	{ "application/x-gtar", PART_OPAQUE, true },
	{ "application/x-tar", PART_OPAQUE, true },
	{ "application/x-lzh", PART_OPAQUE, true },
	{ "application/x-lha", PART_OPAQUE, true },
	{ "application/x-rar", PART_OPAQUE, true },
	{ "application/vnd.rar", PART_OPAQUE, true },
	{ "application/x-7z", PART_OPAQUE, true },
	{ "application/x-bzip", PART_OPAQUE, true },
	{ "application/x-compress", PART_OPAQUE, true },
	{ "application/vnd.ms-cab", PART_OPAQUE, true },
	{ "application/", PART_OPAQUE, false },
	{ "image/", PART_OPAQUE, false },
	{ "audio/", PART_OPAQUE, false },
	{ "video/", PART_OPAQUE, false },
	{ "font/", PART_OPAQUE, false },
	{ "model/", PART_OPAQUE, false },
};

static const struct {
	const char *extension;
	enum part_kind kind;
} readable[] = {
	{ "txt", PART_TEXT }, { "text", PART_TEXT }, { "html", PART_HTML }, { "htm", PART_HTML },
	{ "shtml", PART_HTML }, { "xhtml", PART_HTML }, { "xht", PART_HTML }, { "eml", PART_MESSAGE },
};

static const char *const archives[] = {
	"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "z", "lzh", "lha", "cab", "arj", "ace", "iso", "img",
	"p7m",
};

static void note(struct span value[2], const struct header *h, flaw_set *flaws)
{
	struct span v = span_trim(h->value);

	if (v.n == 0)
		return;
	if (value[0].n == 0) {
		value[0] = v;
		return;
	}
	*flaws |= FLAW_BIT(DOUBLE_HEADER);
	if (!span_eq(v, value[0]))
		value[1] = v;
}

void fields_note(struct fields *f, const struct header *h)
{
	if (h->name.n < 8 || !span_is_nocase(span(h->name.p, 8), "Content-"))
		return;
	if (span_is_nocase(h->name, "Content-Type"))
		note(f->type, h, &f->flaws);
	else if (span_is_nocase(h->name, "Content-Transfer-Encoding"))
		note(f->transfer, h, &f->flaws);
	else if (span_is_nocase(h->name, "Content-Disposition") && f->disposition.n == 0)
		f->disposition = span_trim(h->value);
}

static bool begins(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

/* Printable ASCII: as it is, or a copy with '?' for the rest. */
static struct span printable(struct arena *a, struct span s)
{
	char *copy;
	size_t i = 0;

	while (i < s.n && s.p[i] >= ' ' && s.p[i] < 0x7F)
		i++;
	if (i == s.n)
		return s;
	copy = arena_alloc(a, s.n);
	for (i = 0; copy != NULL && i < s.n; i++)
		copy[i] = s.p[i] >= ' ' && s.p[i] < 0x7F ? s.p[i] : '?';
	return span(copy, copy != NULL ? s.n : 0);
}

enum part_kind entity_kind_of_file(struct span name, bool *archive)
{
	size_t dot;

	*archive = span_is_nocase(name, "winmail.dat");
	while (name.n > 0 && strchr(" ._", name.p[name.n - 1]) != NULL) /* Windows drops them */
		name.n--;
	for (dot = name.n; dot > 0 && name.p[dot - 1] != '.'; dot--)
		;
	if (dot == 0)
		return PART_OPAQUE;
	name = span_from(name, dot);
	for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++)
		if (span_is_nocase(name, readable[i].extension))
			return readable[i].kind;
	for (size_t i = 0; i < sizeof archives / sizeof archives[0]; i++)
		*archive |= span_is_nocase(name, archives[i]);
	return PART_OPAQUE;
}

static void find_kind(struct entity *e)
{
	bool archive = false;
	size_t i = 0, n = sizeof types / sizeof types[0];

	while (i < n && !begins(e->type, types[i].name))
		i++;
	e->kind = i < n ? types[i].kind : PART_TEXT; /* "plain/text", "text": whoever wrote it meant text */
	if (i == n)
		e->flaws |= FLAW_BIT(BAD_MIME);
	if (i < n && types[i].archive)
		e->flaws |= FLAW_BIT(OPAQUE);
	if (e->kind == PART_OPAQUE && begins(e->type, "application/")) {
		if (e->flaws & FLAW_BIT(OPAQUE))
			return;
		e->kind = entity_kind_of_file(e->file_name, &archive);
		if (archive)
			e->flaws |= FLAW_BIT(OPAQUE);
	}
}

static void find_form(struct entity *e, const struct content *c)
{
	static const char *const folded[] = { "text/calendar", "text/vcard", "text/x-vcard", "text/directory",
		"application/ics" };

	for (size_t i = 0; i < sizeof folded / sizeof folded[0]; i++)
		if (span_is(e->type, folded[i]))
			e->form = FORM_FOLDED;
	if (span_is(e->type, "text/plain") && span_is_nocase(span_trim(content_param(c, "format")), "flowed"))
		e->form = span_is_nocase(span_trim(content_param(c, "delsp")), "yes") ? FORM_DELSP : FORM_FLOWED;
}

static void find_transfer(struct entity *e, struct span value)
{
	static const char *const names[] = { NULL, "base64", "quoted-printable", "x-uuencode" };
	static const char *const plain[] = { "7bit", "8bit", "binary" };

	e->transfer = transfer_find(value);
	e->transfer_name = names[e->transfer];
	if (e->transfer_name != NULL)
		return;
	e->transfer_name = plain[0];
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (span_find(value, 0, span_str(plain[i])) < value.n || span_is_nocase(value, plain[i])) {
			e->transfer_name = plain[i];
			return;
		}
	if (value.n > 0)
		e->flaws |= FLAW_BIT(BAD_MIME);
}

void entity_read(struct arena *a, const struct limits *l, const struct fields *f, unsigned reading, bool digest,
    enum charset label, struct entity *ret)
{
	struct content type = { .value = span_str(digest ? "message/rfc822" : "text/plain") }, disposition = { 0 };
	struct span raw = f->type[reading].n > 0 ? f->type[reading] : f->type[0], name;
	struct entity e = { .flaws = f->flaws };

	if (raw.n > 0)
		rfc5322_content(a, l, raw, label, &type);
	if (f->disposition.n > 0)
		rfc5322_content(a, l, f->disposition, label, &disposition);
	name = content_param(&disposition, "filename");
	e.file_name = span_trim(name.n > 0 ? name : content_param(&type, "name"));
	e.type = printable(a, type.value);
	e.declared = printable(a, span_trim(content_param(&type, "charset")));
	e.label = charset_find(e.declared);
	e.boundary = content_param(&type, "boundary");
	while (e.boundary.n > 0 && strchr(" \t\r\n", e.boundary.p[e.boundary.n - 1]) != NULL)
		e.boundary.n--;
	e.flaws |= type.flaws | disposition.flaws;
	find_kind(&e);
	find_form(&e, &type);
	find_transfer(&e, f->transfer[reading].n > 0 ? f->transfer[reading] : f->transfer[0]);
	e.attached = disposition.value.n > 0 ? !span_is(disposition.value, "inline") : e.file_name.n > 0;
	*ret = e;
}
