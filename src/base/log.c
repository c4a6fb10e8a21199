#include <config.h>

#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>

static struct {
	const char *ident;
	bool syslog;
	atomic_int level;
} target = { "lure-milter", false, LOG_INFO };

void log_open(const char *ident, bool to_syslog, int level)
{
	target.ident = ident;
	target.syslog = to_syslog;
	target.level = level;
	if (to_syslog)
		openlog(ident, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

void log_level(int level)
{
	target.level = level;
}

void log_line(int level, const char *fmt, ...)
{
	struct buf line = BUF_HEAP;
	va_list ap;

	if (level > target.level)
		return;
	va_start(ap, fmt);
	if (target.syslog) {
		vsyslog(level, fmt, ap);
	} else {
		/* One write a line, so that lines of several threads don't mix. */
		buf_printf(&line, "%s: ", target.ident);
		buf_vprintf(&line, fmt, ap);
		buf_byte(&line, '\n');
		if (line.n > 0)
			fwrite(line.p, 1, line.n, stderr);
		buf_free(&line);
	}
	va_end(ap);
}

static bool plain(struct span v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] <= ' ' || v.p[i] >= 0x7F || strchr("\"\\=,", v.p[i]) != NULL)
			return false;
	return v.n > 0 && v.n <= LOG_VALUE_MAX;
}

void log_quote(struct buf *out, struct span value)
{
	size_t n = value.n < LOG_VALUE_MAX ? value.n : LOG_VALUE_MAX;

	if (plain(value)) {
		buf_span(out, value);
		return;
	}
	buf_byte(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c < ' ' || c >= 0x7F || c == '"' || c == '\\')
			buf_printf(out, "\\x%02X", c);
		else
			buf_byte(out, (char)c);
	}
	buf_str(out, n < value.n ? "...\"" : "\"");
}
