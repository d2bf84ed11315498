/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/value.h"

#include "conf/suggest.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void
value_error(struct load *load, const config_setting_t *setting, const char *format, ...)
{
	char path[TREE_PATH_MAX], rule[CONF_ERROR_TEXT_MAX - TREE_PATH_MAX];
	va_list arguments;

	tree_path(setting, path);
	va_start(arguments, format);
	vsnprintf(rule, sizeof rule, format, arguments);
	va_end(arguments);
	conf_error(load->errors, tree_value_place(setting), "%s: %s", path, rule);
}

/* Whether the value is worth reading: of that type, and what was written. */
static bool
has_type(struct load *load, const config_setting_t *setting, bool matches, const char *type)
{
	if (tree_is_broken(setting))
		return false;
	if (!matches)
		value_error(load, setting, "must be %s, not %s", type, tree_type(setting));
	return matches;
}

static bool
is_string(const config_setting_t *setting)
{
	return config_setting_type(setting) == CONFIG_TYPE_STRING;
}

bool
value_string(struct load *load, const config_setting_t *setting, const char **string_out)
{
	if (!has_type(load, setting, is_string(setting), "a string"))
		return false;
	if (config_setting_get_string(setting)[0] == '\0') {
		value_error(load, setting, "must not be empty");
		return false;
	}
	const char *copy = load_strdup(load, config_setting_get_string(setting));
	if (copy == NULL)
		return false;
	*string_out = copy;
	return true;
}

bool
value_path(struct load *load, const config_setting_t *setting, const char **path_out)
{
	const char *path;

	if (!value_string(load, setting, &path))
		return false;
	if (path[0] != '/') {
		value_error(load, setting, "must be an absolute path, not \"%.80s\"", path);
		return false;
	}
	*path_out = path;
	return true;
}

bool
value_boolean(struct load *load, const config_setting_t *setting, bool *boolean_out)
{
	if (!has_type(load, setting, config_setting_type(setting) == CONFIG_TYPE_BOOL, "true or false"))
		return false;
	*boolean_out = config_setting_get_bool(setting) != 0;
	return true;
}

bool
value_integer(struct load *load, const config_setting_t *setting, int64_t least, int64_t most, int64_t *number_out)
{
	int type = config_setting_type(setting);

	if (!has_type(load, setting, type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64 || type == CONFIG_TYPE_FLOAT,
		      "a whole number"))
		return false;
	/* libconfig's reader of 64 bits gives 0 for a value of 32. */
	int64_t number = type == CONFIG_TYPE_INT ? config_setting_get_int(setting) : config_setting_get_int64(setting);
	if (type == CONFIG_TYPE_FLOAT || number < least || number > most) {
		value_error(load, setting, "must be a whole number from %" PRId64 " to %" PRId64, least, most);
		return false;
	}
	*number_out = number;
	return true;
}

bool
value_choice(struct load *load, const config_setting_t *setting, const char *const *names, size_t count,
	     size_t *index_out)
{
	char known[CONF_ERROR_TEXT_MAX / 2] = "";

	if (!has_type(load, setting, is_string(setting), "a string"))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], config_setting_get_string(setting)) == 0) {
			*index_out = i;
			return true;
		}
		buffer_append(known, sizeof known, bytes_of(i == 0 ? "" : ", "));
		buffer_append(known, sizeof known, bytes_of(names[i]));
	}
	value_error(load, setting, "must be %s%s, not \"%.80s\"", count == 1 ? "" : "one of ", known,
		    config_setting_get_string(setting));
	return false;
}

enum { UNIT_NUMBER_MAX = 1000000 }; /* of one unit: eleven days of seconds */

static const struct {
	const char *name;
	uint64_t milliseconds;
} units[] = { { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };

/* One number with its unit, smaller than the last one and no smaller than the least. Returns what follows, or NULL. */
static const char *
read_part(const char *string, uint64_t least_unit, uint64_t *last_unit, uint64_t *milliseconds)
{
	uint64_t number = 0;
	const char *at = string;

	for (; ascii_is_digit(*at) && number <= UNIT_NUMBER_MAX; at++)
		number = 10 * number + (uint64_t)(*at - '0');
	size_t letters = strspn(at, "hms");
	if (at == string || number > UNIT_NUMBER_MAX)
		return NULL;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		uint64_t unit = units[i].milliseconds;

		if (strlen(units[i].name) != letters || strncmp(units[i].name, at, letters) != 0 ||
		    unit >= *last_unit || unit < least_unit)
			continue;
		*last_unit = unit;
		*milliseconds += number * unit;
		return at + letters;
	}
	return NULL;
}

