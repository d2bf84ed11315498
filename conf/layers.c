/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of checks: all that is known of them comes from the table of checks. */
#include "conf/layers.h"

#include "conf/suggest.h"
#include "conf/value.h"

#include <string.h>

static void
read_mode(struct load *load, const config_setting_t *setting, void *data)
{
	struct layer *layer = data;
	size_t mode;

	if (!value_choice(load, setting, mode_names, MODE_COUNT, &mode))
		return;
	layer->settings.mode = (enum mode)mode;
	layer->set.mode = tree_name_place(setting);
}

static void
read_reply(struct load *load, const config_setting_t *setting, void *data)
{
	struct layer *layer = data;
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
read_detail(struct load *load, const config_setting_t *setting, void *data)
{
	struct layer *layer = data;

	if (value_boolean(load, setting, &layer->settings.detail))
		layer->set.detail = tree_name_place(setting);
}

/* The settings that every check has. */
const struct key check_keys[] = {
	{ "mode", KEY_CHOICE,
	  "What becomes of a message in which the check finds something. off, the check is not asked; observe, the "
	  "finding is logged; tag, a header field is added as well; hold, the message is quarantined as well; enforce, "
	  "it is refused or deferred, as the reply says. Unless set, it is that of the profile or of the top level.",
	  .choices = mode_names, .choice_count = MODE_COUNT, .read = read_mode },
	{ "reply", KEY_SPECIAL,
	  "What the client is told, in place of the default: a code 4xx, which makes it try again later, or 5xx, which "
	  "refuses; an enhanced status code of the same class or none; and a text.",
	  .takes = "a string of at most 980 octets of printable ASCII without %", .read = read_reply },
	{ "detail", KEY_SPECIAL, "Whether the text ends with what was found.", .takes = "true or false",
	  .preset = "false", .read = read_detail },
	{ 0 },
};

static void
read_check_setting(struct load *load, struct layer *layer, const struct check *check, const config_setting_t *setting)
{
	const char *name = config_setting_name(setting);
	struct suggestion suggestion;

	suggest_init(&suggestion, name);
	for (const struct key *key = check_keys; key->name != NULL; key++) {
		if (strcmp(key->name, name) == 0) {
			key->read(load, setting, layer);
			return;
		}
		suggest_try(&suggestion, key->name);
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
