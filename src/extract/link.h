/*
 * link - where a link leads, and what its text says of that.
 * URLs in text and attributes -> targets; target and shown text -> do they differ
 *
 * A target is what a browser would follow (WHATWG URL, as far as the host needs it). Not handled: redirects, and the
 * public suffix list: two names are of one owner here where their last labels agree, with the second level of Japan and
 * its like ("co.jp") counted in.
 */
#ifndef LURE_EXTRACT_LINK_H
#define LURE_EXTRACT_LINK_H

#include "base/arena.h"

#define LINK_BYTES 2048u /* of a target that are kept */

/*
 * An attribute's value as a target, in the arena: trimmed, without line ends and tabs, seen from `base` (empty: none).
 */
struct span link_target(struct arena *a, struct span base, struct span value);

/*
 * The next URL in plain text at or after `from` that mail programs make a link of: http, https, ftp, "www.", or a
 * domain with a path ("line.me/x"). false where there is none; "hxxp" is none.
 */
bool link_next(struct span text, size_t from, size_t *start, size_t *end);

#define LINK_HOST 256u
/* The host a target leads to, in lower case. Empty where there is none (mailto:, a relative path, no possible name). */
struct span link_host(struct span target, char out[LINK_HOST]);
/* The host of the URL or domain that a text shows, in lower case, or empty. */
struct span link_shown(struct span text, char out[LINK_HOST]);

/* Does `text` show a domain or URL whose owner is another than that of the target's host? Where in doubt: no. */
bool link_differs(struct span target, struct span text);

#endif
