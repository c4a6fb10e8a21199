/* lurectl scan: what the milter would do with messages, or (--milter) what a running one does. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "score/report.h"
#include "tools/command.h"
#include "tools/explain.h"
#include "tools/milter_client.h"
#include "tools/say.h"
#include "tools/scanner.h"
#include "tools/table.h"

#define SUBJECT_COLUMNS 36

struct scan {
	struct scanner scanner;
	struct milter_client *milter; /* --milter, else NULL */
	struct table table;           /* --milter without --json */
	bool json;
	size_t count[3];              /* by enum verdict_kind */
	int trouble;                  /* exit status for trouble, 0: none */
};

static void json_begin(struct buf *out, const struct mailbox_message *m)
{
	buf_str(out, "{");
	json_key(out, "file");
	json_string(out, span_str(m->file));
	json_key(out, "index");
	buf_printf(out, "%zu", m->index);
}

static void print_plain(const struct mailbox_message *m, const struct inspection *i)
{
	const struct verdict *v = i->verdict;
	struct buf out = BUF_HEAP;

	escape_terminal(&out, span_str(m->file), false);
	if (m->index > 0)
		buf_printf(&out, "[%zu]", m->index);
	buf_printf(&out, ": %s ", explain_verdict(v->kind));
	report_points(&out, v->points);
	for (size_t k = 0; k < v->nlures; k++)
		buf_printf(&out, "%s%s", k == 0 ? " " : ", ", v->lures[k].family->id);
	puts(buf_cstr(&out));
	buf_free(&out);
}

static int scan_local(void *arg, const struct mailbox_message *m)
{
	struct scan *s = arg;
	struct inspection i;
	int rc = scanner_run(&s->scanner, m->bytes, &i);

	if (rc < 0) {
		tool_error("%s: %s", m->file, rc == -ENOMEM ? "no memory for this message" : "cannot be scanned");
		s->trouble = EX_OSERR;
		return 0;
	}
	s->count[i.verdict->kind]++;
	if (s->json) {
		struct buf out = BUF_HEAP;

		json_begin(&out, m);
		report_scan_json(&out, &i);
		buf_str(&out, "}");
		puts(buf_cstr(&out));
		buf_free(&out);
	} else {
		print_plain(m, &i);
	}
	return 0;
}

static const char *action_word(const struct milter_outcome *o)
{
	static const enum say word[] = {
		[MILTER_ACCEPT] = SAY_UNTOUCHED, [MILTER_REJECT] = SAY_REJECTED, [MILTER_TEMPFAIL] = SAY_DEFERRED,
		[MILTER_DISCARD] = SAY_DISCARDED, [MILTER_NO_ANSWER] = SAY_NO_ANSWER,
	};
	struct span status = buf_text(&o->status);

	if (o->action != MILTER_ACCEPT)
		return say(word[o->action]);
	if (o->held)
		return say(SAY_HELD);
	if (status.n >= 3 && memcmp(status.p, "tag", 3) == 0)
		return say(SAY_TAGGED);
	if (status.n >= 5 && memcmp(status.p, "error", 5) == 0)
		return say(SAY_TROUBLE);
	return say(o->early ? SAY_UNREAD : SAY_UNTOUCHED);
}

static enum verdict_kind outcome_kind(const struct milter_outcome *o)
{
	struct span status = buf_text(&o->status);

	if (o->action == MILTER_REJECT || o->held || (status.n >= 6 && memcmp(status.p, "reject", 6) == 0))
		return VERDICT_REJECT;
	return status.n >= 3 && memcmp(status.p, "tag", 3) == 0 ? VERDICT_TAG : VERDICT_NONE;
}

/* The value of "lures=" in X-Lure-Status, as it stands there. */
static struct span outcome_lures(const struct milter_outcome *o)
{
	struct span status = buf_text(&o->status);
	size_t at = span_find(status, 0, span_str("lures="));

	if (at == status.n)
		return span(NULL, 0);
	status = span_from(status, at + 6);
	return span_trim(span(status.p, span_find(status, 0, span_str(";"))));
}

static void outcome_row(struct scan *s, const struct mailbox_message *m, const struct milter_outcome *o)
{
	struct buf cell = BUF_HEAP;
	struct span lures = outcome_lures(o);
	struct inspection i;
	const char *slash = strrchr(m->file, '/');

	table_cell(&cell, span_str(slash != NULL ? slash + 1 : m->file), 40);
	table_add(&s->table, buf_cstr(&cell));
	buf_clear(&cell);
	if (scanner_run(&s->scanner, m->bytes, &i) == 0)
		scanner_subject(&cell, i.mail, SUBJECT_COLUMNS);
	table_add(&s->table, buf_cstr(&cell));
	table_add(&s->table, action_word(o));
	buf_clear(&cell);
	table_cell(&cell, lures, 60);
	if (o->action == MILTER_REJECT || o->action == MILTER_TEMPFAIL)
		table_cell(&cell, buf_text(&o->reply), 60);
	table_add(&s->table, buf_cstr(&cell));
	buf_free(&cell);
}

