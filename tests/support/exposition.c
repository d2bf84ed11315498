/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/exposition.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Every name and value here is ours: nothing needs an escape. */
static void
check_labels(const char *labels)
{
	const char *at = labels;

	while (*at != '\0') {
		size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

		ck_assert_msg(name > 0 && strncmp(at + name, "=\"", 2) == 0, "no label: %s", labels);
		at += name + 2;
		at += strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-");
		ck_assert_msg(*at == '"', "no plain value: %s", labels);
		at++;
		if (*at == ',')
			at++;
	}
}

static void
take_family(struct exposition *exposition, const char *line)
{
	char name[EXPOSITION_NAME_MAX], type[16], help[EXPOSITION_NAME_MAX];
	size_t count = exposition->family_count;

	if (sscanf(line, "# HELP %63s", help) == 1) {
		ck_assert_msg(strlen(line) > strlen("# HELP ") + strlen(help) + 10, "no words: %s", line);
		for (size_t i = 0; i < count; i++)
			ck_assert_msg(strcmp(exposition->families[i].name, help) != 0, "twice: %s", help);
		ck_assert_uint_lt(count, EXPOSITION_FAMILIES_MAX);
		strcpy(exposition->families[count].name, help);
		exposition->families[count].type[0] = '\0';
		exposition->family_count++;
		return;
	}
	ck_assert_msg(sscanf(line, "# TYPE %63s %15s", name, type) == 2, "what is this: %s", line);
	ck_assert_msg(count > 0 && strcmp(exposition->families[count - 1].name, name) == 0, "no HELP before: %s", line);
	ck_assert_msg(ends_with(name, "_total") == (strcmp(type, "counter") == 0), "type and name: %s", line);
	ck_assert(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0 || strcmp(type, "histogram") == 0);
	strcpy(exposition->families[count - 1].type, type);
}

/* Whether the sample's name is the family's, with what a histogram adds. */
static bool
belongs(const char *family, const char *type, const char *name)
{
	size_t length = strlen(family);

	if (strcmp(type, "histogram") != 0)
		return strcmp(family, name) == 0;
	return strncmp(family, name, length) == 0 &&
	       (strcmp(name + length, "_bucket") == 0 || strcmp(name + length, "_sum") == 0 ||
		strcmp(name + length, "_count") == 0);
}

static void
take_sample(struct exposition *exposition, const char *line)
{
	size_t count = exposition->sample_count, last = exposition->family_count - 1;
	size_t name = strcspn(line, "{ ");
	const char *labels = line[name] == '{' ? line + name + 1 : "";
	size_t length = strcspn(labels, "}");
	const char *value = line[name] == '{' ? labels + length + 1 : line + name;
	char *end;

	ck_assert_uint_lt(count, EXPOSITION_SAMPLES_MAX);
	ck_assert_uint_lt(name, EXPOSITION_NAME_MAX);
	ck_assert_uint_lt(length, EXPOSITION_LABELS_MAX);
	snprintf(exposition->samples[count].name, EXPOSITION_NAME_MAX, "%.*s", (int)name, line);
	snprintf(exposition->samples[count].labels, EXPOSITION_LABELS_MAX, "%.*s", (int)length, labels);
	check_labels(exposition->samples[count].labels);
	ck_assert_msg(value[0] == ' ', "no value: %s", line);
	exposition->samples[count].value = strtod(value + 1, &end);
	ck_assert_msg(end != value + 1 && *end == '\0', "no number: %s", line);
	ck_assert_msg(exposition->family_count > 0 &&
			      belongs(exposition->families[last].name, exposition->families[last].type,
				      exposition->samples[count].name),
		      "not below its TYPE: %s", line);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(strcmp(exposition->samples[i].name, exposition->samples[count].name) != 0 ||
				      strcmp(exposition->samples[i].labels, exposition->samples[count].labels) != 0,
			      "twice: %s", line);
	exposition->sample_count++;
}

/* A bucket stands behind the one before it, and the last one before sum and count. */
static void
check_buckets(const struct exposition *exposition)
{
	double before = 0;

	for (size_t i = 0; i < exposition->sample_count; i++) {
		const char *name = exposition->samples[i].name;

		if (!ends_with(name, "_bucket"))
			continue;
		ck_assert_msg(exposition->samples[i].value >= before, "a bucket shrinks: %s{%s}", name,
			      exposition->samples[i].labels);
		before = exposition->samples[i].value;
		if (strstr(exposition->samples[i].labels, "le=\"+Inf\"") == NULL)
			continue;
		ck_assert(ends_with(exposition->samples[i + 1].name, "_sum"));
		ck_assert(ends_with(exposition->samples[i + 2].name, "_count"));
		ck_assert_double_eq(exposition->samples[i + 2].value, before);
		before = 0;
	}
}

void
exposition_read(struct exposition *exposition_out, const char *text)
{
	exposition_out->sample_count = exposition_out->family_count = 0;
	ck_assert_msg(ends_with(text, "\n"), "the last line has no end");
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);

		if (line[0] == '#')
			take_family(exposition_out, line);
		else
			take_sample(exposition_out, line);
		free(line);
		text += length + 1;
	}
	check_buckets(exposition_out);
}

double
exposition_value(const struct exposition *exposition, const char *name, const char *labels)
{
	for (size_t i = 0; i < exposition->sample_count; i++)
		if (strcmp(exposition->samples[i].name, name) == 0 &&
		    strcmp(exposition->samples[i].labels, labels) == 0)
			return exposition->samples[i].value;
	ck_abort_msg("there is no %s{%s}", name, labels);
	return 0;
}

bool
exposition_has_name(const struct exposition *exposition, const char *name)
{
	for (size_t i = 0; i < exposition->sample_count; i++)
		if (strcmp(exposition->samples[i].name, name) == 0)
			return true;
	return false;
}

bool
exposition_has_label(const struct exposition *exposition, const char *label, const char *value)
{
	char text[EXPOSITION_LABELS_MAX];

	snprintf(text, sizeof text, "%s=\"%s%s", label, value != NULL ? value : "", value != NULL ? "\"" : "");
	for (size_t i = 0; i < exposition->sample_count; i++)
		if (strstr(exposition->samples[i].labels, text) != NULL)
			return true;
	return false;
}
