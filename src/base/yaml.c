#include <config.h>

#include "base/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/yaml_mend.h"

#define YAML_MEMORY_MAX (512u * 1024 * 1024)
#define MENDS_MAX 100u /* errors of syntax of one file: each is a reading of its own */

struct yaml_file {
	struct source source;
	struct arena *arena;
	struct yaml *root;
	bool cut;
};

/* A map or list that is still open, with its children so far. */
struct open_node {
	struct yaml *node;
	struct yaml **v;
	size_t n, cap;
	char closer; /* in flow style */
};

struct reader {
	struct yaml_file *file;
	struct diags said; /* of this reading */
	struct buf text;   /* what is read: the file's, mended */
	struct yaml_place changed[MENDS_MAX];
	size_t nchanged;
	struct yaml_trouble trouble; /* the last one, and the last text in quotes */
	yaml_parser_t parser;
	struct open_node open[YAML_DEPTH_MAX];
	size_t depth;
	bool good; /* memory */
};

static void problem(struct reader *r, const yaml_mark_t *at, const char *text)
{
	diags_add(&r->said, DIAG_ERROR, &r->file->source, (unsigned)at->line + 1, (unsigned)at->column + 1, "%s", text);
}

static struct yaml *new_node(struct reader *r, enum yaml_kind kind, const yaml_mark_t *at)
{
	struct yaml *y = arena_alloc(r->file->arena, sizeof *y);

	if (y != NULL) {
		y->kind = kind;
		y->line = (unsigned)at->line + 1;
		y->column = (unsigned)at->column + 1;
	}
	return y;
}

static void add_child(struct reader *r, struct yaml *y)
{
	struct open_node *o;

	if (r->depth == 0) {
		r->file->root = y;
		return;
	}
	o = &r->open[r->depth - 1];
	if (o->n == o->cap) {
		size_t cap = o->cap == 0 ? 8 : 2 * o->cap;
		struct yaml **v = realloc(o->v, cap * sizeof *v);

		if (v == NULL) {
			r->good = false;
			return;
		}
		o->v = v;
		o->cap = cap;
	}
	o->v[o->n++] = y;
}

static struct yaml_place place(const yaml_mark_t *at)
{
	return (struct yaml_place){ (unsigned)at->line + 1, (unsigned)at->column + 1 };
}

/* Was the text changed in this scalar, or right beside it? */
static bool was_changed(const struct reader *r, const yaml_event_t *e)
{
	struct yaml_place from = place(&e->start_mark), to = place(&e->end_mark);

	for (size_t i = 0; i < r->nchanged; i++) {
		struct yaml_place p = r->changed[i];

		if ((p.line > from.line || (p.line == from.line && p.column + 2 >= from.column)) &&
		    (p.line < to.line || (p.line == to.line && p.column < to.column)))
			return true;
	}
	return false;
}

static void scalar(struct reader *r, const yaml_event_t *e)
{
	static const enum yaml_style styles[] = {
		[YAML_ANY_SCALAR_STYLE] = YAML_PLAIN,
		[YAML_PLAIN_SCALAR_STYLE] = YAML_PLAIN,
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = YAML_SINGLE,
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = YAML_DOUBLE,
		[YAML_LITERAL_SCALAR_STYLE] = YAML_LITERAL,
		[YAML_FOLDED_SCALAR_STYLE] = YAML_FOLDED,
	};
	struct yaml *y = new_node(r, YAML_SCALAR, &e->start_mark);
	struct span value = span((const char *)e->data.scalar.value, e->data.scalar.length);

	if (e->data.scalar.anchor != NULL)
		problem(r, &e->start_mark, "anchors are not supported: write the value out");
	if (e->data.scalar.tag != NULL)
		problem(r, &e->start_mark, "tags are not supported: leave out the '!'");
	if (y == NULL)
		return;
	y->style = styles[e->data.scalar.style];
	y->value = arena_copy(r->file->arena, value);
	y->broken = was_changed(r, e);
	if (y->style == YAML_SINGLE || y->style == YAML_DOUBLE) {
		r->trouble.quote = place(&e->start_mark);
		r->trouble.quote_end = place(&e->end_mark);
	}
	add_child(r, y);
}

