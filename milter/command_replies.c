/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/replies_document.h"

#include <getopt.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

enum { NOTHING_FOUND = 1 };

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MDOC };

/* Of standard output; 0 when it is no terminal, or one that does not say. */
static unsigned
terminal_columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool
read_options(int argc, char **argv, enum format *format_out)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "format", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};

	*format_out = FORMAT_TEXT;
	for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (c == 'j')
			*format_out = FORMAT_JSON;
		else if (c == 'f' && strcmp(optarg, "mdoc") == 0)
			*format_out = FORMAT_MDOC;
		else if (c != 'f' || strcmp(optarg, "text") != 0)
			return false;
	}
	for (int i = optind; i < argc; i++)
		if (argv[i][0] == '\0')
			return false;
	return true;
}

/* Says which arguments find nothing. Whether one finds something, or there are none. */
static bool
find(const struct replies_query *query)
{
	bool found = query->count == 0;

	for (size_t i = 0; i < query->count; i++) {
		if (replies_query_finds(&(struct replies_query){ .arguments = query->arguments + i, .count = 1 }))
			found = true;
		else
			fprintf(stderr, "postern: no reply or code fits \"%s\"\n", query->arguments[i]);
	}
	return found;
}

static bool
print(const struct replies_query *query, enum format format)
{
	if (format == FORMAT_JSON)
		return replies_json(query, stdout);
	return replies_print(query, terminal_columns(), stdout);
}

int
command_replies(int argc, char **argv)
{
	enum format format;

	if (!read_options(argc, argv, &format) || (format == FORMAT_MDOC && optind < argc))
		return command_usage("replies");
	struct replies_query query = { .arguments = argv + optind, .count = (size_t)(argc - optind) };
	bool found = find(&query), printed = true;

	if (format == FORMAT_MDOC)
		replies_mdoc(stdout);
	else
		printed = print(&query, format);
	if (!printed) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("postern: standard output");
		return EX_IOERR;
	}
	return found ? EX_OK : NOTHING_FOUND;
}
