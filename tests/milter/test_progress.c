/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/progress.h"
#include "tests/support/suite.h"

#include <string.h>

struct row {
	const char *sentence;
	size_t octets, total, messages;
	int64_t elapsed_ms;
	const char *expected;
};

static const struct row rows[] = {
	{ "nothing done yet: nobody knows how long", 0, 100, 0, 1000, "  0 % [>                   ]  0 messages, 0/s" },
	{ "half done", 50, 100, 3000, 2000, " 50 % [##########>         ]  3000 messages, 1500/s, 0:02 left" },
	{ "minutes", 1, 100, 10, 2000, "  1 % [>                   ]  10 messages, 5/s, 3:18 left" },
	{ "hours", 1, 10000, 10, 2000, "  0 % [>                   ]  10 messages, 5/s, 5:33:18 left" },
	{ "all done", 100, 100, 8, 2000, "100 % [####################]  8 messages, 4/s, 0:00 left" },
	{ "more than there was", 300, 100, 8, 2000, "100 % [####################]  8 messages, 4/s, 0:00 left" },
	{ "the total is not known", 300, 0, 8, 2000, "8 messages, 4/s" },
	{ "no time has passed", 300, 0, 8, 0, "8 messages, 8000/s" },
};

START_TEST(the_line_says_how_far_it_is)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct progress progress = {
			.octets = rows[i].octets,
			.total = rows[i].total,
			.messages = rows[i].messages,
			.begin_ms = 5000,
		};
		char line[PROGRESS_LINE_MAX];

		progress_line(&progress, 5000 + rows[i].elapsed_ms, line);
		ck_assert_msg(strcmp(line, rows[i].expected) == 0, "%s: %s", rows[i].sentence, line);
	}
}
END_TEST

SUITE_MAIN(progress, the_line_says_how_far_it_is)
