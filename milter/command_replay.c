/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of `postern replay`, and what it says about where its numbers are from; replay_run.c does the work. */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/command_options.h"
#include "milter/configuration.h"
#include "milter/interrupt.h"
#include "milter/jobs.h"
#include "milter/replay_run.h"
#include "milter/survey/telling.h"
#include "milter/world.h"

#include <getopt.h>
#include <stdlib.h>
#include <sysexits.h>

struct options {
	const char *config; /* NULL: the installed one, else the one that is shipped */
	const char *other;  /* NULL: none */
	const char *sender;
	const char **recipients; /* NULL ends them */
	size_t recipient_count;
	unsigned jobs;
	struct client_options client;
	struct telling telling;
};

enum {
	OPTION_JSON = 256,
	OPTION_HTML,
	OPTION_COMPARE,
	OPTION_SENDER,
	OPTION_RECIPIENT,
	OPTION_CLIENT,
	OPTION_LOGIN,
	OPTION_TLS,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "compare", required_argument, NULL, OPTION_COMPARE },
	{ "mail-from", required_argument, NULL, OPTION_SENDER },
	{ "rcpt-to", required_argument, NULL, OPTION_RECIPIENT },
	{ "client", required_argument, NULL, OPTION_CLIENT },
	{ "login", required_argument, NULL, OPTION_LOGIN },
	{ "tls", required_argument, NULL, OPTION_TLS },
	{ NULL, 0, NULL, 0 },
};

/* Where the argument of an option goes that is only kept; NULL for any other. */
static const char **
place_of(int c, struct options *options)
{
	switch (c) {
	case 'c':
		return &options->config;
	case OPTION_HTML:
		return &options->telling.page;
	case OPTION_COMPARE:
		return &options->other;
	case OPTION_SENDER:
		return &options->sender;
	case OPTION_RECIPIENT:
		return &options->recipients[options->recipient_count++];
	case OPTION_CLIENT:
		return &options->client.address;
	case OPTION_LOGIN:
		return &options->client.login;
	case OPTION_TLS:
		return &options->client.tls;
	default:
		return NULL;
	}
}

static bool
read_option(int c, struct options *options)
{
	const char **place = place_of(c, options);

	if (place != NULL)
		*place = optarg;
	else if (c == OPTION_JSON)
		options->telling.json = true;
	else
		return c == 'j' && option_jobs(optarg, &options->jobs);
	return true;
}

static bool
read_options(int argc, char **argv, struct options *options)
{
	for (int c; (c = getopt_long(argc, argv, "c:j:", long_options, NULL)) != -1;)
		if (!read_option(c, options))
			return false;
	if (options->jobs == 0)
		options->jobs = jobs_cores();
	return optind < argc;
}

static void
note_partial(const struct replay_result *result, struct output *notes)
{
	if (!result->partial)
		return;
	output_format(notes, "Interrupted: this is a partial result");
	if (result->octets_total > 0)
		output_format(notes, ", of %.0f %% of the octets",
			      (double)result->octets_done * 100 / (double)result->octets_total);
	output_format(notes, ".\n");
}

static void
note_envelope(const struct replay_counts *counts, struct output *notes)
{
	output_format(notes,
		      "Envelopes are rebuilt: the sender from Return-Path in %zu of %zu messages, a recipient from "
		      "X-Original-To or Delivered-To in %zu.\n",
		      counts->senders_rebuilt, counts->messages, counts->recipients_rebuilt);
	if (counts->senders_unknown > 0)
		output_format(notes, "Sender unknown, so that checks that need it did not apply: %zu.\n",
			      counts->senders_unknown);
	if (counts->recipients_unknown > 0)
		output_format(notes, "No recipient known, so that checks that need one did not apply: %zu.\n",
			      counts->recipients_unknown);
}

static void
note_client(const struct client *client, struct output *notes)
{
	output_format(notes, "All are judged as if they came ");
	if (client->login[0] != '\0') {
		output_format(notes, "from the login ");
		output_text(notes, bytes_of(client->login));
	} else if (client->has_address) {
		output_format(notes, "from the client %s", client->address_text);
	} else {
		output_format(notes, "from this host");
	}
	output_format(notes, " (origin %s).\n", origin_names[client->origin]);
}

