/* lurectl bench: what messages cost, stage by stage, without an MTA. */
#include <config.h>

#include "tools/bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/progress.h"
#include "tools/say.h"

#define ROUNDS 9u
#define ROUNDS_MAX 1000u
#define BYTES_MAX ((size_t)1 << 30)        /* of messages held; the rest is left out */
#define DEADLINE_MS 600000u
#define COMPARE_NS ((int64_t)10000000000)  /* one by one takes long: so much of it is enough */

typedef int64_t stage_times[WATCH_STAGES];

static int keep(void *arg, const struct mailbox_message *m)
{
	struct bench *b = arg;

	if (m->bytes.n > BYTES_MAX - b->bytes) {
		tool_error("bench: %zu bytes of messages are enough, the rest is left out", b->bytes);
		return 1;
	}
	if (b->n == b->cap) {
		size_t cap = b->cap == 0 ? 256 : 2 * b->cap;
		struct bench_message *v = realloc(b->messages, cap * sizeof *v);

		if (v == NULL)
			goto fail;
		b->messages = v;
		b->cap = cap;
	}
	b->messages[b->n] = (struct bench_message){ .bytes = malloc(m->bytes.n + 1), .n = m->bytes.n };
	if (b->messages[b->n].bytes == NULL)
		goto fail;
	if (m->bytes.n > 0)
		memcpy(b->messages[b->n].bytes, m->bytes.p, m->bytes.n);
	b->bytes += m->bytes.n;
	b->n++;
	return 0;
fail:
	b->failed = true;
	return 1;
}

static size_t group_of(struct bench *b, const char *charset)
{
	size_t i = 0;

	while (i < b->ngroups && strcmp(b->groups[i].name, charset) != 0)
		i++;
	if (i == BENCH_CHARSETS)
		return i - 1;
	if (i == b->ngroups)
		b->groups[b->ngroups++].name = charset;
	return i;
}

static size_t text_of(const struct mail *mail)
{
	size_t n = 0;

	for (size_t i = 0; i < mail->nparts; i++)
		n += mail->parts[i].text.n;
	return n;
}

static int inspect_one(struct scanner *s, const struct bench_message *m, struct watch *w, struct inspection *ret)
{
	s->options.watch = w;
	return scanner_run(s, span(m->bytes, m->n), ret);
}

/* The first round is not measured: it fills caches, and says what the messages are. */
static bool look(struct bench *b, struct scanner *s)
{
	for (size_t i = 0; i < b->n; i++) {
		struct bench_message *m = &b->messages[i];
		struct inspection found;
		struct bench_group *g;

		if (inspect_one(s, m, NULL, &found) < 0)
			return false;
		m->text = text_of(found.mail);
		m->charset = group_of(b, found.charset);
		g = &b->groups[m->charset];
		g->messages++;
		g->text += m->text;
		b->all.messages++;
		b->all.text += m->text;
	}
	return true;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of every `step`-th of n values; `scratch` has room for them. */
static int64_t median(const int64_t *v, size_t n, size_t step, int64_t *scratch)
{
	for (size_t i = 0; i < n; i++)
		scratch[i] = v[i * step];
	qsort(scratch, n, sizeof *scratch, by_size);
	return scratch[n / 2];
}

/* times: by round, by group and behind them all together, by stage. */
static bool take_medians(struct bench *b, const stage_times *times)
{
	const size_t row = b->ngroups + 1;
	int64_t *scratch = calloc(b->rounds, sizeof *scratch);

	for (size_t g = 0; scratch != NULL && g < row; g++)
		for (size_t s = 0; s < WATCH_STAGES; s++)
			(g < b->ngroups ? &b->groups[g] : &b->all)->ns[s] =
			    median(&times[g][s], b->rounds, row * WATCH_STAGES, scratch);
	free(scratch);
	return scratch != NULL;
}

static bool measure(struct bench *b, struct scanner *s, struct progress *p)
{
	const size_t row = b->ngroups + 1;
	stage_times *times = calloc(b->rounds * row, sizeof *times);
	bool good = times != NULL;

	for (size_t k = 0; good && k < b->rounds * b->n; k++) {
		const struct bench_message *m = &b->messages[k % b->n];
		stage_times *round = times + k / b->n * row;
		struct watch w = { 0 };
		struct inspection found;

		good = inspect_one(s, m, &w, &found) == 0;
		for (size_t i = 0; i < WATCH_STAGES; i++) {
			round[m->charset][i] += w.ns[i];
			round[b->ngroups][i] += w.ns[i];
		}
		progress_show(p, k + 1);
	}
	good = good && take_medians(b, times);
	free(times);
	return good;
}

static bool same(const struct hits *a, const struct hits *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++)
		if (a->v[i].item->index != b->v[i].item->index || a->v[i].from != b->v[i].from)
			return false;
	return a->n == b->n;
}

