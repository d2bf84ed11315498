/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/checks_document.h"

#include "milter/mdoc.h"
#include "policy/advice.h"

#include <string.h>

#include <string.h>

static const char *const type_names[] = {
	[PARAM_BOOLEAN] = "true or false",
	[PARAM_CHOICE] = "one of",
	[PARAM_CHOICES] = "a list of some of",
	[PARAM_SIZE] = "a size, as in 25 MiB, or none",
	[PARAM_NUMBER] = "a whole number",
	[PARAM_FIELDS] = "a list of header field names",
	[PARAM_PATTERNS] = "a list of patterns with * and ?",
	[PARAM_TEXT] = "a text",
	[PARAM_TABLE] = "a list of keys, a look-up table, or none",
	[PARAM_RATES] = "a rate or a list of them, as in 14/1s burst 28, or none",
	[PARAM_QUOTAS] = "a quota or a list of them, as in 50000/24h, or none",
};
_Static_assert(sizeof type_names / sizeof type_names[0] == PARAM_QUOTAS + 1, "each type has a name");

static bool
is_last(const struct param *param)
{
	return param == NULL || param->name == NULL;
}

static const char *
preset_text(const struct param *param)
{
	return param->preset[0] != '\0' ? param->preset : "none";
}

/* "one of none, reports, all" */
static void
print_type(const struct param *param, FILE *stream)
{
	fputs(type_names[param->type], stream);
	for (size_t i = 0; param->choices != NULL && param->choices[i] != NULL; i++)
		fprintf(stream, "%s %s", i > 0 ? "," : "", param->choices[i]);
	if (param->type == PARAM_NUMBER)
		fprintf(stream, " of %s, %lld to %lld", param->unit, (long long)param->least, (long long)param->most);
}

static int
widest(int width, const char *cell)
{
	int length = (int)strlen(cell);

	return length > width ? length : width;
}

void
checks_list(FILE *stream)
{
	static const char heading[] = "CHECK", stage_heading[] = "STAGE";
	int name = widest(0, heading), stage = widest(0, stage_heading);

	for (size_t i = 0; i < checks_count; i++) {
		name = widest(name, checks[i].name);
		stage = widest(stage, stage_names[checks[i].stage]);
	}
	fprintf(stream, "%-*s  %-*s  %s\n", name, heading, stage, stage_heading, "DEFAULT REPLY");
	for (size_t i = 0; i < checks_count; i++)
		fprintf(stream, "%-*s  %-*s  %s\n", name, checks[i].name, stage, stage_names[checks[i].stage],
			checks[i].reply);
}

/* The wordings of the sets that have one of their own. */
static const char *
other_reply(const struct check *check, enum reply_set set)
{
	return set == REPLY_SET_SES ? check->reply_ses : set == REPLY_SET_STANDARD ? check->reply_standard : NULL;
}

/* Lines of a text, each behind as many blanks. */
static void
print_lines(const char *text, int indent, FILE *stream)
{
	while (*text != '\0') {
		int length = (int)strcspn(text, "\n");

		fprintf(stream, "%*s%.*s\n", indent, "", length, text);
		text += length + (text[length] == '\n');
	}
}

void
checks_explain(const struct check *check, FILE *stream)
{
	const struct advice *advice = check_advice(check);

	fprintf(stream, "%s\n    %s\n    where it comes from: %s\n    to mend it: %s\n", check->name, check->what,
		advice->why, advice->mend);
	fprintf(stream, "    stage: %s\n    default reply: %s\n", stage_names[check->stage], check->reply);
	for (enum reply_set set = 0; set < REPLY_SET_COUNT; set++)
		if (other_reply(check, set) != NULL)
			fprintf(stream, "    with reply_set %s: %s\n", reply_set_names[set], other_reply(check, set));
	fprintf(stream, "    source: %s\n", check->source);
	for (const struct param *param = check->params; !is_last(param); param++) {
		fprintf(stream, "    %s: ", param->name);
		print_type(param, stream);
		fprintf(stream, "; default: %s\n        %s\n", preset_text(param), param->what);
	}
	fputs("    recipe:\n", stream);
	print_lines(advice->recipe, 8, stream);
}

