/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/limits_direct.h"

#include "milter/limits_service.h"
#include "milter/privileges.h"
#include "milter/stores/redis.h"
#include "milter/stores/sqlite.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

bool
limits_direct_possible(const struct conf *conf)
{
	return conf->counters.store != COUNTERS_MEMORY;
}

static int
open_store(const struct counters_conf *conf, struct store **store_out, char why_out[CONTROL_WHY_MAX])
{
	if (conf->store == COUNTERS_SQLITE && access(conf->path, F_OK) != 0) {
		snprintf(why_out, CONTROL_WHY_MAX, "%s: %s", conf->path, strerror(errno));
		return EX_UNAVAILABLE;
	}
	*store_out = conf->store == COUNTERS_SQLITE ? store_sqlite_new(conf) : store_redis_new(conf);
	if (*store_out != NULL)
		return EX_OK;
	snprintf(why_out, CONTROL_WHY_MAX, "out of memory");
	return EX_OSERR;
}

int
limits_direct_ask(const struct conf *conf, const char *request, bool (*take)(void *data, char *line), void *data,
		  char why_out[CONTROL_WHY_MAX])
{
	char rule[PRIVILEGES_RULE_MAX];
	struct store *store;
	int status = privileges_drop(conf->user, conf->group, rule);

	if (status != EX_OK) {
		snprintf(why_out, CONTROL_WHY_MAX, "%s", rule);
		return status;
	}
	signal(SIGPIPE, SIG_IGN); /* as the stores want it */
	status = open_store(&conf->counters, &store, why_out);
	if (status != EX_OK)
		return status;
	/* As much as a million lines. */
	FILE *answer = tmpfile();
	if (answer == NULL) {
		snprintf(why_out, CONTROL_WHY_MAX, "no temporary file: %s", strerror(errno));
		status = EX_OSERR;
	} else {
		limits_serve(answer, request, &store, 1);
		rewind(answer);
		status = control_listen(answer, take, data, why_out);
		fclose(answer);
	}
	store->class->free(store);
	return status;
}
