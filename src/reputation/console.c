#include <config.h>

#include "reputation/console.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "reputation/keys.h"

#define SCAN_COUNT "1000"
#define CHECK_ROUNDS 200
#define HOPS_MAX 5

struct console {
	struct topology *topology;
	struct redis *links[TOPOLOGY_NODES]; /* as topology->nodes; opened when first used */
	char why[160];
};

static int wait_for(struct redis *r, clock_us end)
{
	struct pollfd p = { redis_fd(r), redis_events(r), 0 };
	int64_t left = (end - clock_now()) / 1000;

	if (left <= 0)
		return -ETIMEDOUT;
	if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
		return -errno;
	return (p.revents & ~POLLOUT) != 0 ? redis_fill(r) : 0;
}

/* The reply to the oldest command: 0 or a negative errno. */
static int receive(struct redis *r, const struct reply **ret)
{
	clock_us end = clock_in_ms(CONSOLE_MS);
	int rc = redis_flush(r);

	while (rc >= 0 && (rc = redis_next(r, ret)) == 0)
		if ((rc = redis_flush(r)) == 0)
			rc = wait_for(r, end);
	return rc < 0 ? rc : 0;
}

static int note(struct console *c, int rc, const struct reply *r)
{
	if (r != NULL)
		snprintf(c->why, sizeof c->why, "%.*s", SPAN_ARG(r->text));
	else if (rc < 0)
		snprintf(c->why, sizeof c->why, "%s", redis_trouble(rc));
	return rc;
}

/* receive(), and why not. */
static int hear(struct console *c, struct redis *r, const struct reply **ret)
{
	return note(c, receive(r, ret), NULL);
}

/* The same, of a command that must not fail. */
static int hear_good(struct console *c, struct redis *r)
{
	const struct reply *reply = NULL;
	int rc = hear(c, r, &reply);

	return rc == 0 && reply->kind == REPLY_ERROR ? note(c, -EACCES, reply) : rc;
}

static int greet(struct console *c, struct redis *r)
{
	const struct node_options *o = &c->topology->options;
	char number[16];
	int rc = 0;

	snprintf(number, sizeof number, "%u", o->database);
	if (redis_send_login(r, &o->login) > 0)
		rc = hear_good(c, r);
	if (rc < 0 || o->database == 0)
		return rc;
	redis_send(r, 2, (const struct span[]){ span_str("SELECT"), span_str(number) });
	return hear_good(c, r);
}

static int link_to(struct console *c, size_t i, struct redis **ret)
{
	int rc = 0;

	if (c->links[i] == NULL) {
		rc = note(c, redis_open(&c->topology->nodes[i]->at, &c->links[i]), NULL);
		if (rc < 0)
			c->links[i] = NULL;
		else if ((rc = greet(c, c->links[i])) < 0) {
			redis_close(c->links[i]);
			c->links[i] = NULL;
		}
	}
	*ret = c->links[i];
	return rc;
}

/* Let the topology find out, as the store's thread does, until something is up. */
struct console *console_open(struct topology *t, char why[160])
{
	struct console *c = calloc(1, sizeof *c);
	clock_us end = clock_in_ms(CONSOLE_MS);
	struct op_list done = { 0 };

	strcpy(why, "no memory");
	if (c == NULL)
		return NULL;
	c->topology = t;
	while (!topology_up(t, why) && !clock_past(end)) {
		struct pollfd fds[TOPOLOGY_NODES + 2];
		struct node *of[TOPOLOGY_NODES + 2];
		clock_us now = clock_now(), next = now + 20000;
		nfds_t n;

		topology_watch(t, now, &done);
		n = topology_poll(t, now, &next, fds, of);
		if (poll(fds, n, 20) > 0)
			topology_work(t, n, fds, of, &done);
	}
	if (!topology_up(t, why)) {
		free(c);
		return NULL;
	}
	return c;
}

void console_close(struct console *c)
{
	for (size_t i = 0; c != NULL && i < TOPOLOGY_NODES; i++)
		redis_close(c->links[i]);
	free(c);
}

static size_t place_of(const struct console *c, const struct node *n)
{
	size_t i = 0;

	while (i < c->topology->nnodes && c->topology->nodes[i] != n)
		i++;
	return i;
}

