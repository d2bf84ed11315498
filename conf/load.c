/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "conf/load.h"

#include "conf/daemon.h"
#include "conf/layers.h"
#include "conf/shipped.h"
#include "conf/suffixes.h"
#include "conf/value.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
load_alloc(struct load *load, size_t size)
{
	void *memory = policy_alloc(load->policy, size);

	if (memory == NULL)
		conf_out_of_memory(load->errors);
	return memory;
}

char *
load_strdup(struct load *load, const char *string)
{
	char *copy = policy_strdup(load->policy, string);

	if (copy == NULL)
		conf_out_of_memory(load->errors);
	return copy;
}

struct place
load_file_place(struct load *load, const char *name)
{
	struct conf_file *file = load_alloc(load, sizeof *file);
	const char *copy = load_strdup(load, name);

	if (file == NULL || copy == NULL)
		return (struct place){ 0 };
	*file = (struct conf_file){ copy, load->files++ };
	return (struct place){ .file = file };
}

static bool
load_begin(struct load *load, struct conf_errors *errors, const char *name)
{
	struct conf *conf = calloc(1, sizeof *conf);

	*load = (struct load){ .conf = conf, .errors = errors };
	if (conf == NULL || (conf->policy = policy_new()) == NULL) {
		conf_out_of_memory(errors);
		conf_free(conf);
		return false;
	}
	load->policy = conf->policy;
	load->whole = load_file_place(load, name);
	load->layers = conf->layers = load_alloc(load, sizeof *load->layers);
	if (load->layers == NULL || !daemon_defaults(load)) {
		conf_free(conf);
		return false;
	}
	return true;
}

/* The layers are resolved even after errors: they may hold more. The suffix list is not read for nothing. */
static struct conf *
load_finish(struct load *load)
{
	if (!conf_errors_any(load->errors))
		suffixes_load(load);
	if (!load->errors->out_of_memory)
		layers_resolve(load);
	if (!conf_errors_any(load->errors))
		return load->conf;
	conf_free(load->conf);
	return NULL;
}

static void
read_scanned(struct load *load, const struct scan *scan)
{
	struct tree tree;

	load->units++;
	if (tree_read(&tree, scan, load))
		value_group(load, config_root_setting(&tree.config), conf_keys, NULL);
	tree_reset(&tree);
}

static void
read_file(struct load *load, const char *path)
{
	struct scan scan;

	if (scan_file(&scan, load, path))
		read_scanned(load, &scan);
	scan_reset(&scan);
}

static int
is_fragment(const struct dirent *entry)
{
	static const char suffix[] = ".conf";
	size_t length = strlen(entry->d_name), end = sizeof suffix - 1;

	return entry->d_name[0] != '.' && length > end && strcmp(entry->d_name + length - end, suffix) == 0;
}

/* strcmp, where alphasort would ask the locale: the order must not depend on who starts the program. */
static int
by_octets(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static char *
join(struct load *load, const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = load_alloc(load, size);

	if (path != NULL)
		snprintf(path, size, "%s/%s", folder, name);
	return path;
}

/* "conf.d" beside the file. */
static char *
folder_of(struct load *load, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *folder = load_alloc(load, length + sizeof "conf.d");

	if (folder == NULL)
		return NULL;
	memcpy(folder, path, length);
	memcpy(folder + length, "conf.d", sizeof "conf.d");
	return folder;
}

static void
read_folder(struct load *load, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_fragment, by_octets);

	if (count < 0) {
		if (errno == ENOMEM)
			conf_out_of_memory(load->errors);
		else if (errno != ENOENT)
			conf_error(load->errors, load_file_place(load, folder), "cannot read: %s", strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		char *path = join(load, folder, entries[i]->d_name);

		if (path != NULL)
			read_file(load, path);
		free(entries[i]);
	}
	free(entries);
}

struct conf *
conf_load(const char *path, struct conf_errors *errors)
{
	struct load load;

	if (!load_begin(&load, errors, path))
		return NULL;
	read_file(&load, path);
	const char *folder = folder_of(&load, path);
	if (folder != NULL)
		read_folder(&load, folder);
	return load_finish(&load);
}

struct conf *
conf_load_text(const char *name, struct bytes text, struct conf_errors *errors)
{
	struct load load;
	struct scan scan;

	if (!load_begin(&load, errors, name))
		return NULL;
	if (scan_text(&scan, &load, name, text))
		read_scanned(&load, &scan);
	scan_reset(&scan);
	return load_finish(&load);
}

struct conf *
conf_load_builtin(struct conf_errors *errors)
{
	return conf_load_text("(built in)", bytes_of(conf_shipped), errors);
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	policy_free(conf->policy);
	free(conf);
}
