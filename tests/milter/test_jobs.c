/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/jobs.h"
#include "tests/support/suite.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { SLOW_US = 300 };

struct piece {
	size_t number;
	size_t result;
};

struct work {
	size_t total; /* to be taken */
	size_t stop;  /* emit says to stop at this one */
	size_t slow;  /* one of so many takes long */
	size_t ahead; /* bound of what is taken and not given out */
	size_t taken; /* by take */
	atomic_size_t emitted;
	atomic_size_t wrong; /* what no thread but the first may fail a test for */
};

static bool
take(void *context, void *argument)
{
	struct work *work = context;
	struct piece *piece = argument;

	if (work->taken == work->total)
		return false;
	if (work->taken - work->emitted > work->ahead)
		work->wrong++;
	piece->number = work->taken++;
	return true;
}

static void
square(void *context, void *argument)
{
	const struct work *work = context;
	struct piece *piece = argument;

	if (piece->number % work->slow == 0)
		usleep(SLOW_US);
	piece->result = piece->number * piece->number;
}

static bool
emit(void *context, void *argument)
{
	struct work *work = context;
	const struct piece *piece = argument;

	if (piece->number != work->emitted || piece->result != piece->number * piece->number)
		work->wrong++;
	work->emitted++;
	return piece->number != work->stop;
}

static void
run(struct work *work, unsigned threads)
{
	const struct jobs_plan plan = { work, take, square, emit };
	struct piece *pieces = calloc((size_t)threads * JOBS_AHEAD, sizeof *pieces);

	ck_assert_ptr_nonnull(pieces);
	work->ahead = (size_t)threads * JOBS_AHEAD;
	jobs_run(&plan, pieces, sizeof *pieces, threads);
	ck_assert_uint_eq(work->wrong, 0);
	ck_assert_uint_eq(work->emitted, work->taken);
	free(pieces);
}

START_TEST(results_come_in_the_order_of_the_work)
{
	static const unsigned threads[] = { 1, 2, 3, 16, JOBS_THREADS_MAX };
	static const size_t slow[] = { 1, 7, 1000 };

	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
		for (size_t j = 0; j < sizeof slow / sizeof slow[0]; j++) {
			struct work work = { .total = 400, .stop = SIZE_MAX, .slow = slow[j] };

			run(&work, threads[i]);
			ck_assert_uint_eq(work.emitted, 400);
		}
	}
}
END_TEST

START_TEST(no_work_is_done_when_there_is_none)
{
	struct work work = { .total = 0, .stop = SIZE_MAX, .slow = 1 };

	run(&work, 4);
	ck_assert_uint_eq(work.emitted, 0);
}
END_TEST

START_TEST(what_was_taken_is_given_out_when_no_more_is_wanted)
{
	for (unsigned threads = 1; threads <= 8; threads++) {
		struct work work = { .total = 100000, .stop = 50, .slow = 10 };

		run(&work, threads);
		ck_assert_uint_gt(work.taken, 50);
		ck_assert_uint_le(work.taken, 51 + (size_t)threads * JOBS_AHEAD);
	}
}
END_TEST

START_TEST(cores_are_at_least_one)
{
	ck_assert_uint_ge(jobs_cores(), 1);
	ck_assert_uint_le(jobs_cores(), JOBS_THREADS_MAX);
}
END_TEST

SUITE_MAIN(jobs, results_come_in_the_order_of_the_work, no_work_is_done_when_there_is_none,
	   what_was_taken_is_given_out_when_no_more_is_wanted, cores_are_at_least_one)
