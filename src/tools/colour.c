#include <config.h>

#include "tools/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/command.h"

static bool has_colour(FILE *out)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(fileno(out)) && (no == NULL || *no == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

bool colour_wanted(const char *when, FILE *out, bool *ret)
{
	if (when == NULL || strcmp(when, "auto") == 0) {
		*ret = has_colour(out);
	} else if (strcmp(when, "always") == 0 || strcmp(when, "never") == 0) {
		*ret = strcmp(when, "always") == 0;
	} else {
		tool_error("--color is always, never or auto, not '%s'", when);
		return false;
	}
	return true;
}