/* false: reading cannot go on. */
static bool open_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *e, const void *anchor, const void *tag,
    char closer)
{
	struct yaml *y = new_node(r, kind, &e->start_mark);

	if (anchor != NULL)
		problem(r, &e->start_mark, "anchors are not supported: write the value out");
	if (tag != NULL)
		problem(r, &e->start_mark, "tags are not supported: leave out the '!'");
	if (r->depth == YAML_DEPTH_MAX) {
		problem(r, &e->start_mark, "nested too deeply");
		return false;
	}
	if (y == NULL)
		return false;
	add_child(r, y);
	r->open[r->depth++] = (struct open_node){ .node = y, .closer = closer };
	return true;
}

static int order(const void *a, const void *b)
{
	const struct yaml *x = *(struct yaml *const *)a, *y = *(struct yaml *const *)b;
	size_t n = x->value.n < y->value.n ? x->value.n : y->value.n;
	int c = n > 0 ? memcmp(x->value.p, y->value.p, n) : 0;

	if (c != 0)
		return c;
	if (x->value.n != y->value.n)
		return x->value.n < y->value.n ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

/* Keys of a finished map: scalars, each once. Others become `broken`. */
static void check_keys(struct reader *r, const struct yaml *map)
{
	struct yaml **sorted = calloc(map->n + 1, sizeof *sorted);
	struct yaml *first = NULL;
	size_t n = 0;

	for (size_t i = 0; sorted != NULL && i < map->n; i++) {
		yaml_mark_t at = { 0, map->keys[i]->line - 1, map->keys[i]->column - 1 };

		if (map->keys[i]->kind == YAML_SCALAR) {
			sorted[n++] = map->keys[i];
			continue;
		}
		problem(r, &at, "a key must be plain text");
		map->keys[i]->broken = true;
	}
	if (n > 0)
		qsort(sorted, n, sizeof *sorted, order);
	for (size_t i = 0; i < n; i++) {
		if (first == NULL || !span_eq(sorted[i]->value, first->value)) {
			first = sorted[i];
			continue;
		}
		diags_add(&r->said, DIAG_ERROR, &r->file->source, sorted[i]->line, sorted[i]->column,
		    "key '%.*s' stands here a second time; the first is in line %u", SPAN_ARG(first->value),
		    first->line);
		sorted[i]->broken = true;
	}
	r->good = r->good && sorted != NULL;
	free(sorted);
}

/* Leave out the pairs whose keys are broken. */
static void drop_broken(struct yaml *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++) {
		map->keys[n] = map->keys[i];
		map->items[n] = map->items[i];
		n += !map->keys[i]->broken;
	}
	map->n = n;
}

static void close_node(struct reader *r)
{
	struct open_node *o = &r->open[--r->depth];
	struct yaml *y = o->node;
	size_t per = y->kind == YAML_MAP ? 2 : 1;

	y->n = o->n / per;
	y->items = arena_array(r->file->arena, y->n + 1, sizeof *y->items);
	y->keys = y->kind == YAML_MAP ? arena_array(r->file->arena, y->n + 1, sizeof *y->keys) : NULL;
	if (y->items == NULL || (y->kind == YAML_MAP && y->keys == NULL)) {
		y->n = 0;
		r->good = false;
	}
	for (size_t i = 0; i < y->n; i++) {
		if (per == 2)
			y->keys[i] = o->v[2 * i];
		y->items[i] = o->v[per * i + per - 1];
	}
	free(o->v);
	if (y->kind == YAML_MAP) {
		check_keys(r, y);
		drop_broken(y);
	}
}

/* A stand-in for what an alias names: reading goes on, for the errors that follow. */
static void alias(struct reader *r, const yaml_event_t *e)
{
	struct yaml *y = new_node(r, YAML_SCALAR, &e->start_mark);

	problem(r, &e->start_mark, "aliases are not supported: write the value out");
	if (y == NULL)
		return;
	y->value = arena_copy(r->file->arena, span_str((const char *)e->data.alias.anchor));
	y->broken = true;
	add_child(r, y);
}

