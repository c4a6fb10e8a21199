/*
 * milter - libmilter's callbacks.
 * the milter protocol -> struct session -> the answer
 */
#ifndef LURE_SESSION_MILTER_H
#define LURE_SESSION_MILTER_H

#include <stdbool.h>

bool milter_register(void);

#endif
