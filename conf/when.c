/* SPDX-License-Identifier: BSD-2-Clause */
/* For which mail a profile is. */
#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>

static void
read_origins(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;
	unsigned origins = 0;
	size_t origin;

	if (!value_is_strings(load, setting))
		return;
	if (value_count(setting) == 0)
		value_error(load, setting, "must not be empty");
	for (size_t i = 0; i < value_count(setting); i++) {
		const config_setting_t *item = value_item(setting, i);

		if (!value_choice(load, item, origin_names, ORIGIN_COUNT, &origin))
			continue;
		if ((origins & 1u << origin) != 0)
			value_error(load, item, "\"%s\" is given twice", origin_names[origin]);
		origins |= 1u << origin;
	}
	profile->when.origins = origins;
	profile->when_set[CONDITION_ORIGIN] = tree_name_place(setting);
}

/* Copies of the list's strings. */
static bool
copy_strings(struct load *load, const config_setting_t *setting, struct string_list *list_out)
{
	size_t count = value_count(setting);
	const char **items = load_alloc(load, (count + 1) * sizeof *items);
	bool good = items != NULL;

	for (size_t i = 0; items != NULL && i < count; i++)
		good = value_string(load, value_item(setting, i), &items[i]) && good;
	if (count == 0)
		value_error(load, setting, "must not be empty");
	*list_out = (struct string_list){ items, count };
	return good && count > 0;
}

static void
read_networks(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;

	if (!value_networks(load, setting, &profile->when.networks) || !copy_strings(load, setting, &profile->networks))
		return;
	profile->when_set[CONDITION_NETWORK] = tree_name_place(setting);
}

static void
read_listeners(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;

	if (!value_is_strings(load, setting) || !copy_strings(load, setting, &profile->when.listeners))
		return;
	for (size_t i = 0; i < value_count(setting); i++)
		value_is_new(load, setting, i);
	profile->when_set[CONDITION_LISTENER] = tree_name_place(setting);
}

static void
read_table(struct load *load, const config_setting_t *setting, struct profile_layer *profile, enum condition condition)
{
	struct table_use *use = table_use_read(load, setting);

	if (use == NULL)
		return;
	profile->tables[condition] = use;
	profile->when_set[condition] = tree_name_place(setting);
}

static void
read_login(struct load *load, const config_setting_t *setting, void *data)
{
	read_table(load, setting, data, CONDITION_LOGIN);
}

static void
read_sender(struct load *load, const config_setting_t *setting, void *data)
{
	read_table(load, setting, data, CONDITION_SENDER);
}

static void
read_sender_domain(struct load *load, const config_setting_t *setting, void *data)
{
	read_table(load, setting, data, CONDITION_SENDER_DOMAIN);
}

static void
read_all_recipients(struct load *load, const config_setting_t *setting, void *data)
{
	read_table(load, setting, data, CONDITION_ALL_RECIPIENTS);
}

void
layers_read_when(struct load *load, const config_setting_t *setting, void *data)
{
	/* condition_names holds the names. */
	static const struct key keys[] = {
		{ "origin", read_origins },
		{ "network", read_networks },
		{ "listener", read_listeners },
		{ "login", read_login },
		{ "sender", read_sender },
		{ "sender_domain", read_sender_domain },
		{ "all_recipients", read_all_recipients },
		{ 0 },
	};
	char known[200] = "";

	for (size_t i = 0; i < CONDITION_COUNT; i++) {
		buffer_append(known, sizeof known, bytes_of(i == 0 ? "" : ", "));
		buffer_append(known, sizeof known, bytes_of(condition_names[i]));
	}
	if (config_setting_is_group(setting) && config_setting_length(setting) == 0)
		value_error(load, setting, "must hold a condition: %s", known);
	value_group(load, setting, keys, data);
}
