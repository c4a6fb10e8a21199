#include <config.h>

#include "tools/parts.h"

#include "base/escape.h"
#include "tools/say.h"

void parts_title(struct buf *out, const struct mailbox_message *m)
{
	buf_str(out, "== ");
	escape_terminal(out, span_str(m->file), false);
	if (m->index > 0)
		buf_printf(out, " [%zu]", m->index);
	buf_str(out, " ==\n");
}

static void part_line(struct buf *out, const struct part *p)
{
	buf_printf(out, "  %*s", (int)(2 * p->depth), "");
	escape_terminal(out, p->type.n > 0 ? p->type : span_str("-"), false);
	if (p->kind == PART_TEXT || p->kind == PART_HTML) {
		buf_printf(out, "  %s ", say(SAY_DECLARED));
		if (p->declared.n > 0)
			escape_terminal(out, p->declared, false);
		else
			buf_str(out, "-");
		buf_printf(out, ", %s %s, %s", say(SAY_USED), charset_name(p->used),
		    p->transfer != NULL ? p->transfer : "7bit");
		if (p->replaced > 0) {
			buf_str(out, ", ");
			buf_printf(out, SAY_FORMAT_REPLACED, p->replaced);
		}
	}
	if (p->file_name.n > 0) {
		buf_str(out, "  ");
		escape_terminal(out, p->file_name, false);
	}
	if (p->flaws != 0) {
		buf_str(out, "  [");
		flaw_write(out, p->flaws);
		buf_str(out, "]");
	}
	buf_str(out, "\n");
}

void parts_write(struct buf *out, const struct mail *mail)
{
	buf_printf(out, "%s:\n", say(SAY_PARTS));
	for (size_t i = 0; i < mail->nparts; i++)
		part_line(out, &mail->parts[i]);
}

void parts_flaws(struct buf *out, flaw_set flaws)
{
	if (flaws == 0)
		return;
	buf_printf(out, "%s:\n", say(SAY_FLAWS));
	for (enum flaw f = 0; f < FLAW_N; f++)
		if (flaws & (flaw_set)1 << f)
			buf_printf(out, "  %-16s %s\n", flaw_name(f), flaw_text(f));
}

void parts_links(struct buf *out, const struct visible *v)
{
	if (v->nlinks > 0)
		buf_printf(out, "%s:\n", say(SAY_LINKS));
	for (size_t i = 0; i < v->nlinks; i++) {
		buf_str(out, "  ");
		escape_terminal(out, v->links[i].target, false);
		if (!span_eq(v->links[i].target, v->links[i].text)) {
			buf_str(out, v->links[i].differs ? "  != " : "  <- ");
			escape_terminal(out, v->links[i].text, false);
		}
		buf_str(out, "\n");
	}
}
