/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of milter_client.h that makes the events of a message from its text. */
#define _GNU_SOURCE
#include "tests/e2e/support/milter_client.h"

#include "tests/e2e/support/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The end of the field that starts at text: behind its last LF. */
static size_t
field_length(const char *text)
{
	size_t length = 0;

	do {
		length += strcspn(text + length, "\n");
		length += text[length] == '\n';
	} while (text[length] == ' ' || text[length] == '\t');
	return length;
}

static bool
is_field(const char *text)
{
	size_t name = strcspn(text, ":\n \t");

	return name > 0 && text[name + strspn(text + name, " \t")] == ':';
}

size_t
milter_field_of(const char *text)
{
	return is_field(text) ? field_length(text) : 0;
}

/* Where the body starts: after an empty line, or where a line is no field. */
static const char *
body_start(const char *text)
{
	while (is_field(text))
		text += field_length(text);
	return *text == '\n' ? text + 1 : text;
}

static void
send_field(struct milter_client *client, const char *text, size_t length)
{
	char *name = strndup(text, length - (text[length - 1] == '\n'));

	if (name == NULL)
		fail("out of memory");
	char *value = strchr(name, ':');
	*value++ = '\0';
	name[strcspn(name, " \t")] = '\0'; /* as MTAs do */
	milter_header(client, name, value + (*value == ' '));
	free(name);
}

char *
milter_body_of(const char *text, size_t *length_out)
{
	char *wire = NULL;
	FILE *out = open_memstream(&wire, length_out);

	if (out == NULL)
		fail("out of memory");
	for (const char *c = body_start(text); *c != '\0'; c++) {
		if (*c == '\n')
			fputc('\r', out);
		fputc(*c, out);
	}
	fclose(out);
	return wire;
}

void
milter_message(struct milter_client *client, const char *text, struct milter_cut cut)
{
	size_t length;
	char *body = milter_body_of(text, &length);

	for (size_t field; (field = milter_field_of(text)) > 0; text += field)
		send_field(client, text, field);
	milter_eoh(client);
	size_t wanted = cut.first;
	for (size_t at = 0; at < length;) {
		size_t chunk = wanted == 0 || wanted > length - at ? length - at : wanted;

		milter_body(client, body + at, chunk);
		at += chunk;
		wanted = cut.step;
	}
	milter_end(client);
	free(body);
}
