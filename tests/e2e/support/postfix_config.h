/* SPDX-License-Identifier: BSD-2-Clause */
/* postfix_config.h - the configuration and the directories of a Postfix of our own. Inside support/ only. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_POSTFIX_CONFIG_H
#define POSTERN_TESTS_E2E_SUPPORT_POSTFIX_CONFIG_H

#include "tests/e2e/support/postfix.h"

#define POSTFIX_DAEMON_DIRECTORY "/usr/lib/postfix/sbin"

/* Makes all that the instance has below its directory. */
void postfix_configure(const struct postfix *postfix, const struct postfix_options *options);

#endif
