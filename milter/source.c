/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/source.h"

#include "milter/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	COPY_OCTETS = 65536,     /* what a pipe holds */
	INTERRUPT_PAUSE_MS = 250 /* until an interrupt is seen while standard input is silent */
};

/* Several threads may come here; one speaks. */
static void
say_cut_short(int signal)
{
	static const char text[] = "postern: a file was cut short while it was read\n";
	static atomic_flag said = ATOMIC_FLAG_INIT;

	(void)signal;
	while (atomic_flag_test_and_set(&said))
		pause();
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(EX_TEMPFAIL); /* nobody is left to be told */
	_exit(EX_TEMPFAIL);
}

void
source_watch(void)
{
	struct sigaction action = { .sa_handler = say_cut_short };

	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

/* Reads size octets, fewer only at the end of the file. False with errno set when that fails. */
static bool
read_whole(int descriptor, char *room, size_t size, size_t *length_out)
{
	size_t length = 0;
	ssize_t got = 1;

	while (length < size && got > 0) {
		got = read(descriptor, room + length, size - length);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			length += (size_t)got;
	}
	*length_out = length;
	return got >= 0;
}

/* From offset to the end. */
static const char *
map_descriptor(struct source *source, int descriptor, size_t offset, size_t size)
{
	if (offset >= size) {
		*source = (struct source){ .text = bytes_of("") };
		return NULL;
	}
	void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	if (map == MAP_FAILED)
		return strerror(errno);
	madvise(map, size, MADV_SEQUENTIAL);
	*source = (struct source){
		.text = { (const char *)map + offset, size - offset },
		.map = map,
		.map_length = size,
	};
	return NULL;
}

static const char *
open_descriptor(struct source *source, int descriptor, char *room, size_t size)
{
	struct stat status;
	size_t length;

	if (fstat(descriptor, &status) != 0)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "is no regular file";
	if ((size_t)status.st_size > size)
		return map_descriptor(source, descriptor, 0, (size_t)status.st_size);
	if (!read_whole(descriptor, room, (size_t)status.st_size, &length))
		return strerror(errno);
	*source = (struct source){ .text = { room, length } };
	return NULL;
}

const char *
source_open(struct source *source, const char *path, char *room, size_t size)
{
	/* A FIFO must not wait for a writer. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (descriptor < 0)
		return strerror(errno);
	const char *problem = open_descriptor(source, descriptor, room, size);
	close(descriptor);
	return problem;
}

/* The thread that waits here need not be the one that a signal interrupts. */
static ssize_t
read_standard_input(char *room, size_t size)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	while (!interrupted()) {
		int ready = poll(&input, 1, INTERRUPT_PAUSE_MS);

		if (ready > 0)
			return read(STDIN_FILENO, room, size);
		if (ready < 0 && errno != EINTR)
			return -1;
	}
	errno = EINTR;
	return -1;
}

static bool
copy_standard_input(FILE *file)
{
	char room[COPY_OCTETS];
	ssize_t got;

	while ((got = read_standard_input(room, sizeof room)) > 0)
		if (fwrite(room, 1, (size_t)got, file) < (size_t)got)
			return false;
	return got == 0 && fflush(file) == 0;
}

static const char *
spool_standard_input(struct source *source)
{
	FILE *file = tmpfile();

	if (file == NULL)
		return strerror(errno);
	const char *problem = copy_standard_input(file) ? map_descriptor(source, fileno(file), 0, (size_t)ftello(file))
							: strerror(errno);
	fclose(file);
	return problem;
}

const char *
source_open_standard_input(struct source *source)
{
	struct stat status;

	if (fstat(STDIN_FILENO, &status) != 0)
		return strerror(errno);
	if (S_ISDIR(status.st_mode))
		return strerror(EISDIR);
	off_t offset = S_ISREG(status.st_mode) ? lseek(STDIN_FILENO, 0, SEEK_CUR) : -1;
	if (offset >= 0)
		return map_descriptor(source, STDIN_FILENO, (size_t)offset, (size_t)status.st_size);
	return spool_standard_input(source);
}

void
source_close(struct source *source)
{
	if (source->map != NULL)
		munmap(source->map, source->map_length);
	*source = (struct source){ .map = NULL };
}
