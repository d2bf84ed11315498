/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/sendmail_cf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char blanks[] = " \t";

/* Fills SENDMAIL_CF_MAX + 1 octets, of which the last must not be needed. False with errno. */
static bool
fill(char *text, const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return false;
	errno = EIO;
	size_t length = fread(text, 1, SENDMAIL_CF_MAX + 1, file);
	int error = ferror(file) ? errno : length > SENDMAIL_CF_MAX ? EFBIG : 0;
	fclose(file);
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = '?';
	text[length <= SENDMAIL_CF_MAX ? length : SENDMAIL_CF_MAX] = '\0';
	errno = error;
	return error == 0;
}

/* The whole file, for free(). */
static char *
read_text(const char *path)
{
	char *text = malloc(SENDMAIL_CF_MAX + 1);

	if (text != NULL && fill(text, path))
		return text;
	int error = errno;
	free(text);
	errno = error;
	return NULL;
}

/* Cuts off one line with those that go on with it. */
static char *
next_line(char **rest)
{
	char *line = *rest;
	char *end = line;

	if (*line == '\0')
		return NULL;
	for (;;) {
		end += strcspn(end, "\n");
		if (*end == '\0' || end[1] == '\0' || strchr(blanks, end[1]) == NULL)
			break;
		*end = ' ';
	}
	*rest = *end == '\0' ? end : end + 1;
	*end = '\0';
	return line;
}

/* Without blanks at both ends. */
static char *
trim(char *text)
{
	text += strspn(text, blanks);
	for (size_t length = strlen(text); length > 0 && strchr(blanks, text[length - 1]) != NULL;)
		text[--length] = '\0';
	return text;
}

static void
take_option(struct sendmail_cf *cf, char *line)
{
	char *equals = strchr(line, '=');

	if (equals == NULL || cf->option_count == SENDMAIL_OPTIONS_MAX)
		return;
	*equals = '\0';
	cf->options[cf->option_count].name = trim(line);
	cf->options[cf->option_count++].value = trim(equals + 1);
}

/* Xname, S=local:/path, F=T, T=S:4m;R:4m */
static void
take_filter(struct sendmail_cf *cf, char *line)
{
	struct sendmail_filter filter = { .where = "", .flags = "", .times = "" };

	if (cf->filter_count == SENDMAIL_FILTERS_MAX)
		return;
	filter.name = trim(strsep(&line, ","));
	for (char *part; (part = strsep(&line, ",")) != NULL;) {
		part = trim(part);
		char *equals = strchr(part, '=');

		if (equals == NULL)
			continue;
		if (part[0] == 'S')
			filter.where = trim(equals + 1);
		else if (part[0] == 'F')
			filter.flags = trim(equals + 1);
		else if (part[0] == 'T')
			filter.times = trim(equals + 1);
	}
	cf->filters[cf->filter_count++] = filter;
}

struct sendmail_cf *
sendmail_cf_read(const char *path)
{
	struct sendmail_cf *cf = calloc(1, sizeof *cf);

	if (cf == NULL)
		return NULL;
	cf->text = read_text(path);
	if (cf->text == NULL) {
		int error = errno;

		free(cf);
		errno = error;
		return NULL;
	}
	char *rest = cf->text;
	for (char *line; (line = next_line(&rest)) != NULL;) {
		if (line[0] == 'O' && line[1] == ' ')
			take_option(cf, line + 2);
		else if (line[0] == 'X')
			take_filter(cf, line + 1);
	}
	return cf;
}

void
sendmail_cf_free(struct sendmail_cf *cf)
{
	if (cf != NULL)
		free(cf->text);
	free(cf);
}

const char *
sendmail_cf_option(const struct sendmail_cf *cf, const char *name)
{
	for (size_t i = cf->option_count; i > 0; i--)
		if (strcasecmp(cf->options[i - 1].name, name) == 0)
			return cf->options[i - 1].value;
	return NULL;
}
