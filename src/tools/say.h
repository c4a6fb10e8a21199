/*
 * say - what lurectl says, in the reader's language.
 * identifier -> text in English or Japanese
 *
 * By LC_ALL, LC_MESSAGES, LANG in that order: Japanese where the first that is set begins with "ja". A table, not gettext:
 * two languages, some fifty texts, and the programs run from the build folder.
 */
#ifndef LURE_TOOLS_SAY_H
#define LURE_TOOLS_SAY_H

#include <stdbool.h>

enum say {
#define SAY(id, en, ja) SAY_##id,
#include "tools/say.def"
#undef SAY
	SAY_N
};

/* Used as a format only for the texts that have one, with exactly their arguments. */
const char *say(enum say what);
bool say_japanese(void);

#endif
