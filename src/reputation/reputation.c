#include <config.h>

#include "reputation/reputation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hmac.h"
#include "reputation/memory.h"

#define FILE_MAGIC "lure-milter reputation 1\n"
#define FILE_MAX ((size_t)1 << 30)
#define KEY_FILE_MAX 4096u
#define SHARE_FROM 0.3 /* up to here a standing adds nothing ... */
#define SHARE_FULL 0.8 /* ... and from here on all it may */

struct reputation {
	pthread_mutex_t lock;
	struct memory *memory;
	struct buf key;
	char *file;
	time_t wall;     /* at start; the monotonic clock counts on, so that a jump of the wall clock changes nothing */
	clock_us start;
};

struct reputation_request {
	struct standing standing;
};

/* How much each kind of key says. An address speaks for its sender more than its neighbours do. */
enum key_kind { KEY_DOMAIN, KEY_ADDRESS, KEY_NETWORK };
static const double weights[] = { [KEY_DOMAIN] = 0.5, [KEY_ADDRESS] = 0.375, [KEY_NETWORK] = 0.125 };

struct keys {
	struct memory_key v[REPUTATION_KEYS_MAX];
	enum key_kind kind[REPUTATION_KEYS_MAX];
	size_t n;
};

static void add_key(
    struct keys *keys, const struct reputation *r, enum key_kind kind, char family, const void *p, size_t n)
{
	char text[2 + 256] = { "dan"[kind], family };
	uint8_t mac[SHA256_BYTES];

	if (n > sizeof text - 2)
		n = sizeof text - 2;
	memcpy(text + 2, p, n);
	hmac_sha256(buf_text(&r->key), span(text, 2 + n), mac);
	memcpy(keys->v[keys->n].b, mac, sizeof keys->v[keys->n].b);
	keys->kind[keys->n++] = kind;
}

static struct keys make_keys(const struct reputation *r, const struct identity *id)
{
	struct keys keys = { .n = 0 };
	uint8_t address[16];
	char text[64];

	if (id->domain.n > 0)
		add_key(&keys, r, KEY_DOMAIN, '-', id->domain.p, id->domain.n);
	if (id->address.n == 0 || id->address.n >= sizeof text)
		return keys;
	memcpy(text, id->address.p, id->address.n);
	text[id->address.n] = '\0';
	if (inet_pton(AF_INET, text, address) == 1) {
		add_key(&keys, r, KEY_ADDRESS, '4', address, 4);
		add_key(&keys, r, KEY_NETWORK, '4', address, 3);
	} else if (inet_pton(AF_INET6, text, address) == 1) {
		add_key(&keys, r, KEY_ADDRESS, '6', address, 8);
		add_key(&keys, r, KEY_NETWORK, '6', address, 6);
	}
	return keys;
}

static uint32_t hour_now(const struct reputation *r)
{
	return (uint32_t)((r->wall + (clock_now() - r->start) / 1000000) / 3600);
}

/* What tells whether a file was written with this key, and nothing of the key. */
static void key_mark(const struct reputation *r, char out[16])
{
	uint8_t mac[SHA256_BYTES];

	hmac_sha256(buf_text(&r->key), span_str("mark of the key"), mac);
	memcpy(out, mac, 16);
}

/* magic, key mark, keys, SHA-256 of all that */
static bool decode_file(struct reputation *r, struct span bytes)
{
	size_t head = strlen(FILE_MAGIC) + 16;
	uint8_t sum[SHA256_BYTES];
	char mark[16];

	if (bytes.n < head + sizeof sum || memcmp(bytes.p, FILE_MAGIC, strlen(FILE_MAGIC)) != 0)
		return false;
	key_mark(r, mark);
	sha256(span(bytes.p, bytes.n - sizeof sum), sum);
	return memcmp(bytes.p + strlen(FILE_MAGIC), mark, sizeof mark) == 0 &&
	    memcmp(bytes.p + bytes.n - sizeof sum, sum, sizeof sum) == 0 &&
	    memory_read(r->memory, span(bytes.p + head, bytes.n - head - sizeof sum), hour_now(r));
}

static void encode_file(const struct reputation *r, struct buf *out)
{
	uint8_t sum[SHA256_BYTES];
	char mark[16];

	key_mark(r, mark);
	buf_str(out, FILE_MAGIC);
	buf_add(out, mark, sizeof mark);
	memory_write(r->memory, out);
	sha256(buf_text(out), sum);
	buf_add(out, (const char *)sum, sizeof sum);
}

