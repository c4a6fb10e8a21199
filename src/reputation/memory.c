#include <config.h>

#include "reputation/memory.h"

#include <stdlib.h>

#define RECORD 36u /* bytes of a key as memory_write() has it: see MEMORY_RECORDS */

/* Places are numbers from 1; 0 is none. */
struct node {
	struct memory_key key;
	float lure, clean;    /* of all hours before `hour`, decayed to it */
	uint32_t hour;        /* the running hour of this key */
	uint32_t seen, lures; /* messages of that hour */
	uint32_t day;         /* of texts */
	uint32_t texts[MEMORY_TEXTS];
	uint32_t ntexts;      /* ever; the newest MEMORY_TEXTS are kept */
	uint32_t older, newer;
	uint32_t next;        /* of the same bucket */
};

struct memory {
	struct node *nodes;
	uint32_t *buckets;
	uint32_t mask, size, used;
	uint32_t oldest, newest;
};

struct memory *memory_new(size_t keys)
{
	struct memory *m = calloc(1, sizeof *m);
	uint32_t buckets = 16;

	if (m == NULL)
		return NULL;
	m->size = keys < 16 ? 16 : keys > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)keys;
	while (buckets < m->size)
		buckets *= 2;
	m->mask = buckets - 1;
	m->nodes = calloc((size_t)m->size + 1, sizeof *m->nodes);
	m->buckets = calloc(buckets, sizeof *m->buckets);
	if (m->nodes == NULL || m->buckets == NULL) {
		memory_free(m);
		return NULL;
	}
	return m;
}

void memory_free(struct memory *m)
{
	if (m == NULL)
		return;
	free(m->nodes);
	free(m->buckets);
	free(m);
}

size_t memory_count(const struct memory *m)
{
	return m->used;
}

static uint32_t *bucket(const struct memory *m, const struct memory_key *key)
{
	uint32_t h;

	memcpy(&h, key->b, sizeof h);
	return &m->buckets[h & m->mask];
}

static uint32_t find(const struct memory *m, const struct memory_key *key)
{
	uint32_t i = *bucket(m, key);

	while (i != 0 && memcmp(&m->nodes[i].key, key, sizeof *key) != 0)
		i = m->nodes[i].next;
	return i;
}

static void unlink_age(struct memory *m, uint32_t i)
{
	const struct node *n = &m->nodes[i];

	*(n->older != 0 ? &m->nodes[n->older].newer : &m->oldest) = n->newer;
	*(n->newer != 0 ? &m->nodes[n->newer].older : &m->newest) = n->older;
}

static void link_newest(struct memory *m, uint32_t i)
{
	m->nodes[i].older = m->newest;
	m->nodes[i].newer = 0;
	*(m->newest != 0 ? &m->nodes[m->newest].newer : &m->oldest) = i;
	m->newest = i;
}

static void unlink_bucket(struct memory *m, uint32_t i)
{
	uint32_t *at = bucket(m, &m->nodes[i].key);

	while (*at != i)
		at = &m->nodes[*at].next;
	*at = m->nodes[i].next;
}

/* The place of the oldest key, free of it. */
static uint32_t evict(struct memory *m)
{
	uint32_t i = m->oldest;

	unlink_bucket(m, i);
	unlink_age(m, i);
	return i;
}

static struct node *insert(struct memory *m, const struct memory_key *key, uint32_t hour)
{
	uint32_t i = m->used < m->size ? ++m->used : evict(m), *at = bucket(m, key);

	m->nodes[i] = (struct node){ .key = *key, .hour = hour, .day = hour / 24, .next = *at };
	*at = i;
	link_newest(m, i);
	return &m->nodes[i];
}

static struct record record_of(const struct node *n)
{
	return (struct record){ n->lure, n->clean, n->hour, n->seen, n->lures };
}

static void set_record(struct node *n, const struct record *r)
{
	n->lure = (float)r->lure;
	n->clean = (float)r->clean;
	n->hour = r->hour;
	n->seen = r->seen;
	n->lures = r->lures;
}

bool memory_record(const struct memory *m, const struct memory_key *key, struct record *ret)
{
	uint32_t i = find(m, key);

	if (i != 0)
		*ret = record_of(&m->nodes[i]);
	return i != 0;
}

bool memory_get(const struct memory *m, const struct memory_key *key, uint32_t hour, struct counts *ret)
{
	struct record r;

	if (!memory_record(m, key, &r))
		return false;
	*ret = model_counts(&r, hour);
	return true;
}

