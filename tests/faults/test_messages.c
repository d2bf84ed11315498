/* SPDX-License-Identifier: BSD-2-Clause */
/* Every message of tests/data and of tests/policy/cases, judged with each request for memory refused in turn: see fate.h. */
#include "milter/converters.h"
#include "tests/faults/fate.h"
#include "tests/faults/faults.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/support/stored.h"
#include "tests/support/suite.h"
#include "tests/support/trial.h"

#include <stdio.h>

enum { NAME_MAX_HERE = 256, REQUESTS_MIN = 40, TEST_S = 900 };

/* What depends on a file name that takes a converter. */
#define NAMED(name)                                                                             \
	"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" \
	"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename" name "\n\n\n--b--\n"
static const struct message_case named[] = {
	{ .check = "attachment_empty",
	  .sentence = "an exception by an encoded name",
	  .setting = "except_names=*.sig",
	  .text = NAMED("*=koi8-r''%C1.sig") },
	{ .check = "attachment_empty",
	  .sentence = "an exception by a name in an encoded word",
	  .setting = "except_names=*.sig",
	  .text = NAMED("=\"=?koi8-r?B?wS5zaWc=?=\"") },
	{ .check = "attachment_type",
	  .sentence = "a name that is not allowed, in an encoded word",
	  .setting = "names=*.exe",
	  .text = NAMED("=\"=?koi8-r?B?wS5leGU=?=\"") },
	{ .check = "attachment_type",
	  .sentence = "a name that is allowed, where the encoded word is not",
	  .setting = "names=*?=",
	  .text = NAMED("=\"=?koi8-r?B?wS5leGU=?=\"") },
};

static const char *const way_names[] = { "as a file", "in a session" };

static void
set_modes(struct policy *policy, enum mode mode)
{
	for (size_t i = 0; i < checks_count; i++)
		if (policy->profiles[0].checks[i].mode != MODE_OFF)
			policy->profiles[0].checks[i].mode = mode;
}

/* What is left to `make faults`: in processes apart, all but files with the failure deferred. Returns the most requests that one way
 * took. */
static size_t
try_ways(const struct fate_trial *base, bool apart)
{
	char name[NAME_MAX_HERE];
	struct fate_trial trial = *base;
	size_t most = 0;

	trial.name = name;
	trial.apart = apart;
	for (int accept = 0; accept < 2; accept++) {
		trial.policy->failures[FAILURE_MEMORY].accept = accept != 0;
		for (int way = FATE_AS_FILE; way <= FATE_IN_SESSION; way++) {
			trial.way = (enum fate_way)way;
			if (apart && !faults_all() && (accept != 0 || way != FATE_AS_FILE))
				continue;
			set_modes(trial.policy, trial.way == FATE_AS_FILE ? MODE_OBSERVE : MODE_ENFORCE);
			snprintf(name, sizeof name, "%s (%s, failures %s)", base->name, way_names[way],
				 accept ? "accepted" : "deferred");
			size_t requests = fate_try_each(&trial);
			most = requests > most ? requests : most;
		}
	}
	return most;
}

static void
try_stored(bool apart)
{
	converters_keep(); /* as the daemon does */
	struct policy *policy = trial_policy(NULL);
	struct stored stored;
	size_t requests = 0;

	stored_load(&stored, "tests/data");
	for (size_t i = 0; i < stored.count; i++) {
		const struct stored_message *message = &stored.messages[i];
		struct fate_trial trial = {
			.name = message->name, .policy = policy, .sender = message->sender, .text = message->text
		};

		requests += try_ways(&trial, apart);
	}
	ck_assert_uint_gt(requests, REQUESTS_MIN);
	stored_free(&stored);
	policy_free(policy);
}

static size_t
try_rows(const struct message_case *rows, size_t count, bool apart)
{
	size_t requests = 0;

	for (size_t i = 0; i < count; i++) {
		struct fate_trial trial = {
			.name = rows[i].sentence,
			.policy = case_policy(&rows[i]),
			.sender = rows[i].sender,
			.text = bytes_of(rows[i].text),
		};

		requests += try_ways(&trial, apart);
		policy_free(trial.policy);
	}
	return requests;
}

static void
try_cases(bool apart)
{
	size_t requests = 0;

	converters_keep();
	for (size_t i = 0; i < all_cases_count; i++)
		requests += try_rows(all_cases[i]->cases, all_cases[i]->count, apart);
	ck_assert_uint_gt(requests, REQUESTS_MIN);
}

START_TEST(stored_messages_with_converters_loaded_before)
{
	try_stored(false);
}
END_TEST

START_TEST(stored_messages_that_load_converters)
{
	try_stored(true);
}
END_TEST

START_TEST(cases_with_converters_loaded_before)
{
	try_cases(false);
}
END_TEST

START_TEST(cases_that_load_converters)
{
	try_cases(true);
}
END_TEST

START_TEST(names_that_cannot_be_decoded)
{
	ck_assert_uint_gt(try_rows(named, sizeof named / sizeof named[0], false), 0);
	ck_assert_uint_gt(try_rows(named, sizeof named / sizeof named[0], true), 0);
}
END_TEST

SUITE_MAIN_TIMEOUT(faults_messages, TEST_S, stored_messages_with_converters_loaded_before,
		   stored_messages_that_load_converters, cases_with_converters_loaded_before,
		   cases_that_load_converters, names_that_cannot_be_decoded)
