/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h - what the code under test allocates, outside the libraries that may: iconv, libidn2.
 *
 *      memory_watch();
 *      ...                     memory_watched() counts
 *      memory_unwatch();
 *
 * Counts where a sanitizer's allocator reports to it; elsewhere nothing is counted. Stands before iconv_open and the like
 * in any program it is linked into, to know what is theirs. */
#ifndef POSTERN_TESTS_FUZZ_MEMORY_H
#define POSTERN_TESTS_FUZZ_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct memory_count {
	size_t allocations;      /* by the code under test */
	size_t descriptors;      /* of iconv that are open */
	size_t descriptors_most; /* at a time */
};

/* Whether allocations can be counted in this program. */
bool memory_can_watch(void);
void memory_watch(void);
struct memory_count memory_unwatch(void);

#endif
