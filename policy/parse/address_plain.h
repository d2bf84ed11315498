/* SPDX-License-Identifier: BSD-2-Clause */
/* address_plain.h - a short way for what nearly all address fields hold: one mailbox in its plainest form,
 *
 *      robin@example.com        <robin@example.com>        Robin Example <robin@example.com>        "Robin, Example Ltd." <robin@example.com>
 *
 * of ASCII letters, digits and a few signs that no reader takes for anything else. For these, and nothing else, it gives what
 * the parser of address.h gives, a single mailbox without flaws, at a tenth of the cost. */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_PLAIN_H
#define POSTERN_POLICY_PARSE_ADDRESS_PLAIN_H

#include "policy/parse/address.h"

/* Parts of the value. */
struct address_plain {
	bool named; /* with a display name, or quotes for one */
	struct bytes local, domain;
};

/* False: ask the parser. */
bool address_plain(struct bytes value, struct address_plain *plain_out);

/* As the event that the parser would give. */
static inline struct address_event
address_plain_event(const struct address_plain *plain)
{
	return (struct address_event){ .type = ADDRESS_MAILBOX, .local = plain->local, .domain = plain->domain };
}

#endif
