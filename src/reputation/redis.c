#include <config.h>

#include "reputation/redis.h"

#include <errno.h>

#ifdef HAVE_HIREDIS

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>

#define ARGUMENTS_MAX 16u

#if HIREDIS_MAJOR >= 1
typedef size_t array_size;
#else
typedef int array_size;
#endif

_Static_assert((int)REDIS_STRING == REDIS_REPLY_STRING && (int)REDIS_ARRAY == REDIS_REPLY_ARRAY &&
	(int)REDIS_INTEGER == REDIS_REPLY_INTEGER && (int)REDIS_NIL == REDIS_REPLY_NIL &&
	(int)REDIS_STATUS == REDIS_REPLY_STATUS && (int)REDIS_ERROR == REDIS_REPLY_ERROR,
    "the kinds of replies are hiredis's");

struct redis {
	redisContext *context;
	redisReplyObjectFunctions functions; /* hiredis's own, with arrays bounded */
	void *(*create_array)(const redisReadTask *task, array_size n);
	size_t elements; /* of the reply that is being read */
	bool unsent;
};

/* hiredis allocates what "*500000000" announces; here the reader fails instead. */
static void *create_array(const redisReadTask *task, array_size n)
{
	struct redis *r = task->privdata;

	r->elements += n > 0 ? (size_t)n : 0;
	return r->elements > REDIS_REPLY_ELEMENTS ? NULL : r->create_array(task, n);
}

static int error_of(const redisContext *c)
{
	return c->err == REDIS_ERR_IO && errno != 0 ? -errno : c->err == REDIS_ERR_EOF ? -ECONNRESET :
	    c->err == REDIS_ERR_PROTOCOL ? -EPROTO : c->err == REDIS_ERR_OOM ? -ENOMEM : -EHOSTUNREACH;
}

bool redis_available(void)
{
	return true;
}

int redis_open(const struct sock_spec *at, struct redis **ret)
{
	struct redis *r = calloc(1, sizeof *r);
	int rc;

	if (r == NULL)
		return -ENOMEM;
	errno = 0;
	r->context = at->kind == SOCK_LOCAL ? redisConnectUnixNonBlock(at->path) :
	    redisConnectNonBlock(at->host[0] != '\0' ? at->host : "127.0.0.1", at->port);
	if (r->context == NULL || r->context->err != 0) {
		rc = r->context == NULL ? -ENOMEM : error_of(r->context);
		redis_close(r);
		return rc;
	}
	fcntl(r->context->fd, F_SETFD, FD_CLOEXEC);
	r->functions = *r->context->reader->fn;
	r->create_array = r->functions.createArray;
	r->functions.createArray = create_array;
	r->context->reader->fn = &r->functions;
	r->context->reader->privdata = r;
	*ret = r;
	return 0;
}

void redis_close(struct redis *r)
{
	if (r == NULL)
		return;
	if (r->context != NULL)
		redisFree(r->context);
	free(r);
}

int redis_fd(const struct redis *r)
{
	return r->context->fd;
}

void redis_send(struct redis *r, size_t argc, const struct span *argv)
{
	const char *v[ARGUMENTS_MAX];
	size_t n[ARGUMENTS_MAX];

	for (size_t i = 0; i < argc; i++) {
		v[i] = argv[i].p != NULL ? argv[i].p : "";
		n[i] = argv[i].n;
	}
	redisAppendCommandArgv(r->context, (int)argc, v, n); /* without memory it sets the context's error */
	r->unsent = true;
}

int redis_flush(struct redis *r)
{
	int done = 0;

	errno = 0;
	if (r->context->err != 0 || (r->unsent && redisBufferWrite(r->context, &done) != REDIS_OK))
		return error_of(r->context);
	r->unsent = r->unsent && !done;
	return 0;
}

bool redis_unsent(const struct redis *r)
{
	return r->unsent;
}

int redis_fill(struct redis *r)
{
	errno = 0;
	if (redisBufferRead(r->context) != REDIS_OK)
		return error_of(r->context);
	return r->context->reader->len - r->context->reader->pos > REDIS_REPLY_BYTES ? -EMSGSIZE : 0;
}

int redis_next(struct redis *r, struct redis_reply **ret)
{
	void *reply = NULL;

	if (redisReaderGetReply(r->context->reader, &reply) != REDIS_OK)
		return -EPROTO;
	if (reply == NULL)
		return 0;
	r->elements = 0;
	*ret = reply;
	return 1;
}

bool redis_drained(const struct redis *r)
{
	/* of an array whose head was read the reader is at a deeper place */
	return r->context->reader->pos == r->context->reader->len && r->context->reader->ridx <= 0;
}

/* --- replies --- */

static const redisReply *raw(const struct redis_reply *r)
{
	return (const redisReply *)(const void *)r;
}

void redis_reply_free(struct redis_reply *r)
{
	if (r != NULL)
		freeReplyObject(r);
}

enum redis_kind redis_kind(const struct redis_reply *r)
{
	return (enum redis_kind)raw(r)->type;
}

struct span redis_text(const struct redis_reply *r)
{
	return raw(r)->str != NULL ? span(raw(r)->str, raw(r)->len) : span(NULL, 0);
}

long long redis_integer(const struct redis_reply *r)
{
	return raw(r)->type == REDIS_REPLY_INTEGER ? raw(r)->integer : 0;
}

size_t redis_count(const struct redis_reply *r)
{
	return raw(r)->type == REDIS_REPLY_ARRAY ? raw(r)->elements : 0;
}

const struct redis_reply *redis_at(const struct redis_reply *r, size_t i)
{
	return (const struct redis_reply *)(const void *)raw(r)->element[i];
}

#else /* no connection is ever opened, so the rest is never called */

bool redis_available(void)
{
	return false;
}

int redis_open(const struct sock_spec *at, struct redis **ret)
{
	(void)at;
	(void)ret;
	return -ENOSYS;
}

void redis_close(struct redis *r)
{
	(void)r;
}

int redis_fd(const struct redis *r)
{
	(void)r;
	return -1;
}

void redis_send(struct redis *r, size_t argc, const struct span *argv)
{
	(void)r;
	(void)argc;
	(void)argv;
}

int redis_flush(struct redis *r)
{
	(void)r;
	return -ENOSYS;
}

bool redis_unsent(const struct redis *r)
{
	(void)r;
	return false;
}

int redis_fill(struct redis *r)
{
	(void)r;
	return -ENOSYS;
}

int redis_next(struct redis *r, struct redis_reply **ret)
{
	(void)r;
	(void)ret;
	return -ENOSYS;
}

bool redis_drained(const struct redis *r)
{
	(void)r;
	return true;
}

void redis_reply_free(struct redis_reply *r)
{
	(void)r;
}

enum redis_kind redis_kind(const struct redis_reply *r)
{
	(void)r;
	return REDIS_NIL;
}

struct span redis_text(const struct redis_reply *r)
{
	(void)r;
	return span(NULL, 0);
}

long long redis_integer(const struct redis_reply *r)
{
	(void)r;
	return 0;
}

size_t redis_count(const struct redis_reply *r)
{
	(void)r;
	return 0;
}

const struct redis_reply *redis_at(const struct redis_reply *r, size_t i)
{
	(void)i;
	return r;
}

#endif
