#include <config.h>

#include "reputation/script.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hmac.h"
#include "reputation/keys.h"

#define COUNT_MAX 1e9

_Static_assert(REPUTATION_HOUR_CAP == 8 && REPUTATION_HALF_LIFE_DAYS * 24 == 240 && MEMORY_TEXTS == 8,
    "the script holds these numbers: 8, 240, and 64 digits of texts");

/*
 * v: "lure clean hour seen lures", what was before the hour first. t: the day and the digests of the texts that the key
 * said on it, the newest eight. As model_add() and memory_add() do it.
 */
static const char text[] =
    "local old = redis.call('HMGET', KEYS[1], 'k', 'v', 't')\n"
    "local hour = math.floor(redis.call('TIME')[1] / 3600)\n"
    "local day, texts = math.floor(hour / 24), ''\n"
    "local lure, clean, last, seen, lures = 0, 0, hour, 0, 0\n"
    "if old[1] == ARGV[1] and old[2] then\n"
    "  local a, b, c, d, e = string.match(old[2], '^(%S+) (%S+) (%d+) (%d+) (%d+)$')\n"
    "  if e then lure, clean, last, seen, lures = tonumber(a), tonumber(b), tonumber(c), tonumber(d), tonumber(e) end\n"
    "end\n"
    "if old[3] then\n"
    "  local d, t = string.match(old[3], '^(%d+) (%x*)$')\n"
    "  if d and tonumber(d) == day then texts = t end\n"
    "end\n"
    "for i = 1, #texts, 8 do\n"
    "  if string.sub(texts, i, i + 7) == ARGV[3] then return 1 end\n"
    "end\n"
    "texts = string.sub(texts .. ARGV[3], -64)\n"
    "if hour > last then\n"
    "  local weight, share, left = math.min(seen, 8), 0, 2 ^ ((last - hour) / 240)\n"
    "  if seen > 0 then share = lures / seen end\n"
    "  lure = (lure + weight * share) * left\n"
    "  clean = (clean + weight * (1 - share)) * left\n"
    "  last, seen, lures = hour, 0, 0\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'k', ARGV[1], 'v', string.format('%.7g %.7g %d %d %d', lure, clean, last, seen + 1,\n"
    "  lures + ARGV[2]), 't', day .. ' ' .. texts)\n"
    "redis.call('EXPIRE', KEYS[1], ARGV[4])\n"
    "return 1\n";

static char sha[2 * SHA1_BYTES + 1];

void script_init(void)
{
	uint8_t sum[SHA1_BYTES];

	sha1(span_str(text), sum);
	for (size_t i = 0; i < sizeof sum; i++)
		snprintf(sha + 2 * i, 3, "%02x", sum[i]);
}

struct span script_text(void)
{
	return span(text, sizeof text - 1);
}

struct span script_sha(void)
{
	return span(sha, sizeof sha - 1);
}

void script_key(const struct memory_key *key, char out[SCRIPT_KEY_BYTES + 1])
{
	strcpy(out, SCRIPT_PREFIX);
	key_name(key, out + sizeof SCRIPT_PREFIX - 1);
}

/* As "%.7g" writes it, and what follows. */
static bool read_count(char **p, char after, double *ret)
{
	char *end = *p;

	if (**p < '0' || **p > '9') /* no sign, no blank, no "inf" */
		return false;
	*ret = strtod(*p, &end);
	*p = end + 1;
	return *end == after && *ret <= COUNT_MAX;
}

static bool read_number(char **p, char after, uint32_t *ret)
{
	uint64_t n = 0;
	char *s = *p;

	while (*s >= '0' && *s <= '9' && n <= UINT32_MAX)
		n = 10 * n + (uint64_t)(*s++ - '0');
	*ret = (uint32_t)n;
	if (s == *p || n > UINT32_MAX || *s != after)
		return false;
	*p = s + 1;
	return true;
}

bool script_record(struct span v, struct record *ret)
{
	char copy[96], *p = copy;

	if (v.n >= sizeof copy)
		return false;
	memcpy(copy, v.p, v.n);
	copy[v.n] = '\0';
	return read_count(&p, ' ', &ret->lure) && read_count(&p, ' ', &ret->clean) &&
	    read_number(&p, ' ', &ret->hour) && read_number(&p, ' ', &ret->seen) &&
	    read_number(&p, '\0', &ret->lures) && p == copy + v.n + 1 && ret->lures <= ret->seen;
}
