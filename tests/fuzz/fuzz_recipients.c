/*
 * Any bytes as a recipients file, and its lines as addresses that are looked up: an exact line is found again, and
 * every address gets an answer.
 */
#include <config.h>

#include "scope/recipients.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

static struct recipients *load(const uint8_t *data, size_t size, struct diags *d)
{
	int fd = memfd_create("recipients", 0);
	struct recipients *r;
	char path[32];

	MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	r = recipients_load(path, CONSENT_OBSERVE, d);
	close(fd);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span((const char *)data, size);
	struct diags d = { 0 };
	struct recipients *r = load(data, size, &d);

	MUST((r == NULL) == (d.errors > 0));
	for (size_t at = 0; r != NULL && at < size;) {
		size_t end = span_find(bytes, at, span_str("\n"));

		MUST(recipients_consent(r, span(bytes.p + at, end - at)) < CONSENT_N);
		at = end + 1;
	}
	recipients_free(r);
	diags_free(&d);
	return 0;
}
