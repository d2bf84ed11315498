/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reply.h"

#include "policy/catalogue.h"

#include <stdio.h>
#include <string.h>

const char *const reply_set_names[REPLY_SET_COUNT] = { "infobip", "ses", "standard" };

static bool
is_printable(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool
read_digits(const char **at, size_t least, size_t most)
{
	size_t n = 0;

	while (ascii_is_digit((*at)[n]))
		n++;
	*at += n;
	return n >= least && n <= most;
}

/* Recognizes "5.6.0" (RFC 3463 2: class, subject and detail, the latter two of one to three digits) followed by a blank
 * or the end. Returns its length, 0 when the text begins with something else. */
static size_t
enhanced_length(const char *text)
{
	const char *at = text;

	if (!read_digits(&at, 1, 1) || *at++ != '.' || !read_digits(&at, 1, 3) || *at++ != '.' ||
	    !read_digits(&at, 1, 3))
		return 0;
	return *at == ' ' || *at == '\0' ? (size_t)(at - text) : 0;
}

enum reply_place
reply_place_at(const char *at, size_t *length_out)
{
	static const char *const places[] = {
		[REPLY_PLACE_NAME] = "{name}",   [REPLY_PLACE_VALUE] = "{value}",   [REPLY_PLACE_RULE] = "{rule}",
		[REPLY_PLACE_LOGIN] = "{login}", [REPLY_PLACE_REGION] = "{region}",
	};

	for (enum reply_place place = REPLY_PLACE_NAME; place <= REPLY_PLACE_REGION; place++) {
		*length_out = strlen(places[place]);
		if (strncmp(at, places[place], *length_out) == 0)
			return place;
	}
	*length_out = 0;
	return REPLY_PLACE_NONE;
}

static const char *
broken_octets(const char *string)
{
	size_t length = strlen(string);
	size_t place_length;

	if (length > REPLY_MAX)
		return "a reply has at most 980 octets";
	for (size_t i = 0; i < length; i++) {
		if (string[i] == '%')
			return "a reply must not contain `%`";
		if (!is_printable(string[i]))
			return "a reply is one line of printable ASCII";
		if (string[i] == '{' && reply_place_at(string + i, &place_length) == REPLY_PLACE_NONE)
			return "braces in a reply hold {name}, {value}, {rule}, {login} or {region}";
	}
	return NULL;
}

static const char *
broken_code(const char *string)
{
	const char *at = string;

	if (!read_digits(&at, 3, 3) || (*at != ' ' && *at != '\0'))
		return "a reply begins with a code of three digits and a space";
	if (string[0] != '4' && string[0] != '5')
		return "a reply code must be 4xx (try again later) or 5xx (refused)";
	return NULL;
}

/* Of digits, as many as a reply code has. */
static int
code_of(const char *string)
{
	return (string[0] - '0') * 100 + (string[1] - '0') * 10 + (string[2] - '0');
}

/* Whether the codes are of one class, and in some list. Writes the rule that is broken. */
static bool
codes_known(const char *string, struct bytes enhanced, char *rule_out)
{
	if (catalogue_code(code_of(string)) == NULL) {
		snprintf(rule_out, REPLY_RULE_MAX,
			 "reply code %.3s is in no list of SMTP reply codes; `postern replies` has them", string);
		return false;
	}
	if (enhanced.length > 0 && enhanced.data[0] != string[0]) {
		snprintf(rule_out, REPLY_RULE_MAX,
			 "enhanced status code %.*s does not fit reply code %.3s: both must be %cxx",
			 (int)enhanced.length, enhanced.data, string, string[0]);
		return false;
	}
	if (enhanced.length > 0 && catalogue_enhanced(enhanced) == NULL) {
		snprintf(rule_out, REPLY_RULE_MAX,
			 "enhanced status code %.*s is in no list of them; `postern replies` has them",
			 (int)enhanced.length, enhanced.data);
		return false;
	}
	return true;
}

/* A first word of digits and dots: a code was meant. */
static bool
looks_like_a_code(const char *text)
{
	size_t length = strspn(text, "0123456789.");

	return length > 0 && (text[length] == ' ' || text[length] == '\0') && memchr(text, '.', length) != NULL;
}

bool
reply_parse(const char *string, struct reply *reply_out, char *rule_out)
{
	const char *rule = broken_octets(string);

	if (rule == NULL)
		rule = broken_code(string);
	if (rule != NULL) {
		snprintf(rule_out, REPLY_RULE_MAX, "%s", rule);
		return false;
	}

	const char *text = string + 3 + strspn(string + 3, " ");
	size_t enhanced = enhanced_length(text);
	if (!codes_known(string, (struct bytes){ text, enhanced }, rule_out))
		return false;
	if (enhanced == 0 && looks_like_a_code(text)) {
		snprintf(rule_out, REPLY_RULE_MAX,
			 "\"%.32s\" is no enhanced status code: that has three numbers, as 5.7.1 has", text);
		return false;
	}
	const char *words = text + enhanced + strspn(text + enhanced, " ");
	if (*words == '\0') {
		snprintf(rule_out, REPLY_RULE_MAX, "a reply needs a text after its codes");
		return false;
	}
	*reply_out = (struct reply){ .code = code_of(string) };
	snprintf(reply_out->enhanced, sizeof reply_out->enhanced, "%.*s", (int)enhanced, text);
	snprintf(reply_out->text, sizeof reply_out->text, "%s", words);
	return true;
}

bool
reply_defers(const struct reply *reply)
{
	return reply->code < 500;
}

void
reply_string(const struct reply *reply, char string_out[REPLY_STRING_MAX])
{
	snprintf(string_out, REPLY_STRING_MAX, "%03d %s%s%s", reply->code, reply->enhanced,
		 reply->enhanced[0] != '\0' ? " " : "", reply->text);
}

/* How much of text goes on a line: all that fits, else up to the last blank that fits, else a hard cut. */
static size_t
line_length(const char *text)
{
	size_t length = strlen(text);

	if (length <= REPLY_LINE_MAX)
		return length;
	for (size_t at = REPLY_LINE_MAX; at > 0; at--)
		if (text[at] == ' ')
			return at;
	return REPLY_LINE_MAX;
}

/* Two lines in a row, the last one aside, hold more than fits one. */
_Static_assert(2 * (REPLY_MAX / REPLY_LINE_MAX + 1) <= REPLY_LINES_MAX, "every text fits the lines");

size_t
reply_lines(const struct reply *reply, char lines_out[REPLY_LINES_MAX][REPLY_LINE_MAX + 1])
{
	const char *text = reply->text;
	size_t count = 0;

	do {
		size_t length = line_length(text);

		memcpy(lines_out[count], text, length);
		lines_out[count][length] = '\0';
		count++;
		text += length;
		text += strspn(text, " ");
	} while (*text != '\0');
	return count;
}

void
reply_append_safe(char *buffer, size_t size, struct bytes more)
{
	for (size_t i = 0; i < more.length; i++) {
		char c = is_printable(more.data[i]) ? more.data[i] : '?';

		if (!buffer_append(buffer, size, (struct bytes){ &c, 1 }))
			return;
	}
}
