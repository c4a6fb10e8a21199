#include <config.h>

#include "reputation/open.h"

static bool read_key(const char *path, struct buf *key, struct diags *d)
{
	return path[0] == '\0' || reputation_key_read(path, key, d);
}

static void wipe(struct buf *key)
{
	if (key->p != NULL)
		explicit_bzero(key->p, key->n);
	buf_free(key);
}

static bool open_with_keys(
    const struct config *c, bool tool, const struct buf key[2], struct reputation **ret, struct diags *d)
{
	struct reputation_options o = { .identities = c->reputation_size, .diags = d, .keep_file = tool,
		.key = buf_text(&key[0]), .other_key = buf_text(&key[1]),
		.file = c->reputation_file[0] != '\0' ? c->reputation_file : NULL };

	*ret = reputation_new(&o);
	if (*ret == NULL)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the reputation of %zu identities",
		    c->reputation_size);
	return *ret != NULL;
}

bool reputation_open(const struct config *c, bool tool, struct reputation **ret, struct diags *d)
{
	struct buf key[2] = { BUF_HEAP, BUF_HEAP };
	bool good;

	*ret = NULL;
	if (c->reputation == REPUTATION_OFF)
		return true;
	if (c->reputation_file[0] != '\0' && c->reputation_key[0] == '\0')
		diags_add(d, DIAG_WARNING, NULL, 0, 0,
		    "reputation_file: without reputation_key the next start cannot read it");
	good = read_key(c->reputation_key, &key[0], d) && read_key(c->reputation_key_other, &key[1], d) &&
	    open_with_keys(c, tool, key, ret, d);
	wipe(&key[0]);
	wipe(&key[1]);
	return good;
}
