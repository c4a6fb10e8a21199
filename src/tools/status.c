/* lurectl status: the counters of the running milter, read from its local socket. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/sock.h"
#include "tools/command.h"
#include "tools/say.h"

#define STATUS_MAX (4u << 20)
#define PREFIX "lure_milter_"

/* Everything that the socket gives; false with a sentence where it does not. */
static bool fetch(const char *path, struct buf *out)
{
	struct sock_spec spec;
	const char *why;
	int fd;

	if (sock_parse(path, &spec, &why) < 0) {
		tool_error("%s: %s", path, why);
		return false;
	}
	fd = sock_connect(&spec, 3000);
	if (fd < 0) {
		tool_error("%s: %s; is lure-milter running, with this status_socket?", path, strerror(-fd));
		return false;
	}
	while (out->n < STATUS_MAX && buf_reserve(out, 16384)) {
		ssize_t got = recv(fd, out->p + out->n, 16384, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		out->n += (size_t)got;
	}
	close(fd);
	if (out->n == 0)
		tool_error("%s: nothing was answered", path);
	return out->n > 0;
}

/* One sample line: "lure_milter_name{label="x"} 12". */
static bool sample(struct span line, struct span *name, struct span *value)
{
	size_t blank;

	if (line.n == 0 || line.p[0] == '#')
		return false;
	for (blank = line.n; blank > 0 && line.p[blank - 1] != ' '; blank--)
		;
	if (blank == 0)
		return false;
	*name = span(line.p, blank - 1);
	*value = span_from(line, blank);
	if (name->n > strlen(PREFIX) && memcmp(name->p, PREFIX, strlen(PREFIX)) == 0)
		*name = span_from(*name, strlen(PREFIX));
	return true;
}

static void print_samples(struct span text, bool json)
{
	struct buf out = BUF_HEAP;
	struct span name, value;
	size_t at = 0, shown = 0;

	if (json)
		buf_str(&out, "{");
	while (at < text.n) {
		size_t end = span_find(text, at, span_str("\n"));

		if (sample(span(text.p + at, end - at), &name, &value)) {
			if (json) {
				struct buf key = BUF_HEAP;

				json_comma(&out);
				buf_span(&key, name);
				json_string(&out, buf_text(&key));
				buf_str(&out, ":");
				buf_span(&out, value);
				buf_free(&key);
			} else if (!span_is(value, "0")) {
				size_t pad = name.n < 40 ? 40 - name.n : 1;

				buf_span(&out, name);
				buf_printf(&out, "%*s", (int)pad, "");
				buf_span(&out, value);
				buf_str(&out, "\n");
				shown++;
			}
		}
		at = end + 1;
	}
	if (json)
		buf_str(&out, "}\n");
	else if (shown == 0)
		buf_printf(&out, "%s\n", say(SAY_STATUS_EMPTY));
	fputs(buf_cstr(&out), stdout);
	buf_free(&out);
}

int command_status(int argc, char **argv)
{
	const char *path = NULL;
	bool raw = false;
	const struct tool_option own[] = { { "--socket", &path, NULL, NULL }, { "--raw", NULL, &raw, NULL }, { 0 } };
	struct tool t;
	struct buf text = BUF_HEAP;
	int n = tool_begin(&t, command_find("status"), own, argc, argv), status = EX_UNAVAILABLE;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (path == NULL)
		path = t.config->status_socket;
	if (n > 0 || path[0] == '\0') {
		tool_error(n > 0 ? "status: takes no argument" :
		    "status: no status_socket is configured; set it, or name it by --socket PATH");
		status = n > 0 ? EX_USAGE : EX_CONFIG;
	} else if (fetch(path, &text)) {
		status = EX_OK;
		if (raw)
			fputs(buf_cstr(&text), stdout);
		else
			print_samples(buf_text(&text), t.json);
	}
	buf_free(&text);
	tool_end(&t);
	return status;
}
