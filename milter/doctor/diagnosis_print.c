/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/doctor/diagnosis.h"

#include "milter/output.h"

#include <jansson.h>

#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static const char *const colors[SEVERITY_COUNT] = { "\033[32m", "\033[36m", "\033[33m", "\033[31m" };

static void
add(struct output *output, const char *text)
{
	output_add(output, bytes_of(text));
}

/* Each line behind the blanks: a text of several lines is made of what Postern itself writes. */
static void
add_lines(struct output *output, const char *indent, const char *text)
{
	for (struct bytes rest = bytes_of(text); rest.length > 0;) {
		ptrdiff_t end = bytes_find(rest, '\n');
		size_t length = end >= 0 ? (size_t)end : rest.length;

		add(output, indent);
		output_text(output, (struct bytes){ rest.data, length });
		add(output, "\n");
		rest = bytes_from(rest, length + 1);
	}
}

static void
add_remark(struct output *output, const struct remark *remark, bool colored)
{
	output_format(output, "%s%s:%s ", colored ? colors[remark->severity] : "", severity_names[remark->severity],
		      colored ? PLAIN : "");
	output_text(output, bytes_of(remark->what));
	add(output, "\n");
	if (remark->why != NULL)
		add_lines(output, "    ", remark->why);
	if (remark->mend == NULL)
		return;
	add(output, colored ? BOLD : "");
	add_lines(output, "    # ", remark->mend);
	add(output, colored ? PLAIN : "");
}

static size_t
count_of(const struct diagnosis *diagnosis, enum severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < diagnosis->count; i++)
		count += diagnosis->remarks[i].severity == severity;
	return count;
}

static void
add_summary(struct output *output, const struct diagnosis *diagnosis)
{
	size_t errors = count_of(diagnosis, SEVERITY_ERROR);
	size_t warnings = count_of(diagnosis, SEVERITY_WARNING);
	size_t notes = count_of(diagnosis, SEVERITY_NOTE);

	output_format(output, "%zu error%s, %zu warning%s, %zu note%s, %zu ok\n", errors, errors == 1 ? "" : "s",
		      warnings, warnings == 1 ? "" : "s", notes, notes == 1 ? "" : "s",
		      count_of(diagnosis, SEVERITY_OK));
	if (diagnosis->after == NULL || !diagnosis_is_bad(diagnosis))
		return;
	add(output, "When it is mended: ");
	output_text(output, bytes_of(diagnosis->after));
	add(output, "\n");
}

static bool
flush(struct output *output, FILE *stream)
{
	bool ok = !output->refused && fwrite(output->data, 1, output->length, stream) == output->length &&
		  fflush(stream) == 0;

	output_free(output);
	return ok;
}

bool
diagnosis_print(const struct diagnosis *diagnosis, FILE *stream, bool colored)
{
	struct output output = { 0 };

	for (int severity = SEVERITY_OK; severity < SEVERITY_COUNT; severity++)
		for (size_t i = 0; i < diagnosis->count; i++)
			if (diagnosis->remarks[i].severity == (enum severity)severity)
				add_remark(&output, &diagnosis->remarks[i], colored);
	add_summary(&output, diagnosis);
	return flush(&output, stream) && !diagnosis->refused;
}

static int
add_chunk(const char *data, size_t length, void *output)
{
	output_add(output, (struct bytes){ data, length });
	return 0;
}

/* UTF-8, whatever the text was. NULL for none. */
static json_t *
string_or_null(const char *text)
{
	struct output shown = { 0 };

	if (text == NULL)
		return json_null();
	for (struct bytes rest = bytes_of(text); rest.length > 0;) {
		ptrdiff_t end = bytes_find(rest, '\n');
		size_t length = end >= 0 ? (size_t)end : rest.length;

		output_text(&shown, (struct bytes){ rest.data, length });
		if (length < rest.length)
			add(&shown, "\n");
		rest = bytes_from(rest, length + 1);
	}
	json_t *string = shown.refused ? NULL : json_stringn(shown.data != NULL ? shown.data : "", shown.length);
	output_free(&shown);
	return string;
}

bool
diagnosis_json(const struct diagnosis *diagnosis, FILE *stream)
{
	struct output output = { 0 };
	bool ok = !diagnosis->refused;

	for (size_t i = 0; ok && i < diagnosis->count; i++) {
		const struct remark *remark = &diagnosis->remarks[i];
		json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o}", "severity", severity_names[remark->severity],
					   "name", remark->name, "what", string_or_null(remark->what), "why",
					   string_or_null(remark->why), "mend", string_or_null(remark->mend));

		ok = object != NULL && json_dump_callback(object, add_chunk, &output, JSON_COMPACT) == 0;
		add(&output, "\n");
		json_decref(object);
	}
	return flush(&output, stream) && ok;
}
