/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"
#include "milter/judged.h"
#include "milter/output.h"
#include "policy/offline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sysexits.h>

struct options {
	const char *config; /* NULL: the installed one, else the one that is shipped */
	const char *client; /* NULL: none */
	const char *login;
	const char *sender;
	bool json;
	enum output_color color;
};

struct tally {
	size_t verdicts[VERDICT_COUNT];
	size_t messages;
	size_t failures; /* files that could not be read */
};

enum { OPTION_JSON = 256, OPTION_SENDER, OPTION_RECIPIENT, OPTION_CLIENT, OPTION_LOGIN, OPTION_COLOR };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "mail-from", required_argument, NULL, OPTION_SENDER },
	{ "rcpt-to", required_argument, NULL, OPTION_RECIPIENT },
	{ "client", required_argument, NULL, OPTION_CLIENT },
	{ "login", required_argument, NULL, OPTION_LOGIN },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ NULL, 0, NULL, 0 },
};

static bool
read_color(const char *text, enum output_color *color_out)
{
	static const char *const names[] = { "auto", "always", "never" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], text) == 0) {
			*color_out = (enum output_color)i;
			return true;
		}
	}
	return false;
}

static bool
read_options(int argc, char **argv, struct options *options_out)
{
	struct options options = { .color = OUTPUT_COLOR_AUTO };

	for (int c; (c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			options.config = optarg;
			break;
		case OPTION_JSON:
			options.json = true;
			break;
		case OPTION_SENDER:
			options.sender = optarg;
			break;
		case OPTION_RECIPIENT: /* no check looks at recipients */
			break;
		case OPTION_CLIENT:
			options.client = optarg;
			break;
		case OPTION_LOGIN:
			options.login = optarg;
			break;
		case OPTION_COLOR:
			if (!read_color(optarg, &options.color))
				return false;
			break;
		default:
			return false;
		}
	}
	*options_out = options;
	return optind < argc;
}

/* As the daemon decides it: a login, else the client's address, else handed over on this host. False when the client is no
 * IP address. */
static bool
find_origin(const struct options *options, const struct conf *conf, enum origin *origin_out)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *address = NULL;

	*origin_out = ORIGIN_LOCAL;
	if (options->client != NULL) {
		if (inet_pton(AF_INET, options->client, &ipv4.sin_addr) == 1)
			address = (const struct sockaddr *)&ipv4;
		else if (inet_pton(AF_INET6, options->client, &ipv6.sin6_addr) == 1)
			address = (const struct sockaddr *)&ipv6;
		else
			return false;
		*origin_out = networks_hold(&conf->trusted_networks, address) ? ORIGIN_TRUSTED : ORIGIN_EXTERNAL;
	}
	if (options->login != NULL && options->login[0] != '\0')
		*origin_out = ORIGIN_AUTHENTICATED;
	return true;
}

static bool
judge_mail(struct message *message, const struct envelope *envelope, const struct options *options,
	   const struct mail *mail)
{
	bool printed = true;

	offline_judge(message, envelope, mail->text);
	if (options->json)
		printed = judged_json(message, mail, stdout);
	else
		judged_print(message, mail, output_colored(options->color), stdout);
	return printed;
}

/* False when memory is refused. */
static bool
judge_path(const char *path, const struct policy *policy, const struct envelope *envelope,
	   const struct options *options, struct tally *tally)
{
	struct mailbox mailbox;
	struct mail mail;
	struct message message;
	bool ok = mailbox_init(&mailbox, path);

	message_init(&message, policy);
	while (ok && mailbox_next(&mailbox, &mail)) {
		ok = judge_mail(&message, envelope, options, &mail);
		tally->verdicts[message.verdict.kind]++;
		tally->messages++;
		message_reset(&message);
	}
	tally->failures += mailbox.failures;
	mailbox_close(&mailbox);
	return ok;
}

static void
print_tally(const struct tally *tally)
{
	printf("%zu messages:", tally->messages);
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		if (tally->verdicts[i] > 0)
			printf(" %zu %s", tally->verdicts[i], verdict_names[i]);
	putchar('\n');
}

static int
judge_all(char **paths, const struct conf *conf, const struct options *options)
{
	struct envelope envelope = { .sender = options->sender };
	struct tally tally = { .messages = 0 };

	if (!find_origin(options, conf, &envelope.origin)) {
		fprintf(stderr, "postern: --client %s: no IP address\n", options->client);
		return EX_USAGE;
	}
	for (; *paths != NULL; paths++) {
		if (!judge_path(*paths, conf->policy, &envelope, options, &tally)) {
			fputs("postern: out of memory\n", stderr);
			return EX_OSERR;
		}
	}
	if (!options->json && tally.messages > 1)
		print_tally(&tally);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "postern: standard output: %s\n", strerror(errno));
		return EX_IOERR;
	}
	if (tally.failures > 0)
		return EX_NOINPUT;
	return tally.verdicts[VERDICT_REFUSE] + tally.verdicts[VERDICT_DEFER] > 0 ? 1 : EX_OK;
}

int
command_check(int argc, char **argv)
{
	struct options options;

	if (!read_options(argc, argv, &options))
		return command_usage("check");
	struct conf *conf = configuration_for_command(options.config);
	if (conf == NULL)
		return EX_CONFIG;
	int status = judge_all(argv + optind, conf, &options);
	conf_free(conf);
	return status;
}
