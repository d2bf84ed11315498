/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/checks_document.h"

#include "milter/mdoc.h"

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

void
checks_explain(const struct check *check, FILE *stream)
{
	fprintf(stream, "%s\n    %s\n    stage: %s\n    default reply: %s\n    source: %s\n", check->name, check->what,
		stage_names[check->stage], check->reply, check->source);
	for (const struct param *param = check->params; !is_last(param); param++) {
		fprintf(stream, "    %s: ", param->name);
		print_type(param, stream);
		fprintf(stream, "; default: %s\n        %s\n", preset_text(param), param->what);
	}
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
print_mdoc_settings(const struct check *check, FILE *stream)
{
	if (is_last(check->params))
		return;
	fputs(".Pp\nSettings:\n.Bl -tag -width Ds\n", stream);
	for (const struct param *param = check->params; !is_last(param); param++) {
		fprintf(stream, ".It Cm %s\n", param->name);
		mdoc_text(param->what, stream);
		fputs("Takes ", stream);
		print_type(param, stream);
		fputs("; the default is ", stream);
		print_preset(param, stream);
		fputs(".\n", stream);
	}
	fputs(".El\n", stream);
}

void
checks_mdoc(FILE *stream)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct check *check = &checks[i];

		fprintf(stream, ".Ss %s\n", check->name);
		mdoc_text(check->what, stream);
		fprintf(stream,
			".Pp\n.Bl -tag -width \"default reply:\" -compact\n.It stage:\n%s\n.It default reply:\n",
			stage_names[check->stage]);
		mdoc_text(check->reply, stream);
		fputs(".It source:\n", stream);
		mdoc_text(check->source, stream);
		fputs(".El\n", stream);
		print_mdoc_settings(check, stream);
	}
}
