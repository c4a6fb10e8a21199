/*
 * regex - PCRE2, as this program uses it.
 * PCRE2 source -> compiled pattern -> matches in a window
 *
 * The only file that knows pcre2.h. 8-bit UTF mode with NO_UTF_CHECK always (folded text is valid by construction),
 * NEWLINE_LF, JIT where the system allows it, match, depth and heap limits always.
 */
#ifndef LURE_MATCH_REGEX_H
#define LURE_MATCH_REGEX_H

#include <stdint.h>

#include "base/limits.h"
#include "base/span.h"

struct regex;         /* compiled; immutable and shared */
struct regex_scratch; /* match data and JIT stack of one scan slot */

struct regex *regex_compile(struct span source, char error[200]);
void regex_free(struct regex *r);
struct regex_scratch *regex_scratch_new(const struct limits *l);
void regex_scratch_free(struct regex_scratch *s);

enum regex_result { REGEX_NONE, REGEX_HIT, REGEX_CUT_SHORT };
/*
 * The first match that starts in start .. limit (bytes, inclusive; on character borders). Text after the start limit is
 * seen. *from and *to are set on REGEX_HIT.
 */
enum regex_result regex_find(const struct regex *r, struct regex_scratch *s, struct span text, size_t start,
    size_t limit, size_t *from, size_t *to);
bool regex_has_jit(void);
/*
 * How much longer a call may take than JIT's code: 1 with JIT. Without it (PCRE2 built so, or no executable memory to
 * be had: systemd's MemoryDenyWriteExecute) the interpreter is allowed as many times the limits of struct limits, so
 * that a pattern that stays within them with JIT does there too; callers look at clock and starts accordingly.
 */
unsigned regex_cost(const struct regex_scratch *s);

#endif
