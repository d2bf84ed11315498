/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp_tls.h - STARTTLS (RFC 3207) for the client of smtp.h, with OpenSSL. A program that uses it is linked with libssl.
 *
 * Whose the certificate is is not looked at: the server is the test's own, on the loopback. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SMTP_TLS_H
#define POSTERN_TESTS_E2E_SUPPORT_SMTP_TLS_H

#include "tests/e2e/support/smtp.h"

/* Sends STARTTLS and encrypts all that follows with exactly this version, "TLSv1.2" or "TLSv1.3". The client has to say EHLO anew. False when the
 * server does not want to; ends the program when the two do not come to terms. */
bool smtp_start_tls(struct smtp *client, const char *version);

#endif
