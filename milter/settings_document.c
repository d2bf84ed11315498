/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/settings_document.h"

#include "conf/keys.h"
#include "milter/checks_document.h"
#include "milter/mdoc.h"

#include <string.h>

static void
print_time(int64_t time, const char *unit, FILE *stream)
{
	if (strcmp(unit, "ms") == 0 && time % 1000 == 0) {
		time /= 1000;
		unit = "s";
	}
	if (strcmp(unit, "s") == 0 && time % 3600 == 0) {
		time /= 3600;
		unit = "h";
	}
	fprintf(stream, "%lld%s", (long long)time, unit);
}

static void
print_times(const struct key *key, const char *unit, FILE *stream)
{
	fputs("a time, ", stream);
	print_time(key->least, unit, stream);
	fputs(" to ", stream);
	print_time(key->most, unit, stream);
}

static void
print_group(const struct key *key, FILE *stream)
{
	if (key->each == NULL)
		fputs("a group", stream);
	else
		fputs(key->each[0] == '.' ? "a group of groups" : "a list of groups", stream);
}

static void
print_takes(const struct key *key, FILE *stream)
{
	switch (key->type) {
	case KEY_SPECIAL:
	case KEY_STRING:
		fputs(key->takes, stream);
		break;
	case KEY_PATH:
		fputs("an absolute path", stream);
		break;
	case KEY_NUMBER:
		fprintf(stream, "a whole number of %s, %lld to %lld", key->unit, (long long)key->least,
			(long long)key->most);
		break;
	case KEY_SECONDS:
		print_times(key, "s", stream);
		break;
	case KEY_MILLISECONDS:
		print_times(key, "ms", stream);
		break;
	case KEY_CHOICE:
		fputs("one of", stream);
		for (size_t i = 0; i < key->choice_count; i++)
			fprintf(stream, "%s %s", i > 0 ? "," : "", key->choices[i]);
		break;
	case KEY_GROUP:
		print_group(key, stream);
		break;
	}
}

/* The tree of rows has three levels. */
static bool
list_keys(const struct key *keys, const char *above, const char *word, FILE *stream)
{
	char path[SETTING_PATH_MAX];
	bool any = false;

	for (const struct key *key = keys; key->name != NULL; key++) {
		snprintf(path, sizeof path, "%s%s", above, key->name);
		if (strstr(path, word) != NULL) {
			any = true;
			fprintf(stream, "%s: ", path);
			print_takes(key, stream);
			if (key->preset != NULL)
				fprintf(stream, "; default: %s", key->preset);
			fprintf(stream, "\n    %s\n", key->what);
		}
		if (key->members == NULL)
			continue;
		snprintf(path, sizeof path, "%s%s%s.", above, key->name, key->each != NULL ? key->each : "");
		any = list_keys(key->members, path, word, stream) || any;
	}
	return any;
}

bool
settings_list(const char *word, FILE *stream)
{
	bool any = list_keys(conf_keys, "", word, stream);

	return checks_list_settings(word, stream) || any;
}

static void
print_item(const struct key *key, FILE *stream)
{
	fprintf(stream, ".It Cm %s\n", key->name);
	mdoc_text(key->what, stream);
	fputs("Takes ", stream);
	print_takes(key, stream);
	if (key->preset != NULL) {
		fputs("; the default is\n.Li ", stream);
		mdoc_argument(key->preset, stream);
		fputs(" .\n", stream);
		return;
	}
	fputs(".\n", stream);
}

bool
settings_mdoc(const char *group, FILE *stream)
{
	const struct key *row = group[0] != '\0' ? key_find(group) : NULL;
	const struct key *keys = group[0] != '\0' ? NULL : conf_keys;

	if (strcmp(group, "check") == 0) {
		checks_mdoc_settings(stream);
		return true;
	}
	if (row != NULL)
		keys = row->members;
	for (const struct key *key = keys; key != NULL && key->name != NULL; key++)
		print_item(key, stream);
	return keys != NULL;
}
