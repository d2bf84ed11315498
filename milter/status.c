/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/status.h"

#include "milter/clock.h"
#include "milter/log.h"
#include "milter/tables/tables.h"
#include "policy/checks.h"

#include <inttypes.h>
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 3, WORD_MAX = 256 };

/* Where a value belongs; NULL ends them. */
struct names {
	const char *names[NAMES_MAX + 1];
};

static void
tell(FILE *answer, char type, const char *value, struct names names)
{
	char word[WORD_MAX] = "";

	log_append_safe(word, sizeof word, bytes_of(value), WORD_MAX);
	fprintf(answer, "%c\t%s", type, word);
	for (size_t i = 0; names.names[i] != NULL; i++) {
		word[0] = '\0';
		log_append_safe(word, sizeof word, bytes_of(names.names[i]), WORD_MAX);
		fprintf(answer, "\t%s", word);
	}
	fputc('\n', answer);
}

static void
tell_string(FILE *answer, const char *value, struct names names)
{
	tell(answer, 's', value, names);
}

static void
tell_number(FILE *answer, uint64_t value, struct names names)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRIu64, value);
	tell(answer, 'n', text, names);
}

static void
tell_seconds(FILE *answer, double value, struct names names)
{
	char text[32];

	snprintf(text, sizeof text, "%.9f", value);
	tell(answer, 'n', text, names);
}

static void
tell_boolean(FILE *answer, bool value, struct names names)
{
	tell(answer, 'b', value ? "1" : "0", names);
}

/* --- the daemon --------------------------------------------------------------------------------------------------- */

static void
tell_daemon(FILE *answer, const struct control_view *view)
{
	const struct statistics_daemon *daemon = &view->shared->statistics->daemon;
	unsigned major = 0, minor = 0, patch = 0;
	char libmilter[64];

	smfi_version(&major, &minor, &patch);
	snprintf(libmilter, sizeof libmilter, "%u.%u.%u", major, minor, patch);
	tell_string(answer, POSTERN_VERSION, (struct names){ { "version" } });
	tell_string(answer, libmilter, (struct names){ { "libmilter" } });
	tell_number(answer, (uint64_t)getppid(), (struct names){ { "pid" } });
	tell_number(answer, (uint64_t)daemon->started, (struct names){ { "started" } });
	tell_string(answer, view->conf->listen, (struct names){ { "listen" } });
	tell_string(answer, view->path, (struct names){ { "configuration", "path" } });
	tell_number(answer, (uint64_t)daemon->loaded, (struct names){ { "configuration", "loaded" } });
	tell_number(answer, daemon->generation, (struct names){ { "configuration", "generation" } });
	tell_string(answer, statistics_reload_names[daemon->reload_result], (struct names){ { "reload", "last" } });
	tell_number(answer, (uint64_t)daemon->reloaded, (struct names){ { "reload", "at" } });
	for (size_t i = RELOAD_OK; i <= RELOAD_FAILED; i++)
		tell_number(answer, daemon->reloads[i], (struct names){ { "reload", statistics_reload_names[i] } });
}

static void
tell_workers(FILE *answer, const struct control_view *view)
{
	static const char *const states[] = { "absent", "starting", "serving", "leaving" };
	const struct crew *crew = view->crew;

	tell_number(answer, crew->wanted, (struct names){ { "workers", "wanted" } });
	tell_number(answer, crew_count_in(crew, WORKER_SERVING), (struct names){ { "workers", "serving" } });
	tell_number(answer, crew->restarts, (struct names){ { "workers", "restarts" } });
	for (size_t i = 0; i < CREW_MAX; i++) {
		const struct worker *worker = &crew->workers[i];
		char pid[32];

		if (worker->state == WORKER_ABSENT)
			continue;
		snprintf(pid, sizeof pid, "%ld", (long)worker->pid);
		tell_number(answer, worker->generation, (struct names){ { "worker", pid, "generation" } });
		tell_string(answer, states[worker->state], (struct names){ { "worker", pid, "state" } });
		tell_number(answer, (uint64_t)(clock_ms() - worker->started_ms) / 1000,
			    (struct names){ { "worker", pid, "age" } });
	}
}

/* --- what it did -------------------------------------------------------------------------------------------------- */

