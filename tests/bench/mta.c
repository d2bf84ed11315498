/* SPDX-License-Identifier: BSD-2-Clause */
/* What a milter costs, end to end: SMTP clients, a Postfix, the milter, and the mail thrown away.
 *
 *      mta [-r ROUNDS] [-s SECONDS] [-o FILE] FILTERS POSTERN.CONF
 *
 * Each round runs every contender for SECONDS, each behind a Postfix of its own. FILE becomes a table of values between tabs, one line for each
 * contender and number of connections, with a line of names before them (plot.py reads it). */
#define _GNU_SOURCE
#include "tests/bench/goals.h"
#include "tests/bench/rival.h"
#include "tests/bench/smtp_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BODY_MAX = 16384, ATTACHMENT = 8192 /* octets of base64 */, MILLI = 1000 };

static const unsigned connection_counts[] = { 1, 16, 64 };
static const double shares[] = { 0.5, 0.99, 0.999 };
enum { CONNECTION_COUNTS = 3, SHARES = 3 };

struct entry {
	const struct rival *rival;
	struct smtp_load *load;
	double rate[FIGURES_MAX];
	struct smtp_load_result total; /* of all rounds */
};

struct bench {
	struct tempdir dir;
	struct rival rivals[RIVAL_COUNT];
	unsigned rounds;
	double seconds;
	FILE *table; /* or NULL */
	char text[BODY_MAX];
	struct letter letter;
};

/* --- the message ----------------------------------------------------------------------------------------------------- */

static void
make_letter(struct bench *bench)
{
	static const char head[] = "Date: Mon, 6 Jan 2025 10:00:00 +0100\n"
				   "From: Alice Example <alice@example.com>\n"
				   "To: Bob Example <bob@dest.example.org>\n"
				   "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= and the report of last week\n"
				   "Message-ID: <20250106100000.3F2b@client.example.com>\n"
				   "MIME-Version: 1.0\n"
				   "Content-Type: multipart/mixed; boundary=\"=_5f3a9c01\"\n\n"
				   "--=_5f3a9c01\nContent-Type: text/plain; charset=utf-8\n\n";
	static const char line[] = "The quick brown fox jumps over the lazy dog, and then it does so again.\n";
	static const char file[] = "--=_5f3a9c01\nContent-Type: application/pdf; name=\"report.pdf\"\n"
				   "Content-Transfer-Encoding: base64\n"
				   "Content-Disposition: attachment; filename=\"report.pdf\"\n\n";
	static const char base64[] = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\n";
	FILE *out = fmemopen(bench->text, sizeof bench->text, "w");

	if (out == NULL)
		fail("out of memory");
	fputs(head, out);
	for (size_t i = 0; i < ATTACHMENT / 4; i += strlen(line))
		fputs(line, out);
	fputs(file, out);
	for (size_t i = 0; i < ATTACHMENT; i += strlen(base64))
		fputs(base64, out);
	fputs("--=_5f3a9c01--\n", out);
	fclose(out);
	bench->letter = (struct letter){ .sender = "alice@example.com", .text = bench->text };
}

/* --- rounds ---------------------------------------------------------------------------------------------------------- */

static void
run(const struct bench *bench, struct entry *entry, unsigned round)
{
	static struct smtp_load_result result;

	result = (struct smtp_load_result){ 0 };
	smtp_load_run(entry->load, bench->seconds, &result);
	if (result.wrong > 0)
		fail("%s: %s", entry->rival->name, result.wrong_answer);
	entry->rate[round] = (double)result.messages / result.seconds;
	entry->total.messages += result.messages;
	histogram_merge(&entry->total.end, &result.end);
	histogram_merge(&entry->total.whole, &result.whole);
}

/* Everybody begins a round in turn. */
static void
measure(const struct bench *bench, struct entry *entries, size_t count, unsigned connections)
{
	for (size_t i = 0; i < count; i++) {
		entries[i].load = smtp_load_open(entries[i].rival->postfix.port, &bench->letter, 1, connections);
		run(bench, &entries[i], 0); /* what is loaded with the first message is no part of it */
		entries[i].total = (struct smtp_load_result){ 0 };
	}
	for (unsigned round = 0; round < bench->rounds; round++)
		for (size_t i = 0; i < count; i++)
			run(bench, &entries[(round + i) % count], round);
	for (size_t i = 0; i < count; i++)
		smtp_load_close(entries[i].load);
}

/* --- what came out --------------------------------------------------------------------------------------------------- */

