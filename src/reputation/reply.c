#include <config.h>

#include "reputation/reply.h"

#include <errno.h>

#ifdef HAVE_HIREDIS

#include <hiredis/hiredis.h>
#include <stdlib.h>

#include "base/arena.h"

/* Two of a reply's size, since an arena's last block may be in part unused. */
#define ARENA_BYTES (2 * (REPLY_BYTES + REPLY_ELEMENTS * sizeof(struct reply)))

#if HIREDIS_MAJOR >= 1
typedef size_t array_size;
#else
typedef int array_size;
#endif

/* hiredis finds the pieces; they are put into one arena, which the next reply uses again. */
struct reader {
	redisReader *hiredis;
	redisReplyObjectFunctions functions;
	struct arena *arena;
	struct reply root;
	size_t elements; /* of the reply that is being read */
	bool given;      /* root is the caller's until the next call */
};

static struct reply *place(const redisReadTask *task, enum reply_kind kind)
{
	struct reader *r = task->privdata;
	struct reply *parent = task->parent != NULL ? task->parent->obj : NULL,
	             *p = parent != NULL ? &parent->element[task->idx] : &r->root;

	*p = (struct reply){ .kind = kind };
	return p;
}

static void *create_string(const redisReadTask *task, char *text, size_t n)
{
	struct reader *r = task->privdata;
	struct reply *p = place(task, task->type == REDIS_REPLY_STRING ? REPLY_STRING :
	        task->type == REDIS_REPLY_STATUS                       ? REPLY_STATUS :
	        task->type == REDIS_REPLY_ERROR                        ? REPLY_ERROR :
	                                                                 REPLY_OTHER);

	p->text = arena_copy(r->arena, span(text, n));
	return arena_failed(r->arena) ? NULL : p;
}

/* What "*500000000" announces is not allocated: without the object hiredis's reader fails. */
static void *create_array(const redisReadTask *task, array_size n)
{
	struct reader *r = task->privdata;
	struct reply *p = place(task, task->type == REDIS_REPLY_ARRAY ? REPLY_ARRAY : REPLY_OTHER);

	p->n = n > 0 ? (size_t)n : 0;
	r->elements += p->n;
	if (r->elements > REPLY_ELEMENTS)
		return NULL;
	p->element = arena_array(r->arena, p->n, sizeof *p->element);
	return p->element != NULL ? p : NULL;
}

static void *create_integer(const redisReadTask *task, long long value)
{
	struct reply *p = place(task, REPLY_INTEGER);

	p->integer = value;
	return p;
}

static void *create_nil(const redisReadTask *task)
{
	return place(task, REPLY_NIL);
}

#if HIREDIS_MAJOR >= 1 /* of the protocol's third version, which nobody asked the server for */
static void *create_double(const redisReadTask *task, double value, char *text, size_t n)
{
	(void)value;
	(void)text;
	(void)n;
	return place(task, REPLY_OTHER);
}

static void *create_bool(const redisReadTask *task, int value)
{
	(void)value;
	return place(task, REPLY_OTHER);
}
#endif

bool reader_available(void)
{
	return true;
}

struct reader *reader_new(void)
{
	struct reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->functions = (redisReplyObjectFunctions){ .createString = create_string, .createArray = create_array,
		.createInteger = create_integer, .createNil = create_nil,
#if HIREDIS_MAJOR >= 1
		.createDouble = create_double, .createBool = create_bool,
#endif
	};
	r->arena = arena_new(ARENA_BYTES);
	r->hiredis = redisReaderCreateWithFunctions(&r->functions);
	if (r->arena == NULL || r->hiredis == NULL) {
		reader_free(r);
		return NULL;
	}
	r->hiredis->privdata = r;
	return r;
}

void reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	if (r->hiredis != NULL)
		redisReaderFree(r->hiredis);
	arena_free(r->arena);
	free(r);
}

int reader_feed(struct reader *r, const char *p, size_t n)
{
	if (redisReaderFeed(r->hiredis, p, n) != REDIS_OK)
		return -ENOMEM;
	return r->hiredis->len - r->hiredis->pos > REPLY_BYTES ? -EMSGSIZE : 0;
}

int reader_next(struct reader *r, const struct reply **ret)
{
	void *reply = NULL;

	if (r->given) {
		arena_reset(r->arena);
		r->elements = 0;
		r->given = false;
	}
	if (redisReaderGetReply(r->hiredis, &reply) != REDIS_OK)
		return -EPROTO;
	if (reply == NULL)
		return 0;
	r->given = true;
	*ret = reply;
	return 1;
}

bool reader_drained(const struct reader *r)
{
	/* of an array whose head was read the reader is at a deeper place */
	return r->hiredis->pos == r->hiredis->len && r->hiredis->ridx <= 0;
}

#else /* no reader is ever made, so the rest is never called */

bool reader_available(void)
{
	return false;
}

struct reader *reader_new(void)
{
	return NULL;
}

void reader_free(struct reader *r)
{
	(void)r;
}

int reader_feed(struct reader *r, const char *p, size_t n)
{
	(void)r;
	(void)p;
	(void)n;
	return -ENOSYS;
}

int reader_next(struct reader *r, const struct reply **ret)
{
	(void)r;
	(void)ret;
	return -ENOSYS;
}

bool reader_drained(const struct reader *r)
{
	(void)r;
	return true;
}

#endif
