/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of the message's header section. */
#include "policy/checks/rows.h"
#include "policy/parse/address_field.h"

#include <assert.h>
#include <stdio.h>

enum { FIELDS };

const struct param header_missing_params[] = {
	[FIELDS] = {
		.name = "fields",
		.type = PARAM_FIELDS,
		.preset = "From",
		.what = "The header fields a message must have.",
	},
	{ .name = NULL },
};

/* RFC 5322 3.6 allows each of these once; so do RFC 2045 3 and RFC 2183 2 for those of MIME. */
const struct param header_duplicate_params[] = {
	[FIELDS] = {
		.name = "fields",
		.type = PARAM_FIELDS,
		.preset = "Date From Sender Reply-To To Cc Bcc Message-ID In-Reply-To References Subject MIME-Version Content-Type "
		          "Content-Transfer-Encoding Content-ID Content-Description Content-Disposition",
		.what = "The header fields a message may have once at most.",
	},
	{ .name = NULL },
};

/* The place of a field among those counted: every field that a setting names is (policy_complete). */
static size_t
counted_index(const struct policy *policy, const char *name)
{
	size_t i = policy_counted_index(policy, bytes_of(name));

	assert(i < policy->counted_field_count);
	return i;
}

bool
header_missing(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct string_list *fields = &settings->values[FIELDS].list;

	for (size_t i = 0; i < fields->count; i++) {
		if (message->facts.field_counts[counted_index(message->policy, fields->items[i])] > 0)
			continue;
		buffer_append(finding_out->field, sizeof finding_out->field, bytes_of(fields->items[i]));
		return true;
	}
	return false;
}

static bool
any_twice(const struct message *message)
{
	for (size_t i = 0; i < message->policy->counted_field_count; i++)
		if (message->facts.field_counts[i] >= 2)
			return true;
	return false;
}

bool
header_duplicate(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct string_list *fields = &settings->values[FIELDS].list;

	if (!any_twice(message)) /* nearly always, and then no name is looked up */
		return false;
	for (size_t i = 0; i < fields->count; i++) {
		size_t index = counted_index(message->policy, fields->items[i]);

		if (message->facts.field_counts[index] < 2)
			continue;
		buffer_append(finding_out->field, sizeof finding_out->field, bytes_of(fields->items[i]));
		finding_out->line = message->facts.field_lines[index];
		return true;
	}
	return false;
}

bool
subject_missing(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)settings;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("Subject"));
	return message->facts.subject.count == 0;
}

bool
subject_empty(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct field_facts *subject = &message->facts.subject;

	(void)settings;
	if (subject->count == 0 || message->facts.subject_visible)
		return false;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("Subject"));
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(subject->value));
	finding_out->line = subject->line;
	return true;
}

enum { MAX_CHARACTERS };

const struct param subject_too_long_params[] = {
	[MAX_CHARACTERS] = {
		.name = "max_characters",
		.type = PARAM_NUMBER,
		.preset = "255",
		.what = "The most characters (Unicode code points) a Subject may have once decoded, not counting blanks around it.",
		.unit = "characters",
		.least = 1,
		.most = 100000,
	},
	{ .name = NULL },
};

bool
subject_too_long(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	if ((int64_t)message->facts.subject_characters <= settings->values[MAX_CHARACTERS].number)
		return false;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("Subject"));
	snprintf(finding_out->value, sizeof finding_out->value, "%zu characters", message->facts.subject_characters);
	finding_out->line = message->facts.subject.line;
	return true;
}

const struct param address_invalid_params[] = {
	[FIELDS] = {
		.name = "fields",
		.type = PARAM_FIELDS,
		.preset = "From Sender Reply-To To Cc Bcc",
		.what = "The header fields whose addresses are looked at.",
	},
	{ .name = NULL },
};

static bool
is_named(const struct string_list *fields, struct bytes name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (bytes_is(name, fields->items[i]))
			return true;
	return false;
}

/* Obsolete forms are allowed (RFC 5322 4.4); what only some readers misread is no error of syntax. */
static bool
take_mailbox(const struct address_event *event, struct finding *finding_out)
{
	uint32_t flaws = event->flaws & ~(uint32_t)(ADDRESS_ROUTE | ADDRESS_SPREAD | ADDRESS_QUOTE_UNCLEAR);

	if (event->type != ADDRESS_MAILBOX || flaws == 0)
		return false;
	finding_out->rule = address_flaw_text(flaws);
	address_append(finding_out->value, sizeof finding_out->value, event->local, event->domain);
	return true;
}

/* The first mailbox that breaks a rule. A field without any is another check's business. */
bool
address_invalid(struct bytes name, struct bytes value, const struct settings *settings, struct finding *finding_out)
{
	struct address_field field;
	struct address_event event;
	bool invalid = false;

	if (!is_named(&settings->values[FIELDS].list, name))
		return false;
	address_field_init(&field, value);
	while (!invalid && address_field_next(&field, &event))
		invalid = take_mailbox(&event, finding_out);
	if (invalid)
		buffer_append(finding_out->field, sizeof finding_out->field, name);
	return invalid;
}

enum { ALIGNMENT_MATCH };

/* In the order of enum alignment, from ALIGNED_ORGANIZATION on. */
static const char *const alignment_match[] = { "organization", "domain", "address", NULL };

const struct param alignment_params[] = {
	[ALIGNMENT_MATCH] = {
		.name = "match",
		.type = PARAM_CHOICE,
		.preset = "organization",
		.what = "What must be the same: the organization (the registrable domain of the Public Suffix List), the whole domain, or the "
		"whole address.",
		.choices = alignment_match,
	},
	{ .name = NULL },
};

/* Nothing to compare: an unknown or null envelope sender (null_sender judges that, and a login's own addresses may take its place), or no From
 * (header_missing does). */
bool
alignment(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct facts *facts = &message->facts;
	int64_t wanted = settings->values[ALIGNMENT_MATCH].number + ALIGNED_ORGANIZATION;

	if (!facts->sender.known || (facts->sender.null && !facts->login_judges) || facts->from.count == 0 ||
	    (int64_t)facts->alignment >= wanted)
		return false;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("From"));
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(facts->from.value));
	finding_out->line = facts->from.line;
	return true;
}
