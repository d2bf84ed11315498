/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/keys.h"

#include "conf/layers.h"
#include "conf/suggest.h"
#include "conf/value.h"

#include <string.h>

static void
read_number(struct load *load, const config_setting_t *setting, const struct key *key, unsigned *number_out)
{
	int64_t number;

	if (value_integer(load, setting, key->least, key->most, &number))
		*number_out = (unsigned)number;
}

/* Into struct conf, where the row says. What is wrong has been written down then, and nothing is used. */
static void
read_by_type(struct load *load, const config_setting_t *setting, const struct key *key)
{
	void *value = (char *)load->conf + key->value;
	struct place *place = (void *)((char *)load->layers + key->place);

	*place = tree_name_place(setting);
	switch (key->type) {
	case KEY_STRING:
		value_string(load, setting, value);
		break;
	case KEY_PATH:
		value_path(load, setting, value);
		break;
	case KEY_NUMBER:
		read_number(load, setting, key, value);
		break;
	case KEY_SECONDS:
		value_duration(load, setting, (unsigned)key->least, (unsigned)key->most, value);
		break;
	case KEY_MILLISECONDS:
		value_milliseconds(load, setting, (unsigned)key->least, (unsigned)key->most, value);
		break;
	case KEY_SPECIAL:
	case KEY_CHOICE:
	case KEY_GROUP:
		break; /* these have readers */
	}
}

static void
read_key(struct load *load, const config_setting_t *setting, const struct key *key, void *data)
{
	if (key->read != NULL)
		key->read(load, setting, data);
	else if (key->type == KEY_GROUP)
		value_group(load, setting, key->members, data);
	else
		read_by_type(load, setting, key);
}

static void
read_member(struct load *load, const config_setting_t *setting, const struct key *keys, void *data)
{
	struct suggestion suggestion;

	suggest_init(&suggestion, config_setting_name(setting));
	for (const struct key *key = keys; key->name != NULL; key++) {
		if (strcmp(key->name, config_setting_name(setting)) == 0) {
			read_key(load, setting, key, data);
			return;
		}
		suggest_try(&suggestion, key->name);
	}
	value_unknown(load, setting, "setting", suggestion.best);
}

void
value_group(struct load *load, const config_setting_t *group, const struct key *keys, void *data)
{
	if (!value_is_group(load, group))
		return;
	for (int i = 0; i < config_setting_length(group); i++)
		read_member(load, config_setting_get_elem(group, (unsigned)i), keys, data);
}

const struct key *
key_find(const char *path)
{
	const struct key *key = conf_keys;

	while (key != NULL && key->name != NULL) {
		size_t length = strcspn(path, ".");

		if (strncmp(key->name, path, length) != 0 || key->name[length] != '\0') {
			key++;
			continue;
		}
		if (path[length] == '\0')
			return key;
		path += length + 1;
		key = key->members;
	}
	return NULL;
}
