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

static const char a_table[] = "a list of keys, a look-up table, or none";

/* condition_names holds the names. */
const struct key when_keys[] = {
	{ "origin", KEY_CHOICE,
	  "One or a list: authenticated, the client has logged in; local, a program on the mail server's host handed "
	  "the message over, with sendmail(1) or through a Unix socket; trusted, the client's address is in "
	  "trusted_networks; external, all others.",
	  .choices = origin_names, .choice_count = ORIGIN_COUNT, .read = read_origins },
	{ "network", KEY_SPECIAL, "The client's address is in one of these.",
	  .takes = "a list of addresses and networks", .read = read_networks },
	{ "listener", KEY_SPECIAL,
	  "Where the client came in: the name that the mail server has for it ({daemon_name}), or its port.",
	  .takes = "a list of patterns with * and ?", .read = read_listeners },
	{ "login", KEY_SPECIAL, "The login is in the table.", .takes = a_table, .read = read_login },
	{ "sender", KEY_SPECIAL, "The envelope sender's address is; the null sender is <>.", .takes = a_table,
	  .read = read_sender },
	{ "sender_domain", KEY_SPECIAL, "The envelope sender's domain is, or with a dot before it one above it.",
	  .takes = a_table, .read = read_sender_domain },
	{ "all_recipients", KEY_SPECIAL,
	  "All recipients are, or their domains, or with a dot before it a domain above. It is looked at behind the "
	  "last recipient: what is answered before, to MAIL and RCPT, is that of a profile without it.",
	  .takes = a_table, .read = read_all_recipients },
	{ 0 },
};

void
layers_read_when(struct load *load, const config_setting_t *setting, void *data)
{
	char known[200] = "";

	for (size_t i = 0; i < CONDITION_COUNT; i++) {
		buffer_append(known, sizeof known, bytes_of(i == 0 ? "" : ", "));
		buffer_append(known, sizeof known, bytes_of(condition_names[i]));
	}
	if (config_setting_is_group(setting) && config_setting_length(setting) == 0)
		value_error(load, setting, "must hold a condition: %s", known);
	value_group(load, setting, when_keys, data);
}
