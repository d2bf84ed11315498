/* SPDX-License-Identifier: BSD-2-Clause */
/* Reloads while clients send: each session is answered by one configuration, whole, and nobody is told to come again because of it.
 * STORM_SECONDS is for how long with each MTA. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/samples.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RELOAD_MS = 100, /* between two SIGHUPs */
	SECONDS = 8,
	SENDMAIL_PART = 4,      /* Sendmail gets so much less, */
	SENDMAIL_CLIENTS = 6,   /* and fewer clients: it starts a process for each */
	LEAST = 200,            /* messages: on a slow machine all of fewer may come to one policy, */
	LATEST_MS = 60000,      /* and for no longer than that */
	AWAITED_MESSAGES = 100, /* while each broken configuration is there */
	BROKEN_TURNS = 3
};

#define FIRST "554 5.6.0 First policy"
#define SECOND "554 5.6.0 Second policy"

/* In both the same violation has another reply, and of two others each refuses one. */
static const char first_config[] = "checks = {\n"
				   "\tattachment_empty = { reply = \"" FIRST "\"; };\n"
				   "\tsubject_missing = { reply = \"" FIRST "\"; };\n"
				   "};\n";
static const char second_config[] = "checks = {\n"
				    "\tattachment_empty = { reply = \"" SECOND "\"; };\n"
				    "\tbody_missing = { reply = \"" SECOND "\"; };\n"
				    "};\n";
static const char wrong_config[] = "checks = { attachment_empty = { replay = \"554 5.6.0 Wrong\"; }; };\n";

enum { LETTERS = 5 };

/* A letter is the sample of this name. */
static struct storm_letter letters[LETTERS] = {
	{ .name = "plain" },
	{ .name = "attachment" },
	{ .name = "empty-attachment", .replies = { FIRST, SECOND } },
	{ .name = "no-subject", .replies = { FIRST, NULL } },
	{ .name = "no-body", .replies = { NULL, SECOND } },
};

static struct mtas rig;
static struct storm storm;

static void
start_storm(int kind, unsigned policies)
{
	for (size_t i = 0; i < LETTERS; i++) {
		const struct sample *sample = sample_find(letters[i].name);

		letters[i].sender = sample->sender;
		letters[i].text = sample->text;
	}
	storm_start(&storm, &(struct storm_options){
				    .name = mta_names[kind],
				    .mta = &rig.mta[kind],
				    .clients = kind == MTA_SENDMAIL ? SENDMAIL_CLIENTS : STORM_CLIENTS,
				    .seed = dice_seed("STORM_SEED"),
				    .letters = letters,
				    .letters_count = LETTERS,
				    .policies = policies,
			    });
}

static void
finish_storm(void)
{
	storm_finish(&storm);
	expect_storm_kept(&storm);
	expect_storm_lost(&storm, 0);
	expect_storm_deferred(&storm, 0);
	expect_storm_accepted(&storm, 100);
	expect_storm_sessions_whole(&storm);
}

/* At once, so that the daemon finds one or the other. */
static void
switch_config(const char *text)
{
	struct postern next = rig.postern;

	next.config = path_join(rig.postern.directory.text, "next.conf");
	postern_configure(&next, text);
	ck_assert_int_eq(rename(next.config.text, rig.postern.config.text), 0);
}

static int64_t
milliseconds(int kind)
{
	const char *given = getenv("STORM_SECONDS");
	int64_t seconds = given != NULL ? strtol(given, NULL, 10) : SECONDS;

	return seconds * 1000 / (kind == MTA_SENDMAIL ? SENDMAIL_PART : 1);
}

static void
expect_both_policies(void)
{
	unsigned sent = storm_ledger_tally(&storm.ledger).sent, seen[1u << 2] = { 0 };

	for (unsigned i = 0; i < sent; i++)
		seen[storm.ledger.messages[i].policies]++;
	fprintf(stderr, "%u answers of the first policy alone, %u of the second\n", seen[1], seen[2]);
	ck_assert_msg(seen[1] > 0 && seen[2] > 0, "only one policy was ever in force");
}

