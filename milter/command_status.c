/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/configuration.h"
#include "milter/control_client.h"
#include "milter/status_print.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { FIELDS_MAX = 5 }; /* of a line: type, value, three names */

static size_t
split(char *line, char *fields_out[FIELDS_MAX])
{
	size_t count = 0;

	for (char *rest = line; count < FIELDS_MAX && rest != NULL;)
		fields_out[count++] = strsep(&rest, "\t");
	return count;
}

static json_t *
read_value(char type, const char *text)
{
	if (type == 's')
		return json_string(text);
	if (type == 'b')
		return json_boolean(text[0] == '1');
	if (strchr(text, '.') != NULL)
		return json_real(strtod(text, NULL));
	return json_integer(strtoll(text, NULL, 10));
}

/* A line of milter/status.h into the tree. Names and types that a newer daemon has are taken as they come. */
static bool
take_line(void *data, char *line)
{
	json_t *object = data;
	char *fields[FIELDS_MAX];
	size_t count = split(line, fields);

	if (count < 3)
		return true;
	for (size_t i = 2; i + 1 < count && object != NULL; i++) {
		json_t *inner = json_object_get(object, fields[i]);

		if (inner == NULL && json_object_set_new(object, fields[i], json_object()) == 0)
			inner = json_object_get(object, fields[i]);
		object = inner;
	}
	json_object_set_new(object, fields[count - 1], read_value(fields[0][0], fields[1]));
	return true;
}

static int
ask(const struct conf *conf, bool json)
{
	char why[CONTROL_WHY_MAX] = "the configuration has no control socket";
	json_t *status = json_object();
	int result = EX_CONFIG;

	if (conf->control != NULL)
		result = control_ask(conf->control, "status", take_line, status, why);
	if (result != EX_OK)
		fprintf(stderr, "postern: %s\n", why);
	else if (!json)
		status_print(status, stdout);
	else if (json_dumpf(status, stdout, JSON_INDENT(2)) == 0)
		putchar('\n');
	json_decref(status);
	return result;
}

int
command_status(int argc, char **argv)
{
	static const struct option names[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'J' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;
	bool json = false;

	for (int c; (c = getopt_long(argc, argv, "c:", names, NULL)) != -1;) {
		if (c == 'c')
			path = optarg;
		else if (c == 'J')
			json = true;
		else
			return command_usage("status");
	}
	if (optind != argc)
		return command_usage("status");
	struct conf *conf = configuration_for_command(path);
	if (conf == NULL)
		return EX_CONFIG;
	int result = ask(conf, json);
	conf_free(conf);
	return result;
}
