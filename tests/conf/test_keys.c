/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows of conf/keys.h say to the manual is what the reader does. */
#include "conf/keys.h"

#include "tests/conf/support.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1000 };

/* Where the settings of a group stand; each takes the setting in place of %s. */
static const struct {
	const char *group, *around;
} groups[] = {
	{ "", "%s" },
	{ "log", "log = { %s };" },
	{ "failures", "failures = { %s };" },
	{ "counters", "counters = { %s };" },
	{ "metrics", "metrics = { %s };" },
	{ "tables", "tables = { t = { source = \"file:/keys\"; %s }; };" },
	{ "checks", "checks = { subject_missing = { %s }; };" },
	{ "profiles", "profiles = ( { name = \"p\"; %s } );" },
	{ "profiles.when", "profiles = ( { name = \"p\"; when = { %s }; } );" },
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

static const struct key *
group_keys(size_t group)
{
	return groups[group].group[0] == '\0' ? conf_keys : key_find(groups[group].group)->members;
}

/* A configuration in which the setting of that group has that value. */
static const char *
configuration(size_t group, const char *name, const char *value)
{
	static char text[TEXT_MAX];
	const char *around = groups[group].around, *gap = strstr(around, "%s");

	snprintf(text, sizeof text, "%.*s%s%s%s%s%s", (int)(gap - around), around, name, value[0] != '\0' ? " = " : "",
		 value, value[0] != '\0' ? ";" : "", gap + 2);
	return text;
}

static bool
is_right(const char *text)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load_text("test.conf", bytes_of(text), &errors);
	conf_errors_reset(&errors);
	conf_free(conf);
	return conf != NULL;
}

static void
assert_taken(bool taken, size_t group, const char *name, const char *value)
{
	const char *text = configuration(group, name, value);

	ck_assert_msg(is_right(text) == taken, "%s: %s", taken ? "refused" : "taken", text);
}

/* The settings in force, without what tells where they come from. */
static char *
in_force(const char *text)
{
	struct conf *conf = load_text(text);
	char *all = shown(conf), *end = all;

	for (const char *at = all; *at != '\0'; at++) {
		if (*at == '#')
			at += strcspn(at, "\n");
		if (*at != ' ')
			*end++ = *at;
	}
	*end = '\0';
	conf_free(conf);
	return all;
}

START_TEST(each_row_has_a_sentence_and_says_what_it_takes)
{
	for (size_t i = 0; i < GROUPS; i++)
		for (const struct key *key = group_keys(i); key->name != NULL; key++) {
			size_t length = strlen(key->what);

			ck_assert_msg(length > 2 && key->what[length - 1] == '.', "%s", key->name);
			ck_assert_msg((key->takes != NULL) == (key->type == KEY_SPECIAL || key->type == KEY_STRING),
				      "%s", key->name);
			ck_assert_msg((key->choices != NULL) == (key->type == KEY_CHOICE), "%s", key->name);
			ck_assert_msg((key->unit != NULL) == (key->type == KEY_NUMBER), "%s", key->name);
		}
}
END_TEST

START_TEST(the_default_that_is_told_is_the_default)
{
	for (size_t i = 0; i < GROUPS; i++)
		for (const struct key *key = group_keys(i); key->name != NULL; key++) {
			if (key->preset == NULL)
				continue;
			char *silent = in_force(configuration(i, "", "")),
			     *told = in_force(configuration(i, key->name, key->preset));

			ck_assert_msg(strcmp(silent, told) == 0, "%s.%s: %s", groups[i].group, key->name, key->preset);
			free(silent);
			free(told);
		}
}
END_TEST

/* A bound as configuration writes it. */
static const char *
amount(const struct key *key, int64_t number)
{
	static char text[40];

	if (key->type == KEY_NUMBER)
		snprintf(text, sizeof text, "%" PRId64, number);
	else
		snprintf(text, sizeof text, "\"%" PRId64 "%s\"", number, key->type == KEY_SECONDS ? "s" : "ms");
	return text;
}

START_TEST(the_bounds_that_are_told_are_the_bounds)
{
	for (size_t i = 0; i < GROUPS; i++)
		for (const struct key *key = group_keys(i); key->name != NULL; key++) {
			if (key->type != KEY_NUMBER && key->type != KEY_SECONDS && key->type != KEY_MILLISECONDS)
				continue;
			assert_taken(true, i, key->name, amount(key, key->least));
			assert_taken(true, i, key->name, amount(key, key->most));
			assert_taken(false, i, key->name, amount(key, key->least - 1));
			assert_taken(false, i, key->name, amount(key, key->most + 1));
		}
}
END_TEST

START_TEST(the_words_that_are_told_are_taken_and_no_others)
{
	for (size_t i = 0; i < GROUPS; i++)
		for (const struct key *key = group_keys(i); key->name != NULL; key++) {
			char word[40];

			for (size_t j = 0; j < key->choice_count; j++) {
				snprintf(word, sizeof word, "\"%s\"", key->choices[j]);
				assert_taken(true, i, key->name, word);
			}
			if (key->type == KEY_CHOICE || key->type == KEY_PATH)
				assert_taken(false, i, key->name, "\"another\"");
		}
}
END_TEST

START_TEST(rows_are_found_by_their_path)
{
	ck_assert_str_eq(key_find("backlog")->name, "backlog");
	ck_assert_str_eq(key_find("profiles.when.login")->name, "login");
	ck_assert_ptr_null(key_find("backlog.least"));
	ck_assert_ptr_null(key_find("back"));
	ck_assert_ptr_null(key_find("counters."));
	ck_assert_ptr_null(key_find(""));
}
END_TEST

SUITE_MAIN(conf_keys, each_row_has_a_sentence_and_says_what_it_takes, the_default_that_is_told_is_the_default,
	   the_bounds_that_are_told_are_the_bounds, the_words_that_are_told_are_taken_and_no_others,
	   rows_are_found_by_their_path)
