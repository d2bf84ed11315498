/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "policy/policy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *const origin_names[ORIGIN_COUNT] = { "authenticated", "local", "trusted", "external" };
const char *const failure_names[FAILURE_COUNT] = { "memory", "internal" };

static const char failure_reply[] =
	"451 4.3.0 Temporary service failure"; /* the SES document's, with its enhanced code */

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

bool
policy_preset(struct policy *policy, const struct check *check, struct settings *settings_out)
{
	char rule[REPLY_RULE_MAX];
	struct settings settings = { .mode = MODE_OFF };
	bool valid = reply_parse(check->reply, &settings.reply, rule);

	assert(valid);
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++) {
		const struct param *param = &check->params[i];

		if (param_is_list(param->type)) {
			if (!preset_list(policy, param, &settings.values[i]))
				return false;
		} else {
			valid = param_read(param, param->preset, &settings.values[i], rule) == NULL;
			assert(valid);
		}
	}
	(void)valid; /* used by assert alone when NDEBUG is set */
	*settings_out = settings;
	return true;
}

static bool
fill(struct policy *policy)
{
	char rule[REPLY_RULE_MAX];
	struct profile *profile = policy_alloc(policy, sizeof *profile);

	if (profile == NULL)
		return false;
	profile->name = "default";
	profile->origins = ~0u;
	for (size_t i = 0; i < checks_count; i++)
		if (!policy_preset(policy, &checks[i], &profile->checks[i]))
			return false;
	policy->profiles = profile;
	policy->profile_count = 1;
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		reply_parse(failure_reply, &policy->failures[i].reply, rule);
	return policy_complete(policy);
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
	memset(policy->field_buckets, 0, sizeof policy->field_buckets);
	for (size_t i = 0; i < policy->profile_count; i++)
		for (size_t j = 0; j < checks_count; j++)
			if (!count_fields(policy, &checks[j], &policy->profiles[i].checks[j]))
				return false;
	return true;
}

const struct profile *
policy_profile(const struct policy *policy, enum origin origin)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		if ((policy->profiles[i].origins & (1u << origin)) != 0)
			return &policy->profiles[i];
	return &policy->profiles[policy->profile_count - 1];
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
