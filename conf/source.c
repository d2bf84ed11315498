/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "conf/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
refuse_kind(const struct stat *status)
{
	if (S_ISDIR(status->st_mode))
		return "it is a directory";
	if (!S_ISREG(status->st_mode))
		return "it is not a regular file";
	return status->st_size > SOURCE_MAX ? "it is larger than 1 MiB" : NULL;
}

/* Fills the buffer as far as the file reaches. */
static ssize_t
read_whole(int fd, char *data, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = read(fd, data + used, size - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (ssize_t)used;
}

static const char *
read_descriptor(int fd, struct source *source_out)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return strerror(errno);

	const char *why = refuse_kind(&status);
	if (why != NULL)
		return why;

	/* One octet more than the file has, to see that it has not grown beyond the limit since. */
	size_t size = (size_t)status.st_size + 1;
	char *data = malloc(size);
	if (data == NULL)
		return strerror(ENOMEM);

	ssize_t length = read_whole(fd, data, size);
	if (length < 0 || (size_t)length == size) {
		why = length < 0 ? strerror(errno) : "it changes while it is read";
		free(data);
		return why;
	}
	*source_out = (struct source){ data, (size_t)length, status.st_dev, status.st_ino };
	return NULL;
}

const char *
source_read(const char *path, struct source *source_out)
{
	/* O_NONBLOCK: a FIFO without a writer must not stop us before fstat can tell what it is. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return strerror(errno);

	const char *why = read_descriptor(fd, source_out);
	close(fd);
	return why;
}

void
source_reset(struct source *source)
{
	free(source->data);
	*source = (struct source){ 0 };
}
