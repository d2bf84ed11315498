/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/replies_query.h"

#include <stdio.h>
#include <string.h>

enum { CODE_LENGTH = 3, COMPONENTS = 3 };

static bool
is_any(char c)
{
	return c == 'x' || c == 'X';
}

static bool
is_code_pattern(const char *text)
{
	if (strlen(text) != CODE_LENGTH || text[0] < '2' || text[0] > '5')
		return false;
	for (size_t i = 1; i < CODE_LENGTH; i++)
		if (!ascii_is_digit(text[i]) && !is_any(text[i]))
			return false;
	return true;
}

/* An x in the pattern is any digit. */
static bool
digits_fit(const char *pattern, const char *code)
{
	for (size_t i = 0; i < CODE_LENGTH; i++)
		if (pattern[i] != code[i] && !is_any(pattern[i]))
			return false;
	return true;
}

/* Whether it fits one of "451, 550". */
static bool
code_is_among(const char *pattern, const char *codes)
{
	static const size_t step = CODE_LENGTH + sizeof ", " - 1;

	for (; strlen(codes) >= CODE_LENGTH; codes += strlen(codes) > step ? step : strlen(codes))
		if (digits_fit(pattern, codes))
			return true;
	return false;
}

/* Takes the component before the next dot: digits, or an x. False when it is neither. */
static bool
next_component(const char **at, struct bytes *component_out)
{
	size_t length = is_any(**at) ? 1 : strspn(*at, "0123456789");

	*component_out = (struct bytes){ *at, length };
	*at += length;
	if (length == 0 || (**at != '.' && **at != '\0'))
		return false;
	if (**at == '.')
		(*at)++;
	return true;
}

/* Reads "5.7.1" or "5.7"; a component that is not there is empty. */
static bool
read_enhanced_pattern(const char *text, struct bytes components_out[COMPONENTS])
{
	const char *at = text;
	size_t count = 0;

	if (text[0] == '\0' || text[1] != '.')
		return false;
	for (size_t i = 0; i < COMPONENTS; i++)
		components_out[i] = (struct bytes){ NULL, 0 };
	while (*at != '\0' && count < COMPONENTS)
		if (!next_component(&at, &components_out[count++]))
			return false;
	return *at == '\0' && at[-1] != '.' && count > 1;
}

static bool
component_fits(struct bytes pattern, struct bytes component)
{
	return pattern.length == 0 || is_any(pattern.data[0]) || bytes_equal(pattern, component);
}

/* Whether subject and detail, "7.1", fit. */
static bool
details_fit(const struct bytes pattern[COMPONENTS], struct bytes details)
{
	size_t dot = (size_t)bytes_find(details, '.');

	return component_fits(pattern[1], (struct bytes){ details.data, dot }) &&
	       component_fits(pattern[2], bytes_from(details, dot + 1));
}

static bool
holds(const char *text, const char *word)
{
	return text != NULL && strcasestr(text, word) != NULL;
}

static bool
code_fits(const char *argument, const struct reply_code *code)
{
	struct bytes pattern[COMPONENTS];
	char digits[16];

	snprintf(digits, sizeof digits, "%03d", code->code);
	if (is_code_pattern(argument))
		return digits_fit(argument, digits);
	if (read_enhanced_pattern(argument, pattern))
		return false;
	return holds(code->meaning, argument) || holds(code->sources, argument);
}

static bool
enhanced_fits(const char *argument, const struct enhanced_code *code)
{
	struct bytes pattern[COMPONENTS];

	if (is_code_pattern(argument))
		return code_is_among(argument, code->with);
	if (read_enhanced_pattern(argument, pattern))
		return (is_any(argument[0]) || enhanced_code_allows(code, argument[0])) &&
		       details_fit(pattern, bytes_of(code->code));
	return holds(code->meaning, argument) || holds(code->sources, argument);
}

static bool
reply_fits(const char *argument, const struct documented_reply *reply)
{
	struct bytes pattern[COMPONENTS], enhanced = documented_reply_enhanced(reply);

	if (is_code_pattern(argument))
		return digits_fit(argument, reply->reply);
	if (read_enhanced_pattern(argument, pattern))
		return enhanced.length > 2 && (is_any(argument[0]) || argument[0] == enhanced.data[0]) &&
		       details_fit(pattern, bytes_from(enhanced, 2));
	return holds(reply->reply, argument) || holds(reply->document, argument) || holds(reply->command, argument) ||
	       holds(reply->given_by, argument) || holds(reply->reason, argument) || holds(reply->postfix, argument) ||
	       holds(reply->sendmail, argument);
}

bool
replies_query_code(const struct replies_query *query, const struct reply_code *code)
{
	for (size_t i = 0; i < query->count; i++)
		if (code_fits(query->arguments[i], code))
			return true;
	return query->count == 0;
}

bool
replies_query_enhanced(const struct replies_query *query, const struct enhanced_code *code)
{
	for (size_t i = 0; i < query->count; i++)
		if (enhanced_fits(query->arguments[i], code))
			return true;
	return query->count == 0;
}

bool
replies_query_reply(const struct replies_query *query, const struct documented_reply *reply)
{
	for (size_t i = 0; i < query->count; i++)
		if (reply_fits(query->arguments[i], reply))
			return true;
	return query->count == 0;
}

bool
replies_query_finds(const struct replies_query *query)
{
	for (size_t i = 0; i < reply_codes_count; i++)
		if (replies_query_code(query, &reply_codes[i]))
			return true;
	for (size_t i = 0; i < enhanced_codes_count; i++)
		if (replies_query_enhanced(query, &enhanced_codes[i]))
			return true;
	for (size_t i = 0; i < documented_replies_count; i++)
		if (replies_query_reply(query, &documented_replies[i]))
			return true;
	return false;
}
