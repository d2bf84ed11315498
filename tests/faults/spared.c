/* SPDX-License-Identifier: BSD-2-Clause */
/* libconfig, libpsl and fts_open look at no refusal: conf/tree.c, conf/suffixes.c and milter/walk.c ask for their memory beforehand. What they
 * ask for themselves is granted. */
#include "tests/faults/allocator.h"

#include <fts.h>
#include <libconfig.h>
#include <libpsl.h>

void __real_config_init(config_t *config);
int __real_config_read_string(config_t *config, const char *text);
psl_ctx_t *__real_psl_latest(const char *path);
psl_ctx_t *__real_psl_load_file(const char *path);
void __wrap_config_init(config_t *config);
int __wrap_config_read_string(config_t *config, const char *text);
FTS *__real_fts_open(char *const *paths, int options, int (*order)(const FTSENT **, const FTSENT **));
FTS *__wrap_fts_open(char *const *paths, int options, int (*order)(const FTSENT **, const FTSENT **));
psl_ctx_t *__wrap_psl_latest(const char *path);
psl_ctx_t *__wrap_psl_load_file(const char *path);

void
__wrap_config_init(config_t *config)
{
	allocator_spare();
	__real_config_init(config);
	allocator_spare_no_more();
}

int
__wrap_config_read_string(config_t *config, const char *text)
{
	allocator_spare();
	int result = __real_config_read_string(config, text);
	allocator_spare_no_more();
	return result;
}

psl_ctx_t *
__wrap_psl_latest(const char *path)
{
	allocator_spare();
	psl_ctx_t *list = __real_psl_latest(path);
	allocator_spare_no_more();
	return list;
}

psl_ctx_t *
__wrap_psl_load_file(const char *path)
{
	allocator_spare();
	psl_ctx_t *list = __real_psl_load_file(path);
	allocator_spare_no_more();
	return list;
}

FTS *
__wrap_fts_open(char *const *paths, int options, int (*order)(const FTSENT **, const FTSENT **))
{
	allocator_spare();
	FTS *tree = __real_fts_open(paths, options, order);
	allocator_spare_no_more();
	return tree;
}
