/*
 * page - an evaluation as one page for a browser.
 * struct evaluation -> HTML that needs nothing else
 *
 * 1. What comes from mail, file names and pattern files is data: JSON in a script element that no browser runs, with
 *    <, > and & escaped, which the page's own script inserts as text. The page's policy (CSP) runs and styles by what
 *    has the hashes of our script and style alone, and fetches nothing.
 * 2. The page's sources are report.html, report.css and report.js; the build makes arrays of them (report.c).
 * 3. The file is the owner's alone (0600), and stands in its place only when it is whole.
 */
#ifndef LURE_TOOLS_PAGE_H
#define LURE_TOOLS_PAGE_H

#include "score/inspect.h"
#include "tools/evaluate.h"

#define PAGE_CASES_MAX 300u        /* missed texts, false alarms and changed texts that are listed, each */
#define PAGE_TEXT_BYTES_MAX 16384u /* of a message's text that are shown */
#define PAGE_MARKS_MAX 300u        /* hits of a message that are marked */

/* Its sources. */
extern const struct span page_html, page_css, page_js;

/* Can the page be put there? Asked before the long run; false: no, which has been said. */
bool page_possible(const char *path);
/* Write it; texts: with the texts of mails. false: what is wrong has been said. */
bool page_write(const char *path, struct evaluation *e, const struct baseline *b, bool texts);

/*
 * What the page shows of a message, JSON on the heap: a list of fields with their text, and the places of hits in
 * characters. NULL: no memory.
 */
char *page_text(const struct inspection *i);

#endif
