/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/lex.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void
lexer_init(struct lexer *lexer, struct bytes text)
{
	*lexer = (struct lexer){ .text = text, .line = 1 };
}

/* The octet so many places ahead, or NUL behind the end: texts with a NUL are refused before they come here. */
static char
peek(const struct lexer *lexer, size_t ahead)
{
	return lexer->at + ahead < lexer->text.length ? lexer->text.data[lexer->at + ahead] : '\0';
}

static void
step(struct lexer *lexer)
{
	if (lexer->text.data[lexer->at++] == '\n') {
		lexer->line++;
		lexer->line_start = lexer->at;
	}
}

static void
skip_line(struct lexer *lexer)
{
	while (lexer->at < lexer->text.length && peek(lexer, 0) != '\n')
		step(lexer);
}

/* Stands at the opening. Returns false when the text ends first; the lexer then stands where it did. */
static bool
skip_comment(struct lexer *lexer)
{
	struct lexer inside = *lexer;

	inside.at += 2;
	while (inside.at < inside.text.length) {
		if (peek(&inside, 0) == '*' && peek(&inside, 1) == '/') {
			inside.at += 2;
			*lexer = inside;
			return true;
		}
		step(&inside);
	}
	return false;
}

/* Returns false at a comment that is not closed. */
static bool
skip_blank(struct lexer *lexer)
{
	for (;;) {
		char c = peek(lexer, 0);

		if (c == '#' || (c == '/' && peek(lexer, 1) == '/'))
			skip_line(lexer);
		else if (c == '/' && peek(lexer, 1) == '*') {
			if (!skip_comment(lexer))
				return false;
		} else if (ascii_is_blank(c) || c == '\f')
			step(lexer);
		else
			return true;
	}
}

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static bool
is_name(char c)
{
	return is_letter(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == '*';
}

static void
bad(struct token *token, const char *problem)
{
	token->kind = TOKEN_BAD;
	token->problem = problem;
}

static void
lex_name(struct lexer *lexer, struct token *token)
{
	while (is_name(peek(lexer, 0)))
		lexer->at++;
	token->kind = TOKEN_NAME;
	token->text.length = (size_t)(lexer->text.data + lexer->at - token->text.data);
	if (bytes_is(token->text, "true") || bytes_is(token->text, "false"))
		token->kind = TOKEN_BOOLEAN;
}

/* The octets of the escape at the lexer, or 0 when it is none. */
static size_t
escape_length(const struct lexer *lexer)
{
	char c = peek(lexer, 1);

	if (c != '\0' && strchr("\\\"fnrt", c) != NULL)
		return 2;
	int high = ascii_hex_value(peek(lexer, 2)), low = ascii_hex_value(peek(lexer, 3));
	return c == 'x' && high >= 0 && low >= 0 && high + low > 0 ? 4 : 0;
}

/* Stands at the opening quote; the token's text will hold both quotes. */
static void
lex_string(struct lexer *lexer, struct token *token)
{
	lexer->at++;
	while (peek(lexer, 0) != '"') {
		char c = peek(lexer, 0);
		size_t length = c == '\\' ? escape_length(lexer) : 1;

		if (c == '\0' || c == '\n') {
			bad(token, "the string is not closed on its line");
			return;
		}
		if (length == 0) {
			token->column = lexer->at - lexer->line_start + 1;
			bad(token, "a string's escape must be one of \\\\ \\\" \\f \\n \\r \\t \\xNN, and not \\x00");
			return;
		}
		lexer->at += length;
	}
	lexer->at++;
	token->kind = TOKEN_STRING;
	token->text.length = (size_t)(lexer->text.data + lexer->at - token->text.data);
}

/* Whatever could be meant as one number: digits, letters, points, and a sign behind an exponent's e. */
static struct bytes
number_run(struct lexer *lexer)
{
	struct bytes run = { lexer->text.data + lexer->at, 0 };
	bool hex = peek(lexer, 0) == '0' && ascii_lower(peek(lexer, 1)) == 'x';

	do {
		char last = peek(lexer, 0);

		lexer->at++;
		run.length++;
		if ((peek(lexer, 0) == '+' || peek(lexer, 0) == '-') && (hex || ascii_lower(last) != 'e'))
			break;
	} while (is_name(peek(lexer, 0)) || peek(lexer, 0) == '.' || peek(lexer, 0) == '+');
	return run;
}

static size_t
digits(struct bytes run, size_t at, bool hex)
{
	size_t count = 0;

	while (at + count < run.length &&
	       (hex ? ascii_hex_value(run.data[at + count]) >= 0 : ascii_is_digit(run.data[at + count])))
		count++;
	return count;
}

static bool
is_long_suffix(struct bytes rest)
{
	return bytes_equal(rest, bytes_of("L")) || bytes_equal(rest, bytes_of("LL"));
}

static bool
is_float(struct bytes run, size_t at)
{
	size_t whole = digits(run, at, false);

	at += whole;
	if (whole == 0 || at == run.length || run.data[at] != '.')
		return false;
	size_t fraction = digits(run, at + 1, false);
	at += 1 + fraction;
	if (fraction == 0 || at == run.length)
		return fraction > 0;
	if (ascii_lower(run.data[at]) != 'e')
		return false;
	at++;
	if (at < run.length && (run.data[at] == '+' || run.data[at] == '-'))
		at++;
	return digits(run, at, false) > 0 && at + digits(run, at, false) == run.length;
}

/* libconfig reads 32 bits without L, 64 with it, and takes what does not fit for another number. The run is followed by an octet
 * that ends the number, or by the end of a text that has no terminator: so a copy is converted. */
static bool
integer_too_large(struct bytes run, bool hex, bool is_long)
{
	char copy[32];

	if (run.length >= sizeof copy)
		return true;
	memcpy(copy, run.data, run.length);
	copy[run.length] = '\0';
	errno = 0;
	long long value = strtoll(copy, NULL, hex ? 16 : 10);
	return errno == ERANGE || (!is_long && (value > INT32_MAX || value < INT32_MIN));
}

static void
lex_number(struct lexer *lexer, struct token *token)
{
	struct bytes run = number_run(lexer);
	bool hex = run.length > 2 && run.data[0] == '0' && ascii_lower(run.data[1]) == 'x';
	size_t start = hex ? 2 : run.data[0] == '+' || run.data[0] == '-';
	size_t end = start + digits(run, start, hex);
	struct bytes rest = bytes_from(run, end);

	token->text = run;
	if (!hex && is_float(run, start)) {
		token->kind = TOKEN_FLOAT;
	} else if (end > start && (rest.length == 0 || is_long_suffix(rest))) {
		token->kind = rest.length == 0 ? TOKEN_INTEGER : TOKEN_INTEGER64;
		token->too_large = integer_too_large(run, hex, rest.length > 0);
	} else {
		bad(token, "this is not a number; a value with a unit is a string and stands in quotes");
	}
}

/* libconfig knows @include at the start of a line only. */
static bool
starts_line(const struct lexer *lexer)
{
	for (size_t at = lexer->line_start; at < lexer->at; at++)
		if (lexer->text.data[at] != ' ' && lexer->text.data[at] != '\t')
			return false;
	return true;
}

static void
lex_include(struct lexer *lexer, struct token *token)
{
	static const char usage[] = "expected @include \"FILE\" on a line of its own";
	struct token path = { 0 };

	if (!bytes_starts_nocase(bytes_from(lexer->text, lexer->at), "@include") || !starts_line(lexer)) {
		bad(token, usage);
		return;
	}
	lexer->at += strlen("@include");
	while (peek(lexer, 0) == ' ' || peek(lexer, 0) == '\t')
		lexer->at++;
	if (peek(lexer, 0) != '"') {
		bad(token, usage);
		return;
	}
	path.text.data = lexer->text.data + lexer->at;
	lex_string(lexer, &path);
	if (path.kind == TOKEN_BAD) {
		bad(token, path.problem);
		return;
	}
	token->kind = TOKEN_INCLUDE;
	token->text = (struct bytes){ path.text.data + 1, path.text.length - 2 };
}

static void
lex_sign(struct lexer *lexer, struct token *token)
{
	static const struct {
		char sign;
		enum token_kind kind;
	} signs[] = {
		{ '=', TOKEN_EQUALS },      { ':', TOKEN_EQUALS },      { ',', TOKEN_COMMA },
		{ ';', TOKEN_SEMICOLON },   { '{', TOKEN_GROUP_START }, { '}', TOKEN_GROUP_END },
		{ '[', TOKEN_ARRAY_START }, { ']', TOKEN_ARRAY_END },   { '(', TOKEN_LIST_START },
		{ ')', TOKEN_LIST_END },
	};

	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		if (signs[i].sign != peek(lexer, 0))
			continue;
		lexer->at++;
		token->kind = signs[i].kind;
		token->text.length = 1;
		return;
	}
	bad(token, (unsigned char)peek(lexer, 0) < 0x80
			   ? "this character has no meaning here"
			   : "only strings, in \"\", and comments may hold characters beyond ASCII");
}

void
lexer_next(struct lexer *lexer, struct token *token_out)
{
	bool closed = skip_blank(lexer);
	char c = peek(lexer, 0);

	*token_out = (struct token){
		.kind = TOKEN_END,
		.text = { lexer->text.data + lexer->at, 0 },
		.line = lexer->line,
		.column = lexer->at - lexer->line_start + 1,
	};
	if (!closed)
		bad(token_out, "the comment is not closed");
	else if (lexer->at == lexer->text.length)
		return;
	else if (is_letter(c) || c == '*')
		lex_name(lexer, token_out);
	else if (c == '"')
		lex_string(lexer, token_out);
	else if (ascii_is_digit(c) || c == '+' || c == '-' || c == '.')
		lex_number(lexer, token_out);
	else if (c == '@')
		lex_include(lexer, token_out);
	else
		lex_sign(lexer, token_out);
}
