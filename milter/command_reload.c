/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"
#include "milter/control_client.h"

#include <getopt.h>
#include <sysexits.h>

/* What the daemon's user found wrong with it. */
static bool
print_error(void *unused, char *line)
{
	(void)unused;
	fprintf(stderr, "%s\n", line);
	return true;
}

static int
reload(const struct conf *conf)
{
	char why[CONTROL_WHY_MAX] = "";

	if (conf->control == NULL) {
		fputs("postern: the configuration has no control socket: send the daemon SIGHUP\n", stderr);
		return EX_CONFIG;
	}
	int status = control_ask(conf->control, "reload", print_error, NULL, why);
	if (status == EX_OK)
		puts("reloaded");
	else
		fprintf(stderr, "postern: %s\n", why);
	return status;
}

int
command_reload(int argc, char **argv)
{
	static const struct option names[] = {
		{ "config", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;

	for (int c; (c = getopt_long(argc, argv, "c:", names, NULL)) != -1;) {
		if (c != 'c')
			return command_usage("reload");
		path = optarg;
	}
	if (optind != argc)
		return command_usage("reload");
	struct conf *conf = configuration_for_test(path);
	if (conf == NULL)
		return EX_CONFIG;
	int status = reload(conf);
	conf_free(conf);
	return status;
}
