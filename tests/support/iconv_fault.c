/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/iconv_fault.h"

#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

int iconv_open_error;
unsigned iconv_open_count;
unsigned iconv_close_count;
int iconv_error;
bool iconv_swallows;

/* POSIX has object pointers hold functions; ISO C has no cast for it. */
static void
next_function(const char *name, void *function_out)
{
	void *found = dlsym(RTLD_NEXT, name);

	ck_assert_ptr_nonnull(found);
	memcpy(function_out, &found, sizeof found);
}

iconv_t
iconv_open(const char *to, const char *from)
{
	iconv_t (*next)(const char *, const char *);

	iconv_open_count++;
	if (iconv_open_error != 0) {
		errno = iconv_open_error;
		return (iconv_t)-1;
	}
	next_function("iconv_open", &next);
	return next(to, from);
}

int
iconv_close(iconv_t descriptor)
{
	int (*next)(iconv_t);

	iconv_close_count++;
	next_function("iconv_close", &next);
	return next(descriptor);
}

size_t
iconv(iconv_t descriptor, char **input, size_t *input_left, char **output, size_t *output_left)
{
	size_t (*next)(iconv_t, char **, size_t *, char **, size_t *);

	if (iconv_error != 0 && input != NULL) {
		*input += iconv_swallows ? *input_left : 0;
		*input_left = iconv_swallows ? 0 : *input_left;
		errno = iconv_error;
		return (size_t)-1;
	}
	next_function("iconv", &next);
	return next(descriptor, input, input_left, output, output_left);
}
