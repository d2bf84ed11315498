/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/from.h"

#include "policy/checks/identity.h"
#include "policy/parse/address_field.h"

#include <string.h>

/* Remembers a mailbox, or what cannot be read as one, when it aligns less than all before it. */
static void
note_alignment(struct facts *facts, enum alignment alignment, struct bytes local, struct bytes domain)
{
	if (alignment >= facts->alignment)
		return;
	facts->alignment = alignment;
	facts->from.line = facts->line;
	facts->from.value[0] = '\0';
	buffer_append(facts->from.value, sizeof facts->from.value, local);
	if (local.length > 0 && domain.length > 0)
		buffer_append(facts->from.value, sizeof facts->from.value, bytes_of("@"));
	buffer_append(facts->from.value, sizeof facts->from.value, domain);
}

static void
judge_mailbox(struct message *message, const struct address_event *event)
{
	struct facts *facts = &message->facts;
	char domain[DOMAIN_MAX];
	enum alignment alignment = ALIGNED_NOT;

	if (sender_names_nobody(event))
		return;
	facts->from_mailboxes++;
	if ((event->flaws & ADDRESS_UNREADABLE) == 0) {
		enum domain_status status = domain_normalize(event->domain, domain);

		if (status == DOMAIN_REFUSED) {
			message_fail(message, FAILURE_MEMORY);
			return;
		}
		if (status == DOMAIN_READABLE)
			alignment = facts->sender.null ? login_alignment(message, event->local, domain)
						       : sender_alignment(&facts->sender, message->policy->psl,
									  event->local, domain);
		/* Readers may take the other text for a part of the local part. */
		if ((event->flaws & (ADDRESS_EXTRA | ADDRESS_SPREAD)) != 0 && alignment == ALIGNED_ADDRESS)
			alignment = ALIGNED_DOMAIN;
	}
	note_alignment(facts, alignment, event->local, event->domain);
}

/* A From field of which nothing can be read as a mailbox aligns with nothing. */
void
from_read(struct message *message, struct bytes value)
{
	struct facts *facts = &message->facts;
	struct address_field field;
	struct address_event event;
	size_t before = facts->from_mailboxes;

	if (facts->from.count++ == 0)
		facts->from.line = facts->line;
	address_field_init(&field, value);
	while (address_field_next(&field, &event))
		if (event.type == ADDRESS_MAILBOX || event.type == ADDRESS_READING)
			judge_mailbox(message, &event);
	if (facts->from_mailboxes == before)
		note_alignment(facts, ALIGNED_NOT, bytes_trim(value), (struct bytes){ NULL, 0 });
}
