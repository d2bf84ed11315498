/* SPDX-License-Identifier: BSD-2-Clause */
/* value.h - what a setting says, read by type. Each reader returns false after it wrote down what is wrong, and leaves its
 * output alone then. Strings are copies that live as long as the policy. */
#ifndef POSTERN_CONF_VALUE_H
#define POSTERN_CONF_VALUE_H

#include "conf/keys.h"
#include "conf/tree.h"

#include <stdint.h>

/* Writes `file:line:column: error: path of the setting: rule` at the place of its value. */
void value_error(struct load *load, const config_setting_t *setting, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

bool value_string(struct load *load, const config_setting_t *setting, const char **string_out);
bool value_boolean(struct load *load, const config_setting_t *setting, bool *boolean_out);
bool
value_integer(struct load *load, const config_setting_t *setting, int64_t least, int64_t most, int64_t *number_out);
/* One of count names; gives its index. */
bool value_choice(struct load *load, const config_setting_t *setting, const char *const *names, size_t count,
		  size_t *index_out);
/* "1h30m": hours, minutes, seconds, largest first; seconds, within bounds. */
bool value_duration(struct load *load, const config_setting_t *setting, unsigned least, unsigned most,
		    unsigned *seconds_out);
/* "100ms", "1s500ms", likewise, with milliseconds as the smallest unit. */
bool value_milliseconds(struct load *load, const config_setting_t *setting, unsigned least, unsigned most,
			unsigned *milliseconds_out);
/* A path that does not depend on the working directory. */
bool value_path(struct load *load, const config_setting_t *setting, const char **path_out);

/* A string, or a list or array of strings. */
bool value_is_strings(struct load *load, const config_setting_t *setting);
/* Of one of these: how many there are, and each. */
size_t value_count(const config_setting_t *setting);
const config_setting_t *value_item(const config_setting_t *setting, size_t index);
/* Whether the item is not among those before it. */
bool value_is_new(struct load *load, const config_setting_t *setting, size_t index);

/* A list of networks or addresses, each once. Gives those that are right although others are not. */
bool value_networks(struct load *load, const config_setting_t *setting, struct networks *networks_out);

/* A group's settings by name. Data is handed to the readers. */
void value_group(struct load *load, const config_setting_t *group, const struct key *keys, void *data);
bool value_is_group(struct load *load, const config_setting_t *setting);

/* An unknown name, and the known one that may be meant. */
void value_unknown(struct load *load, const config_setting_t *setting, const char *what, const char *meant);

#endif
