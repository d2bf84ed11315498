/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/suggest.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(the_nearest_name_is_suggested_and_no_far_one)
{
	static const char *const names[] = {
		"mode", "match", "fields", "alignment", "subject_empty", "subject_missing"
	};
	static const struct {
		const char *sentence, *word, *best;
	} rows[] = {
		{ "an octet too many", "alignement", "alignment" },
		{ "one too few", "feilds", "fields" },
		{ "two swapped", "mdoe", "mode" },
		{ "one replaced", "natch", "match" },
		{ "another case", "ALIGNMENT", "alignment" },
		{ "a hyphen for an underscore", "subject-empty", "subject_empty" },
		{ "nearer to the second of two", "subject_mising", "subject_missing" },
		{ "half of a short word", "mo", NULL },
		{ "nothing alike", "greylisting", NULL },
		{ "longer than any name", "alignmentalignmentalignmentalignmentalignment", NULL },
		{ "empty", "", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct suggestion suggestion;

		suggest_init(&suggestion, rows[i].word);
		for (size_t j = 0; j < sizeof names / sizeof names[0]; j++)
			suggest_try(&suggestion, names[j]);
		ck_assert_msg(rows[i].best == suggestion.best || (rows[i].best != NULL && suggestion.best != NULL &&
								  strcmp(rows[i].best, suggestion.best) == 0),
			      "%s: %s", rows[i].sentence, suggestion.best != NULL ? suggestion.best : "(none)");
	}
}
END_TEST

SUITE_MAIN(conf_suggest, the_nearest_name_is_suggested_and_no_far_one)
