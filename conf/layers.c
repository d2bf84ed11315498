/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of checks: all that is known of them comes from the table of checks. */
#include "conf/layers.h"

#include "conf/suggest.h"
#include "conf/value.h"

#include <inttypes.h>
#include <string.h>

static void
read_mode(struct load *load, struct layer *layer, const config_setting_t *setting)
{
	size_t mode;

	if (!value_choice(load, setting, mode_names, MODE_COUNT, &mode))
		return;
	layer->settings.mode = (enum mode)mode;
	layer->set.mode = tree_name_place(setting);
}

static void
read_reply(struct load *load, struct layer *layer, const config_setting_t *setting)
{
	char rule[REPLY_RULE_MAX];
	const char *reply;

	if (!value_string(load, setting, &reply))
		return;
	if (!reply_parse(reply, &layer->settings.reply, rule))
		value_error(load, setting, "%s", rule);
	else
		layer->set.reply = tree_name_place(setting);
}

static void
read_detail(struct load *load, struct layer *layer, const config_setting_t *setting)
{
	if (value_boolean(load, setting, &layer->settings.detail))
		layer->set.detail = tree_name_place(setting);
}

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

/* Whether the list has the item at index already. */
static bool
is_twin(const config_setting_t *setting, size_t index)
{
	const char *item = config_setting_get_string(value_item(setting, index));

	for (size_t i = 0; i < index; i++)
		if (bytes_is(bytes_of(item), config_setting_get_string(value_item(setting, i))))
			return true;
	return false;
}

static bool
read_param_list(struct load *load, const struct param *param, const config_setting_t *setting, struct value *value_out)
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
		const config_setting_t *item = value_item(setting, i);

		good = read_param_item(load, param, item, value_out) && good;
		if (is_twin(setting, i)) {
			value_error(load, item, "\"%.80s\" is given twice", config_setting_get_string(item));
			good = false;
		}
		items[i] = load_strdup(load, config_setting_get_string(item));
	}
	value_out->list = (struct string_list){ items, count };
	return good;
}

static void
read_param(struct load *load, struct layer *layer, const struct check *check, const struct param *param,
	   const config_setting_t *setting)
{
	bool list = param_is_list(param->type);
	size_t index = (size_t)(param - check->params);
	struct value value = { 0 };

	if (list ? read_param_list(load, param, setting, &value) : read_param_item(load, param, setting, &value)) {
		layer->settings.values[index] = value;
		layer->set.values[index] = tree_name_place(setting);
	}
}

/* The settings that every check has. */
static const struct {
	const char *name;
	void (*read)(struct load *load, struct layer *layer, const config_setting_t *setting);
} common[] = {
	{ "mode", read_mode },
	{ "reply", read_reply },
	{ "detail", read_detail },
};

static void
read_check_setting(struct load *load, struct layer *layer, const struct check *check, const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);
	struct suggestion suggestion;

	suggest_init(&suggestion, name);
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		if (strcmp(common[i].name, name) == 0) {
			common[i].read(load, layer, setting);
			return;
		}
		suggest_try(&suggestion, common[i].name);
	}
	for (const struct param *param = check->params; param != NULL && param->name != NULL; param++) {
		if (strcmp(param->name, name) == 0) {
			read_param(load, layer, check, param, setting);
			return;
		}
		suggest_try(&suggestion, param->name);
	}
	value_unknown(load, setting, "setting", suggestion.best);
}

static void
read_check(struct load *load, struct layer *layers, const config_setting_t *setting)
{
	const struct check *check = check_find(config_setting_name(setting));
	struct suggestion suggestion;

	if (check == NULL) {
		suggest_init(&suggestion, config_setting_name(setting));
		for (size_t i = 0; i < checks_count; i++)
			suggest_try(&suggestion, checks[i].name);
		value_unknown(load, setting, "check", suggestion.best);
		return;
	}
	if (!value_is_group(load, setting))
		return;

	struct layer *layer = &layers[check_index(check)];
	if (!place_is_set(layer->place))
		layer->place = tree_name_place(setting);
	for (int i = 0; i < config_setting_length(setting); i++)
		read_check_setting(load, layer, check, config_setting_get_elem(setting, (unsigned)i));
}

void
layers_read_checks(struct load *load, const config_setting_t *setting, void *data)
{
	if (!value_is_group(load, setting))
		return;
	for (int i = 0; i < config_setting_length(setting); i++)
		read_check(load, data, config_setting_get_elem(setting, (unsigned)i));
}
