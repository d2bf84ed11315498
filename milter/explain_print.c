/* SPDX-License-Identifier: BSD-2-Clause */
/* An explanation for people, as configuration with comments, and for programs. */
#define _POSIX_C_SOURCE 200809L
#include "conf/effective.h"
#include "milter/explain.h"
#include "milter/output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *
profile_name(const struct explanation *explanation, size_t profile)
{
	return explanation->conf->policy->profiles[profile].name;
}

/* What a user typed, on one line. */
static void
print_typed(const char *text, FILE *stream)
{
	struct output output = { .data = NULL };

	output_text(&output, bytes_of(text));
	if (output.length > 0)
		fwrite(output.data, 1, output.length, stream);
	output_free(&output);
}

static void
print_conditions(const struct explanation *explanation, size_t profile, FILE *stream)
{
	struct effective effective;

	for (enum condition i = 0; i < CONDITION_COUNT; i++)
		if (effective_condition(explanation->conf, profile, i, &effective))
			effective_print(stream, 8, &effective);
}

static void
print_missed(const struct explanation *explanation, const struct explain_step *step, FILE *stream)
{
	const char *given = explain_given(explanation, step);
	struct effective effective;

	fprintf(stream, "    %s: not used, %s ", profile_name(explanation, step->profile),
		condition_names[step->missed]);
	if (given == NULL) {
		fputs("is not known", stream);
	} else {
		print_typed(given, stream);
		fputs(" is not among", stream);
	}
	fputs("\n", stream);
	if (effective_condition(explanation->conf, step->profile, step->missed, &effective))
		effective_print(stream, 8, &effective);
}

static void
print_step(const struct explanation *explanation, const struct explain_step *step, FILE *stream)
{
	const char *name = profile_name(explanation, step->profile);

	if (step->failed) {
		fprintf(stream, "    %s: cannot be told, a table does not answer; failures.tables decides\n", name);
		print_conditions(explanation, step->profile, stream);
	} else if (step->missed != CONDITION_COUNT) {
		print_missed(explanation, step, stream);
	} else if (step->profile + 1 == explanation->conf->policy->profile_count) {
		fprintf(stream, "    %s: used, as no other holds\n", name);
	} else {
		fprintf(stream, "    %s: used, all its conditions hold\n", name);
		print_conditions(explanation, step->profile, stream);
	}
}

static void
print_settings(const struct explanation *explanation, size_t profile, FILE *stream)
{
	struct effective effective;

	for (size_t i = 0; i < checks_count; i++) {
		fprintf(stream, "    %s = {\n", checks[i].name);
		for (size_t j = 0; effective_setting(explanation->conf, profile, &checks[i], j, &effective); j++)
			effective_print(stream, 8, &effective);
		fputs("    };\n", stream);
	}
}

void
explain_text(const struct explanation *explanation, FILE *stream)
{
	const struct explain_step *last = &explanation->steps[explanation->step_count - 1];

	fprintf(stream, "origin: %s\n", origin_names[explanation->client.origin]);
	fputs("profiles, in order:\n", stream);
	for (size_t i = 0; i < explanation->step_count; i++)
		print_step(explanation, &explanation->steps[i], stream);
	if (!explanation->decided)
		return;
	fprintf(stream, "checks of %s = {\n", profile_name(explanation, last->profile));
	print_settings(explanation, last->profile, stream);
	fputs("};\n", stream);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static json_t *
utf8_string(const char *text)
{
	size_t size = strlen(text) * 3 + 1; /* an octet may become U+FFFD */
	char *utf8 = calloc(1, size);

	if (utf8 == NULL)
		return NULL;
	output_utf8(utf8, size, bytes_of(text));
	json_t *string = json_string(utf8);
	free(utf8);
	return string;
}

static json_t *
value_json(const struct effective *effective)
{
	json_t *array;

	if (effective->kind == EFFECTIVE_BARE)
		return json_loads(effective->items.items[0], JSON_DECODE_ANY, NULL);
	if (effective->kind == EFFECTIVE_STRING)
		return utf8_string(effective->items.items[0]);
	array = json_array();
	for (size_t i = 0; i < effective->items.count; i++) {
		if (json_array_append_new(array, utf8_string(effective->items.items[i])) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

/* {"value":...,"file":"postern.conf","line":12}; a default has neither file nor line. */
static json_t *
effective_json(const struct effective *effective)
{
	if (!place_is_set(effective->place))
		return json_pack("{s:o}", "value", value_json(effective));
	return json_pack("{s:o, s:o, s:I}", "value", value_json(effective), "file",
			 utf8_string(effective->place.file->name), "line", (json_int_t)effective->place.line);
}

static bool
set_step(const struct explanation *explanation, const struct explain_step *step, json_t *object)
{
	const char *given = explain_given(explanation, step);
	struct effective effective;

	if (step->missed == CONDITION_COUNT)
		return true;
	if (step->failed && json_object_set_new(object, "failed", json_true()) != 0)
		return false;
	if (json_object_set_new(object, "condition", json_string(condition_names[step->missed])) != 0 ||
	    json_object_set_new(object, "given", given != NULL ? utf8_string(given) : json_null()) != 0)
		return false;
	return !effective_condition(explanation->conf, step->profile, step->missed, &effective) ||
	       json_object_set_new(object, "demanded", effective_json(&effective)) == 0;
}

static json_t *
steps_json(const struct explanation *explanation)
{
	json_t *array = json_array();

	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explain_step *step = &explanation->steps[i];
		bool used = explanation->decided && i + 1 == explanation->step_count;
		json_t *object = json_pack("{s:s, s:b}", "profile", profile_name(explanation, step->profile), "used",
					   used ? 1 : 0);

		if (object != NULL && set_step(explanation, step, object) && json_array_append(array, object) == 0) {
			json_decref(object);
			continue;
		}
		json_decref(object);
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *
check_json(const struct explanation *explanation, size_t profile, const struct check *check)
{
	json_t *object = json_object();
	struct effective effective;

	for (size_t i = 0; effective_setting(explanation->conf, profile, check, i, &effective); i++) {
		if (json_object_set_new(object, effective.name, effective_json(&effective)) == 0)
			continue;
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *
checks_json(const struct explanation *explanation)
{
	size_t profile = explanation->steps[explanation->step_count - 1].profile;
	json_t *object = json_object();

	for (size_t i = 0; explanation->decided && i < checks_count; i++) {
		if (json_object_set_new(object, checks[i].name, check_json(explanation, profile, &checks[i])) == 0)
			continue;
		json_decref(object);
		return NULL;
	}
	return object;
}

bool
explain_json(const struct explanation *explanation, FILE *stream)
{
	size_t profile = explanation->steps[explanation->step_count - 1].profile;
	json_t *object = json_pack("{s:s, s:s?, s:o, s:o}", "origin", origin_names[explanation->client.origin],
				   "profile", explanation->decided ? profile_name(explanation, profile) : NULL,
				   "profiles", steps_json(explanation), "checks", checks_json(explanation));
	bool ok = object != NULL && json_dumpf(object, stream, JSON_COMPACT) == 0;

	json_decref(object);
	fputs("\n", stream);
	return ok;
}
