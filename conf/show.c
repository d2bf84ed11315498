/* SPDX-License-Identifier: BSD-2-Clause */
/* Every setting is on a line of its own, so that each has room for the comment that tells its place. */
#include "conf/counters.h"
#include "conf/daemon.h"
#include "conf/effective.h"
#include "conf/layers.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

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
show_optional(FILE *stream, int indent, const char *name, struct place place, const char *string)
{
	if (string != NULL)
		show_text(stream, indent, name, place, string);
	else
		fprintf(stream, "%*s# %s is not set\n", indent, "", name);
}

static int
show_items(FILE *stream, const struct string_list *list)
{
	int used = fprintf(stream, "[");

	for (size_t i = 0; i < list->count; i++) {
		used += fprintf(stream, i > 0 ? ", " : " ");
		used += show_string(stream, list->items[i]);
	}
	return used + fprintf(stream, " ]");
}

/* libconfig marks whole numbers beyond 32 bits. */
static bool
is_long(const char *number)
{
	long long value = strtoll(number, NULL, 10);

	return value > INT32_MAX || value < INT32_MIN;
}

void
effective_print(FILE *stream, int indent, const struct effective *effective)
{
	int used = fprintf(stream, "%*s%s = ", indent, "", effective->name);

	switch (effective->kind) {
	case EFFECTIVE_BARE:
		used += fprintf(stream, "%s%s", effective->items.items[0],
				is_long(effective->items.items[0]) ? "L" : "");
		break;
	case EFFECTIVE_STRING:
		used += show_string(stream, effective->items.items[0]);
		break;
	case EFFECTIVE_LIST:
		used += show_items(stream, &effective->items);
		break;
	}
	used += fprintf(stream, ";");
	show_place(stream, effective->place, used);
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
	show_setting(stream, 0, "backlog", set->backlog, "%u", conf->backlog);
	show_optional(stream, 0, "user", set->user, conf->user);
	show_optional(stream, 0, "group", set->group, conf->group);
	show_setting(stream, 0, "socket_mode", set->socket_mode, "\"%04o\"", conf->socket_mode);
	show_optional(stream, 0, "socket_group", set->socket_group, conf->socket_group);
	show_networks(stream, &conf->trusted_networks, set->trusted_networks);
	show_setting(stream, 0, "workers", set->workers, "%u", conf->workers);
	show_duration(stream, "drain_timeout", set->drain_timeout, conf->drain_timeout);
	show_text(stream, 0, "reply_set", set->reply_set, reply_set_names[conf->policy->reply_set]);
	show_optional(stream, 0, "public_suffix_list", set->public_suffix_list, conf->public_suffix_list);
	show_text(stream, 0, "control", set->control, conf->control != NULL ? conf->control : "none");
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
show_milliseconds(FILE *stream, const char *name, struct place place, unsigned milliseconds)
{
	if (milliseconds % 1000 == 0)
		show_setting(stream, 4, name, place, "\"%us\"", milliseconds / 1000);
	else
		show_setting(stream, 4, name, place, "\"%ums\"", milliseconds);
}

static void
show_counters(const struct conf *conf, FILE *stream)
{
	const struct counters_conf *counters = &conf->counters;
	const struct counters_places *set = &conf->layers->counters_set;

	fputs("counters = {\n", stream);
	show_text(stream, 4, "store", set->store, conf->layers->counters_store);
	show_text(stream, 4, "rates", set->rates, counters_rates_names[counters->rates_in_memory ? 1 : 0]);
	show_text(stream, 4, "on_failure", set->on_failure, counters_on_failure_names[counters->on_failure]);
	show_milliseconds(stream, "timeout", set->timeout, counters->timeout_ms);
	show_setting(stream, 4, "max_keys", set->max_keys, "%u", counters->max_keys);
	show_optional(stream, 4, "user", set->user, counters->user);
	show_optional(stream, 4, "password_file", set->password_file, counters->password_file);
	show_optional(stream, 4, "ca_file", set->ca_file, counters->ca_file);
	show_text(stream, 4, "prefix", set->prefix, counters->prefix);
	fputs("};\n", stream);
}

static void
show_metrics(const struct conf *conf, FILE *stream)
{
	fputs("metrics = {\n", stream);
	show_text(stream, 4, "listen", conf->layers->set.metrics_listen,
		  conf->metrics != NULL ? conf->metrics : "none");
	fputs("};\n", stream);
}

static void
show_tables(const struct conf *conf, FILE *stream)
{
	fputs("tables = {\n", stream);
	for (size_t i = 0; i < conf->layers->named_table_count; i++) {
		const struct named_table *table = conf->layers->named_tables[i];

		fprintf(stream, "    %s = {\n", table->name);
		show_text(stream, 8, "source", table->source_set, table->source);
		if (table->query != NULL)
			show_text(stream, 8, "query", table->query_set, table->query);
		show_setting(stream, 8, "timeout", table->timeout_set, "\"%ums\"", table->timeout_ms);
		fputs("    };\n", stream);
	}
	fputs("};\n", stream);
}

/* In a profile, only what it says itself. */
static void
show_settings(const struct conf *conf, FILE *stream, size_t profile, const struct check *check, bool all)
{
	struct effective effective;
	int indent = all ? 8 : 16;

	for (size_t i = 0; effective_setting(conf, profile, check, i, &effective); i++)
		if (all || effective.own || i == 0)
			effective_print(stream, indent, &effective);
}

static void
show_checks(const struct conf *conf, FILE *stream)
{
	fputs("checks = {\n", stream);
	for (size_t i = 0; i < checks_count; i++) {
		fprintf(stream, "    %s = {\n", checks[i].name);
		show_settings(conf, stream, conf->layers->profile_count, &checks[i], true);
		fputs("    };\n", stream);
	}
	fputs("};\n", stream);
}

static void
show_conditions(const struct conf *conf, size_t index, FILE *stream)
{
	struct effective effective;
	bool any = false;

	for (enum condition i = 0; i < CONDITION_COUNT; i++) {
		if (!effective_condition(conf, index, i, &effective))
			continue;
		if (!any)
			fputs("        when = {\n", stream);
		any = true;
		effective_print(stream, 12, &effective);
	}
	if (any)
		fputs("        };\n", stream);
}

static void
show_profile(const struct conf *conf, size_t index, FILE *stream)
{
	const struct profile_layer *layers = conf->layers->profiles[index];
	const struct profile *profile = &conf->policy->profiles[index];
	const struct profile *base = &conf->policy->profiles[conf->policy->profile_count - 1];

	fputs("    {\n", stream);
	show_text(stream, 8, "name", layers->place, profile->name);
	show_conditions(conf, index, stream);
	if (place_is_set(layers->mode_set))
		show_text(stream, 8, "mode", layers->mode_set, mode_names[layers->mode]);
	fputs("        checks = {\n", stream);
	for (size_t i = 0; i < checks_count; i++) {
		if (!place_is_set(layers->checks[i].place) && profile->checks[i].mode == base->checks[i].mode)
			continue;
		fprintf(stream, "            %s = {\n", checks[i].name);
		show_settings(conf, stream, index, &checks[i], false);
		fputs("            };\n", stream);
	}
	fputs("        };\n    }", stream);
}

void
conf_show(const struct conf *conf, FILE *stream)
{
	show_daemon(conf, stream);
	show_failures(conf, stream);
	show_counters(conf, stream);
	show_metrics(conf, stream);
	show_tables(conf, stream);
	show_checks(conf, stream);
	fputs("profiles = (\n", stream);
	for (size_t i = 0; i < conf->layers->profile_count; i++) {
		show_profile(conf, i, stream);
		fputs(i + 1 < conf->layers->profile_count ? ",\n" : "\n", stream);
	}
	fputs(");\n", stream);
}
