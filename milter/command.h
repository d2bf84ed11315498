/* SPDX-License-Identifier: BSD-2-Clause */
/* command.h - the commands of `postern`. Each takes the arguments from its own name on and returns the exit status: 0, or one
 * of sysexits.h (64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 75 temporary, 78 configuration), or 1
 * where the manual says what that means. */
#ifndef POSTERN_MILTER_COMMAND_H
#define POSTERN_MILTER_COMMAND_H

#include <stdio.h>

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *synopsis; /* behind the name */
	const char *what;
};

extern const struct command commands[];
extern const size_t commands_count;

int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_report(int argc, char **argv);
int command_config(int argc, char **argv);
int command_limits(int argc, char **argv);
int command_status(int argc, char **argv);
int command_reload(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_checks(int argc, char **argv);
int command_replies(int argc, char **argv);

#define COMMAND_DEFAULT_CONFIG POSTERN_SYSCONFDIR "/postern/postern.conf"

/* For an unusable command line: says so, with the synopsis, on standard error; returns 64. */
int command_usage(const char *name);

#endif
