/*
 * domain - the part of a domain that somebody registered.
 * "a.shop.example" -> "shop.example"
 */
#ifndef LURE_REPUTATION_DOMAIN_H
#define LURE_REPUTATION_DOMAIN_H

#include "base/span.h"

/* Below the public suffix list; the domain itself where it is a suffix, or where there is no libpsl. Lower case. */
struct span domain_organisational(struct span domain);

#endif
