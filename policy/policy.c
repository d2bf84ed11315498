/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "policy/policy.h"

#include "policy/table_server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const failure_names[FAILURE_COUNT] = { "memory", "internal", "tables", "counters" };
const char *const table_kind_names[TABLE_KIND_COUNT] = {
	"list", "file", "cdb", "sqlite", "regexp", "socketmap", "redis"
};

/* The SES document's; it gives none with an enhanced code. */
static const char *const failure_replies[REPLY_SET_COUNT] = {
	[REPLY_SET_INFOBIP] = "451 4.3.0 Temporary service failure",
	[REPLY_SET_SES] = "451 Temporary service failure",
	[REPLY_SET_STANDARD] = "451 4.3.0 Temporary service failure",
};

/* What a check answers unless configured. */
static const char *
preset_reply(const struct check *check, enum reply_set reply_set)
{
	if (reply_set == REPLY_SET_SES && check->reply_ses != NULL)
		return check->reply_ses;
	if (reply_set == REPLY_SET_STANDARD && check->reply_standard != NULL)
		return check->reply_standard;
	return check->reply;
}

/* What policy_alloc gave, chained to be freed together. */
struct policy_memory {
	struct policy_memory *next;
	max_align_t data[];
};

void *
policy_alloc(struct policy *policy, size_t size)
{
	struct policy_memory *memory = calloc(1, sizeof *memory + size);

	if (memory == NULL)
		return NULL;
	memory->next = policy->memory;
	policy->memory = memory;
	return memory->data;
}

char *
policy_strdup(struct policy *policy, const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = policy_alloc(policy, size);

	return copy != NULL ? memcpy(copy, string, size) : NULL;
}

/* Cuts a preset like "From Sender" into items. */
static bool
preset_list(struct policy *policy, const struct param *param, struct value *value_out)
{
	char rule[REPLY_RULE_MAX];
	char *copy = policy_strdup(policy, param->preset);
	const char **items = policy_alloc(policy, (strlen(param->preset) / 2 + 1) * sizeof *items);
	char *rest = NULL;
	size_t count = 0;

	if (copy == NULL || items == NULL)
		return false;
	for (char *item = strtok_r(copy, " ", &rest); item != NULL; item = strtok_r(NULL, " ", &rest)) {
		const char *broken = param_read(param, item, value_out, rule);

		assert(broken == NULL);
		(void)broken; /* used by assert alone when NDEBUG is set */
		items[count++] = item;
	}
	value_out->list = (struct string_list){ items, count };
	return true;
}

/* Its only item is the whole of it. */
static bool
preset_text(struct policy *policy, const struct param *param, struct value *value_out)
{
	const char **items = policy_alloc(policy, sizeof *items);

	if (items == NULL)
		return false;
	items[0] = param->preset;
	value_out->list = (struct string_list){ items, 1 };
	return true;
}

static bool
preset_value(struct policy *policy, const struct param *param, struct value *value_out)
{
	char rule[REPLY_RULE_MAX];

	if (param_is_list(param->type))
		return preset_list(policy, param, value_out);
	if (param_is_absent(param, param->preset))
		return true;
	const char *broken = param_read(param, param->preset, value_out, rule);
	assert(broken == NULL);
	(void)broken; /* used by assert alone when NDEBUG is set */
	return param->type != PARAM_TEXT || preset_text(policy, param, value_out);
}

bool
policy_preset(struct policy *policy, const struct check *check, struct settings *settings_out)
{
	char rule[REPLY_RULE_MAX];
	struct settings settings = { .mode = MODE_OFF };
	bool valid = reply_parse(preset_reply(check, policy->reply_set), &settings.reply, rule);

	assert(valid);
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++)
		if (!preset_value(policy, &check->params[i], &settings.values[i]))
			return false;
	(void)valid; /* used by assert alone when NDEBUG is set */
	*settings_out = settings;
	return true;
}