static void
tell_mail(FILE *answer, const struct statistics_sum *sum)
{
	tell_number(answer, sum->sessions_open, (struct names){ { "sessions", "open" } });
	tell_number(answer, sum->sessions, (struct names){ { "sessions", "started" } });
	tell_number(answer, sum->sessions_refused, (struct names){ { "sessions", "refused" } });
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		tell_number(answer, sum->messages[i], (struct names){ { "messages", verdict_names[i] } });
	for (size_t i = VERDICT_DEFER; i <= VERDICT_REFUSE; i++)
		tell_number(answer, sum->recipients[i], (struct names){ { "recipients", verdict_names[i] } });
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		tell_number(answer, sum->failures[i], (struct names){ { "failures", failure_names[i] } });
	for (size_t i = 0; i < checks_count; i++)
		for (size_t mode = MODE_OFF + 1; mode < MODE_COUNT; mode++)
			if (sum->hits[i][mode] > 0)
				tell_number(answer, sum->hits[i][mode],
					    (struct names){ { "hits", checks[i].name, mode_names[mode] } });
}

static void
tell_times(FILE *answer, const char *group, const char *name, const struct statistics_times *times)
{
	static const struct {
		const char *name;
		double share;
	} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p999", 0.999 } };

	tell_number(answer, times->count, (struct names){ { group, name, "count" } });
	if (times->count == 0)
		return;
	tell_seconds(answer, (double)times->sum_ns / 1e9 / (double)times->count,
		     (struct names){ { group, name, "mean" } });
	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
		int64_t ns = statistics_quantile_ns(times, quantiles[i].share);

		if (ns != INT64_MAX)
			tell_seconds(answer, (double)ns / 1e9, (struct names){ { group, name, quantiles[i].name } });
	}
}

/* --- what it depends on ------------------------------------------------------------------------------------------- */

/* Whether it answers now; what it answers does not matter. */
static void
tell_store(FILE *answer, struct store *store, enum counters_store kind, const struct statistics_sum *sum)
{
	const char *name = statistics_store_names[kind], *why = "memory for it was refused";
	struct charge charge = { .check = &checks[0], .key = "postern-status", .units = 1 };
	char rule[REPLY_RULE_MAX];
	bool answers = false;

	if (store != NULL && limit_parse("1/1h", LIMIT_QUOTA, &charge.limit, rule)) {
		answers = store->class->look(store, &charge, 1);
		if (!answers)
			store->class->healthy(store, &why);
	}
	tell_times(answer, "stores", name, &sum->stores[kind]);
	tell_number(answer, sum->store_failures[kind], (struct names){ { "stores", name, "failures" } });
	tell_boolean(answer, answers, (struct names){ { "stores", name, "healthy" } });
	if (!answers)
		tell_string(answer, why != NULL ? why : "no answer", (struct names){ { "stores", name, "why" } });
}

static void
tell_table(FILE *answer, const struct world *world, const struct table *table)
{
	struct table_health health;

	table_find(table, &world->services, "postern-status", NULL);
	tables_health(world->tables, table->index, &health);
	tell_boolean(answer, health.state == TABLE_WORKS, (struct names){ { "tables", table->source, "healthy" } });
	if (health.why[0] != '\0')
		tell_string(answer, health.why, (struct names){ { "tables", table->source, "why" } });
}

static void
tell_lookups(FILE *answer, const struct statistics_sum *sum)
{
	for (size_t kind = TABLE_LIST + 1; kind < TABLE_KIND_COUNT; kind++) {
		const uint64_t *counts = sum->lookups[kind];

		if (counts[TABLE_FOUND] + counts[TABLE_ABSENT] + counts[TABLE_FAILED] == 0)
			continue;
		tell_number(answer, counts[TABLE_FOUND],
			    (struct names){ { "lookups", table_kind_names[kind], "found" } });
		tell_number(answer, counts[TABLE_ABSENT],
			    (struct names){ { "lookups", table_kind_names[kind], "absent" } });
		tell_number(answer, counts[TABLE_FAILED],
			    (struct names){ { "lookups", table_kind_names[kind], "failed" } });
	}
}

void
status_tell(FILE *answer, const struct control_view *view, const struct world *world)
{
	const struct policy *policy = view->conf->policy;
	int64_t deadline_ms = clock_ms() + STATUS_TABLES_MS;
	struct statistics_sum sum;

	if (view->shared->statistics == NULL) {
		fputs("error there are no statistics: memory for them was refused\n", answer);
		return;
	}
	statistics_sum(view->shared->statistics, &sum);
	tell_daemon(answer, view);
	tell_workers(answer, view);
	tell_mail(answer, &sum);
	for (size_t i = 0; i < STATISTICS_STAGE_COUNT; i++)
		tell_times(answer, "latency", statistics_stage_names[i], &sum.stages[i]);
	tell_store(answer, world->memory, COUNTERS_MEMORY, &sum);
	if (world->other != NULL)
		tell_store(answer, world->other, view->conf->counters.store, &sum);
	tell_lookups(answer, &sum);
	for (size_t i = 0; i < policy->table_count && clock_ms() < deadline_ms; i++)
		tell_table(answer, world, policy->tables[i]);
	fputs("ok\n", answer);
}
