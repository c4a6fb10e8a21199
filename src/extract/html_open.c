#include <config.h>

#include "extract/html_open.h"

#define TRANSPARENT 26 /* of 255 */

static const struct html_look page = {
	.colour = { 0, 0, 0, 255 }, .background = { 255, 255, 255, 255 }, .space = STYLE_PLAIN,
};

static bool is_table_part(enum html_tag_id id)
{
	return id == TAG_TABLE || id == TAG_TBODY || id == TAG_THEAD || id == TAG_TFOOT || id == TAG_TR;
}

static const struct html_look *look_below(const struct html_open *o, size_t n)
{
	return n == 0 ? &o->root : &o->v[n - 1].look;
}

/* The look of what stands before the innermost table. */
static const struct html_look *look_before_table(const struct html_open *o)
{
	size_t n = o->n;

	while (n > 0 && o->v[n - 1].id != TAG_TABLE)
		n--;
	return look_below(o, n > 0 ? n - 1 : 0);
}

static void settle(struct html_open *o)
{
	o->foster = o->n > 0 && is_table_part(o->v[o->n - 1].id);
	o->look = o->foster ? look_before_table(o) : look_below(o, o->n);
}

bool html_open_new(struct arena *a, size_t depth, struct html_open *ret)
{
	*ret = (struct html_open){ .depth = depth };
	ret->v = arena_array(a, depth, sizeof *ret->v);
	ret->names = arena_array(a, depth, sizeof *ret->names);
	html_open_clear(ret);
	return ret->v != NULL && ret->names != NULL;
}

void html_open_clear(struct html_open *o)
{
	o->n = 0;
	memset(o->count, 0, sizeof o->count);
	memset(o->lost, 0, sizeof o->lost);
	o->root = page;
	settle(o);
}

/* A box with a width and a height of its own: text in a line has none, and cells grow with their text. */
static bool is_box(enum html_tag_id id, unsigned kinds, const struct style *s)
{
	switch (s->v[STYLE_DISPLAY]) {
	case STYLE_BLOCK:
	case STYLE_INBLOCK:
		return true;
	case STYLE_INLINE:
		break;
	default:
		if (kinds & KIND_BLOCK)
			return !is_table_part(id) && id != TAG_TD && id != TAG_TH;
	}
	return s->v[STYLE_POSITION] == STYLE_FLOATING || s->v[STYLE_FLOAT] == STYLE_SOME;
}

/* Does the element take all its content away, whatever the content says? */
static bool takes_away(bool box, const struct style *s)
{
	static const enum style_prop alone[] = { STYLE_DISPLAY, STYLE_OPACITY, STYLE_CONTENT, STYLE_CLIP_PATH,
		STYLE_FILTER };
	static const enum style_prop sides[] = { STYLE_LEFT, STYLE_TOP, STYLE_RIGHT, STYLE_BOTTOM };
	static const enum style_prop sizes[] = { STYLE_WIDTH, STYLE_HEIGHT, STYLE_MAX_WIDTH, STYLE_MAX_HEIGHT };
	bool gone = false;

	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
		gone |= s->v[alone[i]] == STYLE_GONE;
	if (s->v[STYLE_POSITION] == STYLE_FLOATING)
		gone |= s->v[STYLE_CLIP] == STYLE_GONE;
	if (s->v[STYLE_POSITION] == STYLE_FLOATING || s->v[STYLE_POSITION] == STYLE_FLOWING)
		for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
			gone |= s->v[sides[i]] == STYLE_GONE;
	if (s->v[STYLE_MARGIN_LEFT] == STYLE_GONE)
		gone = true;
	if (!box)
		return gone;
	if (s->v[STYLE_OVERFLOW] == STYLE_GONE)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			gone |= s->v[sizes[i]] == STYLE_GONE;
	return gone || s->v[STYLE_TRANSFORM] == STYLE_GONE || s->v[STYLE_MARGIN_TOP] == STYLE_GONE;
}

static void take(bool *state, enum style_value v)
{
	if (v == STYLE_GONE)
		*state = true;
	else if (v == STYLE_PLAIN)
		*state = false;
}

static void paint(struct html_look *l, const struct style *s)
{
	if (s->v[STYLE_FILL] == STYLE_SOME) {
		l->colour = s->fill;
		l->filled = true;
	} else if (s->v[STYLE_COLOUR] == STYLE_SOME && (!l->filled || s->v[STYLE_FILL] == STYLE_INHERIT)) {
		l->colour = s->colour;
		l->filled = false;
	}
	if (s->v[STYLE_BACKGROUND] == STYLE_SOME && s->background.a > 0) {
		l->background = colour_blend(s->background, l->background);
		l->image &= s->background.a < 255;
	}
	if (s->v[STYLE_IMAGE] == STYLE_SOME)
		l->image = true;
}

