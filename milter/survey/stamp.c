/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/survey/stamp.h"

#include <stdlib.h>

enum {
	MINUTE_S = 60,
	HOUR_S = 60 * MINUTE_S,
	DAY_S = 24 * HOUR_S,
	BACK_MAX = 100000 /* of --since, hours or days: more than there were since 1970 */
};

/* Takes exactly so many digits. */
static bool
take_number(struct bytes *line, size_t digits, int *number_out)
{
	int number = 0;

	if (line->length < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!ascii_is_digit(line->data[i]))
			return false;
		number = number * 10 + (line->data[i] - '0');
	}
	*line = bytes_from(*line, digits);
	*number_out = number;
	return true;
}

static bool
take_one_of(struct bytes *line, const char *octets)
{
	if (line->length == 0 || line->data[0] == '\0' || strchr(octets, line->data[0]) == NULL)
		return false;
	*line = bytes_from(*line, 1);
	return true;
}

static void
skip_blanks(struct bytes *line)
{
	while (take_one_of(line, " "))
		;
}

static bool
take_time(struct bytes *line, struct stamp *stamp)
{
	return take_number(line, 2, &stamp->hour) && take_one_of(line, ":") && take_number(line, 2, &stamp->minute) &&
	       take_one_of(line, ":") && take_number(line, 2, &stamp->second) && stamp->hour < 24 &&
	       stamp->minute < 60 && stamp->second <= 60;
}

static bool
take_date(struct bytes *line, struct stamp *stamp)
{
	struct date *date = &stamp->date;

	return take_number(line, 4, &date->year) && take_one_of(line, "-") && take_number(line, 2, &date->month) &&
	       take_one_of(line, "-") && take_number(line, 2, &date->day) && day_of_date(*date) != DAY_UNKNOWN;
}

static bool
take_zone(struct bytes *line, struct stamp *stamp)
{
	bool is_west = line->length > 0 && line->data[0] == '-';
	int hours, minutes;

	if (take_one_of(line, "Z")) {
		stamp->has_zone = true;
		return true;
	}
	if (!take_one_of(line, "+-"))
		return true;
	if (!take_number(line, 2, &hours))
		return false;
	take_one_of(line, ":");
	if (!take_number(line, 2, &minutes))
		return false;
	stamp->has_zone = true;
	stamp->zone_s = (hours * HOUR_S + minutes * MINUTE_S) * (is_west ? -1 : 1);
	return true;
}

/* RFC 3339 */
static bool
take_long(struct bytes *line, struct stamp *stamp)
{
	int digit;

	if (!take_date(line, stamp) || !take_one_of(line, "T ") || !take_time(line, stamp))
		return false;
	if (take_one_of(line, ".,"))
		while (take_number(line, 1, &digit))
			;
	return take_zone(line, stamp);
}

static int
year_of(const struct date *date, const struct tm *now)
{
	int year = now->tm_year + 1900;
	int today = day_of_date((struct date){ year, now->tm_mon + 1, now->tm_mday });
	int day = day_of_date((struct date){ year, date->month, date->day });

	/* A 29th of February may be none this year. */
	while (year > 1970 && (day == DAY_UNKNOWN || day > today + 1))
		day = day_of_date((struct date){ --year, date->month, date->day });
	return year;
}

/* RFC 3164; of a day below 10 the first digit is a blank. */
static bool
take_short(struct bytes *line, const struct tm *now, struct stamp *stamp)
{
	struct date *date = &stamp->date;

	if (line->length < 3)
		return false;
	date->month = day_month((struct bytes){ line->data, 3 });
	*line = bytes_from(*line, 3);
	if (date->month == 0 || !take_one_of(line, " "))
		return false;
	bool has_day = take_one_of(line, " ") ? take_number(line, 1, &date->day) : take_number(line, 2, &date->day);
	if (!has_day || !take_one_of(line, " ") || !take_time(line, stamp))
		return false;
	date->year = year_of(date, now);
	return day_of_date(*date) != DAY_UNKNOWN;
}

bool
stamp_take(struct bytes *line, const struct tm *now, struct stamp *stamp_out)
{
	struct stamp stamp = { .has_zone = false };
	struct bytes rest = *line;
	bool is_long = rest.length > 0 && ascii_is_digit(rest.data[0]);

	if (!(is_long ? take_long(&rest, &stamp) : take_short(&rest, now, &stamp)) || !take_one_of(&rest, " "))
		return false;
	skip_blanks(&rest);
	*line = rest;
	*stamp_out = stamp;
	return true;
}

int64_t
stamp_time(const struct stamp *stamp)
{
	struct tm tm = {
		.tm_year = stamp->date.year - 1900,
		.tm_mon = stamp->date.month - 1,
		.tm_mday = stamp->date.day,
		.tm_hour = stamp->hour,
		.tm_min = stamp->minute,
		.tm_sec = stamp->second,
		.tm_isdst = -1,
	};

	if (!stamp->has_zone)
		return (int64_t)mktime(&tm);
	return (int64_t)day_of_date(stamp->date) * DAY_S + stamp->hour * HOUR_S + stamp->minute * MINUTE_S +
	       stamp->second - stamp->zone_s;
}

/* Midnight, so many days before today. */
static int64_t
midnight(time_t now, int days_back)
{
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return 0;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday -= days_back;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm);
}

static bool
read_back(const char *text, time_t now, int64_t *since_out)
{
	char *end;
	unsigned long count = strtoul(text, &end, 10);

	if (!ascii_is_digit(text[0]) || count > BACK_MAX || (strcmp(end, "h") != 0 && strcmp(end, "d") != 0))
		return false;
	*since_out = (int64_t)now - (int64_t)count * (end[0] == 'h' ? HOUR_S : DAY_S);
	return true;
}

bool
stamp_since(const char *text, time_t now, int64_t *since_out)
{
	struct stamp stamp = { .has_zone = false };
	struct bytes rest = bytes_of(text);

	if (strcmp(text, "today") == 0 || strcmp(text, "yesterday") == 0) {
		*since_out = midnight(now, text[0] == 'y' ? 1 : 0);
		return true;
	}
	if (read_back(text, now, since_out))
		return true;
	if (!take_date(&rest, &stamp))
		return false;
	if (rest.length > 0 &&
	    !(take_one_of(&rest, "T ") && take_number(&rest, 2, &stamp.hour) && take_one_of(&rest, ":") &&
	      take_number(&rest, 2, &stamp.minute) && stamp.hour < 24 && stamp.minute < 60))
		return false;
	if (take_one_of(&rest, ":") && (!take_number(&rest, 2, &stamp.second) || stamp.second > 60))
		return false;
	if (!take_zone(&rest, &stamp) || rest.length > 0)
		return false;
	*since_out = stamp_time(&stamp);
	return true;
}
