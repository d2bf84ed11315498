/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/day.h"

#include <stdio.h>

enum {
	FIRST_YEAR = 1970,
	LAST_YEAR = 2199,
	DAYS_OF_400_YEARS = 146097,
	MARCH_1_YEAR_0 = 719468 /* days from there to 1970-01-01 */
};

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Years are taken to begin in March, so that a leap day is their last. */
int
day_of_date(struct date date)
{
	if (date.year < FIRST_YEAR || date.year > LAST_YEAR || date.month < 1 || date.month > 12 || date.day < 1 ||
	    date.day > days_of_month(date.year, date.month))
		return DAY_UNKNOWN;
	int year = date.month > 2 ? date.year : date.year - 1;
	int month = date.month > 2 ? date.month - 3 : date.month + 9;

	return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + date.day - 1 - MARCH_1_YEAR_0;
}

struct date
day_date(int day)
{
	int left = day + MARCH_1_YEAR_0;
	int era = left / DAYS_OF_400_YEARS;
	int of_era = left % DAYS_OF_400_YEARS;
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * of_year + 2) / 153;

	return (struct date){
		.year = era * 400 + year + (month >= 10 ? 1 : 0),
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};
}

int
day_month(struct bytes name)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int month = 1; month <= 12 && name.length == 3; month++)
		if (bytes_equal_nocase(name, (struct bytes){ names + (month - 1) * 3, 3 }))
			return month;
	return 0;
}

void
day_text(int day, char text_out[DAY_TEXT_MAX])
{
	struct date date = day_date(day);

	snprintf(text_out, DAY_TEXT_MAX, "%04d-%02d-%02d", date.year % 10000, date.month % 100, date.day % 100);
}

/* Takes the next word off the text: what lies before white space or a comma. */
static struct bytes
take_word(struct bytes *text)
{
	size_t begin = 0;

	while (begin < text->length && (ascii_is_blank(text->data[begin]) || text->data[begin] == ','))
		begin++;
	size_t end = begin;
	while (end < text->length && !ascii_is_blank(text->data[end]) && text->data[end] != ',')
		end++;
	struct bytes word = bytes_from((struct bytes){ text->data, end }, begin);
	*text = bytes_from(*text, end);
	return word;
}

/* Of at most 4 digits; -1 for anything else. */
static int
number_of(struct bytes word)
{
	int number = 0;

	if (word.length == 0 || word.length > 4)
		return -1;
	for (size_t i = 0; i < word.length; i++) {
		if (!ascii_is_digit(word.data[i]))
			return -1;
		number = number * 10 + (word.data[i] - '0');
	}
	return number;
}

int
day_of_field(struct bytes value)
{
	struct bytes word = take_word(&value);
	struct date date = { .day = number_of(word) };

	if (date.day < 0)
		date.day = number_of(take_word(&value));
	date.month = day_month(take_word(&value));
	word = take_word(&value);
	date.year = number_of(word);
	/* RFC 5322 4.3 */
	if (word.length == 2 && date.year >= 0)
		date.year += date.year < 50 ? 2000 : 1900;
	else if (word.length == 3 && date.year >= 0)
		date.year += 1900;
	return day_of_date(date);
}
