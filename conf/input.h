/* SPDX-License-Identifier: BSD-2-Clause */
/* input.h - the tokens of a configuration file and of all it includes, as one stream.
 *
 * `@include "FILE"` is resolved here and never by libconfig, which ends the process when FILE is a directory. FILE is
 * relative to the folder of the file that says so. Files that cannot be included are errors; the stream goes on after them. */
#ifndef POSTERN_CONF_INPUT_H
#define POSTERN_CONF_INPUT_H

#include "conf/lex.h"
#include "conf/load.h"
#include "conf/source.h"

enum {
	INCLUDE_DEPTH_MAX = 10, /* as in libconfig */
	INCLUDES_MAX = 100      /* in one stream: ten files that include each other in turn would never end */
};

struct input_file {
	struct place place;
	struct source source;
	struct lexer lexer;
	size_t depth; /* of groups and lists where it was included: it must end as deep */
};

struct input {
	struct load *load;
	struct input_file files[INCLUDE_DEPTH_MAX + 1];
	size_t count;
	size_t includes;
	size_t depth; /* of groups and lists now; the reader of the stream keeps it */
};

/* Starts with a file, or with a text that has the name of one and is borrowed. False: it cannot be read, which is written
 * down. */
bool input_open_file(struct input *input, struct load *load, const char *path);
bool input_open_text(struct input *input, struct load *load, const char *name, struct bytes text);
void input_close(struct input *input);

/* The next token and its place. TOKEN_END comes at the end of the first file only. */
void input_next(struct input *input, struct token *token_out, struct place *place_out);

#endif
