/* SPDX-License-Identifier: BSD-2-Clause */
/* limit_text.c - limits as configuration writes them. */
#include "policy/limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	DIGITS_MAX = 18, /* of a number: it cannot overflow 64 bits */
	SECOND_US = 1000000,
	HOUR_S = 3600,
	DAY_S = 24 * HOUR_S
};

static const char rule_rate[] = "must be an amount and a time, as in \"14/1s\" or \"500/1h30m burst 20\", or \"none\"";
static const char rule_quota[] = "must be an amount and a time, as in \"50000/24h\" or \"10 GiB/1d\", or \"none\"";
static const char rule_amount[] = "must have an amount from 1 to 1000000000000000";
static const char rule_burst[] = "must have a burst from 1 to 1000000000000000, as in \"14/1s burst 28\"";
static const char rule_period[] = "must have a time from 1s to 366d";
static const char rule_duration[] = "must have a time with units in descending order, as in \"1d12h\" or \"1h30m\"";
static const char rule_no_burst[] = "must not have a burst: that is for rates";

/* From the largest binary unit down: limit_string takes the first that divides an amount. */
static const struct {
	const char *name;
	uint64_t octets;
} sizes[] = {
	{ "TiB", (uint64_t)1 << 40 },
	{ "GiB", (uint64_t)1 << 30 },
	{ "MiB", (uint64_t)1 << 20 },
	{ "KiB", (uint64_t)1 << 10 },
	{ "TB", 1000000000000 },
	{ "GB", 1000000000 },
	{ "MB", 1000000 },
	{ "KB", 1000 },
	{ "B", 1 },
};
enum { SIZES_COUNT = sizeof sizes / sizeof sizes[0], SIZES_WRITTEN = 3 }; /* TiB, GiB, MiB */

static const struct {
	char name;
	uint64_t seconds;
} times[] = { { 'd', DAY_S }, { 'h', HOUR_S }, { 'm', 60 }, { 's', 1 } };
enum { TIMES_COUNT = sizeof times / sizeof times[0] };

/* Digits; returns what follows, or NULL. */
static const char *
read_number(const char *at, uint64_t *number_out)
{
	size_t digits = strspn(at, "0123456789");
	uint64_t number = 0;

	if (digits == 0 || digits > DIGITS_MAX)
		return NULL;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(at[i] - '0');
	*number_out = number;
	return at + digits;
}

/* "50000", "10 GiB", "10GiB"; returns what follows, or NULL. */
static const char *
read_amount(const char *at, uint64_t *amount_out)
{
	uint64_t number, octets = 1;

	at = read_number(at, &number);
	if (at == NULL)
		return NULL;
	const char *unit = at + (*at == ' ');
	for (size_t i = 0; i < SIZES_COUNT; i++) {
		size_t length = strlen(sizes[i].name);

		if (strncmp(unit, sizes[i].name, length) != 0)
			continue;
		octets = sizes[i].octets;
		at = unit + length;
		break;
	}
	if (number < 1 || number > LIMIT_AMOUNT_MAX / octets)
		return NULL;
	*amount_out = number * octets;
	return at;
}

/* One number with its unit, smaller than the one before; returns what follows, or NULL. */
static const char *
read_time(const char *at, size_t *next_unit, uint64_t *seconds)
{
	uint64_t number;

	at = read_number(at, &number);
	if (at == NULL)
		return NULL;
	if (number > LIMIT_PERIOD_MAX_S)
		number = (uint64_t)LIMIT_PERIOD_MAX_S + 1; /* too much in any unit */
	for (size_t i = *next_unit; i < TIMES_COUNT; i++) {
		if (times[i].name != *at)
			continue;
		*next_unit = i + 1;
		*seconds += number * times[i].seconds;
		return at + 1;
	}
	return NULL;
}

/* "1h30m", up to a blank or the end; returns what follows, or NULL. */
static const char *
read_duration(const char *at, uint64_t *seconds_out)
{
	uint64_t seconds = 0;
	size_t next_unit = 0;

	do
		at = read_time(at, &next_unit, &seconds);
	while (at != NULL && *at != '\0' && *at != ' ');
	*seconds_out = seconds;
	return at;
}