void
checks_markdown(FILE *stream)
{
	fputs("| check | stage | default reply | what it finds | settings (defaults) |\n|---|---|---|---|---|\n",
	      stream);
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];

		fprintf(stream, "| `%s` | %s | `%s` | %s |", check->name, stage_names[check->stage], check->reply,
			check->what);
		for (const struct param *param = check->params; !is_last(param); param++)
			fprintf(stream, "%s `%s` (%s)", param != check->params ? "," : "", param->name,
				preset_text(param));
		fputs(" |\n", stream);
	}
}

/* The items of a list between commas. */
static void
print_preset(const struct param *param, FILE *stream)
{
	for (const char *at = preset_text(param); *at != '\0'; at++)
		fprintf(stream, "%s%c", *at == ' ' ? "," : "", *at);
}

static void
print_mdoc_setting(const struct param *param, FILE *stream)
{
	mdoc_text(param->what, stream);
	fputs("Takes ", stream);
	print_type(param, stream);
	fputs("; the default is ", stream);
	print_preset(param, stream);
	fputs(".\n", stream);
}

static void
print_mdoc_settings(const struct check *check, FILE *stream)
{
	if (is_last(check->params))
		return;
	fputs(".Pp\nSettings:\n.Bl -tag -width Ds\n", stream);
	for (const struct param *param = check->params; !is_last(param); param++) {
		fprintf(stream, ".It Cm %s\n", param->name);
		print_mdoc_setting(param, stream);
	}
	fputs(".El\n", stream);
}

static void
print_mdoc_replies(const struct check *check, FILE *stream)
{
	fputs(".It default reply:\n", stream);
	mdoc_text(check->reply, stream);
	for (enum reply_set set = 0; set < REPLY_SET_COUNT; set++) {
		if (other_reply(check, set) == NULL)
			continue;
		fprintf(stream, ".It with %s:\n", reply_set_names[set]);
		mdoc_text(other_reply(check, set), stream);
	}
}

static void
print_mdoc_recipe(const struct advice *advice, FILE *stream)
{
	fputs(".Pp\nTo begin with:\n.\\\" configuration\n.Bd -literal -offset indent\n", stream);
	for (const char *at = advice->recipe; *at != '\0'; at++)
		fputs(at[0] == '\\' ? "\\e" : (char[2]){ at[0], '\0' }, stream);
	fputs(".Ed\n", stream);
}

void
checks_mdoc(FILE *stream)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];
		const struct advice *advice = check_advice(check);

		fprintf(stream, ".Ss %s\n", check->name);
		mdoc_text(check->what, stream);
		fputs(".Pp\n.Em Where it comes from :\n", stream);
		mdoc_text(advice->why, stream);
		fputs(".Pp\n.Em To mend it :\n", stream);
		mdoc_text(advice->mend, stream);
		fprintf(stream, ".Pp\n.Bl -tag -width \"default reply:\" -compact\n.It stage:\n%s\n",
			stage_names[check->stage]);
		print_mdoc_replies(check, stream);
		fputs(".It source:\n", stream);
		mdoc_text(check->source, stream);
		fputs(".El\n", stream);
		print_mdoc_settings(check, stream);
		print_mdoc_recipe(advice, stream);
	}
}

bool
checks_list_settings(const char *word, FILE *stream)
{
	bool any = false;

	for (size_t i = 0; i < checks_count; i++)
		for (const struct param *param = checks[i].params; !is_last(param); param++) {
			char path[SETTING_PATH_MAX];

			snprintf(path, sizeof path, "checks.%s.%s", checks[i].name, param->name);
			if (strstr(path, word) == NULL)
				continue;
			any = true;
			fprintf(stream, "%s: ", path);
			print_type(param, stream);
			fprintf(stream, "; default: %s\n    %s\n", preset_text(param), param->what);
		}
	return any;
}

void
checks_mdoc_settings(FILE *stream)
{
	for (size_t i = 0; i < checks_count; i++)
		for (const struct param *param = checks[i].params; !is_last(param); param++) {
			fprintf(stream, ".It Cm %s . Ns Cm %s\n", checks[i].name, param->name);
			print_mdoc_setting(param, stream);
		}
}
