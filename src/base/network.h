/*
 * network - sets of IP networks.
 * "192.0.2.0/24, 2001:db8::/32" -> whether an address is in one
 */
#ifndef LURE_BASE_NETWORK_H
#define LURE_BASE_NETWORK_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/diag.h"

struct network {
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;       /* of the 128 */
};

struct networks {
	struct network *v;
	size_t n;
};

/*
 * Add the networks of one list, separated by commas or blanks. Every wrong word goes to d, with `option` as the name of
 * the list. false: no memory (wrong words are not that).
 */
bool networks_add(struct networks *set, struct span list, const char *option, struct diags *d);
void networks_free(struct networks *set);

/*
 * One network or address, as in a list. false: it is none. *host: there are bits behind its mask, which were cleared.
 */
bool network_parse(struct span text, struct network *ret, bool *host);
/* "192.0.2.1" as the 16 bytes of struct network; false: no address. */
bool network_address(struct span text, uint8_t ret[16]);
bool network_has(const struct network *net, const uint8_t address[16]);

/* NULL and other families than IP are in none. */
bool networks_contain(const struct networks *set, const struct sockaddr *sa);

#endif
