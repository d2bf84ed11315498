/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands before the C library in a Sendmail of the test's own, so that it needs neither the name nor the log of the machine
 * (LD_PRELOAD):
 *
 *      PRELOAD_HOST=mx.example.org     the name of this machine: with one that has no dot Sendmail waits a minute for a better
 *      PRELOAD_LOG=/path               where what goes to syslog is appended to
 *
 * Sendmail empties its environment, so both are read before its main function. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

enum {
	LINE_MAX_OCTETS = 4096, /* Sendmail itself cuts its lines at 1024 */
	NAME_MAX_OCTETS = 256,
};

static char host[NAME_MAX_OCTETS];
static char log_path[NAME_MAX_OCTETS];

/* Where the C library is told to check formats these are called instead of syslog and vsyslog. */
void __syslog_chk(int priority, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

__attribute__((constructor)) static void
read_environment(void)
{
	const char *name = getenv("PRELOAD_HOST");
	const char *path = getenv("PRELOAD_LOG");

	snprintf(host, sizeof host, "%s", name != NULL ? name : "localhost");
	snprintf(log_path, sizeof log_path, "%s", path != NULL ? path : "/dev/null");
}

int
gethostname(char *name, size_t size)
{
	snprintf(name, size, "%s", host);
	return 0;
}

/* One write for a line: several processes append to the same file. */
static void __attribute__((format(printf, 1, 0))) append(const char *format, va_list arguments)
{
	char line[LINE_MAX_OCTETS];
	int length = vsnprintf(line, sizeof line - 1, format, arguments);
	int fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || length < 0)
		return;
	if ((size_t)length > sizeof line - 2)
		length = (int)sizeof line - 2;
	line[length++] = '\n';
	if (write(fd, line, (size_t)length) < 0)
		abort();
	close(fd);
}

void
vsyslog(int priority, const char *format, va_list arguments)
{
	(void)priority;
	append(format, arguments);
}

void
__vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
	(void)priority;
	(void)flag;
	append(format, arguments);
}

void
syslog(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	append(format, arguments);
	va_end(arguments);
}

void
__syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	(void)flag;
	va_start(arguments, format);
	append(format, arguments);
	va_end(arguments);
}
