/* SPDX-License-Identifier: BSD-2-Clause */
/* outage.h - a daemon under load that counts in a store outside, which then does not count for a while: what is configured for that happens, nobody
 * gets more than the quota by it, and the store counts again when it can.
 *
 *      static const struct outage hangs = { "hangs", "redis", .begin = stop_redis, .end = continue_redis };
 *      START_TEST(...) { outage_play("redis://127.0.0.1:6379/0", &hangs, COUNTERS_TEMPFAIL); } END_TEST
 *      OUTAGE_MAIN(suite_name, tests...)
 *
 * One sender has OUTAGE_QUOTA messages, by way of a Postfix. All functions fail the running Check test. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_OUTAGE_H
#define POSTERN_TESTS_E2E_SUPPORT_OUTAGE_H

#include "conf/conf.h"
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

enum {
	OUTAGE_QUOTA = 300,    /* messages */
	OUTAGE_BEFORE = 60,    /* are accepted before something happens, */
	OUTAGE_MEANWHILE = 60, /* answered in that time, */
	OUTAGE_AFTER = 30,     /* and accepted when it is over */
};

struct outage {
	const char *name, *store; /* "redis" or "sqlite" */
	bool now_and_then;        /* it still counts */
	void (*begin)(void), (*end)(void);
};

extern struct mta outage_mta;
extern struct storm outage_storm;

/* The whole of it. */
void outage_play(const char *store, const struct outage *outage, enum counters_on_failure on_failure);

/* Its parts. */
void outage_serve(const char *store, const char *on_failure, const char *timeout);
void outage_start_storm(const char *name);
/* And OUTAGE_BEFORE are accepted. */
void outage_begin_storm(const char *name);
void outage_expect_all_come_again(void);
/* Until nothing passes any more: a quota was used up, so many so far. */
void outage_exhaust(size_t quotas);
/* puts_off: some were told that there is no counting, else nobody was. */
void outage_end_storm(unsigned accepted_most, bool puts_off);

/* asking_begin and the Postfix; false after saying why when this machine cannot. */
bool outage_open(void);
void outage_close(void);

#define OUTAGE_MAIN(name, ...)                                                             \
	int main(void)                                                                     \
	{                                                                                  \
		const TTest *const tests[] = { __VA_ARGS__ };                              \
                                                                                           \
		if (!outage_open())                                                        \
			return RIG_SKIPPED;                                                \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], 120); \
		outage_close();                                                            \
		return status;                                                             \
	}

#endif
