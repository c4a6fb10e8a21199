#include <config.h>

#include "tools/mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tools/command.h"

#define FOLDER_DEPTH_MAX 32

struct reading {
	mailbox_fn *fn;
	void *arg;
	size_t *unread;
};

static int cannot(const struct reading *r, const char *path)
{
	if (r->unread == NULL)
		return 0;
	tool_error("%s: %s", path, strerror(errno));
	++*r->unread;
	return 0;
}

/* A message of an mbox, with one '>' less before each ">From " (mboxrd). */
static int mbox_message(const struct reading *r, const char *file, size_t index, struct span raw)
{
	struct buf out = BUF_HEAP;
	size_t done = 0, at = 0;
	int rc;

	while (at < raw.n) {
		size_t quotes = at, end = span_find(raw, at, span_str("\n"));

		while (quotes < raw.n && raw.p[quotes] == '>')
			quotes++;
		if (quotes > at && raw.n - quotes >= 5 && memcmp(raw.p + quotes, "From ", 5) == 0) {
			buf_add(&out, raw.p + done, at - done);
			done = at + 1;
		}
		at = end + 1;
	}
	if (done == 0) {
		rc = r->fn(r->arg, &(struct mailbox_message){ file, index, raw });
	} else {
		buf_add(&out, raw.p + done, raw.n - done);
		rc = r->fn(r->arg, &(struct mailbox_message){ file, index, buf_text(&out) });
	}
	buf_free(&out);
	return rc;
}

/* Where the next message of an mbox begins after `from`: at a "From " behind a blank line. */
static size_t mbox_next(struct span all, size_t from)
{
	for (size_t at = from; (at = span_find(all, at, span_str("\nFrom "))) < all.n; at++) {
		if (at > 0 && (all.p[at - 1] == '\n' || (at > 1 && all.p[at - 1] == '\r' && all.p[at - 2] == '\n')))
			return at + 1;
	}
	return all.n;
}

static int read_mbox(const struct reading *r, const char *file, struct span all)
{
	size_t at = 0, index = 0;
	int rc = 0;

	while (at < all.n && rc == 0) {
		size_t next = mbox_next(all, at);
		size_t first = span_find(span(all.p, next), at, span_str("\n"));

		first = first < next ? first + 1 : next;
		rc = mbox_message(r, file, index++, span(all.p + first, next - first));
		at = next;
	}
	return rc;
}

static int read_bytes(const struct reading *r, const char *file, struct span all)
{
	if (all.n >= 5 && memcmp(all.p, "From ", 5) == 0)
		return read_mbox(r, file, all);
	return r->fn(r->arg, &(struct mailbox_message){ file, 0, all });
}

/* A stream that cannot be mapped: standard input, a pipe. */
static int read_stream(const struct reading *r, const char *file, int fd)
{
	struct buf all = BUF_HEAP;
	ssize_t got;
	int rc;

	while (buf_reserve(&all, 65536)) {
		got = read(fd, all.p + all.n, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		all.n += (size_t)got;
	}
	rc = all.failed ? (errno = ENOMEM, cannot(r, file)) : read_bytes(r, file, buf_text(&all));
	buf_free(&all);
	return rc;
}

static int read_file(const struct reading *r, const char *path, int fd, const struct stat *st)
{
	void *map;
	int rc;

	if (!S_ISREG(st->st_mode) || st->st_size == 0)
		return read_stream(r, path, fd);
	map = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return cannot(r, path);
	rc = read_bytes(r, path, span(map, (size_t)st->st_size));
	munmap(map, (size_t)st->st_size);
	return rc;
}

static int visible_name(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool is_maildir(const char *path)
{
	struct buf name = BUF_HEAP;
	struct stat st;
	bool is = true;

	for (const char *const *sub = (const char *const[]){ "cur", "new", NULL }; *sub != NULL; sub++) {
		buf_clear(&name);
		buf_printf(&name, "%s/%s", path, *sub);
		is = is && stat(buf_cstr(&name), &st) == 0 && S_ISDIR(st.st_mode);
	}
	buf_free(&name);
	return is;
}

static int read_path(const struct reading *r, const char *path, unsigned depth);

static int read_folder(const struct reading *r, const char *path, unsigned depth)
{
	struct dirent **v = NULL;
	struct buf name = BUF_HEAP;
	bool maildir = is_maildir(path);
	int n, rc = 0;

	n = depth < FOLDER_DEPTH_MAX ? scandir(path, &v, visible_name, alphasort) : (errno = ELOOP, -1);
	if (n < 0)
		return cannot(r, path);
	for (int i = 0; i < n; i++) {
		bool skip = maildir && strcmp(v[i]->d_name, "cur") != 0 && strcmp(v[i]->d_name, "new") != 0;

		buf_clear(&name);
		buf_printf(&name, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", v[i]->d_name);
		if (!skip && rc == 0)
			rc = read_path(r, buf_cstr(&name), depth + 1);
		free(v[i]);
	}
	free(v);
	buf_free(&name);
	return rc;
}

static int read_path(const struct reading *r, const char *path, unsigned depth)
{
	/* Not blocking: a FIFO somebody left in a folder must not hold the run. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW | O_NONBLOCK : 0));
	struct stat st;
	int rc;

	if (fd < 0)
		return depth > 0 && errno == ELOOP ? 0 : cannot(r, path);
	if (fstat(fd, &st) < 0)
		rc = cannot(r, path);
	else if (S_ISDIR(st.st_mode))
		rc = read_folder(r, path, depth);
	else if (depth > 0 && !S_ISREG(st.st_mode))
		rc = 0;
	else
		rc = read_file(r, path, fd, &st);
	close(fd);
	return rc;
}

int mailbox_each(const char *path, mailbox_fn *fn, void *arg, size_t *unread)
{
	struct reading r = { fn, arg, unread };

	if (strcmp(path, "-") == 0)
		return read_stream(&r, "-", STDIN_FILENO);
	return read_path(&r, path, 0);
}