static void outcome_json(const struct mailbox_message *m, const struct milter_outcome *o)
{
	struct buf out = BUF_HEAP;

	json_begin(&out, m);
	json_key(&out, "action");
	json_string(&out, span_str(milter_action_name(o->action)));
	json_key(&out, "held");
	buf_str(&out, o->held ? "true" : "false");
	json_key(&out, "reply");
	json_string(&out, buf_text(&o->reply));
	json_key(&out, "status");
	json_string(&out, buf_text(&o->status));
	json_key(&out, "subject");
	json_string(&out, buf_text(&o->subject));
	json_key(&out, "removed");
	buf_printf(&out, "%zu}", o->removed);
	puts(buf_cstr(&out));
	buf_free(&out);
}

static int scan_milter(void *arg, const struct mailbox_message *m)
{
	struct scan *s = arg;
	struct milter_outcome o = { 0 };
	struct message *message = &s->scanner.message;
	const char *error;

	arena_reset(s->scanner.arena);
	message_parse(s->scanner.arena, &s->scanner.options.limits, m->bytes, message);
	if (!milter_client_send(s->milter, message, &o, &error)) {
		tool_error("%s: %s", m->file, error);
		s->trouble = EX_UNAVAILABLE;
		milter_outcome_free(&o);
		return 1; /* the connection is of no more use */
	}
	s->count[outcome_kind(&o)]++;
	if (s->json)
		outcome_json(m, &o);
	else
		outcome_row(s, m, &o);
	milter_outcome_free(&o);
	return 0;
}

/* With --milter the set is not ours: subjects are decoded by an empty one. */
static struct ruleset *scan_ruleset(struct tool *t, const char *socket, int *status)
{
	struct ruleset_options o = { 0 };
	int trouble = 0;

	if (socket == NULL)
		return tool_ruleset(t, false, status);
	config_limits(t->config, &o.limits);
	return ruleset_load(NULL, 0, &o, &t->diags, &trouble);
}

static int finish(const struct scan *s, size_t unread)
{
	if (!s->json && s->trouble == 0) {
		printf(SAY_FORMAT_SUMMARY, s->count[0] + s->count[1] + s->count[2], s->count[0], s->count[1],
		    s->count[2]);
		putchar('\n');
	}
	if (s->trouble != 0)
		return s->trouble;
	if (unread > 0)
		return EX_NOINPUT;
	return s->count[VERDICT_TAG] + s->count[VERDICT_REJECT] > 0 ? 1 : EX_OK;
}

int command_scan(int argc, char **argv)
{
	const char *socket = NULL, *error = NULL;
	struct envelope envelope = { 0 };
	const struct tool_option own[] = { { .name = "--milter", .value = &socket },
		ENVELOPE_OPTIONS(&envelope), { 0 } };
	struct tool t;
	struct scan s = { .table.columns = 4 };
	struct ruleset *r = NULL;
	size_t unread = 0;
	int n = tool_begin(&t, command_find("scan"), own, argc, argv), status = EX_USAGE;

	if (n < 0) {
		free(envelope.recipients.v);
		return n == TOOL_HELP ? EX_OK : -n;
	}
	if (n == 0) {
		tool_error("scan: name messages: files, folders, mbox files, or - for standard input");
		goto out;
	}
	if (socket != NULL && (envelope.client != NULL || envelope.queue_id != NULL || envelope.recipients.n > 0)) {
		tool_error("scan: --client, --queue-id and --recipient are for scanning here, not with --milter");
		goto out;
	}
	if ((r = scan_ruleset(&t, socket, &status)) == NULL)
		goto out;
	status = EX_OSERR;
	if (!scanner_begin(&s.scanner, &t, r))
		goto out;
	if (!scanner_envelope(&s.scanner, &envelope)) {
		status = EX_USAGE;
		goto out;
	}
	s.json = t.json;
	if (socket != NULL && (s.milter = milter_client_open(socket, &error)) == NULL) {
		tool_error("--milter %s: %s", socket, error);
		status = EX_UNAVAILABLE;
		goto out;
	}
	if (socket != NULL)
		for (const enum say *h = (const enum say[]){ SAY_FILE, SAY_SUBJECT, SAY_ACTION, SAY_LURES, SAY_N };
		    *h != SAY_N; h++)
			table_add(&s.table, say(*h));
	for (int i = 1; i <= n; i++)
		if (mailbox_each(argv[i], socket != NULL ? scan_milter : scan_local, &s, &unread) != 0)
			break;
	if (socket != NULL && !s.json)
		table_print(&s.table, stdout);
	status = finish(&s, unread);
out:
	milter_client_close(s.milter);
	scanner_end(&s.scanner);
	ruleset_release(r);
	free(envelope.recipients.v);
	tool_end(&t);
	return status;
}