/* One event; true at the end of the stream or where reading cannot go on. */
static bool handle(struct reader *r, const yaml_event_t *e, unsigned *documents)
{
	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		return true;
	case YAML_DOCUMENT_START_EVENT:
		if (++*documents > 1) {
			problem(r, &e->start_mark, "a second document: a file holds one");
			return true;
		}
		return false;
	case YAML_ALIAS_EVENT:
		alias(r, e);
		return false;
	case YAML_SCALAR_EVENT:
		scalar(r, e);
		return false;
	case YAML_MAPPING_START_EVENT:
		return !open_node(r, YAML_MAP, e, e->data.mapping_start.anchor, e->data.mapping_start.tag,
		    e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? '}' : 0);
	case YAML_SEQUENCE_START_EVENT:
		return !open_node(r, YAML_LIST, e, e->data.sequence_start.anchor, e->data.sequence_start.tag,
		    e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? ']' : 0);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		close_node(r);
		return false;
	default:
		return false;
	}
}

/* Tell what the parser stumbled over; true: it was mended. */
static bool mend(struct reader *r, struct diags *d)
{
	struct yaml_trouble *t = &r->trouble;
	struct yaml_mended m;
	struct yaml_place began = t->began, at = t->at; /* of the last error */
	bool again, told;

	t->problem = r->parser.problem;
	t->context = r->parser.context;
	t->at = place(&r->parser.problem_mark);
	t->began = t->context != NULL ? place(&r->parser.context_mark) : (struct yaml_place){ 0 };
	/* Many backslashes in a text in double quotes are one mistake, and so are many ': ' in a line. */
	told = (t->context != NULL && strstr(t->context, "quoted scalar") != NULL && t->began.line == began.line &&
	    t->began.column == began.column) || (strstr(t->problem, "mapping values") != NULL && t->at.line == at.line);
	t->closer = r->depth > 0 ? r->open[r->depth - 1].closer : 0;
	if (t->closer != 0)
		t->flow = (struct yaml_place){ r->open[r->depth - 1].node->line, r->open[r->depth - 1].node->column };
	yaml_mend(&r->text, t, &m);
	/* Where the same place is in trouble again, mending did not help. */
	again = r->nchanged > 0 && m.changed.line == r->changed[r->nchanged - 1].line &&
	    m.changed.column == r->changed[r->nchanged - 1].column;
	if (!again && !told)
		diags_add(d, DIAG_ERROR, &r->file->source, m.place.line, m.place.column, "%s", m.message);
	if (!m.go_on || again || r->nchanged == MENDS_MAX)
		return false;
	r->changed[r->nchanged++] = m.changed;
	return true;
}

/* All events; false where reading cannot go on, and the parser or handle() has said why. */
static bool read_events(struct reader *r)
{
	unsigned documents = 0;

	for (;;) {
		yaml_event_t e;
		bool end;

		if (!yaml_parser_parse(&r->parser, &e))
			return false;
		end = handle(r, &e, &documents);
		yaml_event_delete(&e);
		if (end)
			return r->depth == 0;
	}
}

/* Where reading ended: what is open is closed as it is, and what was read last is not all that was meant. */
static void close_all(struct reader *r)
{
	struct yaml *y;

	while (r->depth > 0)
		close_node(r);
	for (y = r->file->root; y != NULL; y = y->n > 0 ? y->items[y->n - 1] : NULL)
		y->broken = true;
}

static void move_diags(struct reader *r, struct diags *d)
{
	for (size_t i = 0; i < r->said.n; i++)
		diags_add(d, r->said.v[i].level, &r->file->source, r->said.v[i].line, r->said.v[i].column, "%s",
		    r->said.v[i].text);
}

/* Read the text as it is now; true: it was mended, and is to be read once more. */
static bool read_text(struct reader *r, struct diags *d)
{
	bool again = false;

	r->file->root = NULL;
	arena_reset(r->file->arena);
	r->trouble = (struct yaml_trouble){ .began = r->trouble.began, .at = r->trouble.at };
	if (!yaml_parser_initialize(&r->parser)) {
		r->good = false;
		return false;
	}
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)buf_cstr(&r->text), r->text.n);
	if (!read_events(r)) {
		r->file->cut = true;
		again = r->parser.error != YAML_NO_ERROR && r->parser.error != YAML_MEMORY_ERROR && mend(r, d);
		r->good &= r->parser.error != YAML_MEMORY_ERROR;
	}
	yaml_parser_delete(&r->parser);
	if (again)
		while (r->depth > 0)
			free(r->open[--r->depth].v);
	else
		move_diags(r, d);
	r->file->cut &= !again;
	if (r->file->cut)
		close_all(r);
	diags_free(&r->said);
	return again;
}

