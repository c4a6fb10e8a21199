/*
 * Any bytes as the records of a saved reputation: what is read can be asked, fed and written again, and stays in
 * bounds.
 */
#include <config.h>

#include "reputation/memory.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

#define NOW 500000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory *m = memory_new(16), *back = memory_new(16);
	struct buf bytes = BUF_HEAP;
	struct memory_key key = { { 0 } };
	struct counts c;

	MUST(m != NULL && back != NULL);
	if (memory_read(m, span((const char *)data, size), NOW)) {
		MUST(memory_count(m) <= 16);
		for (size_t at = 0; at + sizeof key.b <= size; at += 36) {
			memcpy(key.b, data + at, sizeof key.b);
			if (memory_get(m, &key, NOW, &c))
				MUST(c.lure >= 0 && c.lure <= 2e9 && c.clean >= 0 && c.clean <= 2e9);
			memory_add(m, &key, NOW + 1, at % 2 == 0, at);
		}
		memory_write(m, &bytes);
		MUST(memory_read(back, buf_text(&bytes), NOW + 1));
		MUST(memory_count(back) == memory_count(m));
	}
	buf_free(&bytes);
	memory_free(m);
	memory_free(back);
	return 0;
}
