/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/password.h"

#include "policy/parse/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What is read so far into what is to be out. */
static const char *
take_first_line(char *password, size_t length)
{
	struct bytes line = { password, length };
	ptrdiff_t end = bytes_find(line, '\n');

	if (end >= 0)
		line.length = (size_t)end;
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	if (line.length == 0 || line.length == PASSWORD_MAX || bytes_find(line, '\0') >= 0)
		return "its first line is no password of at most 511 octets";
	password[line.length] = '\0';
	return NULL;
}

/* A pipe without a writer must not keep a thread. */
const char *
password_read(const char *path, char password_out[PASSWORD_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return strerror(errno);
	ssize_t length = read(fd, password_out, PASSWORD_MAX);
	const char *wrong = length < 0 ? strerror(errno) : take_first_line(password_out, (size_t)length);
	close(fd);
	return wrong;
}
