#include <config.h>

#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* Whether this program runs in its build folder: a config.status stands beside it. */
static bool in_build_folder(void)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 32);
	char *slash;

	if (n <= 0)
		return false;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (slash == NULL)
		return false;
	strcpy(slash + 1, "config.status");
	return exists(exe);
}

const char *config_default_path(void)
{
	if (!in_build_folder())
		return SYSCONFDIR "/lure-milter/lure-milter.conf";
	return exists(SRCDIR "/contrib/lure-milter.conf") ? SRCDIR "/contrib/lure-milter.conf" : NULL;
}

const char *config_default_patterns(void)
{
	return in_build_folder() ? SRCDIR "/patterns" : PKGDATADIR "/patterns";
}

const char *trust_name(enum trust t)
{
	static const char *const names[TRUST_N] = { "full", "tag", "test" };

	return names[t];
}

bool config_entry(const char *entry, struct span *path, enum trust *trust)
{
	static const char key[] = " trust=";
	struct span all = span_trim(span_str(entry));
	size_t at = all.n;

	*trust = TRUST_FULL;
	while (at > 0 && all.p[at - 1] != ' ')
		at--;
	at -= at > 0; /* the last blank, or nothing */
	*path = all;
	if (all.n - at < sizeof key - 1 || memcmp(all.p + at, key, sizeof key - 1) != 0)
		return true;
	*path = span_trim(span(all.p, at));
	for (int t = TRUST_FULL; t < TRUST_N; t++) {
		*trust = (enum trust)t;
		if (span_is(span_from(all, at + sizeof key - 1), trust_name(*trust)))
			return path->n > 0;
	}
	return false;
}

bool config_is_pattern_file(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

const char *config_local_patterns(void)
{
	static const char folder[] = SYSCONFDIR "/lure-milter/patterns.d";
	const char *found = NULL;
	struct dirent *e;
	DIR *d;

	if (in_build_folder())
		return NULL;
	d = opendir(folder);
	if (d == NULL)
		return errno == ENOENT ? NULL : folder;
	while (found == NULL && (e = readdir(d)) != NULL)
		if (config_is_pattern_file(e->d_name))
			found = folder;
	closedir(d);
	return found;
}
