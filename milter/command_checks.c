/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/checks_document.h"

#include <getopt.h>
#include <string.h>
#include <sysexits.h>

static int
explain_all(char **names)
{
	for (; *names != NULL; names++) {
		const struct check *check = check_find(*names);

		if (check == NULL) {
			fprintf(stderr, "postern: there is no check \"%s\"; `postern checks` lists them\n", *names);
			return EX_USAGE;
		}
		checks_explain(check, stdout);
	}
	return EX_OK;
}

int
command_checks(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	const char *format = "text";

	for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (c != 'f')
			return command_usage("checks");
		format = optarg;
	}
	if (optind < argc && strcmp(format, "text") == 0)
		return explain_all(argv + optind);
	if (strcmp(format, "text") == 0)
		checks_list(stdout);
	else if (strcmp(format, "markdown") == 0)
		checks_markdown(stdout);
	else if (strcmp(format, "mdoc") == 0)
		checks_mdoc(stdout);
	else
		return command_usage("checks");
	return EX_OK;
}
