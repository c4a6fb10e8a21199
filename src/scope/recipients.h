/*
 * recipients - the file that says who agreed to what.
 * lines "address|domain|.domain|default  off|observe|tag|reject" -> look-up by recipient
 *
 * The file is kept as it is in memory, with a hash table of places in it beside: a million lines need some 60 MB and
 * load in well under two seconds.
 */
#ifndef LURE_SCOPE_RECIPIENTS_H
#define LURE_SCOPE_RECIPIENTS_H

#include "scope/scope.h"

#define RECIPIENTS_FILE_MAX (1024u * 1024 * 1024)

struct recipients;

/* NULL with errors in d. `path` may be NULL: nobody is named. */
struct recipients *recipients_load(const char *path, enum consent fallback, struct diags *d);
void recipients_free(struct recipients *r);

/* What scope_recipient() says. */
enum consent recipients_consent(const struct recipients *r, struct span address);

#endif
