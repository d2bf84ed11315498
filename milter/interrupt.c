/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t received; /* the signal, or 0 */

static void
remember(int signal)
{
	received = signal;
}

static void
watch(int signal)
{
	struct sigaction action = { .sa_handler = remember, .sa_flags = SA_RESTART | (int)SA_RESETHAND };
	struct sigaction before;

	sigemptyset(&action.sa_mask);
	if (sigaction(signal, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(signal, &action, NULL);
}

void
interrupt_watch(void)
{
	watch(SIGINT);
	watch(SIGTERM);
}

bool
interrupted(void)
{
	return received != 0;
}

void
interrupt_obey(void)
{
	if (received == 0)
		return;
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigaction(received, &plain, NULL);
	raise(received);
}
