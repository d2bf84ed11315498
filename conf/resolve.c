/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/layers.h"

/* What the layer sets goes over what is there. */
static void
apply(struct settings *settings, const struct layer *layer)
{
	if (place_is_set(layer->set.reply))
		settings->reply = layer->settings.reply;
	if (place_is_set(layer->set.detail))
		settings->detail = layer->settings.detail;
	for (size_t i = 0; i < SETTINGS_PARAMS_MAX; i++) {
		if (!place_is_set(layer->set.values[i]))
			continue;
		settings->values[i] = layer->settings.values[i];
		if (layer->tables[i] != NULL)
			settings->values[i].table = layer->tables[i]->table;
	}
}

static enum mode
base_mode(const struct conf *conf, const struct layer *base)
{
	if (!place_is_set(base->place))
		return MODE_OFF;
	return place_is_set(base->set.mode) ? base->settings.mode : conf->mode;
}

static enum mode
profile_mode(const struct conf *conf, const struct profile_layer *profile, const struct layer *base,
	     const struct layer *layer)
{
	enum mode mode = base_mode(conf, base);

	if (place_is_set(layer->set.mode))
		return layer->settings.mode;
	if (mode == MODE_OFF && !place_is_set(layer->place))
		return MODE_OFF;
	if (place_is_set(profile->mode_set))
		return profile->mode;
	return mode == MODE_OFF ? conf->mode : mode;
}

/* The profile has the presets. */
static void
resolve_base(struct load *load, struct profile *profile)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct layer *base = &load->layers->base[i];

		apply(&profile->checks[i], base);
		profile->checks[i].mode = base_mode(load->conf, base);
	}
}

static const struct table *
condition_table(const struct profile_layer *layers, enum condition condition)
{
	return layers->tables[condition] != NULL ? layers->tables[condition]->table : NULL;
}

static void
resolve_conditions(const struct profile_layer *layers, struct conditions *when)
{
	*when = layers->when;
	when->login = condition_table(layers, CONDITION_LOGIN);
	when->sender = condition_table(layers, CONDITION_SENDER);
	when->sender_domain = condition_table(layers, CONDITION_SENDER_DOMAIN);
	when->all_recipients = condition_table(layers, CONDITION_ALL_RECIPIENTS);
}

static void
resolve_profile(struct load *load, const struct profile_layer *layers, const struct profile *base,
		struct profile *profile)
{
	*profile = *base;
	profile->name = layers->name;
	resolve_conditions(layers, &profile->when);
	for (size_t i = 0; i < checks_count; i++) {
		apply(&profile->checks[i], &layers->checks[i]);
		profile->checks[i].mode = profile_mode(load->conf, layers, &load->layers->base[i], &layers->checks[i]);
	}
}

/* The wording of the presets, and the answers to failures that are written. */
static bool
resolve_replies(struct load *load)
{
	const struct layers *layers = load->layers;

	if (place_is_set(layers->set.reply_set) && !policy_use_reply_set(load->policy, layers->reply_set)) {
		conf_out_of_memory(load->errors);
		return false;
	}
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		struct failure_answer *answer = &load->policy->failures[i];

		if (!place_is_set(layers->failures_set[i]))
			continue;
		answer->accept = layers->failures[i].accept;
		if (!answer->accept)
			answer->reply = layers->failures[i].reply;
	}
	return true;
}

void
layers_resolve(struct load *load)
{
	const struct layers *layers = load->layers;
	size_t count = layers->profile_count + 1;
	struct profile *profiles = load_alloc(load, count * sizeof *profiles);

	if (profiles == NULL || !resolve_replies(load))
		return;
	layers_resolve_tables(load);
	layers_resolve_counters(load);

	/* The one that policy_new made, "default", for all that no other wants. */
	struct profile *last = &profiles[count - 1];
	*last = load->policy->profiles[load->policy->profile_count - 1];
	resolve_base(load, last);
	for (size_t i = 0; i < layers->profile_count; i++)
		resolve_profile(load, layers->profiles[i], last, &profiles[i]);
	load->policy->profiles = profiles;
	load->policy->profile_count = count;
	if (!policy_complete(load->policy))
		conf_error(load->errors, load->whole, "the settings of all checks name more than %d header fields",
			   POLICY_FIELDS_MAX);
	if (!conf_errors_any(load->errors))
		layers_warn(load);
}
