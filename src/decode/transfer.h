/*
 * transfer - base64, quoted-printable and uuencode, read as tolerantly as mail programs do.
 * encoded bytes -> bytes
 */
#ifndef LURE_DECODE_TRANSFER_H
#define LURE_DECODE_TRANSFER_H

#include "base/buf.h"
#include "decode/flaw.h"

enum transfer { TRANSFER_IDENTITY, TRANSFER_BASE64, TRANSFER_QP, TRANSFER_UUENCODE };

/* From a Content-Transfer-Encoding value: "base64;", "(x) BASE64", "x-uuencode" are understood; else IDENTITY. */
enum transfer transfer_find(struct span value);

/*
 * Decode into out, up to its limit. RFC 2045: characters outside the base64 alphabet are skipped, padding inside starts
 * a new quantum, an incomplete last quantum gives the bytes it has; "=XY" that is no hex stays as it is; soft line
 * breaks go. FLAW_BAD_TRANSFER for junk other than line ends and blanks. FLAW_TRUNCATED where out was cut.
 */
flaw_set transfer_decode(enum transfer t, struct span bytes, struct buf *out);

/* A uuencoded file that stands in text: "begin 644 name", lines, "end". */
struct uufile {
	size_t from, to;   /* all its lines in the text */
	struct span name;  /* raw */
	struct span lines; /* for transfer_decode(TRANSFER_UUENCODE) */
};

/* The first one at or after `from`, which is the start of a line; false where there is none. Its end may be missing. */
bool transfer_find_uufile(struct span text, size_t from, struct uufile *ret);

#endif
