/* SPDX-License-Identifier: BSD-2-Clause */
/* Every setting is on a line of its own, so that each has room for the comment that tells its place. */
#include "conf/daemon.h"
#include "conf/layers.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { COMMENT_COLUMN = 60, SHOWN_PATH_MAX = 512 };

/* A comment must stay on its line: what could end it is escaped. */
static void
show_place(FILE *stream, struct place place, int used)
{
	char name[SHOWN_PATH_MAX];
	int gap = used < COMMENT_COLUMN ? COMMENT_COLUMN - used : 1;

	if (!place_is_set(place)) {
		fprintf(stream, "%*s# default\n", gap, "");
		return;
	}
	conf_escape(place.file->name, name, sizeof name);
	fprintf(stream, "%*s# %s:%zu\n", gap, "", name, place.line);
}

/* `    name = VALUE;` with its place; the value as printf gives it. */
static void __attribute__((format(printf, 5, 6)))
show_setting(FILE *stream, int indent, const char *name, struct place place, const char *format, ...)
{
	int used = fprintf(stream, "%*s%s = ", indent, "", name);
	va_list arguments;

	va_start(arguments, format);
	used += vfprintf(stream, format, arguments);
	va_end(arguments);
	used += fprintf(stream, ";");
	show_place(stream, place, used);
}

/* Octets written. */
static int
show_string(FILE *stream, const char *string)
{
	int used = fprintf(stream, "\"");

	for (; *string != '\0'; string++) {
		unsigned char c = (unsigned char)*string;

		if (c == '"' || c == '\\')
			used += fprintf(stream, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			used += fprintf(stream, "\\x%02X", c);
		else
			used += fprintf(stream, "%c", c);
	}
	return used + fprintf(stream, "\"");
}

static void
show_text(FILE *stream, int indent, const char *name, struct place place, const char *string)
{
	int used = fprintf(stream, "%*s%s = ", indent, "", name);

	used += show_string(stream, string);
	used += fprintf(stream, ";");
	show_place(stream, place, used);
}

/* A setting that may have no value at all. */
static void
show_optional(FILE *stream, const char *name, struct place place, const char *string)
{
	if (string != NULL)
		show_text(stream, 0, name, place, string);
	else
		fprintf(stream, "# %s is not set\n", name);
}

static void
show_networks(FILE *stream, const struct networks *networks, struct place place)
{
	int used = fprintf(stream, "trusted_networks = [");

	for (size_t i = 0; i < networks->count; i++) {
		char string[NETWORK_STRING_MAX];

		network_string(&networks->items[i], string);
		used += fprintf(stream, "%s\"%s\"", i > 0 ? ", " : " ", string);
	}
	used += fprintf(stream, " ];");
	show_place(stream, place, used);
}

static void
show_duration(FILE *stream, const char *name, struct place place, unsigned seconds)
{
	if (seconds % 3600 == 0)
		show_setting(stream, 0, name, place, "\"%uh\"", seconds / 3600);
	else if (seconds % 60 == 0)
		show_setting(stream, 0, name, place, "\"%um\"", seconds / 60);
	else
		show_setting(stream, 0, name, place, "\"%us\"", seconds);
}

static void
show_daemon(const struct conf *conf, FILE *stream)
{
	const struct daemon_places *set = &conf->layers->set;

	show_text(stream, 0, "listen", set->listen, conf->listen);
	show_setting(stream, 0, "backlog", set->backlog, "%d", conf->backlog);
	show_optional(stream, "user", set->user, conf->user);
	show_optional(stream, "group", set->group, conf->group);
	show_setting(stream, 0, "socket_mode", set->socket_mode, "\"%04o\"", conf->socket_mode);
	show_optional(stream, "socket_group", set->socket_group, conf->socket_group);
	show_networks(stream, &conf->trusted_networks, set->trusted_networks);
	show_setting(stream, 0, "workers", set->workers, "%u", conf->workers);
	show_duration(stream, "drain_timeout", set->drain_timeout, conf->drain_timeout);
	show_setting(stream, 0, "reply_set", set->reply_set, "\"infobip\"");
	show_optional(stream, "public_suffix_list", set->public_suffix_list, conf->public_suffix_list);
	show_setting(stream, 0, "mode", set->mode, "\"%s\"", mode_names[conf->mode]);
	fputs("log = {\n", stream);
	show_text(stream, 4, "facility", set->log_facility, daemon_facility_name(conf->log_facility));
	show_text(stream, 4, "decisions", set->log_decisions, log_decision_names[conf->log_decisions]);
	fputs("};\n", stream);
}

static void
show_failures(const struct conf *conf, FILE *stream)
{
	char reply[REPLY_STRING_MAX];

	fputs("failures = {\n", stream);
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		const struct failure_answer *answer = &conf->policy->failures[i];

		reply_string(&answer->reply, reply);
		show_text(stream, 4, failure_names[i], conf->layers->failures_set[i],
			  answer->accept ? "accept" : reply);
	}
	fputs("};\n", stream);
}

static void
show_list(FILE *stream, int indent, const char *name, struct place place, const struct string_list *list)
{
	int used = fprintf(stream, "%*s%s = [", indent, "", name);

	for (size_t i = 0; i < list->count; i++) {
		used += fprintf(stream, i > 0 ? ", " : " ");
		used += show_string(stream, list->items[i]);
	}
	used += fprintf(stream, " ];");
	show_place(stream, place, used);
}

static void
show_size(FILE *stream, int indent, const char *name, struct place place, int64_t octets)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB" };
	size_t unit = 0;

	for (; unit < 3 && octets > 0 && octets % 1024 == 0; unit++)
		octets /= 1024;
	if (octets == 0)
		show_text(stream, indent, name, place, "none");
	else
		show_setting(stream, indent, name, place, "\"%" PRId64 " %s\"", octets, units[unit]);
}

