#include <config.h>

#include "reputation/local.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hmac.h"

#define FILE_MAGIC "lure-milter reputation 1\n"
#define FILE_MAX ((size_t)1 << 30)
#define STRIPES 16u /* enough for the cores of a mail server; a table each */

struct stripe {
	pthread_mutex_t lock;
	struct memory *memory;
};

struct local {
	struct stripe stripes[STRIPES];
	const struct site_keys *keys;
	char *file;
};

static struct stripe *stripe_of(struct local *l, const struct memory_key *key)
{
	return &l->stripes[key->b[15] % STRIPES];
}

/* --- the file: magic, mark of the site key, a record a key, SHA-256 of all that --- */

static bool known_mark(const struct local *l, const char *p)
{
	char mark[KEY_MARK_BYTES];

	for (size_t i = 0; i < l->keys->n; i++) {
		site_key_mark(l->keys, i, mark);
		if (memcmp(p, mark, sizeof mark) == 0)
			return true;
	}
	return false;
}

static void take_record(void *local, const struct memory_key *key, const struct record *r)
{
	local_put(local, key, r);
}

static bool decode_records(struct local *l, struct span bytes, uint32_t hour)
{
	struct memory *all = memory_new(MEMORY_RECORDS(bytes.n));
	bool good = all != NULL && memory_read(all, bytes, hour);

	if (good)
		memory_each(all, take_record, l);
	memory_free(all);
	return good;
}

static bool decode_file(struct local *l, struct span bytes, uint32_t hour)
{
	size_t head = strlen(FILE_MAGIC) + KEY_MARK_BYTES;
	uint8_t sum[SHA256_BYTES];

	if (bytes.n < head + sizeof sum || memcmp(bytes.p, FILE_MAGIC, strlen(FILE_MAGIC)) != 0)
		return false;
	sha256(span(bytes.p, bytes.n - sizeof sum), sum);
	return known_mark(l, bytes.p + strlen(FILE_MAGIC)) &&
	    memcmp(bytes.p + bytes.n - sizeof sum, sum, sizeof sum) == 0 &&
	    decode_records(l, span(bytes.p + head, bytes.n - head - sizeof sum), hour);
}

static void encode_file(struct local *l, struct buf *out)
{
	uint8_t sum[SHA256_BYTES];
	char mark[KEY_MARK_BYTES];

	site_key_mark(l->keys, 0, mark);
	buf_str(out, FILE_MAGIC);
	buf_add(out, mark, sizeof mark);
	for (size_t i = 0; i < STRIPES; i++) {
		pthread_mutex_lock(&l->stripes[i].lock);
		memory_write(l->stripes[i].memory, out);
		pthread_mutex_unlock(&l->stripes[i].lock);
	}
	sha256(buf_text(out), sum);
	buf_add(out, (const char *)sum, sizeof sum);
}

