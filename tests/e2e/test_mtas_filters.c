/* SPDX-License-Identifier: BSD-2-Clause */
/* Postern between two other milters, in a real Postfix and in a real Sendmail; and what each MTA does while Postern is away. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/filter.h"
#include "tests/e2e/support/mta_expect.h"
#include "tests/e2e/support/mta_visit.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

/* These ask Postern alone. */
static struct mtas rig;

#define FROM "From: Robin <robin@example.com>\n"
#define GOOD FROM "Subject: Good morning\n\nThe worm was early.\n"
#define NO_SUBJECT FROM "\nThe worm was early.\n"

static const char no_subject[] = "554 5.6.0 Subject not present";
static const char before_refuses[] = "554 5.7.9 before refuses that";
static const char after_refuses[] = "554 5.7.9 after refuses that";
static const char too_many[] = "452 4.5.3 Too many recipients";

/* What MTAs say for a milter that does not answer. */
static const char *const away[MTA_COUNT] = { "451 4.7.1 Service unavailable - try again later",
					     "451 4.3.2 Please try again later" };

/* Three in a row, and MTAs that ask them. */
struct chain {
	struct filter before, after;
	struct mta mta[MTA_COUNT];
};

/* The names are of the MTAs' directories. */
static void
chain_open(struct chain *chain, const char *const names[MTA_COUNT], const char *config)
{
	filter_start(&chain->before, &rig.dir, "before");
	filter_start(&chain->after, &rig.dir, "after");
	mtas_serve(&rig, config);
	for (int kind = 0; kind < MTA_COUNT; kind++)
		mta_start(&chain->mta[kind], (enum mta_kind)kind, &rig.dir,
			  &(struct mta_options){ .name = names[kind],
						 .milters = { chain->before.socket.text, rig.postern.socket.text,
							      chain->after.socket.text } });
}

static void
chain_close(struct chain *chain)
{
	for (int kind = 0; kind < MTA_COUNT; kind++)
		mta_stop(&chain->mta[kind]);
	filter_stop(&chain->before);
	filter_stop(&chain->after);
	postern_kill(&rig.postern);
}

/* Each by the filter whose reply is named, or accepted; in one session, so that nothing of one message may reach the next. */
static const struct {
	const char *from, *text;
	enum visit_end end;
	const char *line;
} visits[] = {
	{ "<robin@example.com>", NO_SUBJECT, VISIT_AT_END, no_subject },
	{ "<before-mail@example.com>", GOOD, VISIT_AT_MAIL, before_refuses },
	{ "<robin@example.com>", GOOD, VISIT_ACCEPTED, NULL },
	{ "<after-mail@example.com>", GOOD, VISIT_AT_MAIL, after_refuses },
	{ "<before-end@example.com>", GOOD, VISIT_AT_END, before_refuses },
	{ "<robin@example.com>", NO_SUBJECT, VISIT_AT_END, no_subject },
	{ "<after-end@example.com>", GOOD, VISIT_AT_END, after_refuses },
	{ "<robin@example.com>", GOOD, VISIT_ACCEPTED, NULL },
	{ "<after-end@example.com>", NO_SUBJECT, VISIT_AT_END, no_subject },
};
enum { VISITS = sizeof visits / sizeof visits[0] };

static void
play_visits(const struct mta *mta)
{
	struct smtp client;
	char id[32];

	mta_greet(&client, mta);
	for (size_t i = 0; i < VISITS; i++) {
		snprintf(id, sizeof id, "visit-%zu", i);
		enum visit_end end = visit_send(
			&client, &(struct visit){ .from = visits[i].from, .text = visits[i].text, .id = id });
		ck_assert_msg(end == visits[i].end, "%s, %s: %s", mta_names[mta->kind], id, client.reply);
		if (visits[i].line != NULL)
			mta_expect_reply(mta, &client, visits[i].line, id);
	}
	smtp_quit(&client);
	for (size_t i = 0; i < VISITS; i++) {
		snprintf(id, sizeof id, "visit-%zu", i);
		mta_expect_delivered(mta, id, visits[i].end == VISIT_ACCEPTED);
	}
}

