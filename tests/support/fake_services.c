/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/fake_services.h"

#include <check.h>
#include <inttypes.h>
#include <string.h>

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

static enum table_answer
find(void *data, const struct table *table, const char *key, char *value_out)
{
	struct fake_services *fake = data;

	trace_add(&fake->trace, "find %s %s\n", table->source, key);
	for (const char *line = fake->rows; *line != '\0'; line = next_line(line)) {
		size_t length = strcspn(line, " \n");
		const char *value = line + length + (line[length] == ' ');

		if (length != strlen(key) || memcmp(line, key, length) != 0)
			continue;
		if (*value == '!')
			return TABLE_FAILED;
		if (value_out == NULL)
			return TABLE_FOUND;
		value_out[0] = '\0';
		buffer_append(value_out, TABLE_VALUE_MAX, (struct bytes){ value, strcspn(value, "\n") });
		return TABLE_FOUND;
	}
	return TABLE_ABSENT;
}

static void
note(struct fake_services *fake, const char *call, const struct charge *charge)
{
	trace_add(&fake->trace, "%s %s %" PRIu64 "%s\n", call, charge->key, charge->units,
		  charge->enforced ? "" : " observed");
}

static void
answer(const struct fake_services *fake, struct charge *charge)
{
	bool tight = fake->tight != NULL && strstr(charge->key, fake->tight) != NULL;

	charge->left = tight ? fake->tight_left : fake->left;
	charge->over = charge->units > charge->left;
	charge->counted = COUNTED_IN_STORE;
}

static bool
look(void *data, struct charge *charges, size_t count)
{
	struct fake_services *fake = data;

	for (size_t i = 0; i < count; i++) {
		note(fake, "look", &charges[i]);
		answer(fake, &charges[i]);
	}
	return !fake->counters_fail;
}

static bool
charge(void *data, struct charge *charges, size_t count)
{
	struct fake_services *fake = data;
	bool refused = false;

	for (size_t i = 0; i < count; i++) {
		note(fake, "charge", &charges[i]);
		answer(fake, &charges[i]);
		refused = refused || (charges[i].over && charges[i].enforced);
	}
	for (size_t i = 0; i < count && refused; i++)
		charges[i].counted = COUNTED_NOWHERE;
	return !fake->counters_fail;
}

static void
release(void *data, const struct charge *charges, size_t count)
{
	struct fake_services *fake = data;

	for (size_t i = 0; i < count; i++)
		note(fake, charges[i].counted == COUNTED_NOWHERE ? "not counted:" : "release", &charges[i]);
}

void
fake_services_init(struct fake_services *fake, const char *rows)
{
	*fake = (struct fake_services){
		.services = { .data = fake, .find = find, .look = look, .charge = charge, .release = release },
		.rows = rows != NULL ? rows : "",
		.left = UINT64_MAX,
	};
}

void
fake_services_free(struct fake_services *fake)
{
	trace_free(&fake->trace);
}

void
fake_services_check(struct fake_services *fake, const char *sentence, const char *expected)
{
	const char *seen = trace_text(&fake->trace);

	ck_assert_msg(strcmp(seen, expected) == 0, "%s\n expected:\n%s but got:\n%s", sentence, expected, seen);
	trace_free(&fake->trace);
}
