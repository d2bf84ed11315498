/* SPDX-License-Identifier: BSD-2-Clause */
/* layers.h - what the configuration says, before inheritance: each setting with its place, and nothing where it says nothing.
 * The files are read into layers one after the other (a later setting replaces an earlier one), then layers_resolve makes the
 * policy of them. They stay for conf_show, and live in the policy's memory. Inside conf/ only. */
#ifndef POSTERN_CONF_LAYERS_H
#define POSTERN_CONF_LAYERS_H

#include "conf/keys.h"
#include "conf/tables.h"
#include "conf/tree.h"

/* Places whose file is NULL: it is not set. */
struct check_places {
	struct place mode, reply, detail, values[SETTINGS_PARAMS_MAX];
};

/* One check in `checks`, or in a profile's. */
struct layer {
	struct place place; /* where it is named first */
	struct check_places set;
	struct settings settings;                      /* what is set; the rest is zero */
	struct table_use *tables[SETTINGS_PARAMS_MAX]; /* of PARAM_TABLE, in place of values[].table */
	bool sizes[SETTINGS_PARAMS_MAX];               /* of limits: an amount is written as a size, "10 GiB/1d" */
};

struct profile_layer {
	const char *name;
	size_t born; /* load.units when it was named first */
	size_t unit; /* and last */
	struct place place, mode_set;
	struct place when_set[CONDITION_COUNT];
	struct conditions when;                    /* but for its tables */
	struct string_list networks;               /* those of `when`, as written */
	struct table_use *tables[CONDITION_COUNT]; /* those */
	enum mode mode;
	struct layer checks[CHECKS_MAX]; /* by check_index */
};

struct daemon_places {
	struct place listen, backlog, user, group, socket_mode, socket_group, trusted_networks, workers, drain_timeout;
	struct place log_facility, log_decisions, reply_set, public_suffix_list, mode, control;
	struct place metrics_listen;
};

struct counters_places {
	struct place store, rates, on_failure, timeout, max_keys, user, password_file, ca_file, prefix;
};

struct layers {
	struct daemon_places set;
	struct counters_places counters_set;
	const char *counters_store; /* as written */
	struct place failures_set[FAILURE_COUNT];
	struct failure_answer failures[FAILURE_COUNT]; /* what is set */
	enum reply_set reply_set;
	struct named_table *named_tables[TABLES_MAX]; /* `tables` */
	size_t named_table_count;
	struct table_use *uses;        /* of tables, all that were read; the last one first */
	struct layer base[CHECKS_MAX]; /* `checks` */
	struct profile_layer *profiles[PROFILES_MAX];
	size_t profile_count;
};

/* Readers of one setting each, for struct key. Data of layers_read_checks: struct layer[CHECKS_MAX]. */
void layers_read_checks(struct load *load, const config_setting_t *setting, void *data);
void layers_read_profiles(struct load *load, const config_setting_t *setting, void *data);
void layers_read_tables(struct load *load, const config_setting_t *setting, void *data);
/* `when`; data: struct profile_layer. */
void layers_read_when(struct load *load, const config_setting_t *setting, void *data);
/* The rows of groups within the top level; data: struct named_table, struct layer, struct profile_layer (twice), else NULL. */
extern const struct key log_keys[], failure_keys[], counters_keys[], metrics_keys[];
extern const struct key table_keys[], check_keys[], profile_keys[], when_keys[];
/* The index-th setting of a check's own. */
void layers_read_param(struct load *load, struct layer *layer, const struct check *check, size_t index,
		       const config_setting_t *setting);

/* Finds the tables that are named, wherever they stand; writes down those that are none. */
void layers_resolve_tables(struct load *load);
/* What the settings of `counters` need of each other. */
void layers_resolve_counters(struct load *load);
/* Fills the policy from the layers; writes down what is wrong with the whole. */
void layers_resolve(struct load *load);
/* Writes down what cannot be meant, although nothing is wrong; of a configuration without errors. */
void layers_warn(struct load *load);

#endif
