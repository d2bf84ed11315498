/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings that a check has of its own, by the types that its row of the table gives them. */
#include "conf/layers.h"
#include "conf/value.h"
#include "policy/charges.h"

#include <inttypes.h>
#include <string.h>

/* The item as param_read takes it, or NULL after an error. */
static const char *
param_item(struct load *load, const struct param *param, const config_setting_t *setting, char *buffer, size_t size)
{
	const char *string;
	int64_t number;
	bool boolean;

	switch (param->type) {
	case PARAM_BOOLEAN:
		if (!value_boolean(load, setting, &boolean))
			return NULL;
		return boolean ? "true" : "false";
	case PARAM_NUMBER:
		if (!value_integer(load, setting, param->least, param->most, &number))
			return NULL;
		snprintf(buffer, size, "%" PRId64, number);
		return buffer;
	default:
		return value_string(load, setting, &string) ? string : NULL;
	}
}

static bool
read_param_item(struct load *load, const struct param *param, const config_setting_t *setting, struct value *value_out)
{
	char buffer[32], rule[REPLY_RULE_MAX];
	const char *item = param_item(load, param, setting, buffer, sizeof buffer);

	if (item == NULL)
		return false;
	const char *broken = param_read(param, item, value_out, rule);
	if (broken != NULL)
		value_error(load, setting, "%s, not \"%.80s\"", broken, item);
	return broken == NULL;
}

/* An item of a list goes into the policy as it is. */
static bool
read_list_item(struct load *load, const struct param *param, const config_setting_t *setting, size_t index,
	       struct value *value_out)
{
	bool good = read_param_item(load, param, value_item(setting, index), value_out);

	return value_is_new(load, setting, index) && good;
}

static bool
read_list(struct load *load, const struct param *param, const config_setting_t *setting, struct value *value_out)
{
	bool good = true;

	if (!value_is_strings(load, setting))
		return false;
	size_t count = value_count(setting);
	const char **items = load_alloc(load, (count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	/* What is empty unless configured can be made so again, in a profile. */
	if (count == 0 && param->preset[0] != '\0') {
		value_error(load, setting, "must not be empty; mode = \"off\" switches the check off");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		good = read_list_item(load, param, setting, i, value_out) && good;
		items[i] = load_strdup(load, config_setting_get_string(value_item(setting, i)));
	}
	value_out->list = (struct string_list){ items, count };
	return good;
}

/* A text is kept as a list of one. */
static bool
read_text(struct load *load, const struct param *param, const config_setting_t *setting, struct value *value_out)
{
	if (!read_param_item(load, param, setting, value_out))
		return false;
	const char **items = load_alloc(load, sizeof *items);
	if (items == NULL)
		return false;
	items[0] = load_strdup(load, config_setting_get_string(setting));
	value_out->list = (struct string_list){ items, 1 };
	return items[0] != NULL;
}

/* Two windows of one length would be counted under one key. */
static bool
is_new_period(struct load *load, const config_setting_t *item, const struct limit *limits, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (limits[i].period_us != limits[index].period_us)
			continue;
		value_error(load, item, "has the same time as another limit of this setting");
		return false;
	}
	return true;
}

static bool
read_limit(struct load *load, const struct param *param, const config_setting_t *item, struct limit *limits,
	   size_t index)
{
	enum limit_kind kind = param->type == PARAM_RATES ? LIMIT_RATE : LIMIT_QUOTA;
	const char *string = config_setting_get_string(item);
	char rule[REPLY_RULE_MAX];

	if (!limit_parse(string, kind, &limits[index], rule))
		value_error(load, item, "%s, not \"%.80s\"", rule, string);
	else if (limits[index].unlimited)
		value_error(load, item, "\"none\" is no limit, and stands alone");
	else
		return is_new_period(load, item, limits, index);
	return false;
}

/* An amount with a unit has a letter before the slash. */
static bool
is_size(const char *limit)
{
	return strcspn(limit, "BKMGT") < strcspn(limit, "/");
}

static bool
read_limits(struct load *load, const struct param *param, const config_setting_t *setting, struct value *value_out,
	    bool *sizes_out)
{
	bool good = true;

	if (!value_is_strings(load, setting))
		return false;
	size_t count = value_count(setting);
	if (count == 1 && param_is_absent(param, config_setting_get_string(value_item(setting, 0))))
		return true;
	if (count == 0 || count > SETTING_LIMITS_MAX) {
		value_error(load, setting, "must be 1 to %d limits, or \"none\"", SETTING_LIMITS_MAX);
		return false;
	}
	struct limit *limits = load_alloc(load, count * sizeof *limits);
	if (limits == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		good = read_limit(load, param, value_item(setting, i), limits, i) && good;
		*sizes_out = *sizes_out || is_size(config_setting_get_string(value_item(setting, i)));
	}
	value_out->limits = (struct limit_list){ limits, count };
	return good;
}

/* The keys of a list have no values, and limits by key need them. */
static bool
read_table(struct load *load, const struct check *check, size_t index, const config_setting_t *setting,
	   struct table_use **use_out)
{
	struct table_use *use = table_use_read(load, setting);

	if (use == NULL)
		return false;
	if (check->counts != NULL && check->counts->overrides == index && use->table != NULL &&
	    use->table->kind == TABLE_LIST) {
		value_error(load, setting, "must be a table that gives each key a limit, like \"file:/PATH\"");
		return false;
	}
	*use_out = use;
	return true;
}

void
layers_read_param(struct load *load, struct layer *layer, const struct check *check, size_t index,
		  const config_setting_t *setting)
{
	const struct param *param = &check->params[index];
	struct value value = { 0 };
	struct table_use *use = NULL;
	bool good, sizes = false;

	if (param_is_list(param->type))
		good = read_list(load, param, setting, &value);
	else if (param->type == PARAM_TEXT)
		good = read_text(load, param, setting, &value);
	else if (param->type == PARAM_TABLE)
		good = read_table(load, check, index, setting, &use);
	else if (param->type == PARAM_RATES || param->type == PARAM_QUOTAS)
		good = read_limits(load, param, setting, &value, &sizes);
	else
		good = read_param_item(load, param, setting, &value);
	if (!good)
		return;
	layer->settings.values[index] = value;
	layer->tables[index] = use;
	layer->sizes[index] = sizes;
	layer->set.values[index] = tree_name_place(setting);
}
