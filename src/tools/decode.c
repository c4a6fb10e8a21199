/* lurectl decode: messages as they are read, without patterns. */
#include <config.h>

#include <stdio.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/command.h"
#include "tools/parts.h"
#include "tools/say.h"
#include "tools/scanner.h"

struct decode {
	struct scanner scanner;
	bool json;
	int trouble;
};

static void print_json(const struct mailbox_message *m, const struct inspection *i)
{
	struct buf out = BUF_HEAP;

	buf_str(&out, "{");
	json_key(&out, "file");
	json_string(&out, span_str(m->file));
	json_key(&out, "index");
	buf_printf(&out, "%zu", m->index);
	report_decode_json(&out, i->mail, i->visible);
	buf_str(&out, "}");
	puts(buf_cstr(&out));
	buf_free(&out);
}

static void print_text(const struct mailbox_message *m, const struct inspection *i)
{
	struct buf out = BUF_HEAP;

	parts_title(&out, m);
	parts_write(&out, i->mail);
	parts_flaws(&out, i->visible->flaws);
	for (size_t f = 0; f < i->visible->nfields; f++) {
		const struct field *field = &i->visible->fields[f];

		if (field->id == FIELD_HEADER || field->id == FIELD_LINK)
			continue;
		buf_printf(&out, "%s:", field_name(field->id));
		buf_str(&out,
		    field_prose(field->id) && span_find(field->text, 0, span_str("\n")) < field->text.n ? "\n" : " ");
		escape_terminal(&out, field->text, true);
		buf_str(&out, "\n");
	}
	parts_links(&out, i->visible);
	puts(buf_cstr(&out));
	buf_free(&out);
}

static int decode_one(void *arg, const struct mailbox_message *m)
{
	struct decode *d = arg;
	struct inspection i;

	if (scanner_run(&d->scanner, m->bytes, &i) < 0) {
		tool_error("%s: no memory for this message", m->file);
		d->trouble = EX_OSERR;
		return 0;
	}
	if (d->json)
		print_json(m, &i);
	else
		print_text(m, &i);
	return 0;
}

int command_decode(int argc, char **argv)
{
	struct tool t;
	struct decode d = { 0 };
	struct ruleset_options o = { 0 };
	struct ruleset *none = NULL;
	size_t unread = 0;
	int n = tool_begin(&t, command_find("decode"), NULL, argc, argv), status = EX_USAGE, trouble;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (n == 0) {
		tool_error("decode: name messages: files, folders, mbox files, or - for standard input");
		goto out;
	}
	status = EX_OSERR;
	config_limits(t.config, &o.limits);
	none = ruleset_load(NULL, 0, &o, &t.diags, &trouble);
	if (none == NULL || !scanner_begin(&d.scanner, &t, none))
		goto out;
	d.json = t.json;
	for (int i = 1; i <= n; i++)
		mailbox_each(argv[i], decode_one, &d, &unread);
	status = d.trouble != 0 ? d.trouble : unread > 0 ? EX_NOINPUT : EX_OK;
out:
	scanner_end(&d.scanner);
	ruleset_release(none);
	tool_end(&t);
	return status;
}
