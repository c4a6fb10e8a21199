/*
 * mailbox - messages wherever they lie.
 * file, folder, Maildir, mbox or "-" -> one message after the other
 *
 * A file that begins with "From " is an mbox (its messages begin at each "From " line after a blank line; ">From " is
 * unquoted as mboxrd has it). A folder is read with its subfolders in the order of names, without names that begin with
 * a dot (a Maildir: `cur` and `new` only). Symbolic links are followed for files named on the command line only.
 */
#ifndef LURE_TOOLS_MAILBOX_H
#define LURE_TOOLS_MAILBOX_H

#include "base/span.h"

struct mailbox_message {
	const char *file;
	size_t index; /* in an mbox, from 0; else 0 */
	struct span bytes;
};

/* Not 0 stops; the value is mailbox_each()'s. */
typedef int mailbox_fn(void *arg, const struct mailbox_message *m);

/*
 * Every message of path. A file that cannot be read is said on standard error and counted in *unread (NULL: passed over
 * in silence); the rest is read all the same. Returns what fn returned last.
 */
int mailbox_each(const char *path, mailbox_fn *fn, void *arg, size_t *unread);

#endif
