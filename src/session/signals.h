/*
 * signals - the daemon's signals, all taken by one thread.
 * USR1, HUP -> reload; TERM, INT -> drain and exit; and the clock of what is done now and then
 *
 * libmilter wants HUP, TERM and INT for itself; hooks.c keeps them from it.
 */
#ifndef LURE_SESSION_SIGNALS_H
#define LURE_SESSION_SIGNALS_H

/* In the first thread, before there is another: all later ones inherit the mask. */
void signals_block(void);
/* Start the thread; 0 or a negative errno. */
int signals_start(void);

#endif
