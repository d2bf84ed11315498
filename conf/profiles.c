/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/layers.h"
#include "conf/value.h"

#include <string.h>

enum { ALL_ORIGINS = (1u << ORIGIN_COUNT) - 1 };

static bool
is_profile_name(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name);
}

static void
read_name(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;
	const char *name;

	if (!value_string(load, setting, &name))
		return;
	if (!is_profile_name(name))
		value_error(load, setting, "must be of a-z, 0-9, `_` and `-`, not \"%.80s\"", name);
	else if (strcmp(name, "default") == 0)
		value_error(load, setting, "\"default\" is the profile of messages that no other holds for");
	profile->name = name;
}

static void
read_mode(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;
	size_t mode;

	if (!value_choice(load, setting, mode_names, MODE_COUNT, &mode))
		return;
	profile->mode = (enum mode)mode;
	profile->mode_set = tree_name_place(setting);
}

static void
read_profile_checks(struct load *load, const config_setting_t *setting, void *data)
{
	struct profile_layer *profile = data;

	layers_read_checks(load, setting, profile->checks);
}

/* The profile of that name so far, or NULL. */
static struct profile_layer *
find_profile(const struct layers *layers, const config_setting_t *name)
{
	if (name == NULL || config_setting_type(name) != CONFIG_TYPE_STRING)
		return NULL;
	for (size_t i = 0; i < layers->profile_count; i++) {
		struct profile_layer *profile = layers->profiles[i];

		if (profile->name != NULL && strcmp(profile->name, config_setting_get_string(name)) == 0)
			return profile;
	}
	return NULL;
}

/* Those of a later file go before those of earlier ones, in their order: what is written later counts for more, and an earlier profile that
 * holds for everything does not hide it. */
static void
insert(struct layers *layers, struct profile_layer *profile)
{
	size_t place = 0;

	while (place < layers->profile_count && layers->profiles[place]->born == profile->born)
		place++;
	for (size_t i = layers->profile_count; i > place; i--)
		layers->profiles[i] = layers->profiles[i - 1];
	layers->profiles[place] = profile;
	layers->profile_count++;
}

static struct profile_layer *
add_profile(struct load *load, const config_setting_t *setting)
{
	struct layers *layers = load->layers;

	if (layers->profile_count == PROFILES_MAX) {
		value_error(load, setting, "more than %d profiles", PROFILES_MAX);
		return NULL;
	}
	struct profile_layer *profile = load_alloc(load, sizeof *profile);
	if (profile == NULL)
		return NULL;
	profile->place = tree_value_place(setting);
	profile->when.origins = ALL_ORIGINS;
	profile->born = load->units;
	insert(layers, profile);
	return profile;
}

const struct key profile_keys[] = {
	{ "name", KEY_SPECIAL, "Must be there; it is seen in the log.", .takes = "a name of a-z, 0-9, _ and -",
	  .read = read_name },
	{ "when", KEY_GROUP, "The conditions, which must all hold. Without it the profile holds for all mail.",
	  .members = when_keys, .read = layers_read_when },
	{ "mode", KEY_CHOICE, "The mode of all checks that are on, and of those that the profile names without one.",
	  .choices = mode_names, .choice_count = MODE_COUNT, .read = read_mode },
	{ "checks", KEY_GROUP, "As the group of that name outside. What it does not say of a check comes from there.",
	  .each = ".NAME", .read = read_profile_checks },
	{ 0 },
};

static void
read_profile(struct load *load, const config_setting_t *setting)
{
	if (!value_is_group(load, setting))
		return;

	const config_setting_t *name = config_setting_get_member(setting, "name");
	struct profile_layer *profile = find_profile(load->layers, name);
	if (name == NULL)
		value_error(load, setting, "must have a name");
	if (profile != NULL && profile->unit == load->units)
		value_error(load, name, "\"%.80s\" is the name of another profile, in line %zu", profile->name,
			    profile->place.line);
	if (profile == NULL && (profile = add_profile(load, setting)) == NULL)
		return;
	profile->unit = load->units;
	value_group(load, setting, profile_keys, profile);
}

void
layers_read_profiles(struct load *load, const config_setting_t *setting, void *data)
{
	(void)data;
	if (tree_is_broken(setting))
		return;
	if (!config_setting_is_list(setting)) {
		value_error(load, setting, "must be a list of groups, ( { }, { } ), not %s", tree_type(setting));
		return;
	}
	for (int i = 0; i < config_setting_length(setting); i++)
		read_profile(load, config_setting_get_elem(setting, (unsigned)i));
}
