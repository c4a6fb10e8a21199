/*
 * log - one line to syslog (facility mail) or to standard error.
 * format -> a line
 *
 * Only the programs log; stages do not. Text from outside goes through log_quote() first.
 */
#ifndef LURE_BASE_LOG_H
#define LURE_BASE_LOG_H

#include <syslog.h>

#include "base/buf.h"

/*
 * `syslog`: to syslog with this ident and LOG_MAIL; else to standard error, with the ident. Lines above `level` are
 * dropped.
 */
void log_open(const char *ident, bool syslog, int level);
/* Another level from now on; safe while other threads log. */
void log_level(int level);
void log_line(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define LOG_VALUE_MAX 256u
/*
 * A hostile value as one word of a log line: as it is where it is short and made of printable ASCII without blank,
 * quote, backslash, = and comma; else in double quotes with \xHH for everything else. Longer than LOG_VALUE_MAX: cut,
 * with "...".
 */
void log_quote(struct buf *out, struct span value);

#endif
