#include <config.h>

#include "tools/scanner.h"

#include <errno.h>
#include <stdlib.h>

#include "tools/table.h"

bool scanner_begin(struct scanner *s, const struct tool *t, const struct ruleset *ruleset)
{
	*s = (struct scanner){ 0 };
	config_limits(t->config, &s->options.limits);
	s->options.ruleset = ruleset;
	s->options.score = (struct score_options){
		.tag_points = t->config->tag_points,
		.reject_points = t->config->reject_points,
		.reject = t->config->reject != REJECT_NO,
	};
	identity_configure(t->config, NULL, s->host, &s->identity);
	s->options.identity = &s->identity;
	s->arena = arena_new(limits_arena(&s->options.limits));
	s->slots = slots_new(1, &s->options.limits);
	if (s->arena == NULL || s->slots == NULL) {
		tool_error("no memory");
		scanner_end(s);
		return false;
	}
	return true;
}

void scanner_end(struct scanner *s)
{
	if (s->slot != NULL)
		slot_give(s->slots, s->slot);
	slots_free(s->slots);
	arena_free(s->arena);
	free(s->recipients);
	*s = (struct scanner){ 0 };
}

bool scanner_envelope(struct scanner *s, const struct envelope *e)
{
	uint8_t address[16];

	if (e->client != NULL && !network_address(span_str(e->client), address)) {
		tool_error("--client %s: this is no IP address", e->client);
		return false;
	}
	s->recipients = calloc(e->recipients.n + 1, sizeof *s->recipients);
	if (s->recipients == NULL) {
		tool_error("no memory");
		return false;
	}
	for (size_t i = 0; i < e->recipients.n; i++)
		s->recipients[i] = span_str(e->recipients.v[i]);
	s->envelope = e;
	return true;
}

int scanner_run(struct scanner *s, struct span bytes, struct inspection *ret)
{
	if (s->slot != NULL)
		slot_give(s->slots, s->slot);
	arena_reset(s->arena);
	s->slot = slot_take(s->slots, 0);
	message_parse(s->arena, &s->options.limits, bytes, &s->message);
	if (arena_failed(s->arena))
		return -ENOMEM;
	if (s->envelope != NULL) {
		s->message.client_address = span_str(s->envelope->client);
		s->message.queue_id = span_str(s->envelope->queue_id);
		s->message.recipients = s->recipients;
		s->message.nrecipients = s->envelope->recipients.n;
	}
	s->options.deadline = clock_in_ms(s->options.limits.message_ms);
	return inspect(s->slot, &s->message, &s->options, ret);
}

void scanner_subject(struct buf *out, const struct mail *mail, size_t columns)
{
	table_cell(out, mail->subject, columns);
}
