/*
 * report - a verdict in words.
 * struct verdict -> header value, log line, JSON
 */
#ifndef LURE_SCORE_REPORT_H
#define LURE_SCORE_REPORT_H

#include "score/inspect.h"

enum header_detail { DETAIL_VERDICT, DETAIL_LURES, DETAIL_RULES };

/* "7.5", "-0.5", "10.0" */
void report_points(struct buf *out, int tenths);

/*
 * The value of X-Lure-Status: "tag; lures=celebrity-manager; points=7.5; rules=..." in pure ASCII, folded with "\n\t"
 * before column 78. `kind` is what was done, which may be milder than the verdict's own.
 */
void report_header(struct buf *out, const struct verdict *v, enum verdict_kind kind, enum header_detail detail);
/* "error; reason=..." */
void report_trouble(struct buf *out, const char *reason);

/*
 * "verdict=tag points=7.5 lures=.. rules=.. flaws=.. standing=.. charset=cp932! size=.. ms=.. set=.. version=..",
 * without the queue id.
 */
void report_log(struct buf *out, const struct inspection *i, enum verdict_kind kind, size_t size);

/* " set=0a1b2c3d4e5f version=lure-milter/2026.11.3": by which patterns. */
void report_set(struct buf *out, const struct ruleset *r);
/* The same as the keys `set` and `version`. */
void report_set_json(struct buf *out, const struct ruleset *r);

/*
 * The keys of `lurectl scan --json` (lurectl(1)) from "verdict" to "version", without braces, after file and index.
 */
void report_scan_json(struct buf *out, const struct inspection *i);
/* The keys of `lurectl decode --json` from "subject" to "flaws". */
void report_decode_json(struct buf *out, const struct mail *mail, const struct visible *v);

#endif
