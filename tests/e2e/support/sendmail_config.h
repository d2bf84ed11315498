/* SPDX-License-Identifier: BSD-2-Clause */
/* sendmail_config.h - the configuration and the directories of a Sendmail of our own. Inside support/ only. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SENDMAIL_CONFIG_H
#define POSTERN_TESTS_E2E_SUPPORT_SENDMAIL_CONFIG_H

#include "tests/e2e/support/sendmail.h"

/* Where `make deps` unpacks Debian's packages. */
#define SENDMAIL_ROOT "/var/cache/postern-tests/sendmail"

extern const char sendmail_host[];

/* Makes all that the instance has below its directory. */
void sendmail_configure(const struct sendmail *sendmail, const struct sendmail_options *options);

#endif
