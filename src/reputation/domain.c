#include <config.h>

#include "reputation/domain.h"

#ifdef HAVE_LIBPSL

#include <libpsl.h>

struct span domain_organisational(struct span domain)
{
	const psl_ctx_t *list = psl_builtin();
	char text[256];
	const char *part;

	if (list == NULL || domain.n == 0 || domain.n >= sizeof text)
		return domain;
	memcpy(text, domain.p, domain.n);
	text[domain.n] = '\0';
	part = psl_registrable_domain(list, text);
	return part != NULL ? span_from(domain, (size_t)(part - text)) : domain;
}

#else

struct span domain_organisational(struct span domain)
{
	return domain;
}

#endif
