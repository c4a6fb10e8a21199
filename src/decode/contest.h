/*
 * contest - which of the charsets that Japanese is written in an 8-bit text is in.
 * bytes -> UTF-8, Shift_JIS or EUC-JP
 *
 * The contest with a label, charset_contest(), is declared in charset.h.
 */
#ifndef LURE_DECODE_CONTEST_H
#define LURE_DECODE_CONTEST_H

#include "decode/charset.h"

/* For a run of 8-bit text without a label of its own; `favoured` wins where the run leaves it open. */
enum charset contest_run(struct span run, enum charset favoured);

#endif
