/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/stores/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
reason_init(struct reason *reason)
{
	*reason = (struct reason){ .wrong = false };
	pthread_mutex_init(&reason->lock, NULL);
}

void
reason_destroy(struct reason *reason)
{
	pthread_mutex_destroy(&reason->lock);
}

void
reason_set(struct reason *reason, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	pthread_mutex_lock(&reason->lock);
	vsnprintf(reason->text, sizeof reason->text, format, arguments);
	for (char *at = reason->text; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	reason->wrong = true;
	pthread_mutex_unlock(&reason->lock);
	va_end(arguments);
}

void
reason_clear(struct reason *reason)
{
	pthread_mutex_lock(&reason->lock);
	reason->wrong = false;
	pthread_mutex_unlock(&reason->lock);
}

bool
reason_healthy(struct reason *reason, const char **why_out)
{
	static _Thread_local char copy[REASON_MAX];

	pthread_mutex_lock(&reason->lock);
	bool wrong = reason->wrong;
	strcpy(copy, reason->text);
	pthread_mutex_unlock(&reason->lock);
	*why_out = copy[0] != '\0' ? copy : NULL;
	return !wrong;
}
