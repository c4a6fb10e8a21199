/*
 * fuzz - what the fuzz targets share.
 * a broken promise -> abort()
 */
#ifndef LURE_TESTS_FUZZ_H
#define LURE_TESTS_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf8.h"

#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* CPU seconds of the process: a machine that pauses is no finding. */
static inline double fuzz_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What decode/ would hand over: bytes that are no UTF-8 replaced. On the heap. */
static inline struct buf fuzz_repaired(const uint8_t *data, size_t size)
{
	struct buf b = BUF_HEAP;
	struct span s = span((const char *)data, size);

	while (s.n > 0) {
		size_t n = utf8_valid(s, NULL);

		buf_add(&b, s.p, n);
		s = span_from(s, n);
		if (s.n > 0) {
			buf_utf8(&b, UTF8_BAD);
			s = span_from(s, 1);
		}
	}
	return b;
}

#endif
