/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/dialogue.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

static enum dialogue_end
last_event(const struct policy *policy)
{
	if (policy_uses_stage(policy, STAGE_MESSAGE))
		return DIALOGUE_TO_BODY;
	if (policy_uses_stage(policy, STAGE_HEADERS))
		return DIALOGUE_TO_HEADERS;
	return DIALOGUE_TO_MAIL;
}

static unsigned long
protocol_to(enum dialogue_end end)
{
	switch (end) {
	case DIALOGUE_TO_BODY:
		return SMFIP_NR_HDR |
		       SMFIP_NR_EOH; /* EOH brings the queue id, which a body chunk's answer is logged with */
	case DIALOGUE_TO_HEADERS:
		return SMFIP_NR_HDR | SMFIP_NOBODY;
	case DIALOGUE_TO_MAIL:
		return SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY;
	}
	return 0;
}

/* The NR_* among these need not be offered: libmilter makes up the replies that an older MTA waits for. */
void
dialogue_init(struct dialogue *dialogue, const struct policy *policy)
{
	*dialogue = (struct dialogue){
		.end = last_event(policy),
		.protocol = SMFIP_NR_CONN | SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_SKIP,
		.actions = SMFIF_SETSYMLIST,
	};
	dialogue->protocol |= protocol_to(dialogue->end);
	dialogue->reply_to_mail = dialogue->end == DIALOGUE_TO_MAIL || policy_uses_stage(policy, STAGE_MAIL);
	if (!dialogue->reply_to_mail)
		dialogue->protocol |= SMFIP_NR_MAIL;
	if (policy_uses_mode(policy, MODE_TAG))
		dialogue->actions |= SMFIF_ADDHDRS;
	if (policy_uses_mode(policy, MODE_HOLD))
		dialogue->actions |= SMFIF_QUARANTINE;
}
