/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon's answer to a message does not depend on how the MTA cuts its body into chunks, nor on what other sessions
 * say meanwhile. Spoken in the milter protocol itself, without an MTA. */
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/postern.h"
#include "tests/e2e/support/samples.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tempdir dir;
static struct postern postern;

/* Both outcomes of a message as one text: what is changed and what is decided. */
struct outcome {
	char text[MILTER_VERDICT_MAX + MILTER_CHANGES_MAX];
};

static struct outcome
outcome_of(const struct milter_client *client)
{
	struct outcome outcome;

	snprintf(outcome.text, sizeof outcome.text, "%s%s", client->changes, milter_verdict(client));
	return outcome;
}

static struct outcome
judge(struct milter_client *client, const struct sample *sample, struct milter_cut cut)
{
	char sender[128];

	snprintf(sender, sizeof sender, "<%s>", sample->sender);
	milter_mail(client, sender, "4QcutQ0001z");
	milter_message(client, sample->text, cut);
	milter_abort(client);
	return outcome_of(client);
}

static void
open_client(struct milter_client *client, const struct postern *daemon)
{
	milter_open(client, daemon->socket.text);
	milter_connect(client, "client.example.com", "192.0.2.1");
	ck_assert_str_eq(milter_verdict(client), "open");
}

static struct outcome
documented(const struct sample *sample)
{
	struct outcome outcome;

	snprintf(outcome.text, sizeof outcome.text, "%s%s", sample->reply != NULL ? "reply " : "accept",
		 sample->reply != NULL ? sample->reply : "");
	return outcome;
}

static void
expect_outcome(struct outcome got, struct outcome expected, const struct sample *sample, struct milter_cut cut)
{
	if (strcmp(got.text, expected.text) != 0)
		ck_abort_msg("%s: %s, cut at %zu and then every %zu\n expected: %s\n but got:  %s", sample->name,
			     sample->what, cut.first, cut.step, expected.text, got.text);
}

START_TEST(each_sample_gets_its_documented_reply_whole)
{
	struct milter_client client;

	open_client(&client, &postern);
	for (size_t i = 0; i < samples_count; i++) {
		struct milter_cut whole = { 0, 0 };

		expect_outcome(judge(&client, &samples[i], whole), documented(&samples[i]), &samples[i], whole);
	}
	milter_close(&client);
}
END_TEST

START_TEST(each_sample_gets_the_same_answer_octet_by_octet)
{
	struct milter_client client;

	open_client(&client, &postern);
	for (size_t i = 0; i < samples_count; i++) {
		struct milter_cut octets = { 1, 1 };

		expect_outcome(judge(&client, &samples[i], octets), documented(&samples[i]), &samples[i], octets);
	}
	milter_close(&client);
}
END_TEST

START_TEST(each_sample_gets_the_same_answer_cut_in_two_anywhere)
{
	struct milter_client client;

	open_client(&client, &postern);
	for (size_t i = 0; i < samples_count; i++) {
		struct outcome expected = documented(&samples[i]);
		size_t length;

		free(milter_body_of(samples[i].text, &length));
		for (struct milter_cut cut = { 1, 0 }; cut.first < length; cut.first++)
			expect_outcome(judge(&client, &samples[i], cut), expected, &samples[i], cut);
	}
	milter_close(&client);
}
END_TEST

START_TEST(held_and_tagged_messages_get_the_same_answer_cut_in_two_anywhere)
{
	const struct sample *sample = sample_find("second-attachment");
	struct milter_client client;
	struct postern other;
	size_t length;

	postern_prepare(&other, &dir, "hold-and-tag");
	postern_configure(&other, "checks = { attachment_empty = { mode = \"hold\"; };\n"
				  "           header_missing = { mode = \"tag\"; fields = [ \"List-Id\" ]; }; };\n");
	postern_start(&other);
	open_client(&client, &other);
	struct outcome whole = judge(&client, sample, (struct milter_cut){ 0, 0 });
	ck_assert_msg(strstr(whole.text, "hold ") != NULL && strstr(whole.text, "add Postern-Findings: ") != NULL &&
			      strstr(whole.text, "\naccept") != NULL,
		      "%s", whole.text);
	free(milter_body_of(sample->text, &length));
	for (struct milter_cut cut = { 1, 0 }; cut.first < length; cut.first++)
		expect_outcome(judge(&client, sample, cut), whole, sample, cut);
	milter_close(&client);
	ck_assert_int_eq(postern_stop(&other), 0);
}
END_TEST

