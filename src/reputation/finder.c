#include <config.h>

#include "reputation/finder.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"

#define FINDER_MS 1000

void finder_stop(struct finder *f)
{
	redis_close(f->redis);
	f->redis = NULL;
}

/* `reply`: an error that was read, or NULL. */
static int failed(struct finder *f, clock_us now, int rc, const struct reply *reply)
{
	struct buf said = BUF_HEAP;

	if (reply != NULL)
		log_quote(&said, reply->text.n > 80 ? span(reply->text.p, 80) : reply->text);
	snprintf(f->why, sizeof f->why, "%s", reply != NULL ? buf_cstr(&said) : redis_trouble(rc));
	buf_free(&said);
	finder_stop(f);
	breaker_fault(&f->breaker, now);
	return rc;
}

void finder_ask(struct finder *f, const struct sock_spec *at, const struct node_options *o, const char *master)
{
	int rc;

	finder_stop(f);
	rc = redis_open(at, &f->redis);
	if (rc < 0) {
		f->redis = NULL;
		failed(f, clock_now(), rc, NULL);
		return;
	}
	f->at = *at;
	f->resolving = redis_resolving(f->redis);
	f->due = clock_in_ms(f->resolving ? RESOLVE_MS : FINDER_MS);
	f->replies = 1 + redis_send_login(f->redis, master != NULL ? &o->sentinel_login : &o->login);
	if (master != NULL) {
		redis_send(f->redis, 3,
		    (const struct span[]){
		        span_str("SENTINEL"), span_str("get-master-addr-by-name"), span_str(master) });
		return;
	}
	redis_send(f->redis, 2, (const struct span[]){ span_str("CLUSTER"), span_str("SLOTS") });
}

int finder_work(struct finder *f, short events, clock_us now, const struct reply **ret)
{
	int rc = now >= f->due ? -ETIMEDOUT : redis_flush(f->redis);

	if (rc == 0 && events != 0)
		rc = redis_fill(f->redis);
	if (rc == 0 && f->resolving && !redis_resolving(f->redis)) {
		f->resolving = false;
		f->due = now + FINDER_MS * 1000;
		rc = redis_flush(f->redis);
	}
	while (rc == 0 && (rc = redis_next(f->redis, ret)) > 0) {
		if ((*ret)->kind == REPLY_ERROR)
			return failed(f, now, -EACCES, *ret);
		if (--f->replies == 0)
			return 1;
		rc = 0;
	}
	return rc < 0 ? failed(f, now, rc, NULL) : 0;
}

static bool read_host(const struct reply *r, struct sock_spec *ret)
{
	struct span host = r->text;

	if (r->kind != REPLY_STRING || host.n == 0 || host.n >= sizeof ret->host)
		return false;
	*ret = (struct sock_spec){ .kind = memchr(host.p, ':', host.n) != NULL ? SOCK_INET6 : SOCK_INET };
	memcpy(ret->host, host.p, host.n);
	return true;
}

bool finder_master(const struct reply *r, struct sock_spec *ret)
{
	struct span port;

	if (r->n != 2 || !read_host(&r->element[0], ret) || r->element[1].kind != REPLY_STRING)
		return false;
	port = r->element[1].text;
	for (size_t i = 0; i < port.n; i++) {
		if (port.p[i] < '0' || port.p[i] > '9' || ret->port > 6553)
			return false;
		ret->port = 10 * ret->port + (port.p[i] - '0');
	}
	return ret->port > 0 && ret->port < 65536;
}

bool finder_range(const struct finder *f, const struct reply *r, unsigned *first, unsigned *last,
    struct sock_spec *ret)
{
	const struct reply *master;
	long long from, to, port;

	if (r->n < 3 || r->element[2].n < 2)
		return false;
	master = &r->element[2];
	from = r->element[0].integer;
	to = r->element[1].integer;
	port = master->element[1].integer;
	if (from < 0 || to < from || to >= CLUSTER_SLOTS || port <= 0 || port > 65535)
		return false;
	if (master->element[0].text.n == 0)
		*ret = f->at; /* a node that does not know its own address: the one that we reached it by */
	else if (!read_host(&master->element[0], ret))
		return false;
	*first = (unsigned)from;
	*last = (unsigned)to;
	ret->port = (int)port;
	return true;
}

unsigned finder_slot(struct span key)
{
	unsigned crc = 0;

	for (size_t i = 0; i < key.n; i++) {
		crc ^= (unsigned)(unsigned char)key.p[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1 & 0xFFFF;
	}
	return crc % CLUSTER_SLOTS;
}
