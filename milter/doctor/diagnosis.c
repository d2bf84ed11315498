/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/diagnosis.h"

#include "milter/output.h"

#include <stdarg.h>
#include <stdlib.h>

const char *const severity_names[SEVERITY_COUNT] = { "ok", "note", "warning", "error" };

static bool
reserve(struct diagnosis *diagnosis)
{
	if (diagnosis->refused || diagnosis->count == DIAGNOSIS_REMARKS_MAX)
		return false;
	if (diagnosis->count < diagnosis->size)
		return true;
	size_t size = diagnosis->size == 0 ? 32 : diagnosis->size * 2;
	struct remark *remarks = realloc(diagnosis->remarks, size * sizeof *remarks);
	if (remarks == NULL) {
		diagnosis->refused = true;
		return false;
	}
	diagnosis->remarks = remarks;
	diagnosis->size = size;
	return true;
}

/* In the place of what stood there. */
static void __attribute__((format(printf, 3, 0)))
set_text(struct diagnosis *diagnosis, char **text, const char *format, va_list arguments)
{
	free(*text);
	if (vasprintf(text, format, arguments) >= 0)
		return;
	*text = NULL;
	diagnosis->refused = true;
}

void
diagnosis_add(struct diagnosis *diagnosis, enum severity severity, const char *name, const char *format, ...)
{
	va_list arguments;

	if (!reserve(diagnosis))
		return;
	struct remark *remark = &diagnosis->remarks[diagnosis->count];
	*remark = (struct remark){ .severity = severity, .name = name };
	va_start(arguments, format);
	set_text(diagnosis, &remark->what, format, arguments);
	va_end(arguments);
	if (remark->what != NULL)
		diagnosis->count++;
}

static struct remark *
last(struct diagnosis *diagnosis)
{
	return diagnosis->refused || diagnosis->count == 0 ? NULL : &diagnosis->remarks[diagnosis->count - 1];
}

void
diagnosis_why(struct diagnosis *diagnosis, const char *format, ...)
{
	struct remark *remark = last(diagnosis);
	va_list arguments;

	va_start(arguments, format);
	if (remark != NULL)
		set_text(diagnosis, &remark->why, format, arguments);
	va_end(arguments);
}

void
diagnosis_mend(struct diagnosis *diagnosis, const char *format, ...)
{
	struct remark *remark = last(diagnosis);
	va_list arguments;

	va_start(arguments, format);
	if (remark != NULL)
		set_text(diagnosis, &remark->mend, format, arguments);
	va_end(arguments);
}

void
diagnosis_after(struct diagnosis *diagnosis, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	set_text(diagnosis, &diagnosis->after, format, arguments);
	va_end(arguments);
}

bool
diagnosis_is_bad(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->remarks[i].severity >= SEVERITY_WARNING)
			return true;
	return false;
}

void
diagnosis_free(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->count; i++) {
		free(diagnosis->remarks[i].what);
		free(diagnosis->remarks[i].why);
		free(diagnosis->remarks[i].mend);
	}
	free(diagnosis->remarks);
	free(diagnosis->after);
	*diagnosis = (struct diagnosis){ .remarks = NULL };
}

/* Octets that mean nothing to a shell, wherever they stand. */
static const char safe_octets[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%";

char *
shell_word(const char *text)
{
	struct output word = { 0 };

	if (text[0] != '\0' && text[strspn(text, safe_octets)] == '\0')
		return strdup(text);
	output_add(&word, bytes_of("'"));
	for (const char *c = text; *c != '\0'; c++)
		output_add(&word, *c == '\'' ? bytes_of("'\\''") : (struct bytes){ c, 1 });
	output_add(&word, (struct bytes){ "'", 2 }); /* with its NUL */
	if (!word.refused)
		return word.data;
	output_free(&word);
	return NULL;
}
