/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of the message's header section. */
#include "policy/checks/rows.h"

#include <assert.h>

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
	size_t i = 0;

	while (i < policy->counted_field_count && !bytes_is(bytes_of(name), policy->counted_fields[i]))
		i++;
	assert(i < policy->counted_field_count);
	return i;
}

bool
header_missing(const struct message *message, const struct settings *settings, struct finding *finding_out)
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

bool
header_duplicate(const struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct string_list *fields = &settings->values[FIELDS].list;

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
subject_missing(const struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)settings;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("Subject"));
	return message->facts.subject.count == 0;
}

bool
subject_empty(const struct message *message, const struct settings *settings, struct finding *finding_out)
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

/* Nothing to compare: an unknown or null envelope sender (null_sender judges that), or no From (header_missing does). */
bool
alignment(const struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct facts *facts = &message->facts;
	int64_t wanted = settings->values[ALIGNMENT_MATCH].number + ALIGNED_ORGANIZATION;

	if (!facts->sender.known || facts->sender.null || facts->from.count == 0 || (int64_t)facts->alignment >= wanted)
		return false;
	buffer_append(finding_out->field, sizeof finding_out->field, bytes_of("From"));
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(facts->from.value));
	finding_out->line = facts->from.line;
	return true;
}