static void warn(const struct reputation_options *o, const char *what, int error)
{
	if (o->diags != NULL)
		diags_add(o->diags, DIAG_WARNING, &(struct source){ .name = o->file }, 0, 0, "%s%s%s", what,
		    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
}

static void set_aside(const struct reputation_options *o)
{
	struct buf aside = BUF_HEAP;

	if (o->keep_file) {
		warn(o, "is damaged or was written with another key", 0);
		return;
	}
	buf_printf(&aside, "%s.damaged", o->file);
	warn(o, "is damaged or was written with another key, and is set aside as FILE.damaged", 0);
	if (rename(o->file, buf_cstr(&aside)) < 0)
		warn(o, "cannot be renamed", errno);
	buf_free(&aside);
}

static void load(struct local *l, const struct reputation_options *o, uint32_t hour)
{
	struct source src;
	int rc = source_read(o->file, FILE_MAX, &src);
	bool good;

	if (rc < 0) {
		if (rc != -ENOENT)
			warn(o, "cannot be read; nothing is known of any sender", -rc);
		return;
	}
	good = decode_file(l, src.bytes, hour);
	source_free(&src);
	if (!good)
		set_aside(o);
}

struct local *local_new(const struct reputation_options *o, const struct site_keys *keys, uint32_t hour)
{
	struct local *l = calloc(1, sizeof *l);
	bool good = true;

	if (l == NULL)
		return NULL;
	l->keys = keys;
	for (size_t i = 0; i < STRIPES; i++) {
		pthread_mutex_init(&l->stripes[i].lock, NULL);
		l->stripes[i].memory = memory_new((o->identities + STRIPES - 1) / STRIPES);
		good &= l->stripes[i].memory != NULL;
	}
	if (o->file != NULL)
		l->file = strdup(o->file);
	if (!good || (o->file != NULL && l->file == NULL)) {
		local_free(l);
		return NULL;
	}
	if (l->file != NULL)
		load(l, o, hour);
	return l;
}

void local_free(struct local *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < STRIPES; i++) {
		pthread_mutex_destroy(&l->stripes[i].lock);
		memory_free(l->stripes[i].memory);
	}
	free(l->file);
	free(l);
}

bool local_get(struct local *l, const struct memory_key *key, uint32_t hour, struct counts *ret)
{
	struct stripe *s = stripe_of(l, key);
	bool known;

	pthread_mutex_lock(&s->lock);
	known = memory_get(s->memory, key, hour, ret);
	pthread_mutex_unlock(&s->lock);
	return known;
}

int local_record(struct local *l, const struct memory_key *key, struct record *ret)
{
	struct stripe *s = stripe_of(l, key);
	bool known;

	pthread_mutex_lock(&s->lock);
	known = memory_record(s->memory, key, ret);
	pthread_mutex_unlock(&s->lock);
	return known;
}

void local_add(struct local *l, const struct memory_key *key, uint32_t hour, bool lure, uint64_t text)
{
	struct stripe *s = stripe_of(l, key);

	pthread_mutex_lock(&s->lock);
	memory_add(s->memory, key, hour, lure, text);
	pthread_mutex_unlock(&s->lock);
}

void local_put(struct local *l, const struct memory_key *key, const struct record *r)
{
	struct stripe *s = stripe_of(l, key);

	pthread_mutex_lock(&s->lock);
	memory_put(s->memory, key, r);
	pthread_mutex_unlock(&s->lock);
}

bool local_remove(struct local *l, const struct memory_key *key)
{
	struct stripe *s = stripe_of(l, key);
	bool known;

	pthread_mutex_lock(&s->lock);
	known = memory_remove(s->memory, key);
	pthread_mutex_unlock(&s->lock);
	return known;
}

void local_each(struct local *l, memory_fn *visit, void *context)
{
	for (size_t i = 0; i < STRIPES; i++) {
		pthread_mutex_lock(&l->stripes[i].lock);
		memory_each(l->stripes[i].memory, visit, context);
		pthread_mutex_unlock(&l->stripes[i].lock);
	}
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			bytes = span_from(bytes, (size_t)n);
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* A new file beside, made durable, then put in the old one's place. */
static int replace_file(const char *path, struct span bytes)
{
	struct buf beside = BUF_HEAP;
	int fd, rc;

	buf_printf(&beside, "%s.new", path);
	fd = open(buf_cstr(&beside), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	rc = fd < 0 ? -errno : write_all(fd, bytes);
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(buf_cstr(&beside), path) < 0)
		rc = -errno;
	if (rc < 0 && fd >= 0)
		unlink(buf_cstr(&beside));
	buf_free(&beside);
	return rc;
}

int local_save(struct local *l)
{
	struct buf bytes = BUF_HEAP;
	int rc;

	if (l->file == NULL)
		return 0;
	encode_file(l, &bytes);
	rc = bytes.failed ? -ENOMEM : replace_file(l->file, buf_text(&bytes));
	buf_free(&bytes);
	return rc;
}
