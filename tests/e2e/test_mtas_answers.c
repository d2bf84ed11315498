/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of replies of one's own and of modes in a real Postfix and in a real Sendmail: codes by stage, replies that close
 * the session, percent signs, long replies, and mail that is held or marked. */
#define _POSIX_C_SOURCE 200809L
#include "policy/catalogue.h"
#include "tests/e2e/support/mta_expect.h"
#include "tests/e2e/support/mta_visit.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/samples.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct mtas rig;

/* One check of each stage, what sets it off, and the path that Sendmail puts before some texts. */
static const struct stage {
	const char *check;
	struct visit visit;
	enum visit_end end;
	const char *path; /* NULL: at this stage Sendmail adds nothing */
} stages[] = {
	{ "sender_invalid", { .from = "<robin.@example.com>" }, VISIT_AT_MAIL, "<robin.@example.com>" },
	{ "recipient_invalid",
	  { .to = { "<rea..der@dest.example.org>" } },
	  VISIT_AT_RCPT,
	  "<rea..der@dest.example.org>" },
	{ "subject_missing", { .text = "From: robin@example.com\n\nGood morning.\n" }, VISIT_AT_END, NULL },
};

/* 421 and 521 end sessions: they have tests of their own. */
static bool
is_plain_refusal(int code)
{
	return code >= 400 && code != 421 && code != 521;
}

/* Whether Sendmail puts the path before the text. */
static bool
is_prefixed(int code)
{
	return code == 450 || code == 550 || code == 553;
}

enum {
	STAGES = sizeof stages / sizeof stages[0],
	CONFIG_MAX = 16384,
	LINE_MAX_OCTETS = 256,
	ADDRESS_MAX = 32,
};

static void
write_profile(FILE *out, size_t index)
{
	int code = reply_codes[index].code;

	fprintf(out, "{ name = \"%d\"; when = { network = \"127.0.3.%zu\"; }; checks = {", code, index + 1);
	for (size_t i = 0; i < STAGES; i++)
		fprintf(out, " %s = { reply = \"%d %d.7.1 That will not do\"; };", stages[i].check, code, code / 100);
	fputs(" }; }\n", out);
}

/* A profile for each code, for an address of its own; the enhanced code is of the same class. */
static void
serve_codes(void)
{
	char config[CONFIG_MAX];
	const char *between = "";
	FILE *out = fmemopen(config, sizeof config, "w");

	fputs("profiles = (\n", out);
	for (size_t i = 0; i < reply_codes_count; i++) {
		if (!is_plain_refusal(reply_codes[i].code))
			continue;
		fputs(between, out);
		write_profile(out, i);
		between = ",";
	}
	fputs(");\n", out);
	ck_assert_msg(ftell(out) < CONFIG_MAX - 1 && fclose(out) == 0, "the configuration is too long");
	mtas_serve(&rig, config);
}

static void
expect_code(const struct mta *mta, size_t index, const struct stage *stage)
{
	char address[ADDRESS_MAX], line[LINE_MAX_OCTETS];
	int code = reply_codes[index].code;
	bool prefixed = mta->kind == MTA_SENDMAIL && stage->path != NULL && is_prefixed(code);

	snprintf(address, sizeof address, "127.0.3.%zu", index + 1);
	snprintf(line, sizeof line, "%d %d.7.1 %s%sThat will not do", code, code / 100, prefixed ? stage->path : "",
		 prefixed ? "... " : "");
	mta_expect_visit(mta, address, &stage->visit, stage->end, line, stage->check);
}

START_TEST(every_code_arrives_at_every_stage)
{
	serve_codes();
	for (size_t i = 0; i < reply_codes_count; i++)
		for (size_t j = 0; j < STAGES * MTA_COUNT; j++)
			if (is_plain_refusal(reply_codes[i].code))
				expect_code(&rig.mta[j % MTA_COUNT], i, &stages[j / MTA_COUNT]);
	postern_kill(&rig.postern);
}
END_TEST

/* All three checks with one reply. */
static void
serve_reply(const char *reply)
{
	char config[CONFIG_MAX];
	FILE *out = fmemopen(config, sizeof config, "w");

	fputs("checks = {", out);
	for (size_t i = 0; i < STAGES; i++)
		fprintf(out, " %s = { reply = \"%s\"; };", stages[i].check, reply);
	fputs(" };\n", out);
	ck_assert_int_eq(fclose(out), 0);
	mtas_serve(&rig, config);
}