static void
show_param(FILE *stream, int indent, const struct param *param, struct place place, const struct value *value)
{
	switch (param->type) {
	case PARAM_BOOLEAN:
		show_setting(stream, indent, param->name, place, "%s", value->number != 0 ? "true" : "false");
		break;
	case PARAM_CHOICE:
		show_text(stream, indent, param->name, place, param->choices[value->number]);
		break;
	case PARAM_NUMBER:
		show_setting(stream, indent, param->name, place, "%" PRId64 "%s", value->number,
			     value->number > INT32_MAX || value->number < INT32_MIN ? "L" : "");
		break;
	case PARAM_SIZE:
		show_size(stream, indent, param->name, place, value->number);
		break;
	case PARAM_CHOICES:
	case PARAM_FIELDS:
	case PARAM_PATTERNS:
		show_list(stream, indent, param->name, place, &value->list);
		break;
	}
}

/* The settings of a check; in a profile, only those it has of its own. */
static void
show_settings(FILE *stream, int indent, const struct check *check, const struct settings *settings,
	      const struct check_places *set, bool all)
{
	char reply[REPLY_STRING_MAX];

	if (all || place_is_set(set->reply)) {
		reply_string(&settings->reply, reply);
		show_text(stream, indent, "reply", set->reply, reply);
	}
	if (all || place_is_set(set->detail))
		show_setting(stream, indent, "detail", set->detail, "%s", settings->detail ? "true" : "false");
	for (size_t i = 0; check->params != NULL && check->params[i].name != NULL; i++)
		if (all || place_is_set(set->values[i]))
			show_param(stream, indent, &check->params[i], set->values[i], &settings->values[i]);
}

/* What decided a mode in `checks`: the check's own, the top level's, or that it is named. */
static struct place
base_mode_place(const struct layers *layers, const struct layer *layer)
{
	if (place_is_set(layer->set.mode) || !place_is_set(layer->place))
		return layer->set.mode;
	return place_is_set(layers->set.mode) ? layers->set.mode : layer->place;
}

static void
show_checks(const struct conf *conf, FILE *stream)
{
	const struct layers *layers = conf->layers;
	const struct profile *base = &conf->policy->profiles[conf->policy->profile_count - 1];

	fputs("checks = {\n", stream);
	for (size_t i = 0; i < checks_count; i++) {
		const struct layer *layer = &layers->base[i];
		const struct settings *settings = &base->checks[i];

		fprintf(stream, "    %s = {\n", checks[i].name);
		show_text(stream, 8, "mode", base_mode_place(layers, layer), mode_names[settings->mode]);
		show_settings(stream, 8, &checks[i], settings, &layer->set, true);
		fputs("    };\n", stream);
	}
	fputs("};\n", stream);
}

/* The same in a profile; the check is on in `checks` or not. */
static struct place
profile_mode_place(const struct layers *layers, const struct profile_layer *profile, size_t check, bool on)
{
	const struct layer *layer = &profile->checks[check];

	if (place_is_set(layer->set.mode))
		return layer->set.mode;
	if (place_is_set(profile->mode_set))
		return profile->mode_set;
	if (on)
		return base_mode_place(layers, &layers->base[check]);
	return place_is_set(layers->set.mode) ? layers->set.mode : layer->place;
}

static void
show_origins(FILE *stream, const struct profile_layer *profile)
{
	int used = fprintf(stream, "        when = { origin = [");
	const char *separator = " ";

	for (size_t i = 0; i < ORIGIN_COUNT; i++) {
		if ((profile->origins & 1u << i) == 0)
			continue;
		used += fprintf(stream, "%s\"%s\"", separator, origin_names[i]);
		separator = ", ";
	}
	used += fprintf(stream, " ]; };");
	show_place(stream, profile->origins_set, used);
}

static void
show_profile(const struct conf *conf, size_t index, FILE *stream)
{
	const struct profile_layer *layers = conf->layers->profiles[index];
	const struct profile *profile = &conf->policy->profiles[index];
	const struct profile *base = &conf->policy->profiles[conf->policy->profile_count - 1];

	fputs("    {\n", stream);
	show_text(stream, 8, "name", layers->place, profile->name);
	show_origins(stream, layers);
	if (place_is_set(layers->mode_set))
		show_text(stream, 8, "mode", layers->mode_set, mode_names[layers->mode]);
	fputs("        checks = {\n", stream);
	for (size_t i = 0; i < checks_count; i++) {
		const struct layer *layer = &layers->checks[i];
		enum mode mode = profile->checks[i].mode, base_mode = base->checks[i].mode;

		if (!place_is_set(layer->place) && mode == base_mode)
			continue;
		fprintf(stream, "            %s = {\n", checks[i].name);
		show_text(stream, 16, "mode", profile_mode_place(conf->layers, layers, i, base_mode != MODE_OFF),
			  mode_names[mode]);
		show_settings(stream, 16, &checks[i], &profile->checks[i], &layer->set, false);
		fputs("            };\n", stream);
	}
	fputs("        };\n    }", stream);
}

void
conf_show(const struct conf *conf, FILE *stream)
{
	show_daemon(conf, stream);
	show_failures(conf, stream);
	show_checks(conf, stream);
	fputs("profiles = (\n", stream);
	for (size_t i = 0; i < conf->layers->profile_count; i++) {
		show_profile(conf, i, stream);
		fputs(i + 1 < conf->layers->profile_count ? ",\n" : "\n", stream);
	}
	fputs(");\n", stream);
}
