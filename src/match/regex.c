#include <config.h>

#include "match/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <stdlib.h>

#define JIT_STACK_BYTES ((size_t)256 * 1024)
/* The interpreter counts each way back, JIT's code one of many: for shipped patterns up to 12 times as many. */
#define INTERPRETED_STEPS 16u

struct regex {
	pcre2_code *code;
};

struct regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack; /* NULL: the interpreter serves */
	unsigned cost;          /* of a step, see regex_cost() */
};

static pcre2_code *compile(struct span source, int *error, size_t *offset)
{
	const uint32_t options = PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE;
	pcre2_compile_context *c = pcre2_compile_context_create(NULL);
	pcre2_code *code = NULL;

	*error = PCRE2_ERROR_NOMEMORY;
	*offset = 0;
	if (c == NULL)
		return NULL;
	pcre2_set_newline(c, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)(source.n > 0 ? source.p : ""), source.n, options, error, offset, c);
	pcre2_compile_context_free(c);
	return code;
}

struct regex *regex_compile(struct span source, char error[200])
{
	struct regex *r = malloc(sizeof *r);
	char text[160] = "no memory";
	int code = 0;
	size_t offset = 0;

	if (r != NULL)
		r->code = compile(source, &code, &offset);
	if (r != NULL && r->code != NULL) {
		/* Without JIT, or where the system grants no executable memory, pcre2_match() interprets. */
		pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
		return r;
	}
	if (r != NULL)
		pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
	snprintf(error, 200, "%s (at byte %zu of the regex)", text, offset);
	free(r);
	return NULL;
}

void regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

bool regex_has_jit(void)
{
	int error;
	size_t offset;
	pcre2_code *code = compile(span_str("a"), &error, &offset);
	bool has = code != NULL && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;

	pcre2_code_free(code);
	return has;
}

struct regex_scratch *regex_scratch_new(const struct limits *l)
{
	struct regex_scratch *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->data = pcre2_match_data_create(1, NULL);
	s->context = pcre2_match_context_create(NULL);
	if (s->data == NULL || s->context == NULL) {
		regex_scratch_free(s);
		return NULL;
	}
	s->cost = regex_has_jit() ? 1 : INTERPRETED_STEPS;
	pcre2_set_match_limit(s->context, s->cost * l->regex_match);
	pcre2_set_depth_limit(s->context, s->cost * l->regex_depth);
	pcre2_set_heap_limit(s->context, l->regex_heap_kb);
	s->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_BYTES, NULL);
	if (s->stack != NULL)
		pcre2_jit_stack_assign(s->context, NULL, s->stack);
	return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
	if (s == NULL)
		return;
	pcre2_jit_stack_free(s->stack);
	pcre2_match_context_free(s->context);
	pcre2_match_data_free(s->data);
	free(s);
}

unsigned regex_cost(const struct regex_scratch *s)
{
	return s->cost;
}

enum regex_result regex_find(const struct regex *r, struct regex_scratch *s, struct span text, size_t start,
    size_t limit, size_t *from, size_t *to)
{
	PCRE2_SPTR p = (PCRE2_SPTR)(text.n > 0 ? text.p : "");
	const size_t *v;
	int rc;

	if (start > text.n || start > limit)
		return REGEX_NONE;
	pcre2_set_offset_limit(s->context, limit);
	rc = pcre2_match(r->code, p, text.n, start, PCRE2_NO_UTF_CHECK, s->data, s->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return REGEX_NONE;
	if (rc < 0)
		return REGEX_CUT_SHORT; /* a limit on matches, depth, heap or the JIT's stack; or no memory for it */
	v = pcre2_get_ovector_pointer(s->data);
	*from = v[0];
	*to = v[1];
	return REGEX_HIT;
}
