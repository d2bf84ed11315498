/* SPDX-License-Identifier: BSD-2-Clause */
/* Interpreted, not compiled to machine code: a hardened service may not make memory executable, and the limits then count what they say. */
#include "milter/tables/backend.h"

#include "milter/clock.h"
#include "milter/tables/text.h"
#include "milter/tables/watched.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
	RULES_MAX = 4096, /* they are tried one after the other: milliseconds for so many */
	MATCH_LIMIT =
		50000, /* steps of one rule on one key: a few milliseconds; addresses and sane patterns need hundreds */
	DEPTH_LIMIT = 5000,   /* of backtracking points at a time; a key has 511 octets */
	HEAP_LIMIT_KIB = 1024 /* for them */
};

struct rule {
	pcre2_code *code;
	bool negated;
	unsigned line;
	const char *value; /* in the text */
};

struct rules {
	char *text;
	struct rule *items;
	size_t count;
	pcre2_match_context *limits;
};

struct regexp_table {
	struct backend backend;
	struct watched *watched;
	unsigned timeout_ms;
};

static void
free_rules(void *contents)
{
	struct rules *rules = contents;

	for (size_t i = 0; i < rules->count; i++)
		pcre2_code_free(rules->items[i].code);
	pcre2_match_context_free(rules->limits);
	free(rules->items);
	free(rules->text);
	free(rules);
}

/* Punctuation but for what means something else in front of or in a pattern. */
static bool
is_delimiter(char c)
{
	return c > ' ' && c <= '~' && !ascii_is_digit(c) && !(ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') &&
	       c != '\\' && c != '#';
}

/* The delimiter that ends the pattern: one behind a backslash does not. Octets of the pattern, or -1. */
static ptrdiff_t
pattern_length(struct bytes text, char delimiter)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == delimiter)
			return (ptrdiff_t)i;
		if (text.data[i] == '\\')
			i++;
	}
	return -1;
}

/* What stands behind the pattern: flags, blanks, a value. */
static bool
read_flags(struct bytes *rest, uint32_t *options_out)
{
	size_t i = 0;

	for (; i < rest->length && !ascii_is_blank(rest->data[i]); i++) {
		if (rest->data[i] == 'm')
			*options_out |= PCRE2_MULTILINE;
		else if (rest->data[i] == 'x')
			*options_out |= PCRE2_EXTENDED;
		else if (rest->data[i] != 'i') /* keys are in lower case: it holds anyway */
			return false;
	}
	*rest = bytes_trim(bytes_from(*rest, i));
	return true;
}

static bool
compile_rule(struct rule *rule, struct bytes pattern, uint32_t options, char *why_out)
{
	PCRE2_UCHAR message[128] = "";
	PCRE2_SIZE offset;
	int error;

	rule->code = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.length, options, &error, &offset, NULL);
	if (rule->code != NULL)
		return true;
	pcre2_get_error_message(error, message, sizeof message);
	trouble_format(why_out, "line %u: %s, at octet %zu of the pattern", rule->line, (const char *)message,
		       (size_t)offset + 1);
	return false;
}

static bool
read_rule(struct rules *rules, struct bytes line, struct rule *rule, char *why_out)
{
	uint32_t options =
		PCRE2_CASELESS | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
	struct bytes rest = line;
	ptrdiff_t length;

	rule->negated = rest.data[0] == '!';
	rest = bytes_trim(bytes_from(rest, rule->negated));
	if (rest.length == 0 || !is_delimiter(rest.data[0]) ||
	    (length = pattern_length(bytes_from(rest, 1), rest.data[0])) < 0) {
		trouble_format(why_out, "line %u: must begin with a pattern between slashes", rule->line);
		return false;
	}
	struct bytes pattern = { rest.data + 1, (size_t)length };
	rest = bytes_from(rest, (size_t)length + 2);
	if (!read_flags(&rest, &options)) {
		trouble_format(why_out, "line %u: the flags are i, m and x", rule->line);
		return false;
	}
	if (rest.length >= TABLE_VALUE_MAX) {
		trouble_format(why_out, "line %u: a value has at most %d octets", rule->line, TABLE_VALUE_MAX - 1);
		return false;
	}
	rule->value = "";
	if (rest.length > 0) {
		size_t at = (size_t)(rest.data - rules->text);
		rules->text[at + rest.length] = '\0';
		rule->value = rules->text + at;
	}
	return compile_rule(rule, pattern, options, why_out);
}