static void warn(const struct reputation_options *o, const char *what, int error)
{
	if (o->diags != NULL)
		diags_add(o->diags, DIAG_WARNING, &(struct source){ .name = o->file }, 0, 0, "%s%s%s", what,
		    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
}

/* false: no memory. */
static bool load(struct reputation *r, const struct reputation_options *o)
{
	struct buf aside = BUF_HEAP;
	struct source src;
	int rc = source_read(o->file, FILE_MAX, &src);
	bool good;

	if (rc < 0) {
		if (rc != -ENOENT)
			warn(o, "cannot be read; nothing is known of any sender", -rc);
		return rc != -ENOMEM;
	}
	good = decode_file(r, src.bytes);
	source_free(&src);
	if (good)
		return true;
	buf_printf(&aside, "%s.damaged", o->file);
	warn(o, "is damaged or was written with another key, and is set aside as FILE.damaged", 0);
	if (rename(o->file, buf_cstr(&aside)) < 0)
		warn(o, "cannot be renamed", errno);
	buf_free(&aside);
	memory_free(r->memory);
	r->memory = memory_new(o->identities);
	return r->memory != NULL;
}

struct reputation *reputation_new(const struct reputation_options *o)
{
	struct reputation *r = calloc(1, sizeof *r);
	char chance[REPUTATION_KEY_MIN];

	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	r->wall = time(NULL);
	r->start = clock_now();
	r->memory = memory_new(o->identities);
	random_bytes(chance, sizeof chance);
	buf_span(&r->key, o->key.n > 0 ? o->key : span(chance, sizeof chance));
	if (o->file != NULL)
		r->file = strdup(o->file);
	if (r->memory == NULL || r->key.failed || (o->file != NULL && (r->file == NULL || !load(r, o)))) {
		reputation_free(r);
		return NULL;
	}
	return r;
}

void reputation_free(struct reputation *r)
{
	if (r == NULL)
		return;
	pthread_mutex_destroy(&r->lock);
	memory_free(r->memory);
	if (r->key.p != NULL)
		explicit_bzero(r->key.p, r->key.n);
	buf_free(&r->key);
	free(r->file);
	free(r);
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

int reputation_save(struct reputation *r)
{
	struct buf bytes = BUF_HEAP;
	int rc;

	if (r->file == NULL)
		return 0;
	pthread_mutex_lock(&r->lock);
	encode_file(r, &bytes);
	pthread_mutex_unlock(&r->lock);
	rc = bytes.failed ? -ENOMEM : replace_file(r->file, buf_text(&bytes));
	buf_free(&bytes);
	return rc;
}

bool reputation_key_read(const char *path, struct buf *key, struct diags *d)
{
	struct source src = { .name = path };
	struct stat st;
	int rc = source_read(path, KEY_FILE_MAX, &src);

	if (rc < 0) {
		diags_add(
		    d, DIAG_ERROR, &(struct source){ .name = path }, 0, 0, "the key cannot be read: %s", strerror(-rc));
		return false;
	}
	if (stat(path, &st) < 0 || (st.st_mode & 07) != 0)
		diags_add(d, DIAG_ERROR, &(struct source){ .name = path }, 0, 0,
		    "others can read or change the key: chmod o= it, and make a new one");
	else if (src.bytes.n < REPUTATION_KEY_MIN)
		diags_add(d, DIAG_ERROR, &(struct source){ .name = path }, 0, 0,
		    "the key has %zu bytes; it must have %u or more", src.bytes.n, REPUTATION_KEY_MIN);
	else
		buf_span(key, src.bytes);
	explicit_bzero((char *)src.bytes.p, src.bytes.n);
	source_free(&src);
	return key->n > 0;
}

static void judge(const struct counts *c, struct standing *ret)
{
	double lure = c->lure + REPUTATION_PRIOR_LURE, clean = c->clean + REPUTATION_PRIOR_CLEAN, part;

	ret->share = lure / (lure + clean);
	ret->weight = c->lure + c->clean;
	part = (ret->share - SHARE_FROM) / (SHARE_FULL - SHARE_FROM);
	ret->points = part <= 0 ? 0 : part >= 1 ? REPUTATION_POINTS_MAX : (int)(part * REPUTATION_POINTS_MAX + 0.5);
}

static void look_up(struct reputation *r, const struct identity *id, struct standing *ret)
{
	struct keys keys = make_keys(r, id);
	struct counts sum = { 0, 0 }, one;
	uint32_t hour = hour_now(r);
	double all = 0;
	bool known = false;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < keys.n; i++) {
		all += weights[keys.kind[i]];
		if (memory_get(r->memory, &keys.v[i], hour, &one)) {
			known = true;
			sum.lure += one.lure * weights[keys.kind[i]];
			sum.clean += one.clean * weights[keys.kind[i]];
		}
	}
	pthread_mutex_unlock(&r->lock);
	ret->state = keys.n == 0 ? STANDING_OFF : known ? STANDING_KNOWN : STANDING_NEW;
	if (keys.n == 0)
		return;
	sum.lure /= all;
	sum.clean /= all;
	judge(&sum, ret);
}

struct reputation_request *reputation_ask(struct reputation *r, const struct identity *id)
{
	struct reputation_request *request = calloc(1, sizeof *request);

	if (request != NULL)
		look_up(r, id, &request->standing);
	return request;
}

void reputation_collect(struct reputation_request *request, clock_us deadline, struct standing *ret)
{
	(void)deadline; /* the memory store never lets anybody wait */
	*ret = request->standing;
	free(request);
}

void reputation_abandon(struct reputation_request *request)
{
	free(request);
}

void reputation_record(struct reputation *r, const struct identity *id, bool lure, uint64_t text)
{
	struct keys keys = make_keys(r, id);
	uint32_t hour = hour_now(r);

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < keys.n; i++)
		memory_add(r->memory, &keys.v[i], hour, lure, text);
	pthread_mutex_unlock(&r->lock);
}

void standing_write(const struct standing *s, char out[32])
{
	switch (s->state) {
	case STANDING_OFF:
		strcpy(out, "off");
		break;
	case STANDING_NEW:
		strcpy(out, "new");
		break;
	case STANDING_KNOWN:
		snprintf(out, 32, "%.2f/%.1f", s->share, s->weight);
		break;
	case STANDING_MISSING:
		strcpy(out, "missing");
		break;
	}
}
