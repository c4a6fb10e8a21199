/*
 * yaml - YAML as people write it in pattern and configuration files.
 * bytes -> nodes with positions
 *
 * The only file that knows libyaml. A strict subset: one document, no aliases or anchors, no tags, no duplicate keys,
 * string keys, nesting at most YAML_DEPTH_MAX, UTF-8 only. Values are text; what a value means is its reader's matter.
 */
#ifndef LURE_BASE_YAML_H
#define LURE_BASE_YAML_H

#include "base/diag.h"

#define YAML_DEPTH_MAX 16u
#define YAML_FILE_MAX (16u * 1024 * 1024)

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

struct yaml {
	enum yaml_kind kind;
	enum yaml_style style; /* of a scalar */
	unsigned line, column; /* from 1, of the first character (of the quote or the | where there is one) */
	struct span value;     /* of a scalar; NUL behind it */
	bool broken;           /* reported already, and a stand-in for what was meant: say no more of it */
	size_t n;              /* items of a list, pairs of a map */
	struct yaml **keys;    /* map: n scalars */
	struct yaml **items;   /* map: n values; list: n items */
};

struct yaml_file;

/*
 * Read src (which must outlive the result). Every problem goes to d, in no order; NULL where there was an error. An
 * empty file is an empty map. Most errors of syntax are mended (yaml_mend.h) for those that follow, as duplicate keys
 * are; others end the reading.
 */
struct yaml_file *yaml_read(const struct source *src, struct diags *d);
/*
 * The same in spite of errors, for a reader that looks for others: NULL only where nothing could be read. Duplicate
 * keys are left out, and maps and lists in which the reading ended are `broken`.
 */
struct yaml_file *yaml_read_on(const struct source *src, struct diags *d);
bool yaml_is_cut(const struct yaml_file *f); /* the end of the file was not reached */
/* Read a key of a map as if it were spelt so. `name` must outlive the file. */
void yaml_correct(const struct yaml *map, size_t i, const char *name);
/*
 * How many bytes at the start of s a file may hold: UTF-8 without control characters other than tab, LF and CR LF, and
 * without the other line ends of YAML 1.1 (U+0085, U+2028, U+2029, CR alone), which editors do not count as lines.
 */
size_t yaml_allowed(struct span s);
void yaml_close(struct yaml_file *f); /* not yaml_free: libyaml has one, and the linker would give it ours */
const struct yaml *yaml_root(const struct yaml_file *f);
const struct source *yaml_source(const struct yaml_file *f); /* a BOM left out: columns count from behind it */

/* The value of a key of a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);
/*
 * The position in the file of byte `offset` of a plain, single-quoted or literal scalar's value: exact over '', over
 * lines that were joined and over the indentation of literal lines. Of other nodes, and behind the value's end: where
 * it begins or near its end.
 */
void yaml_position(const struct yaml_file *f, const struct yaml *scalar, size_t offset, unsigned *line,
    unsigned *column);

#endif
