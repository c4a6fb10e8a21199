#include <config.h>

#include "session/act.h"

#include <stdlib.h>

#include "base/log.h"
#include "session/mark.h"

#define STATUS_NAME "X-Lure-Status"

static int by_name(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Headers of one name are counted from 1 by the MTA, so the last goes first: the numbers of the others then stay. */
static int remove_all(SMFICTX *ctx, char *name, int n)
{
	int rc = MI_SUCCESS;

	for (; n > 0; n--)
		if (smfi_chgheader(ctx, name, n, NULL) != MI_SUCCESS)
			rc = MI_FAILURE;
	return rc;
}

/* Every X-Lure-* that came with the message: nobody but us may say what we found. */
static int remove_forged(SMFICTX *ctx, const struct session *s)
{
	char **names, *at = s->forged.p;
	size_t first = 0;
	int rc = MI_SUCCESS;

	if (s->nforged == 0)
		return MI_SUCCESS;
	names = calloc(s->nforged, sizeof *names);
	if (names == NULL)
		return MI_FAILURE;
	for (size_t i = 0; i < s->nforged; i++, at += strlen(at) + 1)
		names[i] = at;
	qsort(names, s->nforged, sizeof *names, by_name);
	for (size_t i = 1; i <= s->nforged; i++) {
		if (i < s->nforged && strcasecmp(names[first], names[i]) == 0)
			continue;
		if (remove_all(ctx, names[first], (int)(i - first)) != MI_SUCCESS)
			rc = MI_FAILURE;
		first = i;
	}
	free(names);
	return rc;
}

/* The first Subject's raw value; false: there is none. */
static bool find_subject(const struct session *s, struct span *ret)
{
	for (size_t i = 0; i + 1 < s->headers.n; i += 2) {
		struct piece name = s->headers.v[i], value = s->headers.v[i + 1];

		if (!span_is_nocase(span(s->raw.p + name.at, name.n), "Subject"))
			continue;
		*ret = span(s->raw.p + value.at, value.n);
		return true;
	}
	return false;
}

static int mark_subject(SMFICTX *ctx, const struct session *s)
{
	const char *mark = s->snapshot->config->subject_mark;
	struct span subject = span(NULL, 0);
	struct buf value = BUF_HEAP;
	bool found = find_subject(s, &subject);
	int rc = MI_FAILURE;

	if (mark[0] == '\0' || s->subject_cut) /* a subject that we hold in part only cannot be written back */
		return MI_SUCCESS;
	mark_write(&value, mark, subject);
	if (!value.failed)
		rc = found ? smfi_chgheader(ctx, (char *)"Subject", 1, (char *)buf_cstr(&value)) :
		    smfi_addheader(ctx, (char *)"Subject", (char *)buf_cstr(&value));
	buf_free(&value);
	return rc;
}

/* Removed first and inserted then, since the MTA counts what is there at the time. */
static void edit(SMFICTX *ctx, const struct session *s, const struct judgement *j)
{
	struct buf status = BUF_HEAP;
	int rc = remove_forged(ctx, s);

	buf_span(&status, buf_text(&j->status));
	if (smfi_insheader(ctx, 1, (char *)STATUS_NAME, (char *)buf_cstr(&status)) != MI_SUCCESS)
		rc = MI_FAILURE;
	if (j->decision.mark && mark_subject(ctx, s) != MI_SUCCESS)
		rc = MI_FAILURE;
	if (rc != MI_SUCCESS)
		log_line(LOG_WARNING, "%s: the MTA did not take every change of the headers", s->queue_id);
	buf_free(&status);
}

sfsistat act_reply(SMFICTX *ctx, const char *code, const char *extended, const char *text, sfsistat rc)
{
	struct buf safe = BUF_HEAP;

	for (; *text != '\0'; text++) {
		buf_byte(&safe, *text >= ' ' && *text <= '~' ? *text : '?');
		if (*text == '%')
			buf_byte(&safe, '%');
	}
	if (smfi_setreply(ctx, (char *)code, (char *)extended, (char *)buf_cstr(&safe)) != MI_SUCCESS)
		log_line(LOG_WARNING, "the text of a reply was not taken");
	buf_free(&safe);
	return rc;
}

static sfsistat reject(SMFICTX *ctx, const struct session *s)
{
	struct buf text = BUF_HEAP;

	buf_str(&text, s->snapshot->config->reject_text);
	if (s->queue_id[0] != '\0')
		buf_printf(&text, " (%s)", s->queue_id);
	act_reply(ctx, "550", "5.7.1", buf_cstr(&text), SMFIS_REJECT);
	buf_free(&text);
	return SMFIS_REJECT;
}

sfsistat act(SMFICTX *ctx, const struct session *s, const struct judgement *j)
{
	switch (j->decision.deed) {
	case DEED_NOTHING:
		return SMFIS_CONTINUE;
	case DEED_REJECT:
		return reject(ctx, s);
	case DEED_DEFER:
		return act_reply(ctx, "451", "4.3.0", "Message could not be checked, try again later", SMFIS_TEMPFAIL);
	case DEED_HOLD:
		if (smfi_quarantine(ctx, (char *)"lure-milter") != MI_SUCCESS)
			log_line(LOG_WARNING, "%s: the MTA did not hold the message", s->queue_id);
		break;
	case DEED_STATUS:
		break;
	}
	edit(ctx, s, j);
	return SMFIS_CONTINUE;
}
