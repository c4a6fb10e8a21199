/*
 * rfc5322 - header values: encoded-words, parameters, addresses.
 * raw header value -> UTF-8 text, parameters, addresses
 *
 * Implements RFC 5322, 2047, 2231, and what Japanese mailers write instead (see each function). Iterative; every list
 * has a limit. Raw 8-bit and raw ISO-2022-JP values are read by the charset contest, with `label` (the charset of the
 * first text part or of a neighbouring encoded-word) as the label.
 */
#ifndef LURE_DECODE_RFC5322_H
#define LURE_DECODE_RFC5322_H

#include "base/limits.h"
#include "decode/charset.h"

/*
 * An unstructured value (Subject) as one line of UTF-8: unfolded, encoded-words decoded; adjacent words of one
 * charset are joined as bytes first, whatever their encodings, so that characters and escape states may be split;
 * blanks between adjacent words go; words in quotes, unterminated, with blanks or padding inside, and twice encoded
 * are read.
 */
void rfc5322_text(const struct limits *l, struct span raw, enum charset label, struct buf *out, struct decoded *ret);

struct address {
	struct span name;    /* UTF-8, without quotes and escapes, words decoded; or the comment beside the address */
	struct span address; /* local@domain, as written but for blanks and comments; ASCII or UTF-8 */
};

/*
 * An address list (From, Reply-To, To): groups, comments, quoted strings, routes, missing brackets. At most
 * l->addresses. Where nothing can be read the whole text becomes one name, with FLAW_BAD_ADDRESS. A group's name,
 * which is shown too, is an entry without an address before those of its members. Flaws are added to *flaws.
 */
void rfc5322_addresses(struct arena *a, const struct limits *l, struct span raw, enum charset label,
    struct address **ret, size_t *nret, flaw_set *flaws);

struct param {
	struct span name;  /* lower case, without * and numbers */
	struct span value; /* UTF-8 */
};

struct content {
	struct span value;           /* "text/plain", "attachment": lower case, blanks and comments removed */
	const struct param *params;
	size_t nparams;
	flaw_set flaws;
};

/*
 * A structured value with parameters (Content-Type, Content-Disposition): RFC 2231 charset and continuations;
 * encoded-words inside quotes; raw 8-bit; unquoted values with blanks; missing or doubled semicolons. Of one name,
 * values as RFC 2231 has them come before plain ones, which stand beside them for those that do not know it.
 */
void rfc5322_content(struct arena *a, const struct limits *l, struct span raw, enum charset label, struct content *ret);
/* The first parameter of that name, or an empty span. */
struct span content_param(const struct content *c, const char *name);

#endif
