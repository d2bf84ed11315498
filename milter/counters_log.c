/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/counters_log.h"

#include "milter/clock.h"
#include "milter/log.h"
#include "milter/stores/memory.h"
#include "policy/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

static const char *const consequences[COUNTERS_ON_FAILURE_COUNT] = {
	[COUNTERS_TEMPFAIL] = "messages that it should count are answered as `failures` says",
	[COUNTERS_ACCEPT] = "its limits do not apply",
	[COUNTERS_LOCAL] = "messages are counted in this daemon's memory",
};

void
counters_log_init(struct counters_log *log, enum counters_on_failure on_failure)
{
	*log = (struct counters_log){ .on_failure = on_failure, .forgotten_ms = clock_ms() - COUNTERS_LOG_INTERVAL_MS };
	pthread_mutex_init(&log->lock, NULL);
}

void
counters_log_destroy(struct counters_log *log)
{
	pthread_mutex_destroy(&log->lock);
}

/* Whether it is time for a line about that cause; then it is noted. Below the lock. */
static bool
is_due(struct counters_log *log, const char *cause, int64_t now_ms)
{
	size_t place = COUNTERS_CAUSES_MAX;

	for (size_t i = 0; i < COUNTERS_CAUSES_MAX; i++) {
		bool quiet =
			log->causes[i].text[0] == '\0' || now_ms - log->causes[i].told_ms >= COUNTERS_LOG_INTERVAL_MS;

		if (!quiet && strcmp(log->causes[i].text, cause) == 0)
			return false;
		if (quiet && place == COUNTERS_CAUSES_MAX)
			place = i;
	}
	if (place == COUNTERS_CAUSES_MAX)
		return false;
	snprintf(log->causes[place].text, COUNTERS_CAUSE_MAX, "%s", cause);
	log->causes[place].told_ms = now_ms;
	return true;
}

static void
log_failure(struct counters_log *log, struct store *store)
{
	const char *why = store == NULL ? "memory was refused" : NULL;
	char cause[COUNTERS_CAUSE_MAX] = "", words[LOG_LINE_MAX / 2] = "";
	bool due;

	if (store != NULL)
		store->class->healthy(store, &why);
	why = why != NULL ? why : "no answer";
	snprintf(cause, sizeof cause, "%s", why);
	pthread_mutex_lock(&log->lock);
	atomic_store(&log->failing, true);
	log->failures++;
	due = is_due(log, cause, clock_ms());
	log->told |= due;
	pthread_mutex_unlock(&log->lock);
	if (!due)
		return;
	log_append_safe(words, sizeof words, bytes_of(why), sizeof words / 4);
	log_line(LOG_ERR, "error: counters: the %s store fails: %s; %s", store != NULL ? store->class->name : "memory",
		 words, consequences[log->on_failure]);
}

static void
log_recovery(struct counters_log *log, const struct store *store)
{
	uint64_t failures;
	bool told;

	pthread_mutex_lock(&log->lock);
	failures = log->failures;
	told = log->told;
	log->failures = 0;
	log->told = false;
	atomic_store(&log->failing, false);
	pthread_mutex_unlock(&log->lock);
	if (told)
		log_line(LOG_NOTICE, "counters: the %s store answers again, after %" PRIu64 " failures",
			 store->class->name, failures);
}

void
counters_log_answer(struct counters_log *log, struct store *store, bool answered)
{
	if (!answered)
		log_failure(log, store);
	else if (atomic_load_explicit(&log->failing, memory_order_relaxed))
		log_recovery(log, store);
}

void
counters_log_thresholds(const struct charge *charge)
{
	char limit[LIMIT_STRING_MAX], key[4 * CHARGE_KEY_MAX] = "";

	if (!charge->reached_most && !charge->reached_all)
		return;
	limit_string(&charge->limit, limit);
	log_append_safe(key, sizeof key, bytes_of(charge->key), CHARGE_KEY_MAX);
	log_line(charge->reached_all ? LOG_WARNING : LOG_NOTICE,
		 "limit: %s of a quota reached: check=%s key=\"%s\" used=%" PRIu64 " limit=\"%s\"",
		 charge->reached_all ? "100 %" : "80 %", charge->check->name, key, charge->used, limit);
}

void
counters_log_forgotten(struct counters_log *log, const struct store *memory)
{
	uint64_t forgotten = memory != NULL ? memory_store_forgotten(memory) : 0;
	bool due;

	if (forgotten == atomic_load_explicit(&log->forgotten, memory_order_relaxed))
		return;
	pthread_mutex_lock(&log->lock);
	due = clock_ms() - log->forgotten_ms >= COUNTERS_LOG_INTERVAL_MS;
	if (due) {
		log->forgotten_ms = clock_ms();
		atomic_store(&log->forgotten, forgotten);
	}
	pthread_mutex_unlock(&log->lock);
	if (due)
		log_line(LOG_WARNING,
			 "warning: counters: keys in memory are forgotten to make room for others, %" PRIu64
			 " so far: counters.max_keys is too small",
			 forgotten);
}
