#include <config.h>

#include "reputation/open.h"

#include <sys/stat.h>

#include "base/sock.h"
#include "reputation/reply.h"

#define PASSWORD_MAX 4096u

struct secrets {
	struct buf key, other_key, password, sentinel_password;
};

static void wipe(struct secrets *s)
{
	struct buf *const all[] = { &s->key, &s->other_key, &s->password, &s->sentinel_password };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (all[i]->p != NULL)
			explicit_bzero(all[i]->p, all[i]->n);
		buf_free(all[i]);
	}
}

static bool read_key(const char *path, struct buf *key, struct diags *d)
{
	return path[0] == '\0' || reputation_key_read(path, key, d);
}

/* The first line of the file. */
static bool read_password(const char *path, struct buf *password, struct diags *d)
{
	const struct source named = { .name = path };
	struct source src;
	struct stat st;
	int rc;

	if (path[0] == '\0')
		return true;
	rc = source_read(path, PASSWORD_MAX, &src);
	if (rc < 0) {
		diags_add(d, DIAG_ERROR, &named, 0, 0, "the password cannot be read: %s", strerror(-rc));
		return false;
	}
	buf_span(password, span(src.bytes.p, span_find(src.bytes, 0, span_str("\n"))));
	explicit_bzero((char *)src.bytes.p, src.bytes.n);
	source_free(&src);
	if (stat(path, &st) < 0 || (st.st_mode & 07) != 0)
		diags_add(d, DIAG_ERROR, &named, 0, 0,
		    "others can read or change the password: chmod o= it, and make a new one");
	else if (password->n == 0)
		diags_add(d, DIAG_ERROR, &named, 0, 0, "holds no password");
	else {
		buf_cstr(password); /* a NUL behind it */
		return true;
	}
	return false;
}

/* What only `reputation: redis` needs. */
static bool check_redis(const struct config *c, struct diags *d)
{
	size_t before = d->errors;
	const char *why;
	struct sock_spec at;

	if (!reader_available())
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "reputation: this program was built without Redis");
	if (c->redis_server.n == 0)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_server: must be set where reputation is redis");
	for (size_t i = 0; i < c->redis_server.n; i++) {
		if (sock_parse(c->redis_server.v[i], &at, &why) < 0)
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_server: '%s': %s", c->redis_server.v[i], why);
		else if (at.kind == SOCK_FD)
			diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_server: '%s' is no server", c->redis_server.v[i]);
	}
	if (c->reputation_key[0] == '\0')
		diags_add(d, DIAG_ERROR, NULL, 0, 0,
		    "reputation_key: must be set where reputation is redis: hosts with different keys share nothing");
	if (c->redis_user[0] != '\0' && c->redis_password_file[0] == '\0')
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_user: needs redis_password_file");
	if (c->redis_sentinel_user[0] != '\0' && c->redis_sentinel_password_file[0] == '\0')
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_sentinel_user: needs redis_sentinel_password_file");
	if (c->redis_sentinel_master[0] == '\0' && c->redis_sentinel_password_file[0] != '\0')
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "redis_sentinel_password_file: needs redis_sentinel_master");
	if (c->redis_cluster && (c->redis_sentinel_master[0] != '\0' || c->redis_database != 0))
		diags_add(d, DIAG_ERROR, NULL, 0, 0,
		    "redis_cluster: a cluster has neither sentinels nor databases besides 0");
	return d->errors == before;
}

static bool open_with(const struct config *c, bool tool, void (*say)(int level, const char *text),
    const struct secrets *s, struct reputation **ret, struct diags *d)
{
	const struct reputation_redis redis = { .servers = (const char *const *)c->redis_server.v,
		.nservers = c->redis_server.n, .user = c->redis_user,
		.password = s->password.n > 0 ? s->password.p : "",
		.database = (unsigned)c->redis_database, .sentinel_master = c->redis_sentinel_master,
		.sentinel_user = c->redis_sentinel_user,
		.sentinel_password = s->sentinel_password.n > 0 ? s->sentinel_password.p : "",
		.cluster = c->redis_cluster, .reply_ms = c->reputation_time, .say = say };
	struct reputation_options o = { .identities = c->reputation_size, .diags = d, .keep_file = tool,
		.key = buf_text(&s->key), .other_key = buf_text(&s->other_key),
		.file = c->reputation_file[0] != '\0' ? c->reputation_file : NULL,
		.redis = c->reputation == REPUTATION_REDIS ? &redis : NULL };

	*ret = reputation_new(&o);
	if (*ret == NULL)
		diags_add(d, DIAG_ERROR, NULL, 0, 0, "no memory for the reputation of %zu identities",
		    c->reputation_size);
	return *ret != NULL;
}

bool reputation_open(const struct config *c, bool tool, void (*say)(int level, const char *text),
    struct reputation **ret, struct diags *d)
{
	struct secrets s = { BUF_HEAP, BUF_HEAP, BUF_HEAP, BUF_HEAP };
	bool good;

	*ret = NULL;
	if (c->reputation == REPUTATION_OFF)
		return true;
	if (c->reputation_file[0] != '\0' && c->reputation_key[0] == '\0')
		diags_add(d, DIAG_WARNING, NULL, 0, 0,
		    "reputation_file: without reputation_key the next start cannot read it");
	good = (c->reputation != REPUTATION_REDIS || check_redis(c, d)) && read_key(c->reputation_key, &s.key, d) &&
	    read_key(c->reputation_key_other, &s.other_key, d) &&
	    read_password(c->redis_password_file, &s.password, d) &&
	    read_password(c->redis_sentinel_password_file, &s.sentinel_password, d) &&
	    open_with(c, tool, say, &s, ret, d);
	wipe(&s);
	return good;
}
