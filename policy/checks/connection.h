/* SPDX-License-Identifier: BSD-2-Clause */
/* connection.h - for whoever counts connections: by which prefixes connections_per_client wants it done. */
#ifndef POSTERN_POLICY_CHECKS_CONNECTION_H
#define POSTERN_POLICY_CHECKS_CONNECTION_H

#include "policy/policy.h"

/* The settings are those of that check. In bits: up to 32, up to 128. */
unsigned connections_ipv4_prefix(const struct settings *settings);
unsigned connections_ipv6_prefix(const struct settings *settings);

#endif