/* A command of one key, where the key is. */
static int call(struct console *c, const struct memory_key *key, size_t argc, const struct span *argv,
    const struct reply **ret)
{
	struct node *n = topology_node(c->topology, key);

	for (int hops = 0; n != NULL && hops < HOPS_MAX; hops++) {
		struct op moved = { .key = *key };
		struct redis *r = NULL;
		int rc = link_to(c, place_of(c, n), &r);

		if (rc < 0)
			return rc;
		redis_send(r, argc, argv);
		rc = hear(c, r, ret);
		if (rc < 0 || (*ret)->kind != REPLY_ERROR)
			return rc;
		note(c, 0, *ret);
		rc = op_read_address(&moved, (*ret)->text) ? 0 : -EACCES;
		if (rc < 0)
			return rc;
		n = topology_at(c->topology, moved.elsewhere);
		free(moved.elsewhere);
	}
	return note(c, -EHOSTUNREACH, NULL);
}

/* The reply to HMGET k v: 1, or 0 where there is nothing of ours. */
static int read_record(const struct reply *r, struct record *ret)
{
	return r->n == 2 && r->element[1].kind == REPLY_STRING && script_record(r->element[1].text, ret);
}

int console_get(struct console *c, const struct memory_key *key, struct record *ret)
{
	const struct reply *r = NULL;
	char name[SCRIPT_KEY_BYTES + 1];
	int rc;

	script_key(key, name);
	rc = call(c, key, 4,
	    (const struct span[]){ span_str("HMGET"), span_str(name), span_str("k"), span_str("v") }, &r);
	if (rc < 0)
		return rc;
	return read_record(r, ret);
}

int console_remove(struct console *c, const struct memory_key *key)
{
	const struct reply *r = NULL;
	char name[SCRIPT_KEY_BYTES + 1];
	int rc;

	script_key(key, name);
	rc = call(c, key, 2, (const struct span[]){ span_str("DEL"), span_str(name) }, &r);
	if (rc < 0)
		return rc;
	return r->integer == 1;
}

int console_put(struct console *c, const struct memory_key *key, const struct record *record)
{
	static const char both[] = "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'k', ARGV[1], 'v', ARGV[2]) "
	                           "return redis.call('EXPIRE', KEYS[1], ARGV[3])";
	const struct reply *r = NULL;
	char name[SCRIPT_KEY_BYTES + 1], value[96];

	script_key(key, name);
	snprintf(value, sizeof value, "%.7g %.7g %u %u %u", record->lure, record->clean, record->hour, record->seen,
	    record->lures);
	return call(c, key, 7,
	    (const struct span[]){ span_str("EVAL"), span_str(both), span_str("1"), span_str(name),
	        span(name + sizeof SCRIPT_PREFIX - 1, SCRIPT_CHECK_BYTES), span_str(value), span_str(SCRIPT_EXPIRY_S) },
	    &r);
}

/* --- all keys --- */

/* The keys that a page of SCAN names; at most as many as it has elements. */
static size_t read_names(const struct reply *names, struct memory_key *keys)
{
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++) {
		struct span name = names->element[i].text;

		n += name.n == SCRIPT_KEY_BYTES &&
		    key_from_name(span_from(name, sizeof SCRIPT_PREFIX - 1), &keys[n]);
	}
	return n;
}

/* Their records, asked for together. */
static int read_page(struct console *c, struct redis *link, const struct reply *names, memory_fn *visit,
    void *context)
{
	struct memory_key *keys = calloc(names->n + 1, sizeof *keys);
	size_t n = keys != NULL ? read_names(names, keys) : 0;
	int rc = keys != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; i < n; i++) {
		char name[SCRIPT_KEY_BYTES + 1];

		script_key(&keys[i], name);
		redis_send(link, 4,
		    (const struct span[]){ span_str("HMGET"), span_str(name), span_str("k"), span_str("v") });
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct reply *r = NULL;
		struct record record;

		rc = hear(c, link, &r);
		if (rc == 0 && read_record(r, &record))
			visit(context, &keys[i], &record);
	}
	free(keys);
	return rc;
}

static int each_of_node(struct console *c, struct redis *link, memory_fn *visit, void *context)
{
	char cursor[24] = "0";
	int rc = 0;

	do {
		const struct reply *r = NULL;
		struct span next;

		redis_send(link, 6,
		    (const struct span[]){ span_str("SCAN"), span_str(cursor), span_str("MATCH"),
		        span_str(SCRIPT_PREFIX "*"), span_str("COUNT"), span_str(SCAN_COUNT) });
		rc = hear(c, link, &r);
		if (rc < 0)
			return rc;
		next = r->n == 2 ? r->element[0].text : span(NULL, 0);
		if (next.n == 0 || next.n >= sizeof cursor)
			rc = note(c, -EACCES, r->kind == REPLY_ERROR ? r : NULL);
		else {
			memcpy(cursor, next.p, next.n);
			cursor[next.n] = '\0';
			rc = read_page(c, link, &r->element[1], visit, context);
		}
	} while (rc == 0 && strcmp(cursor, "0") != 0);
	return rc;
}

