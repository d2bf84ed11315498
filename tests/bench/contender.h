/* SPDX-License-Identifier: BSD-2-Clause */
/* contender.h - Postern and the filters it is measured against: started, stopped, and what their processes use. */
#ifndef POSTERN_TESTS_BENCH_CONTENDER_H
#define POSTERN_TESTS_BENCH_CONTENDER_H

#include "tests/e2e/support/postern.h"

#include <stdint.h>

enum { CONTENDER_PROCESSES_MAX = 16 };

enum contender_kind { NAIVE, SILENT, DIALOGUE, TOUCHING, POSTERN, CONTENDER_COUNT };
extern const char *const contender_names[CONTENDER_COUNT];

struct contender {
	enum contender_kind kind;
	const char *socket;
	struct postern postern; /* directory, log and leash of the filters as well */
	struct process process; /* of a filter */
	pid_t pids[CONTENDER_PROCESSES_MAX];
	size_t count;
};

/* Where the programs are, and how many processes each of them serves with. */
struct arena {
	struct tempdir dir;
	const char *filters;
	const char *shipped; /* configuration of Postern */
	unsigned processes;
};

void contender_init(struct contender *contender, enum contender_kind kind, const struct arena *arena);

/* protocol and chunk: what a filter of kind DIALOGUE or TOUCHING shall negotiate, and at which chunk of the body accept. A
 * running one is stopped first. */
void contender_start(struct contender *contender, const struct arena *arena, uint32_t protocol, unsigned chunk);
void contender_stop(struct contender *contender);

double contender_cpu_s(const struct contender *contender);  /* used since its start, by the serving processes */
double contender_memory(const struct contender *contender); /* resident octets of these */

#endif
