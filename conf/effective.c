/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/effective.h"

#include "conf/layers.h"

#include <inttypes.h>
#include <string.h>

/* What every check has, before the settings of its own. */
enum { EFFECTIVE_MODE, EFFECTIVE_REPLY, EFFECTIVE_DETAIL, EFFECTIVE_PARAMS };

_Static_assert((int)ORIGIN_COUNT <= (int)EFFECTIVE_ITEMS_MAX && (int)SETTING_LIMITS_MAX <= (int)EFFECTIVE_ITEMS_MAX,
	       "origins and limits are lists of EFFECTIVE_ITEMS_MAX");

/* One check of one profile, and the layers that speak of it. */
struct view {
	const struct layers *layers;
	const struct profile_layer *profile; /* NULL: "default" */
	const struct layer *base, *layer;    /* `checks`; the profile's, or NULL */
	const struct settings *settings, *base_settings;
};

static struct view
view_of(const struct conf *conf, size_t profile, const struct check *check)
{
	const struct policy *policy = conf->policy;
	const struct layers *layers = conf->layers;
	size_t index = check_index(check);
	bool last = profile == layers->profile_count;

	return (struct view){
		.layers = layers,
		.profile = last ? NULL : layers->profiles[profile],
		.base = &layers->base[index],
		.layer = last ? NULL : &layers->profiles[profile]->checks[index],
		.settings = &policy->profiles[profile].checks[index],
		.base_settings = &policy->profiles[policy->profile_count - 1].checks[index],
	};
}

static void
set_text(struct effective *effective, enum effective_kind kind, const char *text)
{
	effective->pointers[0] = text;
	effective->kind = kind;
	effective->items = (struct string_list){ effective->pointers, 1 };
}

static void
set_boolean(struct effective *effective, bool value)
{
	set_text(effective, EFFECTIVE_BARE, value ? "true" : "false");
}

/* What decided a mode in `checks`: the check's own, the top level's, or that it is named. */
static struct place
base_mode_place(const struct view *view)
{
	if (place_is_set(view->base->set.mode) || !place_is_set(view->base->place))
		return view->base->set.mode;
	return place_is_set(view->layers->set.mode) ? view->layers->set.mode : view->base->place;
}

/* The same in a profile; the check is on in `checks` or not. */
static struct place
mode_place(const struct view *view)
{
	bool on = view->base_settings->mode != MODE_OFF;

	if (view->layer == NULL)
		return base_mode_place(view);
	if (place_is_set(view->layer->set.mode))
		return view->layer->set.mode;
	if (!on && !place_is_set(view->layer->place))
		return base_mode_place(view);
	if (place_is_set(view->profile->mode_set))
		return view->profile->mode_set;
	if (on)
		return base_mode_place(view);
	return place_is_set(view->layers->set.mode) ? view->layers->set.mode : view->layer->place;
}

/* Sets place and own: of the profile where it says something, else of `checks`. */
static void
set_place(struct effective *effective, const struct view *view, struct place base, struct place own)
{
	effective->own = view->layer != NULL && place_is_set(own);
	effective->place = effective->own ? own : base;
}

static void
set_size(struct effective *effective, int64_t octets)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB" };
	size_t unit = 0;

	for (; unit < 3 && octets > 0 && octets % 1024 == 0; unit++)
		octets /= 1024;
	snprintf(effective->text, sizeof effective->text, "%" PRId64 " %s", octets, units[unit]);
	set_text(effective, EFFECTIVE_STRING, octets == 0 ? "none" : effective->text);
}

static void
set_limits(struct effective *effective, const struct limit_list *limits)
{
	for (size_t i = 0; i < limits->count; i++) {
		limit_string(&limits->items[i], effective->limits[i]);
		effective->pointers[i] = effective->limits[i];
	}
	effective->kind = limits->count > 1 ? EFFECTIVE_LIST : EFFECTIVE_STRING;
	effective->items = (struct string_list){ effective->pointers, limits->count };
	if (limits->count == 0)
		set_text(effective, EFFECTIVE_STRING, "none");
}

/* As it was written: the table that a name stands for is seen in `tables`. */
static void
set_table(struct effective *effective, const struct table_use *use)
{
	if (use == NULL) {
		set_text(effective, EFFECTIVE_STRING, "none");
	} else if (use->written != NULL) {
		set_text(effective, EFFECTIVE_STRING, use->written);
	} else {
		effective->kind = EFFECTIVE_LIST;
		effective->items = use->table->items;
	}
}

