#include <config.h>

#include "reputation/node.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hmac.h"
#include "base/log.h"
#include "base/metrics.h"
#include "reputation/keys.h"

#define GREETING_MS 1000 /* nobody waits for it */
#define IDLE_US (15 * 1000000)

/* The node's own commands. */
enum own { OWN_FENCE, OWN_ASKING, OWN_AUTH, OWN_SELECT, OWN_MARK, OWN_READ_MARK, OWN_REMARK };

/* --- lists of commands --- */

void op_free(struct op *op)
{
	if (op == NULL)
		return;
	free(op->elsewhere);
	op->elsewhere = NULL;
	if (op->kind != OP_READ)
		free(op);
}

void op_append(struct op_list *l, struct op *op)
{
	op->next = NULL;
	*(l->first != NULL ? l->last : &l->first) = op;
	l->last = &op->next;
	l->n++;
}

struct op *op_take(struct op_list *l)
{
	struct op *op = l->first;

	if (op != NULL) {
		l->first = op->next;
		l->n--;
	}
	return op;
}

void op_move(struct op_list *from, struct op_list *to)
{
	if (from->first == NULL)
		return;
	*(to->first != NULL ? to->last : &to->first) = from->first;
	to->last = from->last;
	to->n += from->n;
	*from = (struct op_list){ 0 };
}

/* --- up and down --- */

void node_start(struct node *n, const struct sock_spec *at)
{
	*n = (struct node){ .at = *at };
}

/* The node's own commands end here; the caller's go to `done`. */
static void lose(struct op_list *from, struct op_list *done)
{
	struct op *op;

	while ((op = op_take(from)) != NULL) {
		op->outcome = OUTCOME_LOST;
		if (op->kind == OP_OWN)
			op_free(op);
		else
			op_append(done, op);
	}
}

void node_stop(struct node *n, struct op_list *done)
{
	redis_close(n->redis);
	n->redis = NULL;
	n->state = NODE_DOWN;
	n->open_batch = n->proven = false;
	n->writes = n->batches = 0;
	lose(&n->reads, done);
	lose(&n->held, done);
	lose(&n->sent, done);
}

static void fail(struct node *n, struct op_list *done, const char *why, struct span text)
{
	struct buf said = BUF_HEAP;

	if (text.n > 0)
		log_quote(&said, text.n > 80 ? span(text.p, 80) : text);
	snprintf(n->why, sizeof n->why, "%s%s%s", why, said.n > 0 ? ": " : "", buf_cstr(&said));
	buf_free(&said);
	node_stop(n, done);
	breaker_fault(&n->breaker, clock_now());
	metric_add(METRIC_STORE_FAULTS, 1);
}

static void fail_errno(struct node *n, struct op_list *done, int rc)
{
	fail(n, done, redis_trouble(rc), span(NULL, 0));
}

/* --- commands --- */

static void put(struct node *n, struct op *op, size_t argc, const struct span *argv)
{
	redis_send(n->redis, argc, argv);
	op->due = n->due;
	op_append(&n->sent, op);
}

/* Everything of a batch is due at the same time. */
static void open_batch(struct node *n, int ms)
{
	if (!n->open_batch)
		n->due = clock_in_ms(ms);
	n->open_batch = true;
}

/* Without memory the batch stays without its end, and its time runs out. */
static void put_own(struct node *n, enum own own, size_t argc, const struct span *argv)
{
	struct op *op = calloc(1, sizeof *op);

	if (op == NULL)
		return;
	op->kind = OP_OWN;
	op->own = own;
	put(n, op, argc, argv);
}

static void put_fence(struct node *n)
{
	struct op *op = calloc(1, sizeof *op);
	char text[17];

	if (op == NULL)
		return;
	op->kind = OP_OWN;
	op->own = OWN_FENCE;
	op->number = n->number++;
	snprintf(text, sizeof text, "%016llx", (unsigned long long)op->number);
	put(n, op, 2, (const struct span[]){ span_str("ECHO"), span_str(text) });
	n->open_batch = false;
	n->batches++;
}

