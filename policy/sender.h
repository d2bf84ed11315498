/* SPDX-License-Identifier: BSD-2-Clause */
/* sender.h - the envelope sender, and how far a mailbox of From aligns with it.
 *
 * Forwarders and list managers wrap the address they send for into one of their own. Both count: the address as it stands
 * and what it wraps. Unwrapped are SRS (SRS0 and SRS1, with `=`, `+` or `-` after the tag), BATV and its like (prvs=, btv1==,
 * msprvs1=), and VERP (user+recipient=domain, user-recipient=domain). A wrapper's checksum is its host's secret, so that it cannot be verified here. */
#ifndef POSTERN_POLICY_SENDER_H
#define POSTERN_POLICY_SENDER_H

#include "policy/domain.h"
#include "policy/parse/address.h"

struct identity {
	char local[ADDRESS_LOCAL_MAX];
	char domain[DOMAIN_MAX]; /* normal form; both are empty when the address cannot be read */
};

struct sender {
	bool known; /* there is an envelope at all */
	bool null;  /* <> */
	struct identity literal;
	struct identity wrapped; /* as unwrapped; the same as literal when nothing is wrapped */
};

/* The more, the closer. */
enum alignment { ALIGNED_NOT, ALIGNED_ORGANIZATION, ALIGNED_DOMAIN, ALIGNED_ADDRESS };

/* No envelope. */
void sender_init(struct sender *sender);

/* Reads a path as in struct envelope. DOMAIN_REFUSED when memory was refused - then there is no envelope -, else DOMAIN_READABLE, also for what cannot be read:
 * with that nothing aligns. */
enum domain_status sender_read(const char *path, const char *path_by_mta, struct sender *sender_out);

/* Words without an address, as in `Doe, John <j@example.com>`, and a reading whose domain has no dot, as in `Jane @ Work
 * <j@example.com>`: no reader takes them for somebody's address elsewhere. */
bool sender_names_nobody(const struct address_event *event);

/* How a mailbox (its domain in normal form) aligns with the sender, by whichever of its two readings is closer. */
enum alignment
sender_alignment(const struct sender *sender, const psl_ctx_t *psl, struct bytes local, const char *domain);

#endif
