/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/message.h"

#include "policy/charges.h"
#include "policy/checks/identity.h"
#include "policy/from.h"
#include "policy/recipient.h"
#include "policy/subject.h"
#include "policy/verdict.h"

#include <stddef.h>
#include <string.h>

/* Of whom nothing is known but the origin. */
static const struct client *
unknown_client(enum origin origin)
{
#define UNKNOWN(ORIGIN)                                                                                  \
	{                                                                                                \
		.origin = (ORIGIN), .address_text = "", .login = "", .mechanism = "", .tls_version = "", \
		.listener = "", .listener_port = ""                                                      \
	}
	static const struct client unknown[ORIGIN_COUNT] = {
		[ORIGIN_AUTHENTICATED] = UNKNOWN(ORIGIN_AUTHENTICATED),
		[ORIGIN_LOCAL] = UNKNOWN(ORIGIN_LOCAL),
		[ORIGIN_TRUSTED] = UNKNOWN(ORIGIN_TRUSTED),
		[ORIGIN_EXTERNAL] = UNKNOWN(ORIGIN_EXTERNAL),
	};
#undef UNKNOWN

	return &unknown[origin];
}

/* Also says what is asked from here on. */
static void
choose_profile(struct message *message)
{
	bool failed = false;

	message->profile = policy_profile(message->policy, &message->circumstances, message->services, &failed);
	if (failed)
		message_fail(message, FAILURE_TABLES);
	message->facts.login_judges = message->facts.sender.null && login_has_identities(message);
	verdict_prepare(message);
}

/* A message may have findings of two profiles: one may take the place of another behind the recipients. */
static bool
is_on(const struct policy *policy, size_t check)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		if (policy->profiles[i].checks[check].mode != MODE_OFF)
			return true;
	return false;
}

size_t
message_size(const struct policy *policy)
{
	size_t on = 0;

	for (size_t i = 0; i < checks_count; i++)
		on += is_on(policy, i);
	return offsetof(struct message, findings) + on * sizeof(struct finding);
}

void
message_init(struct message *message, const struct policy *policy)
{
	struct facts *facts = &message->facts;

	/* Most of the memory is room that most messages never fill. It is not cleared, so that it costs neither time nor pages:
	 * counts and flags say what it holds. */
	message->policy = policy;
	message->services = NULL;
	message->profile = &policy->profiles[policy->profile_count - 1];
	message->circumstances = (struct circumstances){
		.client = unknown_client(ORIGIN_EXTERNAL),
		.sender_local = "",
		.sender_domain = "",
	};
	message->stage = STAGE_CONNECT;
	message->questions = (struct questions){ .found = 0 };
	memset(&message->verdict, 0, offsetof(struct verdict, reply.text));
	message->verdict.reply.text[0] = '\0';
	message->finding_count = 0;
	memset(facts, 0, offsetof(struct facts, field_lines));
	facts->line = 1;
	facts->alignment = ALIGNED_ADDRESS;
	facts->unverified[0] = facts->sender_path.text[0] = facts->recipient_path.text[0] = '\0';
	facts->sender_path.rule = facts->recipient_path.rule = NULL;
	sender_init(&facts->sender);
	mime_init(&facts->mime);
	content_init(&facts->content);
}

void
message_reset(struct message *message)
{
	const struct services *services = message->services;

	message_close(message);
	message_init(message, message->policy);
	message->services = services;
}

void
message_close(struct message *message)
{
	content_close(&message->facts.content);
}

void
message_connect(struct message *message, const struct client *client)
{
	message->circumstances.client = client;
	choose_profile(message);
	verdict_ask(message, STAGE_CONNECT);
}

void
message_mail(struct message *message, const struct envelope *envelope)
{
	struct facts *facts = &message->facts;

	message->stage = STAGE_MAIL;
	if (sender_read(envelope->sender, envelope->sender_by_mta, &facts->sender) == DOMAIN_REFUSED)
		message_fail(message, FAILURE_MEMORY);
	facts->line_feeds = envelope->line_feeds;
	facts->declared_size = envelope->declared_size;
	facts->smtputf8 = envelope->smtputf8;
	facts->recipients_wait = envelope->recipients_wait;
	message->circumstances = (struct circumstances){
		.client = envelope->client != NULL ? envelope->client : unknown_client(envelope->origin),
		.sender_known = facts->sender.known,
		.sender_null = facts->sender.null,
		.sender_local = facts->sender.literal.local,
		.sender_domain = facts->sender.literal.domain,
	};
	choose_profile(message);
	path_read(message, envelope->sender, envelope->sender_by_mta, &facts->sender_path);
	charges_look(message);
	verdict_ask(message, STAGE_CONNECT); /* whose findings are the message's, too */
	verdict_ask(message, STAGE_MAIL);
}