static bool
fill(struct policy *policy)
{
	struct profile *profile = policy_alloc(policy, sizeof *profile);

	if (profile == NULL)
		return false;
	profile->name = "default";
	profile->when.origins = ~0u;
	policy->profiles = profile;
	policy->profile_count = 1;
	return policy_use_reply_set(policy, REPLY_SET_INFOBIP) && policy_complete(policy);
}

bool
policy_use_reply_set(struct policy *policy, enum reply_set reply_set)
{
	char rule[REPLY_RULE_MAX];
	struct profile *profile = &policy->profiles[policy->profile_count - 1];

	policy->reply_set = reply_set;
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		reply_parse(failure_replies[reply_set], &policy->failures[i].reply, rule);
	for (size_t i = 0; i < checks_count; i++)
		if (!policy_preset(policy, &checks[i], &profile->checks[i]))
			return false;
	return true;
}

struct policy *
policy_new(void)
{
	struct policy *policy = calloc(1, sizeof *policy);

	if (policy != NULL && !fill(policy)) {
		policy_free(policy);
		policy = NULL;
	}
	return policy;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	for (struct policy_memory *memory = policy->memory, *next; memory != NULL; memory = next) {
		next = memory->next;
		free(memory);
	}
	psl_free(policy->psl);
	free(policy);
}

/* The kind that the source begins with, and what follows its colon; TABLE_KIND_COUNT when it is none of a table outside. */
static enum table_kind
read_kind(const char *source, const char **argument_out)
{
	for (enum table_kind kind = TABLE_FILE; kind < TABLE_KIND_COUNT; kind++) {
		size_t length = strlen(table_kind_names[kind]);

		if (strncmp(source, table_kind_names[kind], length) != 0)
			continue;
		if (source[length] == ':' || (kind == TABLE_REDIS && strncmp(source + length, "s:", 2) == 0) ||
		    (kind == TABLE_REDIS && strncmp(source + length, "+unix:", 6) == 0)) {
			*argument_out = kind == TABLE_REDIS ? source : source + length + 1;
			return kind;
		}
	}
	return TABLE_KIND_COUNT;
}

static const char *
broken_table(enum table_kind kind, const char *argument, const char *query)
{
	if (kind == TABLE_KIND_COUNT)
		return "must be a list of keys, or begin with file:, cdb:, sqlite:, regexp:, socketmap: or redis:";
	if (argument[0] == '\0')
		return "names no table behind its colon";
	if ((kind == TABLE_FILE || kind == TABLE_CDB || kind == TABLE_SQLITE || kind == TABLE_REGEXP) &&
	    argument[0] != '/')
		return "needs an absolute path";
	if (kind == TABLE_SQLITE && query == NULL)
		return "needs a query, which a table of the group `tables` can have";
	return NULL;
}

/* Of a table that a server answers for. */
static bool
server_is_readable(const struct table *table, char *rule_out)
{
	struct table_server server;

	return (table->kind != TABLE_SOCKETMAP && table->kind != TABLE_REDIS) ||
	       table_server_parse(table, &server, rule_out);
}

static bool
same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const struct table *
add_table(struct policy *policy, const struct table *model)
{
	struct table *table = policy_alloc(policy, sizeof *table);
	char *source = policy_strdup(policy, model->source);
	char *query = model->query != NULL ? policy_strdup(policy, model->query) : NULL;

	if (table == NULL || source == NULL || (query == NULL && model->query != NULL))
		return NULL;
	*table = *model;
	table->source = source;
	table->argument = source + (model->argument - model->source);
	table->query = query;
	table->index = policy->table_count;
	policy->tables[policy->table_count++] = table;
	return table;
}

const struct table *
policy_table(struct policy *policy, const char *source, const char *query, unsigned timeout_ms, char *rule_out)
{
	struct table model = { .source = source, .query = query, .timeout_ms = timeout_ms };
	const char *broken;

	model.kind = read_kind(source, &model.argument);
	broken = broken_table(model.kind, model.argument, query);
	for (size_t i = 0; i < policy->table_count && broken == NULL; i++) {
		const struct table *known = policy->tables[i];

		if (strcmp(known->source, source) == 0 && same_string(known->query, query) &&
		    known->timeout_ms == timeout_ms)
			return known;
	}
	if (broken == NULL && policy->table_count == TABLES_MAX)
		broken = "one table too many: there can be 64";
	if (broken == NULL && !server_is_readable(&model, rule_out))
		return NULL;
	const struct table *table = broken == NULL ? add_table(policy, &model) : NULL;
	if (table == NULL)
		snprintf(rule_out, REPLY_RULE_MAX, "%s", broken != NULL ? broken : "out of memory");
	return table;
}

