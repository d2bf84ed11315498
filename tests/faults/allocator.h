/* SPDX-License-Identifier: BSD-2-Clause */
/* allocator.h - the system's memory, which is refused when told to.
 *
 *      struct fault fault = { .at = 3, .all_after = false };
 *      allocator_arm(fault);
 *      ...                                                     the code under test
 *      struct allocator_count count = allocator_disarm();      count.asked, count.held, count.descriptors
 *
 * Stands before malloc and its like for the whole program, the libraries too. A sanitizer has an allocator of its own that
 * cannot be replaced: there the linker leads the calls of our own objects here (--wrap; the Makefile has the list), and a call into
 * iconv_open or libidn2 counts as a single request.
 *
 * For programs of one thread. What is refused sets errno to ENOMEM. */
#ifndef POSTERN_TESTS_FAULTS_ALLOCATOR_H
#define POSTERN_TESTS_FAULTS_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* Which requests are refused: the at-th, counted from 1, and perhaps all after it; 0: none. */
struct fault {
	size_t at;
	bool all_after;
};

struct allocator_count {
	size_t asked; /* requests while armed */
	long held; /* blocks given while armed and not given back; what iconv_open keeps for good is not among them */
	long descriptors; /* of iconv, opened while armed and not closed */
};

void allocator_arm(struct fault fault);
/* For a look at what the code under test did: from here on nothing is refused, but what was given is still to be given back. */
void allocator_pause(void);
struct allocator_count allocator_disarm(void);

/* Between these, nothing is refused, counted or noted: for libraries that are known to look at no refusal. They nest. */
void allocator_spare(void);
void allocator_spare_no_more(void);

#endif
