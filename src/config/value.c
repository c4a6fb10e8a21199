#include <config.h>

#include "config/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "base/utf8.h"
#include "base/yaml.h"
#include "config/config.h"

#define WORDS_MAX 5
#define SHOWN_MAX 40 /* bytes of a wrong value that a message repeats */

/* The words of a choice and what they stand for. */
struct choice {
	const char *words[WORDS_MAX];
	int values[WORDS_MAX];
};

static const struct choice choices[] = {
	[VALUE_CHOICE_LEVEL] = { { "error", "warning", "info", "debug" },
	    { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG } },
	[VALUE_CHOICE_MODE] = { { "observe", "tag" }, { MODE_OBSERVE, MODE_TAG } },
	[VALUE_CHOICE_REJECT] = { { "no", "hold", "yes" }, { REJECT_NO, REJECT_HOLD, REJECT_YES } },
	[VALUE_CHOICE_DETAIL] = { { "verdict", "lures", "rules" },
	    { CONFIG_DETAIL_VERDICT, CONFIG_DETAIL_LURES, CONFIG_DETAIL_RULES } },
	[VALUE_CHOICE_TROUBLE] = { { "accept", "tempfail" }, { TROUBLE_ACCEPT, TROUBLE_TEMPFAIL } },
	[VALUE_CHOICE_CONSENT] = { { "off", "observe", "tag", "reject" },
	    { CONFIG_OFF, CONFIG_OBSERVE, CONFIG_TAG, CONFIG_REJECT } },
	[VALUE_CHOICE_MIXED] = { { "mildest", "split" }, { MIXED_MILDEST, MIXED_SPLIT } },
	[VALUE_CHOICE_REPUTATION] = { { "off", "memory", "redis" },
	    { REPUTATION_OFF, REPUTATION_MEMORY, REPUTATION_REDIS } },
};

static bool expected(char why[VALUE_WHY], struct span text, const char *what)
{
	size_t shown = text.n;

	if (text.n > SHOWN_MAX)
		shown = utf8_valid(span(text.p, SHOWN_MAX), NULL);
	snprintf(why, VALUE_WHY, "'%.*s%s' is not %s", (int)shown, shown > 0 ? text.p : "", shown < text.n ? "..." : "",
	    what);
	return false;
}

static bool set_choice(const struct choice *c, int *member, struct span text, char why[VALUE_WHY])
{
	struct buf words = BUF_HEAP;

	for (size_t i = 0; i < WORDS_MAX && c->words[i] != NULL; i++) {
		if (span_is(text, c->words[i])) {
			*member = c->values[i];
			buf_free(&words);
			return true;
		}
		buf_printf(&words, "%s%s", i == 0 ? "one of " : ", ", c->words[i]);
	}
	expected(why, text, buf_cstr(&words));
	buf_free(&words);
	return false;
}

/* A decimal number with a unit from `units`: name, factor; ends with a NULL name. */
struct unit {
	const char *name;
	size_t factor;
};

static bool number(struct span text, const struct unit *units, size_t max, size_t *ret)
{
	size_t value = 0, i = 0;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && value <= max; i++)
		value = 10 * value + (size_t)(text.p[i] - '0'); /* max is far below what overflows */
	if (i == 0)
		return false;
	for (; units->name != NULL; units++) {
		if (span_is(span_from(text, i), units->name)) {
			*ret = value * units->factor;
			return value <= max / units->factor;
		}
	}
	return false;
}

static const struct unit plain_unit[] = { { "", 1 }, { NULL, 0 } };
static const struct unit byte_units[] = { { "", 1 }, { "K", 1u << 10 }, { "M", 1u << 20 }, { "G", 1u << 30 },
	{ NULL, 0 } };
#define BYTES_MAX ((size_t)1 << (sizeof(size_t) > 4 ? 40 : 28))
static const struct unit time_units[] = { { "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { NULL, 0 } };

static bool set_points(int *member, struct span text)
{
	size_t dot = span_find(text, 0, span_str(".")), whole, tenth = 0;

	if (!number(span(text.p, dot), plain_unit, 1000, &whole))
		return false;
	if (dot < text.n && (text.n != dot + 2 || !number(span_from(text, dot + 1), plain_unit, 9, &tenth)))
		return false;
	*member = (int)(10 * whole + tenth);
	return true;
}

static bool set_octal(int *member, struct span text)
{
	int value = 0;

	if (text.n == 0 || text.n > 4)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '7')
			return false;
		value = 8 * value + (text.p[i] - '0');
	}
	*member = value;
	return true;
}

static bool add_item(struct config_list *list, struct span item)
{
	char **v;

	item = span_trim(item);
	if (item.n == 0)
		return true;
	v = realloc(list->v, (list->n + 1) * sizeof *v);
	if (v == NULL)
		return false;
	list->v = v;
	v[list->n] = strndup(item.p, item.n);
	return v[list->n++] != NULL;
}

