/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast the daemon is and what it needs, beside filters that do nothing (filters.c).
 *
 *      daemon [-w PROCESSES] [-r ROUNDS] [-s SECONDS] FILTERS POSTERN.CONF
 *
 * Each round runs every contender for SECONDS, and the figures are medians of the ratios within a round: neither the machine
 * nor its mood matters much. A figure is never a failure; a dialogue that is not the expected one is. */
#define _GNU_SOURCE
#include "tests/bench/contender.h"
#include "tests/bench/goals.h"
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	CROWD = 1000, /* connections when memory is measured */
	HELD_CHUNKS = 8,
	LONGER = 4 /* times SECONDS, for messages of which few fit in */
};

static const struct mail small_text = { "4 KB text", 4 << 10, 0 };
static const struct mail small_attachment = { "4 KB, attachment", 4 << 10, 1 };
static const struct mail text = { "60 KB text", 60 << 10, 0 };
static const struct mail attachments = { "60 KB, two attachments", 60 << 10, 2 };
static const struct mail medium_attachment = { "100 KB, attachment", 100 << 10, 1 };
static const struct mail large_text = { "25 MB text", 25 << 20, 0 };
static const struct mail large_attachment = { "25 MB, attachment", 25 << 20, 1 };

static const unsigned connection_counts[] = { 1, 8, 64 };
enum { CONNECTION_COUNTS = sizeof connection_counts / sizeof connection_counts[0] };

struct bench {
	struct arena arena;
	struct contender contenders[CONTENDER_COUNT];
	uint32_t protocol; /* that Postern negotiates */
	unsigned rounds;
	double seconds; /* of a run */
	struct goals goals;
};

/* Something that is measured in each round, and what came out. */
struct entry {
	const struct contender *contender;
	const struct mail *mail;
	double rate[FIGURES_MAX]; /* messages a second */
	double cpu[FIGURES_MAX];  /* microseconds a message */
};

struct cell {
	unsigned connections;
	bool renewed;
	double seconds;
	struct entry entries[CONTENDER_COUNT];
	size_t count;
};

/* --- rounds ---------------------------------------------------------------------------------------------------------- */

static void
enter(struct cell *cell, const struct contender *contender, const struct mail *mail)
{
	cell->entries[cell->count++] = (struct entry){ .contender = contender, .mail = mail };
}

static void
run(const struct cell *cell, struct entry *entry, unsigned round)
{
	struct load *load = load_open(entry->contender->socket, entry->mail, cell->connections);
	struct load_result result;
	double cpu = contender_cpu_s(entry->contender);

	load_run(load, &(struct course){ .seconds = cell->seconds, .renewed = cell->renewed ? 1 : 0 }, &result);
	cpu = contender_cpu_s(entry->contender) - cpu;
	load_close(load);
	if (result.refused > 0)
		fail("%s refused %zu messages", contender_names[entry->contender->kind], result.refused);
	entry->rate[round] = (double)result.messages / result.seconds;
	entry->cpu[round] = cpu * 1e6 / (double)result.messages;
}

/* Everybody begins a round in turn. */
static void
measure(const struct bench *bench, struct cell *cell)
{
	for (unsigned round = 0; round < bench->rounds; round++)
		for (size_t i = 0; i < cell->count; i++)
			run(cell, &cell->entries[(round + i) % cell->count], round);
}

/* Of the first entry's figures to those of another. */
static double
rate_ratio(const struct bench *bench, const struct cell *cell, size_t other)
{
	return median_ratio(cell->entries[0].rate, cell->entries[other].rate, bench->rounds);
}

static double
cpu_ratio(const struct bench *bench, const struct cell *cell, size_t other)
{
	return median_ratio(cell->entries[0].cpu, cell->entries[other].cpu, bench->rounds);
}

/* --- the same dialogue ----------------------------------------------------------------------------------------------- */

static void
probe(const struct contender *contender, const struct mail *mail, struct load_result *result_out)
{
	struct load *load = load_open(contender->socket, mail, 1);

	load_run(load, &(struct course){ 0 }, result_out);
	load_close(load);
}

