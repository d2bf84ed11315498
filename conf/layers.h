/* SPDX-License-Identifier: BSD-2-Clause */
/* layers.h - what the configuration says, before inheritance: each setting with its place, and nothing where it says nothing.
 * The files are read into layers one after the other (a later setting replaces an earlier one), then layers_resolve makes the
 * policy of them. They stay for conf_show, and live in the policy's memory. Inside conf/ only. */
#ifndef POSTERN_CONF_LAYERS_H
#define POSTERN_CONF_LAYERS_H

#include "conf/tree.h"

enum { PROFILES_MAX = 64 }; /* each takes 80 KB; there are four origins to tell apart */

/* Places whose file is NULL: it is not set. */
struct check_places {
	struct place mode, reply, detail, values[SETTINGS_PARAMS_MAX];
};

/* One check in `checks`, or in a profile's. */
struct layer {
	struct place place; /* where it is named first */
	struct check_places set;
	struct settings settings; /* what is set; the rest is zero */
};

struct profile_layer {
	const char *name;
	size_t unit; /* load.units when it was named last */
	struct place place, origins_set, mode_set;
	unsigned origins; /* as in struct profile */
	enum mode mode;
	struct layer checks[CHECKS_MAX]; /* by check_index */
};

struct daemon_places {
	struct place listen, backlog, user, group, socket_mode, socket_group, trusted_networks, workers, drain_timeout;
	struct place log_facility, log_decisions, reply_set, public_suffix_list, mode;
};

struct layers {
	struct daemon_places set;
	struct place failures_set[FAILURE_COUNT];
	struct layer base[CHECKS_MAX]; /* `checks` */
	struct profile_layer *profiles[PROFILES_MAX];
	size_t profile_count;
};

static inline bool
place_is_set(struct place place)
{
	return place.file != NULL;
}

/* Readers of one setting each, for struct key. Data of layers_read_checks: struct layer[CHECKS_MAX]. */
void layers_read_checks(struct load *load, const config_setting_t *setting, void *data);
void layers_read_profiles(struct load *load, const config_setting_t *setting, void *data);

/* Fills the policy from the layers; writes down what is wrong with the whole. */
void layers_resolve(struct load *load);

#endif
