/* lurectl explain: every stage of messages, the hits marked in the decoded text. */
#include <config.h>

#include "tools/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/colour.h"
#include "tools/command.h"
#include "tools/scanner.h"

struct explain {
	struct scanner scanner;
	bool json;
	struct explain_style style;
	int trouble;
};

/* 0: standard output is no terminal. */
static size_t terminal_columns(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20 ? w.ws_col : 80;
}

static int explain_one(void *arg, const struct mailbox_message *m)
{
	struct explain *e = arg;
	struct buf out = BUF_HEAP;
	struct inspection i;

	if (scanner_run(&e->scanner, m->bytes, &i) < 0) {
		tool_error("%s: no memory for this message", m->file);
		e->trouble = EX_OSERR;
		return 0;
	}
	if (e->json)
		explain_json(&out, m, &i, &e->scanner.options.score);
	else
		explain_text(&out, m, &i, &e->scanner.options.score, &e->style);
	puts(buf_cstr(&out));
	buf_free(&out);
	return 0;
}

int command_explain(int argc, char **argv)
{
	struct tool t;
	struct explain e = { 0 };
	struct ruleset *r = NULL;
	const char *colour = NULL;
	struct envelope envelope = { 0 };
	const struct tool_option own[] = { { .name = "--color", .value = &colour },
		ENVELOPE_OPTIONS(&envelope), { 0 } };
	size_t unread = 0;
	int n = tool_begin(&t, command_find("explain"), own, argc, argv), status = EX_USAGE;

	if (n < 0) {
		free(envelope.recipients.v);
		return n == TOOL_HELP ? EX_OK : -n;
	}
	if (n == 0) {
		tool_error("explain: name messages: files, folders, mbox files, or - for standard input");
		goto out;
	}
	if (!colour_wanted(colour, stdout, &e.style.colour) || (r = tool_ruleset(&t, false, &status)) == NULL)
		goto out;
	status = EX_OSERR;
	if (!scanner_begin(&e.scanner, &t, r))
		goto out;
	if (!scanner_envelope(&e.scanner, &envelope)) {
		status = EX_USAGE;
		goto out;
	}
	e.json = t.json;
	e.style.columns = terminal_columns();
	for (int i = 1; i <= n; i++)
		mailbox_each(argv[i], explain_one, &e, &unread);
	status = e.trouble != 0 ? e.trouble : unread > 0 ? EX_NOINPUT : EX_OK;
out:
	scanner_end(&e.scanner);
	ruleset_release(r);
	free(envelope.recipients.v);
	tool_end(&t);
	return status;
}
