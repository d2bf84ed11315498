/* SPDX-License-Identifier: BSD-2-Clause */
/* lex.h - the tokens of libconfig's language in one text, each with its line and column.
 *
 *      lexer_init(&lexer, text);
 *      do lexer_next(&lexer, &token); while (token.kind != TOKEN_END && token.kind != TOKEN_BAD);
 *
 * Accepts less than libconfig does, on purpose: what libconfig 1.5 takes silently for something else is TOKEN_BAD here. A
 * string ends on its line; an escape is one of \\ \" \f \n \r \t \xNN, and not \x00; a number stands for itself. */
#ifndef POSTERN_CONF_LEX_H
#define POSTERN_CONF_LEX_H

#include "policy/parse/bytes.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_EQUALS,
	TOKEN_COMMA,
	TOKEN_SEMICOLON,
	TOKEN_GROUP_START,
	TOKEN_GROUP_END,
	TOKEN_ARRAY_START,
	TOKEN_ARRAY_END,
	TOKEN_LIST_START,
	TOKEN_LIST_END,
	TOKEN_BOOLEAN,
	TOKEN_INTEGER,
	TOKEN_INTEGER64, /* with L */
	TOKEN_FLOAT,
	TOKEN_STRING,  /* text with its quotes and escapes */
	TOKEN_INCLUDE, /* text is the path between the quotes, escapes and all */
	TOKEN_BAD      /* problem says why; there is no way on in this text */
};

struct token {
	enum token_kind kind;
	struct bytes text; /* borrowed from the lexer's text */
	size_t line, column;
	const char *problem;
	bool too_large; /* of TOKEN_INTEGER and TOKEN_INTEGER64: libconfig would read another number */
};

struct lexer {
	struct bytes text;
	size_t at;
	size_t line, line_start;
};

void lexer_init(struct lexer *lexer, struct bytes text);
void lexer_next(struct lexer *lexer, struct token *token_out);

#endif
