/* SPDX-License-Identifier: BSD-2-Clause */
/* Two calls of the C library that wait by a clock of one's choice, for the build under ThreadSanitizer alone. Its runtime knows the calls that wait by the
 * system's clock and not these: a lock taken here would be no lock to it, and the thread joined here never ended. Linked into the program they stand before
 * the C library's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

/* The same wait as the C library's, which the runtime is told about. A lock whose owner has died is held as well. */
int
pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
	static __typeof__(pthread_mutex_clocklock) *real;
	int error;

	if (__atomic_load_n(&real, __ATOMIC_RELAXED) == NULL)
		__atomic_store_n(&real, (__typeof__(real))dlsym(RTLD_NEXT, __func__), __ATOMIC_RELAXED);
	__tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
	error = __atomic_load_n(&real, __ATOMIC_RELAXED)(mutex, clock, until);
	unsigned flags = error == 0 || error == EOWNERDEAD ? 0 : __tsan_mutex_try_lock_failed;
	__tsan_mutex_post_lock(mutex, __tsan_mutex_try_lock | flags, 0);
	return error;
}

/* Which thread is joined, the runtime only learns in a call of its own. That one waits by the system's clock, which nobody sets in a test. */
int
pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *until)
{
	struct timespec now, at;

	clock_gettime(clock, &now);
	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += until->tv_sec - now.tv_sec;
	at.tv_nsec += until->tv_nsec - now.tv_nsec;
	if (at.tv_nsec < 0) {
		at.tv_sec--;
		at.tv_nsec += NS_PER_S;
	} else if (at.tv_nsec >= NS_PER_S) {
		at.tv_sec++;
		at.tv_nsec -= NS_PER_S;
	}
	return pthread_timedjoin_np(thread, result, &at);
}
