/* lure-milter: options, and the order in which the daemon comes up. */
#include <config.h>

#include <errno.h>
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "decode/charset.h"
#include "fold/fold.h"
#include "match/regex.h"
#include "reputation/open.h"
#include "score/report.h"
#include "session/daemon.h"
#include "session/hooks.h"
#include "session/listen.h"
#include "session/milter.h"
#include "session/service.h"
#include "session/signals.h"
#include "session/status.h"

#define SETTINGS_MAX 128u

static const char usage[] =
    "usage: lure-milter [-flnvV] [-c FILE] [-o NAME=VALUE] [-p SOCKET] [-P PIDFILE] [-u USER[:GROUP]]\n"
    "  -c FILE        read this configuration file (/dev/null: none)\n"
    "  -f             stay in the foreground\n"
    "  -l             log to syslog\n"
    "  -n             check configuration and patterns, and exit\n"
    "  -o NAME=VALUE  set an option of lure-milter.conf(5)\n"
    "  -p SOCKET      listen here: inet:8895@127.0.0.1, inet6:PORT@HOST, local:/PATH, fd:N\n"
    "  -P PIDFILE     write the process id there\n"
    "  -u USER        run as this user\n"
    "  -v             log more\n"
    "  -V             print the version and exit\n";

struct options {
	struct origin origin;
	const char *settings[SETTINGS_MAX];
	bool foreground, check, config_given;
};

/* -p SOCKET is -o socket=SOCKET, and so on: kept for the whole run, since every reload wants it again. */
static bool add_setting(struct options *o, const char *name, const char *value)
{
	char *text;

	if (o->origin.nsettings == SETTINGS_MAX ||
	    asprintf(&text, "%s%s%s", name, name[0] != '\0' ? "=" : "", value) < 0) {
		fprintf(stderr, "lure-milter: too many options\n");
		return false;
	}
	o->settings[o->origin.nsettings++] = text;
	return true;
}

/* EX_OK, another status, or -1: all is said, exit with 0. */
static int parse(struct options *o, int argc, char **argv)
{
	bool good = true;
	int c;

	while (good && (c = getopt(argc, argv, "c:flno:p:P:u:vV")) != -1) {
		switch (c) {
		case 'c': o->origin.config = optarg; o->config_given = true; break;
		case 'f': o->foreground = true; break;
		case 'l': good = add_setting(o, "syslog", "yes"); break;
		case 'n': o->check = true; break;
		case 'o': good = add_setting(o, "", optarg); break;
		case 'p': good = add_setting(o, "socket", optarg); break;
		case 'P': good = add_setting(o, "pid_file", optarg); break;
		case 'u': good = add_setting(o, "user", optarg); break;
		case 'v': good = add_setting(o, "log_level", "debug"); break;
		case 'V': puts(PACKAGE_STRING); return -1;
		default: good = false; break;
		}
	}
	if (!good || optind < argc) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	return EX_OK;
}

/* Print what is wrong, forget it, and hand the status on. */
static int tell(struct diags *d, int status)
{
	diags_print(d, stderr);
	diags_free(d);
	return status;
}

static void say(int level, const char *text)
{
	log_line(level, "%s", text);
}

static void warn_of(const char *name, struct diags *d)
{
	if (access(name, R_OK) < 0)
		diags_add(d, DIAG_WARNING, &(struct source){ .name = name }, 0, 0,
		    "the user cannot read it, so reloads will be refused: %s", strerror(errno));
}

/* What root could read, and the user cannot: then only the start works. */
static void warn_unreadable(const struct options *o, const struct config *c, struct diags *d)
{
	const char *const files[] = { o->origin.config, c->recipients[0] != '\0' ? c->recipients : NULL,
		c->patterns.n > 0 ? NULL : o->origin.patterns, c->patterns.n > 0 ? NULL : config_local_patterns() };
	struct span path;
	enum trust trust;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i] != NULL)
			warn_of(files[i], d);
	for (size_t i = 0; i < c->patterns.n; i++) {
		char *name = config_entry(c->patterns.v[i], &path, &trust) ? strndup(path.p, path.n) : NULL;

		if (name != NULL)
			warn_of(name, d);
		free(name);
	}
}

