/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/status_print.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

enum { WHEN_MAX = 32, WIDTH = 15 }; /* of the column of names */

static json_int_t
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
string(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value != NULL ? value : "";
}

static const char *
when(json_int_t seconds, char text_out[WHEN_MAX])
{
	time_t moment = (time_t)seconds;
	struct tm local;

	text_out[0] = '\0';
	if (localtime_r(&moment, &local) != NULL)
		strftime(text_out, WHEN_MAX, "%Y-%m-%d %H:%M:%S", &local);
	return text_out;
}

/* "3d 4h", "5m 2s": the two largest units. */
static const char *
how_long(json_int_t seconds, char text_out[WHEN_MAX])
{
	if (seconds >= 86400)
		snprintf(text_out, WHEN_MAX, "%lldd %lldh", (long long)seconds / 86400,
			 (long long)seconds % 86400 / 3600);
	else if (seconds >= 3600)
		snprintf(text_out, WHEN_MAX, "%lldh %lldm", (long long)seconds / 3600, (long long)seconds % 3600 / 60);
	else
		snprintf(text_out, WHEN_MAX, "%lldm %llds", (long long)seconds / 60, (long long)seconds % 60);
	return text_out;
}

static const char *
how_fast(double seconds, char text_out[WHEN_MAX])
{
	if (seconds < 1e-3)
		snprintf(text_out, WHEN_MAX, "%.0f us", seconds * 1e6);
	else if (seconds < 1)
		snprintf(text_out, WHEN_MAX, "%.1f ms", seconds * 1e3);
	else
		snprintf(text_out, WHEN_MAX, "%.1f s", seconds);
	return text_out;
}

/* "12 accept, 0 hold". */
static void
print_counts(FILE *stream, const char *title, const json_t *counts)
{
	const char *name, *between = "";
	json_t *value;

	fprintf(stream, "%-*s", WIDTH, title);
	json_object_foreach((json_t *)counts, name, value)
	{
		fprintf(stream, "%s%lld %s", between, (long long)json_integer_value(value), name);
		between = ", ";
	}
	fputc('\n', stream);
}

static void
print_reload(const json_t *reload, FILE *stream)
{
	static const struct {
		const char *result, *words;
	} words[] = {
		{ "none", "none since the start" },
		{ "ok", "went well" },
		{ "wrong", "failed: the configuration is wrong; the old one stays in force" },
		{ "failed", "failed: see the log; the old configuration stays in force" },
	};
	char moment[WHEN_MAX];

	fprintf(stream, "%-*s", WIDTH, "last reload");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].result, string(reload, "last")) == 0)
			fputs(words[i].words, stream);
	if (number(reload, "at") != 0)
		fprintf(stream, ", %s", when(number(reload, "at"), moment));
	fputc('\n', stream);
}

static void
print_daemon(const json_t *status, FILE *stream)
{
	const json_t *configuration = json_object_get(status, "configuration");
	char duration[WHEN_MAX], moment[WHEN_MAX];

	fprintf(stream, "postern %s (libmilter %s), pid %lld, up %s\n", string(status, "version"),
		string(status, "libmilter"), (long long)number(status, "pid"),
		how_long((json_int_t)time(NULL) - number(status, "started"), duration));
	fprintf(stream, "%-*s%s\n", WIDTH, "listens at", string(status, "listen"));
	fprintf(stream, "%-*s%s, read %s\n", WIDTH, "configuration", string(configuration, "path"),
		when(number(configuration, "loaded"), moment));
	print_reload(json_object_get(status, "reload"), stream);
}

static void
print_workers(const json_t *status, FILE *stream)
{
	const json_t *workers = json_object_get(status, "workers");
	const char *pid;
	json_t *worker;

	fprintf(stream, "%-*s%lld of %lld serve, %lld replaced since the start\n", WIDTH, "workers",
		(long long)number(workers, "serving"), (long long)number(workers, "wanted"),
		(long long)number(workers, "restarts"));
	json_object_foreach(json_object_get(status, "worker"), pid, worker)
	{
		char duration[WHEN_MAX];

		fprintf(stream, "  %-*s%s, of configuration %lld, for %s\n", WIDTH - 2, pid, string(worker, "state"),
			(long long)number(worker, "generation"), how_long(number(worker, "age"), duration));
	}
}

static void
print_hits(const json_t *hits, FILE *stream)
{
	const char *check;
	json_t *modes;

	if (hits == NULL)
		return;
	fputs("found, messages by check and mode\n", stream);
	json_object_foreach((json_t *)hits, check, modes)
	{
		char title[64];

		snprintf(title, sizeof title, "  %s  ", check);
		print_counts(stream, title, modes);
	}
}

static void
print_latency(const json_t *latency, FILE *stream)
{
	static const char *const columns[] = { "mean", "p50", "p99", "p999" };
	const char *stage;
	json_t *times;

	fprintf(stream, "%-*s%12s%10s%10s%10s%10s\n", WIDTH, "latency", "events", "mean", "50 %", "99 %", "99.9 %");
	json_object_foreach((json_t *)latency, stage, times)
	{
		fprintf(stream, "  %-*s%12lld", WIDTH - 2, stage, (long long)number(times, "count"));
		for (size_t i = 0; i < sizeof columns / sizeof columns[0] && number(times, "count") > 0; i++) {
			const json_t *value = json_object_get(times, columns[i]);
			char text[WHEN_MAX];

			fprintf(stream, "%10s", value != NULL ? how_fast(json_number_value(value), text) : "long");
		}
		fputc('\n', stream);
	}
}

static void
print_healths(const char *title, const json_t *things, FILE *stream)
{
	const char *name;
	json_t *thing;

	if (things == NULL)
		return;
	fprintf(stream, "%s\n", title);
	json_object_foreach((json_t *)things, name, thing)
	{
		bool healthy = json_is_true(json_object_get(thing, "healthy"));

		fprintf(stream, "  %-*s%s", WIDTH - 2, name, healthy ? " answers" : " does not answer");
		if (json_object_get(thing, "why") != NULL)
			fprintf(stream, ": %s", string(thing, "why"));
		if (json_object_get(thing, "count") != NULL)
			fprintf(stream, " (%lld calls, %lld without an answer)", (long long)number(thing, "count"),
				(long long)number(thing, "failures"));
		fputc('\n', stream);
	}
}

void
status_print(const json_t *status, FILE *stream)
{
	print_daemon(status, stream);
	print_workers(status, stream);
	print_counts(stream, "sessions", json_object_get(status, "sessions"));
	print_counts(stream, "messages", json_object_get(status, "messages"));
	print_counts(stream, "recipients", json_object_get(status, "recipients"));
	print_counts(stream, "failures", json_object_get(status, "failures"));
	print_hits(json_object_get(status, "hits"), stream);
	print_latency(json_object_get(status, "latency"), stream);
	print_healths("counters", json_object_get(status, "stores"), stream);
	print_healths("tables", json_object_get(status, "tables"), stream);
}
