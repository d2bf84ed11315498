/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/shared_memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>

void *
shared_memory_new(size_t size)
{
	/* Pages exist once they are written to. */
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void
shared_memory_free(void *memory, size_t size)
{
	if (memory != NULL)
		munmap(memory, size);
}

bool
shared_lock_init(struct shared_lock *lock)
{
	pthread_mutexattr_t attributes;
	bool made;

	if (pthread_mutexattr_init(&attributes) != 0)
		return false;
	made = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
	       pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0 &&
	       pthread_mutex_init(&lock->mutex, &attributes) == 0;
	pthread_mutexattr_destroy(&attributes);
	return made;
}

/* By a clock that nobody sets. */
static struct timespec
deadline(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += SHARED_LOCK_MAX_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	return until;
}

enum shared_lock_result
shared_lock_enter(struct shared_lock *lock)
{
	int error = pthread_mutex_trylock(&lock->mutex);

	if (error == EBUSY) {
		struct timespec until = deadline();

		error = pthread_mutex_clocklock(&lock->mutex, CLOCK_MONOTONIC, &until);
	}
	if (error == EOWNERDEAD)
		return SHARED_LOCK_TORN;
	return error == 0 ? SHARED_LOCK_TAKEN : SHARED_LOCK_FAILED;
}

void
shared_lock_mended(struct shared_lock *lock)
{
	pthread_mutex_consistent(&lock->mutex);
}

void
shared_lock_leave(struct shared_lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}
