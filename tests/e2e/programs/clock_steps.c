/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands before the C library (LD_PRELOAD) so that the system's clock seems to have been set: the file $CLOCK_STEPS holds the seconds by which
 * it is off, an int64_t of this machine, at any time. Clocks that nobody can set are as they are. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *off; /* NULL: not read yet */

__attribute__((constructor)) static void
read_environment(void)
{
	const char *path = getenv("CLOCK_STEPS");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *memory = mmap(NULL, sizeof *off, PROT_READ, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		abort();
	off = memory;
	close(fd);
}

/* Not the C library's function: whoever stands between may not be ready yet. */
int
clock_gettime(clockid_t clock, struct timespec *now_out)
{
	if (syscall(SYS_clock_gettime, clock, now_out) != 0)
		return -1;
	if ((clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) && off != NULL)
		now_out->tv_sec += *off;
	return 0;
}

time_t
time(time_t *now_out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now_out != NULL)
		*now_out = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict now_out, void *restrict zone_out)
{
	struct timespec now;

	(void)zone_out;
	clock_gettime(CLOCK_REALTIME, &now);
	*now_out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}
