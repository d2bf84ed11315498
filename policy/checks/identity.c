/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of whom a message claims to be from. */
#include "policy/checks/identity.h"

#include "policy/checks/rows.h"
#include "policy/parse/address_field.h"
#include "policy/table.h"
#include "policy/verdict.h"

#include <string.h>

enum { SENDERS };

const struct param sender_not_allowed_params[] = {
	[SENDERS] = {
		.name = "senders",
		.type = PARAM_TABLE,
		.preset = "none",
		.what = "Whom one may send as. A list: the addresses and domains that everybody may use. A table: for each login its addresses, "
			"`@domain`, `.domain` for all below it, or `*`.",
	},
	{ .name = NULL },
};

/* Whether the login's row of the table covers the address. */
static enum table_answer
login_may_use(const struct message *message, const struct table *senders, const char *local, const char *domain)
{
	char value[TABLE_VALUE_MAX];
	enum table_answer answer = table_find(senders, message->services, message->circumstances.client->login, value);

	if (answer != TABLE_FOUND)
		return answer;
	return table_value_covers(value, local, domain) ? TABLE_FOUND : TABLE_ABSENT;
}

/* The null sender is null_sender's business. Without a login there is no account to whom a table by login could give an address:
 * auth_required sees to that. */
bool
sender_not_allowed(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct table *senders = settings->values[SENDERS].table;
	const struct identity *sender = &message->facts.sender.literal;
	enum table_answer answer;

	if (senders == NULL || !message->facts.sender.known || message->facts.sender.null)
		return false;
	if (senders->kind != TABLE_LIST && message->circumstances.client->login[0] == '\0')
		return false;
	if (sender->domain[0] == '\0')
		answer = TABLE_ABSENT; /* what cannot be read is nobody's */
	else if (senders->kind == TABLE_LIST)
		answer = table_find_address(senders, message->services, sender->local, sender->domain, NULL);
	else
		answer = login_may_use(message, senders, sender->local, sender->domain);
	if (answer == TABLE_FAILED)
		verdict_table_failed(message, settings);
	if (answer != TABLE_ABSENT)
		return false;
	finding_out->list = message->facts.sender_path.text;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(message->facts.sender_path.text));
	return true;
}

static const struct table *
login_table(const struct message *message)
{
	const struct check *check = check_find("sender_not_allowed");
	const struct settings *settings = verdict_settings(message, check);
	const struct table *senders = settings->values[SENDERS].table;

	return settings->mode != MODE_OFF && senders != NULL && senders->kind != TABLE_LIST ? senders : NULL;
}

bool
login_has_identities(const struct message *message)
{
	return message->circumstances.client->login[0] != '\0' && login_table(message) != NULL;
}

enum alignment
login_alignment(struct message *message, struct bytes local, const char *domain)
{
	const struct settings *settings = verdict_settings(message, check_find("alignment"));
	char copy[ADDRESS_LOCAL_MAX] = "";

	if (!message->facts.login_judges || !buffer_append(copy, sizeof copy, local))
		return ALIGNED_NOT;
	enum table_answer answer = login_may_use(message, login_table(message), copy, domain);
	if (answer == TABLE_FAILED)
		verdict_table_failed(message, settings);
	return answer == TABLE_ABSENT ? ALIGNED_NOT : ALIGNED_ADDRESS;
}

enum { IDENTITIES, CHECK, REGION };
enum { CHECK_ENVELOPE, CHECK_FROM, CHECK_SENDER, CHECK_RETURN_PATH };

static const char *const identity_places[] = { "envelope", "from", "sender", "return_path", NULL };

const struct param identity_unverified_params[] = {
	[IDENTITIES] = {
		.name = "identities",
		.type = PARAM_TABLE,
		.preset = "none",
		.what = "The verified addresses and domains. A domain stands for all below it, too.",
	},
	[CHECK] = {
		.name = "check",
		.type = PARAM_CHOICES,
		.preset = "envelope from sender return_path",
		.what = "Whose identities must be verified: the envelope sender, and the mailboxes of From, Sender and Return-Path.",
		.choices = identity_places,
	},
	[REGION] = {
		.name = "region",
		.type = PARAM_TEXT,
		.preset = "us-east-1",
		.what = "What the reply says for {region}.",
	},
	{ .name = NULL },
};

static bool
is_checked(const struct settings *settings, int place)
{
	return (settings->values[CHECK].number >> place & 1) != 0;
}

