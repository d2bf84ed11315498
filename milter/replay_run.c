/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/replay_run.h"

#include "milter/interrupt.h"
#include "milter/jobs.h"
#include "milter/mailbox.h"
#include "milter/progress.h"
#include "milter/survey/delivered.h"
#include "policy/offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A piece of the work: a lot, and what was seen in it. */
struct piece {
	struct lot lot;
	struct output packed;
	struct output text; /* of one message: the strings of its findings */
	struct replay_counts counts;
	bool refused; /* memory was */
};

struct state {
	const struct replay *replay;
	struct replay_result *result;
	struct mailbox mailbox; /* of take */
	struct progress progress;
	bool refused;
};

/* A message on its way through one thread. */
struct trial {
	const struct replay *replay;
	struct piece *piece;
	const struct mail *mail;
	struct delivered delivered;
	struct message messages[2]; /* by the policy in force, and by the other one */
};

static bool
take(void *context, void *argument)
{
	struct state *state = context;
	struct piece *piece = argument;

	if (!interrupted())
		return mailbox_take(&state->mailbox, &piece->lot);
	state->result->partial = true;
	return false;
}

static int
day_of_file(const char *path)
{
	struct stat status;
	struct tm tm;

	if (stat(path, &status) != 0 || localtime_r(&status.st_mtime, &tm) == NULL)
		return DAY_UNKNOWN;
	return day_of_date((struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday });
}

/* The text's place in piece->text, which moves while it grows. */
static size_t
end_text(struct output *text, size_t begin)
{
	output_add(text, (struct bytes){ "", 1 });
	return begin;
}

static void
add_where(struct output *text, const struct mail *mail, const struct finding *finding)
{
	output_add(text, bytes_of(mail->file));
	if (finding != NULL && finding->line > 0)
		output_format(text, ":%zu", finding->line + mail->line - 1);
	else if (mail->number > 0)
		output_format(text, "#%zu", mail->number);
}

/* False when memory is refused. */
static bool
see_findings(const struct trial *trial, struct sighting *sighting)
{
	const struct message *message = &trial->messages[0];
	struct output *text = &trial->piece->text;
	size_t where[CHECKS_MAX], detail[CHECKS_MAX];

	output_clear(text);
	add_where(text, trial->mail, NULL);
	end_text(text, 0);
	for (size_t i = 0; i < message->finding_count; i++) {
		size_t begin = text->length;

		add_where(text, trial->mail, &message->findings[i]);
		where[i] = end_text(text, begin);
		begin = text->length;
		sighting_detail(&message->findings[i], text);
		detail[i] = end_text(text, begin);
	}
	if (text->refused)
		return false;
	sighting->where = text->data;
	sighting->finding_count = message->finding_count;
	for (size_t i = 0; i < message->finding_count; i++)
		sighting->findings[i] = (struct sighted_finding){
			.check = message->findings[i].check->name,
			.mode = message->findings[i].mode,
			.where = text->data + where[i],
			.detail = text->data + detail[i],
		};
	return true;
}

static struct sighted_answer
see_answer(const struct verdict *verdict, char reply_out[REPLY_STRING_MAX])
{
	reply_out[0] = '\0';
	if (verdict_is_final(verdict))
		reply_string(&verdict->reply, reply_out);
	return (struct sighted_answer){ .kind = verdict->kind,
					.check = verdict->check != NULL ? verdict->check->name : "",
					.reply = reply_out };
}

static const char *
domain_of(const struct circumstances *circumstances)
{
	return circumstances->sender_null ? "<>" : circumstances->sender_domain;
}

static bool
see(const struct trial *trial)
{
	const struct message *message = &trial->messages[0];
	char reply[REPLY_STRING_MAX], other_reply[REPLY_STRING_MAX];
	struct sighting sighting = {
		.answer = see_answer(&message->verdict, reply),
		.failed = message->verdict.failed,
		.other = { .check = "", .reply = "" },
		.profile = message->profile->name,
		.day = trial->delivered.day,
		.sender_known = message->circumstances.sender_known,
		.domain = message->circumstances.sender_known ? domain_of(&message->circumstances) : "",
	};

	if (trial->replay->other.policy != NULL) {
		sighting.has_other = true;
		sighting.failed = sighting.failed || trial->messages[1].verdict.failed;
		sighting.other = see_answer(&trial->messages[1].verdict, other_reply);
	}
	if (sighting.day == DAY_UNKNOWN)
		sighting.day = day_of_file(trial->mail->file);
	if (!see_findings(trial, &sighting))
		return false;
	sighting_pack(&sighting, &trial->piece->packed);
	return !trial->piece->packed.refused;
}

