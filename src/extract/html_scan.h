/*
 * html_scan - the ends of what is no markup: raw elements, scripts, comments.
 * where one begins -> where it ends
 */
#ifndef LURE_EXTRACT_HTML_SCAN_H
#define LURE_EXTRACT_HTML_SCAN_H

#include "base/span.h"

/* Where "</name" and what may follow it stands at or after `from`; s.n where it does not. */
size_t html_end_tag(struct span s, size_t from, const char *name);
/* The same of a script: after "<!--" and "<script" an end tag ends that inner one alone, until "-->" (13.2.5.15 on). */
size_t html_script_end(struct span s, size_t from);
/* Behind the comment whose "<!--" stands at `at`: "-->" or "--!>", "<!-->" and "<!--->" included. */
size_t html_comment_end(struct span s, size_t at);

#endif
