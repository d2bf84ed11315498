/* SPDX-License-Identifier: BSD-2-Clause */
/* tree.h - libconfig's tree of one file, in which every setting knows its place.
 *
 *      struct tree tree;
 *      if (tree_read(&tree, scan, &load)) ...       config_root_setting(&tree.config)
 *      tree_reset(&tree);
 */
#ifndef POSTERN_CONF_TREE_H
#define POSTERN_CONF_TREE_H

#include "conf/scan.h"

#include <libconfig.h>

struct tree {
	config_t config;
	bool initialized;
	struct scan_node top; /* of the root, which stands nowhere */
};

/* The scan is borrowed while the tree is in use. False: nothing to read, and an error says why. Reset it in either case. */
bool tree_read(struct tree *tree, const struct scan *scan, struct load *load);
void tree_reset(struct tree *tree);

struct place tree_name_place(const config_setting_t *setting);
struct place tree_value_place(const config_setting_t *setting);

/* An error about it was written when the file was scanned: its value is not what was written. */
bool tree_is_broken(const config_setting_t *setting);

/* Writes "profiles[0].checks.alignment.mode"; cut where it does not fit. */
enum { TREE_PATH_MAX = 200 };
void tree_path(const config_setting_t *setting, char path_out[TREE_PATH_MAX]);

/* "a string", "a list", ... */
const char *tree_type(const config_setting_t *setting);

#endif
