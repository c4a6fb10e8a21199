/*
 * contest - which of the charsets that Japanese is written in an 8-bit text is in.
 * bytes -> UTF-8, Shift_JIS or EUC-JP
 *
 * The contest with a label, charset_contest(), is declared in charset.h; mixed.h has what follows where a label lost.
 */
#ifndef LURE_DECODE_CONTEST_H
#define LURE_DECODE_CONTEST_H

#include "decode/charset.h"
#include "decode/likelihood.h"

/* For a run of 8-bit text without a label of its own; `favoured` wins where the run leaves it open. */
enum charset contest_run(struct span run, enum charset favoured);

/* The model of a charset that 8-bit text can be in; false for the others. */
bool contest_model(enum charset c, enum model *m);

#endif
