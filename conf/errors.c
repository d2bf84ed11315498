/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "conf/errors.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The text is complete with place and kind, so that it outlives the files and the policy it speaks of. */
struct conf_error {
	char *text;
	size_t file_order, line, column;
	size_t number; /* in the order they were found: decides between errors of one place */
};

enum { ESCAPED_MAX = 4 * CONF_ERROR_TEXT_MAX };

void
conf_errors_init(struct conf_errors *errors)
{
	*errors = (struct conf_errors){ 0 };
}

void
conf_errors_reset(struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++)
		free(errors->list[i].text);
	free(errors->list);
	conf_errors_init(errors);
}

bool
conf_errors_any(const struct conf_errors *errors)
{
	return errors->errors > 0;
}

void
conf_out_of_memory(struct conf_errors *errors)
{
	if (!errors->out_of_memory)
		errors->errors++;
	errors->out_of_memory = true;
}

void
conf_escape(const char *string, char *buffer_out, size_t size)
{
	size_t used = 0;

	for (; *string != '\0' && used + sizeof "\\xNN" <= size; string++) {
		unsigned char c = (unsigned char)*string;

		if (c >= 0x20 && c < 0x7f)
			buffer_out[used++] = (char)c;
		else
			used += (size_t)snprintf(buffer_out + used, size - used, "\\x%02X", c);
	}
	buffer_out[used] = '\0';
}

/* A slot at the end of the list, or NULL: there are enough, or memory is refused. */
static struct conf_error *
errors_slot(struct conf_errors *errors)
{
	if (errors->count == CONF_ERRORS_MAX)
		return NULL;
	if (errors->count == errors->size) {
		size_t size = errors->size == 0 ? 16 : 2 * errors->size;
		struct conf_error *list = realloc(errors->list, size * sizeof *list);

		if (list == NULL) {
			conf_out_of_memory(errors);
			return NULL;
		}
		errors->list = list;
		errors->size = size;
	}
	return &errors->list[errors->count];
}

/* Writes "file:line:column: ". */
static void
place_print(struct place place, char *buffer_out, size_t size)
{
	if (place.file == NULL)
		buffer_out[0] = '\0';
	else if (place.line == 0)
		snprintf(buffer_out, size, "%.500s: ", place.file->name);
	else
		snprintf(buffer_out, size, "%.500s:%zu:%zu: ", place.file->name, place.line, place.column);
}

static void
errors_add(struct conf_errors *errors, struct place place, const char *kind, const char *message)
{
	char where[600], whole[CONF_ERROR_TEXT_MAX + 700], escaped[ESCAPED_MAX];
	struct conf_error *slot = errors_slot(errors);

	if (slot == NULL)
		return;
	place_print(place, where, sizeof where);
	snprintf(whole, sizeof whole, "%s%s: %s", where, kind, message);
	conf_escape(whole, escaped, sizeof escaped);

	char *text = strdup(escaped);
	if (text == NULL) {
		conf_out_of_memory(errors);
		return;
	}
	*slot = (struct conf_error){
		.text = text,
		.file_order = place.file != NULL ? place.file->order : 0,
		.line = place.line,
		.column = place.column,
		.number = errors->count,
	};
	errors->count++;
}

void
conf_error(struct conf_errors *errors, struct place place, const char *format, ...)
{
	char message[CONF_ERROR_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	errors->errors++;
	errors_add(errors, place, "error", message);
}

void
conf_warning(struct conf_errors *errors, struct place place, const char *format, ...)
{
	char message[CONF_ERROR_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	errors->warnings++;
	errors_add(errors, place, "warning", message);
}

static int
order(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int
by_place(const void *left, const void *right)
{
	const struct conf_error *a = left, *b = right;
	int result = order(a->file_order, b->file_order);

	if (result == 0)
		result = order(a->line, b->line);
	if (result == 0)
		result = order(a->column, b->column);
	return result != 0 ? result : order(a->number, b->number);
}

static const char *
plural(size_t count)
{
	return count == 1 ? "" : "s";
}

void
conf_errors_print(struct conf_errors *errors, FILE *stream)
{
	if (errors->errors + errors->warnings == 0)
		return;
	if (errors->count > 0)
		qsort(errors->list, errors->count, sizeof *errors->list, by_place);
	for (size_t i = 0; i < errors->count; i++)
		fprintf(stream, "%s\n", errors->list[i].text);
	if (errors->out_of_memory)
		fputs("error: out of memory\n", stream);
	if (errors->errors > 0)
		fprintf(stream, "%zu error%s", errors->errors, plural(errors->errors));
	if (errors->warnings > 0)
		fprintf(stream, "%s%zu warning%s", errors->errors > 0 ? ", " : "", errors->warnings,
			plural(errors->warnings));
	fputc('\n', stream);
}
