/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/check_run.h"

#include "milter/interrupt.h"
#include "milter/jobs.h"
#include "milter/judged.h"
#include "milter/mailbox.h"
#include "milter/progress.h"
#include "policy/offline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct tally {
	size_t verdicts[VERDICT_COUNT];
	size_t messages;
	size_t failures; /* files that could not be read */
};

/* A piece of the work: a lot, and what came of it. */
struct piece {
	struct lot lot;
	struct output output;
	struct tally tally;
	bool refused; /* memory was */
};

struct state {
	const struct check_run *run;
	struct mailbox mailbox; /* of take */
	struct tally tally;     /* of emit, as is what follows */
	struct progress progress;
	bool refused;    /* memory was */
	int write_error; /* errno of standard output, or 0 */
};

static bool
take(void *context, void *argument)
{
	struct state *state = context;
	struct piece *piece = argument;

	return !interrupted() && mailbox_take(&state->mailbox, &piece->lot);
}

static bool
describe(const struct check_run *run, const struct message *message, const struct mail *mail, struct output *output)
{
	if (run->format == CHECK_RUN_JSON)
		return judged_json(message, mail, output);
	if (run->format == CHECK_RUN_TEXT)
		judged_print(message, mail, run->colored, output);
	return !output->refused;
}

static void
work(void *context, void *argument)
{
	const struct check_run *run = ((struct state *)context)->run;
	struct piece *piece = argument;
	struct message message;
	struct mail mail;

	output_clear(&piece->output);
	piece->tally = (struct tally){ .messages = 0 };
	piece->refused = false;
	message_init(&message, run->policy);
	message.services = run->services;
	while (!piece->refused && lot_next(&piece->lot, &mail)) {
		offline_judge(&message, &run->envelope, mail.text);
		piece->refused = !describe(run, &message, &mail, &piece->output);
		piece->tally.verdicts[message.verdict.kind]++;
		piece->tally.messages++;
		message_reset(&message);
	}
	piece->tally.failures = piece->lot.failures;
	piece->refused = piece->refused || piece->lot.refused;
}

static void
add_tally(struct tally *tally, const struct tally *more)
{
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		tally->verdicts[i] += more->verdicts[i];
	tally->messages += more->messages;
	tally->failures += more->failures;
}

static bool
emit(void *context, void *argument)
{
	struct state *state = context;
	struct piece *piece = argument;

	add_tally(&state->tally, &piece->tally);
	if (piece->lot.complaints.length > 0) {
		progress_wipe(&state->progress);
		fwrite(piece->lot.complaints.data, 1, piece->lot.complaints.length, stderr);
	}
	if (piece->output.length > 0 &&
	    fwrite(piece->output.data, 1, piece->output.length, stdout) < piece->output.length)
		state->write_error = errno;
	progress_add(&state->progress, piece->tally.messages, piece->lot.octets);
	state->refused = state->refused || piece->refused;
	return !state->refused && state->write_error == 0;
}

static void
print_tally(const struct tally *tally)
{
	const char *between = ":";

	printf("%zu messages", tally->messages);
	for (size_t i = 0; i < VERDICT_COUNT; i++) {
		if (tally->verdicts[i] == 0)
			continue;
		printf("%s %zu %s", between, tally->verdicts[i], verdict_names[i]);
		between = ",";
	}
	putchar('\n');
}

static int
finish(struct state *state)
{
	const struct tally *tally = &state->tally;

	if (state->refused) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	if (state->run->format == CHECK_RUN_TEXT && tally->messages > 1)
		print_tally(tally);
	if (fflush(stdout) != 0 && state->write_error == 0)
		state->write_error = errno;
	if (state->write_error != 0) {
		fprintf(stderr, "postern: standard output: %s\n", strerror(state->write_error));
		return EX_IOERR;
	}
	if (interrupted())
		fputs("postern: interrupted\n", stderr);
	if (tally->failures > 0)
		return EX_NOINPUT;
	return tally->verdicts[VERDICT_REFUSE] + tally->verdicts[VERDICT_DEFER] > 0 ? 1 : EX_OK;
}

static void
run_jobs(struct state *state)
{
	const struct jobs_plan plan = { state, take, work, emit };
	size_t count = (size_t)state->run->jobs * JOBS_AHEAD;
	struct piece *pieces = calloc(count, sizeof *pieces);

	if (pieces == NULL) {
		state->refused = true;
		return;
	}
	jobs_run(&plan, pieces, sizeof *pieces, state->run->jobs);
	for (size_t i = 0; i < count; i++) {
		lot_free(&pieces[i].lot);
		output_free(&pieces[i].output);
	}
	free(pieces);
}

int
check_run(const struct check_run *run)
{
	struct state state = { .run = run };
	bool shown = progress_wanted();

	interrupt_watch();
	source_watch();
	progress_begin(&state.progress, shown, shown ? walk_octets(run->paths) : 0);
	mailbox_init(&state.mailbox, run->paths);
	run_jobs(&state);
	mailbox_close(&state.mailbox);
	progress_wipe(&state.progress);
	int status = finish(&state);
	interrupt_obey();
	return status;
}