void memory_put(struct memory *m, const struct memory_key *key, const struct record *r)
{
	memory_remove(m, key);
	set_record(insert(m, key, r->hour), r);
}

bool memory_remove(struct memory *m, const struct memory_key *key)
{
	uint32_t i = find(m, key), last = m->used;

	if (i == 0)
		return false;
	unlink_bucket(m, i);
	unlink_age(m, i);
	if (i != last) { /* the last place fills the gap */
		uint32_t *at = bucket(m, &m->nodes[last].key);

		while (*at != last)
			at = &m->nodes[*at].next;
		*at = i;
		m->nodes[i] = m->nodes[last];
		*(m->nodes[i].older != 0 ? &m->nodes[m->nodes[i].older].newer : &m->oldest) = i;
		*(m->nodes[i].newer != 0 ? &m->nodes[m->nodes[i].newer].older : &m->newest) = i;
	}
	m->used--;
	return true;
}

void memory_each(const struct memory *m, memory_fn *visit, void *context)
{
	for (uint32_t i = m->oldest; i != 0; i = m->nodes[i].newer) {
		struct record r = record_of(&m->nodes[i]);

		visit(context, &m->nodes[i].key, &r);
	}
}

/* Whether this text was said today; remembers it. */
static bool said_today(struct node *n, uint32_t hour, uint64_t text)
{
	uint32_t digest = (uint32_t)(text ^ text >> 32), kept;

	if (hour / 24 != n->day) {
		n->day = hour / 24;
		n->ntexts = 0;
	}
	kept = n->ntexts < MEMORY_TEXTS ? n->ntexts : MEMORY_TEXTS;
	for (uint32_t i = 0; i < kept; i++)
		if (n->texts[i] == digest)
			return true;
	n->texts[n->ntexts++ % MEMORY_TEXTS] = digest;
	return false;
}

void memory_add(struct memory *m, const struct memory_key *key, uint32_t hour, bool lure, uint64_t text)
{
	uint32_t i = find(m, key);
	struct node *n = i != 0 ? &m->nodes[i] : insert(m, key, hour);
	struct record r;

	if (i != 0) {
		unlink_age(m, i);
		link_newest(m, i);
	}
	if (said_today(n, hour, text))
		return;
	r = record_of(n);
	model_add(&r, hour, lure);
	set_record(n, &r);
}

static void put_u32(struct buf *out, uint32_t v)
{
	for (int shift = 0; shift < 32; shift += 8)
		buf_byte(out, (char)(v >> shift));
}

static uint32_t get_u32(const char *p)
{
	uint32_t v = 0;

	for (int i = 3; i >= 0; i--)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

static uint32_t float_bits(float f)
{
	uint32_t v;

	memcpy(&v, &f, sizeof v);
	return v;
}

static float bits_float(uint32_t v)
{
	float f;

	memcpy(&f, &v, sizeof f);
	return f >= 0 && f < 1e9f ? f : 0; /* neither NaN nor infinite nor below 0 */
}

void memory_write(const struct memory *m, struct buf *out)
{
	for (uint32_t i = m->oldest; i != 0; i = m->nodes[i].newer) {
		const struct node *n = &m->nodes[i];

		buf_add(out, (const char *)n->key.b, sizeof n->key.b);
		put_u32(out, float_bits(n->lure));
		put_u32(out, float_bits(n->clean));
		put_u32(out, n->hour);
		put_u32(out, n->seen);
		put_u32(out, n->lures);
	}
}

bool memory_read(struct memory *m, struct span bytes, uint32_t now)
{
	if (bytes.n % RECORD != 0)
		return false;
	for (size_t at = 0; at < bytes.n; at += RECORD) {
		const char *p = bytes.p + at;
		struct memory_key key;
		struct node *n;

		memcpy(key.b, p, sizeof key.b);
		if (find(m, &key) != 0)
			return false;
		n = insert(m, &key, now);
		n->lure = bits_float(get_u32(p + 16));
		n->clean = bits_float(get_u32(p + 20));
		n->hour = get_u32(p + 24) < now ? get_u32(p + 24) : now;
		n->seen = get_u32(p + 28);
		n->lures = get_u32(p + 32) < n->seen ? get_u32(p + 32) : n->seen;
	}
	return true;
}
