#include <config.h>

#include "session/milter.h"

#include <libmilter/mfapi.h>

#include "base/log.h"
#include "base/metrics.h"
#include "session/act.h"
#include "session/judge.h"
#include "session/service.h"
#include "session/session.h"

/* What we may do to a message, and the steps that we go without. */
#define ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE)
/*
 * No answer is needed for what always goes on. Not for the body, where a SKIP would be lost, and not for the connect
 * and the rest, which may end a message early.
 */
#define NO_REPLY (SMFIP_NR_HELO | SMFIP_NR_HDR | SMFIP_NR_EOH)
#define PROTOCOL (NO_REPLY | SMFIP_NOUNKNOWN | SMFIP_SKIP)

/* The connection's state, made where there is none yet; NULL: no memory. */
static struct session *session_of(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s == NULL && (s = session_new()) != NULL) {
		if (smfi_setpriv(ctx, s) != MI_SUCCESS) {
			session_free(s);
			return NULL;
		}
		metric_add(METRIC_CONNECTIONS, 1);
		metric_add(METRIC_OPEN, 1);
	}
	return s;
}

/* The answer of a step that always goes on. */
static sfsistat go_on(const struct session *s, unsigned long no_reply)
{
	return s != NULL && (s->protocol & no_reply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat unread(struct session *s)
{
	metric_add(METRIC_UNREAD, 1);
	session_end(s);
	return SMFIS_ACCEPT;
}

/* A message that begins while the daemon stops: our own trouble, and on_trouble says what follows. */
static sfsistat stopping(SMFICTX *ctx)
{
	struct snapshot *now = service_snapshot();
	bool defer = now->config->on_trouble == TROUBLE_TEMPFAIL;

	snapshot_release(now);
	metric_add(METRIC_TROUBLE, 1);
	return defer ? act_reply(ctx, "451", "4.3.2", "Message filter is restarting, try again later", SMFIS_TEMPFAIL)
		     : SMFIS_ACCEPT;
}

/* Macros by name, so that the MTA sends none that nobody reads, and none with each header. */
static void choose_macros(SMFICTX *ctx)
{
	static const struct {
		int stage;
		const char *names;
	} wanted[] = {
		{ SMFIM_CONNECT, "j" }, { SMFIM_HELO, "" }, { SMFIM_ENVFROM, "i {auth_type}" }, { SMFIM_ENVRCPT, "" },
		{ SMFIM_DATA, "i" }, { SMFIM_EOH, "" }, { SMFIM_EOM, "i" },
	};

	for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
		smfi_setsymlist(ctx, wanted[k].stage, (char *)wanted[k].names);
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long protocol, unsigned long f2,
    unsigned long f3, unsigned long *ret_actions, unsigned long *ret_protocol, unsigned long *ret_f2,
    unsigned long *ret_f3)
{
	struct session *s = session_of(ctx);

	(void)f2, (void)f3;
	*ret_actions = actions & ACTIONS;
	*ret_protocol = protocol & PROTOCOL;
	*ret_f2 = *ret_f3 = 0;
	if (s == NULL)
		return SMFIS_REJECT; /* of the milter, not of mail: the MTA goes on without it */
	s->protocol = *ret_protocol;
	if ((actions & SMFIF_SETSYMLIST) != 0) {
		*ret_actions |= SMFIF_SETSYMLIST;
		choose_macros(ctx);
	}
	return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	struct session *s = session_of(ctx);

	if (s == NULL)
		return SMFIS_CONTINUE;
	session_client(s, host, (const struct sockaddr *)address);
	session_set(&s->mta, smfi_getsymval(ctx, (char *)"j"));
	return SMFIS_CONTINUE;
}

static sfsistat on_helo(SMFICTX *ctx, char *helo)
{
	struct session *s = smfi_getpriv(ctx);

	if (s != NULL)
		session_set(&s->helo, helo);
	return go_on(s, SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *ctx, char **args)
{
	struct session *s = session_of(ctx);

	if (s == NULL)
		return SMFIS_ACCEPT;
	if (!session_begin(s, args[0]))
		return stopping(ctx);
	if (session_exempt(s, smfi_getsymval(ctx, (char *)"{auth_type}")))
		return unread(s);
	session_queue_id(s, smfi_getsymval(ctx, (char *)"i"));
	return SMFIS_CONTINUE;
}

static sfsistat on_recipient(SMFICTX *ctx, char **args)
{
	struct session *s = smfi_getpriv(ctx);

	if (s == NULL || s->snapshot == NULL || session_recipient(s, args[0]))
		return SMFIS_CONTINUE;
	return act_reply(
	    ctx, "452", "4.5.3", "Too many kinds of recipients, send a message of its own", SMFIS_TEMPFAIL);
}

static sfsistat on_data(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s == NULL || s->snapshot == NULL)
		return SMFIS_CONTINUE;
	if (!session_wanted(s))
		return unread(s);
	session_queue_id(s, smfi_getsymval(ctx, (char *)"i"));
	return SMFIS_CONTINUE;
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	struct session *s = smfi_getpriv(ctx);

	if (s != NULL && session_wanted(s))
		session_header(s, name, value);
	return go_on(s, SMFIP_NR_HDR);
}

static sfsistat on_end_of_headers(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s != NULL && session_wanted(s)) {
		session_queue_id(s, smfi_getsymval(ctx, (char *)"i"));
		session_ask(s);
	}
	return go_on(s, SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *p, size_t n)
{
	struct session *s = smfi_getpriv(ctx);

	if (s == NULL || !session_wanted(s) || session_body(s, p, n) || (s->protocol & SMFIP_SKIP) == 0)
		return SMFIS_CONTINUE;
	return SMFIS_SKIP;
}

static sfsistat on_end(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);
	struct judgement j;
	sfsistat answer;

	if (s == NULL || s->snapshot == NULL)
		return SMFIS_CONTINUE;
	if (!session_wanted(s)) /* an MTA without the DATA step */
		return unread(s);
	session_queue_id(s, smfi_getsymval(ctx, (char *)"i"));
	judge(s, &j);
	answer = act(ctx, s, &j);
	judgement_free(&j);
	session_end(s);
	return answer;
}

/* Postfix sends one after every end of message, Sendmail none. */
static sfsistat on_abort(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s != NULL)
		session_end(s);
	return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s != NULL) {
		smfi_setpriv(ctx, NULL);
		session_free(s);
		metric_add(METRIC_OPEN, -1);
	}
	return SMFIS_CONTINUE;
}

bool milter_register(void)
{
	struct smfiDesc d = {
		.xxfi_name = (char *)"lure-milter",
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = ACTIONS | SMFIF_SETSYMLIST,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_header = on_header,
		.xxfi_eoh = on_end_of_headers,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_data = on_data,
		.xxfi_negotiate = on_negotiate,
	};

	return smfi_register(d) == MI_SUCCESS;
}
