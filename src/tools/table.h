/*
 * table - columns on a terminal, right under full-width text.
 * cells -> aligned lines
 */
#ifndef LURE_TOOLS_TABLE_H
#define LURE_TOOLS_TABLE_H

#include <stdio.h>

#include "base/buf.h"

#define TABLE_COLUMNS 8

struct table {
	struct buf text;      /* all cells behind one another */
	size_t *ends;         /* where each cell ends in `text` */
	size_t ncells, cap, columns;
};

/* Append text as one line, escaped for a terminal and cut to `columns` with "…". */
void table_cell(struct buf *out, struct span text, size_t columns);

/* Add one cell; a row is full after t->columns of them. Text from a mail must have come through table_cell(). */
void table_add(struct table *t, const char *cell);
/* The first row is the heading and gets a line under it. Frees the table. */
void table_print(struct table *t, FILE *out);

#endif
