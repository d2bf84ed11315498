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

static void
assert_same_list(const struct string_list *a, const struct string_list *b)
{
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		ck_assert_str_eq(a->items[i], b->items[i]);
}

static void
assert_same_table(const struct table *a, const struct table *b)
{
	ck_assert_int_eq(a == NULL, b == NULL);
	if (a == NULL)
		return;
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_str_eq(a->source, b->source);
	ck_assert_str_eq(a->argument, b->argument);
	ck_assert_pstr_eq(a->query, b->query);
	ck_assert_uint_eq(a->timeout_ms, b->timeout_ms);
	assert_same_list(&a->items, &b->items);
}

static void
assert_same_limits(const struct limit_list *a, const struct limit_list *b)
{
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		ck_assert_int_eq(a->items[i].kind, b->items[i].kind);
		ck_assert_uint_eq(a->items[i].amount, b->items[i].amount);
		ck_assert_int_eq(a->items[i].period_us, b->items[i].period_us);
		ck_assert_uint_eq(a->items[i].burst, b->items[i].burst);
	}
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
		assert_same_list(&a->values[i].list, &b->values[i].list);
		assert_same_table(a->values[i].table, b->values[i].table);
		assert_same_limits(&a->values[i].limits, &b->values[i].limits);
	}
}

static void
assert_same_conditions(const struct conditions *a, const struct conditions *b)
{
	for (unsigned origin = 0; origin < ORIGIN_COUNT; origin++)
		ck_assert_uint_eq(a->origins >> origin & 1, b->origins >> origin & 1);
	ck_assert_uint_eq(a->networks.count, b->networks.count);
	for (size_t i = 0; i < a->networks.count; i++)
		ck_assert(network_equal(&a->networks.items[i], &b->networks.items[i]));
	assert_same_list(&a->listeners, &b->listeners);
	assert_same_table(a->login, b->login);
	assert_same_table(a->sender, b->sender);
	assert_same_table(a->sender_domain, b->sender_domain);
	assert_same_table(a->all_recipients, b->all_recipients);
}

void
assert_same_policy(const struct policy *a, const struct policy *b)
{
	ck_assert_int_eq(a->reply_set, b->reply_set);
	ck_assert_int_eq(a->asks_recipients, b->asks_recipients);
	ck_assert_uint_eq(a->profile_count, b->profile_count);
	for (size_t i = 0; i < a->profile_count; i++) {
		ck_assert_str_eq(a->profiles[i].name, b->profiles[i].name);
		assert_same_conditions(&a->profiles[i].when, &b->profiles[i].when);
		for (size_t j = 0; j < checks_count; j++)
			assert_same_settings(&checks[j], &a->profiles[i].checks[j], &b->profiles[i].checks[j]);
	}
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		ck_assert_int_eq(a->failures[i].accept, b->failures[i].accept);
		ck_assert_int_eq(a->failures[i].reply.code, b->failures[i].reply.code);
		ck_assert_str_eq(a->failures[i].reply.text, b->failures[i].reply.text);
	}
}

void
assert_same_counters(const struct counters_conf *a, const struct counters_conf *b)
{
	ck_assert_int_eq(a->store, b->store);
	ck_assert_pstr_eq(a->target, b->target);
	ck_assert_pstr_eq(a->host, b->host);
	ck_assert_uint_eq(a->port, b->port);
	ck_assert_pstr_eq(a->path, b->path);
	ck_assert_uint_eq(a->database, b->database);
	ck_assert_int_eq(a->tls, b->tls);
	ck_assert_pstr_eq(a->ca_file, b->ca_file);
	ck_assert_pstr_eq(a->user, b->user);
	ck_assert_pstr_eq(a->password_file, b->password_file);
	ck_assert_pstr_eq(a->prefix, b->prefix);
	ck_assert_int_eq(a->rates_in_memory, b->rates_in_memory);
	ck_assert_int_eq(a->on_failure, b->on_failure);
	ck_assert_uint_eq(a->timeout_ms, b->timeout_ms);
	ck_assert_uint_eq(a->max_keys, b->max_keys);
}

const char *
profile_for(const struct conf *conf, enum origin origin)
{
	const struct client client = {
		.origin = origin,
		.address_text = "",
		.login = "",
		.mechanism = "",
		.tls_version = "",
		.listener = "",
		.listener_port = "",
	};
	const struct circumstances circumstances = { .client = &client, .sender_local = "", .sender_domain = "" };
	bool failed = false;
	const char *name = policy_profile(conf->policy, &circumstances, NULL, &failed)->name;

	ck_assert(!failed);
	return name;
}
