/* SPDX-License-Identifier: BSD-2-Clause */
/* domain.h - mail domains made comparable, and whose they are.
 *
 * The normal form is lower-case A-labels without a trailing dot (IDNA2008, RFC 5890, mapped as UTS 46 says), or an address literal in lower case. */
#ifndef POSTERN_POLICY_DOMAIN_H
#define POSTERN_POLICY_DOMAIN_H

#include "policy/parse/bytes.h"

#include <libpsl.h>

enum { DOMAIN_MAX = 256 }; /* RFC 1035 2.3.4: 255 octets */

enum domain_status {
	DOMAIN_READABLE,
	DOMAIN_UNREADABLE, /* no domain: empty labels, blanks, controls, not UTF-8, no valid U-label, too long */
	DOMAIN_REFUSED     /* the system refused memory */
};

enum domain_status domain_normalize(struct bytes written, char normal_out[DOMAIN_MAX]);

/* Whether both, in normal form, are or lie below one registrable domain of the Public Suffix List. A public suffix itself
 * (co.uk, github.io), a single label and an address literal belong to no organization but their own. psl may be NULL. */
bool domain_same_organization(const psl_ctx_t *psl, const char *a, const char *b);

#endif
