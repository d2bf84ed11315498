/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"

#include <getopt.h>
#include <string.h>
#include <sysexits.h>

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
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

int
command_config(int argc, char **argv)
{
	const char *path = NULL;

	for (int c; (c = getopt_long(argc, argv, "c:", long_options, NULL)) != -1;) {
		if (c != 'c')
			return command_usage("config");
		path = optarg;
	}
	if (argc - optind == 1 && strcmp(argv[optind], "test") == 0)
		return test(path);
	if (argc - optind == 1 && strcmp(argv[optind], "show") == 0)
		return show(path);
	return command_usage("config");
}
