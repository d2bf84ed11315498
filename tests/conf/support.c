/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

char *
printed(struct conf_errors *errors)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	conf_errors_print(errors, stream);
	fclose(stream);
	conf_errors_reset(errors);
	return text;
}

struct conf *
load_with(const char *path, const char *warnings)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load(path, &errors);
	char *text = printed(&errors);
	ck_assert_str_eq(text, warnings);
	free(text);
	ck_assert_ptr_nonnull(conf);
	return conf;
}

struct conf *
load_text(const char *text)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load_text("text", bytes_of(text), &errors);
	char *messages = printed(&errors);
	ck_assert_msg(conf != NULL, "%s\n%s", messages, text);
	free(messages);
	return conf;
}

char *
shown(const struct conf *conf)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	conf_show(conf, stream);
	fclose(stream);
	return text;
}

void
assert_same_settings(const struct check *check, const struct settings *a, const struct settings *b)
{
	char left[REPLY_STRING_MAX], right[REPLY_STRING_MAX];

	reply_string(&a->reply, left);
	reply_string(&b->reply, right);
	ck_assert_str_eq(left, right);
	ck_assert_str_eq(mode_names[a->mode], mode_names[b->mode]);
	ck_assert_int_eq(a->detail, b->detail);
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++) {
		ck_assert_int_eq(a->values[i].number, b->values[i].number);
		ck_assert_uint_eq(a->values[i].list.count, b->values[i].list.count);
		for (size_t j = 0; j < a->values[i].list.count; j++)
			ck_assert_str_eq(a->values[i].list.items[j], b->values[i].list.items[j]);
	}
}

void
assert_same_policy(const struct policy *a, const struct policy *b)
{
	ck_assert_uint_eq(a->profile_count, b->profile_count);
	for (size_t i = 0; i < a->profile_count; i++) {
		ck_assert_str_eq(a->profiles[i].name, b->profiles[i].name);
		for (unsigned origin = 0; origin < ORIGIN_COUNT; origin++)
			ck_assert_uint_eq(a->profiles[i].origins >> origin & 1, b->profiles[i].origins >> origin & 1);
		for (size_t j = 0; j < checks_count; j++)
			assert_same_settings(&checks[j], &a->profiles[i].checks[j], &b->profiles[i].checks[j]);
	}
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		ck_assert_int_eq(a->failures[i].accept, b->failures[i].accept);
		ck_assert_int_eq(a->failures[i].reply.code, b->failures[i].reply.code);
		ck_assert_str_eq(a->failures[i].reply.text, b->failures[i].reply.text);
	}
}
