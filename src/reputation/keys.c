#include <config.h>

#include "reputation/keys.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/hmac.h"
#include "reputation/domain.h"

#define KEY_FILE_MAX 4096u

const double key_weights[] = { [KEY_DOMAIN] = 0.5, [KEY_ADDRESS] = 0.375, [KEY_NETWORK] = 0.125 };

void site_keys_set(struct site_keys *s, struct span key, struct span other)
{
	char chance[REPUTATION_KEY_MIN];

	s->n = other.n > 0 ? 2 : 1;
	random_bytes(chance, sizeof chance);
	hmac_prepare(&s->v[0], key.n > 0 ? key : span(chance, sizeof chance));
	hmac_prepare(&s->v[1], other);
	explicit_bzero(chance, sizeof chance);
}

void site_keys_free(struct site_keys *s)
{
	explicit_bzero(s, sizeof *s);
}

void site_key_mark(const struct site_keys *s, size_t which, char out[KEY_MARK_BYTES])
{
	uint8_t mac[SHA256_BYTES];

	hmac_of(&s->v[which], span_str("mark of the key"), mac);
	memcpy(out, mac, KEY_MARK_BYTES);
}

static void add_key(
    struct keys *keys, const struct hmac_key *site, enum key_kind kind, char family, const void *p, size_t n)
{
	char text[2 + 256] = { "dan"[kind], family };
	uint8_t mac[SHA256_BYTES];

	if (n > sizeof text - 2)
		n = sizeof text - 2;
	memcpy(text + 2, p, n);
	hmac_of(site, span(text, 2 + n), mac);
	memcpy(keys->v[keys->n].b, mac, sizeof keys->v[keys->n].b);
	keys->kind[keys->n++] = kind;
}

static void add_keys(struct keys *keys, const struct hmac_key *site, const struct identity *id)
{
	struct span domain = domain_organisational(id->domain);
	uint8_t address[16];
	char text[64];

	if (domain.n > 0)
		add_key(keys, site, KEY_DOMAIN, '-', domain.p, domain.n);
	if (id->address.n == 0 || id->address.n >= sizeof text)
		return;
	memcpy(text, id->address.p, id->address.n);
	text[id->address.n] = '\0';
	if (inet_pton(AF_INET, text, address) == 1) {
		add_key(keys, site, KEY_ADDRESS, '4', address, 4);
		add_key(keys, site, KEY_NETWORK, '4', address, 3);
	} else if (inet_pton(AF_INET6, text, address) == 1) {
		add_key(keys, site, KEY_ADDRESS, '6', address, 8);
		add_key(keys, site, KEY_NETWORK, '6', address, 6);
	}
}

void keys_make(const struct site_keys *s, const struct identity *id, struct keys *ret)
{
	*ret = (struct keys){ 0 };
	add_keys(ret, &s->v[0], id);
	ret->current = ret->n;
	if (s->n > 1)
		add_keys(ret, &s->v[1], id);
}

void key_name(const struct memory_key *key, char out[REPUTATION_NAME_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof key->b; i++) {
		out[2 * i] = digits[key->b[i] >> 4];
		out[2 * i + 1] = digits[key->b[i] & 15];
	}
	out[2 * sizeof key->b] = '\0';
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool key_from_name(struct span name, struct memory_key *ret)
{
	if (name.n != 2 * sizeof ret->b)
		return false;
	for (size_t i = 0; i < sizeof ret->b; i++) {
		int high = digit(name.p[2 * i]), low = digit(name.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret->b[i] = (uint8_t)(high << 4 | low);
	}
	return true;
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
