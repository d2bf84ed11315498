/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/outage.h"

#include "tests/e2e/support/patience.h"

#include <stdio.h>
#include <string.h>

enum {
	IN_FLIGHT_MS = 500,
	CAUSES_MOST = 4 /* for which a worker logs that a store fails, in the minute that a test lasts */
};

#define FROM "From: Robin <robin@example.com>\n"
static const struct storm_letter letters[] = {
	{ "good", "robin@example.com", FROM "Subject: Good morning\n\nThe worm was early.\n", { NULL } },
	{ "no-subject", "robin@example.com", FROM "\nThe worm.\n", { "554 5.6.0 Subject not present" } },
};

static const char used_up_text[] = "limit: 100 % of a quota reached";

struct mta outage_mta = { .kind = MTA_POSTFIX };
struct storm outage_storm;

bool
outage_open(void)
{
	if (postfix_missing() != NULL) {
		fprintf(stderr, "skipped: %s\n", postfix_missing());
		return false;
	}
	asking_begin();
	postfix_start(&outage_mta.postfix, &asking.dir, asking.postern.socket.text);
	outage_mta.port = outage_mta.postfix.port;
	return true;
}

void
outage_close(void)
{
	postfix_stop(&outage_mta.postfix);
	asking_end();
}

/* --- the daemon and its load -------------------------------------------------------------------------------------- */

void
outage_serve(const char *store, const char *on_failure, const char *timeout)
{
	char config[1024];

	snprintf(config, sizeof config,
		 "control = \"%s/control\";\n"
		 "log = { decisions = \"findings\"; };\n"
		 "counters = { store = \"%s\"; on_failure = \"%s\"; timeout = \"%s\"; };\n"
		 "checks = { subject_missing = { }; daily_quota = { quota = \"%d/24h\"; per = \"sender\"; }; };\n",
		 asking.postern.directory.text, store, on_failure, timeout, OUTAGE_QUOTA);
	postern_configure(&asking.postern, config);
	asking_launch();
}

void
outage_start_storm(const char *name)
{
	storm_start(&outage_storm, &(struct storm_options){ .name = name,
							    .mta = &outage_mta,
							    .seed = dice_seed("STORM_SEED"),
							    .letters = letters,
							    .letters_count = sizeof letters / sizeof letters[0] });
}

void
outage_begin_storm(const char *name)
{
	outage_start_storm(name);
	storm_await_accepted(&outage_storm, OUTAGE_BEFORE);
}

void
outage_exhaust(size_t quotas)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	unsigned before;

	do {
		ck_assert_msg(deadline_nap(&deadline), "there is no end to what passes");
		before = outage_storm.accepted;
		storm_await(&outage_storm, OUTAGE_MEANWHILE);
	} while (outage_storm.accepted != before || asking_times_logged(used_up_text) < quotas);
}

/* How many were told that there is no counting. */
static unsigned
put_off(void)
{
	unsigned sent = storm_ledger_tally(&outage_storm.ledger).sent, count = 0;

	for (unsigned i = 0; i < sent; i++)
		count += strstr(outage_storm.ledger.messages[i].reply, "451 4.3.0 Temporary service failure") != NULL;
	return count;
}

void
outage_end_storm(unsigned accepted_most, bool puts_off)
{
	storm_finish(&outage_storm);
	expect_storm_kept(&outage_storm);
	ck_assert_uint_eq(asking_times_logged(" was killed by signal ") + asking_times_logged(" ended unasked"), 0);
	ck_assert_uint_le(outage_storm.accepted, accepted_most);
	ck_assert_msg((put_off() > 0) == puts_off, "%u were put off", put_off());
	storm_free(&outage_storm);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}

static bool
is_healthy(const char *store)
{
	json_t *status = asking_status();
	bool healthy =
		json_is_true(json_object_get(json_object_get(json_object_get(status, "stores"), store), "healthy"));

	json_decref(status);
	return healthy;
}

static long long
failures_of(const char *store)
{
	json_t *status = asking_status();
	long long failures = asking_figure(status, "stores", store, "failures", NULL);

	json_decref(status);
	return failures;
}

static void
await_health(const char *store, bool healthy)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (is_healthy(store) != healthy)
		ck_assert_msg(deadline_nap(&deadline), "status says the %s store %s", store,
			      healthy ? "does not answer" : "answers");
}

/* --- what happens meanwhile --------------------------------------------------------------------------------------- */

void
outage_expect_all_come_again(void)
{
	unsigned accepted;

	nap_ms(IN_FLIGHT_MS);
	accepted = outage_storm.accepted;
	storm_await(&outage_storm, OUTAGE_MEANWHILE);
	ck_assert_uint_eq(outage_storm.accepted, accepted);
}

static void
all_pass(void)
{
	storm_await_accepted(&outage_storm, OUTAGE_QUOTA + 1);
}

/* Each host, of which there is one. */
static void
it_counts_for_itself(void)
{
	unsigned accepted = outage_storm.accepted;

	outage_exhaust(1);
	ck_assert_uint_le(outage_storm.accepted, accepted + OUTAGE_QUOTA + STORM_CLIENTS);
	ck_assert_uint_gt(outage_storm.accepted, accepted);
}

static const struct outcome {
	const char *on_failure, *logged;
	void (*meanwhile)(void);
	unsigned accepted_most;
} outcomes[] = {
	[COUNTERS_TEMPFAIL] = { "tempfail", "; messages that it should count are answered as",
				outage_expect_all_come_again, OUTAGE_QUOTA },
	[COUNTERS_ACCEPT] = { "accept", "; its limits do not apply", all_pass, UINT32_MAX },
	[COUNTERS_LOCAL] = { "local", "; messages are counted in this daemon's memory", it_counts_for_itself,
			     2 * OUTAGE_QUOTA },
};

void
outage_play(const char *store, const struct outage *outage, enum counters_on_failure on_failure)
{
	const struct outcome *outcome = &outcomes[on_failure];
	char name[64];

	snprintf(name, sizeof name, "%s-%s", outage->name, outcome->on_failure);
	outage_serve(store, outcome->on_failure, "400ms");
	outage_begin_storm(name);
	outage->begin();
	ck_assert(postern_logs(&asking.postern, outcome->logged));
	if (outage->now_and_then)
		storm_await(&outage_storm, OUTAGE_MEANWHILE);
	else
		outcome->meanwhile();
	ck_assert_int_gt(failures_of(outage->store), 0);
	if (strcmp(outage->store, "redis") == 0)
		await_health(outage->store, false);
	size_t used_up = asking_times_logged(used_up_text);
	outage->end();
	ck_assert(postern_logs(&asking.postern, " store answers again"));
	await_health(outage->store, true);
	outage_exhaust(used_up + 1);
	ck_assert_uint_le(asking_times_logged(" store fails: "), ASKING_WORKERS * CAUSES_MOST);
	outage_end_storm(outcome->accepted_most, on_failure == COUNTERS_TEMPFAIL);
}