static void greet(struct node *n, const struct node_options *o)
{
	const struct span user = span_str(o->login.user), password = span_str(o->login.password),
	    mark = span_str(o->marks[0]), key = span_str(SCRIPT_MARK);
	char number[16];

	random_bytes(&n->number, sizeof n->number);
	open_batch(n, GREETING_MS);
	snprintf(number, sizeof number, "%u", o->database);
	if (user.n > 0)
		put_own(n, OWN_AUTH, 3, (const struct span[]){ span_str("AUTH"), user, password });
	else if (password.n > 0)
		put_own(n, OWN_AUTH, 2, (const struct span[]){ span_str("AUTH"), password });
	if (o->database != 0)
		put_own(n, OWN_SELECT, 2, (const struct span[]){ span_str("SELECT"), span_str(number) });
	put_own(n, OWN_MARK, 4, (const struct span[]){ span_str("SET"), key, mark, span_str("NX") });
	put_own(n, OWN_READ_MARK, 2, (const struct span[]){ span_str("GET"), key });
	put_fence(n);
}

bool node_ready(const struct node *n)
{
	return n->state == NODE_UP && n->batches == 0;
}

void node_send(struct node *n, const struct node_options *o, struct op *op)
{
	char key[SCRIPT_KEY_BYTES + 1], text[16];
	struct span name, check;

	script_key(&op->key, key);
	name = span_str(key);
	check = span(key + sizeof SCRIPT_PREFIX - 1, SCRIPT_CHECK_BYTES);
	open_batch(n, o->reply_ms);
	if (op->asking)
		put_own(n, OWN_ASKING, 1, (const struct span[]){ span_str("ASKING") });
	op->outcome = OUTCOME_LOST;
	if (op->kind == OP_READ) {
		put(n, op, 4,
		    (const struct span[]){ span_str("HMGET"), name, span_str("k"), span_str("v") });
		return;
	}
	snprintf(text, sizeof text, "%08x", op->text);
	n->writes++;
	put(n, op, 8,
	    (const struct span[]){ span_str(op->whole ? "EVAL" : "EVALSHA"),
	        op->whole ? script_text() : script_sha(), span_str("1"), name, check,
	        span_str(op->lure ? "1" : "0"), span_str(text), span_str(SCRIPT_EXPIRY_S) });
}

/* --- replies --- */

