/*
 * colour - whether to colour, and with what.
 * --color, terminal, environment -> yes or no
 */
#ifndef LURE_TOOLS_COLOUR_H
#define LURE_TOOLS_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

#define COLOUR_BAD "\033[1;31m"
#define COLOUR_QUIET "\033[35m"
#define COLOUR_GOOD "\033[32m"
#define COLOUR_END "\033[0m"

/*
 * `when` is the value of --color: always, never or auto, or NULL for auto, which is a terminal that has colours, where
 * NO_COLOR is not set (no-color.org). false where it is another word, which has been said.
 */
bool colour_wanted(const char *when, FILE *out, bool *ret);

#endif
