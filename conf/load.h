/* SPDX-License-Identifier: BSD-2-Clause */
/* load.h - what is at hand while a configuration is read. Inside conf/ only. */
#ifndef POSTERN_CONF_LOAD_H
#define POSTERN_CONF_LOAD_H

#include "conf/conf.h"

struct load {
	struct conf *conf;
	struct policy *policy; /* of conf; what is kept lives in its memory */
	struct layers *layers; /* of conf */
	struct conf_errors *errors;
	struct place whole; /* the configuration as a whole: the main file */
	size_t files;       /* named so far */
	size_t units;       /* begun so far: the main file and those of conf.d, each with what it includes */
};

/* Memory of the policy, or NULL after the refusal was written down. */
void *load_alloc(struct load *load, size_t size);
char *load_strdup(struct load *load, const char *string);

/* The place of a file as a whole, for a name as it shall be printed; its file is NULL when memory is refused. */
struct place load_file_place(struct load *load, const char *name);

#endif