/* The filters that hold Postern's dialogue learn it from Postern itself. */
static void
teach(struct bench *bench, const struct mail *mail)
{
	static const enum contender_kind pupils[] = { DIALOGUE, TOUCHING };
	struct load_result postern;

	probe(&bench->contenders[POSTERN], mail, &postern);
	for (size_t i = 0; i < sizeof pupils / sizeof pupils[0]; i++) {
		struct contender *pupil = &bench->contenders[pupils[i]];
		struct load_result result;

		contender_start(pupil, &bench->arena, bench->protocol, postern.chunk);
		probe(pupil, mail, &result);
		if (result.replies != postern.replies || result.octets != postern.octets)
			fail("%s: the %s filter does not hold Postern's dialogue", mail->name,
			     contender_names[pupils[i]]);
	}
}

/* --- messages a second ----------------------------------------------------------------------------------------------- */

static const char row[] = "%-23s %5u %-7s %8.0f %8.1f %9.2f %7.2f %9.2f %7.2f %7.2f\n";

static void
print_head(void)
{
	printf("\n%-23s %5s %-7s %8s %8s %9s %7s %9s %7s %7s\n", "", "", "", "messages", "CPU us", "of same", "in CPU",
	       "of the", "of the", "of the");
	printf("%-23s %5s %-7s %8s %8s %9s %7s %9s %7s %7s\n", "message", "conn.", "", "a second", "each", "dialogue",
	       "time", "touching", "silent", "naive");
}

static void
note_goals(struct bench *bench, const struct cell *cell, const double ratios[4])
{
	const struct mail *mail = cell->entries[0].mail;

	if (mail == &small_text || mail == &small_attachment) {
		goals_note(&bench->goals, GOAL_DIALOGUE, ratios[0]);
		goals_note(&bench->goals, GOAL_SILENT, ratios[2]);
		goals_note(&bench->goals, GOAL_NAIVE, ratios[3]);
	} else if (mail == &large_attachment) {
		goals_note(&bench->goals, GOAL_TOUCHING, ratios[1]);
	}
}

static void
compare_with_filters(struct bench *bench, const struct mail *mail, unsigned connections, bool renewed)
{
	static const enum contender_kind order[] = { POSTERN, DIALOGUE, TOUCHING, SILENT, NAIVE };
	static struct cell cell;
	double ratios[4];

	cell = (struct cell){ .connections = connections, .renewed = renewed, .seconds = bench->seconds };
	if (mail == &large_attachment)
		cell.seconds *= LONGER;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		enter(&cell, &bench->contenders[order[i]], mail);
	measure(bench, &cell);
	for (size_t i = 0; i < 4; i++)
		ratios[i] = rate_ratio(bench, &cell, i + 1);
	note_goals(bench, &cell, ratios);
	printf(row, mail->name, connections, renewed ? "renewed" : "kept", median(cell.entries[0].rate, bench->rounds),
	       median(cell.entries[0].cpu, bench->rounds), ratios[0], cpu_ratio(bench, &cell, 1), ratios[1], ratios[2],
	       ratios[3]);
	fflush(stdout);
}

static void
compare_rates(struct bench *bench)
{
	static const struct mail *const mails[] = { &small_text, &small_attachment, &text, &attachments };

	print_head();
	for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
		teach(bench, mails[i]);
		for (size_t j = 0; j < CONNECTION_COUNTS; j++)
			compare_with_filters(bench, mails[i], connection_counts[j], false);
		for (size_t j = 0; j < CONNECTION_COUNTS; j++)
			compare_with_filters(bench, mails[i], connection_counts[j], true);
	}
	teach(bench, &large_attachment);
	compare_with_filters(bench, &large_attachment, 1, false);
	compare_with_filters(bench, &large_attachment, 8, false);
}

/* Whether the size of a message matters that is answered at its first chunk; and to the filter that looks at no octet of it. */
static void
compare_with_small(struct bench *bench, const struct mail *mail, unsigned connections)
{
	static struct cell cell;

	cell = (struct cell){ .connections = connections, .seconds = bench->seconds };
	enter(&cell, &bench->contenders[POSTERN], mail);
	enter(&cell, &bench->contenders[POSTERN], &small_text);
	enter(&cell, &bench->contenders[DIALOGUE], mail);
	enter(&cell, &bench->contenders[DIALOGUE], &small_text);
	measure(bench, &cell);
	double ratio = rate_ratio(bench, &cell, 1);
	double same_dialogue = median_ratio(cell.entries[2].rate, cell.entries[3].rate, bench->rounds);
	goals_note(&bench->goals, GOAL_SIZE, ratio);
	printf("%-23s %5u kept    %8.2f   (the filter with the same dialogue: %.2f)\n", mail->name, connections, ratio,
	       same_dialogue);
	fflush(stdout);
}

