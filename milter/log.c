/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "milter/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

enum { PID_MAX = 32 }; /* octets of "[123]: " with the NUL */

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

static void
append(char *line, size_t *used, struct bytes more)
{
	memcpy(line + *used, more.data, more.length);
	*used += more.length;
}

/* A single write, so that lines of several processes do not mix. */
static void
write_line(const char *text)
{
	char line[sizeof ident + PID_MAX + LOG_LINE_MAX];
	char pid[PID_MAX];
	struct bytes words = bytes_of(text);
	size_t used = 0;

	if (words.length > LOG_LINE_MAX - 1)
		words.length = LOG_LINE_MAX - 1;
	snprintf(pid, sizeof pid, "[%ld]: ", (long)getpid());
	append(line, &used, bytes_of(ident));
	append(line, &used, bytes_of(pid));
	append(line, &used, words);
	append(line, &used, bytes_of("\n"));
	if (write(STDERR_FILENO, line, used) < 0)
		return; /* nobody is left to be told */
}

void
log_text(int priority, const char *text)
{
	if (to_syslog)
		syslog(priority, "%s", text);
	else
		write_line(text);
}

void
log_line(int priority, const char *format, ...)
{
	char text[LOG_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	log_text(priority, text);
}

enum { ESCAPED_MAX = 4 }; /* octets that stand for one */

static bool
is_plain(char c)
{
	return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

static size_t
escape(unsigned char c, char text_out[ESCAPED_MAX])
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;

	if (c >= 0x20 && c <= 0x7e) {
		if (c == '"' || c == '\\')
			text_out[length++] = '\\';
		text_out[length++] = (char)c;
		return length;
	}
	text_out[length++] = '\\';
	text_out[length++] = 'x';
	text_out[length++] = digits[c >> 4];
	text_out[length++] = digits[c & 0xf];
	return length;
}

void
log_append_safe(char *buffer, size_t size, struct bytes more, size_t most)
{
	size_t take = more.length < most ? more.length : most;
	size_t used = strlen(buffer);

	for (size_t i = 0; i < take; i++) {
		char text[ESCAPED_MAX];
		char c = more.data[i];

		if (is_plain(c) && size - used > 1) {
			buffer[used++] = c;
			continue;
		}
		size_t length = escape((unsigned char)more.data[i], text);

		if (length >= size - used) /* an escape is not cut in two */
			break;
		memcpy(buffer + used, text, length);
		used += length;
	}
	buffer[used] = '\0';
	if (take < more.length)
		buffer_append(buffer, size, bytes_of("..."));
}
