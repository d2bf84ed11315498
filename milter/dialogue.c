/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/dialogue.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

static enum dialogue_end
last_event(const struct policy *policy)
{
	if (policy_uses_stage(policy, STAGE_MESSAGE))
		return DIALOGUE_TO_BODY;
	/* Behind the recipients, which a profile may ask for or a check has to see all of, the headers come next. */
	if (policy_uses_stage(policy, STAGE_HEADERS) || policy_uses_stage(policy, STAGE_RCPT) ||
	    policy->asks_recipients)
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
		.judges_connections = policy_uses_stage(policy, STAGE_CONNECT),
		.reply_to_recipients = policy_uses_stage(policy, STAGE_RCPT),
		.protocol = SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_SKIP,
		.actions = SMFIF_SETSYMLIST,
	};
	dialogue->protocol |= protocol_to(dialogue->end);
	/* Without a reply to it Postfix keeps the connection to itself until HELO: silent clients would not be counted. */
	if (!dialogue->judges_connections)
		dialogue->protocol |= SMFIP_NR_CONN | SMFIP_NOHELO;
	if (!dialogue->reply_to_recipients)
		dialogue->protocol |= policy->asks_recipients ? SMFIP_NR_RCPT : SMFIP_NORCPT;
	dialogue->reply_to_mail = dialogue->end == DIALOGUE_TO_MAIL || dialogue->judges_connections ||
				  policy_uses_stage(policy, STAGE_MAIL);
	if (!dialogue->reply_to_mail)
		dialogue->protocol |= SMFIP_NR_MAIL;
	if (policy_uses_mode(policy, MODE_TAG))
		dialogue->actions |= SMFIF_ADDHDRS;
	if (policy_uses_mode(policy, MODE_HOLD))
		dialogue->actions |= SMFIF_QUARANTINE;
}

static bool
is_on(const struct policy *policy, const char *name)
{
	size_t i = check_index(check_find(name));

	for (size_t j = 0; j < policy->profile_count; j++)
		if (policy->profiles[j].checks[i].mode != MODE_OFF)
			return true;
	return false;
}

static void
add(char names[DIALOGUE_MACROS_MAX], const char *name)
{
	buffer_append(names, DIALOGUE_MACROS_MAX, bytes_of(names[0] != '\0' ? " " : ""));
	buffer_append(names, DIALOGUE_MACROS_MAX, bytes_of(name));
}

void
dialogue_mail_macros(const struct policy *policy, char names_out[DIALOGUE_MACROS_MAX])
{
	names_out[0] = '\0';
	add(names_out, "i {auth_authen} {mail_addr}");
	if (is_on(policy, "auth_required"))
		add(names_out, "{auth_type}");
	if (is_on(policy, "tls_required"))
		add(names_out, "{tls_version}");
}

void
dialogue_connect_macros(const struct policy *policy, char names_out[DIALOGUE_MACROS_MAX])
{
	names_out[0] = '\0';
	add(names_out, "j");
	for (size_t i = 0; i < policy->profile_count; i++)
		if (policy->profiles[i].when.listeners.count > 0) {
			add(names_out, "{daemon_name} {daemon_port}");
			return;
		}
}
