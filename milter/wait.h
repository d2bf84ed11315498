/* SPDX-License-Identifier: BSD-2-Clause */
/* wait.h - locks, conditions and descriptors with a deadline by clock_ms, which no step of the wall clock moves. */
#ifndef POSTERN_MILTER_WAIT_H
#define POSTERN_MILTER_WAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* The deadline as CLOCK_MONOTONIC has it, for the likes of pthread_cond_timedwait. */
struct timespec wait_moment(int64_t deadline_ms);
/* A condition that goes by that clock. */
void wait_init(pthread_cond_t *cond);
/* Calls for relief (milter/relief.h). False when the deadline has passed. */
bool wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms);
/* False when the lock could not be had before it. */
bool wait_lock(pthread_mutex_t *lock, int64_t deadline_ms);

/* Whether the descriptor became ready for events (poll(2)) before it; else errno says why not, ETIMEDOUT when nothing happened. */
bool wait_ready(int fd, short events, int64_t deadline_ms);

#endif
