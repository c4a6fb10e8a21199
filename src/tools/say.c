#include <config.h>

#include "tools/say.h"

#include <stdlib.h>
#include <string.h>

static const char *const english[SAY_N] = {
#define SAY(id, en, ja) en,
#include "tools/say.def"
#undef SAY
};

static const char *const japanese[SAY_N] = {
#define SAY(id, en, ja) ja,
#include "tools/say.def"
#undef SAY
};

bool say_japanese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return strncmp(value, "ja", 2) == 0;
	}
	return false;
}

const char *say(enum say what)
{
	return say_japanese() ? japanese[what] : english[what];
}
