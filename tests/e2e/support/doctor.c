/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/doctor.h"

#include "tests/e2e/support/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const char *
string_of(const json_t *remark, const char *key)
{
	const char *string = json_string_value(json_object_get(remark, key));

	return string != NULL ? string : "";
}

static bool
is_wrong(const json_t *remark)
{
	const char *severity = string_of(remark, "severity");

	return strcmp(severity, "warning") == 0 || strcmp(severity, "error") == 0;
}

static void
take(struct opinion *opinion, const char *line)
{
	json_error_t error;
	json_t *remark = json_loads(line, 0, &error);

	if (remark == NULL || string_of(remark, "name")[0] == '\0')
		fail("no remark: %s", line);
	if (is_wrong(remark)) {
		size_t used = strlen(opinion->wrong);

		snprintf(opinion->wrong + used, sizeof opinion->wrong - used, "%s%s", used > 0 ? " " : "",
			 string_of(remark, "name"));
	}
	json_array_append_new(opinion->remarks, remark);
}

struct opinion
doctor_ask(const char *program, const char *options)
{
	struct opinion opinion = { .remarks = json_array() };
	char *command = NULL, *line = NULL;
	size_t size = 0;

	if (asprintf(&command, "exec %s doctor --json %s", program, options) < 0)
		fail("out of memory");
	FILE *pipe = popen(command, "r");
	if (pipe == NULL)
		fail("cannot run %s", command);
	while (getline(&line, &size, pipe) > 0)
		take(&opinion, line);
	int status = pclose(pipe);
	opinion.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	free(line);
	free(command);
	return opinion;
}

const char *
doctor_says(const struct opinion *opinion, const char *name, const char *key)
{
	const json_t *found = NULL;

	for (size_t i = 0; i < json_array_size(opinion->remarks); i++) {
		const json_t *remark = json_array_get(opinion->remarks, i);

		if (strcmp(string_of(remark, "name"), name) == 0 &&
		    (found == NULL || (is_wrong(remark) && !is_wrong(found))))
			found = remark;
	}
	return found != NULL ? string_of(found, key) : "";
}

void
doctor_forget(struct opinion *opinion)
{
	json_decref(opinion->remarks);
	*opinion = (struct opinion){ .remarks = NULL };
}
