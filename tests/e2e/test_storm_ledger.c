/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger of storms tells what was lost, doubled or let through. */
#include "tests/e2e/support/storm_ledger.h"
#include "tests/e2e/support/tempdir.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REFUSAL "554 5.6.0 No"

static const struct storm_letter letters[] = {
	{ .name = "good", .replies = { NULL, NULL } },
	{ .name = "bad", .replies = { REFUSAL, REFUSAL } },
	{ .name = "disputed", .replies = { NULL, REFUSAL } },
};
enum { GOOD, BAD, DISPUTED, LETTERS };

static const struct {
	const char *what;
	int letter;
	enum storm_stage stage;
	const char *reply;
	int copies;
	const char *flaw;
} rows[] = {
	{ "accepted and delivered", GOOD, STORM_AT_END, "250 2.0.0 Ok\r\n", 1, NULL },
	{ "accepted and gone", GOOD, STORM_AT_END, "250 2.0.0 Ok\r\n", 0, "accepted and lost" },
	{ "accepted and doubled", GOOD, STORM_AT_END, "250 2.0.0 Ok\r\n", 2, "delivered twice" },
	{ "refused by its rule", BAD, STORM_AT_END, REFUSAL "\r\n", 0, NULL },
	{ "refused and there all the same", DISPUTED, STORM_AT_END, REFUSAL "\r\n", 1, "refused and delivered" },
	{ "refused with a longer text", BAD, STORM_AT_END, REFUSAL ".\r\n", 0, "refused with what no rule says to it" },
	{ "a good one refused", GOOD, STORM_AT_END, REFUSAL "\r\n", 0, "refused with what no rule says to it" },
	{ "a bad one accepted", BAD, STORM_AT_END, "250 2.0.0 Ok\r\n", 0, "accepted, though a rule refuses it" },
	{ "a bad one delivered", BAD, STORM_AT_END, "", 1, "delivered, though a rule refuses it" },
	{ "deferred", GOOD, STORM_AT_MAIL, "451 4.7.1 Later\r\n", 0, NULL },
	{ "deferred and delivered", GOOD, STORM_AT_END, "451 4.7.1 Later\r\n", 1, "deferred and delivered" },
	{ "hung up on after the dot, not delivered", GOOD, STORM_AT_END, "", 0, NULL },
	{ "hung up on after the dot, delivered", GOOD, STORM_AT_END, "", 1, NULL },
	{ "hung up on after the dot, delivered twice", GOOD, STORM_AT_END, "", 2, "delivered twice" },
	{ "hung up on before", GOOD, STORM_BEFORE_DATA, "", 0, NULL },
	{ "hung up on before, and delivered", GOOD, STORM_BEFORE_DATA, "", 1, "not sent whole, but delivered" },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static struct tempdir dir;
static struct storm_ledger ledger;

/* So many copies of the message with this number, beside a message that is not ours. */
static void
put_copies(int number, int copies)
{
	char name[32], id[STORM_ID_MAX], text[256];

	storm_ledger_id(&ledger, number, id);
	snprintf(text, sizeof text, "Received: by us\nX-Id: %s\nSubject: x\n\ntext\n", id);
	for (int i = 0; i < copies; i++) {
		snprintf(name, sizeof name, "%d.%d", number, i);
		file_write(path_join(dir.path.text, name).text, text);
	}
	file_write(path_join(dir.path.text, "other").text, "X-Id: of-another-run-1\n\n");
}

START_TEST(what_became_of_a_message_is_judged)
{
	tempdir_make(&dir);
	storm_ledger_open(&ledger, "run", letters, LETTERS, 2);
	for (int i = 0; i < ROWS; i++) {
		ck_assert_int_eq(storm_ledger_begin(&ledger, 0, (size_t)rows[i].letter), i);
		storm_ledger_answer(&ledger, i, rows[i].stage, rows[i].reply);
		put_copies(i, rows[i].copies);
		ck_assert_uint_eq(storm_ledger_deliver(&ledger, dir.path.text), (unsigned)rows[i].copies);
		const char *flaw = storm_ledger_flaw(&ledger, i);
		ck_assert_msg(flaw == NULL ? rows[i].flaw == NULL
					   : rows[i].flaw != NULL && strcmp(flaw, rows[i].flaw) == 0,
			      "%s: %s", rows[i].what, flaw != NULL ? flaw : "no flaw");
	}
	ck_assert_uint_eq(directory_count(dir.path.text, ""), 1);
	storm_ledger_close(&ledger);
	tempdir_remove(&dir);
}
END_TEST

START_TEST(sums_and_policies_are_right)
{
	storm_ledger_open(&ledger, "run", letters, LETTERS, 2);
	storm_ledger_answer(&ledger, storm_ledger_begin(&ledger, 0, GOOD), STORM_AT_END, "250 2.0.0 Ok\r\n");
	storm_ledger_answer(&ledger, storm_ledger_begin(&ledger, 0, DISPUTED), STORM_AT_END, "250 2.0.0 Ok\r\n");
	storm_ledger_answer(&ledger, storm_ledger_begin(&ledger, 0, DISPUTED), STORM_AT_END, REFUSAL "\r\n");
	storm_ledger_answer(&ledger, storm_ledger_begin(&ledger, 0, GOOD), STORM_AT_MAIL, "451 4.7.1 Later\r\n");
	storm_ledger_begin(&ledger, 0, BAD);
	struct storm_tally tally = storm_ledger_tally(&ledger);
	ck_assert_uint_eq(tally.sent, 5);
	ck_assert_uint_eq(tally.good, 2);
	ck_assert_uint_eq(tally.good_accepted, 1);
	ck_assert_uint_eq(tally.answers[STORM_ACCEPTED], 2);
	ck_assert_uint_eq(tally.answers[STORM_PENDING], 1);
	ck_assert_uint_eq(ledger.messages[0].policies, 3);
	ck_assert_uint_eq(ledger.messages[1].policies, 1);
	ck_assert_uint_eq(ledger.messages[2].policies, 2);
	ck_assert_uint_eq(ledger.messages[3].policies, 3);
	storm_ledger_close(&ledger);
}
END_TEST

START_TEST(a_copy_with_a_number_that_was_never_sent_is_foreign)
{
	tempdir_make(&dir);
	storm_ledger_open(&ledger, "run", letters, LETTERS, 2);
	put_copies(17, 1);
	ck_assert_uint_eq(storm_ledger_deliver(&ledger, dir.path.text), 1);
	ck_assert_uint_eq(ledger.foreign, 1);
	storm_ledger_close(&ledger);
	tempdir_remove(&dir);
}
END_TEST

SUITE_MAIN(storm_ledger, what_became_of_a_message_is_judged, sums_and_policies_are_right,
	   a_copy_with_a_number_that_was_never_sent_is_foreign)
