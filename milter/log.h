/* SPDX-License-Identifier: BSD-2-Clause */
/* log.h - one line each, to syslog in the background or to standard error in the foreground. Of milter/, only the daemon
 * logs; the commands print. Safe to call from any thread once opened. What a sender controls is escaped by the caller
 * (log_append_safe). */
#ifndef POSTERN_MILTER_LOG_H
#define POSTERN_MILTER_LOG_H

#include "policy/parse/bytes.h"

enum { LOG_LINE_MAX = 2048 }; /* octets with the NUL: RFC 5424 6.1 has receivers take that much */

/* To standard error until opened. In the foreground libmilter's own words, which go to syslog, are seen as well. */
void log_open_foreground(void);
void log_open_syslog(int facility);

/* priority is one of syslog.h. Longer lines are cut. */
void log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a text as it stands. */
void log_text(int priority, const char *text);

/* Appends to the NUL-terminated string in buffer of size octets: printable ASCII as it is, quotes and backslashes
 * behind a backslash, anything else as \xNN. Of more at most `most` octets are taken, and `...` says so. */
void log_append_safe(char *buffer, size_t size, struct bytes more, size_t most);

#endif
