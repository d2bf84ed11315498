/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of checks: all that is known of them comes from the table of checks. */
#include "conf/layers.h"

#include "conf/suggest.h"
#include "conf/value.h"

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
			layers_read_param(load, layer, check, (size_t)(param - check->params), setting);
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
