/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/preload.h"

#include "tests/e2e/support/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *options_before; /* of AddressSanitizer; NULL: none */

static void
set(const char *name, const char *value)
{
	if (setenv(name, value, 1) != 0)
		fail("out of memory");
}

/* A program under AddressSanitizer insists on being first, unless it is told that all is well. */
void
preload_begin(const char *name)
{
	const char *options = getenv("ASAN_OPTIONS");
	char *path = NULL, *more = NULL;

	if (asprintf(&path, "programs/%s.so", name) < 0 ||
	    asprintf(&more, "%s%sverify_asan_link_order=0", options != NULL ? options : "",
		     options != NULL ? ":" : "") < 0)
		fail("out of memory");
	struct path object = path_beside_us(path);
	if (access(object.text, R_OK) != 0)
		fail("there is no %s", object.text);
	options_before = options != NULL ? strdup(options) : NULL;
	set("LD_PRELOAD", object.text);
	set("ASAN_OPTIONS", more);
	free(path);
	free(more);
}

void
preload_end(void)
{
	unsetenv("LD_PRELOAD");
	if (options_before != NULL)
		set("ASAN_OPTIONS", options_before);
	else
		unsetenv("ASAN_OPTIONS");
	free(options_before);
	options_before = NULL;
}
