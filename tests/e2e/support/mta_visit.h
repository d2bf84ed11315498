/* SPDX-License-Identifier: BSD-2-Clause */
/* mta_visit.h - the visits of submission.h, paid to either MTA. Who the client is is not said with XCLIENT, which Sendmail does not
 * know: it comes from another address of the loopback. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MTA_VISIT_H
#define POSTERN_TESTS_E2E_SUPPORT_MTA_VISIT_H

#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/submission.h"

/* Connects from that address, NULL: 127.0.0.1; says EHLO, encrypts and logs in. False when EHLO is refused, after which the
 * connection is closed; what else is refused fails the test. */
bool mta_visit_begin(struct smtp *client, const struct mta *mta, const char *source, const struct visit *visit);
/* The same when it is not to be refused. */
void mta_visit_greet(struct smtp *client, const struct mta *mta, const char *source, const struct visit *visit);

/* A visit that ends so, with this line unless it is NULL, and its session. */
void mta_expect_visit(const struct mta *mta, const char *source, const struct visit *visit, enum visit_end end,
		      const char *line, const char *what);

#endif
