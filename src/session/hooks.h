/*
 * hooks - two functions of the C library that libmilter calls and that we define ourselves.
 * libmilter's sigwait() and accept() -> what this daemon wants of them
 *
 * sigwait: libmilter's own thread takes HUP as "stop" and TERM as "reset everything". It shall never see one: our
 * sigwait() sleeps for ever, and our thread (signals.c) takes the signals by sigwaitinfo(). Handlers or a mask alone
 * lose the race when two signals come at once.
 *
 * accept: at the limit of open files libmilter calls accept() again and again without a pause. Ours closes connections
 * beyond the limit at once, so that this limit is never reached, sets TCP_NODELAY (libmilter answers a changed header
 * in several small writes: 44 ms a message on TCP without it), and takes nothing more once the daemon stops.
 */
#ifndef LURE_SESSION_HOOKS_H
#define LURE_SESSION_HOOKS_H

#include <stddef.h>

/* Take this many connections at once, besides the files that are open now. */
void hooks_limit(size_t connections);
/* From now on nothing is accepted any more. */
void hooks_stop(void);

#endif