static void
note_failures(const struct replay_result *result, struct output *notes)
{
	if (result->survey.failed > 0)
		output_format(notes,
			      "Not judged, for want of memory or of a table that answers, and so answered as "
			      "`failures` says: "
			      "%zu.\n",
			      result->survey.failed);
	if (result->counts.failures > 0)
		output_format(notes, "Files that could not be read: %zu.\n", result->counts.failures);
}

static int
tell(const struct options *options, const struct client *client, const struct replay_result *result)
{
	const struct replay_counts *counts = &result->counts;
	struct account account = {
		.kind = "replay",
		.title = "What Postern would answer",
		.survey = &result->survey,
		.partial = result->partial,
	};

	if (options->other != NULL) {
		account.config = options->config != NULL ? options->config : "the configuration in force";
		account.other = options->other;
	}
	note_partial(result, &account.notes);
	note_envelope(counts, &account.notes);
	note_client(client, &account.notes);
	note_failures(result, &account.notes);
	account_figure(&account, "senders_rebuilt", counts->senders_rebuilt);
	account_figure(&account, "senders_unknown", counts->senders_unknown);
	account_figure(&account, "recipients_rebuilt", counts->recipients_rebuilt);
	account_figure(&account, "recipients_unknown", counts->recipients_unknown);
	account_figure(&account, "files_unread", counts->failures);
	int status = telling_tell(&options->telling, &account);
	output_free(&account.notes);
	return status;
}

static bool
is_changed(const struct survey *survey)
{
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		if (survey->changes[i] > 0)
			return true;
	return false;
}

static int
run(const struct options *options, const struct replay *replay)
{
	struct replay_result result;

	if (!replay_run(replay, &result)) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	int status = tell(options, replay->judge.client, &result);
	if (status == EX_OK && result.counts.failures > 0)
		status = EX_NOINPUT;
	if (status == EX_OK && result.survey.failed > 0)
		status = EX_TEMPFAIL;
	if (status == EX_OK && is_changed(&result.survey))
		status = 1;
	survey_free(&result.survey);
	interrupt_obey();
	return status;
}

/* A configuration, and what it needs. */
struct bench {
	struct conf *conf;
	struct world world;
	struct client client;
	bool opened;
};

static int
bench_open(struct bench *bench, const char *path, const struct client_options *client, struct replay_judge *judge_out)
{
	bench->conf = configuration_for_command(path);
	if (bench->conf == NULL)
		return EX_CONFIG;
	if (!option_client(client, bench->conf, &bench->client))
		return EX_USAGE;
	bench->opened = world_open(&bench->world, bench->conf, NULL, WORLD_NO_SLOT);
	if (!bench->opened) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	*judge_out = (struct replay_judge){ bench->conf->policy, &bench->world.services, &bench->client };
	return EX_OK;
}

static void
bench_close(struct bench *bench)
{
	if (bench->opened)
		world_close(&bench->world);
	conf_free(bench->conf);
}

static int
prepare(int argc, char **argv, struct options *options)
{
	struct bench bench = { .conf = NULL }, other = { .conf = NULL };

	if (!read_options(argc, argv, options))
		return command_usage("replay");
	struct replay replay = { .paths = argv + optind,
				 .sender = options->sender,
				 .recipients = options->recipients,
				 .jobs = options->jobs };
	int status = bench_open(&bench, options->config, &options->client, &replay.judge);
	if (status == EX_OK && options->other != NULL)
		status = bench_open(&other, options->other, &options->client, &replay.other);
	if (status == EX_OK)
		status = telling_open(&options->telling);
	if (status == EX_OK)
		status = run(options, &replay);
	telling_close(&options->telling);
	bench_close(&other);
	bench_close(&bench);
	return status;
}

int
command_replay(int argc, char **argv)
{
	struct options options = { .recipients = calloc((size_t)argc + 1, sizeof *options.recipients) };

	if (options.recipients == NULL) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	int status = prepare(argc, argv, &options);
	free(options.recipients);
	return status;
}
