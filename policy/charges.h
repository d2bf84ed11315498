/* SPDX-License-Identifier: BSD-2-Clause */
/* charges.h - what a message takes of its client's rates and quotas, in two phases: at MAIL the counters are looked at, so that one who has
 * nothing left is told before sending anything; at the end, when nothing else refuses the message, it is counted,
 * all windows of all limits at once. What is refused is never counted.
 *
 * The key of a counter is made of the check, the unit, the period and whose it is, as in "daily_quota recipients/86400s login=robin": a
 * changed amount goes on counting, a changed period begins anew, profiles share it. */
#ifndef POSTERN_POLICY_CHARGES_H
#define POSTERN_POLICY_CHARGES_H

#include "policy/message.h"

/* Which settings of a limit check say what; a row of the table points to one. */
struct limit_check {
	size_t per;       /* PARAM_CHOICES of limit_key_names: the first that is known counts */
	size_t unit;      /* PARAM_CHOICE of limit_unit_names */
	size_t limits;    /* PARAM_RATES or PARAM_QUOTAS */
	size_t overrides; /* PARAM_TABLE: limits by login, address, domain or client */
};

enum limit_key { KEY_LOGIN, KEY_SENDER, KEY_SENDER_DOMAIN, KEY_CLIENT, KEY_ALL, KEY_COUNT };
extern const char *const limit_key_names[KEY_COUNT + 1]; /* login, sender, ..., NULL */

/* At MAIL: fills facts.limits. */
void charges_look(struct message *message);

/* Whether the check has less left than the message, as far as it is known, takes. */
bool charges_over(const struct message *message, const struct check *check, struct finding *finding_out);

/* At the end, unless the verdict refuses: counts the message, or refuses it. */
void charges_take(struct message *message);

#endif
