/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/command_options.h"
#include "milter/configuration.h"
#include "milter/doctor/checkup.h"
#include "milter/output.h"

#include <getopt.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define DEFAULT_POSTCONF "/usr/sbin/postconf"
#define DEFAULT_MAIN_CF "/etc/postfix/main.cf"
#define DEFAULT_SENDMAIL_CF "/etc/mail/sendmail.cf"

struct options {
	const char *config;   /* NULL: the installed one, else the one that is shipped */
	const char *postfix;  /* NULL: the default one, if it is looked at */
	const char *sendmail; /* NULL: likewise */
	const char *postconf; /* NULL: the default one */
	enum output_color color;
	bool json, quiet;
};

enum { OPTION_POSTFIX = 256, OPTION_SENDMAIL, OPTION_POSTCONF, OPTION_JSON, OPTION_NO_PROBE, OPTION_COLOR };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "postfix", required_argument, NULL, OPTION_POSTFIX },
	{ "sendmail", required_argument, NULL, OPTION_SENDMAIL },
	{ "postconf", required_argument, NULL, OPTION_POSTCONF },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "no-probe", no_argument, NULL, OPTION_NO_PROBE },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ NULL, 0, NULL, 0 },
};

static bool
read_option(struct options *options, int option)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		return true;
	case OPTION_POSTFIX:
		options->postfix = optarg;
		return true;
	case OPTION_SENDMAIL:
		options->sendmail = optarg;
		return true;
	case OPTION_POSTCONF:
		options->postconf = optarg;
		return true;
	case OPTION_JSON:
		options->json = true;
		return true;
	case OPTION_NO_PROBE:
		options->quiet = true;
		return true;
	case OPTION_COLOR:
		return option_color(optarg, &options->color);
	default:
		return false;
	}
}

/* What was named; else what is installed, and it may be both. */
static int
check_servers(const struct checkup *checkup, const struct options *options)
{
	const char *postconf = options->postconf != NULL ? options->postconf : DEFAULT_POSTCONF;
	bool named = options->postfix != NULL || options->sendmail != NULL;
	bool postfix =
		named ? options->postfix != NULL : access(postconf, X_OK) == 0 && access(DEFAULT_MAIN_CF, F_OK) == 0;
	bool sendmail = named ? options->sendmail != NULL : access(DEFAULT_SENDMAIL_CF, F_OK) == 0;
	int of_postfix = EX_OK, of_sendmail = EX_OK;

	if (postfix)
		of_postfix = postfix_check(checkup, postconf, options->postfix);
	if (sendmail)
		of_sendmail =
			sendmail_check(checkup, options->sendmail != NULL ? options->sendmail : DEFAULT_SENDMAIL_CF);
	if (postfix || sendmail)
		return of_postfix != EX_OK ? of_postfix : of_sendmail;
	diagnosis_add(checkup->diagnosis, SEVERITY_ERROR, "no_mail_server",
		      "There is no " DEFAULT_MAIN_CF " and no " DEFAULT_SENDMAIL_CF
		      ": name the mail server's configuration "
		      "with --postfix or --sendmail");
	return EX_NOINPUT;
}

static int
examine(const struct options *options, const struct conf *conf)
{
	struct diagnosis diagnosis = { .refused = false };
	struct checkup checkup;

	checkup_init(&checkup, &diagnosis, conf, options->config != NULL ? options->config : COMMAND_DEFAULT_CONFIG);
	self_check(&checkup, options->quiet);
	int status = check_servers(&checkup, options);
	bool printed = options->json ? diagnosis_json(&diagnosis, stdout)
				     : diagnosis_print(&diagnosis, stdout, output_colored(options->color));
	if (status == EX_OK && diagnosis_is_bad(&diagnosis))
		status = 1;
	if (!printed)
		status = diagnosis.refused ? EX_OSERR : EX_IOERR;
	diagnosis_free(&diagnosis);
	return status;
}

int
command_doctor(int argc, char **argv)
{
	struct options options = { .color = OUTPUT_COLOR_AUTO };

	for (int c; (c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1;)
		if (!read_option(&options, c))
			return command_usage("doctor");
	if (optind != argc)
		return command_usage("doctor");
	/* With its warnings: what the daemon says when it starts belongs to the diagnosis. */
	struct conf *conf = configuration_for_test(options.config);
	if (conf == NULL)
		return EX_CONFIG;
	int status = examine(&options, conf);
	conf_free(conf);
	return status;
}