struct html_look html_open_look(const struct html_open *o, enum html_tag_id id, unsigned kinds, const struct style *s)
{
	struct html_look l = o->foster && !(kinds & KIND_TABLE) ? *o->look : *look_below(o, o->n);
	bool box = is_box(id, kinds, s);

	l.none |= takes_away(box, s);
	take(&l.unseen, s->v[STYLE_VISIBILITY]);
	take(&l.tiny, s->v[STYLE_SIZE]);
	if (box)
		take(&l.off, s->v[STYLE_INDENT]);
	if (s->v[STYLE_SPACE] != STYLE_UNSET && s->v[STYLE_SPACE] != STYLE_INHERIT)
		l.space = s->v[STYLE_SPACE];
	paint(&l, s);
	l.hidden = l.none || l.unseen || l.tiny || l.off || l.colour.a < TRANSPARENT ||
	    (!l.image && colour_near(colour_blend(l.colour, l.background), l.background));
	return l;
}

bool html_open_push(struct html_open *o, const struct html_tag *t, const struct html_names *names,
    const struct style *s, const struct html_look *look, bool line)
{
	if (o->n == o->depth) {
		o->lost[t->id]++;
		return false;
	}
	o->v[o->n] = (struct html_element){ .id = t->id, .kinds = t->kinds, .line = line, .style = *s, .look = *look };
	o->names[o->n++] = *names;
	o->count[t->id]++;
	settle(o);
	return true;
}

/* Remove the element i; of those above it either all, or all that are no formatting elements, or none. */
enum above { ABOVE_GOES, ABOVE_FORMATS, ABOVE_STAYS };

static void remove_at(struct html_open *o, size_t i, enum above above)
{
	size_t end = o->n;

	o->n = i;
	for (size_t k = i; k < end; k++) {
		struct html_element *e = &o->v[k];

		if (k == i || above == ABOVE_GOES || (above == ABOVE_FORMATS && !(e->kinds & KIND_FORMAT))) {
			o->count[e->id]--;
			continue;
		}
		settle(o);
		e->look = html_open_look(o, e->id, e->kinds, &e->style);
		o->names[o->n] = o->names[k];
		o->v[o->n++] = *e;
	}
	settle(o);
}

static void cut_to(struct html_open *o, size_t n)
{
	while (o->n > n)
		o->count[o->v[--o->n].id]--;
	settle(o);
}

/* The innermost element of that id (and hash, where it is 0 any) with no barrier above it: its index + 1, or 0. */
static size_t find(const struct html_open *o, enum html_tag_id id, uint32_t hash, unsigned barrier)
{
	if (o->count[id] == 0)
		return 0;
	for (size_t n = o->n; n > 0; n--) {
		if (o->v[n - 1].id == id && (hash == 0 || o->names[n - 1].tag == hash))
			return n;
		if (o->v[n - 1].kinds & barrier)
			return 0;
	}
	return 0;
}

/* The same among table, its parts and its cells, where only another table is a barrier. */
static size_t find_in_table(const struct html_open *o, enum html_tag_id id)
{
	if (o->count[id] == 0)
		return 0;
	for (size_t n = o->n; n > 0; n--) {
		if (o->v[n - 1].id == id)
			return n;
		if (o->v[n - 1].id == TAG_TABLE || o->v[n - 1].id == TAG_TEMPLATE)
			return 0;
	}
	return 0;
}

static void end_format(struct html_open *o, size_t n)
{
	bool special = false;

	for (size_t k = n; k < o->n; k++)
		special |= (o->v[k].kinds & KIND_SPECIAL) != 0;
	remove_at(o, n - 1, special ? ABOVE_STAYS : ABOVE_FORMATS);
}

static void end_if_open(struct html_open *o, enum html_tag_id id, unsigned barrier)
{
	size_t n = find(o, id, 0, barrier);

	if (n > 0)
		remove_at(o, n - 1, ABOVE_FORMATS);
}

/* li, dd, dt: the one before, where nothing but address, div, p and ordinary elements stand between. */
static void end_item(struct html_open *o, bool list)
{
	for (size_t n = o->n; n > 0; n--) {
		const struct html_element *e = &o->v[n - 1];

		if (list ? e->id == TAG_LI : e->id == TAG_DD || e->id == TAG_DT) {
			remove_at(o, n - 1, ABOVE_FORMATS);
			return;
		}
		if ((e->kinds & KIND_SPECIAL) && e->id != TAG_ADDRESS && e->id != TAG_DIV && e->id != TAG_P)
			return;
	}
}

/* A row, a cell ...: back to the part of the table that may hold it. false: there is no table. */
static bool back_to_table(struct html_open *o, enum html_tag_id id)
{
	size_t n = o->n;

	if (o->count[TAG_TABLE] == 0)
		return o->count[TAG_TEMPLATE] > 0;
	for (; n > 0; n--) {
		enum html_tag_id at = o->v[n - 1].id;

		if (at == TAG_TABLE || (at == TAG_TR && (id == TAG_TD || id == TAG_TH)) ||
		    (is_table_part(at) && at != TAG_TR && (id == TAG_TD || id == TAG_TH || id == TAG_TR)))
			break;
		if (at == TAG_TEMPLATE)
			return true;
	}
	cut_to(o, n);
	return true;
}

