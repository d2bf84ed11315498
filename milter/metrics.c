/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/metrics.h"

#include "milter/clock.h"
#include "milter/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <syslog.h>

enum { BACKLOG = 16, SOCKET_MODE = 0660 };

void
metrics_open(struct metrics *metrics, const char *address)
{
	char why[LISTEN_RULE_MAX];
	struct listen_settings settings = { .address = address, .backlog = BACKLOG, .socket_mode = SOCKET_MODE };

	*metrics = (struct metrics){ .open = false };
	if (address == NULL)
		return;
	snprintf(metrics->address, sizeof metrics->address, "%s", address);
	metrics->open = listener_open(&metrics->listener, &settings, why) == EX_OK;
	if (!metrics->open)
		log_line(LOG_WARNING, "warning: no metrics: %s", why);
}

void
metrics_close(struct metrics *metrics)
{
	if (metrics->pid != 0)
		kill(metrics->pid, SIGKILL);
	if (metrics->open)
		listener_close(&metrics->listener);
	metrics->open = false;
}

void
metrics_renew(struct metrics *metrics, const char *address)
{
	pid_t old = metrics->pid;

	if (metrics->open && address != NULL && strcmp(address, metrics->address) == 0)
		return;
	metrics_close(metrics);
	metrics_open(metrics, address);
	metrics->pid = old; /* until it is buried */
}

int
metrics_due_ms(const struct metrics *metrics)
{
	if (!metrics->open || metrics->pid != 0)
		return -1;
	int64_t left_ms = metrics->start_ms - clock_ms();
	return left_ms > 0 ? (int)left_ms : 0;
}

bool
metrics_is_due(const struct metrics *metrics)
{
	return metrics_due_ms(metrics) == 0;
}

void
metrics_started(struct metrics *metrics, pid_t pid)
{
	if (pid > 0)
		metrics->pid = pid;
	metrics->start_ms = clock_ms() + METRICS_RESTART_MS;
}

bool
metrics_bury(struct metrics *metrics, pid_t pid, int status)
{
	if (pid != metrics->pid)
		return false;
	metrics->pid = 0;
	if (metrics->open && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		log_line(LOG_ERR, "error: the metrics' process was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	return true;
}
