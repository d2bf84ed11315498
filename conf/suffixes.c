/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "conf/suffixes.h"

#include "conf/layers.h"

#include <stdlib.h>
#include <sys/stat.h>

enum {
	/* libpsl's memory: 160 octets a suffix, and a line of the real list has 26 on average. Doubled, and what it begins with. */
	LIST_TEXT = 16,
	LIST_BASE = 64 * 1024
};

/* libpsl looks at no refusal: a list would lack suffixes, or the system's be silently the one that is built in. */
static bool
memory_will_do(const char *path)
{
	struct stat status;

	if (path == NULL || stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return true;
	/* volatile: or else the compiler takes the request for granted and leaves it out. */
	void *volatile probe = malloc((size_t)status.st_size * LIST_TEXT + LIST_BASE);
	bool granted = probe != NULL;
	free(probe);
	return granted;
}

static psl_ctx_t *
system_list(void)
{
	psl_ctx_t *list = psl_latest(NULL);

	/* Of the built-in one there is a single copy; psl_free leaves it alone, and only reading goes on with it. */
	return list != NULL ? list : (psl_ctx_t *)psl_builtin();
}

/* libpsl takes any text for a list, and a FIFO too; one without a single suffix is none. */
static psl_ctx_t *
configured_list(const char *path)
{
	struct stat status;
	psl_ctx_t *list = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? psl_load_file(path) : NULL;

	if (list != NULL && psl_suffix_count(list) == 0) {
		psl_free(list);
		return NULL;
	}
	return list;
}

void
suffixes_load(struct load *load)
{
	const char *path = load->conf->public_suffix_list;

	if (!memory_will_do(path != NULL ? path : psl_dist_filename())) {
		conf_out_of_memory(load->errors);
		return;
	}
	load->policy->psl = path != NULL ? configured_list(path) : system_list();
	if (load->policy->psl != NULL)
		return;
	if (path != NULL)
		conf_error(load->errors, load->layers->set.public_suffix_list,
			   "public_suffix_list: %.200s is no readable list of public suffixes", path);
	else
		conf_warning(load->errors, load->whole,
			     "no list of public suffixes is installed: no two domains count as one organization");
}
