#include <config.h>

#include "session/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "session/daemon.h"
#include "session/listen.h"
#include "session/service.h"
#include "session/status.h"

#define DRAIN_MS 10000
#define SAVE_EVERY_MS (10 * 60 * 1000)

static void fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

void signals_block(void)
{
	sigset_t set;

	fill(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* The end of the program: what is in flight is answered, nothing begins any more. */
static void stop(int signal_number)
{
	log_line(LOG_NOTICE, "signal %d: stopping", signal_number);
	listen_stop();
	if (!service_drain(DRAIN_MS))
		log_line(LOG_WARNING, "some messages were not at their end after %d s", DRAIN_MS / 1000);
	service_save();
	listen_remove();
	status_remove();
	daemon_pid_remove();
	log_line(LOG_NOTICE, "stopped");
	_exit(0); /* and not exit(): libmilter takes its locks down there, while its threads still use them */
}

static void *take_signals(void *unused)
{
	clock_us save = clock_in_ms(SAVE_EVERY_MS);
	sigset_t set;

	(void)unused;
	fill(&set);
	for (;;) {
		int64_t left = save - clock_now();
		struct timespec wait = { 0, 0 };
		int got;

		if (left > 0)
			wait = (struct timespec){ left / 1000000, left % 1000000 * 1000 };
		got = sigtimedwait(&set, NULL, &wait);
		if (got == SIGTERM || got == SIGINT)
			stop(got);
		if (got == SIGUSR1 || got == SIGHUP)
			service_reload();
		if (clock_past(save)) {
			service_save();
			save = clock_in_ms(SAVE_EVERY_MS);
		}
	}
	return NULL;
}

int signals_start(void)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, take_signals, NULL);

	if (rc == 0)
		pthread_detach(t);
	return -rc;
}
