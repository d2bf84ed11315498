/* SPDX-License-Identifier: BSD-2-Clause */
/* mta_expect.h - what tests with both MTAs assert. Each fails the running Check test and says for which of them, and what came instead. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MTA_EXPECT_H
#define POSTERN_TESTS_E2E_SUPPORT_MTA_EXPECT_H

#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/smtp.h"

/* Once nothing is on its way: so many messages with this X-Id were delivered. Fails the test. */
void mta_expect_delivered(const struct mta *mta, const char *id, size_t times);
/* The last reply is this line; `what` is for the message, with the MTA's name. */
void mta_expect_reply(const struct mta *mta, const struct smtp *client, const char *line, const char *what);
void mta_expect_code(const struct mta *mta, const struct smtp *client, int code, const char *what);

/* A connection after EHLO. */
void mta_greet(struct smtp *client, const struct mta *mta);

#endif
