/*
 * sources - the files of a set.
 * paths of files and folders -> bytes, and their digest
 */
#ifndef LURE_MATCH_SOURCES_H
#define LURE_MATCH_SOURCES_H

#include "match/compiled.h"

/* Files, their names each on the heap. */
struct path {
	char *name;
	enum trust trust;
};

struct paths {
	struct path *v;
	size_t n;
};

/*
 * The files, and the *.yaml of the folders by name, of entries as the option `patterns` has them. 0, or the errno of
 * the last path that could not be listed; every such path is reported. sources_forget() after, in any case.
 */
int sources_list(const char *const *v, size_t n, struct paths *ret, struct diags *d);
void sources_forget(struct paths *p);

/* Read all files into the set, with the digest over their names and bytes. 0, or the errno of the last that failed. */
int sources_read(struct ruleset *s, const struct paths *p, struct diags *d);

#endif
