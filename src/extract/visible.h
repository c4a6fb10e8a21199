/*
 * visible - what the reader of a mail sees.
 * struct mail -> fields: subject, names, addresses, body, quoted, hidden, links, file names
 *
 * Text in fields is valid UTF-8 with LF line ends. A blank line ("\n\n") stands for the border of an HTML block, cell
 * or list item, and between parts; <br> is one line end. The body holds all text parts in order: of
 * multipart/alternative both readings, a second one that says the same after removing blanks only once. What is
 * written backwards behind an override stands in the order in which it is shown (bidi.h).
 */
#ifndef LURE_EXTRACT_VISIBLE_H
#define LURE_EXTRACT_VISIBLE_H

#include "decode/mail.h"

enum field_id {
#define FIELD(id, name, prose) FIELD_##id,
#include "extract/field.def"
#undef FIELD
	FIELD_N
};

/* "from-name"; FIELD_HEADER is "header" here, "header:NAME" in pattern files. */
const char *field_name(enum field_id id);
/* Prose has both views, the rest the first one with its blanks left alone (DESIGN.md section 4). */
bool field_prose(enum field_id id);

enum mark_kind {
	MARK_QUOTED,    /* "> " lines, forwarded blocks, attached messages */
	MARK_SIGNATURE, /* after "-- ", or a mailing list's footer */
};

struct mark {
	uint32_t from, to; /* bytes of the field's text; marks are sorted and those of one kind don't overlap */
	enum mark_kind kind;
};

struct field {
	enum field_id id;
	struct span name; /* of a FIELD_HEADER: lower case */
	struct span text;
	const struct mark *marks; /* of body */
	size_t nmarks;
};

struct link {
	struct span target; /* as a browser would follow it: entities decoded, blanks and line ends removed */
	struct span text;   /* shown text */
	bool differs;       /* the text shows a domain, and the target's is another */
};

struct visible {
	/*
	 * At most one field of each id, in the order of field.def and only where there is text; then one FIELD_HEADER a
	 * header. Several values (two Subjects, links, file names, recipients) stand on lines of their own.
	 */
	const struct field *fields;
	size_t nfields;
	const struct link *links;
	size_t nlinks;
	flaw_set flaws; /* the mail's, and what extract found */
};

/* 0 or -ENOMEM. Text of all fields together at most l->text_bytes; what is cut sets FLAW_TRUNCATED. */
int visible_extract(struct arena *a, const struct message *m, const struct mail *mail, const struct limits *l,
    clock_us deadline, const struct visible **ret);

const struct field *visible_field(const struct visible *v, enum field_id id); /* NULL: empty */

#endif
