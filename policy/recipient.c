/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/recipient.h"

#include "policy/verdict.h"

#include <string.h>
#include <unistr.h>

/* Without its brackets and the blanks around it. */
static void
copy_path(const char *path, char *text_out, size_t size)
{
	struct bytes text = bytes_trim(bytes_of(path));

	if (text.length > 0 && text.data[0] == '<')
		text = bytes_from(text, 1);
	if (text.length > 0 && text.data[text.length - 1] == '>')
		text.length--;
	text_out[0] = '\0';
	buffer_append(text_out, size, text);
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > 0x7e)
			return false;
	return true;
}

/* RFC 5321 4.1.1.2: a server takes a source route and ignores it. RFC 5321 4.5.1: <postmaster> needs no domain. An address without a
 * domain that the MTA completes, as of sendmail(1), is its user's business. */
static uint32_t
path_flaws(const struct address_path *path, const char *text, const struct message *message, const char *path_by_mta)
{
	uint32_t flaws = path->flaws & ~(uint32_t)(ADDRESS_ROUTE | ADDRESS_SPREAD);
	bool completed = path_by_mta != NULL && strchr(path_by_mta, '@') != NULL;
	bool local = message->circumstances.client->origin == ORIGIN_LOCAL;

	if ((completed && local) || bytes_is(bytes_of(text), "postmaster"))
		flaws &= ~(uint32_t)ADDRESS_DOMAIN_MISSING;
	return flaws;
}

void
path_read(struct message *message, const char *path, const char *path_by_mta, struct path_facts *facts_out)
{
	enum domain_status status = DOMAIN_READABLE;
	struct address_path parsed;
	char normal[DOMAIN_MAX];

	*facts_out = (struct path_facts){ .rule = NULL };
	if (path == NULL)
		return;
	copy_path(path, facts_out->text, sizeof facts_out->text);
	address_parse_path(bytes_of(path), &parsed);
	if (parsed.null)
		return;
	if (parsed.domain[0] != '\0')
		status = domain_normalize(bytes_of(parsed.domain), normal);
	if (status == DOMAIN_REFUSED)
		message_fail(message, FAILURE_MEMORY);
	uint32_t flaws = path_flaws(&parsed, facts_out->text, message, path_by_mta);
	if (flaws != 0)
		facts_out->rule = address_flaw_text(flaws);
	else if (status == DOMAIN_UNREADABLE)
		facts_out->rule = "Domain not valid";
	else if (!message->facts.smtputf8 && !(is_ascii(parsed.local) && is_ascii(parsed.domain)))
		facts_out->rule = "Address not ASCII, and SMTPUTF8 not asked for";
	else if (u8_check((const uint8_t *)parsed.local, strlen(parsed.local)) != NULL)
		facts_out->rule = "Local address not UTF-8";
	facts_out->utf8 = !is_ascii(parsed.local) || !is_ascii(parsed.domain);
}

/* One more recipient of the message, as far as profiles ask. */
static void
note_recipient(struct message *message, const char *path)
{
	struct address_path parsed;
	char domain[DOMAIN_MAX];

	message->facts.recipients++;
	if (!message->policy->asks_recipients)
		return;
	address_parse_path(bytes_of(path), &parsed);
	enum domain_status status = domain_normalize(bytes_of(parsed.domain), domain);
	if (status == DOMAIN_REFUSED)
		message_fail(message, FAILURE_MEMORY);
	if (status != DOMAIN_READABLE)
		domain[0] = parsed.local[0] =
			'\0'; /* nobody's: a local part by itself might look like a domain's key */
	if (!profiles_note_recipient(message->policy->profiles, message->policy->profile_count, parsed.local, domain,
				     message->services, &message->circumstances))
		message_fail(message, FAILURE_TABLES);
}

static void
judge_recipient(struct message *message, const struct recipient *recipient, struct verdict *verdict_out)
{
	struct path_facts *path = &message->facts.recipient_path;

	message->stage = STAGE_RCPT;
	path_read(message, recipient->path, recipient->path_by_mta, path);
	if (path->text[0] == '\0' && path->rule == NULL)
		path->rule = "Address missing"; /* RFC 5321 4.1.1.3: <> is no recipient */
	verdict_ask_recipient(message, verdict_out);
	if (!verdict_is_final(verdict_out))
		note_recipient(message, recipient->path);
}

void
message_recipient(struct message *message, const struct recipient *recipient, struct verdict *verdict_out)
{
	struct facts *facts = &message->facts;

	*verdict_out = (struct verdict){ .kind = VERDICT_ACCEPT, .stage = STAGE_RCPT };
	if (!verdict_is_final(&message->verdict))
		judge_recipient(message, recipient, verdict_out);
	if (facts->recipients_wait && verdict_is_final(verdict_out))
		message->verdict = *verdict_out;
	if (verdict_is_final(&message->verdict))
		*verdict_out = message->verdict; /* a table that cannot tell answers here, too */
	if (facts->recipients_wait)
		*verdict_out = (struct verdict){ .kind = VERDICT_ACCEPT, .stage = STAGE_RCPT };
}
