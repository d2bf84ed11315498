/* SPDX-License-Identifier: BSD-2-Clause */
/* fake_services.h - tables and counters that answer as a test wants, and note what they are asked.
 *
 *      struct fake_services fake;
 *      fake_services_init(&fake, "robin robin@example.com\nkim !\n");     kim: the table cannot tell
 *      fake.left = 3;                                                    every counter lets three units pass
 *      message.services = &fake.services;
 *      ...
 *      fake_services_check(&fake, "a sentence", "look daily_quota recipients/86400s login=robin 1\n");
 *      fake_services_free(&fake);
 *
 * Each call is a line: `find SOURCE KEY`; `look`, `charge` or `release` with each counter's key and units, and ` observed` behind what is not
 * enforced. */
#ifndef POSTERN_TESTS_SUPPORT_FAKE_SERVICES_H
#define POSTERN_TESTS_SUPPORT_FAKE_SERVICES_H

#include "policy/services.h"
#include "tests/support/trace.h"

struct fake_services {
	struct services services;
	const char *rows;    /* of every table: `key value` on each line, the value may be missing */
	uint64_t left;       /* in every counter; UINT64_MAX unless set */
	const char *tight;   /* but in those whose key has this text */
	uint64_t tight_left; /* there */
	bool counters_fail;
	struct trace trace;
};

/* rows may be NULL: every table is empty. */
void fake_services_init(struct fake_services *fake, const char *rows);
void fake_services_free(struct fake_services *fake);

/* Compares what was asked, and forgets it. Fails the running Check test. */
void fake_services_check(struct fake_services *fake, const char *sentence, const char *expected);

#endif
