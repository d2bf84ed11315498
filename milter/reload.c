/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/reload.h"

#include "milter/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

void
reload_log_errors(struct conf_errors *errors)
{
	char *text = NULL, *rest = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL) {
		log_line(LOG_ERR, "error: the configuration's errors cannot be shown: out of memory");
		return;
	}
	conf_errors_print(errors, stream);
	fclose(stream);
	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		log_line(conf_errors_any(errors) ? LOG_ERR : LOG_WARNING, "%s", line);
	free(text);
}

/* The supervisor's handlers and mask are not this child's: it shall die of a signal as others do. */
static void
forget_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigaction(SIGHUP, &standard, NULL);
	sigaction(SIGINT, &standard, NULL);
	sigaction(SIGTERM, &standard, NULL);
	sigaction(SIGCHLD, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void
reload_check(const char *path)
{
	struct conf_errors errors;

	forget_signals();
	conf_errors_init(&errors);
	const struct conf *conf = conf_load(path, &errors);
	reload_log_errors(&errors);
	_exit(conf != NULL ? EX_OK : EX_CONFIG);
}

struct conf *
reload_load(const char *path)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load(path, &errors);
	if (conf == NULL)
		reload_log_errors(&errors);
	conf_errors_reset(&errors);
	return conf;
}

static bool
differs(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

static void
note(bool changed, const char *name)
{
	if (changed)
		log_line(LOG_WARNING, "warning: %s has changed: that takes effect with a restart", name);
}

void
reload_log_unchangeable(const struct conf *old, const struct conf *new)
{
	note(differs(old->listen, new->listen), "listen");
	note(differs(old->user, new->user), "user");
	note(differs(old->group, new->group), "group");
	note(differs(old->socket_group, new->socket_group), "socket_group");
	note(old->socket_mode != new->socket_mode, "socket_mode");
	note(differs(old->control, new->control), "control");
	note(old->counters.max_keys != new->counters.max_keys, "counters.max_keys");
}