size_t yaml_allowed(struct span s)
{
	size_t good = utf8_valid(s, NULL);
	uint32_t cp;

	for (size_t i = 0, n; i < good; i += n) {
		n = utf8_get(s.p + i, s.p + good, &cp);
		if (cp == '\r' ? i + 1 == s.n || s.p[i + 1] != '\n' : cp < 0x20 && cp != '\t' && cp != '\n')
			return i;
		if ((cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029 || cp == 0xFFFE || cp == 0xFFFF)
			return i;
	}
	return good;
}

/* libyaml tells no position for bytes that are not UTF-8 or not YAML: looked at before. */
static bool check_bytes(const struct source *src, struct diags *d)
{
	size_t good = yaml_allowed(src->bytes);
	struct span rest = span_from(src->bytes, good);
	unsigned line = 1, column = 1;
	uint32_t cp;

	if (rest.n == 0)
		return true;
	for (size_t i = 0; i < good; i++) {
		if (src->bytes.p[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)src->bytes.p[i] & 0xC0) != 0x80) {
			column++;
		}
	}
	if (utf8_valid(span(rest.p, rest.n < UTF8_MAX ? rest.n : UTF8_MAX), NULL) == 0) {
		diags_add(d, DIAG_ERROR, src, line, column, "byte 0x%02X is not UTF-8: save the file as UTF-8",
		    (unsigned char)rest.p[0]);
		return false;
	}
	utf8_get(rest.p, rest.p + rest.n, &cp);
	diags_add(d, DIAG_ERROR, src, line, column, cp == '\r' ? "a line that ends in CR alone: save the file with LF" :
	    "the control character U+%04X may not stand in a file", cp);
	return false;
}

struct yaml_file *yaml_read_on(const struct source *src, struct diags *d)
{
	struct reader r = { .file = calloc(1, sizeof *r.file), .good = true };
	bool good;

	if (r.file == NULL)
		return NULL;
	r.file->source = *src;
	if (src->bytes.n >= 3 && memcmp(src->bytes.p, "\xEF\xBB\xBF", 3) == 0)
		r.file->source.bytes = span_from(src->bytes, 3);
	r.file->arena = arena_new(YAML_MEMORY_MAX);
	if (r.file->arena == NULL || !check_bytes(&r.file->source, d)) {
		yaml_close(r.file);
		return NULL;
	}
	buf_span(&r.text, r.file->source.bytes);
	while (!r.text.failed && read_text(&r, d))
		;
	if (r.good && r.file->root == NULL)
		r.file->root = new_node(&r, YAML_MAP, &(yaml_mark_t){ 0 });
	good = r.good && !r.text.failed && !arena_failed(r.file->arena) && r.file->root != NULL;
	buf_free(&r.text);
	if (good)
		return r.file;
	yaml_close(r.file);
	return NULL;
}

struct yaml_file *yaml_read(const struct source *src, struct diags *d)
{
	size_t before = d->errors;
	struct yaml_file *f = yaml_read_on(src, d);

	if (d->errors == before)
		return f;
	yaml_close(f);
	return NULL;
}

bool yaml_is_cut(const struct yaml_file *f)
{
	return f->cut;
}

void yaml_correct(const struct yaml *map, size_t i, const char *name)
{
	map->keys[i]->value = span_str(name);
}

void yaml_close(struct yaml_file *f)
{
	if (f == NULL)
		return;
	arena_free(f->arena);
	free(f);
}

const struct yaml *yaml_root(const struct yaml_file *f)
{
	return f->root;
}

const struct source *yaml_source(const struct yaml_file *f)
{
	return &f->source;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (span_is(map->keys[i]->value, key))
			return map->items[i];
	return NULL;
}

