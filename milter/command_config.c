/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"
#include "milter/explain.h"
#include "milter/settings_document.h"

#include <getopt.h>
#include <string.h>
#include <sysexits.h>

enum {
	OPTION_JSON = 1000,
	OPTION_LOGIN,
	OPTION_CLIENT,
	OPTION_FROM,
	OPTION_LISTENER,
	OPTION_RCPT,
	OPTION_ORIGIN,
	OPTION_FORMAT
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },           { "json", no_argument, NULL, OPTION_JSON },
	{ "login", required_argument, NULL, OPTION_LOGIN },   { "client", required_argument, NULL, OPTION_CLIENT },
	{ "from", required_argument, NULL, OPTION_FROM },     { "listener", required_argument, NULL, OPTION_LISTENER },
	{ "rcpt", required_argument, NULL, OPTION_RCPT },     { "origin", required_argument, NULL, OPTION_ORIGIN },
	{ "format", required_argument, NULL, OPTION_FORMAT }, { NULL, 0, NULL, 0 },
};

struct options {
	const char *config;
	const char *format; /* of `settings`; NULL: text */
	struct explain_mail mail;
	bool json;
	bool explains; /* some option is for `explain` */
};

static int
test(const char *path)
{
	struct conf *conf = configuration_for_test(path);

	if (conf == NULL)
		return EX_CONFIG;
	puts("configuration is right");
	conf_free(conf);
	return EX_OK;
}

static int
show(const char *path)
{
	struct conf *conf = configuration_for_command(path);

	if (conf == NULL)
		return EX_CONFIG;
	conf_show(conf, stdout);
	conf_free(conf);
	return EX_OK;
}

static int
explain_mail(const struct options *options)
{
	struct conf *conf = configuration_for_command(options->config);

	if (conf == NULL)
		return EX_CONFIG;
	int status = explain(conf, &options->mail, options->json);
	conf_free(conf);
	return status;
}

static int
settings(const char *format, const char *word)
{
	bool any = false;

	if (format == NULL || strcmp(format, "text") == 0)
		any = settings_list(word, stdout);
	else if (strcmp(format, "mdoc") == 0)
		any = settings_mdoc(word, stdout);
	else
		return command_usage("config");
	if (!any)
		fprintf(stderr, "postern: there is no setting \"%s\"; `postern config settings` lists them\n", word);
	return any ? EX_OK : EX_USAGE;
}

static bool
add_recipient(struct explain_mail *mail, const char *recipient)
{
	if (mail->recipient_count == EXPLAIN_RECIPIENTS_MAX) {
		fprintf(stderr, "postern: more than %d recipients\n", EXPLAIN_RECIPIENTS_MAX);
		return false;
	}
	mail->recipients[mail->recipient_count++] = recipient;
	return true;
}

static bool
read_option(struct options *options, int option, const char *argument)
{
	struct explain_mail *mail = &options->mail;

	options->explains = options->explains || (option != 'c' && option != OPTION_FORMAT);
	switch (option) {
	case 'c':
		options->config = argument;
		return true;
	case OPTION_JSON:
		options->json = true;
		return true;
	case OPTION_LOGIN:
		mail->login = argument;
		return true;
	case OPTION_CLIENT:
		mail->client = argument;
		return true;
	case OPTION_FROM:
		mail->sender = argument;
		return true;
	case OPTION_LISTENER:
		mail->listener = argument;
		return true;
	case OPTION_RCPT:
		return add_recipient(mail, argument);
	case OPTION_ORIGIN:
		mail->origin = argument;
		return true;
	case OPTION_FORMAT:
		options->format = argument;
		return true;
	default:
		return false;
	}
}

int
command_config(int argc, char **argv)
{
	struct options options = { .config = NULL };

	for (int c; (c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1;)
		if (!read_option(&options, c, optarg))
			return command_usage("config");
	const char *name = optind < argc ? argv[optind++] : "";
	bool word = optind + 1 == argc;
	if (strcmp(name, "settings") == 0 && optind + word == argc && options.config == NULL && !options.explains)
		return settings(options.format, word ? argv[optind] : "");
	if (optind < argc || options.format != NULL)
		return command_usage("config");
	if (strcmp(name, "explain") == 0)
		return explain_mail(&options);
	if (strcmp(name, "test") == 0 && !options.explains)
		return test(options.config);
	if (strcmp(name, "show") == 0 && !options.explains)
		return show(options.config);
	return command_usage("config");
}
