/*
 * flaw - what is odd about a message.
 * bad mail -> a set of bits
 */
#ifndef LURE_DECODE_FLAW_H
#define LURE_DECODE_FLAW_H

#include <stdint.h>

#include "base/buf.h"

enum flaw {
#define FLAW(id, name, text) FLAW_##id,
#include "decode/flaw.def"
#undef FLAW
	FLAW_N
};

typedef uint32_t flaw_set;
#define FLAW_BIT(id) ((flaw_set)1 << FLAW_##id)

const char *flaw_name(enum flaw f);
const char *flaw_text(enum flaw f);
/* "label-wrong,truncated", nothing where the set is empty. */
void flaw_write(struct buf *out, flaw_set set);

#endif