static bool
read_rules(struct rules *rules, size_t length, char *why_out)
{
	struct lines lines = { .rest = { rules->text, length } };
	struct bytes line;

	while (lines_next(&lines, &line)) {
		struct rule *rule = &rules->items[rules->count];

		if (rules->count == RULES_MAX) {
			trouble_format(why_out, "the file has more than %d patterns", RULES_MAX);
			return false;
		}
		rule->line = lines.number;
		if (!read_rule(rules, line, rule, why_out))
			return false;
		rules->count++;
	}
	if (lines.too_long)
		trouble_format(why_out, "line %u is longer than %d octets", lines.number, TEXT_LINE_MAX);
	return !lines.too_long;
}

static bool
make_limits(struct rules *rules)
{
	rules->limits = pcre2_match_context_create(NULL);
	if (rules->limits == NULL)
		return false;
	pcre2_set_match_limit(rules->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(rules->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(rules->limits, HEAP_LIMIT_KIB);
	return true;
}

static void *
load_rules(int fd, const struct stat *status, void *data, char *why_out)
{
	struct rules *rules = calloc(1, sizeof *rules);
	size_t length;

	(void)data;
	if (rules == NULL || (rules->items = calloc(RULES_MAX, sizeof rules->items[0])) == NULL || !make_limits(rules))
		trouble_format(why_out, "the system refuses memory");
	else if ((rules->text = text_read(fd, status, &length, why_out)) != NULL && read_rules(rules, length, why_out))
		return rules;
	if (rules != NULL)
		free_rules(rules);
	return NULL;
}

/* 1: the rule holds for the key, 0: it does not, -1: that cannot be told. */
static int
rule_holds(const struct rules *rules, const struct rule *rule, const char *key, pcre2_match_data *match, char *why_out)
{
	PCRE2_UCHAR message[128] = "";
	int result = pcre2_match(rule->code, (PCRE2_SPTR)key, strlen(key), 0, 0, match, rules->limits);

	if (result >= 0)
		return !rule->negated;
	if (result == PCRE2_ERROR_NOMATCH)
		return rule->negated;
	pcre2_get_error_message(result, message, sizeof message);
	trouble_format(why_out, "the pattern in line %u: %s", rule->line, (const char *)message);
	return -1;
}

static enum table_answer
find_rule(const struct rules *rules, const struct regexp_table *table, const char *key, char *value_out, char *why_out)
{
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	int64_t deadline_ms = clock_ms() + table->timeout_ms;
	enum table_answer answer = TABLE_ABSENT;

	if (match == NULL) {
		trouble_format(why_out, "the system refuses memory");
		return TABLE_FAILED;
	}
	for (size_t i = 0; i < rules->count && answer == TABLE_ABSENT; i++) {
		int holds = rule_holds(rules, &rules->items[i], key, match, why_out);

		if (holds > 0) {
			strcpy(value_out, rules->items[i].value);
			answer = TABLE_FOUND;
		} else if (holds < 0) {
			answer = TABLE_FAILED;
		} else if (clock_ms() >= deadline_ms) {
			trouble_format(why_out, "its patterns took longer than %u ms", table->timeout_ms);
			answer = TABLE_FAILED;
		}
	}
	pcre2_match_data_free(match);
	return answer;
}

static bool
regexp_table_open(struct backend *backend, char *why_out)
{
	return watched_open(((struct regexp_table *)backend)->watched, why_out);
}

static enum table_answer
regexp_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct regexp_table *table = (struct regexp_table *)backend;
	struct version *version = watched_acquire(table->watched, why_out);
	enum table_answer answer;

	if (version == NULL)
		return TABLE_FAILED;
	answer = find_rule(version->contents, table, key, value_out, why_out);
	watched_release(table->watched, version);
	return answer;
}

static void
regexp_table_free(struct backend *backend)
{
	struct regexp_table *table = (struct regexp_table *)backend;

	watched_free(table->watched);
	free(table);
}

struct backend *
regexp_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { regexp_table_open, regexp_table_find, regexp_table_free };
	static const struct watched_class contents = { load_rules, free_rules };
	struct regexp_table *regexp = calloc(1, sizeof *regexp);

	if (regexp == NULL)
		return NULL;
	regexp->backend.class = &class;
	regexp->timeout_ms = table->timeout_ms;
	regexp->watched = watched_new(table->argument, &contents, table->timeout_ms, trouble, NULL);
	if (regexp->watched != NULL)
		return &regexp->backend;
	free(regexp);
	return NULL;
}
