/*
 * floor - what a milter costs that does nothing: floor SOCKET.
 *
 * Takes the whole message through libmilter, keeps none of it, adds one header. Goes without all answers that the MTA
 * offers to go without, and asks for no macros, so that a message streams in.
 */
#include <config.h>

#include <stdint.h>
#include <stdio.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <libmilter/mfapi.h>

#define NO_REPLY \
	(SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | \
	    SMFIP_NR_BODY)
#define BACKLOG 512
#define DESCRIPTORS 64

/* What the MTA lets go unanswered must go unanswered. */
static sfsistat go_on(SMFICTX *ctx, unsigned long no_reply)
{
	return ((uintptr_t)smfi_getpriv(ctx) & no_reply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long protocol, unsigned long f2,
    unsigned long f3, unsigned long *ret_actions, unsigned long *ret_protocol, unsigned long *ret_f2,
    unsigned long *ret_f3)
{
	(void)f2, (void)f3;
	*ret_actions = actions & (SMFIF_ADDHDRS | SMFIF_SETSYMLIST);
	*ret_protocol = protocol & (NO_REPLY | SMFIP_NOUNKNOWN | SMFIP_SKIP);
	*ret_f2 = *ret_f3 = 0;
	smfi_setpriv(ctx, (void *)(uintptr_t)*ret_protocol);
	for (int stage = SMFIM_CONNECT; stage <= SMFIM_EOH; stage++)
		smfi_setsymlist(ctx, stage, (char *)"");
	return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	(void)host, (void)address;
	return go_on(ctx, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *ctx, char *helo)
{
	(void)helo;
	return go_on(ctx, SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *ctx, char **args)
{
	(void)args;
	return go_on(ctx, SMFIP_NR_MAIL);
}

static sfsistat on_recipient(SMFICTX *ctx, char **args)
{
	(void)args;
	return go_on(ctx, SMFIP_NR_RCPT);
}

static sfsistat on_data(SMFICTX *ctx)
{
	return go_on(ctx, SMFIP_NR_DATA);
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	(void)name, (void)value;
	return go_on(ctx, SMFIP_NR_HDR);
}

static sfsistat on_end_of_headers(SMFICTX *ctx)
{
	return go_on(ctx, SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *p, size_t n)
{
	(void)p, (void)n;
	return go_on(ctx, SMFIP_NR_BODY);
}

static sfsistat on_end(SMFICTX *ctx)
{
	smfi_insheader(ctx, 0, (char *)"X-Floor", (char *)"none");
	return SMFIS_CONTINUE;
}

/* libmilter keeps its listening socket to itself, and Nagle's algorithm on: look for the one, and end the other. */
static void no_delay(void)
{
	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		int on = 0, one = 1;
		socklen_t n = sizeof on;

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 && on)
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
}

int main(int argc, char **argv)
{
	struct smfiDesc description = {
		.xxfi_name = (char *)"floor", .xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_ADDHDRS | SMFIF_SETSYMLIST, .xxfi_connect = on_connect,
		.xxfi_helo = on_helo, .xxfi_envfrom = on_mail, .xxfi_envrcpt = on_recipient,
		.xxfi_data = on_data, .xxfi_header = on_header,
		.xxfi_eoh = on_end_of_headers, .xxfi_body = on_body, .xxfi_eom = on_end,
		.xxfi_negotiate = on_negotiate,
	};

	if (argc != 2) {
		fputs("usage: floor SOCKET\n", stderr);
		return 2;
	}
	smfi_setbacklog(BACKLOG);
	if (smfi_register(description) == MI_FAILURE || smfi_setconn(argv[1]) == MI_FAILURE ||
	    smfi_opensocket(1) == MI_FAILURE)
		return 1;
	no_delay();
	return smfi_main() == MI_FAILURE;
}
