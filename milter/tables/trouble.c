/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/tables/trouble.h"

#include "milter/clock.h"
#include "milter/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

static const struct {
	int priority;
	const char *begins, *over;
} words[TROUBLE_COUNT] = {
	[TROUBLE_FAILED] = { LOG_ERR, "cannot tell", "answers again" },
	[TROUBLE_OLD] = { LOG_WARNING, "the version before stays in use", "is up to date again" },
	[TROUBLE_CONTENT] = { LOG_WARNING, "is used as it is", NULL },
};

void
trouble_init(struct trouble *trouble, const char *source)
{
	memset(trouble, 0, sizeof *trouble);
	trouble->source = source;
	pthread_mutex_init(&trouble->lock, NULL);
}

void
trouble_destroy(struct trouble *trouble)
{
	pthread_mutex_destroy(&trouble->lock);
}

/* With the lock held, so that lines come in order. */
static void
say(struct trouble *trouble, enum trouble_subject subject)
{
	char more[64] = "";
	uint64_t unsaid = trouble->subjects[subject].unsaid;

	if (unsaid > 0)
		snprintf(more, sizeof more, " (and %" PRIu64 " times since the last line)", unsaid);
	log_line(words[subject].priority, "table %s: %s: %s%s", trouble->source, words[subject].begins,
		 trouble->subjects[subject].why, more);
	trouble->subjects[subject].said = true;
	trouble->subjects[subject].ever_said = true;
	trouble->subjects[subject].said_ms = clock_ms();
	trouble->subjects[subject].unsaid = 0;
}

void
trouble_set(struct trouble *trouble, enum trouble_subject subject, const char *why)
{
	pthread_mutex_lock(&trouble->lock);
	trouble->subjects[subject].why[0] = '\0';
	log_append_safe(trouble->subjects[subject].why, TROUBLE_WHY_MAX, bytes_of(why), TROUBLE_WHY_MAX);
	atomic_store(&trouble->subjects[subject].present, true);
	if (!trouble->subjects[subject].ever_said ||
	    clock_ms() - trouble->subjects[subject].said_ms >= TROUBLE_SAID_EVERY_MS)
		say(trouble, subject);
	else
		trouble->subjects[subject].unsaid++;
	pthread_mutex_unlock(&trouble->lock);
}

void
trouble_clear(struct trouble *trouble, enum trouble_subject subject)
{
	if (!atomic_load(&trouble->subjects[subject].present))
		return;
	pthread_mutex_lock(&trouble->lock);
	if (atomic_load(&trouble->subjects[subject].present) && trouble->subjects[subject].said &&
	    words[subject].over != NULL)
		log_line(LOG_NOTICE, "table %s: %s", trouble->source, words[subject].over);
	atomic_store(&trouble->subjects[subject].present, false);
	trouble->subjects[subject].said = false;
	pthread_mutex_unlock(&trouble->lock);
}

bool
trouble_get(struct trouble *trouble, enum trouble_subject subject, char *why_out)
{
	bool present;

	pthread_mutex_lock(&trouble->lock);
	present = atomic_load(&trouble->subjects[subject].present);
	if (present)
		memcpy(why_out, trouble->subjects[subject].why, TROUBLE_WHY_MAX);
	pthread_mutex_unlock(&trouble->lock);
	return present;
}

void
trouble_format(char why_out[TROUBLE_WHY_MAX], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why_out, TROUBLE_WHY_MAX, format, arguments);
	va_end(arguments);
}
