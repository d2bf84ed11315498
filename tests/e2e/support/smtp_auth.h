/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp_auth.h - AUTH (RFC 4954) for the client of smtp.h. What the server thinks of it is in client->reply: 235 is success. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SMTP_AUTH_H
#define POSTERN_TESTS_E2E_SUPPORT_SMTP_AUTH_H

#include "tests/e2e/support/credentials.h"
#include "tests/e2e/support/smtp.h"

/* RFC 4616, with an initial response. */
void smtp_auth_plain(struct smtp *client, const struct login *login);
/* Name and password in two steps, as draft-murchison-sasl-login has it. */
void smtp_auth_login(struct smtp *client, const struct login *login);

#endif
