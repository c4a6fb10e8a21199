#include <config.h>

#include "fold/table.h"

#include <stdlib.h>

#include "fold/image.h"

#define GLYPHS_MAX 0x10000u
#define POOL_MAX 0x8000u
#define PAGES_MAX 0x1000u
#define SLOTS (2 * GLYPHS_MAX) /* of the hash tables that find equal glyphs and pages */

/* The table while it grows. Equal glyphs, and equal pages, are kept once. */
struct builder {
	struct image_data data;
	struct table *table;
	struct glyph *glyphs;
	uint32_t nglyphs;
	uint16_t *pages;
	uint32_t npages;
	uint32_t *pool;
	uint32_t npool;
	uint32_t glyph_slot[SLOTS], page_slot[SLOTS]; /* index + 1 */
	uint32_t ncompositions;
	bool full;
};

static uint32_t hash(const void *p, size_t n)
{
	const unsigned char *u = p;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ u[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The index of an equal element of v, which it is added to where there is none. */
static uint32_t intern(struct builder *b, uint32_t slots[], void *v, uint32_t *n, uint32_t max, const void *element,
    size_t size)
{
	uint32_t i = hash(element, size) % SLOTS;

	for (; slots[i] != 0; i = (i + 1) % SLOTS)
		if (memcmp((char *)v + (slots[i] - 1) * size, element, size) == 0)
			return slots[i] - 1;
	if (*n == max) {
		b->full = true;
		return 0;
	}
	memcpy((char *)v + *n * size, element, size);
	slots[i] = ++*n;
	return *n - 1;
}

static uint8_t pack(uint32_t cp, uint32_t *ret)
{
	char utf8[UTF8_MAX] = { 0 };
	unsigned n = utf8_put(utf8, cp);

	memcpy(ret, utf8, sizeof *ret);
	return (uint8_t)n;
}

static uint32_t add_to_pool(struct builder *b, const uint32_t *image, unsigned n)
{
	uint32_t at = b->npool;

	if (at + n + 1 > POOL_MAX) {
		b->full = true;
		return 0;
	}
	b->pool[b->npool++] = n;
	memcpy(b->pool + b->npool, image, n * sizeof *image);
	b->npool += n;
	return at;
}

static void set_text(struct builder *b, struct glyph *g, uint32_t cp, const uint32_t *image, unsigned n)
{
	char own[UTF8_MAX], utf8[UTF8_MAX];
	unsigned have = cp < UNICODE_END ? utf8_put(own, cp) : UTF8_MAX, bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += utf8_put(utf8, image[i]);
	g->bytes = (uint8_t)bytes;
	if (g->kind == KIND_PLAIN && bytes > have)
		g->kind = KIND_SEVERAL;
	if (g->kind == KIND_SEVERAL || g->kind == KIND_MARK || g->kind == KIND_VOICE)
		g->text = add_to_pool(b, image, n);
	else if (n == 1 && image[0] != cp)
		g->text_n = pack(image[0], &g->text);
}

static void set_skeleton(struct builder *b, struct glyph *g, uint32_t text)
{
	uint32_t cp = image_skeleton(&b->data, text), packed;
	uint8_t n = cp == 0 ? 0 : pack(cp, &packed);

	g->skeleton_long = cp == LONG_SOUND;
	if (cp == text)
		g->skeleton_n = GLYPH_SAME;
	else if (n > 0 && n <= pack(text, &g->skeleton)) {
		g->skeleton = packed;
		g->skeleton_n = n;
	} else {
		g->skeleton = 0;
	}
}

static uint16_t glyph_of(struct builder *b, uint32_t cp)
{
	uint32_t image[UNICODE_IMAGE_MAX];
	unsigned n = image_text(&b->data, cp, image);
	struct glyph g;

	memset(&g, 0, sizeof g);
	g.kind = (uint8_t)image_kind(&b->data, cp, image, n);
	g.flags = (uint8_t)(n > 0 ? image_flags(image[0]) : 0);
	if (g.kind == KIND_REGION)
		g.flags |= GLYPH_SIGN;
	set_text(b, &g, cp, image, n);
	if (g.kind == KIND_SEVERAL)
		g.skeleton_n = GLYPH_SAME; /* where there is no room, it stays as it is */
	else if (n == 1)
		set_skeleton(b, &g, image[0]);
	if (n == 1 && image[0] < IMAGE_END)
		g.look = b->data.look[image[0]];
	g.runs = g.kind == KIND_PLAIN && !g.skeleton_long;
	return (uint16_t)intern(b, b->glyph_slot, b->glyphs, &b->nglyphs, GLYPHS_MAX, &g, sizeof g);
}

/* Characters that are all treated as the first of them, but for those that the .def files name; whole pages. */
static bool is_uniform(uint32_t cp)
{
	return (cp >= 0x3400 && cp < 0x4D80) || (cp >= 0x4E00 && cp < 0xA000) || /* kanji */
	    (cp >= 0xAC00 && cp < 0xD780) ||                                     /* Hangul syllables */
	    (cp >= 0xD800 && cp < 0xF900) ||                                     /* surrogates, private use */
	    (cp >= 0x13000 && cp < 0x13400) || (cp >= 0x17000 && cp < 0x18800) || /* hieroglyphs, Tangut */
	    (cp >= 0x20000 && cp < 0x2F800) || cp >= IMAGE_END;
}

static bool is_named(const struct builder *b, uint32_t cp)
{
	return cp < IMAGE_END && (b->data.variant[cp] != 0 || b->data.lookalike[cp] != 0);
}

static void add_page(struct builder *b, uint32_t first)
{
	uint16_t page[TABLE_PAGE], *index = &b->table->page[first >> TABLE_SHIFT], alike = 0;
	uint32_t unnamed = first;

	if (first >= IMAGE_END && first % 0x1000 != 0) {
		*index = index[-1];
		return;
	}
	if (is_uniform(first)) {
		while (is_named(b, unnamed))
			unnamed++;
		alike = glyph_of(b, unnamed);
	}
	for (uint32_t i = 0; i < TABLE_PAGE; i++)
		page[i] = is_uniform(first + i) && !is_named(b, first + i) ? alike : glyph_of(b, first + i);
	*index = (uint16_t)intern(b, b->page_slot, b->pages, &b->npages, PAGES_MAX, page, sizeof page);
}

static uint32_t composition_slot(uint32_t base, uint32_t mark)
{
	return (base * 31 + mark * 769) % COMPOSITIONS;
}

uint32_t table_compose(const struct table *t, uint32_t base, uint32_t mark)
{
	for (uint32_t i = composition_slot(base, mark); t->compositions[i].base != 0; i = (i + 1) % COMPOSITIONS)
		if (t->compositions[i].base == base && t->compositions[i].mark == mark)
			return t->compositions[i].composed;
	return 0;
}

/* Where folded text can hold cp, and it is composed: of what precedes its last mark, and that mark. */
static void add_composition(struct builder *b, uint32_t cp)
{
	struct composition *v = b->table->compositions;
	uint32_t parts[UNICODE_IMAGE_MAX], base, i;
	unsigned n = image_text(&b->data, cp, parts);

	if (n != 1 || parts[0] != cp)
		return;
	n = unicode_decompose(cp, parts);
	if (n < 2)
		return;
	base = parts[0];
	for (unsigned k = 1; k < n - 1; k++)
		base = unicode_compose(base, parts[k]);
	if (base == 0 || unicode_compose(base, parts[n - 1]) != cp)
		return;
	if (++b->ncompositions > COMPOSITIONS / 2) {
		b->full = true;
		return;
	}
	for (i = composition_slot(base, parts[n - 1]); v[i].base != 0; i = (i + 1) % COMPOSITIONS)
		;
	v[i] = (struct composition){ base, parts[n - 1], cp };
}

static void fill(struct builder *b)
{
	image_read(&b->data);
	for (uint32_t cp = 0; cp < TABLE_END; cp += TABLE_PAGE)
		add_page(b, cp);
	/* Kanji and Hangul syllables are not composed of marks. */
	for (uint32_t cp = 0xC0; cp < 0x12000; cp++) {
		if (cp == 0x3400)
			cp = 0xFB00;
		if (cp == 0x10000)
			cp = 0x11000;
		add_composition(b, cp);
	}
}

/* The same bytes in a block of their size. */
static void *shrunk(void *p, size_t n)
{
	void *smaller = realloc(p, n);

	return smaller != NULL ? smaller : p;
}

const struct table *table_build(void)
{
	struct builder *b = calloc(1, sizeof *b);
	struct table *ret = NULL;

	if (b == NULL)
		return NULL;
	b->table = calloc(1, sizeof *b->table);
	b->glyphs = malloc(GLYPHS_MAX * sizeof *b->glyphs);
	b->pages = malloc(PAGES_MAX * TABLE_PAGE * sizeof *b->pages);
	b->pool = malloc(POOL_MAX * sizeof *b->pool);
	if (b->table == NULL || b->glyphs == NULL || b->pages == NULL || b->pool == NULL)
		goto out;
	fill(b);
	if (b->full)
		abort(); /* the .def files, or Unicode, outgrew this */
	b->table->glyphs = shrunk(b->glyphs, b->nglyphs * sizeof *b->glyphs);
	b->table->pages = shrunk(b->pages, b->npages * TABLE_PAGE * sizeof *b->pages);
	b->table->pool = shrunk(b->pool, b->npool * sizeof *b->pool);
	ret = b->table;
out:
	if (ret == NULL) {
		free(b->table);
		free(b->glyphs);
		free(b->pages);
		free(b->pool);
	}
	free(b);
	return ret;
}
