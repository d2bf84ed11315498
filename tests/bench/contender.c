/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/contender.h"

#include "tests/bench/script.h"
#include "tests/e2e/support/patience.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const contender_names[CONTENDER_COUNT] = { "naive", "silent", "dialogue", "touching", "postern" };

void
contender_init(struct contender *contender, enum contender_kind kind, const struct arena *arena)
{
	*contender = (struct contender){ .kind = kind };
	postern_prepare(&contender->postern, &arena->dir, contender_names[kind]);
	contender->socket = contender->postern.socket.text;
	if (kind == POSTERN) {
		char text[64];

		postern_configure_as_shipped(&contender->postern, arena->shipped);
		snprintf(text, sizeof text, "workers = %u;\n", arena->processes);
		file_write(path_join(contender->postern.directory.text, "conf.d/workers.conf").text, text);
	}
}

static void
start_filter(struct contender *contender, const struct arena *arena, uint32_t protocol, unsigned chunk)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	char processes[16], protocol_text[16], chunk_text[16];
	const char *const argv[] = { arena->filters,
				     contender->socket,
				     processes,
				     protocol_text,
				     chunk_text,
				     contender->kind == TOUCHING ? "touch" : "pass",
				     NULL };

	snprintf(processes, sizeof processes, "%u", arena->processes);
	snprintf(protocol_text, sizeof protocol_text, "%#x", protocol);
	snprintf(chunk_text, sizeof chunk_text, "%u", chunk);
	unlink(contender->socket);
	process_start(&contender->process, argv, contender->postern.log.text, contender->postern.leash);
	while (!postern_answers(&contender->postern))
		if (!process_lives(contender->process.pid) || !deadline_nap(&deadline))
			fail("%s does not start", arena->filters);
}

/* Processes that serve, once all of them are there. */
static void
find_processes(struct contender *contender, const struct arena *arena)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	pid_t parent = contender->kind == POSTERN ? contender->postern.supervisor.pid : contender->process.pid;

	do
		contender->count = process_children(parent, contender->pids, CONTENDER_PROCESSES_MAX);
	while (contender->count != arena->processes && deadline_nap(&deadline));
	if (contender->count != arena->processes)
		fail("%s has %zu processes", contender_names[contender->kind], contender->count);
}

void
contender_start(struct contender *contender, const struct arena *arena, uint32_t protocol, unsigned chunk)
{
	contender_stop(contender);
	if (contender->kind == POSTERN)
		postern_start(&contender->postern);
	else if (contender->kind == NAIVE)
		start_filter(contender, arena, 0, 0);
	else if (contender->kind == SILENT)
		start_filter(contender, arena, SCRIPT_QUIET, 0);
	else
		start_filter(contender, arena, protocol, chunk);
	find_processes(contender, arena);
}

void
contender_stop(struct contender *contender)
{
	if (contender->count == 0)
		return;
	if (contender->kind == POSTERN)
		postern_kill(&contender->postern);
	else
		process_kill(&contender->process);
	contender->count = 0;
}

double
contender_cpu_s(const struct contender *contender)
{
	double seconds = 0;

	for (size_t i = 0; i < contender->count; i++) {
		clockid_t clock;
		struct timespec time;

		if (clock_getcpuclockid(contender->pids[i], &clock) != 0 || clock_gettime(clock, &time) != 0)
			fail("%s has died", contender_names[contender->kind]);
		seconds += (double)time.tv_sec + (double)time.tv_nsec / 1e9;
	}
	return seconds;
}

double
contender_memory(const struct contender *contender)
{
	double octets = 0;

	for (size_t i = 0; i < contender->count; i++) {
		char path[64];
		unsigned long pages;
		snprintf(path, sizeof path, "/proc/%d/statm", (int)contender->pids[i]);
		FILE *file = fopen(path, "r");

		if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1)
			fail("cannot read %s", path);
		fclose(file);
		octets += (double)pages * (double)sysconf(_SC_PAGESIZE);
	}
	return octets;
}