/* Two messages told in turns, a field or some octets of the body at a time. */
struct teller {
	struct milter_client client;
	const struct sample *sample;
	char *body;
	size_t length, told;
};

static void
teller_begin(struct teller *teller, const char *name)
{
	char sender[128];

	teller->sample = sample_find(name);
	teller->body = milter_body_of(teller->sample->text, &teller->length);
	teller->told = 0;
	open_client(&teller->client, &postern);
	snprintf(sender, sizeof sender, "<%s>", teller->sample->sender);
	milter_mail(&teller->client, sender, name);
}

static void
teller_header(struct teller *teller)
{
	milter_header(&teller->client, "From", "Shop <orders@example.com>");
	milter_header(&teller->client, "Subject", "Your order");
	milter_header(&teller->client, "Content-Type", "multipart/mixed; boundary=frontier");
	milter_eoh(&teller->client);
}

static void
teller_body(struct teller *teller, size_t octets)
{
	size_t left = teller->length - teller->told;
	size_t chunk = octets < left ? octets : left;

	milter_body(&teller->client, teller->body + teller->told, chunk);
	teller->told += chunk;
}

static void
teller_end(struct teller *teller)
{
	struct outcome expected = documented(teller->sample);

	milter_end(&teller->client);
	expect_outcome(outcome_of(&teller->client), expected, teller->sample, (struct milter_cut){ 0, 0 });
	milter_close(&teller->client);
	free(teller->body);
}

START_TEST(interleaved_sessions_do_not_mix)
{
	static const char *const names[] = { "attachment", "empty-attachment",  "padded-attachment",
					     "forwarded",  "second-attachment", "empty-part" };
	enum { TELLERS = sizeof names / sizeof names[0] };
	struct teller tellers[TELLERS];
	bool more = true;

	for (size_t i = 0; i < TELLERS; i++)
		teller_begin(&tellers[i], names[i]);
	for (size_t i = 0; i < TELLERS; i++)
		teller_header(&tellers[i]);
	while (more) {
		more = false;
		for (size_t i = 0; i < TELLERS; i++) {
			teller_body(&tellers[i], 7 + i);
			more = more || tellers[i].told < tellers[i].length;
		}
	}
	for (size_t i = 0; i < TELLERS; i++)
		teller_end(&tellers[i]);
}
END_TEST

START_TEST(an_aborted_message_leaves_nothing_to_the_next)
{
	const struct sample *bad = sample_find("empty-attachment");
	const struct sample *good = sample_find("plain");
	struct milter_cut whole = { 0, 0 };
	struct milter_client client;
	size_t length;
	char *body = milter_body_of(bad->text, &length);

	open_client(&client, &postern);
	for (size_t told = 0; told < length; told += 20) {
		milter_mail(&client, "<a@bulk.example.net>", "4QabortQ001z");
		milter_header(&client, "From", "a@bulk.example.net");
		milter_header(&client, "Content-Type", "multipart/mixed; boundary=frontier");
		milter_eoh(&client);
		milter_body(&client, body, told);
		milter_abort(&client);
		expect_outcome(judge(&client, good, whole), documented(good), good, whole);
	}
	free(body);
	milter_close(&client);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		each_sample_gets_its_documented_reply_whole,
		each_sample_gets_the_same_answer_octet_by_octet,
		each_sample_gets_the_same_answer_cut_in_two_anywhere,
		held_and_tagged_messages_get_the_same_answer_cut_in_two_anywhere,
		interleaved_sessions_do_not_mix,
		an_aborted_message_leaves_nothing_to_the_next,
	};

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	postern_configure(&postern, postern_all_checks);
	postern_start(&postern);
	int status = suite_run("cuts", tests, sizeof tests / sizeof tests[0], 60);
	postern_kill(&postern);
	tempdir_remove(&dir);
	return status;
}