/* The session after that reply at each stage: closed, or not. */
static void
expect_closes(const struct mta *mta, const char *reply, bool closes)
{
	for (size_t i = 0; i < STAGES; i++) {
		struct smtp client;

		mta_greet(&client, mta);
		ck_assert_int_eq(visit_send(&client, &stages[i].visit), stages[i].end);
		mta_expect_reply(mta, &client, reply, stages[i].check);
		smtp_command(&client, "NOOP");
		if (closes)
			ck_assert_msg(client.reply[0] == '\0', "%s, %s: goes on: %s", mta_names[mta->kind],
				      stages[i].check, client.reply);
		else
			mta_expect_code(mta, &client, 250, "NOOP");
		smtp_close(&client);
	}
}

START_TEST(a_421_closes_the_session_at_every_stage)
{
	serve_reply("421 4.7.0 Not today");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		expect_closes(&rig.mta[kind], "421 4.7.0 Not today", true);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_521_closes_the_session_in_postfix_alone)
{
	serve_reply("521 5.7.0 Never");
	expect_closes(&rig.mta[MTA_POSTFIX], "521 5.7.0 Never", true);
	expect_closes(&rig.mta[MTA_SENDMAIL], "521 5.7.0 Never", false);
	postern_kill(&rig.postern);
}
END_TEST

/* No configured text has a percent sign; what a sender writes comes into a reply by its places and by `detail`. */
START_TEST(percent_signs_of_senders_arrive_as_they_were_written)
{
	static const struct visit address = { .from = "<5%s.@example.com>" };
	static const struct visit file = { .text = "From: robin@example.com\nSubject: x\n"
						   "Content-Type: application/pdf; name=\"100%-%n%d%%.pdf\"\n\n" };

	mtas_serve(&rig, "checks = { sender_invalid = { }; attachment_empty = { detail = true; }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mta_expect_visit(&rig.mta[kind], NULL, &address, VISIT_AT_MAIL,
				 "501 5.1.7 Bad sender address <5%s.@example.com>", "an address");
		mta_expect_visit(&rig.mta[kind], NULL, &file, VISIT_AT_END,
				 "554 5.6.0 Attachment is empty: 100%-%n%d%%.pdf (part 1)", "a file name");
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(without_an_enhanced_code_sendmail_adds_one)
{
	serve_reply("554 No subject, no service");
	for (size_t i = 0; i < STAGES; i++) {
		mta_expect_visit(&rig.mta[MTA_POSTFIX], NULL, &stages[i].visit, stages[i].end,
				 "554 No subject, no service", stages[i].check);
		mta_expect_visit(&rig.mta[MTA_SENDMAIL], NULL, &stages[i].visit, stages[i].end,
				 "554 5.0.0 No subject, no service", stages[i].check);
	}
	postern_kill(&rig.postern);
}
END_TEST

/* Words of 20 octets with their blank. */
static void
write_words(FILE *out, int count)
{
	for (int i = 0; i < count; i++)
		fprintf(out, " word-%03d-of-the-text", i);
}

/* What the client reads is joined again from lines that all begin as they must; the prefix is of the first line alone. */
static void
expect_words(const struct mta *mta, const struct smtp *client, const char *prefix, const char *words)
{
	char joined[SMTP_REPLY_MAX] = "";
	const char *line = client->reply;

	for (const char *end; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		const char *start = end[2] == '\0' ? "550 5.7.1 " : "550-5.7.1 ";
		const char *before = line == client->reply ? prefix : "";

		ck_assert_msg(strncmp(line, start, strlen(start)) == 0, "%s: %s", mta_names[mta->kind], line);
		line += strlen(start);
		ck_assert_msg(strncmp(line, before, strlen(before)) == 0, "%s: %s", mta_names[mta->kind], line);
		line += strlen(before);
		snprintf(joined + strlen(joined), sizeof joined - strlen(joined), " %.*s", (int)(end - line), line);
	}
	ck_assert_str_eq(joined, words);
}

static void
expect_long_reply(int count)
{
	char words[SMTP_REPLY_MAX], reply[SMTP_REPLY_MAX + 16], prefix[LINE_MAX_OCTETS];
	FILE *out = fmemopen(words, sizeof words, "w");

	write_words(out, count);
	ck_assert_int_eq(fclose(out), 0);
	snprintf(reply, sizeof reply, "550 5.7.1%s", words);
	serve_reply(reply);
	for (size_t i = 0; i < STAGES * MTA_COUNT; i++) {
		const struct mta *mta = &rig.mta[i % MTA_COUNT];
		const struct stage *stage = &stages[i / MTA_COUNT];
		bool prefixed = mta->kind == MTA_SENDMAIL && stage->path != NULL;
		struct smtp client;

		mta_greet(&client, mta);
		ck_assert_int_eq(visit_send(&client, &stage->visit), stage->end);
		snprintf(prefix, sizeof prefix, "%s%s", prefixed ? stage->path : "", prefixed ? "... " : "");
		expect_words(mta, &client, prefix, words);
		smtp_command(&client, "NOOP");
		mta_expect_code(mta, &client, 250, "the command after a long reply");
		smtp_quit(&client);
	}
	postern_kill(&rig.postern);
}

/* 900 octets: more than two lines, less than libmilter takes. */
START_TEST(a_long_reply_arrives_whole_on_several_lines)
{
	expect_long_reply(45);
}
END_TEST

/* What is sent as the sample of an empty attachment in each mode, to both. */
static void
send_in_mode(const char *mode, const char *id)
{
	const struct sample *sample = sample_find("empty-attachment");
	char config[LINE_MAX_OCTETS];

	snprintf(config, sizeof config, "checks = { attachment_empty = { mode = \"%s\"; }; };\n", mode);
	mtas_serve(&rig, config);
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		struct smtp client;

		mta_greet(&client, &rig.mta[kind]);
		ck_assert_msg(smtp_send(&client, &(struct mail){ id, sample->sender, sample->text }), "%s: %s",
			      mta_names[kind], client.reply);
		smtp_quit(&client);
		ck_assert(mta_settles(&rig.mta[kind]));
	}
	postern_kill(&rig.postern);
}

