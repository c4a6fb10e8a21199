/*
 * Any bytes as a header value, read as text, as addresses and as a type with parameters: all that comes out is valid
 * UTF-8 and not much longer than what went in, lists keep to their limits, time is linear.
 */
#include <config.h>

#include "decode/rfc5322.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

static size_t check_text(struct span s)
{
	MUST(utf8_valid(s, NULL) == s.n);
	return s.n;
}

/* Each of at most three readings makes three bytes of one. */
static size_t bound(size_t size)
{
	return 27 * size + 64;
}

static void check_value(const struct limits *l, struct span raw, enum charset label)
{
	struct buf out = BUF_HEAP;
	struct decoded d;

	out.limit = raw.n % 7 == 0 ? 16 : 0;
	rfc5322_text(l, raw, label, &out, &d);
	MUST(!out.failed);
	MUST(check_text(buf_text(&out)) <= bound(raw.n));
	MUST(out.n == 0 || memchr(out.p, '\n', out.n) == NULL);
	MUST((d.replaced > 0) <= ((d.flaws & FLAW_BIT(UNDECODABLE)) != 0));
	buf_free(&out);
}

static void check_addresses(struct arena *a, const struct limits *l, struct span raw, enum charset label)
{
	struct address *v;
	size_t n, sum = 0;
	flaw_set flaws = 0;

	rfc5322_addresses(a, l, raw, label, &v, &n, &flaws);
	MUST(!arena_failed(a));
	MUST(n <= l->addresses);
	for (size_t i = 0; i < n; i++)
		sum += check_text(v[i].name) + check_text(v[i].address);
	MUST(sum <= 2 * bound(raw.n));
}

static void check_content(struct arena *a, const struct limits *l, struct span raw, enum charset label)
{
	struct content c;
	size_t sum;

	rfc5322_content(a, l, raw, label, &c);
	MUST(!arena_failed(a));
	MUST(c.nparams <= l->params);
	sum = check_text(c.value);
	for (size_t i = 0; i < c.nparams; i++) {
		sum += check_text(c.params[i].name) + check_text(c.params[i].value);
		for (size_t k = 0; k < c.params[i].name.n; k++)
			MUST(c.params[i].name.p[k] < 'A' || c.params[i].name.p[k] > 'Z');
	}
	MUST(sum <= bound(raw.n));
	if (c.nparams > 0) {
		char *name = strndup(c.params[0].name.p, c.params[0].name.n);

		MUST(name != NULL && span_eq(content_param(&c, name), c.params[0].value));
		free(name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct limits l = LIMITS_DEFAULT;
	struct span raw = span((const char *)data, size);
	struct arena *a = arena_new(64u << 20);
	enum charset label = (enum charset)(size % (CHARSET_ICONV + 1));
	double start = fuzz_cpu();

	MUST(a != NULL && (ready || charset_init() == 0));
	ready = true;
	if (size % 2 != 0) { /* small limits are reached by small inputs */
		l.header_value = 512;
		l.encoded_words = 4;
		l.addresses = 4;
		l.params = 4;
	}
	check_value(&l, raw, label);
	check_addresses(a, &l, raw, label);
	check_content(a, &l, raw, label);
	MUST(fuzz_cpu() - start < 5);
	arena_free(a);
	return 0;
}
