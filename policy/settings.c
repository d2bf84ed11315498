/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/limit.h"

#include <stdio.h>
#include <string.h>

const char *const mode_names[MODE_COUNT] = { "off", "observe", "tag", "hold", "enforce" };

enum { TEXT_MAX = 100 };
enum { FIELD_NAME_MAX = 76 }; /* a field name, colon and blank fit a line of RFC 5322 2.1.1's recommended 78 */

bool
param_is_list(enum param_type type)
{
	return type == PARAM_FIELDS || type == PARAM_PATTERNS || type == PARAM_CHOICES;
}

/* The index of the item among the choices, or a rule. */
static const char *
read_choice(const struct param *param, const char *item, struct value *value_out, char *rule_out)
{
	for (int64_t i = 0; param->choices[i] != NULL; i++) {
		if (strcmp(param->choices[i], item) == 0) {
			value_out->number = i;
			return NULL;
		}
	}
	snprintf(rule_out, REPLY_RULE_MAX, "must be one of");
	for (size_t i = 0; param->choices[i] != NULL; i++) {
		buffer_append(rule_out, REPLY_RULE_MAX, bytes_of(i > 0 ? ", " : " "));
		buffer_append(rule_out, REPLY_RULE_MAX, bytes_of(param->choices[i]));
	}
	return rule_out;
}

static const char *
read_boolean(const char *item, struct value *value_out)
{
	bool is_true = strcmp(item, "true") == 0;

	if (!is_true && strcmp(item, "false") != 0)
		return "must be true or false";
	value_out->number = is_true;
	return NULL;
}

/* Digits only, and at most 18 of them, so that nothing can overflow. */
static const char *
read_number(const struct param *param, const char *item, struct value *value_out, char *rule_out)
{
	size_t digits = strspn(item, "0123456789");
	int64_t number = 0;

	for (size_t i = 0; i < digits && i < 18; i++)
		number = number * 10 + (item[i] - '0');
	if (digits == 0 || digits > 18 || item[digits] != '\0' || number < param->least || number > param->most) {
		snprintf(rule_out, REPLY_RULE_MAX, "must be a whole number from %lld to %lld", (long long)param->least,
			 (long long)param->most);
		return rule_out;
	}
	value_out->number = number;
	return NULL;
}

static const char *
add_choice(const struct param *param, const char *item, struct value *value_out, char *rule_out)
{
	struct value choice = { 0 };
	const char *rule = read_choice(param, item, &choice, rule_out);

	if (rule == NULL)
		value_out->number |= (int64_t)1 << choice.number;
	return rule;
}

/* A number, a blank perhaps, and a unit; at most 15 digits and a terabyte, so that nothing can overflow. */
static const char *
read_size(const char *item, struct value *value_out)
{
	static const struct {
		const char *name;
		int64_t octets;
	} units[] = { { "B", 1 },         { "KB", 1000 },       { "KiB", 1 << 10 }, { "MB", 1000000 },
		      { "MiB", 1 << 20 }, { "GB", 1000000000 }, { "GiB", 1 << 30 } };
	static const char rule[] = "must be a size from 1 B to 1000 GB, as in \"25 MiB\", or \"none\"";
	const int64_t most = (int64_t)1000 * 1000000000;
	size_t digits = strspn(item, "0123456789");
	int64_t number = 0;

	if (strcmp(item, "none") == 0) {
		value_out->number = 0;
		return NULL;
	}
	for (size_t i = 0; i < digits && digits <= 15; i++)
		number = number * 10 + (item[i] - '0');
	item += digits;
	item += *item == ' ';
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(units[i].name, item) != 0 || digits == 0 || number < 1 || number > most / units[i].octets)
			continue;
		value_out->number = number * units[i].octets;
		return NULL;
	}
	return rule;
}

static const char *
broken_field_name(const char *item)
{
	size_t length = strlen(item);

	for (size_t i = 0; i < length; i++)
		if (item[i] <= 0x20 || item[i] > 0x7e || item[i] == ':')
			return "is no header field name (printable ASCII without blanks and colon)";
	return length > 0 && length <= FIELD_NAME_MAX ? NULL : "is no header field name (1 to 76 octets)";
}

/* It goes into a reply: see reply_parse. */
static const char *
broken_text(const char *item)
{
	size_t length = strlen(item);

	for (size_t i = 0; i < length; i++)
		if (item[i] < 0x20 || item[i] > 0x7e || item[i] == '%')
			return "must be printable ASCII without `%`";
	return length > 0 && length <= TEXT_MAX ? NULL : "must have 1 to 100 octets";
}

static const char *
broken_limit(const struct param *param, const char *item, char *rule_out)
{
	struct limit limit;

	return limit_parse(item, param->type == PARAM_RATES ? LIMIT_RATE : LIMIT_QUOTA, &limit, rule_out) ? NULL
													  : rule_out;
}

bool
param_is_absent(const struct param *param, const char *item)
{
	return (param->type == PARAM_TABLE || param->type == PARAM_RATES || param->type == PARAM_QUOTAS) &&
	       strcmp(item, "none") == 0;
}

const char *
param_read(const struct param *param, const char *item, struct value *value_out, char *rule_out)
{
	switch (param->type) {
	case PARAM_BOOLEAN:
		return read_boolean(item, value_out);
	case PARAM_CHOICE:
		return read_choice(param, item, value_out, rule_out);
	case PARAM_CHOICES:
		return add_choice(param, item, value_out, rule_out);
	case PARAM_NUMBER:
		return read_number(param, item, value_out, rule_out);
	case PARAM_SIZE:
		return read_size(item, value_out);
	case PARAM_FIELDS:
		return broken_field_name(item);
	case PARAM_TEXT:
		return broken_text(item);
	case PARAM_RATES:
	case PARAM_QUOTAS:
		return broken_limit(param, item, rule_out);
	case PARAM_PATTERNS:
	case PARAM_TABLE:
		break;
	}
	return item[0] != '\0' ? NULL : "must not be empty";
}

/* One mark to go back to suffices: after a later `*` an earlier one need not take more. */
bool
pattern_matches(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *resume = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == '?' || (*pattern != '\0' && ascii_lower(*pattern) == ascii_lower(*text))) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool
string_list_matches(const struct string_list *patterns, const char *text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_matches(patterns->items[i], text))
			return true;
	return false;
}
