/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/example.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static char *
replace(char *text, const char *old, const char *new)
{
	char *replaced = NULL, *rest = text;
	size_t length;
	FILE *out = open_memstream(&replaced, &length);

	ck_assert_ptr_nonnull(out);
	for (char *at; (at = strstr(rest, old)) != NULL; rest = at + strlen(old))
		fprintf(out, "%.*s%s", (int)(at - rest), rest, new);
	fputs(rest, out);
	fclose(out);
	free(text);
	return replaced;
}

/* Where the mail server of a Debian host finds it; here it listens elsewhere, as postern_configure says. */
static void
cut_listen(char *text)
{
	char *line = strstr(text, "\nlisten");

	ck_assert_ptr_nonnull(line);
	char *end = strchr(line + 1, '\n');
	char *path = strstr(line, "= \"unix:/var/spool/postfix/postern/postern.sock\";\n");
	ck_assert(end != NULL && path != NULL && path < end);
	memmove(line, end, strlen(end) + 1);
}

/* Below the test's directory instead of the system's. */
static void
configure(const struct rig *rig, const char *example, int redis_port)
{
	char path[64], redis[64], checks[PATH_TEXT_MAX + 64];
	size_t length;

	snprintf(path, sizeof path, "conf/examples/%s.conf", example);
	snprintf(redis, sizeof redis, "redis://127.0.0.1:%d/", redis_port);
	snprintf(checks, sizeof checks, "\ncontrol = \"%s/control\";\nchecks = {", rig->postern.directory.text);
	char *text = file_read(path, &length);
	ck_assert_msg(text != NULL, "there is no %s", path);
	cut_listen(text);
	text = replace(text, "/etc/postern", rig->postern.directory.text);
	text = replace(text, "/var/lib/postern", rig->postern.directory.text);
	text = replace(text, "redis://redis.example.com:6379/", redis);
	text = replace(text, "\nchecks = {", checks);
	postern_configure(&rig->postern, text);
	free(text);
}

static void
expect_no_warning(const struct rig *rig)
{
	const char *const argv[] = {
		rig->postern.program.text, "config", "test", "-c", rig->postern.config.text, NULL
	};
	struct path output = path_join(rig->dir.path.text, "config-test");
	size_t length;

	remove(output.text);
	ck_assert_int_eq(process_run(argv, output.text), 0);
	char *text = file_read(output.text, &length);
	ck_assert_str_eq(text, "configuration is right\n");
	free(text);
}

void
example_serve(struct rig *rig, const char *name, int redis_port)
{
	configure(rig, name, redis_port);
	expect_no_warning(rig);
	postern_start(&rig->postern);
	ck_assert(postern_logs(&rig->postern, " starts with ")); /* then the control socket is there */
}

void
example_table(const struct rig *rig, const char *name, const char *text)
{
	file_write(path_join(rig->postern.directory.text, name).text, text);
}

void
example_play(const struct rig *rig, const struct example_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		expect_visit(&rig->postfix, &rows[i].visit, rows[i].end, rows[i].reply, rows[i].what);
		if (rows[i].logged != NULL)
			expect_logged(&rig->postern, rows[i].logged);
	}
}

void
example_expect_used(const struct rig *rig, unsigned used, const char *key)
{
	const char *const argv[] = { rig->postern.program.text, "limits", "show", "-c",
				     rig->postern.config.text,  key,      NULL };
	struct path output = path_join(rig->dir.path.text, "limits");
	char expected[32];
	size_t length;

	remove(output.text);
	process_run(argv, output.text);
	char *text = file_read(output.text, &length);
	snprintf(expected, sizeof expected, "%12u ", used);
	ck_assert_msg(text != NULL && strstr(text, expected) != NULL && strstr(text, key) != NULL,
		      "%s: not %u used:\n%s", key, used, text);
	free(text);
}
