/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - what end-to-end tests assert. Each fails the running Check test and says what came instead. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_EXPECT_H
#define POSTERN_TESTS_E2E_SUPPORT_EXPECT_H

#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/samples.h"
#include "tests/e2e/support/smtp.h"

/* The last reply is this line, octet for octet; when says in which situation. */
void expect_reply(const struct smtp *client, const char *line, const char *when);
void expect_reply_code(const struct smtp *client, int code, const char *when);

/* Once nothing is on its way, so many messages with this X-Id were delivered. */
void expect_delivered(const struct postfix *postfix, const char *id, size_t times);

/* Postern's log comes to hold the text. */
void expect_logged(const struct postern *postern, const char *text);

/* A connection after EHLO. */
void open_session(struct smtp *client, const struct rig *rig);
/* The same from another address, and with a login unless it is NULL. */
void open_session_from(struct smtp *client, const struct rig *rig, const char *address, const char *login);

/* Sends the sample under this X-Id and expects the line where the sample's own check answers (at MAIL, or after the
 * final dot); NULL: accepted. */
void send_sample(struct smtp *client, const char *name, const char *id, const char *line);

#endif
