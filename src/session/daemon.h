/*
 * daemon - what makes a process a daemon that can be trusted.
 * process -> detached, without privileges, core dumps and terminal, with a pid file
 */
#ifndef LURE_SESSION_DAEMON_H
#define LURE_SESSION_DAEMON_H

#include <stddef.h>

#include "base/diag.h"

/* All return a status of sysexits(3): EX_OK, or another one with an error in d. */

/* Mail never reaches a core file, and other processes of the user may not look into this one. */
void daemon_no_cores(void);

/*
 * Raise the limit of open files to what `connections` need. Returns how many there can be: all of them, or, with a
 * warning in d, what the system allows.
 */
size_t daemon_open_files(size_t connections, struct diags *d);

/* Open it as long as we may (before the privileges go); an empty path is none. */
int daemon_pid_open(const char *path, struct diags *d);
void daemon_pid_write(void);
void daemon_pid_remove(void);

/* Become "USER" or "USER:GROUP". As root the empty user is refused; as another user only oneself is not. */
int daemon_drop(const char *user, struct diags *d);

/* Go to the background; the parent exits here. */
int daemon_detach(struct diags *d);

#endif