static bool begins(struct span s, const char *with)
{
	return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

static bool holds(struct span s, const char *what)
{
	return span_find(s, 0, span_str(what)) < s.n;
}

bool op_read_address(struct op *op, struct span text)
{
	struct sock_spec at = { .kind = SOCK_INET };
	size_t from = text.n, colon;

	if (!begins(text, "MOVED ") && !begins(text, "ASK "))
		return false;
	while (from > 0 && text.p[from - 1] != ' ')
		from--;
	text = span_from(text, from);
	for (colon = text.n; colon > 0 && text.p[colon - 1] != ':'; colon--)
		;
	if (colon < 2 || colon > sizeof at.host || text.n - colon == 0 || text.n - colon > 5)
		return false;
	memcpy(at.host, text.p, colon - 1);
	if (strchr(at.host, ':') != NULL)
		at.kind = SOCK_INET6;
	for (size_t i = colon; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		at.port = 10 * at.port + (text.p[i] - '0');
	}
	if (op->elsewhere == NULL)
		op->elsewhere = malloc(sizeof *op->elsewhere);
	if (op->elsewhere != NULL)
		*op->elsewhere = at;
	return op->elsewhere != NULL;
}

/* An error that was foreseen becomes an outcome; false: a surprise. */
static bool read_error(struct node *n, const struct node_options *o, struct op *op, struct span text)
{
	bool moved = begins(text, "MOVED "), ask = begins(text, "ASK ");

	if (moved || ask) {
		op->outcome = moved ? OUTCOME_MOVED : OUTCOME_ASK;
		return o->cluster && op_read_address(op, text);
	}
	if (begins(text, "WRONGTYPE") || holds(text, "WRONGTYPE ")) {
		op->outcome = op->kind == OP_READ ? OUTCOME_NEW : OUTCOME_DONE; /* somebody else's key */
		return true;
	}
	if (op->kind == OP_WRITE && begins(text, "NOSCRIPT")) {
		op->outcome = OUTCOME_NOSCRIPT;
		return !op->whole;
	}
	if (op->kind == OP_WRITE && holds(text, "OOM command")) {
		op->outcome = OUTCOME_FULL;
		return true;
	}
	n->replica = holds(text, "READONLY");
	return false;
}

static const char *read_answer(struct op *op, const struct reply *r)
{
	char name[REPUTATION_NAME_BYTES];
	const struct reply *k, *v;

	if (op->kind == OP_WRITE) {
		op->outcome = OUTCOME_DONE;
		return r->kind == REPLY_INTEGER && r->integer == 1 ? NULL : "a reply of another shape";
	}
	if (r->n != 2)
		return "a reply of another shape";
	k = &r->element[0];
	v = &r->element[1];
	if (k->kind == REPLY_NIL && v->kind == REPLY_NIL) {
		op->outcome = OUTCOME_NEW;
		return NULL;
	}
	if (k->kind != REPLY_STRING || v->kind != REPLY_STRING)
		return "a reply of another shape";
	key_name(&op->key, name);
	if (!span_eq(k->text, span(name, SCRIPT_CHECK_BYTES)))
		return "a reply of another key";
	op->outcome = OUTCOME_KNOWN;
	return script_record(v->text, &op->record) ? NULL : "a record that is none";
}

/* The mark that stands in the store. NULL: good. */
static const char *read_mark(struct node *n, const struct node_options *o, const struct reply *r)
{
	struct span text = r->text;
	bool ours = r->kind == REPLY_STRING && span_is(text, o->marks[0]),
	     other = r->kind == REPLY_STRING && o->marks[1] != NULL && span_is(text, o->marks[1]);

	n->foreign = r->kind == REPLY_STRING && !ours && !other;
	if (n->foreign)
		return "it belongs to another reputation_key: copy the key file of the other hosts";
	if (r->kind != REPLY_STRING && r->kind != REPLY_NIL) /* nil: full before the first of us came */
		return "a reply of another shape";
	n->marked = true;
	if (other) {
		open_batch(n, GREETING_MS);
		put_own(n, OWN_REMARK, 3,
		    (const struct span[]){ span_str("SET"), span_str(SCRIPT_MARK), span_str(o->marks[0]) });
		put_fence(n);
	}
	return NULL;
}

static const char *read_own(struct node *n, const struct node_options *o, struct op *op, const struct reply *r)
{
	char number[17];
	bool error = r->kind == REPLY_ERROR, ok = r->kind == REPLY_STATUS && span_is(r->text, "OK");

	switch ((enum own)op->own) {
	case OWN_FENCE:
		snprintf(number, sizeof number, "%016llx", (unsigned long long)op->number);
		if (r->kind != REPLY_STRING || !span_is(r->text, number))
			return "replies that do not fit their commands";
		return NULL;
	case OWN_MARK:
		if (ok || r->kind == REPLY_NIL ||
		    (error && (begins(r->text, "OOM ") || (o->cluster && begins(r->text, "MOVED ")))))
			return NULL;
		n->replica = error && begins(r->text, "READONLY");
		break;
	case OWN_READ_MARK:
		if (error && o->cluster && begins(r->text, "MOVED "))
			return NULL;
		return error ? "it refuses" : read_mark(n, o, r);
	default:
		if (ok || (op->own == OWN_REMARK && error && begins(r->text, "OOM ")))
			return NULL;
	}
	return error ? "it refuses" : "a reply of another shape";
}

/* The batch has come back as it was sent. */
static void prove(struct node *n, struct op_list *done)
{
	struct op *op;

	while ((op = op_take(&n->held)) != NULL) {
		n->writes -= op->kind == OP_WRITE;
		if (op->kind == OP_OWN)
			op_free(op);
		else
			op_append(done, op);
	}
	n->batches--;
	n->idle_since = clock_now();
	n->state = NODE_UP;
}

/* One reply for the oldest command; false: the connection is gone. */
static bool take_reply(struct node *n, const struct node_options *o, const struct reply *r, struct op_list *done)
{
	struct op *op = op_take(&n->sent);
	const char *why;
	bool fence = op != NULL && op->kind == OP_OWN && op->own == OWN_FENCE;

	if (op == NULL) {
		fail(n, done, "a reply that nobody asked for", span(NULL, 0));
		return false;
	}
	op_append(&n->held, op);
	if (op->kind == OP_OWN)
		why = read_own(n, o, op, r);
	else if (r->kind == REPLY_ERROR)
		why = read_error(n, o, op, r->text) ? NULL : "it refuses";
	else
		why = read_answer(op, r);
	if (why != NULL) {
		fail(n, done, why, r->kind == REPLY_ERROR ? r->text : span(NULL, 0));
		return false;
	}
	if (fence)
		prove(n, done);
	return true;
}

static void read_replies(struct node *n, const struct node_options *o, struct op_list *done)
{
	const struct reply *r = NULL;
	int rc = redis_fill(n->redis);
	bool good = true;

	if (rc < 0) {
		fail_errno(n, done, rc);
		return;
	}
	while (good && (rc = redis_next(n->redis, &r)) > 0)
		good = take_reply(n, o, r, done);
	if (!good)
		return;
	if (rc < 0)
		fail_errno(n, done, rc);
	else if (n->sent.first == NULL && !redis_drained(n->redis))
		fail(n, done, "bytes that nobody asked for", span(NULL, 0));
}

/* --- what the owner calls --- */

static void write_out(struct node *n, struct op_list *done)
{
	int rc = redis_flush(n->redis);

	if (rc < 0)
		fail_errno(n, done, rc);
}

static void greet_once_named(struct node *n, const struct node_options *o, struct op_list *done)
{
	if (redis_resolving(n->redis))
		return;
	n->state = NODE_GREETING;
	greet(n, o);
	write_out(n, done);
}

static void connect_now(struct node *n, const struct node_options *o, struct op_list *done)
{
	int rc = redis_open(&n->at, &n->redis);

	n->foreign = n->replica = false;
	if (rc < 0) {
		n->redis = NULL;
		fail_errno(n, done, rc);
		return;
	}
	n->state = NODE_NAMING;
	n->due = clock_in_ms(RESOLVE_MS);
	greet_once_named(n, o, done);
}

void node_watch(struct node *n, const struct node_options *o, clock_us now, struct op_list *done)
{
	if (n->state == NODE_DOWN) {
		if (breaker_due(&n->breaker, now) <= now)
			connect_now(n, o, done);
		return;
	}
	if (n->state == NODE_NAMING) {
		if (n->due <= now)
			fail(n, done, "its name was not found in time", span(NULL, 0));
		return;
	}
	if (n->sent.first != NULL && n->sent.first->due <= now) {
		fail(n, done, "no reply in time", span(NULL, 0));
		return;
	}
	if (n->state == NODE_UP && n->sent.first == NULL && !n->open_batch && now - n->idle_since > IDLE_US)
		open_batch(n, o->reply_ms);
	if (n->open_batch)
		put_fence(n);
	write_out(n, done);
}

void node_work(struct node *n, const struct node_options *o, short events, struct op_list *done)
{
	if ((events & POLLOUT) != 0)
		write_out(n, done);
	if (n->redis != NULL && (events & (POLLIN | POLLHUP | POLLERR)) != 0)
		read_replies(n, o, done);
	if (n->state == NODE_NAMING)
		greet_once_named(n, o, done);
}

int node_poll(const struct node *n, short *events)
{
	if (n->redis == NULL)
		return -1;
	*events = redis_events(n->redis);
	return redis_fd(n->redis);
}

clock_us node_next(const struct node *n, clock_us now)
{
	if (n->state == NODE_DOWN)
		return breaker_due(&n->breaker, now);
	if (n->state == NODE_NAMING)
		return n->due;
	return n->sent.first != NULL ? n->sent.first->due : n->idle_since + IDLE_US + 1;
}