static void
compare_sizes(struct bench *bench)
{
	printf("\nSingle parts, as the ratio to 4 KB text:\n");
	teach(bench, &small_text);
	for (size_t i = 0; i < CONNECTION_COUNTS; i++)
		compare_with_small(bench, &text, connection_counts[i]);
	for (size_t i = 0; i < CONNECTION_COUNTS; i++)
		compare_with_small(bench, &large_text, connection_counts[i]);
}

/* --- memory ---------------------------------------------------------------------------------------------------------- */

/* Resident octets a connection, of a contender that has had one message: what that made it load is no connection's. */
static double
memory_of(struct bench *bench, enum contender_kind kind, const struct mail *mail, unsigned chunks)
{
	struct contender *contender = &bench->contenders[kind];
	struct load_result unused;

	contender_start(contender, &bench->arena, bench->protocol, 0);
	probe(contender, mail, &unused);
	double before = contender_memory(contender);
	struct load *load = load_open(contender->socket, mail, CROWD);
	if (chunks > 0)
		load_hold(load, chunks);
	double after = contender_memory(contender);
	load_close(load);
	return (after - before) / CROWD;
}

static void
compare_memory(struct bench *bench)
{
	static const struct {
		const char *what;
		const struct mail *mail;
		unsigned chunks;
	} rows[] = {
		{ "between two messages", &small_attachment, 0 },
		{ "in the middle of 100 KB", &medium_attachment, 1 },
		{ "in the middle of 25 MB", &large_attachment, HELD_CHUNKS },
	};

	printf("\nResident octets a connection, at %d connections:\n%-23s %8s %8s %8s\n", CROWD, "", "postern", "naive",
	       "above");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double postern = memory_of(bench, POSTERN, rows[i].mail, rows[i].chunks);
		double naive = memory_of(bench, NAIVE, rows[i].mail, rows[i].chunks);

		if (rows[i].chunks > 0)
			goals_note(&bench->goals, GOAL_MEMORY, (postern - naive) / 1024);
		printf("%-23s %8.0f %8.0f %8.0f\n", rows[i].what, postern, naive, postern - naive);
	}
}

/* --- the program ----------------------------------------------------------------------------------------------------- */

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		fail("the limit of open files is not known");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < CROWD + 100)
		fail("%d connections need more open files than the limit", CROWD);
}

static void
read_arguments(struct bench *bench, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "w:r:s:")) != -1) {
		if (option == 'w')
			bench->arena.processes = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'r')
			bench->rounds = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 's')
			bench->seconds = strtod(optarg, NULL);
	}
	if (argc - optind != 2 || bench->rounds < 1 || bench->rounds > FIGURES_MAX || bench->arena.processes < 1 ||
	    bench->arena.processes > CONTENDER_PROCESSES_MAX)
		fail("usage: daemon [-w PROCESSES] [-r ROUNDS] [-s SECONDS] FILTERS POSTERN.CONF");
	bench->arena.filters = argv[optind];
	bench->arena.shipped = argv[optind + 1];
}

int
main(int argc, char **argv)
{
	static struct bench bench = { .arena = { .processes = 1 }, .rounds = 9, .seconds = 0.1 };

	read_arguments(&bench, argc, argv);
	raise_descriptor_limit();
	tempdir_make(&bench.arena.dir);
	for (size_t i = 0; i < CONTENDER_COUNT; i++)
		contender_init(&bench.contenders[i], (enum contender_kind)i, &bench.arena);
	contender_start(&bench.contenders[NAIVE], &bench.arena, 0, 0);
	contender_start(&bench.contenders[SILENT], &bench.arena, 0, 0);
	contender_start(&bench.contenders[POSTERN], &bench.arena, 0, 0);
	bench.protocol = load_negotiate(bench.contenders[POSTERN].socket);
	printf("The daemon as shipped beside filters that do nothing, %u process%s each; medians of %u rounds.\n",
	       bench.arena.processes, bench.arena.processes > 1 ? "es" : "", bench.rounds);
	compare_rates(&bench);
	compare_sizes(&bench);
	compare_memory(&bench);
	goals_print(&bench.goals);
	for (size_t i = 0; i < CONTENDER_COUNT; i++)
		contender_stop(&bench.contenders[i]);
	tempdir_remove(&bench.arena.dir);
	return EXIT_SUCCESS;
}