static size_t
count_logged(const char *text)
{
	size_t length, count = 0;
	char *log = file_read(rig.postern.log.text, &length);

	ck_assert_ptr_nonnull(log);
	for (const char *at = log; (at = strstr(at, text)) != NULL; at++)
		count++;
	free(log);
	return count;
}

static bool
has_sent(unsigned messages)
{
	return atomic_load(&storm.ledger.begun) >= messages;
}

START_TEST(each_session_is_answered_by_one_configuration)
{
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mtas_serve(&rig, first_config);
		start_storm(kind, 2);
		struct deadline enough = deadline_in(milliseconds(kind)), latest = deadline_in(LATEST_MS);
		for (unsigned i = 0; now_ms() < enough.at_ms || (!has_sent(LEAST) && now_ms() < latest.at_ms); i++) {
			switch_config(i % 2 == 0 ? second_config : first_config);
			process_signal(&rig.postern.supervisor, SIGHUP);
			nap_ms(RELOAD_MS);
		}
		fprintf(stderr, "%zu reloads; ", count_logged("reloaded: "));
		finish_storm();
		expect_both_policies();
		storm_free(&storm);
		postern_kill(&rig.postern);
	}
}
END_TEST

/* --- configurations that are broken ----------------------------------------------------------------------------------- */

static void
make_wrong(const char *path)
{
	(void)path;
	switch_config(wrong_config);
}

static void
make_missing(const char *path)
{
	ck_assert_int_eq(unlink(path), 0);
}

static void
make_unreadable(const char *path)
{
	ck_assert_int_eq(chmod(path, 0), 0);
}

static void
make_directory(const char *path)
{
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static const struct {
	const char *what;
	void (*make)(const char *path);
	const char *error; /* what the log says of it */
} breakages[] = {
	{ "a setting that there is not", make_wrong, "did you mean" },
	{ "no file", make_missing, "No such file or directory" },
	{ "a file that the daemon's user may not read", make_unreadable, "Permission denied" },
	{ "a directory", make_directory, "directory" },
};
enum { BREAKAGES = sizeof breakages / sizeof breakages[0] };

/* One reload, one error line for what is wrong, and one that says what that means. */
static void
expect_kept_old(size_t which)
{
	static const char refused[] = "error: not reloaded";
	struct deadline deadline = deadline_in(PATIENCE_MS);
	size_t before = count_logged(refused), errors = count_logged(breakages[which].error);

	breakages[which].make(rig.postern.config.text);
	process_signal(&rig.postern.supervisor, SIGHUP);
	while (count_logged(refused) == before)
		ck_assert_msg(deadline_nap(&deadline), "%s: nothing is said of it", breakages[which].what);
	storm_await(&storm, AWAITED_MESSAGES);
	ck_assert_msg(count_logged(refused) == before + 1, "%s: said more than once", breakages[which].what);
	size_t said = count_logged(breakages[which].error) - errors;
	ck_assert_msg(said == 1, "%s: \"%s\" is said %zu times", breakages[which].what, breakages[which].error, said);
	rmdir(rig.postern.config.text);
}

START_TEST(with_a_broken_configuration_the_old_one_stays)
{
	mtas_serve(&rig, first_config);
	start_storm(MTA_POSTFIX, 1);
	for (size_t i = 0; i < BREAKAGES * (size_t)BROKEN_TURNS; i++) {
		switch_config(first_config);
		expect_kept_old(i % BREAKAGES);
	}
	/* And it still takes a good one. */
	switch_config(first_config);
	ck_assert(postern_reload(&rig.postern, "reloaded: "));
	storm_await(&storm, AWAITED_MESSAGES);
	finish_storm();
	storm_free(&storm);
	postern_kill(&rig.postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		each_session_is_answered_by_one_configuration,
		with_a_broken_configuration_the_old_one_stays,
	};
	const struct mta_options options = { .name = NULL };

	if (!mtas_open(&rig, &options))
		return MTAS_SKIPPED;
	int status = suite_run("storm_reload", tests, sizeof tests / sizeof tests[0],
			       getenv("STORM_SECONDS") != NULL ? 0 : 2 * MTAS_TIMEOUT_S);
	mtas_close(&rig);
	return status;
}