START_TEST(each_of_three_filters_has_its_say)
{
	struct chain chain;

	chain_open(&chain, (const char *const[]){ "say-postfix", "say-sendmail" },
		   "checks = { subject_missing = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		play_visits(&chain.mta[kind]);
	chain_close(&chain);
}
END_TEST

/* A recipient whom a filter before us refuses is none to us; one whom a filter after us refuses is. */
static void
play_recipients(const struct mta *mta)
{
	static const struct {
		const char *recipient, *line;
	} rows[] = {
		{ "before1@dest.example.org", before_refuses },
		{ "a@dest.example.org", NULL },
		{ "after1@dest.example.org", after_refuses },
		{ "before2@dest.example.org", before_refuses },
		{ "b@dest.example.org", NULL },
		{ "c@dest.example.org", too_many },
	};
	struct smtp client;

	mta_greet(&client, mta);
	smtp_command(&client, "MAIL FROM:<robin@example.com>");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		smtp_command(&client, "RCPT TO:<%s>", rows[i].recipient);
		if (rows[i].line != NULL)
			mta_expect_reply(mta, &client, rows[i].line, rows[i].recipient);
		else
			mta_expect_code(mta, &client, 250, rows[i].recipient);
	}
	smtp_command(&client, "DATA");
	mta_expect_code(mta, &client, 354, "DATA");
	smtp_write_mail(&client, &(struct mail){ "recipients", NULL, GOOD });
	smtp_end(&client);
	mta_expect_code(mta, &client, 250, "the end of data");
	smtp_quit(&client);
	mta_expect_delivered(mta, "recipients", 2);
}

START_TEST(recipients_refused_by_others_count_if_we_saw_them)
{
	struct chain chain;

	chain_open(&chain, (const char *const[]){ "count-postfix", "count-sendmail" },
		   "checks = { recipients_too_many = { limit = 3; }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		play_recipients(&chain.mta[kind]);
	chain_close(&chain);
}
END_TEST

static const struct visit without_subject = { .id = "away", .text = NO_SUBJECT };

START_TEST(while_postern_is_away_clients_come_again)
{
	struct smtp clients[MTA_COUNT];

	postern_kill(&rig.postern); /* of a test that failed */
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mta_greet(&clients[kind], &rig.mta[kind]);
		ck_assert_int_eq(visit_send(&clients[kind], &without_subject), VISIT_AT_MAIL);
		mta_expect_reply(&rig.mta[kind], &clients[kind], away[kind], "nobody to ask");
	}
	mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		const struct mta *mta = &rig.mta[kind];

		ck_assert_int_eq(visit_send(&clients[kind], &without_subject), VISIT_AT_MAIL);
		mta_expect_reply(mta, &clients[kind], away[kind], "a session that began without Postern");
		smtp_quit(&clients[kind]);
		mta_expect_visit(mta, NULL, &without_subject, VISIT_AT_END, no_subject, "a new session");
		mta_expect_visit(mta, NULL, &(struct visit){ .id = "back" }, VISIT_ACCEPTED, NULL, "a new session");
		mta_expect_delivered(mta, "back", 1);
		mta_expect_delivered(mta, "away", 0);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_message_during_which_postern_dies_is_not_accepted)
{
	static const struct mail mail = { "orphan", "robin@example.com", GOOD };
	struct smtp clients[MTA_COUNT];

	mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mta_greet(&clients[kind], &rig.mta[kind]);
		ck_assert(smtp_begin(&clients[kind], &mail));
	}
	postern_kill(&rig.postern);
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		smtp_write_mail(&clients[kind], &mail);
		smtp_end(&clients[kind]);
		mta_expect_reply(&rig.mta[kind], &clients[kind], away[kind], "the end of data");
		smtp_quit(&clients[kind]);
		mta_expect_delivered(&rig.mta[kind], "orphan", 0);
	}
}
END_TEST

/* What the manual warns of: Postfix told to, and Sendmail without F=T. */
START_TEST(an_optional_milter_that_is_away_lets_everything_pass)
{
	static const char *const names[MTA_COUNT] = { "open-postfix", "open-sendmail" };

	for (int kind = 0; kind < MTA_COUNT; kind++) {
		struct mta mta;

		mta_start(&mta, (enum mta_kind)kind, &rig.dir,
			  &(struct mta_options){ .name = names[kind],
						 .milters = { rig.postern.socket.text },
						 .milters_optional = true });
		mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
		mta_expect_visit(&mta, NULL, &without_subject, VISIT_AT_END, no_subject, "while it is there");
		postern_kill(&rig.postern);
		mta_expect_visit(&mta, NULL, &without_subject, VISIT_ACCEPTED, NULL, "while it is away");
		mta_expect_delivered(&mta, "away", 1);
		mta_stop(&mta);
	}
}
END_TEST

MTAS_MAIN(rig, mtas_filters, (&(struct mta_options){ 0 }), each_of_three_filters_has_its_say,
	  recipients_refused_by_others_count_if_we_saw_them, while_postern_is_away_clients_come_again,
	  a_message_during_which_postern_dies_is_not_accepted, an_optional_milter_that_is_away_lets_everything_pass)
