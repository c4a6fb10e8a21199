#include <config.h>

#include "reputation/finder.h"

#include <errno.h>

#define FINDER_MS 1000

void finder_stop(struct finder *f)
{
	redis_close(f->redis);
	f->redis = NULL;
}

static int failed(struct finder *f, clock_us now, int rc)
{
	finder_stop(f);
	breaker_fault(&f->breaker, now);
	return rc;
}

void finder_ask(struct finder *f, const struct sock_spec *at, const struct node_options *o, const char *master)
{
	const struct span user = span_str(o->user), password = span_str(o->password);

	finder_stop(f);
	if (redis_open(at, &f->redis) < 0) {
		f->redis = NULL;
		breaker_fault(&f->breaker, clock_now());
		return;
	}
	f->at = *at;
	f->due = clock_in_ms(FINDER_MS);
	f->replies = 1;
	if (master != NULL) { /* sentinels have users of their own; none is asked for */
		redis_send(f->redis, 3,
		    (const struct span[]){
		        span_str("SENTINEL"), span_str("get-master-addr-by-name"), span_str(master) });
		return;
	}
	if (password.n > 0) {
		if (user.n > 0)
			redis_send(f->redis, 3, (const struct span[]){ span_str("AUTH"), user, password });
		else
			redis_send(f->redis, 2, (const struct span[]){ span_str("AUTH"), password });
		f->replies++;
	}
	redis_send(f->redis, 2, (const struct span[]){ span_str("CLUSTER"), span_str("SLOTS") });
}

int finder_work(struct finder *f, short events, clock_us now, struct redis_reply **ret)
{
	int rc = now >= f->due ? -ETIMEDOUT : redis_flush(f->redis);

	if (rc == 0 && events != 0)
		rc = redis_fill(f->redis);
	while (rc == 0 && (rc = redis_next(f->redis, ret)) > 0) {
		if (redis_kind(*ret) == REDIS_ERROR)
			rc = -EACCES;
		else if (--f->replies == 0)
			break;
		else
			rc = 0;
		redis_reply_free(*ret);
	}
	if (rc < 0)
		return failed(f, now, rc);
	if (rc > 0)
		finder_stop(f);
	return rc;
}

static bool read_host(const struct redis_reply *r, struct sock_spec *ret)
{
	struct span host = redis_text(r);

	if (redis_kind(r) != REDIS_STRING || host.n == 0 || host.n >= sizeof ret->host)
		return false;
	*ret = (struct sock_spec){ .kind = SOCK_INET };
	memcpy(ret->host, host.p, host.n);
	return true;
}

bool finder_master(const struct redis_reply *r, struct sock_spec *ret)
{
	struct span port;

	if (redis_count(r) != 2 || !read_host(redis_at(r, 0), ret) || redis_kind(redis_at(r, 1)) != REDIS_STRING)
		return false;
	port = redis_text(redis_at(r, 1));
	for (size_t i = 0; i < port.n; i++) {
		if (port.p[i] < '0' || port.p[i] > '9' || ret->port > 6553)
			return false;
		ret->port = 10 * ret->port + (port.p[i] - '0');
	}
	return ret->port > 0 && ret->port < 65536;
}

bool finder_range(const struct finder *f, const struct redis_reply *r, unsigned *first, unsigned *last,
    struct sock_spec *ret)
{
	const struct redis_reply *master;
	long long from, to, port;

	if (redis_count(r) < 3 || redis_count(redis_at(r, 2)) < 2)
		return false;
	master = redis_at(r, 2);
	from = redis_integer(redis_at(r, 0));
	to = redis_integer(redis_at(r, 1));
	port = redis_integer(redis_at(master, 1));
	if (from < 0 || to < from || to >= CLUSTER_SLOTS || port <= 0 || port > 65535)
		return false;
	if (redis_text(redis_at(master, 0)).n == 0)
		*ret = f->at; /* a node that does not know its own address: the one that we reached it by */
	else if (!read_host(redis_at(master, 0), ret))
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
