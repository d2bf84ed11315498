/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/tree.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* libconfig's memory: a node is 100 octets, and a pointer to it; its text is copied into the lexer's buffer and then piece by piece
	 * into the nodes; Bison and Flex take 32 KiB to begin with. Doubled. */
	LIBCONFIG_NODE = 256,
	LIBCONFIG_TEXT = 4,
	LIBCONFIG_BASE = 128 * 1024
};

static bool
memory_will_do(const struct scan *scan)
{
	/* volatile: or else the compiler takes the request for granted and leaves it out. */
	void *volatile probe =
		malloc(scan->node_count * LIBCONFIG_NODE + scan->length * LIBCONFIG_TEXT + LIBCONFIG_BASE);
	bool granted = probe != NULL;

	free(probe);
	return granted;
}

/* libconfig's nodes come in the order of the scan: each takes its place along. */
static size_t
attach(config_setting_t *setting, const struct scan *scan, size_t node)
{
	int count = config_setting_is_aggregate(setting) ? config_setting_length(setting) : 0;

	for (int i = 0; i < count && node < scan->node_count; i++) {
		config_setting_t *child = config_setting_get_elem(setting, (unsigned)i);

		config_setting_set_hook(child, &scan->nodes[node]);
		node = attach(child, scan, node + 1);
	}
	return node;
}

bool
tree_read(struct tree *tree, const struct scan *scan, struct load *load)
{
	*tree = (struct tree){ 0 };
	if (!memory_will_do(scan)) {
		conf_out_of_memory(load->errors);
		return false;
	}
	config_init(&tree->config);
	tree->initialized = true;
	/* Nothing that the scan let through is refused here; were it, the administrator should know. */
	if (!config_read_string(&tree->config, scan->text)) {
		conf_error(load->errors, load->whole, "libconfig: %s", config_error_text(&tree->config));
		return false;
	}
	config_setting_set_hook(config_root_setting(&tree->config), &tree->top);
	attach(config_root_setting(&tree->config), scan, 0);
	return true;
}

void
tree_reset(struct tree *tree)
{
	if (tree->initialized)
		config_destroy(&tree->config);
	tree->initialized = false;
}

static const struct scan_node *
node_of(const config_setting_t *setting)
{
	return config_setting_get_hook(setting);
}

struct place
tree_name_place(const config_setting_t *setting)
{
	return node_of(setting)->name;
}

struct place
tree_value_place(const config_setting_t *setting)
{
	return node_of(setting)->value;
}

bool
tree_is_broken(const config_setting_t *setting)
{
	return node_of(setting)->broken;
}

void
tree_path(const config_setting_t *setting, char path_out[TREE_PATH_MAX])
{
	const config_setting_t *chain[SCAN_DEPTH_MAX + 1];
	char step[TREE_PATH_MAX];
	size_t depth = 0;

	for (; !config_setting_is_root(setting) && depth < sizeof chain / sizeof chain[0];
	     setting = config_setting_parent(setting))
		chain[depth++] = setting;
	path_out[0] = '\0';
	while (depth-- > 0) {
		const char *name = config_setting_name(chain[depth]);

		if (name == NULL)
			snprintf(step, sizeof step, "[%d]", config_setting_index(chain[depth]));
		else
			snprintf(step, sizeof step, "%s%.60s", path_out[0] != '\0' ? "." : "", name);
		buffer_append(path_out, TREE_PATH_MAX, bytes_of(step));
	}
}

const char *
tree_type(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_GROUP:
		return "a group";
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_ARRAY:
		return "a list";
	case CONFIG_TYPE_STRING:
		return "a string";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	default:
		return "a number";
	}
}
