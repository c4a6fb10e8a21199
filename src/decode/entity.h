/*
 * entity - what the Content- headers of a message or part say.
 * header values -> how its body is to be read
 */
#ifndef LURE_DECODE_ENTITY_H
#define LURE_DECODE_ENTITY_H

#include "decode/mail.h"
#include "decode/transfer.h"

/* The headers that matter, raw. Of headers that stand twice and differ, the first and the last. */
struct fields {
	struct span type[2], transfer[2], disposition;
	flaw_set flaws;
};

void fields_note(struct fields *f, const struct header *h);
/* Do they allow a second reading? */
static inline bool fields_doubled(const struct fields *f)
{
	return f->type[1].n > 0 || f->transfer[1].n > 0;
}

enum form {
	FORM_PLAIN,
	FORM_FLOWED, /* RFC 3676 */
	FORM_DELSP,  /* the same, with DelSp=yes */
	FORM_FOLDED, /* lines folded as RFC 5545 has it: calendars, cards */
};

struct entity {
	enum part_kind kind;
	struct span type, declared, file_name; /* as in struct part */
	struct span boundary;                  /* of a multipart; empty: none */
	enum charset label;
	enum form form;
	enum transfer transfer;
	const char *transfer_name;
	bool attached;
	flaw_set flaws;
};

/* By reading 0 or 1. In a multipart/digest a part without a type is a message. `label` is for raw 8-bit file names. */
void entity_read(struct arena *a, const struct limits *l, const struct fields *f, unsigned reading, bool digest,
    enum charset label, struct entity *ret);

/* What a file of that name holds, PART_OPAQUE where the name does not tell; *archive: it is a container. */
enum part_kind entity_kind_of_file(struct span name, bool *archive);

#endif