static void
judge(const struct trial *trial, const struct replay_judge *by, struct message *message)
{
	const struct delivered *delivered = &trial->delivered;
	const char *const recipient[] = { delivered->recipient, NULL };
	const struct envelope envelope = {
		.client = by->client,
		.origin = by->client->origin,
		.sender = delivered->has_sender ? delivered->sender : trial->replay->sender,
		.recipients = delivered->has_recipient ? recipient : trial->replay->recipients,
	};

	offline_judge(message, &envelope, delivered->text);
}

static bool
try_mail(struct trial *trial, struct mail *mail)
{
	const struct replay *replay = trial->replay;
	struct replay_counts *counts = &trial->piece->counts;
	struct delivered *delivered = &trial->delivered;

	delivered_read(mail->text, delivered);
	mail->line += delivered->lines;
	trial->mail = mail;
	counts->messages++;
	counts->senders_rebuilt += delivered->has_sender ? 1 : 0;
	counts->senders_unknown += !delivered->has_sender && replay->sender == NULL ? 1 : 0;
	counts->recipients_rebuilt += delivered->has_recipient ? 1 : 0;
	counts->recipients_unknown += !delivered->has_recipient && replay->recipients[0] == NULL ? 1 : 0;
	judge(trial, &replay->judge, &trial->messages[0]);
	if (replay->other.policy != NULL)
		judge(trial, &replay->other, &trial->messages[1]);
	bool seen = see(trial);
	message_reset(&trial->messages[0]);
	if (replay->other.policy != NULL)
		message_reset(&trial->messages[1]);
	return seen;
}

static void
work(void *context, void *argument)
{
	const struct replay *replay = ((struct state *)context)->replay;
	struct piece *piece = argument;
	struct trial trial = { .replay = replay, .piece = piece };
	struct mail mail;

	output_clear(&piece->packed);
	piece->counts = (struct replay_counts){ .messages = 0 };
	piece->refused = false;
	message_init(&trial.messages[0], replay->judge.policy);
	trial.messages[0].services = replay->judge.services;
	if (replay->other.policy != NULL) {
		message_init(&trial.messages[1], replay->other.policy);
		trial.messages[1].services = replay->other.services;
	}
	while (!piece->refused && lot_next(&piece->lot, &mail))
		piece->refused = !try_mail(&trial, &mail);
	piece->counts.failures = piece->lot.failures;
	piece->refused = piece->refused || piece->lot.refused;
}

static void
add_counts(struct replay_counts *counts, const struct replay_counts *more)
{
	counts->messages += more->messages;
	counts->senders_rebuilt += more->senders_rebuilt;
	counts->senders_unknown += more->senders_unknown;
	counts->recipients_rebuilt += more->recipients_rebuilt;
	counts->recipients_unknown += more->recipients_unknown;
	counts->failures += more->failures;
}

static bool
emit(void *context, void *argument)
{
	struct state *state = context;
	struct piece *piece = argument;
	struct bytes packed = { piece->packed.data, piece->packed.length };
	struct sighting sighting;

	if (piece->lot.complaints.length > 0) {
		progress_wipe(&state->progress);
		fwrite(piece->lot.complaints.data, 1, piece->lot.complaints.length, stderr);
	}
	while (!piece->refused && sighting_unpack(&packed, &sighting))
		survey_add(&state->result->survey, &sighting);
	add_counts(&state->result->counts, &piece->counts);
	state->result->octets_done += piece->lot.octets;
	progress_add(&state->progress, piece->counts.messages, piece->lot.octets);
	state->refused = state->refused || piece->refused || survey_refused(&state->result->survey);
	return !state->refused;
}

static void
run_jobs(struct state *state)
{
	const struct jobs_plan plan = { state, take, work, emit };
	size_t count = (size_t)state->replay->jobs * JOBS_AHEAD;
	struct piece *pieces = calloc(count, sizeof *pieces);

	if (pieces == NULL) {
		state->refused = true;
		return;
	}
	jobs_run(&plan, pieces, sizeof *pieces, state->replay->jobs);
	for (size_t i = 0; i < count; i++) {
		lot_free(&pieces[i].lot);
		output_free(&pieces[i].packed);
		output_free(&pieces[i].text);
	}
	free(pieces);
}

bool
replay_run(const struct replay *replay, struct replay_result *result_out)
{
	struct state state = { .replay = replay, .result = result_out };
	bool shown = isatty(STDERR_FILENO) == 1;

	*result_out = (struct replay_result){ .partial = false };
	if (!survey_init(&result_out->survey))
		return false;
	interrupt_watch();
	source_watch();
	result_out->octets_total = shown ? walk_octets(replay->paths) : 0;
	progress_begin(&state.progress, shown, result_out->octets_total);
	mailbox_init(&state.mailbox, replay->paths);
	run_jobs(&state);
	mailbox_close(&state.mailbox);
	progress_wipe(&state.progress);
	survey_finish(&result_out->survey);
	if (!state.refused && !survey_refused(&result_out->survey))
		return true;
	survey_free(&result_out->survey);
	return false;
}
