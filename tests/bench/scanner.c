/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast messages are judged in memory: ordinary ones beside memchr for line feeds and beside GMime over the same octets,
 * hostile ones beside an ordinary message of their size. Contenders run in turn within each round and the medians of their times are
 * compared, so that the machine's mood does not matter. control_characters is off, as shipped, but for one line. */
#define _POSIX_C_SOURCE 200809L
#include "policy/offline.h"
#include "tests/bench/scanner_gmime.h"
#include "tests/bench/scanner_kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7, HOSTILE_ROUNDS = 5, REPEAT_BELOW = 1 << 21 };

static double
now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
scan(const struct policy *policy, struct bytes text)
{
	static struct message message;
	const struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = "<a@example.com>" };

	message_init(&message, policy);
	offline_judge(&message, &envelope, text);
	message_close(&message);
}

static void
find_lines(const struct policy *policy, struct bytes text)
{
	static volatile size_t lines;

	(void)policy;
	for (ptrdiff_t at; (at = bytes_find(text, '\n')) >= 0; text = bytes_from(text, (size_t)at + 1))
		lines++;
}

static void
scan_by_gmime(const struct policy *policy, struct bytes text)
{
	(void)policy;
	gmime_scan(text);
}

/* Seconds a message; small ones are done several times, or the clock would be what is measured. */
static double
time_of(void (*work)(const struct policy *, struct bytes), const struct policy *policy, struct bytes text)
{
	unsigned times = 1 + (unsigned)(REPEAT_BELOW / (text.length + 1));
	double start = now_s();

	for (unsigned i = 0; i < times; i++)
		work(policy, text);
	return (now_s() - start) / times;
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return values[count / 2];
}

static void
measure_ordinary(const struct policy *policy, const struct kind *kind, const char *name)
{
	struct bytes text = kind_make(kind, kind->size);
	double own[ROUNDS], plain[ROUNDS], gmime[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		own[i] = time_of(scan, policy, text);
		plain[i] = time_of(find_lines, policy, text);
		gmime[i] = time_of(scan_by_gmime, policy, text);
	}
	double seconds = median(own, ROUNDS);
	printf("%-28s %8.2f GB/s %8.2f of memchr %8.1f of GMime\n", name, (double)text.length / seconds / 1e9,
	       median(plain, ROUNDS) / seconds, median(gmime, ROUNDS) / seconds);
	free((void *)text.data);
}

static void
measure_hostile(const struct policy *policy, const struct kind *kind)
{
	struct bytes text = kind_make(kind, kind->size);
	struct bytes usual = kind_make(&usual_kind, kind->size);
	double own[HOSTILE_ROUNDS], other[HOSTILE_ROUNDS];

	for (int i = 0; i < HOSTILE_ROUNDS; i++) {
		own[i] = time_of(scan, policy, text);
		other[i] = time_of(scan, policy, usual);
	}
	double seconds = median(own, HOSTILE_ROUNDS);
	printf("%-28s %8.2f GB/s %8.2f ms %8.1f times as long as an ordinary one\n", kind->name,
	       (double)text.length / seconds / 1e9, seconds * 1e3, seconds / median(other, HOSTILE_ROUNDS));
	free((void *)text.data);
	free((void *)usual.data);
}

static struct policy *
make_policy(bool with_controls)
{
	struct policy *policy = policy_new();

	if (policy == NULL)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < checks_count; i++)
		if (with_controls || strcmp(checks[i].name, "control_characters") != 0)
			policy->profiles[0].checks[i].mode = MODE_ENFORCE;
	return policy;
}

int
main(void)
{
	struct policy *policy = make_policy(false);
	struct policy *everything = make_policy(true);

	printf("Ordinary messages; medians of %d rounds; a message is %zu octets of memory.\n", ROUNDS,
	       sizeof(struct message));
	for (size_t i = 0; i < ordinary_kinds_count; i++)
		measure_ordinary(policy, &ordinary_kinds[i], ordinary_kinds[i].name);
	measure_ordinary(everything, &ordinary_kinds[0], "text, control_characters on");
	printf("\nHostile messages; medians of %d rounds.\n", HOSTILE_ROUNDS);
	for (size_t i = 0; i < hostile_kinds_count; i++)
		measure_hostile(policy, &hostile_kinds[i]);
	policy_free(policy);
	policy_free(everything);
	return EXIT_SUCCESS;
}