static void
print_head(struct bench *bench)
{
	printf("\n%-18s %5s %8s %8s   %-23s   %-23s   %-23s\n", "", "", "messages", "of no", "reply to the final dot,",
	       "added by the milter,", "whole message, added,");
	printf("%-18s %5s %8s %8s   %7s %7s %7s   %7s %7s %7s   %7s %7s %7s\n", "milter", "conn.", "a second", "milter",
	       "p50 ms", "p99", "p99.9", "p50 ms", "p99", "p99.9", "p50 ms", "p99", "p99.9");
	if (bench->table != NULL)
		fprintf(bench->table, "milter\tconnections\tmessages\trate\tratio\tend_p50\tend_p99\tend_p999\t"
				      "end_added_p50\tend_added_p99\tend_added_p999\twhole_p50\twhole_p99\twhole_p999\t"
				      "whole_added_p50\twhole_added_p99\twhole_added_p999\n");
}

/* Its times in milliseconds, and what they are above the other's. */
static void
times_of(const struct histogram *own, const struct histogram *other, double times_out[2 * SHARES])
{
	for (size_t i = 0; i < SHARES; i++) {
		times_out[i] = histogram_quantile_us(own, shares[i]) / MILLI;
		times_out[SHARES + i] = times_out[i] - histogram_quantile_us(other, shares[i]) / MILLI;
	}
}

static void
print_entry(struct bench *bench, const struct entry *entry, const struct entry *none, unsigned connections)
{
	double end[2 * SHARES], whole[2 * SHARES];
	double rate = median(entry->rate, bench->rounds);
	double ratio = median_ratio(entry->rate, none->rate, bench->rounds);

	times_of(&entry->total.end, &none->total.end, end);
	times_of(&entry->total.whole, &none->total.whole, whole);
	printf("%-18s %5u %8.0f %8.2f   %7.2f %7.2f %7.2f   %7.2f %7.2f %7.2f   %7.2f %7.2f %7.2f\n",
	       entry->rival->name, connections, rate, ratio, end[0], end[1], end[2], end[3], end[4], end[5], whole[3],
	       whole[4], whole[5]);
	fflush(stdout);
	if (bench->table == NULL)
		return;
	fprintf(bench->table, "%s\t%u\t%zu\t%.1f\t%.3f", entry->rival->name, connections, entry->total.messages, rate,
		ratio);
	for (size_t i = 0; i < 2 * SHARES; i++)
		fprintf(bench->table, "\t%.3f", end[i]);
	for (size_t i = 0; i < 2 * SHARES; i++)
		fprintf(bench->table, "\t%.3f", whole[i]);
	fputc('\n', bench->table);
}

static void
compare(struct bench *bench, unsigned connections)
{
	static struct entry entries[RIVAL_COUNT];
	size_t count = 0;

	memset(entries, 0, sizeof entries);
	for (size_t i = 0; i < RIVAL_COUNT; i++)
		if (bench->rivals[i].missing == NULL)
			entries[count++].rival = &bench->rivals[i];
	measure(bench, entries, count, connections);
	for (size_t i = 0; i < count; i++)
		print_entry(bench, &entries[i], &entries[0], connections);
}

/* --- the program ----------------------------------------------------------------------------------------------------- */

static void
read_arguments(struct bench *bench, struct rival_needs *needs, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "r:s:o:")) != -1) {
		if (option == 'r')
			bench->rounds = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 's')
			bench->seconds = strtod(optarg, NULL);
		else if (option == 'o' && (bench->table = fopen(optarg, "w")) == NULL)
			fail("cannot write %s", optarg);
	}
	if (argc - optind != 2 || bench->rounds < 1 || bench->rounds > FIGURES_MAX)
		fail("usage: mta [-r ROUNDS] [-s SECONDS] [-o FILE] FILTERS POSTERN.CONF");
	needs->filters = argv[optind];
	needs->shipped = argv[optind + 1];
}

int
main(int argc, char **argv)
{
	static struct bench bench = { .rounds = 9, .seconds = 2 };
	struct rival_needs needs = { .dir = &bench.dir };
	const char *missing = postfix_missing();

	read_arguments(&bench, &needs, argc, argv);
	if (missing != NULL) {
		printf("skipped: %s\n", missing);
		return EXIT_SUCCESS;
	}
	tempdir_make(&bench.dir);
	make_letter(&bench);
	printf("Postfix with and without milters; medians of %u rounds of %.1f s, messages of %zu octets.\n",
	       bench.rounds, bench.seconds, strlen(bench.text));
	for (size_t i = 0; i < RIVAL_COUNT; i++) {
		rival_start(&bench.rivals[i], (enum rival_kind)i, &needs);
		if (bench.rivals[i].missing != NULL)
			printf("%s is skipped: %s\n", bench.rivals[i].name, bench.rivals[i].missing);
	}
	print_head(&bench);
	for (size_t i = 0; i < CONNECTION_COUNTS; i++)
		compare(&bench, connection_counts[i]);
	for (size_t i = 0; i < RIVAL_COUNT; i++)
		rival_stop(&bench.rivals[i]);
	tempdir_remove(&bench.dir);
	if (bench.table != NULL && fclose(bench.table) != 0)
		fail("the table cannot be written");
	return EXIT_SUCCESS;
}