int console_each(struct console *c, memory_fn *visit, void *context)
{
	int rc = 0;

	for (size_t i = 0; i < c->topology->nnodes && rc == 0; i++) {
		struct redis *link = NULL;

		if (!c->topology->nodes[i]->used)
			continue;
		rc = link_to(c, i, &link);
		if (rc == 0)
			rc = each_of_node(c, link, visit, context);
	}
	return rc;
}

/* --- check --- */

/* "name:value" of INFO. */
static struct span info_value(struct span text, const char *name)
{
	size_t at = span_find(text, 0, span_str(name));

	if (at == text.n)
		return span(NULL, 0);
	text = span_from(text, at + strlen(name));
	return span(text.p, span_find(text, 0, span_str("\r\n")));
}

static void check_info(struct console *c, struct redis *link, struct buf *out, bool *good)
{
	const struct reply *r = NULL;
	struct span text, policy;

	redis_send(link, 1, (const struct span[]){ span_str("INFO") });
	if (receive(link, &r) < 0 || r->kind != REPLY_STRING) {
		buf_str(out, "  INFO is not permitted: version and memory policy are not known\n");
		return;
	}
	text = r->text;
	policy = info_value(text, "maxmemory_policy:");
	buf_printf(out, "  version %.*s, maxmemory %.*s, policy %.*s\n", SPAN_ARG(info_value(text, "redis_version:")),
	    SPAN_ARG(info_value(text, "maxmemory_human:")), SPAN_ARG(policy));
	if (span_is(info_value(text, "maxmemory:"), "0"))
		buf_str(out, "  advice: set maxmemory, so that Redis does not take the memory of others\n");
	else if (!span_is(policy, "volatile-lru") && !span_is(policy, "allkeys-lru") &&
	    !span_is(policy, "volatile-ttl") && !span_is(policy, "volatile-lfu") && !span_is(policy, "allkeys-lfu"))
		buf_str(out, "  advice: maxmemory-policy volatile-lru, so that a full store forgets and goes on\n");
	if (span_is(info_value(text, "role:"), "slave")) {
		buf_str(out, "  wrong: it is a replica\n");
		*good = false;
	}
	(void)c;
}

static int by_number(const void *a, const void *b)
{
	const clock_us *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void check_time(struct console *c, struct redis *link, struct buf *out)
{
	clock_us took[CHECK_ROUNDS];
	int n = 0;

	for (; n < CHECK_ROUNDS; n++) {
		clock_us start = clock_now();

		redis_send(link, 2, (const struct span[]){ span_str("ECHO"), span_str("check") });
		if (hear_good(c, link) < 0)
			break;
		took[n] = clock_now() - start;
	}
	if (n == 0)
		return;
	qsort(took, (size_t)n, sizeof *took, by_number);
	buf_printf(out, "  a reply takes %lld us, the slowest of %d %lld us\n", (long long)took[n / 2], n,
	    (long long)took[n - 1]);
}

/* The script on a key of nobody, which is taken away again. */
static bool check_script(struct console *c, struct buf *out)
{
	static const struct memory_key nobody;
	const struct span check = span_str("00000000");
	const struct reply *r = NULL;
	struct record record;
	char name[SCRIPT_KEY_BYTES + 1];
	bool good;

	script_key(&nobody, name);
	good = call(c, &nobody, 8,
		   (const struct span[]){ span_str("EVAL"), script_text(), span_str("1"), span_str(name), check,
		       span_str("0"), check, span_str("60") },
		   &r) == 0;
	good = good && console_get(c, &nobody, &record) == 1;
	buf_printf(out, good ? "script: works\n" : "script: %s\n", c->why);
	if (good && console_remove(c, &nobody) < 0)
		buf_printf(out, "advice: for forget, list and export the user needs +del +scan (%s)\n", c->why);
	if (!good)
		buf_str(out, "wrong: see the line of ACL that lure-milter.conf(5) gives\n");
	return good;
}

bool console_check(struct console *c, struct buf *out)
{
	bool good = true;

	for (size_t i = 0; i < c->topology->nnodes; i++) {
		const struct node *n = c->topology->nodes[i];
		struct redis *link = NULL;

		if (!n->used)
			continue;
		if (n->at.kind == SOCK_LOCAL)
			buf_printf(out, "redis local:%s\n", n->at.path);
		else
			buf_printf(out, "redis inet:%d@%s\n", n->at.port, n->at.host);
		if (link_to(c, i, &link) < 0) {
			buf_printf(out, "  wrong: %s\n", c->why);
			good = false;
			continue;
		}
		check_time(c, link, out);
		check_info(c, link, out, &good);
	}
	return check_script(c, out) && good;
}
