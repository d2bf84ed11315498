/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of `postern check`; check_run.c does the work. */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/check_run.h"
#include "milter/command_options.h"
#include "milter/configuration.h"
#include "milter/jobs.h"
#include "milter/world.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct options {
	const char *config; /* NULL: the installed one, else the one that is shipped */
	struct client_options client;
	const char *sender;
	const char **recipients; /* NULL ends them */
	size_t recipient_count;
	enum output_color color;
	struct check_run run; /* without paths, policy and envelope */
};

enum {
	OPTION_JSON = 256,
	OPTION_SENDER,
	OPTION_RECIPIENT,
	OPTION_CLIENT,
	OPTION_LOGIN,
	OPTION_TLS,
	OPTION_COLOR,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "mail-from", required_argument, NULL, OPTION_SENDER },
	{ "rcpt-to", required_argument, NULL, OPTION_RECIPIENT },
	{ "client", required_argument, NULL, OPTION_CLIENT },
	{ "login", required_argument, NULL, OPTION_LOGIN },
	{ "tls", required_argument, NULL, OPTION_TLS },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ NULL, 0, NULL, 0 },
};

/* One option of which getopt_long has given c. */
static bool
read_option(int c, struct options *options)
{
	switch (c) {
	case 'c':
		options->config = optarg;
		return true;
	case 'q':
		options->run.format = CHECK_RUN_QUIET;
		return true;
	case 'j':
		return option_jobs(optarg, &options->run.jobs);
	case OPTION_JSON:
		if (options->run.format != CHECK_RUN_QUIET)
			options->run.format = CHECK_RUN_JSON;
		return true;
	case OPTION_SENDER:
		options->sender = optarg;
		return true;
	case OPTION_RECIPIENT:
		options->recipients[options->recipient_count++] = optarg;
		return true;
	case OPTION_CLIENT:
		options->client.address = optarg;
		return true;
	case OPTION_LOGIN:
		options->client.login = optarg;
		return true;
	case OPTION_TLS:
		options->client.tls = optarg;
		return true;
	case OPTION_COLOR:
		return option_color(optarg, &options->color);
	default:
		return false;
	}
}

static bool
read_options(int argc, char **argv, struct options *options)
{
	for (int c; (c = getopt_long(argc, argv, "c:qj:", long_options, NULL)) != -1;)
		if (!read_option(c, options))
			return false;
	if (options->run.jobs == 0)
		options->run.jobs = jobs_cores();
	options->run.colored = output_colored(options->color);
	return optind < argc;
}

static int
out_of_memory(void)
{
	fputs("postern: out of memory\n", stderr);
	return EX_OSERR;
}

static int
judge(const struct conf *conf, const struct options *options, char *const *paths)
{
	struct check_run run = options->run;
	struct client client;
	struct world world;

	if (!option_client(&options->client, conf, &client))
		return EX_USAGE;
	if (!world_open(&world, conf, NULL, WORLD_NO_SLOT))
		return out_of_memory();
	run.paths = paths;
	run.policy = conf->policy;
	run.services = &world.services;
	run.envelope.client = &client;
	run.envelope.origin = client.origin;
	run.envelope.sender = options->sender;
	run.envelope.recipients = options->recipients;
	int status = check_run(&run);
	world_close(&world);
	return status;
}

static int
check(int argc, char **argv, struct options *options)
{
	if (!read_options(argc, argv, options))
		return command_usage("check");
	struct conf *conf = configuration_for_command(options->config);
	if (conf == NULL)
		return EX_CONFIG;
	int status = judge(conf, options, argv + optind);
	conf_free(conf);
	return status;
}

int
command_check(int argc, char **argv)
{
	struct options options = {
		.color = OUTPUT_COLOR_AUTO,
		.recipients = calloc((size_t)argc + 1, sizeof *options.recipients),
		.run = { .format = CHECK_RUN_TEXT },
	};

	int status = options.recipients != NULL ? check(argc, argv, &options) : out_of_memory();
	free(options.recipients);
	return status;
}
