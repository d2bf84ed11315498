/* SPDX-License-Identifier: BSD-2-Clause */
/* faults.h - one piece of work, done with each of its requests for memory refused in turn: that one alone, and that one and all
 * after it.
 *
 *      struct faults_work work = { .name = "...", .run = run, .wrong = wrong, .context = &context };
 *      size_t requests = faults_each(&work);
 *
 * Fails the running Check test when the work loses memory, leaves a converter open, or comes to what `wrong` says. */
#ifndef POSTERN_TESTS_FAULTS_FAULTS_H
#define POSTERN_TESTS_FAULTS_FAULTS_H

#include "tests/faults/allocator.h"

struct faults_work {
	const char *name;
	void (*run)(void *context);
	/* Looks at what came of the run, with memory there again. Returns what is wrong about it, or NULL. */
	const char *(*wrong)(void *context);
	void *context;
	/* Each run in a process of its own: nothing that libraries keep from one run is there in another, so that what they load
	 * they load each time. Else they keep it: then only what is asked for every time is refused. */
	bool apart;
};

/* Returns how many requests the work makes when none is refused. */
size_t faults_each(const struct faults_work *work);

/* The long form was asked for: `make faults`. */
bool faults_all(void);

#endif