/* An example is part of the message. */
static bool
read_time(struct load *load, const config_setting_t *setting, uint64_t least_unit, uint64_t *milliseconds_out)
{
	const char *example = least_unit > 1 ? "\"1h30m\" or \"45s\"" : "\"100ms\" or \"1s\"";
	uint64_t last_unit = UINT64_MAX, milliseconds = 0;
	char type[60];

	snprintf(type, sizeof type, "a string with a unit, like %s", example);
	if (!has_type(load, setting, is_string(setting), type))
		return false;
	const char *at = config_setting_get_string(setting);
	do
		at = read_part(at, least_unit, &last_unit, &milliseconds);
	while (at != NULL && *at != '\0');
	if (at == NULL)
		value_error(load, setting, "must be a time like %s, not \"%.80s\"", example,
			    config_setting_get_string(setting));
	*milliseconds_out = milliseconds;
	return at != NULL;
}

bool
value_duration(struct load *load, const config_setting_t *setting, unsigned least, unsigned most, unsigned *seconds_out)
{
	uint64_t milliseconds;

	if (!read_time(load, setting, 1000, &milliseconds))
		return false;
	if (milliseconds / 1000 < least || milliseconds / 1000 > most) {
		value_error(load, setting, "must be from %us to %uh", least, most / 3600);
		return false;
	}
	*seconds_out = (unsigned)(milliseconds / 1000);
	return true;
}

bool
value_milliseconds(struct load *load, const config_setting_t *setting, unsigned least, unsigned most,
		   unsigned *milliseconds_out)
{
	uint64_t milliseconds;

	if (!read_time(load, setting, 1, &milliseconds))
		return false;
	if (milliseconds < least || milliseconds > most) {
		value_error(load, setting, "must be from %ums to %us", least, most / 1000);
		return false;
	}
	*milliseconds_out = (unsigned)milliseconds;
	return true;
}

size_t
value_count(const config_setting_t *setting)
{
	return is_string(setting) ? 1 : (size_t)config_setting_length(setting);
}

const config_setting_t *
value_item(const config_setting_t *setting, size_t index)
{
	return is_string(setting) ? setting : config_setting_get_elem(setting, (unsigned)index);
}

bool
value_is_strings(struct load *load, const config_setting_t *setting)
{
	bool list = config_setting_is_list(setting) || config_setting_is_array(setting), good = true;

	if (!has_type(load, setting, list || is_string(setting), "a string or a list of strings"))
		return false;
	for (size_t i = 0; i < value_count(setting); i++) {
		const config_setting_t *item = value_item(setting, i);

		good = has_type(load, item, is_string(item), "a string") && good;
	}
	return good;
}

bool
value_is_new(struct load *load, const config_setting_t *setting, size_t index)
{
	const config_setting_t *item = value_item(setting, index);
	const char *string = config_setting_get_string(item);

	for (size_t i = 0; i < index; i++) {
		if (!bytes_is(bytes_of(string), config_setting_get_string(value_item(setting, i))))
			continue;
		value_error(load, item, "\"%.80s\" is given twice", string);
		return false;
	}
	return true;
}

bool
value_is_group(struct load *load, const config_setting_t *setting)
{
	return has_type(load, setting, config_setting_is_group(setting), "a group, in { }");
}

void
value_unknown(struct load *load, const config_setting_t *setting, const char *what, const char *meant)
{
	char path[TREE_PATH_MAX];

	tree_path(setting, path);
	if (meant != NULL)
		conf_error(load->errors, tree_name_place(setting), "%s: unknown %s; did you mean \"%s\"?", path, what,
			   meant);
	else
		conf_error(load->errors, tree_name_place(setting), "%s: unknown %s", path, what);
}

static void
read_network(struct load *load, const config_setting_t *item, struct network *networks, size_t *count)
{
	const char *string = config_setting_get_string(item);
	char rule[NETWORK_RULE_MAX];

	if (!network_parse(string, &networks[*count], rule)) {
		value_error(load, item, "%s, not \"%.80s\"", rule, string);
		return;
	}
	for (size_t i = 0; i < *count; i++)
		if (network_equal(&networks[i], &networks[*count]))
			value_error(load, item, "\"%.80s\" is given twice", string);
	(*count)++;
}

bool
value_networks(struct load *load, const config_setting_t *setting, struct networks *networks_out)
{
	size_t count = 0;

	if (!value_is_strings(load, setting))
		return false;
	struct network *networks = load_alloc(load, (value_count(setting) + 1) * sizeof *networks);
	if (networks == NULL)
		return false;
	for (size_t i = 0; i < value_count(setting); i++)
		read_network(load, value_item(setting, i), networks, &count);
	*networks_out = (struct networks){ networks, count };
	return true;
}
