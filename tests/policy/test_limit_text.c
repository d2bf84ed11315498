/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits as configuration writes them. */
#include "tests/support/limits.h"
#include "tests/support/suite.h"

#include <string.h>

struct text_case {
	const char *sentence;
	const char *string;
	enum limit_kind kind;
	uint64_t amount;
	int64_t period_us;
	uint64_t burst;
	const char *printed;
};

START_TEST(limits_are_read_and_written)
{
	static const struct text_case rows[] = {
		{ "a rate's burst is its amount", "14/1s", LIMIT_RATE, 14, SECOND, 14, "14/1s" },
		{ "a burst", "14/1s burst 28", LIMIT_RATE, 14, SECOND, 28, "14/1s burst 28" },
		{ "a burst that is the amount goes without saying", "14/1s burst 14", LIMIT_RATE, 14, SECOND, 14,
		  "14/1s" },
		{ "a time of several units", "500/1h30m burst 20", LIMIT_RATE, 500, 90 * MINUTE, 20,
		  "500/1h30m burst 20" },
		{ "a quota", "50000/24h", LIMIT_QUOTA, 50000, DAY, 0, "50000/24h" },
		{ "a day is 24 hours", "50000/1d", LIMIT_QUOTA, 50000, DAY, 0, "50000/24h" },
		{ "a week is seven days", "1/168h", LIMIT_QUOTA, 1, 7 * DAY, 0, "1/7d" },
		{ "octets", "10 GiB/1d", LIMIT_QUOTA, (uint64_t)10 << 30, DAY, 0, "10 GiB/24h" },
		{ "octets without a blank", "10GiB/1d", LIMIT_QUOTA, (uint64_t)10 << 30, DAY, 0, "10 GiB/24h" },
		{ "decimal octets", "25 MB/1m burst 1 KiB", LIMIT_RATE, 25000000, MINUTE, 1024,
		  "25000000/1m burst 1024" },
		{ "octets by name", "7 B/90s", LIMIT_QUOTA, 7, 90 * SECOND, 0, "7/1m30s" },
		{ "the largest of all", "1000 TB/366d burst 1000000000000000", LIMIT_RATE, LIMIT_AMOUNT_MAX, 366 * DAY,
		  LIMIT_AMOUNT_MAX, "1000000000000000/366d" },
		{ "the longest text", "999999999999999/365d23h59m59s burst 1000000000000000", LIMIT_RATE,
		  999999999999999, 366 * DAY - SECOND, LIMIT_AMOUNT_MAX,
		  "999999999999999/365d23h59m59s burst 1000000000000000" },
		{ "all units of time", "1/1d1h1m1s", LIMIT_QUOTA, 1, DAY + HOUR + MINUTE + SECOND, 0, "1/25h1m1s" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char printed[LIMIT_STRING_MAX];
		struct limit limit = limit_of(rows[i].string, rows[i].kind);

		ck_assert_msg(limit.kind == rows[i].kind && limit.amount == rows[i].amount &&
				      limit.period_us == rows[i].period_us && limit.burst == rows[i].burst &&
				      !limit.unlimited,
			      "%s", rows[i].sentence);
		limit_string(&limit, printed);
		ck_assert_msg(strcmp(printed, rows[i].printed) == 0, "%s: %s", rows[i].sentence, printed);
		struct limit again = limit_of(printed, rows[i].kind);
		ck_assert_msg(again.amount == limit.amount && again.period_us == limit.period_us &&
				      again.burst == limit.burst,
			      "%s: written and read again", rows[i].sentence);
	}
}
END_TEST

START_TEST(what_is_no_limit_is_refused_with_the_rule)
{
	static const struct {
		const char *string;
		enum limit_kind kind;
		const char *rule;
	} rows[] = {
		{ "", LIMIT_RATE, "must be an amount and a time" },
		{ "14", LIMIT_RATE, "must be an amount and a time" },
		{ "14/", LIMIT_RATE, "units in descending order" },
		{ "14/1", LIMIT_RATE, "units in descending order" },
		{ "14/s", LIMIT_RATE, "units in descending order" },
		{ "14/1s1m", LIMIT_RATE, "units in descending order" },
		{ "14/1m1m", LIMIT_RATE, "units in descending order" },
		{ "14/1w", LIMIT_RATE, "units in descending order" },
		{ "14/0s", LIMIT_RATE, "from 1s to 366d" },
		{ "14/367d", LIMIT_RATE, "from 1s to 366d" },
		{ "14/366d1s", LIMIT_QUOTA, "from 1s to 366d" },
		{ "14/999999999999999999d", LIMIT_QUOTA, "from 1s to 366d" },
		{ "14/9999999999999999999d", LIMIT_QUOTA, "units in descending order" },
		{ "0/1s", LIMIT_RATE, "amount from 1" },
		{ "1000000000000001/1s", LIMIT_RATE, "amount from 1" },
		{ "1001 TB/1s", LIMIT_RATE, "amount from 1" },
		{ "99999999999999999999/1s", LIMIT_RATE, "amount from 1" },
		{ "18446744073709551617/1s", LIMIT_RATE, "amount from 1" },
		{ "-1/1s", LIMIT_RATE, "must be an amount and a time" },
		{ "+1/1s", LIMIT_RATE, "must be an amount and a time" },
		{ " 1/1s", LIMIT_RATE, "must be an amount and a time" },
		{ "1.5/1s", LIMIT_RATE, "must be an amount and a time" },
		{ "10 Gib/1s", LIMIT_RATE, "must be an amount and a time" },
		{ "10  GiB/1s", LIMIT_RATE, "must be an amount and a time" },
		{ "14/1s ", LIMIT_RATE, "must be an amount and a time" },
		{ "14/1s burst", LIMIT_RATE, "must be an amount and a time" },
		{ "14/1s bust 3", LIMIT_RATE, "must be an amount and a time" },
		{ "14/1s burst 0", LIMIT_RATE, "must have a burst" },
		{ "14/1s burst x", LIMIT_RATE, "must have a burst" },
		{ "14/1s burst 3 ", LIMIT_RATE, "must have a burst" },
		{ "14/1s burst 3/1s", LIMIT_RATE, "must have a burst" },
		{ "14/1s burst 1000000000000001", LIMIT_RATE, "must have a burst" },
		{ "14/24h burst 3", LIMIT_QUOTA, "must not have a burst" },
		{ "14/24h and more", LIMIT_QUOTA, "as in \"50000/24h\"" },
		{ "None", LIMIT_QUOTA, "or \"none\"" },
		{ "none ", LIMIT_QUOTA, "or \"none\"" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char rule[REPLY_RULE_MAX] = "";
		struct limit limit = { .amount = 4711 };

		ck_assert_msg(!limit_parse(rows[i].string, rows[i].kind, &limit, rule), "\"%s\" is read",
			      rows[i].string);
		ck_assert_msg(strstr(rule, rows[i].rule) != NULL, "\"%s\": %s", rows[i].string, rule);
		ck_assert_msg(limit.amount == 4711, "\"%s\" changes the output", rows[i].string);
	}
}
END_TEST

SUITE_MAIN(limit_text, limits_are_read_and_written, what_is_no_limit_is_refused_with_the_rule)
