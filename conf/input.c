/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/input.h"

#include <stdlib.h>
#include <string.h>

static const char bom[] = "\xEF\xBB\xBF";

/* libconfig would stop at a NUL as if the file ended there. */
static bool
refuse_nul(struct load *load, struct place place, struct bytes text)
{
	ptrdiff_t nul = bytes_find(text, '\0');

	if (nul < 0)
		return false;
	place.line = 1;
	place.column = 1;
	for (ptrdiff_t i = 0; i < nul; i++) {
		place.column++;
		if (text.data[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	conf_error(load->errors, place, "a NUL octet: this is not a text in ASCII or UTF-8");
	return true;
}

/* The file's first token comes next. Takes the source over; of a borrowed text it holds no data. */
static bool
push(struct input *input, struct place place, struct source source, struct bytes text)
{
	struct input_file *file = &input->files[input->count];

	if (text.length >= strlen(bom) && memcmp(text.data, bom, strlen(bom)) == 0) {
		conf_error(input->load->errors, (struct place){ place.file, 1, 1 },
			   "the file starts with a byte order mark (U+FEFF); save it as UTF-8 without one");
		text.data += strlen(bom);
		text.length -= strlen(bom);
	}
	if (place.file == NULL || refuse_nul(input->load, place, text)) {
		source_reset(&source);
		return false;
	}
	*file = (struct input_file){ .place = place, .source = source, .depth = input->depth };
	lexer_init(&file->lexer, text);
	input->count++;
	return true;
}

bool
input_open_text(struct input *input, struct load *load, const char *name, struct bytes text)
{
	*input = (struct input){ .load = load };
	return push(input, load_file_place(load, name), (struct source){ 0 }, text);
}

bool
input_open_file(struct input *input, struct load *load, const char *path)
{
	struct place place = load_file_place(load, path);
	struct source source;
	const char *why = source_read(path, &source);

	*input = (struct input){ .load = load };
	if (why != NULL) {
		conf_error(load->errors, place, "cannot read: %s", why);
		return false;
	}
	return push(input, place, source, (struct bytes){ source.data, source.length });
}

void
input_close(struct input *input)
{
	while (input->count > 0)
		source_reset(&input->files[--input->count].source);
}

/* The path of an included file: the folder of the one that includes it, and the name without its escapes. NULL when memory
 * is refused. */
static char *
include_path(struct load *load, const char *from, struct bytes name)
{
	const char *slash = strrchr(from, '/');
	size_t folder = slash != NULL && name.length > 0 && name.data[0] != '/' ? (size_t)(slash - from) + 1 : 0;
	char *path = load_alloc(load, folder + name.length + 1);

	if (path == NULL)
		return NULL;
	memcpy(path, from, folder);
	char *end = path + folder;
	for (size_t i = 0; i < name.length; i++) {
		if (name.data[i] == '\\' && i + 1 < name.length && strchr("\\\"", name.data[i + 1]) != NULL)
			i++;
		*end++ = name.data[i];
	}
	return path;
}

static bool
is_open(const struct input *input, const struct source *source)
{
	for (size_t i = 0; i < input->count; i++) {
		const struct source *open = &input->files[i].source;

		if (open->data != NULL && open->device == source->device && open->inode == source->inode)
			return true;
	}
	return false;
}

static void
include(struct input *input, struct bytes name, struct place at)
{
	struct conf_errors *errors = input->load->errors;
	struct source source;

	if (input->count > INCLUDE_DEPTH_MAX) {
		conf_error(errors, at, "@include: more than %d files deep", INCLUDE_DEPTH_MAX);
		return;
	}
	if (++input->includes > INCLUDES_MAX) {
		conf_error(errors, at, "@include: more than %d of them in one configuration", INCLUDES_MAX);
		return;
	}
	if (name.length == 0) {
		conf_error(errors, at, "@include: the name of the file is empty");
		return;
	}
	char *path = include_path(input->load, at.file->name, name);
	if (path == NULL)
		return;
	const char *why = source_read(path, &source);
	if (why != NULL) {
		conf_error(errors, at, "@include: cannot read %.200s: %s", path, why);
		return;
	}
	if (is_open(input, &source)) {
		conf_error(errors, at, "@include: %.200s includes itself", path);
		source_reset(&source);
		return;
	}
	push(input, load_file_place(input->load, path), source, (struct bytes){ source.data, source.length });
}

/* At the end of an included file. What it opened it must have closed. */
static bool
pop(struct input *input, struct token *token)
{
	struct input_file *file = &input->files[input->count - 1];

	if (input->depth != file->depth) {
		token->kind = TOKEN_BAD;
		token->problem = input->depth > file->depth
					 ? "the included file ends inside a group or list that it opened"
					 : "the included file closes a group or list that it did not open";
		return false;
	}
	source_reset(&file->source);
	input->count--;
	return true;
}

void
input_next(struct input *input, struct token *token_out, struct place *place_out)
{
	for (;;) {
		struct input_file *file = &input->files[input->count - 1];

		lexer_next(&file->lexer, token_out);
		*place_out = (struct place){ file->place.file, token_out->line, token_out->column };
		if (token_out->kind == TOKEN_INCLUDE)
			include(input, token_out->text, *place_out);
		else if (token_out->kind != TOKEN_END || input->count == 1 || !pop(input, token_out))
			return;
	}
}
