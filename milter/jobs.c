/* SPDX-License-Identifier: BSD-2-Clause */
/* The pieces are a ring: those between `emitted` and `taken` are in work or done. Whoever finishes the piece at `emitted` gives out
 * that one and the finished ones behind it, without the lock; whoever finishes another just marks it. */
#define _GNU_SOURCE
#include "milter/jobs.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>

struct jobs {
	const struct jobs_plan *plan;
	unsigned char *pieces;
	size_t piece_size;
	size_t piece_count;
	unsigned thread_count, threads_wanted; /* besides the calling one */
	pthread_t threads[JOBS_THREADS_MAX];

	pthread_mutex_t lock; /* of what follows, of the above but constants, and of take */
	pthread_cond_t room;  /* a piece was given out, or the end has come */
	size_t taken, emitted;
	bool ended;
	bool emitting;
	bool done[JOBS_THREADS_MAX * JOBS_AHEAD];
};

static void *
piece_at(const struct jobs *jobs, size_t number)
{
	return jobs->pieces + number % jobs->piece_count * jobs->piece_size;
}

static void
end(struct jobs *jobs)
{
	jobs->ended = true;
	pthread_cond_broadcast(&jobs->room);
}

/* Waits for room. False when there is nothing more to do. */
static bool
take(struct jobs *jobs, size_t *number_out)
{
	while (!jobs->ended && jobs->taken - jobs->emitted == jobs->piece_count)
		pthread_cond_wait(&jobs->room, &jobs->lock);
	if (jobs->ended)
		return false;
	if (!jobs->plan->take(jobs->plan->context, piece_at(jobs, jobs->taken))) {
		end(jobs);
		return false;
	}
	*number_out = jobs->taken++;
	jobs->done[*number_out % jobs->piece_count] = false;
	return true;
}

static void
emit(struct jobs *jobs)
{
	if (jobs->emitting)
		return; /* the one that is at it comes by */
	jobs->emitting = true;
	while (jobs->emitted < jobs->taken && jobs->done[jobs->emitted % jobs->piece_count]) {
		pthread_mutex_unlock(&jobs->lock);
		bool more = jobs->plan->emit(jobs->plan->context, piece_at(jobs, jobs->emitted));
		pthread_mutex_lock(&jobs->lock);
		jobs->emitted++;
		pthread_cond_signal(&jobs->room);
		if (!more)
			end(jobs);
	}
	jobs->emitting = false;
}

static void *run(void *argument);

/* Each thread that finds something to do starts one more. Signals are for the thread that was there before, but for those that a
 * thread brings on itself: blocked, they would end the process whatever their handlers say. */
static void
start_another(struct jobs *jobs)
{
	static const int own[] = { SIGBUS, SIGFPE, SIGILL, SIGSEGV };
	sigset_t others, before;

	if (jobs->thread_count >= jobs->threads_wanted)
		return;
	sigfillset(&others);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		sigdelset(&others, own[i]);
	pthread_sigmask(SIG_SETMASK, &others, &before);
	if (pthread_create(&jobs->threads[jobs->thread_count], NULL, run, jobs) == 0)
		jobs->thread_count++;
	else
		jobs->threads_wanted = jobs->thread_count;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void *
run(void *argument)
{
	struct jobs *jobs = argument;
	size_t number;

	pthread_mutex_lock(&jobs->lock);
	while (take(jobs, &number)) {
		start_another(jobs);
		pthread_mutex_unlock(&jobs->lock);
		jobs->plan->work(jobs->plan->context, piece_at(jobs, number));
		pthread_mutex_lock(&jobs->lock);
		jobs->done[number % jobs->piece_count] = true;
		emit(jobs);
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

void
jobs_run(const struct jobs_plan *plan, void *pieces, size_t piece_size, unsigned threads)
{
	struct jobs jobs = {
		.plan = plan,
		.pieces = pieces,
		.piece_size = piece_size,
		.piece_count = (size_t)threads * JOBS_AHEAD,
		.threads_wanted = threads - 1,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.room = PTHREAD_COND_INITIALIZER,
	};

	run(&jobs);
	/* This one has seen the end, so that no other is started any more. */
	for (unsigned i = 0; i < jobs.thread_count; i++)
		pthread_join(jobs.threads[i], NULL);
}

unsigned
jobs_cores(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

	return count < JOBS_THREADS_MAX ? (unsigned)count : JOBS_THREADS_MAX;
}