static void
set_value(struct effective *effective, const struct param *param, const struct value *value,
	  const struct table_use *use)
{
	switch (param->type) {
	case PARAM_BOOLEAN:
		set_boolean(effective, value->number != 0);
		break;
	case PARAM_CHOICE:
		set_text(effective, EFFECTIVE_STRING, param->choices[value->number]);
		break;
	case PARAM_NUMBER:
		snprintf(effective->text, sizeof effective->text, "%" PRId64, value->number);
		set_text(effective, EFFECTIVE_BARE, effective->text);
		break;
	case PARAM_SIZE:
		set_size(effective, value->number);
		break;
	case PARAM_TEXT:
		set_text(effective, EFFECTIVE_STRING, value->list.items[0]);
		break;
	case PARAM_CHOICES:
	case PARAM_FIELDS:
	case PARAM_PATTERNS:
		effective->kind = EFFECTIVE_LIST;
		effective->items = value->list;
		break;
	case PARAM_TABLE:
		set_table(effective, use);
		break;
	case PARAM_RATES:
	case PARAM_QUOTAS:
		set_limits(effective, &value->limits);
		break;
	}
}

static void
set_param(struct effective *effective, const struct view *view, const struct check *check, size_t index)
{
	const struct param *param = &check->params[index];

	set_place(effective, view, view->base->set.values[index],
		  view->layer != NULL ? view->layer->set.values[index] : (struct place){ 0 });
	effective->name = param->name;
	set_value(effective, param, &view->settings->values[index],
		  (effective->own ? view->layer : view->base)->tables[index]);
}

bool
effective_setting(const struct conf *conf, size_t profile, const struct check *check, size_t index,
		  struct effective *effective)
{
	static const struct check_places nothing;
	const struct view view = view_of(conf, profile, check);
	const struct check_places *own = view.layer != NULL ? &view.layer->set : &nothing;

	switch (index) {
	case EFFECTIVE_MODE:
		effective->name = "mode";
		effective->place = mode_place(&view);
		effective->own = view.layer != NULL && place_is_set(own->mode);
		set_text(effective, EFFECTIVE_STRING, mode_names[view.settings->mode]);
		return true;
	case EFFECTIVE_REPLY:
		effective->name = "reply";
		set_place(effective, &view, view.base->set.reply, own->reply);
		reply_string(&view.settings->reply, effective->text);
		set_text(effective, EFFECTIVE_STRING, effective->text);
		return true;
	case EFFECTIVE_DETAIL:
		effective->name = "detail";
		set_place(effective, &view, view.base->set.detail, own->detail);
		set_boolean(effective, view.settings->detail);
		return true;
	default:
		index -= EFFECTIVE_PARAMS;
	}
	for (size_t i = 0; i <= index; i++)
		if (check->params == NULL || check->params[i].name == NULL)
			return false;
	set_param(effective, &view, check, index);
	return true;
}

static void
set_origins(struct effective *effective, unsigned origins)
{
	size_t count = 0;

	for (size_t i = 0; i < ORIGIN_COUNT; i++)
		if ((origins & 1u << i) != 0)
			effective->pointers[count++] = origin_names[i];
	effective->kind = EFFECTIVE_LIST;
	effective->items = (struct string_list){ effective->pointers, count };
}

bool
effective_condition(const struct conf *conf, size_t profile, enum condition condition, struct effective *effective)
{
	const struct layers *layers = conf->layers;

	if (profile == layers->profile_count || !place_is_set(layers->profiles[profile]->when_set[condition]))
		return false;
	const struct profile_layer *layer = layers->profiles[profile];
	effective->name = condition_names[condition];
	effective->place = layer->when_set[condition];
	effective->own = true;
	effective->kind = EFFECTIVE_LIST;
	if (condition == CONDITION_ORIGIN)
		set_origins(effective, layer->when.origins);
	else if (condition == CONDITION_NETWORK)
		effective->items = layer->networks;
	else if (condition == CONDITION_LISTENER)
		effective->items = layer->when.listeners;
	else
		set_table(effective, layer->tables[condition]);
	return true;
}