/* Of the delivered message with this id. */
static void
expect_marked(const struct mta *mta, const char *id, bool marked)
{
	char field[LINE_MAX_OCTETS];

	mta_expect_delivered(mta, id, 1);
	snprintf(field, sizeof field, "X-Id: %s\n", id);
	char *mail = mta_delivered_mail(mta, field);
	bool has = strstr(mail, "\nPostern-Findings: attachment_empty (part 2)\n") != NULL;
	ck_assert_msg(has == marked, "%s:\n%s", mta_names[mta->kind], mail);
	free(mail);
}

START_TEST(what_is_observed_arrives_as_it_is)
{
	send_in_mode("observe", "observed");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		expect_marked(&rig.mta[kind], "observed", false);
}
END_TEST

START_TEST(what_is_tagged_arrives_with_a_field)
{
	send_in_mode("tag", "tagged");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		expect_marked(&rig.mta[kind], "tagged", true);
}
END_TEST

static bool
comes_to_deliver(const struct mta *mta, const char *text)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (mta_delivered(mta, text) == 0)
		if (!deadline_nap(&deadline))
			return false;
	return true;
}

START_TEST(what_is_held_stays_in_the_queue_until_it_is_let_go)
{
	send_in_mode("hold", "on-hold");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mta_expect_delivered(&rig.mta[kind], "on-hold", 0);
		ck_assert_uint_eq(mta_held(&rig.mta[kind], "X-Id: on-hold"), 1);
		mta_release(&rig.mta[kind]);
		ck_assert(comes_to_deliver(&rig.mta[kind], "X-Id: on-hold\n"));
		ck_assert_uint_eq(mta_held(&rig.mta[kind], ""), 0);
	}
}
END_TEST

MTAS_MAIN(rig, mtas_answers, (&(struct mta_options){ 0 }), every_code_arrives_at_every_stage,
	  a_421_closes_the_session_at_every_stage, a_521_closes_the_session_in_postfix_alone,
	  percent_signs_of_senders_arrive_as_they_were_written, without_an_enhanced_code_sendmail_adds_one,
	  a_long_reply_arrives_whole_on_several_lines, what_is_observed_arrives_as_it_is,
	  what_is_tagged_arrives_with_a_field, what_is_held_stays_in_the_queue_until_it_is_let_go)
