/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/fuzz/memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <idn2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of the sanitizers' allocator (sanitizer/allocator_interface.h); absent elsewhere. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *)) __attribute__((weak));

static struct memory_count count;
static bool watching;
static unsigned in_library; /* calls into one that may allocate */

/* An unknown charset makes the policy ask whether a converter's memory could be had, and give it back at once: see charset.c. */
static bool may_probe;
static const volatile void *probe;

static void
on_malloc(const volatile void *pointer, size_t size)
{
	(void)size;
	if (!watching || in_library > 0)
		return;
	if (may_probe)
		probe = pointer;
	else
		count.allocations++;
	may_probe = false;
}

static void
on_free(const volatile void *pointer)
{
	if (pointer == probe)
		probe = NULL;
}

bool
memory_can_watch(void)
{
	return __sanitizer_install_malloc_and_free_hooks != NULL;
}

void
memory_watch(void)
{
	static bool installed;

	if (!installed && memory_can_watch())
		installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
	count = (struct memory_count){ 0 };
	may_probe = false;
	probe = NULL;
	watching = true;
}

struct memory_count
memory_unwatch(void)
{
	watching = false;
	count.allocations += probe != NULL;
	return count;
}

/* POSIX has object pointers hold functions; ISO C has no cast for it. */
static void
next_function(const char *name, void *function_out)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(function_out, &found, sizeof found);
}

iconv_t
iconv_open(const char *to, const char *from)
{
	static iconv_t (*next)(const char *, const char *);

	in_library++;
	if (next == NULL)
		next_function("iconv_open", &next);
	iconv_t descriptor = next(to, from);
	in_library--;
	may_probe = descriptor == (iconv_t)-1 && errno == EINVAL;
	if (descriptor != (iconv_t)-1 && ++count.descriptors > count.descriptors_most)
		count.descriptors_most = count.descriptors;
	return descriptor;
}

int
iconv_close(iconv_t descriptor)
{
	static int (*next)(iconv_t);

	in_library++;
	if (next == NULL)
		next_function("iconv_close", &next);
	int result = next(descriptor);
	in_library--;
	count.descriptors--;
	return result;
}

size_t
iconv(iconv_t descriptor, char **input, size_t *input_left, char **output, size_t *output_left)
{
	static size_t (*next)(iconv_t, char **, size_t *, char **, size_t *);

	in_library++;
	if (next == NULL)
		next_function("iconv", &next);
	size_t result = next(descriptor, input, input_left, output, output_left);
	in_library--;
	return result;
}

int
idn2_to_ascii_8z(const char *input, char **output, int flags)
{
	static int (*next)(const char *, char **, int);

	in_library++;
	if (next == NULL)
		next_function("idn2_to_ascii_8z", &next);
	int result = next(input, output, flags);
	in_library--;
	return result;
}