bool html_open_before(struct html_open *o, enum html_tag_id id, unsigned kinds)
{
	size_t n;

	if ((kinds & KIND_TABLE) && !back_to_table(o, id))
		return false;
	if (id == TAG_FORM && o->count[TAG_FORM] > 0 && o->count[TAG_TEMPLATE] == 0)
		return false;
	if (id == TAG_TABLE && o->foster && (n = find(o, TAG_TABLE, 0, 0)) > 0)
		cut_to(o, n - 1);
	if (id == TAG_LI || id == TAG_DD || id == TAG_DT)
		end_item(o, id == TAG_LI);
	if (kinds & KIND_ENDS_P)
		end_if_open(o, TAG_P, KIND_SCOPE | KIND_SCOPE_P);
	if ((kinds & KIND_HEADING) && o->n > 0 && (o->v[o->n - 1].kinds & KIND_HEADING))
		cut_to(o, o->n - 1);
	if ((id == TAG_A || id == TAG_NOBR) && (n = find(o, id, 0, KIND_SCOPE)) > 0)
		end_format(o, n);
	if (id == TAG_BUTTON)
		end_if_open(o, TAG_BUTTON, KIND_SCOPE);
	if (id == TAG_RT || id == TAG_RP) {
		end_if_open(o, TAG_RT, KIND_SPECIAL);
		end_if_open(o, TAG_RP, KIND_SPECIAL);
	}
	if ((id == TAG_OPTION || id == TAG_OPTGROUP) && o->n > 0 && o->v[o->n - 1].id == TAG_OPTION)
		cut_to(o, o->n - 1);
	if (id == TAG_OPTGROUP && o->n > 0 && o->v[o->n - 1].id == TAG_OPTGROUP)
		cut_to(o, o->n - 1);
	return true;
}

static size_t find_heading(const struct html_open *o)
{
	for (size_t n = o->n; n > 0; n--) {
		if (o->v[n - 1].kinds & KIND_HEADING)
			return n;
		if (o->v[n - 1].kinds & KIND_SCOPE)
			return 0;
	}
	return 0;
}

/* The element that an end tag means: its index + 1, or 0. */
static size_t meant(const struct html_open *o, const struct html_tag *t)
{
	if (t->kinds & KIND_HEADING)
		return find_heading(o);
	if (t->id == TAG_TABLE || (t->kinds & KIND_TABLE))
		return find_in_table(o, t->id);
	if (t->id == TAG_P)
		return find(o, TAG_P, 0, KIND_SCOPE | KIND_SCOPE_P);
	if (t->kinds & (KIND_FORMAT | KIND_SPECIAL))
		return find(o, t->id, 0, KIND_SCOPE);
	return find(o, t->id, t->hash, KIND_SPECIAL);
}

bool html_open_end(struct html_open *o, const struct html_tag *t)
{
	size_t n;
	bool breaks;

	if (t->id == TAG_HTML || t->id == TAG_BODY)
		return true; /* what follows is still body */
	if (o->lost[t->id] > 0) {
		o->lost[t->id]--;
		return (t->kinds & KIND_BLOCK) != 0;
	}
	n = meant(o, t);
	if (n == 0)
		return t->id == TAG_P; /* </p> alone makes an empty one */
	breaks = o->v[n - 1].line && !o->v[n - 1].look.none;
	if (t->kinds & KIND_FORMAT)
		end_format(o, n);
	else if (t->id == TAG_FORM)
		remove_at(o, n - 1, ABOVE_STAYS);
	else
		remove_at(o, n - 1,
		    t->id == TAG_TABLE || (t->kinds & (KIND_TABLE | KIND_SCOPE)) ? ABOVE_GOES : ABOVE_FORMATS);
	return breaks;
}

static bool is_integration_point(enum html_tag_id id)
{
	return id == TAG_FOREIGNOBJECT || id == TAG_TITLE;
}

bool html_open_foreign(const struct html_open *o)
{
	if (o->count[TAG_SVG] == 0 && o->count[TAG_MATH] == 0)
		return false;
	for (size_t n = o->n; n > 0; n--) {
		enum html_tag_id id = o->v[n - 1].id;

		if (id == TAG_SVG || id == TAG_MATH)
			return true;
		if (is_integration_point(id))
			return false;
	}
	return false;
}

void html_open_leave_foreign(struct html_open *o)
{
	size_t n = o->n;

	while (n > 0 && o->v[n - 1].id != TAG_SVG && o->v[n - 1].id != TAG_MATH)
		n--;
	cut_to(o, n > 0 ? n - 1 : 0);
}
