/* SPDX-License-Identifier: BSD-2-Clause */
/* errors.h - what is wrong with a configuration, all of it: collected while it is read, printed together.
 *
 *      struct conf_errors errors;
 *      conf_errors_init(&errors);
 *      struct conf *conf = conf_load(path, &errors);
 *      conf_errors_print(&errors, stderr);
 *      conf_errors_reset(&errors);
 *
 * A line reads `file:line:column: error: checks.alignment.mode: must be one of ...`. Lines and columns count from 1; a
 * column is one octet. What is not printable ASCII in a line, file names included, is shown as \xNN. */
#ifndef POSTERN_CONF_ERRORS_H
#define POSTERN_CONF_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	CONF_ERRORS_MAX = 500,     /* lines kept; more are counted: nobody reads further, and memory stays bounded */
	CONF_ERROR_TEXT_MAX = 1024 /* octets: a setting's path, a rule of REPLY_RULE_MAX, a clipped value */
};

/* A file that was read; order counts them as they were opened. */
struct conf_file {
	const char *name;
	size_t order;
};

/* Where something stands. Without a file: nowhere, it is a default. With line 0: the file as a whole. */
struct place {
	const struct conf_file *file;
	size_t line, column;
};

static inline bool
place_is_set(struct place place)
{
	return place.file != NULL;
}

struct conf_errors {
	struct conf_error *list; /* errors and warnings */
	size_t count, size;
	size_t errors, warnings; /* all of them, whether kept or not */
	bool out_of_memory;      /* counts as an error, and needs no memory itself */
};

void conf_errors_init(struct conf_errors *errors);
/* Frees what is held; then as after init. */
void conf_errors_reset(struct conf_errors *errors);

bool conf_errors_any(const struct conf_errors *errors); /* errors, not warnings */

/* Sorted by place, and the number of them on a last line. Prints nothing when there is nothing. */
void conf_errors_print(struct conf_errors *errors, FILE *stream);

void conf_error(struct conf_errors *errors, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void conf_warning(struct conf_errors *errors, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void conf_out_of_memory(struct conf_errors *errors);

/* A copy of the string with what is not printable ASCII as \xNN; at most size octets with the NUL. */
void conf_escape(const char *string, char *buffer_out, size_t size);

#endif
