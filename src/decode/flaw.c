#include <config.h>

#include "decode/flaw.h"

static const struct {
	const char *name, *text;
} flaws[FLAW_N] = {
#define FLAW(id, name, text) { name, text },
#include "decode/flaw.def"
#undef FLAW
};

_Static_assert(FLAW_N <= 32, "a flaw_set has 32 bits");

const char *flaw_name(enum flaw f)
{
	return flaws[f].name;
}

const char *flaw_text(enum flaw f)
{
	return flaws[f].text;
}

void flaw_write(struct buf *out, flaw_set set)
{
	const char *comma = "";

	for (unsigned f = 0; f < FLAW_N; f++)
		if (set & (flaw_set)1 << f) {
			buf_str(out, comma);
			buf_str(out, flaws[f].name);
			comma = ",";
		}
}
