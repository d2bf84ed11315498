/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/command.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

const struct command commands[] = {
	{ "run", command_run, "[-f] [-c FILE]", "be the milter" },
	{ "check", command_check,
	  "[-c FILE] [--json] [-q] [-j NUMBER] [--color=auto|always|never] [--mail-from ADDRESS] [--rcpt-to "
	  "ADDRESS]... [--client IP] "
	  "[--login NAME] [--tls VERSION] "
	  "FILE|DIR|MBOX|-...",
	  "say what would be answered to messages in files" },
	{ "replay", command_replay,
	  "[-c FILE] [--compare FILE] [--json] [--html FILE] [-j NUMBER] [--mail-from ADDRESS] [--rcpt-to ADDRESS]... "
	  "[--client IP] [--login NAME] [--tls VERSION] FILE|DIR|MBOX|-...",
	  "sum up what would be answered to messages that were delivered" },
	{ "report", command_report, "[--json] [--html FILE] [--since TIME] [FILE|-]...",
	  "sum up what was answered, from the daemon's log" },
	{ "config", command_config,
	  "test|show|explain|settings [-c FILE] [--json] [--login NAME] [--client IP] [--from ADDRESS] "
	  "[--listener NAME] [--rcpt ADDRESS]... [--origin ORIGIN] [--format=text|mdoc] [SETTING]",
	  "check the configuration, show what is in effect and where it comes from, or what can be set" },
	{ "limits", command_limits, "[-c FILE] [--json] list [PATTERN] | show KEY | reset KEY | set KEY USED",
	  "list and change the counters of rates and quotas" },
	{ "status", command_status, "[-c FILE] [--json]", "tell what the daemon does and has done" },
	{ "reload", command_reload, "[-c FILE]",
	  "check the configuration, have the daemon take it over, and say how it went" },
	{ "doctor", command_doctor,
	  "[-c FILE] [--postfix DIR] [--sendmail FILE] [--postconf PROGRAM] [--no-probe] [--json] "
	  "[--color=auto|always|never]",
	  "say whether the mail server hands its mail over, and how to mend what is wrong" },
	{ "checks", command_checks, "[--format=text|markdown|mdoc] [NAME]...", "list the checks, or explain some" },
	{ "replies", command_replies, "[--json] [--format=text|mdoc] [CODE|WORD]...",
	  "explain reply codes, enhanced status codes and documented replies" },
};
const size_t commands_count = sizeof commands / sizeof commands[0];

static void
print_usage(FILE *stream)
{
	fputs("postern - refuse mail that breaks documented sender rules\n\n", stream);
	for (size_t i = 0; i < commands_count; i++)
		fprintf(stream, "  postern %s %s\n        %s\n", commands[i].name, commands[i].synopsis,
			commands[i].what);
	fputs("  postern --version | --help\n\nManual: postern(8), postern.conf(5), postern-checks(7), "
	      "postern-replies(7).\n",
	      stream);
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < commands_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
command_usage(const char *name)
{
	fprintf(stderr, "usage: postern %s %s\n", name, find_command(name)->synopsis);
	return EX_USAGE;
}

/* `postern COMMAND --help`. */
static int
explain_command(const struct command *command)
{
	printf("usage: postern %s %s\n\n%c%s; see postern(8).\n", command->name, command->synopsis,
	       toupper((unsigned char)command->what[0]), command->what + 1);
	return EX_OK;
}

/* Where one is closed, whatever is opened next would take its number: a connection, say, that log lines are written into. */
static void
keep_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	keep_standard_streams();
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_usage(stdout);
		return EX_OK;
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("postern " POSTERN_VERSION);
		return EX_OK;
	}
	const struct command *command = find_command(name);
	if (command != NULL && argc > 2 && strcmp(argv[2], "--help") == 0)
		return explain_command(command);
	if (command != NULL)
		return command->run(argc - 1, argv + 1);
	if (name[0] != '\0')
		fprintf(stderr, "postern: there is no command \"%s\"\n\n", name);
	print_usage(stderr);
	return EX_USAGE;
}
