/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.h - another milter beside Postern, for tests of several in a row. It lets everything pass but what begins with its own name:
 * at MAIL the sender <NAME-mail@...>, at the end of data the sender <NAME-end@...>, and any recipient <NAME...>, each with
 *
 *      554 5.7.9 NAME refuses that
 *
 * It is a program beside the tests, programs/filter, and listens at the socket dir/NAME. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_FILTER_H
#define POSTERN_TESTS_E2E_SUPPORT_FILTER_H

#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

struct filter {
	struct process process;
	struct path socket;
};

/* Returns when it answers. The name is letters; of several each has its own. */
void filter_start(struct filter *filter, const struct tempdir *dir, const char *name);
void filter_stop(struct filter *filter);

#endif
