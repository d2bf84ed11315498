/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics_text.h"

#include "policy/checks.h"

#include <inttypes.h>
#include <libmilter/mfapi.h>

static void
announce(struct output *output, const char *name, const char *type, const char *help)
{
	output_format(output, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
give(struct output *output, const char *name, const char *type, const char *help, uint64_t value)
{
	announce(output, name, type, help);
	output_format(output, "%s %" PRIu64 "\n", name, value);
}

/* One label; a name of NULL is passed over. */
static void
give_each(struct output *output, const char *name, const char *label, const char *const *values, const uint64_t *counts)
{
	for (size_t i = 0; values[i] != NULL; i++)
		output_format(output, "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, values[i], counts[i]);
}

static double
seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

static void
give_times(struct output *output, const char *name, const char *label, const char *value,
	   const struct statistics_times *times)
{
	uint64_t below = 0;

	for (size_t i = 0; i + 1 < STATISTICS_BUCKETS; i++) {
		below += times->buckets[i];
		output_format(output, "%s_bucket{%s=\"%s\",le=\"%.10g\"} %" PRIu64 "\n", name, label, value,
			      seconds((uint64_t)statistics_bound_ns(i)), below);
	}
	output_format(output, "%s_bucket{%s=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, label, value, times->count);
	output_format(output, "%s_sum{%s=\"%s\"} %.9f\n", name, label, value, seconds(times->sum_ns));
	output_format(output, "%s_count{%s=\"%s\"} %" PRIu64 "\n", name, label, value, times->count);
}

static void
give_build(struct output *output)
{
	unsigned major = 0, minor = 0, patch = 0;

	smfi_version(&major, &minor, &patch);
	announce(output, "postern_build_info", "gauge", "What runs; always 1.");
	output_format(output, "postern_build_info{version=\"%s\",libmilter=\"%u.%u.%u\"} 1\n", POSTERN_VERSION, major,
		      minor, patch);
}

static void
give_reloads(struct output *output, const struct statistics_daemon *daemon)
{
	give(output, "postern_config_load_time_seconds", "gauge",
	     "When the configuration in force was read, in seconds since 1970.", (uint64_t)daemon->loaded);
	give(output, "postern_config_last_reload_successful", "gauge",
	     "Whether the last reload went well, or there was none.",
	     daemon->reload_result == RELOAD_OK || daemon->reload_result == RELOAD_NONE);
	announce(output, "postern_config_reloads_total", "counter",
		 "Reloads that ended, by result: wrong is an error in the configuration.");
	for (size_t i = RELOAD_OK; i <= RELOAD_FAILED; i++)
		output_format(output, "postern_config_reloads_total{result=\"%s\"} %" PRIu64 "\n",
			      statistics_reload_names[i], (uint64_t)daemon->reloads[i]);
}

static void
give_daemon(struct output *output, const struct statistics_daemon *daemon)
{
	give_build(output);
	give(output, "postern_start_time_seconds", "gauge", "When the daemon began, in seconds since 1970.",
	     (uint64_t)daemon->started);
	give_reloads(output, daemon);
	give(output, "postern_workers_wanted", "gauge", "Workers that should serve.", daemon->wanted);
	announce(output, "postern_workers", "gauge", "Worker processes; those that leave finish their sessions.");
	give_each(output, "postern_workers", "state", (const char *const[]){ "starting", "serving", "leaving", NULL },
		  (const uint64_t[]){ daemon->starting, daemon->serving, daemon->leaving });
	give(output, "postern_worker_restarts_total", "counter", "Workers that ended unasked.", daemon->restarts);
	give(output, "postern_watchdog_probe_failures_total", "counter",
	     "Times that the milter socket did not answer the watchdog's probe.", daemon->probes_failed);
}

static void
give_mail(struct output *output, const struct statistics_sum *sum)
{
	give(output, "postern_sessions", "gauge", "Open SMTP sessions.", sum->sessions_open);
	give(output, "postern_sessions_started_total", "counter", "SMTP sessions.", sum->sessions);
	give(output, "postern_sessions_refused_total", "counter",
	     "Times that a client was turned away before any message.", sum->sessions_refused);
	announce(output, "postern_messages_total", "counter", "Messages answered, by verdict.");
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		output_format(output, "postern_messages_total{verdict=\"%s\"} %" PRIu64 "\n", verdict_names[i],
			      sum->messages[i]);
	announce(output, "postern_recipients_refused_total", "counter",
		 "Recipients refused or deferred while the message went on.");
	for (size_t i = VERDICT_DEFER; i <= VERDICT_REFUSE; i++)
		output_format(output, "postern_recipients_refused_total{verdict=\"%s\"} %" PRIu64 "\n",
			      verdict_names[i], sum->recipients[i]);
	announce(output, "postern_failures_total", "counter",
		 "Answers that were not a check's but that to a failure of our own, by cause.");
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		output_format(output, "postern_failures_total{cause=\"%s\"} %" PRIu64 "\n", failure_names[i],
			      sum->failures[i]);
}

static void
give_hits(struct output *output, const struct statistics_sum *sum)
{
	announce(output, "postern_check_hits_total", "counter",
		 "Messages in which the check found something, by the check's mode.");
	for (size_t i = 0; i < checks_count; i++)
		for (size_t mode = MODE_OFF + 1; mode < MODE_COUNT; mode++)
			output_format(output, "postern_check_hits_total{check=\"%s\",mode=\"%s\"} %" PRIu64 "\n",
				      checks[i].name, mode_names[mode], sum->hits[i][mode]);
}

static void
give_stages(struct output *output, const struct statistics_sum *sum)
{
	announce(
		output, "postern_stage_seconds", "histogram",
		"Our own processing time of an event of the dialogue; of headers one message in some, all its fields.");
	for (size_t i = 0; i < STATISTICS_STAGE_COUNT; i++)
		give_times(output, "postern_stage_seconds", "stage", statistics_stage_names[i], &sum->stages[i]);
}

static void
give_stores(struct output *output, const struct statistics_sum *sum)
{
	announce(output, "postern_store_failures_total", "counter", "Calls that a store of counters did not answer.");
	for (size_t i = 0; i < STATISTICS_STORES; i++)
		output_format(output, "postern_store_failures_total{store=\"%s\"} %" PRIu64 "\n",
			      statistics_store_names[i], sum->store_failures[i]);
	announce(output, "postern_store_call_seconds", "histogram", "What calls of a store of counters took.");
	for (size_t i = 0; i < STATISTICS_STORES; i++)
		give_times(output, "postern_store_call_seconds", "store", statistics_store_names[i], &sum->stores[i]);
}

static void
give_lookups(struct output *output, const struct statistics_sum *sum)
{
	static const char *const answers[] = { "found", "absent", "failed", NULL };

	announce(output, "postern_table_lookups_total", "counter", "Look-ups in tables, by kind of table and answer.");
	for (size_t kind = TABLE_LIST + 1; kind < TABLE_KIND_COUNT; kind++)
		for (size_t i = 0; answers[i] != NULL; i++)
			output_format(output, "postern_table_lookups_total{kind=\"%s\",answer=\"%s\"} %" PRIu64 "\n",
				      table_kind_names[kind], answers[i], sum->lookups[kind][i]);
}

void
metrics_text(struct output *output, const struct statistics *statistics)
{
	struct statistics_sum sum;

	statistics_sum(statistics, &sum);
	give_daemon(output, &statistics->daemon);
	give_mail(output, &sum);
	give_hits(output, &sum);
	give_stages(output, &sum);
	give_stores(output, &sum);
	give_lookups(output, &sum);
}