/* Everything that may fail, while there is somebody to tell. Privileges go as soon as what needs them is done. */
static int prepare(const struct options *o, const struct config *c, struct reputation **reputation, struct diags *d)
{
	int status = daemon_pid_open(c->pid_file, d);
	size_t connections = daemon_open_files(c->max_connections, d);

	if (status == EX_OK)
		status = daemon_drop(c->user, d);
	if (status == EX_OK)
		warn_unreadable(o, c, d);
	if (status == EX_OK)
		status = reputation_open(c, false, say, reputation, d) ? EX_OK : EX_CONFIG;
	if (status == EX_OK && !milter_register()) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "libmilter is of another version than this program was built for");
		status = EX_SOFTWARE;
	}
	if (status == EX_OK)
		status = listen_open(c, d);
	if (status == EX_OK)
		status = status_open(c, d);
	hooks_limit(connections);
	return status;
}

static int run(const struct options *o, struct snapshot *first, struct slots *slots, struct reputation *reputation)
{
	const struct config *c = first->config;
	struct buf set = BUF_HEAP;

	log_open("lure-milter", c->syslog, c->log_level);
	daemon_pid_write();
	signals_block();
	service_start(&o->origin, first, slots, reputation);
	report_set(&set, first->ruleset);
	metric_info(ruleset_digest(first->ruleset), ruleset_version(first->ruleset));
	log_line(LOG_NOTICE, "%s listens on %s: %zu patterns,%s%s", PACKAGE_STRING, c->socket,
	    ruleset_patterns(first->ruleset), buf_cstr(&set), regex_has_jit() ? "" : ", without JIT");
	buf_free(&set);
	if (signals_start() < 0 || status_start() < 0 || (reputation != NULL && reputation_start(reputation) < 0)) {
		log_line(LOG_ERR, "cannot start a thread");
		return EX_OSERR;
	}
	/* It returns only where libmilter gives up: TERM ends the program in signals.c. */
	smfi_main();
	log_line(LOG_ERR, "libmilter stopped listening");
	return EX_UNAVAILABLE;
}

/* From what is loaded to a daemon that listens. */
static int start(const struct options *o, struct snapshot *first, struct diags *d)
{
	struct reputation *reputation = NULL;
	struct slots *slots = slots_new(first->config->scan_slots, &first->limits);
	int status = EX_OSERR;

	if (slots == NULL)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the scan slots");
	else
		status = prepare(o, first->config, &reputation, d);
	tell(d, status);
	if (status == EX_OK && !o->foreground)
		status = tell(d, daemon_detach(d));
	if (status == EX_OK)
		return run(o, first, slots, reputation);
	reputation_free(reputation);
	slots_free(slots);
	snapshot_release(first);
	return status;
}

int main(int argc, char **argv)
{
	static struct options o;
	struct diags d = { 0 };
	struct snapshot *first;
	int status = parse(&o, argc, argv);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	daemon_no_cores();
	if (!o.config_given)
		o.origin.config = config_default_path();
	o.origin.patterns = config_default_patterns();
	o.origin.settings = o.settings;
	if (charset_init() < 0 || fold_init() < 0) {
		diags_add(&d, DIAG_ERROR, NULL, 0, 0,
		    "cannot build the character tables: iconv has no CP932, or memory is short");
		return tell(&d, EX_OSERR);
	}
	first = snapshot_load(&o.origin, &d);
	if (first == NULL || o.check) {
		snapshot_release(first);
		return tell(&d, first == NULL ? EX_CONFIG : EX_OK);
	}
	tell(&d, EX_OK);
	return start(&o, first, &d);
}
