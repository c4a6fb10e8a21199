/*
 * divide - dashes and waves that part letters (お~金~を, マ-ネ-ー-ジ-ャ-ー).
 * a text and a dash in it -> does it part letters, so that it is no U+30FC?
 *
 * For this folder only. What is looked at are gaps: between two letters with nothing but signs between them. The gap of
 * the dash and those that follow each other on either side of it, five at most, tell: a letter between two of them is
 * one that nobody would draw out (a kanji, a digit), or there are three and another sign is in one of them, or there
 * are five.
 */
#ifndef LURE_FOLD_DIVIDE_H
#define LURE_FOLD_DIVIDE_H

#include "base/span.h"

/* The dash is the bytes from .. to of the text. Looks at a bounded stretch around it. */
bool divide(struct span text, size_t from, size_t to);

#endif