const struct table *
policy_list_table(struct policy *policy, struct string_list keys)
{
	struct table *table = policy_alloc(policy, sizeof *table);

	if (table == NULL)
		return NULL;
	*table = (struct table){ .source = "list", .kind = TABLE_LIST, .argument = "", .items = keys };
	return table;
}

/* Asked of each header field of each message. */
static size_t
bucket_of(struct bytes name)
{
	if (name.length == 0)
		return 0;
	unsigned first = (unsigned char)ascii_lower(name.data[0]);
	unsigned last = (unsigned char)ascii_lower(name.data[name.length - 1]);
	return (name.length * 5 + first * 3 + last) % POLICY_FIELD_BUCKETS;
}

size_t
policy_counted_index(const struct policy *policy, struct bytes name)
{
	size_t i = policy->field_buckets[bucket_of(name)];

	while (i > 0 && !bytes_is(name, policy->counted_fields[i - 1]))
		i = policy->field_next[i - 1];
	return i > 0 ? i - 1 : policy->counted_field_count;
}

static bool
count_field(struct policy *policy, const char *name)
{
	if (policy_counted_index(policy, bytes_of(name)) < policy->counted_field_count)
		return true;
	if (policy->counted_field_count == POLICY_FIELDS_MAX)
		return false;
	uint8_t *bucket = &policy->field_buckets[bucket_of(bytes_of(name))];
	policy->field_next[policy->counted_field_count] = *bucket;
	policy->counted_fields[policy->counted_field_count++] = name;
	*bucket = (uint8_t)policy->counted_field_count;
	return true;
}

static bool
count_fields(struct policy *policy, const struct check *check, const struct settings *settings)
{
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++) {
		if (check->params[i].type != PARAM_FIELDS)
			continue;
		for (size_t j = 0; j < settings->values[i].list.count; j++)
			if (!count_field(policy, settings->values[i].list.items[j]))
				return false;
	}
	return true;
}

bool
policy_complete(struct policy *policy)
{
	policy->counted_field_count = 0;
	policy->asks_recipients = false;
	for (size_t i = 0; i < policy->profile_count; i++) {
		policy->profiles[i].index = i;
		if (policy->profiles[i].when.all_recipients != NULL)
			policy->asks_recipients = true;
	}
	memset(policy->field_buckets, 0, sizeof policy->field_buckets);
	for (size_t i = 0; i < policy->profile_count; i++)
		for (size_t j = 0; j < checks_count; j++)
			if (!count_fields(policy, &checks[j], &policy->profiles[i].checks[j]))
				return false;
	return true;
}

const struct profile *
policy_profile(const struct policy *policy, const struct circumstances *circumstances, const struct services *services,
	       bool *failed_out)
{
	const struct profile *last = &policy->profiles[policy->profile_count - 1];

	for (const struct profile *profile = policy->profiles; profile < last; profile++) {
		bool failed = false;
		enum condition missed = profile_misses(profile, circumstances, services, &failed);

		if (failed) {
			*failed_out = true;
			return last;
		}
		if (missed == CONDITION_COUNT)
			return profile;
	}
	return last;
}

bool
policy_uses_stage(const struct policy *policy, enum stage stage)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		for (size_t j = 0; j < checks_count; j++)
			if (check_asked(&checks[j], &policy->profiles[i].checks[j], stage))
				return true;
	return false;
}

bool
policy_uses_mode(const struct policy *policy, enum mode mode)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		for (size_t j = 0; j < checks_count; j++)
			if (policy->profiles[i].checks[j].mode == mode)
				return true;
	return false;
}
