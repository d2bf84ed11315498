/* SPDX-License-Identifier: BSD-2-Clause */
/* Every file bad/NAME.conf gives exactly the messages of bad/NAME.expected, and no configuration. */
#define _POSIX_C_SOURCE 200809L
#include "conf/conf.h"
#include "tests/support/suite.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
is_case(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static char *
read_text(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "r");

	ck_assert_msg(file != NULL, "%s is missing", path);
	if (getdelim(&text, &size, '\0', file) < 0)
		ck_abort_msg("%s is empty", path);
	fclose(file);
	return text;
}

static void
check_bad(const char *path)
{
	char expected_path[300], *printed = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&printed, &size);
	struct conf_errors errors;

	conf_errors_init(&errors);
	ck_assert_msg(conf_load(path, &errors) == NULL, "%s gives a configuration", path);
	conf_errors_print(&errors, stream);
	fclose(stream);
	conf_errors_reset(&errors);

	snprintf(expected_path, sizeof expected_path, "%.*s.expected", (int)strlen(path) - 5, path);
	char *expected = read_text(expected_path);
	ck_assert_msg(strcmp(printed, expected) == 0, "%s: expected\n%sbut got\n%s", path, expected, printed);
	free(expected);
	free(printed);
}

/* The messages hold the paths as given: relative to the folder, so that they are the same everywhere. */
START_TEST(every_bad_file_gives_its_messages)
{
	struct dirent **cases = NULL;

	ck_assert_int_eq(chdir("tests/conf/bad"), 0);
	int count = scandir(".", &cases, is_case, alphasort);
	ck_assert_int_ge(count, 35);
	for (int i = 0; i < count; i++) {
		check_bad(cases[i]->d_name);
		free(cases[i]);
	}
	free(cases);
	ck_assert_int_eq(chdir("../../.."), 0);
}
END_TEST

SUITE_MAIN(conf_bad, every_bad_file_gives_its_messages)
