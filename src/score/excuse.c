#include <config.h>

#include "score/excuse.h"

#include <errno.h>

/* What is known of one message. */
struct facts {
	uint8_t client[16];
	bool has_client;
	char domains[EXCUSE_DOMAINS_MAX][IDENTITY_DOMAIN_MAX];
	size_t ndomains;
	const struct message *message;
};

static void note_domain(void *arg, struct span domain, bool dkim, bool shared)
{
	struct facts *f = arg;

	(void)dkim;
	if (!shared && f->ndomains < EXCUSE_DOMAINS_MAX)
		memcpy(f->domains[f->ndomains++], domain.p, domain.n + 1);
}

/* Of a domain and "news.example", or ".news.example" for what lies below it. */
static bool domain_fits(struct span domain, struct span key)
{
	if (key.p[0] != '.')
		return span_ieq(domain, key);
	return domain.n > key.n && span_ieq(span_from(domain, domain.n - key.n), key);
}

/* Also user+folder@example.jp where the key is user@example.jp. */
static bool recipient_fits(struct span address, struct span key)
{
	const char *at = address.n > 0 ? memrchr(address.p, '@', address.n) : NULL, *plus;
	const char *key_at = memchr(key.p, '@', key.n);
	struct span domain, local, key_local;

	if (at == NULL)
		return false;
	domain = span_from(address, (size_t)(at - address.p) + 1);
	if (key_at == NULL)
		return domain_fits(domain, key);
	local = span(address.p, (size_t)(at - address.p));
	key_local = span(key.p, (size_t)(key_at - key.p));
	if (!span_ieq(domain, span_from(key, key_local.n + 1)))
		return false;
	plus = memchr(local.p, '+', local.n);
	return span_ieq(local, key_local) ||
	    (plus != NULL && span_ieq(span(local.p, (size_t)(plus - local.p)), key_local));
}

static bool client_fits(const struct facts *f, const struct exception *e)
{
	if (e->nclients == 0)
		return true;
	for (size_t i = 0; f->has_client && i < e->nclients; i++)
		if (network_has(&e->clients[i], f->client))
			return true;
	return false;
}

static bool sender_fits(const struct facts *f, const struct exception *e)
{
	if (e->ndomains == 0)
		return true;
	for (size_t i = 0; i < f->ndomains; i++)
		for (size_t k = 0; k < e->ndomains; k++)
			if (domain_fits(span_str(f->domains[i]), e->domains[k]))
				return true;
	return false;
}

static bool recipients_fit(const struct facts *f, const struct exception *e)
{
	const struct message *m = f->message;
	bool fits = m->nrecipients > 0 && !m->more_recipients;

	if (e->nrecipients == 0)
		return true;
	for (size_t i = 0; fits && i < m->nrecipients; i++) {
		size_t k = 0;

		while (k < e->nrecipients && !recipient_fits(m->recipients[i], e->recipients[k]))
			k++;
		fits = k < e->nrecipients;
	}
	return fits;
}

static void spread(const struct exception *e, struct excuses *x, const struct exception **by_item,
    const struct exception **by_family)
{
	if (e->all && x->all == NULL)
		x->all = e;
	for (size_t k = 0; k < e->nfamilies; k++)
		by_family[e->families[k]->index] = e;
	for (size_t k = 0; k < e->nitems; k++)
		by_item[e->items[k]->index] = e;
}

const struct exception *excuse_of(const struct excuses *x, const struct item *item)
{
	if (x == NULL || x->nmet == 0)
		return NULL;
	if (x->by_item[item->index] != NULL)
		return x->by_item[item->index];
	return x->by_family[item->family->index] != NULL ? x->by_family[item->family->index] : x->all;
}

int excuse_find(struct arena *a, const struct ruleset *r, const struct message *m,
    const struct identity_options *identity, struct excuses *ret)
{
	const struct exception *v, **met, **by_item, **by_family;
	size_t n, nitems, nfamilies;
	struct facts f = { .message = m };

	*ret = (struct excuses){ 0 };
	v = ruleset_exceptions(r, &n);
	if (n == 0)
		return 0;
	f.has_client = network_address(m->client_address, f.client);
	if (identity != NULL)
		identity_each(m, identity, note_domain, &f);
	met = arena_array(a, n, sizeof(*met));
	for (size_t i = 0; met != NULL && i < n; i++)
		if (client_fits(&f, &v[i]) && sender_fits(&f, &v[i]) && recipients_fit(&f, &v[i]))
			met[ret->nmet++] = &v[i];
	if (met == NULL || ret->nmet == 0)
		return met == NULL ? -ENOMEM : 0;
	ruleset_items(r, &nitems);
	ruleset_families(r, &nfamilies);
	by_item = arena_array(a, nitems, sizeof(*by_item));
	by_family = arena_array(a, nfamilies, sizeof(*by_family));
	if (by_item == NULL || by_family == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < ret->nmet; i++)
		spread(met[i], ret, by_item, by_family);
	ret->met = met;
	ret->by_item = by_item;
	ret->by_family = by_family;
	return 0;
}

void excuse_check(const struct ruleset *r, const struct identity_options *o, struct diags *d)
{
	size_t n;
	const struct exception *v = ruleset_exceptions(r, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].ndomains; k++)
			if (identity_is_shared(o, v[i].domains[k]))
				diags_add(d, DIAG_WARNING, &(struct source){ .name = v[i].file }, v[i].line, 0,
				    "exception '%s': %.*s is a domain that many senders share, and never counts",
				    v[i].name, SPAN_ARG(v[i].domains[k]));
}
