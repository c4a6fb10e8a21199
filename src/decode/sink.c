#include <config.h>

#include "decode/sink.h"

#define STEP 4096u

void sink_open(struct sink *s, struct buf *out)
{
	*s = (struct sink){ .out = out, .full = out->cut || out->failed };
}

/* Count what was written. */
static void settle(struct sink *s)
{
	if (s->w != NULL)
		s->out->n = (size_t)(s->w - s->out->p);
	s->w = s->end = NULL;
}

void sink_close(struct sink *s)
{
	settle(s);
}

static size_t room(const struct buf *b)
{
	return b->limit == 0 ? SIZE_MAX : b->limit > b->n ? b->limit - b->n : 0;
}

bool sink_room(struct sink *s, size_t need)
{
	size_t n;

	if ((size_t)(s->end - s->w) >= need)
		return true;
	settle(s);
	if (s->full)
		return false;
	n = room(s->out) < STEP ? room(s->out) : STEP;
	if (n >= need && buf_reserve(s->out, n)) {
		s->w = s->out->p + s->out->n;
		s->end = s->w + n;
		return true;
	}
	/* The last bytes before the limit stay empty: no character is sure to fit. */
	s->full = true;
	if (!s->out->failed)
		s->out->cut = true;
	return false;
}

void sink_copy(struct sink *s, const unsigned char *p, size_t n)
{
	if (n <= (size_t)(s->end - s->w) && n > 0) {
		memcpy(s->w, p, n);
		s->w += n;
		return;
	}
	settle(s);
	if (s->full || n == 0)
		return;
	if (n > room(s->out)) {
		n = room(s->out);
		while (n > 0 && (p[n] & 0xC0) == 0x80)
			n--;
		s->full = true;
	}
	buf_add(s->out, (const char *)p, n);
	if (s->full)
		s->out->cut = true;
	s->full |= s->out->failed;
}
