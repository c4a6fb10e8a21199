#include <config.h>

#include "session/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#define OTHER_FILES 64u /* descriptors that are not an MTA's connection, those of a reload included */

static struct {
	int fd;
	char *path;
} pid = { .fd = -1 };

static int wrong(struct diags *d, int status, const char *what, const char *why)
{
	diags_add(d, DIAG_ERROR, NULL, 0, 0, "%s: %s", what, why);
	return status;
}

void daemon_no_cores(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
#ifdef __linux__
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

size_t daemon_open_files(size_t connections, struct diags *d)
{
	rlim_t need = (rlim_t)connections + OTHER_FILES;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur >= need)
		return connections;
	/* Only root may raise the upper limit; as far as it goes anybody may. */
	if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){ need, l.rlim_max > need ? l.rlim_max : need }) == 0)
		return connections;
	if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){ l.rlim_max, l.rlim_max }) == 0)
		l.rlim_cur = l.rlim_max;
	connections = l.rlim_cur > 2 * OTHER_FILES ? (size_t)l.rlim_cur - OTHER_FILES : (size_t)l.rlim_cur / 2;
	diags_add(d, DIAG_WARNING, NULL, 0, 0,
	    "max_connections: the limit of open files is %llu; only %zu connections are taken",
	    (unsigned long long)l.rlim_cur, connections);
	return connections;
}

/* No link is followed, by name or by number: the folder may be another user's. */
int daemon_pid_open(const char *path, struct diags *d)
{
	struct stat st;

	if (path[0] == '\0')
		return EX_OK;
	pid.fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644);
	if (pid.fd < 0)
		return wrong(d, EX_CANTCREAT, path, strerror(errno));
	if (fstat(pid.fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		return wrong(d, EX_CANTCREAT, path, "is no plain file of its own");
	pid.path = strdup(path); /* the configuration that it is of goes with a reload */
	return pid.path != NULL ? EX_OK : wrong(d, EX_OSERR, path, "no memory");
}

void daemon_pid_write(void)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (pid.fd >= 0 && ftruncate(pid.fd, 0) == 0)
		n = (int)pwrite(pid.fd, text, (size_t)n, 0);
	(void)n;
}

/* After the privileges went the folder may be closed to us: then an empty file stays. */
void daemon_pid_remove(void)
{
	if (pid.fd < 0)
		return;
	if (unlink(pid.path) < 0 && ftruncate(pid.fd, 0) < 0)
		return;
	close(pid.fd);
	pid.fd = -1;
}

static bool find_group(const char *name, gid_t *ret)
{
	const struct group *g = getgrnam(name);
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (g == NULL && (name[0] == '\0' || *end != '\0' || n > INT_MAX))
		return false;
	*ret = g != NULL ? g->gr_gid : (gid_t)n;
	return true;
}

static int find_user(const char *text, struct passwd *ret, char name[64], struct diags *d)
{
	const char *colon = strchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);
	const struct passwd *p;

	if (n == 0 || n >= 64)
		return wrong(d, EX_NOUSER, text, "is no user");
	memcpy(name, text, n);
	name[n] = '\0';
	p = getpwnam(name);
	if (p == NULL)
		return wrong(d, EX_NOUSER, name, "there is no such user");
	*ret = *p;
	if (colon != NULL && !find_group(colon + 1, &ret->pw_gid))
		return wrong(d, EX_NOUSER, colon + 1, "there is no such group");
	return EX_OK;
}

int daemon_drop(const char *user, struct diags *d)
{
	struct passwd p = { 0 };
	char name[64];
	int status;

	if (user[0] == '\0' && geteuid() != 0)
		return EX_OK;
	if (user[0] == '\0')
		return wrong(d, EX_CONFIG, "user",
		    "started by root, it needs a user to run as: set it, or give -u USER");
	status = find_user(user, &p, name, d);
	if (status != EX_OK)
		return status;
	if (geteuid() != 0)
		return geteuid() == p.pw_uid ? EX_OK : wrong(d, EX_NOPERM, user, "only root can become another user");
	if (p.pw_uid == 0)
		return wrong(d, EX_CONFIG, user, "it does not run as root");
	if (initgroups(name, p.pw_gid) < 0 || setgid(p.pw_gid) < 0 || setuid(p.pw_uid) < 0)
		return wrong(d, EX_OSERR, user, strerror(errno));
	if (setuid(0) == 0 || geteuid() != p.pw_uid || getegid() != p.pw_gid)
		return wrong(d, EX_OSERR, user, "the privileges did not go");
	daemon_no_cores(); /* a change of user resets it */
	return EX_OK;
}

/* The folder stays: paths of the configuration may be relative, and a reload reads them again. */
int daemon_detach(struct diags *d)
{
	pid_t child = fork();
	int null;

	if (child < 0)
		return wrong(d, EX_OSERR, "cannot go to the background", strerror(errno));
	if (child > 0)
		_exit(EX_OK);
	setsid();
	null = open("/dev/null", O_RDWR);
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	return EX_OK;
}