/* Bytes of the source from the start of line `line` on. */
static size_t line_start(struct span all, unsigned line)
{
	size_t at = 0;

	for (unsigned i = 1; i < line && at < all.n; i++)
		at = span_find(all, at, span_str("\n")) + 1;
	return at < all.n ? at : all.n;
}

/* Byte offset of column `column` (characters, from 1) behind `at`. */
static size_t skip_columns(struct span all, size_t at, unsigned column)
{
	for (unsigned i = 1; i < column && at < all.n; i++) {
		uint32_t cp;

		at += utf8_get(all.p + at, all.p + all.n, &cp);
	}
	return at;
}

static unsigned columns_between(struct span all, size_t from, size_t to)
{
	unsigned n = 0;

	for (; from < to && from < all.n; from++)
		n += ((unsigned char)all.p[from] & 0xC0) != 0x80;
	return n;
}

static size_t leading_blanks(struct span s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] == ' ')
		n++;
	return n;
}

/*
 * How far the lines of a literal block are indented: the first of them that is not empty in the value tells. (`|2` says
 * it in numbers, and then the value's own first line may begin with blanks.) `at` is the block's first line in the
 * file.
 */
static size_t indentation(struct span all, size_t at, struct span value)
{
	for (size_t v = 0; v < value.n; v = span_find(value, v, span_str("\n")) + 1) {
		if (value.p[v] != '\n')
			return leading_blanks(all, at) - leading_blanks(value, v);
		at = span_find(all, at, span_str("\n")) + 1;
	}
	return 0;
}

/* A literal block: value lines are source lines without their indentation. */
static void literal_position(struct span all, const struct yaml *s, size_t offset, unsigned *line, unsigned *column)
{
	unsigned lines = 0;
	size_t last = 0;

	for (size_t i = 0; i < offset && i < s->value.n; i++) {
		if (s->value.p[i] == '\n') {
			lines++;
			last = i + 1;
		}
	}
	*line = s->line + 1 + lines;
	*column = (unsigned)indentation(all, line_start(all, s->line + 1), s->value) + 1 +
	    columns_between(s->value, last, offset);
}

/* The blanks and line ends from `at` on: where they end, and how many line ends there are. */
static size_t skip_fold(struct span all, size_t at, size_t *breaks)
{
	*breaks = 0;
	for (; at < all.n && (all.p[at] == ' ' || all.p[at] == '\t' || all.p[at] == '\r' || all.p[at] == '\n'); at++)
		*breaks += all.p[at] == '\n';
	return at;
}

/*
 * Plain and quoted scalars, walked beside the source: '' stands for one quote. Where lines are joined, one line end
 * with the blanks around it is one blank of the value, and of several the first is none.
 */
static void flow_position(struct span all, const struct yaml *s, size_t offset, unsigned *line, unsigned *column)
{
	size_t start = line_start(all, s->line), at = skip_columns(all, start, s->column) + (s->style == YAML_SINGLE);
	unsigned l = s->line;

	for (size_t i = 0; i < offset && at < all.n;) {
		size_t breaks, end = skip_fold(all, at, &breaks), bytes = breaks > 1 ? breaks - 1 : 1;

		if (breaks == 0) {
			bytes = end > at ? end - at : 1;
			if (bytes > offset - i)
				bytes = offset - i;
			at += end == at && s->style == YAML_SINGLE && all.p[at] == '\'' ? 2 : bytes;
		} else {
			bool inside = bytes > offset - i;
			size_t passed = inside ? offset - i + 1 : breaks; /* line ends behind us */

			for (; passed > 0; passed--, l++)
				start = at = span_find(all, at, span_str("\n")) + 1;
			if (!inside)
				at = end;
		}
		i += bytes;
	}
	*line = l;
	*column = columns_between(all, start, at) + 1;
}

void yaml_position(const struct yaml_file *f, const struct yaml *s, size_t offset, unsigned *line, unsigned *column)
{
	*line = s->line;
	*column = s->column;
	if (s->kind != YAML_SCALAR)
		return;
	if (s->style == YAML_LITERAL)
		literal_position(f->source.bytes, s, offset, line, column);
	else if (s->style == YAML_PLAIN || s->style == YAML_SINGLE)
		flow_position(f->source.bytes, s, offset, line, column);
}
