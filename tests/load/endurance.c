/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/patience.h"
#include "tests/load/crowd.h"
#include "tests/load/trend.h"
#include "tests/load/trials.h"

#include <math.h>
#include <stdio.h>

enum {
	RENEWED = 5,     /* messages of a connection of the half that renews them */
	WARM_UP = 5,     /* a fifth of the messages, before memory is looked at */
	TOUCHES = 100,   /* connections that make the workers load what they load once */
	SAMPLE_MS = 500, /* between two looks at the memory */
	KIB = 1024,
	MIB = 1024 * 1024
};

static const double million = 1e6;

static void
print_footprint(const char *when, const struct footprint *footprint)
{
	printf("  %-28s %5.1f %5.1f  %8.1f %8.1f  %9zu\n", when, footprint->supervisor.rss / MIB,
	       footprint->supervisor.pss / MIB, footprint->workers.rss / MIB, footprint->workers.pss / MIB,
	       footprint_descriptors(footprint));
	fflush(stdout);
}

/* Until the workers serve and have loaded what they load once. */
static void
begin(const struct trials *trials)
{
	static struct crowd crowd;
	static struct crowd_result result;
	struct crowd_options options = { .connections = TOUCHES, .renewed = 1 };

	crowd_start(&crowd, trials->postern.socket.text, &options);
	while (crowd_messages(&crowd) < TOUCHES * RENEWED)
		nap_ms(NAP_MS);
	crowd_stop(&crowd, &result);
}

/* Samples the memory until the run is over. */
static void
watch(const struct trials *trials, struct crowd *crowd, struct trend *trend)
{
	uint64_t end = now_ns() + (uint64_t)(trials->seconds * 1e9);
	size_t last = crowd_messages(crowd) + trials->messages;
	struct footprint footprint;

	while (now_ns() < end || crowd_messages(crowd) < last) {
		nap_ms(SAMPLE_MS);
		footprint_read(&footprint, &trials->postern);
		trend_add(trend, (double)crowd_messages(crowd) / million, footprint_pss(&footprint));
	}
	print_footprint("end, connected", &footprint);
}

static void
print_result(const struct crowd_result *result, const struct trend *trend)
{
	double noise;
	double slope = trend_slope(trend, &noise);

	printf("  messages %zu, %.0f a second; wrong answers %zu%s%s\n", result->messages,
	       (double)result->messages / result->seconds, result->wrong, result->wrong > 0 ? ", such as " : "",
	       result->wrong_answer);
	printf("  a reply takes %s (the load and the daemon share the processors)\n",
	       histogram_line(&result->times).text);
	printf("  memory (Pss) grows by %.0f KiB in 10^6 messages; goal 0 within noise, which is %.0f KiB "
	       "(two standard errors of %zu samples): %s\n",
	       slope / KIB, noise / KIB, trend->count, slope <= noise ? "reached" : "MISSED");
}

bool
trial_of_endurance(struct trials *trials)
{
	static struct crowd crowd;
	static struct crowd_result result;
	static struct trend trend;
	struct crowd_options options = { .connections = trials->crowd, .renewed = RENEWED, .keep = true };
	struct footprint before, after;

	printf("\n%u connections, half of them renewed after %d messages:\n", trials->crowd, RENEWED);
	printf("  %-28s %11s  %17s  %9s\n", "MiB", "supervisor", "workers", "");
	printf("  %-28s %5s %5s  %8s %8s  %9s\n", "", "RSS", "Pss", "RSS", "Pss", "open files");
	begin(trials);
	footprint_at_rest(&before, &trials->postern);
	print_footprint("start", &before);
	crowd_start(&crowd, trials->postern.socket.text, &options);
	while (crowd_messages(&crowd) < trials->messages / WARM_UP)
		nap_ms(SAMPLE_MS);
	footprint_read(&after, &trials->postern);
	print_footprint("after warm-up, connected", &after);
	watch(trials, &crowd, &trend);
	crowd_stop(&crowd, &result);
	bool settled = footprint_settles(&after, &trials->postern, footprint_descriptors(&before));
	print_footprint("end, no connection", &after);
	print_result(&result, &trend);
	printf("  open files before and after: %zu, %zu%s\n", footprint_descriptors(&before),
	       footprint_descriptors(&after), settled ? "" : ": LEAK");
	return result.wrong == 0 && settled;
}