/* What follows the time. Returns the broken rule, or NULL. */
static const char *
read_burst(const char *at, struct limit *limit)
{
	static const char word[] = " burst ";

	if (*at == '\0')
		return NULL;
	if (strncmp(at, word, sizeof word - 1) != 0)
		return limit->kind == LIMIT_RATE ? rule_rate : rule_quota;
	if (limit->kind == LIMIT_QUOTA)
		return rule_no_burst;
	at = read_amount(at + sizeof word - 1, &limit->burst);
	return at != NULL && *at == '\0' ? NULL : rule_burst;
}

static const char *
read_limit(const char *string, struct limit *limit)
{
	const char *rule = limit->kind == LIMIT_RATE ? rule_rate : rule_quota;
	uint64_t seconds;

	if (!ascii_is_digit(string[0]) || strchr(string, '/') == NULL)
		return rule;
	const char *at = read_amount(string, &limit->amount);
	if (at == NULL)
		return rule_amount;
	if (*at != '/')
		return rule;
	at = read_duration(at + 1, &seconds);
	if (at == NULL)
		return rule_duration;
	if (seconds < 1 || seconds > LIMIT_PERIOD_MAX_S)
		return rule_period;
	limit->period_us = (int64_t)seconds * SECOND_US;
	limit->burst = limit->kind == LIMIT_RATE ? limit->amount : 0;
	return read_burst(at, limit);
}

bool
limit_parse(const char *string, enum limit_kind kind, struct limit *limit_out, char *rule_out)
{
	struct limit limit = { .kind = kind };
	const char *rule = NULL;

	if (strcmp(string, "none") == 0)
		limit.unlimited = true;
	else
		rule = read_limit(string, &limit);
	if (rule != NULL) {
		snprintf(rule_out, REPLY_RULE_MAX, "%s", rule);
		return false;
	}
	*limit_out = limit;
	return true;
}

enum { PART_MAX = 32 }; /* octets of a number and its unit */

/* Whole MiB and more are meant as such; below that, digits tell more. */
static void
append_amount(char *string, uint64_t amount)
{
	char part[PART_MAX];

	snprintf(part, sizeof part, "%" PRIu64, amount);
	for (size_t i = 0; i < SIZES_WRITTEN; i++) {
		if (amount % sizes[i].octets != 0)
			continue;
		snprintf(part, sizeof part, "%" PRIu64 " %s", amount / sizes[i].octets, sizes[i].name);
		break;
	}
	buffer_append(string, LIMIT_STRING_MAX, bytes_of(part));
}

/* "24h" is what people write for a day, and "7d" for a week. */
static void
append_duration(char *string, uint64_t seconds)
{
	size_t first = seconds < 2 * DAY_S ? 1 : 0;

	for (size_t i = first; i < TIMES_COUNT; i++) {
		char part[PART_MAX];

		if (seconds < times[i].seconds)
			continue;
		snprintf(part, sizeof part, "%" PRIu64 "%c", seconds / times[i].seconds, times[i].name);
		buffer_append(string, LIMIT_STRING_MAX, bytes_of(part));
		seconds %= times[i].seconds;
	}
}

void
limit_string(const struct limit *limit, char string_out[LIMIT_STRING_MAX])
{
	string_out[0] = '\0';
	if (limit->unlimited) {
		buffer_append(string_out, LIMIT_STRING_MAX, bytes_of("none"));
		return;
	}
	append_amount(string_out, limit->amount);
	buffer_append(string_out, LIMIT_STRING_MAX, bytes_of("/"));
	append_duration(string_out, (uint64_t)limit->period_us / SECOND_US);
	if (limit->kind == LIMIT_RATE && limit->burst != limit->amount) {
		buffer_append(string_out, LIMIT_STRING_MAX, bytes_of(" burst "));
		append_amount(string_out, limit->burst);
	}
}
