/* SPDX-License-Identifier: BSD-2-Clause */
/* What is well written and cannot be meant. A warning says only what is certain. */
#include "conf/layers.h"
#include "policy/charges.h"
#include "policy/table.h"

#include <string.h>

static bool
demands_more_than_origins(const struct conditions *when)
{
	return when->networks.count > 0 || when->listeners.count > 0 || when->login != NULL || when->sender != NULL ||
	       when->sender_domain != NULL || when->all_recipients != NULL;
}

static void
warn_unreachable(struct load *load)
{
	unsigned covered = 0;

	for (size_t i = 0; i < load->layers->profile_count; i++) {
		const struct profile *profile = &load->policy->profiles[i];
		struct place place = load->layers->profiles[i]->place;

		if ((profile->when.origins & ~covered) == 0)
			conf_warning(load->errors, place,
				     "profile \"%s\" is never used: those before it hold for all its messages",
				     profile->name);
		else if (profile->when.login != NULL && (profile->when.origins & 1u << ORIGIN_AUTHENTICATED) == 0)
			conf_warning(load->errors, place,
				     "profile \"%s\" is never used: who has a login is of the origin authenticated",
				     profile->name);
		if (!demands_more_than_origins(&profile->when))
			covered |= profile->when.origins;
	}
}

static void
warn_all_off(struct load *load)
{
	const struct policy *policy = load->policy;

	for (enum mode mode = MODE_OFF + 1; mode < MODE_COUNT; mode++)
		if (policy_uses_mode(policy, mode))
			return;
	conf_warning(load->errors, load->whole, "no check is on: every message is accepted");
}

/* Where the check is named first. */
static struct place
check_place(const struct load *load, size_t check)
{
	const struct layers *layers = load->layers;

	for (size_t i = 0; i < layers->profile_count && !place_is_set(layers->base[check].place); i++)
		if (place_is_set(layers->profiles[i]->checks[check].place))
			return layers->profiles[i]->checks[check].place;
	return layers->base[check].place;
}

/* Without a table, or a limit, to go by there is nothing that the check could find. */
static bool
has_basis(const struct check *check, const struct settings *settings)
{
	bool needs = false;

	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++) {
		enum param_type type = check->params[i].type;

		if (settings->values[i].table != NULL || settings->values[i].limits.count > 0)
			return true;
		needs = needs || type == PARAM_TABLE || type == PARAM_RATES || type == PARAM_QUOTAS;
	}
	return !needs;
}

/* "accounts", "rate and overrides". */
static void
basis_names(const struct check *check, char *names, size_t size)
{
	names[0] = '\0';
	for (size_t i = 0; check->params[i].name != NULL; i++) {
		enum param_type type = check->params[i].type;

		if (type != PARAM_TABLE && type != PARAM_RATES && type != PARAM_QUOTAS)
			continue;
		buffer_append(names, size, bytes_of(names[0] != '\0' ? " and " : ""));
		buffer_append(names, size, bytes_of(check->params[i].name));
	}
}

static void
warn_baseless(struct load *load, size_t check)
{
	const struct policy *policy = load->policy;
	bool on = false;
	char names[120];

	for (size_t i = 0; i < policy->profile_count; i++) {
		const struct settings *settings = &policy->profiles[i].checks[check];

		if (settings->mode == MODE_OFF)
			continue;
		if (has_basis(&checks[check], settings))
			return;
		on = true;
	}
	if (!on)
		return;
	basis_names(&checks[check], names, sizeof names);
	conf_warning(load->errors, check_place(load, check), "%s is on and finds nothing: %s %s \"none\"",
		     checks[check].name, names, strstr(names, " and ") != NULL ? "are" : "is");
}

/* Everybody is known to be one of all. */
static void
warn_behind_all(struct load *load, const struct check *check, const struct layer *layer)
{
	size_t per = check->counts->per;
	const struct string_list *keys = &layer->settings.values[per].list;

	if (!place_is_set(layer->set.values[per]))
		return;
	for (size_t i = 0; i + 1 < keys->count; i++)
		if (strcmp(keys->items[i], limit_key_names[KEY_ALL]) == 0)
			conf_warning(load->errors, layer->set.values[per],
				     "%s.%s: what stands behind \"%s\" is never used", check->name,
				     check->params[per].name, keys->items[i]);
}

/* Places of limits that are sizes although no octets are counted; once, where they are written. */
static void
warn_sizes(struct load *load, const struct check *check, const struct layer *layer, const struct settings *settings)
{
	size_t limits = check->counts->limits;

	if (layer->sizes[limits] && settings->mode != MODE_OFF &&
	    settings->values[check->counts->unit].number != UNIT_BYTES)
		conf_warning(load->errors, layer->set.values[limits],
			     "%s.%s: is a size, but %s are counted; unit = \"bytes\" counts octets", check->name,
			     check->params[limits].name,
			     limit_unit_names[settings->values[check->counts->unit].number]);
}

static void
warn_limits(struct load *load, size_t check)
{
	const struct layers *layers = load->layers;
	const struct profile *profiles = load->policy->profiles;

	warn_behind_all(load, &checks[check], &layers->base[check]);
	warn_sizes(load, &checks[check], &layers->base[check], &profiles[layers->profile_count].checks[check]);
	for (size_t i = 0; i < layers->profile_count; i++) {
		warn_behind_all(load, &checks[check], &layers->profiles[i]->checks[check]);
		warn_sizes(load, &checks[check], &layers->profiles[i]->checks[check], &profiles[i].checks[check]);
	}
}

/* Keys of these lists are compared with addresses, or with domains. */
static void
warn_keys(struct load *load, const struct profile_layer *profile, enum condition condition)
{
	const struct table_use *use = profile->tables[condition];
	const struct table *table = use != NULL ? use->table : NULL;

	for (size_t i = 0; table != NULL && table->kind == TABLE_LIST && i < table->items.count; i++) {
		const char *key = table->items.items[i];
		const char *at = strchr(key, '@');

		if (strpbrk(key, "*?") != NULL || strcmp(key, "<>") == 0)
			continue;
		if (condition == CONDITION_SENDER && (at == NULL || at == key))
			conf_warning(
				load->errors, use->place,
				"%s: \"%.80s\" is no address; sender_domain is for domains, \"<>\" the null sender",
				use->path, key);
		if (condition == CONDITION_SENDER_DOMAIN && at != NULL && at != key)
			conf_warning(load->errors, use->place, "%s: \"%.80s\" is no domain; sender is for addresses",
				     use->path, key);
	}
}

void
layers_warn(struct load *load)
{
	warn_unreachable(load);
	warn_all_off(load);
	for (size_t i = 0; i < checks_count; i++) {
		warn_baseless(load, i);
		if (checks[i].counts != NULL)
			warn_limits(load, i);
	}
	for (size_t i = 0; i < load->layers->profile_count; i++) {
		warn_keys(load, load->layers->profiles[i], CONDITION_SENDER);
		warn_keys(load, load->layers->profiles[i], CONDITION_SENDER_DOMAIN);
	}
}
