/* lurectl reputation: what is known of senders, shown and changed. */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hmac.h"
#include "reputation/open.h"
#include "tools/command.h"
#include "tools/reputation_list.h"

#define NAME "reputation"

struct action {
	const char *name;
	int (*run)(struct tool *t, struct reputation *r, const char *argument);
	enum { TAKES_NOTHING, TAKES_ONE, TAKES_ONE_OR_NOTHING } takes;
	bool changes; /* the store is written back */
};

/* An address, or a domain in lower case. */
static bool read_sender(const char *text, char domain[256], struct identity *ret)
{
	uint8_t address[16];
	size_t n = strlen(text);

	*ret = (struct identity){ 0 };
	if (inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1) {
		ret->address = span_str(text);
		return true;
	}
	if (n == 0 || n > 253 || strchr(text, '.') == NULL || strpbrk(text, "/@: ") != NULL) {
		tool_error(NAME ": '%s' is neither an address nor a domain", text);
		return false;
	}
	for (size_t i = 0; i <= n; i++)
		domain[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 'a' - 'A' : text[i]);
	ret->domain = span(domain, n);
	return true;
}

static void print_entry(void *json, const struct reputation_entry *e)
{
	reputation_print(e, *(bool *)json);
}

static int unavailable(int rc)
{
	tool_error(NAME ": the store does not answer: %s", strerror(-rc));
	return EX_UNAVAILABLE;
}

static int run_show(struct tool *t, struct reputation *r, const char *argument)
{
	struct standing s;
	struct identity id;
	char domain[256], text[32];
	int rc;

	if (!read_sender(argument, domain, &id))
		return EX_USAGE;
	rc = reputation_show(r, &id, print_entry, &t->json, &s);
	if (rc < 0)
		return unavailable(rc);
	if (!t->json) {
		standing_write(&s, text);
		printf("standing %s, %d.%d points\n", text, s.points / 10, s.points % 10);
	}
	return EX_OK;
}

static int run_forget(struct tool *t, struct reputation *r, const char *argument)
{
	struct identity id;
	char domain[256];
	int n;

	(void)t;
	if (!read_sender(argument, domain, &id))
		return EX_USAGE;
	n = reputation_forget(r, &id);
	if (n < 0)
		return unavailable(n);
	printf("%d keys forgotten\n", n);
	return EX_OK;
}

static int run_list(struct tool *t, struct reputation *r, const char *argument)
{
	if (strcmp(argument, "worst") != 0 && strcmp(argument, "best") != 0) {
		tool_error(NAME " list: wants worst or best, not '%s'", argument);
		return EX_USAGE;
	}
	return reputation_list(r, argument[0] == 'w', t->json);
}

static int run_export(struct tool *t, struct reputation *r, const char *argument)
{
	(void)t;
	(void)argument;
	return reputation_export(r);
}

static int run_import(struct tool *t, struct reputation *r, const char *argument)
{
	(void)t;
	return reputation_import(r, argument);
}

static void count_entry(void *n, const struct reputation_entry *e)
{
	(void)e;
	++*(size_t *)n;
}

static int run_check(struct tool *t, struct reputation *r, const char *argument)
{
	struct buf out = BUF_HEAP;
	size_t n = 0;
	bool good = reputation_check(r, &out);

	(void)argument;
	fputs(buf_cstr(&out), stdout);
	buf_free(&out);
	if (t->config->reputation == REPUTATION_REDIS) {
		if (good && reputation_each(r, count_entry, &n) == 0)
			printf("%zu keys\n", n);
		return good ? EX_OK : EX_UNAVAILABLE;
	}
	reputation_each(r, count_entry, &n);
	printf("memory: %zu of %zu keys", n, t->config->reputation_size);
	printf(t->config->reputation_file[0] != '\0' ? ", as saved in %s\n" : "; reputation_file is not set%s\n",
	    t->config->reputation_file);
	return EX_OK;
}

/* A file that is not there yet: an old key is worth more than a new one. */
static int new_key(const char *path)
{
	char key[REPUTATION_KEY_MIN];
	ssize_t n;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		tool_error("%s: %s", path, strerror(errno));
		return EX_CANTCREAT;
	}
	random_bytes(key, sizeof key);
	n = write(fd, key, sizeof key);
	explicit_bzero(key, sizeof key);
	if (n != (ssize_t)sizeof key || fchmod(fd, 0640) < 0 || fsync(fd) < 0 || close(fd) < 0) {
		tool_error("%s: cannot be written", path);
		unlink(path);
		return EX_IOERR;
	}
	printf("%s: a new key. Give it to the group of the milter (chgrp), and to every host that shares the store.\n",
	    path);
	return EX_OK;
}

static const struct action actions[] = {
	{ "show", run_show, TAKES_ONE, false },
	{ "forget", run_forget, TAKES_ONE, true },
	{ "list", run_list, TAKES_ONE, false },
	{ "export", run_export, TAKES_NOTHING, false },
	{ "import", run_import, TAKES_ONE, true },
	{ "check", run_check, TAKES_NOTHING, false },
	{ "new-key", NULL, TAKES_ONE_OR_NOTHING, false },
};

static const struct action *find_action(const char *name, int arguments)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		const struct action *a = &actions[i];

		if (strcmp(a->name, name) != 0)
			continue;
		if (arguments == 1 ? a->takes != TAKES_NOTHING : arguments == 0 && a->takes != TAKES_ONE)
			return a;
		tool_error(NAME " %s: takes %s argument", name, a->takes == TAKES_NOTHING ? "no" : "one");
		return NULL;
	}
	tool_error(NAME ": wants show, forget, list, export, import, check or new-key, not '%s'", name);
	return NULL;
}

/* With the store of the configuration; a file that is damaged ends it, and is never written over. */
static int with_store(struct tool *t, const struct action *a, const char *argument)
{
	struct reputation *r;
	int status = EX_CONFIG, rc = 0;

	if (!reputation_open(t->config, true, NULL, &r, &t->diags) || t->diags.warnings > 0) {
		diags_print(&t->diags, stderr);
	} else if (r == NULL) {
		tool_error(NAME ": is off in this configuration");
	} else {
		status = a->run(t, r, argument);
		if (status == EX_OK && a->changes && t->config->reputation == REPUTATION_MEMORY)
			rc = reputation_save(r);
		if (rc < 0) {
			tool_error("%s: %s", t->config->reputation_file, strerror(-rc));
			status = EX_IOERR;
		}
	}
	reputation_free(r);
	return status;
}

int command_reputation(int argc, char **argv)
{
	struct tool t;
	const struct action *a = NULL;
	int n = tool_begin(&t, command_find(NAME), NULL, argc, argv), status = EX_USAGE;
	const char *argument = n > 1 ? argv[2] : "";

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (n == 0)
		tool_error(NAME ": wants show, forget, list, export, import, check or new-key");
	else
		a = find_action(argv[1], n - 1);
	if (a != NULL && a->run != NULL)
		status = with_store(&t, a, argument);
	else if (a != NULL && n == 1 && t.config->reputation_key[0] == '\0')
		tool_error(NAME " new-key: name a file, or set reputation_key");
	else if (a != NULL)
		status = new_key(n > 1 ? argument : t.config->reputation_key);
	tool_end(&t);
	return status;
}
