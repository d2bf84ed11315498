/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "milter/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const char ident[] = "postern";
static bool to_syslog; /* set before the first thread starts */

void
log_open_foreground(void)
{
	openlog(ident, LOG_PID | LOG_PERROR, LOG_MAIL);
	to_syslog = false;
}

void
log_open_syslog(int facility)
{
	openlog(ident, LOG_PID | LOG_NDELAY, facility);
	to_syslog = true;
}

/* A single write, so that lines of several processes do not mix. */
static void
write_line(const char *text)
{
	char line[LOG_LINE_MAX + 32];
	int length = snprintf(line, sizeof line, "%s[%ld]: %s\n", ident, (long)getpid(), text);

	if (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0)
		return; /* nobody is left to be told */
}

void
log_line(int priority, const char *format, ...)
{
	char text[LOG_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (to_syslog)
		syslog(priority, "%s", text);
	else
		write_line(text);
}

static void
append_octet(char *buffer, size_t size, unsigned char c)
{
	char text[8];

	if (c == '"' || c == '\\')
		snprintf(text, sizeof text, "\\%c", c);
	else if (c >= 0x20 && c <= 0x7e)
		snprintf(text, sizeof text, "%c", c);
	else
		snprintf(text, sizeof text, "\\x%02x", c);
	if (strlen(buffer) + strlen(text) < size) /* an escape is not cut in two */
		buffer_append(buffer, size, bytes_of(text));
}

void
log_append_safe(char *buffer, size_t size, struct bytes more, size_t most)
{
	size_t take = more.length < most ? more.length : most;

	for (size_t i = 0; i < take; i++)
		append_octet(buffer, size, (unsigned char)more.data[i]);
	if (take < more.length)
		buffer_append(buffer, size, bytes_of("..."));
}
