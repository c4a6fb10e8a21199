/*
 * corpus - labelled texts, and the messages that carry them.
 * a manifest, or folders of lures and of legitimate mail -> texts and where their messages lie
 *
 * A manifest is a file of lines with fields between tabs; the first line names them: file, label (lure or ham),
 * category, evasion, packaging, and, where they are known, difficulty and part; others are left alone. Files are
 * relative to the manifest's folder. A text is known by the file's name up to its first dot: a text in several
 * packagings is one text. Of a folder each message is a text of its own.
 */
#ifndef LURE_TOOLS_CORPUS_H
#define LURE_TOOLS_CORPUS_H

#include "base/arena.h"
#include "base/diag.h"
#include "tools/command.h"
#include "tools/mailbox.h"

enum label { LABEL_LURE, LABEL_HAM };
#define LABEL_N 2
const char *label_name(enum label l);

/* What is not known is "". */
struct text {
	const char *id, *category, *difficulty, *evasion, *part;
	enum label label;
};

/* Where messages lie. */
struct place {
	const char *path;
	enum label label;
	size_t text; /* whose packaging it is; CORPUS_EACH: each message there is a text of its own */
	const char *packaging;
};
#define CORPUS_EACH ((size_t)-1)

struct corpus {
	struct arena *strings;
	struct text *texts; /* of a manifest by id; of folders as they are read */
	size_t ntexts, texts_cap;
	struct place *places;
	size_t nplaces, places_cap;
	struct source manifest;
};

/* How the user names it. */
struct corpus_options {
	const char *manifest, *part; /* part: only texts of this part of the manifest */
	struct tool_values lure, ham;
};
#define CORPUS_OPTIONS(o) \
	{ "--manifest", &(o)->manifest, NULL, NULL }, { "--part", &(o)->part, NULL, NULL }, \
	    { "--lure", NULL, NULL, &(o)->lure }, { "--ham", NULL, NULL, &(o)->ham }

/* Read what was named. EX_OK, or the exit status where something is wrong, which has been said. */
int corpus_open(struct corpus *c, const char *command, const struct corpus_options *o);
void corpus_close(struct corpus *c);
/* The part of it that reads a manifest: manifest.c. */
int manifest_open(struct corpus *c, const char *path, const char *part);
/* One more text, with nothing known of it, and one more place. NULL, false: no memory. */
struct text *corpus_text(struct corpus *c);
bool corpus_place(struct corpus *c, const struct place *p);
/* Of a place with CORPUS_EACH: add the text of a message. CORPUS_EACH: no memory. */
size_t corpus_add(struct corpus *c, const struct place *p, const struct mailbox_message *m);
/* How many messages there are, as far as can be told without reading them. */
size_t corpus_count(const struct corpus *c);

#endif
