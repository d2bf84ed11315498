/* SPDX-License-Identifier: BSD-2-Clause */
/* credentials.h - what a mail server of the test's own knows its users by, and what they know it by: a database of logins for
 * Cyrus SASL, and a certificate. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_CREDENTIALS_H
#define POSTERN_TESTS_E2E_SUPPORT_CREDENTIALS_H

#include <sys/types.h>

struct login {
	const char *name, *password; /* of letters, digits, `-`, `.`, `@`; the one without a name ends a list */
};

/* Why they cannot be made here, or NULL when they can. */
const char *credentials_missing(void);

/* Makes a configuration directory of Cyrus SASL for the smtpd of this host: PLAIN, LOGIN and CRAM-MD5 for these logins. It
 * belongs to the user, whom the server runs as. */
void credentials_logins(const char *directory, const char *host, const struct login *logins, uid_t user);

/* A key and a certificate for the host, signed by itself, into the directory: key.pem and cert.pem. */
void credentials_certificate(const char *directory, const char *host);

#endif
