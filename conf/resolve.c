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
	for (size_t i = 0; i < SETTINGS_PARAMS_MAX; i++)
		if (place_is_set(layer->set.values[i]))
			settings->values[i] = layer->settings.values[i];
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

static bool
resolve_base(struct load *load, struct profile *profile)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct layer *base = &load->layers->base[i];

		if (!policy_preset(load->policy, &checks[i], &profile->checks[i])) {
			conf_out_of_memory(load->errors);
			return false;
		}
		apply(&profile->checks[i], base);
		profile->checks[i].mode = base_mode(load->conf, base);
	}
	return true;
}

static void
resolve_profile(struct load *load, const struct profile_layer *layers, const struct profile *base,
		struct profile *profile)
{
	*profile = *base;
	profile->name = layers->name;
	profile->origins = layers->origins;
	for (size_t i = 0; i < checks_count; i++) {
		apply(&profile->checks[i], &layers->checks[i]);
		profile->checks[i].mode = profile_mode(load->conf, layers, &load->layers->base[i], &layers->checks[i]);
	}
}

static void
warn_unreachable(struct load *load)
{
	unsigned covered = 0;

	for (size_t i = 0; i < load->layers->profile_count; i++) {
		const struct profile_layer *profile = load->layers->profiles[i];

		if ((profile->origins & ~covered) == 0)
			conf_warning(load->errors, profile->place,
				     "profile \"%s\" is never used: those before it hold for all its messages",
				     profile->name);
		covered |= profile->origins;
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

void
layers_resolve(struct load *load)
{
	const struct layers *layers = load->layers;
	size_t count = layers->profile_count + 1;
	struct profile *profiles = load_alloc(load, count * sizeof *profiles);

	if (profiles == NULL)
		return;

	/* The one that policy_new made, "default", for all that no other wants. */
	struct profile *last = &profiles[count - 1];
	*last = load->policy->profiles[load->policy->profile_count - 1];
	if (!resolve_base(load, last))
		return;
	for (size_t i = 0; i < layers->profile_count; i++)
		resolve_profile(load, layers->profiles[i], last, &profiles[i]);
	load->policy->profiles = profiles;
	load->policy->profile_count = count;
	if (!policy_complete(load->policy))
		conf_error(load->errors, load->whole, "the settings of all checks name more than %d header fields",
			   POLICY_FIELDS_MAX);
	if (conf_errors_any(load->errors))
		return;
	warn_unreachable(load);
	warn_all_off(load);
}
