/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "tests/faults/fate.h"

#include "milter/session.h"
#include "policy/offline.h"
#include "tests/faults/faults.h"
#include "tests/support/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 700, WRONG_MAX = 256 };

struct fate {
	struct verdict verdict;
	size_t finding_count;
	struct finding findings[CHECKS_MAX];
};

struct attempt {
	const struct fate_trial *trial;
	struct fate expected, fate;
	char wrong[WRONG_MAX];
};

static void
take_fate(const struct message *message, struct fate *fate_out)
{
	fate_out->verdict = message->verdict;
	fate_out->finding_count = message->finding_count;
	memcpy(fate_out->findings, message->findings, message->finding_count * sizeof message->findings[0]);
}

static void
judge_file(const struct fate_trial *trial, struct fate *fate_out)
{
	struct envelope envelope = { .origin = ORIGIN_EXTERNAL, .sender = trial->sender };
	struct message message;

	message_init(&message, trial->policy);
	offline_judge(&message, &envelope, trial->text);
	take_fate(&message, fate_out);
	message_close(&message);
}

static void
feed_body(struct session *session, struct bytes body)
{
	while (body.length > 0 && !message_settled(session->message)) {
		struct bytes chunk = { body.data, body.length < CHUNK ? body.length : CHUNK };

		message_body(session->message, chunk);
		body = bytes_from(body, chunk.length);
	}
}

/* False when there is no message to judge: milter/callbacks.c then answers as is configured, which its own test sees to. */
static bool
hold_session(struct session *session, const struct fate_trial *trial, struct fate *fate_out)
{
	struct trial text = { .text = trial->text };
	struct session_mail mail = { .path = trial->sender };

	if (session == NULL || !session_mail(session, &mail))
		return false;
	session->message->facts.line_feeds = offline_has_line_feeds(trial->text);
	trial_feed_header(session->message, trial->text);
	session->headers_ended = true;
	feed_body(session, bytes_from(trial->text, trial_body(&text)));
	session_end_message(session);
	take_fate(session->message, fate_out);
	return true;
}

static void
judge_session(const struct fate_trial *trial, struct fate *fate_out)
{
	const struct failure_answer *answer = &trial->policy->failures[FAILURE_MEMORY];
	struct conf conf = { .policy = (struct policy *)trial->policy };
	struct world world = { .conf = &conf };
	struct session *session = session_new(&world);

	if (!hold_session(session, trial, fate_out))
		*fate_out = (struct fate){
			.verdict = { .kind = answer->accept ? VERDICT_ACCEPT : VERDICT_DEFER,
				     .failed = !answer->accept,
				     .failure = FAILURE_MEMORY,
				     .reply = answer->reply },
		};
	session_free(session);
}

static void
judge(const struct fate_trial *trial, struct fate *fate_out)
{
	if (trial->way == FATE_AS_FILE)
		judge_file(trial, fate_out);
	else
		judge_session(trial, fate_out);
}

static void
run(void *context)
{
	struct attempt *attempt = context;

	judge(attempt->trial, &attempt->fate);
}

static bool
same_finding(const struct finding *a, const struct finding *b)
{
	return a->check == b->check && a->stage == b->stage && a->line == b->line && a->times == b->times &&
	       a->rule == b->rule && strcmp(a->field, b->field) == 0 && strcmp(a->part, b->part) == 0 &&
	       strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0;
}

static bool
same_reply(const struct reply *a, const struct reply *b)
{
	return a->code == b->code && strcmp(a->enhanced, b->enhanced) == 0 && strcmp(a->text, b->text) == 0;
}

static bool
same_fate(const struct fate *a, const struct fate *b)
{
	if (a->verdict.kind != b->verdict.kind || a->verdict.check != b->verdict.check ||
	    a->verdict.failed != b->verdict.failed || a->finding_count != b->finding_count ||
	    (verdict_is_final(&a->verdict) && !same_reply(&a->verdict.reply, &b->verdict.reply)))
		return false;
	for (size_t i = 0; i < a->finding_count; i++)
		if (!same_finding(&a->findings[i], &b->findings[i]))
			return false;
	return true;
}

static bool
has_finding_of(const struct fate *fate, const struct check *check)
{
	for (size_t i = 0; i < fate->finding_count; i++)
		if (fate->findings[i].check == check)
			return true;
	return false;
}

/* Without the configured answer to a failure, the verdict follows from findings: none may be there that is not there otherwise. */
static bool
finds_no_more(const struct fate *fate, const struct fate *expected)
{
	for (size_t i = 0; i < fate->finding_count; i++)
		if (!has_finding_of(expected, fate->findings[i].check))
			return false;
	return true;
}

static bool
is_allowed(const struct attempt *attempt)
{
	const struct failure_answer *answer = &attempt->trial->policy->failures[FAILURE_MEMORY];
	const struct verdict *verdict = &attempt->fate.verdict;

	if (answer->accept)
		return !verdict->failed && finds_no_more(&attempt->fate, &attempt->expected);
	if (verdict->failed)
		return verdict->kind == VERDICT_DEFER && verdict->failure == FAILURE_MEMORY &&
		       same_reply(&verdict->reply, &answer->reply);
	return same_fate(&attempt->fate, &attempt->expected);
}

static const char *
describe(const struct fate *fate)
{
	return fate->verdict.check != NULL ? fate->verdict.check->name : fate->verdict.failed ? "failure" : "nothing";
}

static const char *
wrong(void *context)
{
	struct attempt *attempt = context;
	const struct fate *expected = &attempt->expected;
	bool allowed = is_allowed(attempt);

	if (allowed)
		judge(attempt->trial, &attempt->fate);
	if (allowed && same_fate(&attempt->fate, expected))
		return NULL;
	snprintf(attempt->wrong, sizeof attempt->wrong, "%s for %s with %zu findings, and not %s for %s with %zu%s",
		 verdict_names[attempt->fate.verdict.kind], describe(&attempt->fate), attempt->fate.finding_count,
		 verdict_names[expected->verdict.kind], describe(expected), expected->finding_count,
		 allowed ? ", although there is memory again" : "");
	return attempt->wrong;
}

/* In another process, so that nothing is loaded in this one. */
static void
judge_apart(const struct fate_trial *trial, struct fate *fate_out)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		judge(trial, fate_out);
		_exit(EXIT_SUCCESS);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

size_t
fate_try_each(const struct fate_trial *trial)
{
	struct attempt *attempt =
		mmap(NULL, sizeof *attempt, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct faults_work work = {
		.name = trial->name, .run = run, .wrong = wrong, .context = attempt, .apart = trial->apart
	};

	ck_assert(attempt != MAP_FAILED);
	attempt->trial = trial;
	if (trial->apart)
		judge_apart(trial, &attempt->expected);
	else
		judge(trial, &attempt->expected);
	size_t requests = faults_each(&work);
	munmap(attempt, sizeof *attempt);
	return requests;
}
