#include <config.h>

#include "decode/rfc5322.h"

#include "decode/sink.h"
#include "decode/unfold.h"
#include "decode/words.h"

void rfc5322_text(const struct limits *l, struct span raw, enum charset label, struct buf *out, struct decoded *ret)
{
	struct buf value = BUF_HEAP;
	struct words words;
	struct sink sink;
	struct span text;

	unfold(l, raw, label, &value, ret);
	words_open(&words, l, label);
	text = words_read(&words, buf_text(&value));
	sink_open(&sink, out);
	sink_copy(&sink, (const unsigned char *)text.p, text.n);
	sink_close(&sink);

	if (words.any)
		ret->used = words.sum.used;
	ret->replaced += words.sum.replaced;
	ret->flaws |= words.sum.flaws | (out->cut ? FLAW_BIT(TRUNCATED) : 0);
	out->failed |= value.failed || words.failed;
	words_close(&words);
	buf_free(&value);
}
