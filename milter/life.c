/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/life.h"

#include "milter/clock.h"
#include "milter/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

enum {
	PROBE_AGAIN = 16
}; /* parts of the watchdog's period: after a failure that came at once the next attempt waits one */

void
life_begin(struct life *life, const struct shared *shared, int listener)
{
	*life = (struct life){ .listener = listener };
	life->told = shared->statistics != NULL ? &shared->statistics->daemon : &life->unshared;
	life->told->started = life->told->loaded = (int64_t)time(NULL);
	notify_open(&life->notify);
	probe_init(&life->probe);
}

void
life_end(struct life *life)
{
	probe_reset(&life->probe);
	notify_close(&life->notify);
}

void
life_reload_begins(struct life *life)
{
	life->told->reloads_begun++;
	life->reloading = true;
	notify_reloading(&life->notify);
}

/* Who waits for the end of a reload sees it before the generation's: so that is taken back first. */
void
life_reload_ends(struct life *life, enum statistics_reload result)
{
	struct statistics_daemon *told = life->told;

	told->reloaded = (int64_t)time(NULL);
	told->reload_result = result;
	told->reloads[result]++;
	if (result == RELOAD_OK) {
		told->loaded = (int64_t)told->reloaded;
		told->renewed = false;
	}
	told->reloads_ended = (uint64_t)told->reloads_begun;
}

void
life_stops(struct life *life)
{
	probe_reset(&life->probe);
	notify_send(&life->notify, "STOPPING=1\nSTATUS=Stopping: messages in flight are answered first");
}

/* --- what is told ------------------------------------------------------------------------------------------------- */

static void
tell_statistics(struct life *life, const struct crew *crew)
{
	struct statistics_daemon *told = life->told;

	told->starting = (unsigned)crew_count_in(crew, WORKER_STARTING);
	told->serving = (unsigned)crew_count_in(crew, WORKER_SERVING);
	told->leaving = (unsigned)crew_count_in(crew, WORKER_LEAVING);
	told->restarts = crew->restarts;
	told->generation = crew->generation;
	told->wanted = crew->wanted;
	told->renewed = crew_is_renewed(crew);
}

static void
format_status(const struct life *life, char *status_out, size_t size)
{
	static const char *const results[] = {
		[RELOAD_NONE] = "",
		[RELOAD_OK] = "; last reload went well",
		[RELOAD_WRONG] = "; last reload failed: the configuration is wrong",
		[RELOAD_FAILED] = "; last reload failed",
	};
	const struct statistics_daemon *told = life->told;
	time_t loaded = (time_t)told->loaded;
	char when[32] = "";
	struct tm local;

	if (localtime_r(&loaded, &local) != NULL)
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &local);
	snprintf(status_out, size, "%u of %u workers serve, %u leave; configuration %u of %s%s%s", told->serving,
		 told->wanted, told->leaving, told->generation, when, results[told->reload_result],
		 life->mute ? "; the milter socket does not answer" : "");
}

static void
tell_ready(struct life *life, const struct crew *crew)
{
	bool settled = life->told->reloads_ended == life->told->reloads_begun &&
		       (life->told->reload_result != RELOAD_OK || crew_is_renewed(crew));

	if (!life->ready && crew_serves(crew)) {
		life->ready = true;
		life->due_ms = clock_ms() + life->notify.watchdog_ms;
		life->probe_ms = clock_ms() + life->notify.watchdog_ms / 2;
		notify_send(&life->notify, "READY=1");
	}
	if (life->ready && life->reloading && settled) {
		life->reloading = false;
		notify_send(&life->notify, "READY=1");
	}
}

static void
tell_status(struct life *life)
{
	char status[sizeof life->status];

	format_status(life, status, sizeof status);
	if (strcmp(status, life->status) == 0)
		return;
	strcpy(life->status, status);
	notify_send(&life->notify, "STATUS=%s", status);
}

/* --- the watchdog ------------------------------------------------------------------------------------------------- */

static void
take_answer(struct life *life)
{
	int64_t period_ms = life->notify.watchdog_ms, now_ms = clock_ms();

	if (life->probe.state == PROBE_GOOD) {
		notify_send(&life->notify, "WATCHDOG=1");
		if (life->mute)
			log_line(LOG_NOTICE, "the milter socket answers again");
		life->mute = false;
		life->due_ms = now_ms + period_ms;
		life->probe_ms = now_ms + period_ms / 2;
	} else {
		if (!life->mute)
			log_line(LOG_ERR, "error: the milter socket does not answer us: %s", life->probe.why);
		life->mute = true;
		life->told->probes_failed++;
		life->probe_ms = now_ms + period_ms / PROBE_AGAIN;
	}
	probe_reset(&life->probe);
}

/* A probe has until the watchdog is due, and half a period at least. */
static void
watch(struct life *life)
{
	int64_t period_ms = life->notify.watchdog_ms, now_ms = clock_ms();

	if (life->probe.state != PROBE_IDLE)
		probe_go_on(&life->probe);
	else if (now_ms >= life->probe_ms)
		probe_begin(&life->probe, life->listener,
			    life->due_ms > now_ms + period_ms / 2 ? life->due_ms : now_ms + period_ms / 2);
	if (life->probe.state == PROBE_GOOD || life->probe.state == PROBE_FAILED)
		take_answer(life);
}

int
life_tend(struct life *life, const struct crew *crew)
{
	bool watched = life->notify.watchdog_ms > 0 && crew->wanted > 0;

	tell_statistics(life, crew);
	tell_ready(life, crew);
	if (watched && life->ready)
		watch(life);
	if (crew->wanted > 0)
		tell_status(life);
	if (!watched || !life->ready)
		return -1;
	int64_t next_ms = life->probe.state == PROBE_IDLE ? life->probe_ms : life->probe.deadline_ms;
	int64_t left_ms = next_ms - clock_ms();
	return left_ms > 0 ? (int)left_ms : 0;
}

bool
life_wants(const struct life *life, struct pollfd *pollfd_out)
{
	return probe_wants(&life->probe, pollfd_out);
}
