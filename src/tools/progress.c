#include <config.h>

#include "tools/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "tools/say.h"

#define EVERY_US 200000

bool progress_wanted(void)
{
	return isatty(STDERR_FILENO);
}

void progress_begin(struct progress *p, const char *what, size_t total)
{
	*p = (struct progress){ .shown = progress_wanted(), .what = what, .total = total, .start = clock_now() };
}

void progress_show(struct progress *p, size_t done)
{
	clock_us now = p->shown ? clock_now() : 0;
	double seconds = (double)(now - p->start) / 1e6, rate;

	if (!p->shown || now - p->last < EVERY_US || done == 0)
		return;
	p->last = now;
	rate = seconds > 0 ? (double)done / seconds : 0;
	fprintf(stderr, "\r\033[K%s %zu", p->what, done);
	if (p->total > 0)
		fprintf(stderr, " / %zu (%zu %%)", p->total, 100 * done / p->total);
	fprintf(stderr, SAY_FORMAT_RATE, rate);
	if (p->total >= done && rate > 0)
		fprintf(stderr, SAY_FORMAT_LEFT, (double)(p->total - done) / rate);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown && p->last != 0)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