/* Behind the recipients all is known that a profile can ask for. */
static void
begin_content(struct message *message)
{
	if (message->facts.content_begun)
		return;
	message->facts.content_begun = true;
	if (!message->policy->asks_recipients)
		return;
	message->circumstances.recipients_known = true;
	choose_profile(message);
}

static void
count_field(struct message *message, struct bytes name)
{
	struct facts *facts = &message->facts;
	size_t i = policy_counted_index(message->policy, name);

	if (i == message->policy->counted_field_count)
		return;
	if (facts->field_counts[i] < UINT8_MAX)
		facts->field_counts[i]++;
	facts->field_lines[i] = facts->line < UINT32_MAX ? (uint32_t)facts->line : UINT32_MAX;
}

static void
read_auto_submitted(struct facts *facts, struct bytes value)
{
	struct params params;

	params_init(&params);
	params_feed(&params, value);
	params_finish(&params);
	if (params.value[0] != '\0' && strcmp(params.value, "no") != 0)
		facts->auto_submitted = true;
}

/* Line breaks of folds are the MTA's: they come as LF or CRLF. */
static void
look_at_field(struct facts *facts, struct bytes name, struct bytes value)
{
	struct controls controls = { .found = 0 };

	facts->size += name.length + value.length + strlen(": \r\n");
	if (!facts->wants_controls)
		return;
	controls_feed(&controls, value);
	controls_finish(&controls);
	facts->controls.found |= controls.found & ~(unsigned)CONTROL_BARE_LF;
}

void
message_field(struct message *message, struct bytes name, struct bytes value)
{
	struct facts *facts = &message->facts;

	begin_content(message);
	count_field(message, name);
	if (bytes_is(name, "Subject"))
		subject_read(message, value);
	else if (bytes_is(name, "From"))
		from_read(message, value);
	else if (bytes_is(name, "Auto-Submitted"))
		read_auto_submitted(facts, value);
	else
		mime_field(&facts->mime, name, value);
	verdict_gather(message, name, value);
	verdict_ask_field(message, name, value);
	look_at_field(facts, name, value);
	facts->line++;
	for (ptrdiff_t at; (at = bytes_find(value, '\n')) >= 0; value = bytes_from(value, (size_t)at + 1))
		facts->line++;
}

static void
drain_mime(struct message *message)
{
	struct facts *facts = &message->facts;
	struct mime_event event;

	while (mime_next(&facts->mime, &event)) {
		if (event.type == MIME_PART)
			content_begin(&facts->content, event.part);
		else if (event.type == MIME_DATA)
			content_feed(&facts->content, event.data);
		else
			verdict_ask_leaf(message, content_end(&facts->content, event.cut));
		if (facts->content.refused) {
			message_fail(message, FAILURE_MEMORY);
			facts->content.refused = false;
			facts->content.seen =
				true; /* unknown; a failure that is configured to accept must not refuse */
		}
	}
}

void
message_end_of_headers(struct message *message)
{
	begin_content(message);
	message->facts.size += strlen("\r\n");
	mime_end_of_headers(&message->facts.mime, message->facts.line + 1);
	verdict_ask(message, STAGE_HEADERS);
	drain_mime(message);
}

void
message_body(struct message *message, struct bytes chunk)
{
	struct facts *facts = &message->facts;

	facts->size += chunk.length;
	if (facts->wants_controls)
		controls_feed(&facts->controls, chunk);
	mime_feed(&facts->mime, chunk);
	drain_mime(message);
}

void
message_end(struct message *message)
{
	controls_finish(&message->facts.controls);
	mime_finish(&message->facts.mime);
	drain_mime(message);
	verdict_ask(message, STAGE_MESSAGE);
	charges_take(message);
}