/* Whether the list, with ", " between its items, has the item. */
static bool
lists(const char *list, const char *item)
{
	size_t length = strlen(item);

	for (const char *at = list; (at = strstr(at, item)) != NULL; at++) {
		bool begins = at == list || at[-1] == ' '; /* no item has a blank */

		if (begins && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

/* Adds an identity to those that failed, once. Those that do not fit are told by three dots. */
static void
note_unverified(struct facts *facts, const char *identity)
{
	static const char more[] = "...";
	size_t used = strlen(facts->unverified);

	if (facts->unverified_more || lists(facts->unverified, identity))
		return;
	if (used + strlen(", ") + strlen(identity) + strlen(", ") + strlen(more) >= sizeof facts->unverified) {
		facts->unverified_more = true;
		identity = more;
	}
	if (used > 0)
		buffer_append(facts->unverified, sizeof facts->unverified, bytes_of(", "));
	buffer_append(facts->unverified, sizeof facts->unverified, bytes_of(identity));
}

/* Of the address or one of the domains it is in. */
static enum table_answer
find_identity(const struct message *message, const struct settings *settings, const char *local, const char *domain)
{
	const struct table *identities = settings->values[IDENTITIES].table;
	enum table_answer answer = table_find_address(identities, message->services, local, domain, NULL);

	for (const char *parent = table_first_parent(domain); parent != NULL && answer == TABLE_ABSENT;
	     parent = strchr(parent + 1, '.'))
		answer = table_find(identities, message->services, parent + 1, NULL);
	return answer;
}

/* An identity in the list would look like two, or none. */
static void
tell_unverified(struct facts *facts, struct bytes local, struct bytes domain)
{
	char identity[FINDING_TEXT_MAX] = "";

	address_append(identity, sizeof identity, local, domain);
	for (char *at = identity; *at != '\0'; at++)
		if (*at == ',' || *at == ' ')
			*at = '?';
	note_unverified(facts, identity[0] != '\0' ? identity : "?");
}

/* What cannot be read is not verified. */
static void
verify(struct message *message, const struct settings *settings, struct bytes local, struct bytes domain)
{
	char copy[ADDRESS_LOCAL_MAX] = "", normal[DOMAIN_MAX];
	enum table_answer answer = TABLE_ABSENT;
	enum domain_status status = domain_normalize(domain, normal);

	if (status == DOMAIN_REFUSED) {
		message_fail(message, FAILURE_MEMORY);
		return;
	}
	if (status == DOMAIN_READABLE) {
		domain = bytes_of(normal);
		if (buffer_append(copy, sizeof copy, local))
			answer = find_identity(message, settings, copy, normal);
	}
	if (answer == TABLE_FAILED)
		verdict_table_failed(message, settings);
	if (answer == TABLE_ABSENT)
		tell_unverified(&message->facts, local, domain);
}

static void
verify_envelope(struct message *message, const struct settings *settings)
{
	struct facts *facts = &message->facts;
	const struct identity *sender = &facts->sender.literal;

	if (facts->envelope_verified)
		return;
	facts->envelope_verified = true;
	if (is_checked(settings, CHECK_ENVELOPE) && facts->sender.known && !facts->sender.null)
		verify(message, settings, bytes_of(sender->domain[0] != '\0' ? sender->local : facts->sender_path.text),
		       bytes_of(sender->domain));
}

static bool
is_identity(const struct address_event *event)
{
	return (event->type == ADDRESS_MAILBOX || event->type == ADDRESS_READING) && !sender_names_nobody(event);
}

/* Where readers may see another address than this, whose it is cannot be told. */
static void
verify_mailbox(struct message *message, const struct settings *settings, const struct address_event *event)
{
	if ((event->flaws & ADDRESS_UNREADABLE) != 0)
		tell_unverified(&message->facts, event->local, event->domain);
	else
		verify(message, settings, event->local, event->domain);
}

/* Every mailbox, in every reading of it. A field without any shows something that nobody verified. */
static void
verify_field(struct message *message, const struct settings *settings, struct bytes value)
{
	struct address_field field;
	struct address_event event;
	bool seen = false;

	address_field_init(&field, value);
	while (address_field_next(&field, &event)) {
		if (!is_identity(&event))
			continue;
		verify_mailbox(message, settings, &event);
		seen = true;
	}
	if (!seen)
		verify(message, settings, bytes_trim(value), (struct bytes){ NULL, 0 });
}

/* <> is the null sender, which null_sender judges. */
static bool
is_null_path(struct bytes value)
{
	return bytes_is(bytes_trim(value), "<>");
}

void
identity_unverified_gather(struct message *message, const struct settings *settings, struct bytes name,
			   struct bytes value)
{
	if (settings->values[IDENTITIES].table == NULL)
		return;
	verify_envelope(message, settings);
	if ((is_checked(settings, CHECK_FROM) && bytes_is(name, "From")) ||
	    (is_checked(settings, CHECK_SENDER) && bytes_is(name, "Sender")) ||
	    (is_checked(settings, CHECK_RETURN_PATH) && bytes_is(name, "Return-Path") && !is_null_path(value)))
		verify_field(message, settings, value);
}

bool
identity_unverified(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	struct facts *facts = &message->facts;

	if (settings->values[IDENTITIES].table == NULL)
		return false;
	verify_envelope(message, settings); /* of a message without any header field */
	if (facts->unverified[0] == '\0')
		return false;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(facts->unverified));
	finding_out->list = facts->unverified;
	return true;
}