static bool set_list(struct config_list *member, struct span text)
{
	struct config_list list = { 0 };
	size_t at = 0;

	while (at <= text.n) {
		size_t comma = span_find(text, at, span_str(","));

		if (text.n > 0 && !add_item(&list, span(text.p + at, comma - at))) {
			value_clear(VALUE_LIST, &list);
			return false;
		}
		at = comma + 1;
	}
	value_clear(VALUE_LIST, member);
	*member = list;
	return true;
}

/* What a file can hold in one line, so that config_write() writes what config_read() reads. */
static bool one_line(struct span text)
{
	return yaml_allowed(text) == text.n && span_find(text, 0, span_str("\n")) == text.n &&
	    span_find(text, 0, span_str("\t")) == text.n;
}

bool value_set(enum value_type type, void *member, struct span text, char why[VALUE_WHY])
{
	size_t n;
	char *copy;

	switch (type) {
	case VALUE_STRING:
		if (!one_line(text))
			return expected(why, text, "one line of UTF-8 without control characters");
		copy = text.n > 0 ? strndup(text.p, text.n) : strdup("");
		if (copy == NULL)
			return expected(why, text, "to be kept: no memory");
		free(*(char **)member);
		*(char **)member = copy;
		return true;
	case VALUE_LIST:
	case VALUE_PATHS:
		if (!one_line(text))
			return expected(why, text, "one line of UTF-8 without control characters");
		return set_list(member, text) || expected(why, text, "to be kept: no memory");
	case VALUE_BOOL:
		if (!span_is(text, "yes") && !span_is(text, "no"))
			return expected(why, text, "yes or no");
		*(bool *)member = span_is(text, "yes");
		return true;
	case VALUE_COUNT:
		if (!number(text, plain_unit, 100000000, &n))
			return expected(why, text, "a number from 0 to 100000000");
		*(size_t *)member = n;
		return true;
	case VALUE_BYTES:
		if (!number(text, byte_units, BYTES_MAX, &n))
			return expected(why, text, "a number of bytes, as in 4096, 64K, 1M or 2G");
		*(size_t *)member = n;
		return true;
	case VALUE_MILLIS:
		if (!number(text, time_units, 3600000, &n))
			return expected(why, text, "a time, as in 500ms, 2s or 5min");
		*(int *)member = (int)n;
		return true;
	case VALUE_POINTS:
		return set_points(member, text) || expected(why, text, "a number of points, as in 5 or 7.5");
	case VALUE_OCTAL:
		return set_octal(member, text) || expected(why, text, "an octal mode, as in 0660");
	default:
		return set_choice(&choices[type], member, text, why);
	}
}

void value_clear(enum value_type type, void *member)
{
	if (type == VALUE_STRING) {
		free(*(char **)member);
		*(char **)member = NULL;
	} else if (type == VALUE_LIST || type == VALUE_PATHS) {
		struct config_list *list = member;

		for (size_t i = 0; i < list->n; i++)
			free(list->v[i]);
		free(list->v);
		*list = (struct config_list){ 0 };
	}
}

bool value_equal(enum value_type type, const void *a, const void *b)
{
	struct buf x = BUF_HEAP, y = BUF_HEAP;
	bool equal;

	value_write(type, a, &x);
	value_write(type, b, &y);
	equal = span_eq(buf_text(&x), buf_text(&y));
	buf_free(&x);
	buf_free(&y);
	return equal;
}

/* Text in single quotes where YAML would read it as something else. */
static void write_text(struct buf *out, const char *text)
{
	if (text[0] != '\0' && strpbrk(text, "'\"#:{}[],&*!|>%@`") == NULL && strchr(" -?", text[0]) == NULL &&
	    text[strlen(text) - 1] != ' ') {
		buf_str(out, text);
		return;
	}
	buf_byte(out, '\'');
	for (; *text != '\0'; text++)
		buf_str(out, *text == '\'' ? "''" : (const char[]){ *text, '\0' });
	buf_byte(out, '\'');
}

void value_write(enum value_type type, const void *member, struct buf *out)
{
	const struct config_list *list = member;
	int i;

	switch (type) {
	case VALUE_STRING:
		write_text(out, *(char *const *)member);
		break;
	case VALUE_LIST:
	case VALUE_PATHS:
		buf_byte(out, '[');
		for (size_t k = 0; k < list->n; k++) {
			buf_str(out, k > 0 ? ", " : "");
			write_text(out, list->v[k]);
		}
		buf_byte(out, ']');
		break;
	case VALUE_BOOL:
		buf_str(out, *(const bool *)member ? "yes" : "no");
		break;
	case VALUE_COUNT:
	case VALUE_BYTES:
		buf_printf(out, "%zu", *(const size_t *)member);
		break;
	case VALUE_MILLIS:
		buf_printf(out, "%dms", *(const int *)member);
		break;
	case VALUE_POINTS:
		i = *(const int *)member;
		buf_printf(out, i % 10 != 0 ? "%d.%d" : "%d", i / 10, i % 10);
		break;
	case VALUE_OCTAL:
		buf_printf(out, "%04o", *(const unsigned *)member);
		break;
	default:
		for (i = 0; i < WORDS_MAX && choices[type].words[i] != NULL; i++)
			if (choices[type].values[i] == *(const int *)member)
				buf_str(out, choices[type].words[i]);
	}
}
