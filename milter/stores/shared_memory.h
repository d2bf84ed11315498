/* SPDX-License-Identifier: BSD-2-Clause */
/* shared_memory.h - memory that a process shares with those it forks, and a lock in it that survives its holder.
 *
 *      struct thing *thing = shared_memory_new(sizeof *thing);       zeroed; NULL: refused, errno says why
 *      if (!shared_lock_init(&thing->lock)) ...
 *      fork ...
 *      switch (shared_lock_enter(&thing->lock)) {
 *      case SHARED_LOCK_TORN: ... make it consistent ...; shared_lock_mended(&thing->lock);
 *      case SHARED_LOCK_TAKEN: ... break;
 *      case SHARED_LOCK_FAILED: return false;
 *      }
 *      shared_lock_leave(&thing->lock);
 *
 * A process can be killed between any two instructions. What it had written by then is seen by the others in the order in which it was
 * written, as long as the compiler keeps that order: shared_order() between two writes says so. */
#ifndef POSTERN_MILTER_STORES_SHARED_MEMORY_H
#define POSTERN_MILTER_STORES_SHARED_MEMORY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	/* Work below a lock takes microseconds, but its holder may lose the processor to others: on a machine with thirty processes for each
	 * core 100 ms were too few. A holder that takes longer was stopped. */
	SHARED_LOCK_MAX_MS = 1000
};

void *shared_memory_new(size_t size);
void shared_memory_free(void *memory, size_t size); /* of this process alone; NULL is fine */

struct shared_lock {
	pthread_mutex_t mutex;
};

enum shared_lock_result {
	SHARED_LOCK_TAKEN,
	SHARED_LOCK_TORN,  /* taken, and its last holder died below it */
	SHARED_LOCK_FAILED /* not within SHARED_LOCK_MAX_MS */
};

bool shared_lock_init(struct shared_lock *lock);
enum shared_lock_result shared_lock_enter(struct shared_lock *lock);
/* What a dead holder left behind is consistent again. Whoever dies before that leaves it to the next. */
void shared_lock_mended(struct shared_lock *lock);
void shared_lock_leave(struct shared_lock *lock);

static inline void
shared_order(void)
{
	atomic_signal_fence(memory_order_seq_cst);
}

#endif