/* Message by message, so that both have the same share of what disturbs the machine. */
static bool compare(struct bench *b, struct scanner *s, struct progress *p)
{
	for (; b->compared < b->n && b->engines[1].ns < COMPARE_NS; b->compared++) {
		const struct bench_message *m = &b->messages[b->compared];
		struct inspection found[2];

		for (size_t k = 0; k < 2; k++) {
			struct watch w = { 0 };

			/* Twice, and the first time for the caches, which the other way has filled with its own. */
			if (inspect_one(&s[k], m, NULL, &found[k]) < 0 || inspect_one(&s[k], m, &w, &found[k]) < 0)
				return false;
			b->engines[k].ns += w.ns[WATCH_FIND] + w.ns[WATCH_CONFIRM];
			b->engines[k].found += found[k].hits->n;
		}
		b->differing += !same(found[0].hits, found[1].hits);
		b->compared_text += m->text;
		progress_show(p, b->rounds * b->n + b->compared);
	}
	return true;
}

static int run(struct bench *b, struct tool *t, struct scanner *s)
{
	struct progress p;
	bool good;

	progress_begin(&p, "bench", (b->rounds + 1) * b->n);
	good = look(b, &s[0]) && measure(b, &s[0], &p) && compare(b, s, &p);
	progress_end(&p);
	if (!good) {
		tool_error("bench: no memory");
		return EX_OSERR;
	}
	if (t->json)
		bench_print_json(b);
	else
		bench_print(b);
	return EX_OK;
}

static bool read_rounds(const char *text, size_t *ret)
{
	char *end;
	unsigned long n;

	if (text == NULL)
		return true;
	n = strtoul(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && n >= 1 && n <= ROUNDS_MAX) {
		*ret = n;
		return true;
	}
	tool_error("bench: --rounds: a number from 1 to %u", ROUNDS_MAX);
	return false;
}

/* The set by literals and the same one by one, each with a scanner. */
static int load(struct tool *t, struct ruleset *r[2], struct scanner s[2])
{
	int status = EX_OSERR;

	for (int k = 0; k < 2; k++) {
		t->one_by_one = k == 1;
		if ((r[k] = tool_ruleset(t, false, &status)) == NULL)
			return status;
		if (!scanner_begin(&s[k], t, r[k]))
			return EX_OSERR;
		s[k].options.limits.message_ms = DEADLINE_MS; /* what is cut short is no measure */
	}
	return EX_OK;
}

static int read_messages(struct bench *b, char **paths, int n, size_t *unread)
{
	for (int i = 0; i < n; i++)
		if (mailbox_each(paths[i], keep, b, unread) != 0)
			break;
	if (b->failed) {
		tool_error("bench: no memory for the messages");
		return EX_OSERR;
	}
	if (b->n == 0 && *unread == 0)
		tool_error("bench: there are no messages in what was named");
	return b->n == 0 ? EX_NOINPUT : EX_OK;
}

int command_bench(int argc, char **argv)
{
	const char *rounds = NULL;
	const struct tool_option own[] = { { .name = "--rounds", .value = &rounds }, { 0 } };
	struct tool t;
	struct bench b = { .rounds = ROUNDS, .engines = { { .name = "literals" }, { .name = "one-by-one" } } };
	struct scanner s[2] = { { 0 } };
	struct ruleset *r[2] = { NULL };
	size_t unread = 0;
	int n = tool_begin(&t, command_find("bench"), own, argc, argv), status = EX_USAGE;

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (n == 0)
		tool_error("bench: name messages as your users get them: files, folders, mbox files, or - for standard "
			   "input");
	else if (read_rounds(rounds, &b.rounds))
		status = read_messages(&b, argv + 1, n, &unread);
	if (status == EX_OK)
		status = load(&t, r, s);
	if (status == EX_OK) {
		b.ruleset = r[0];
		b.patterns = ruleset_patterns(r[0]);
		status = run(&b, &t, s);
	}
	if (status == EX_OK && unread > 0)
		status = EX_NOINPUT;
	for (int k = 0; k < 2; k++) {
		scanner_end(&s[k]);
		ruleset_release(r[k]);
	}
	for (size_t i = 0; i < b.n; i++)
		free(b.messages[i].bytes);
	free(b.messages);
	tool_end(&t);
	return status;
}
