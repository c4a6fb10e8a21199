#include <config.h>

#include "base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#define WORD_MAX 64u /* an IPv6 address with its mask is shorter */

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

static bool parse_bits(const char *text, unsigned max, unsigned *ret)
{
	char *end;
	unsigned long value;

	if (text[0] < '0' || text[0] > '9')
		return false;
	value = strtoul(text, &end, 10);
	if (*end != '\0' || value > max)
		return false;
	*ret = (unsigned)value;
	return true;
}

/* "192.0.2.0/24", "[2001:db8::]/32" (Postfix writes brackets), or an address alone. */
static bool read_network(char *word, struct network *ret)
{
	char *slash = strchr(word, '/'), *close;
	unsigned max = 32;
	size_t n;

	if (slash != NULL)
		*slash++ = '\0';
	if (word[0] == '[') {
		close = strchr(word, ']');
		if (close == NULL || close[1] != '\0')
			return false;
		*close = '\0';
		word++;
	}
	n = sizeof mapped;
	memcpy(ret->address, mapped, n);
	if (inet_pton(AF_INET, word, ret->address + n) != 1) {
		if (inet_pton(AF_INET6, word, ret->address) != 1)
			return false;
		max = 128;
	}
	ret->bits = max;
	if (slash != NULL && !parse_bits(slash, max, &ret->bits))
		return false;
	ret->bits += 128 - max;
	return true;
}

/* Clear what lies behind the mask; whether there was anything. */
static bool clear_host(struct network *net)
{
	bool any = false;

	for (unsigned i = net->bits; i < 128; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		any |= (net->address[i / 8] & bit) != 0;
		net->address[i / 8] &= (uint8_t)~bit;
	}
	return any;
}

bool network_parse(struct span text, struct network *ret, bool *host)
{
	char word[WORD_MAX];
	struct network net;

	if (text.n >= sizeof word)
		return false;
	memcpy(word, span_some(text).p, text.n);
	word[text.n] = '\0';
	if (strlen(word) != text.n || !read_network(word, &net))
		return false;
	*host = clear_host(&net);
	*ret = net;
	return true;
}

bool network_address(struct span text, uint8_t ret[16])
{
	struct network net;
	bool host;

	if (!network_parse(text, &net, &host) || net.bits != 128)
		return false;
	memcpy(ret, net.address, sizeof net.address);
	return true;
}

static bool add_word(struct networks *set, struct span text, const char *option, struct diags *d)
{
	struct network net, *v;
	bool host;

	if (!network_parse(text, &net, &host)) {
		diags_add(d, DIAG_ERROR, NULL, 0, 0,
		    "%s: '%.*s' is no network; write 192.0.2.0/24, 2001:db8::/32 or an address", option,
		    text.n < 80 ? (int)text.n : 80, text.p);
		return true;
	}
	if (host)
		diags_add(d, DIAG_WARNING, NULL, 0, 0,
		    "%s: '%.*s' has bits behind its mask; the whole network is meant", option, SPAN_ARG(text));
	v = realloc(set->v, (set->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	set->v = v;
	set->v[set->n++] = net;
	return true;
}

bool networks_add(struct networks *set, struct span list, const char *option, struct diags *d)
{
	size_t at = 0, from;

	while (at < list.n) {
		while (at < list.n && strchr(", \t\r\n", list.p[at]) != NULL && list.p[at] != '\0')
			at++;
		from = at;
		while (at < list.n && (strchr(", \t\r\n", list.p[at]) == NULL || list.p[at] == '\0'))
			at++;
		if (at > from && !add_word(set, span(list.p + from, at - from), option, d))
			return false;
	}
	return true;
}

void networks_free(struct networks *set)
{
	free(set->v);
	*set = (struct networks){ 0 };
}

bool network_has(const struct network *net, const uint8_t address[16])
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->address, address, whole) != 0)
		return false;
	return rest == 0 || ((net->address[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool networks_contain(const struct networks *set, const struct sockaddr *sa)
{
	uint8_t address[16];

	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(address, mapped, sizeof mapped);
		memcpy(address + sizeof mapped, &((const struct sockaddr_in *)sa)->sin_addr, 4);
	} else if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(address, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
	} else {
		return false;
	}
	for (size_t i = 0; i < set->n; i++)
		if (network_has(&set->v[i], address))
			return true;
	return false;
}
