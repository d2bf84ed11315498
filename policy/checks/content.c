/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of the message's body. */
#include "policy/checks/rows.h"

#include <string.h>

bool
inline_image_empty(const struct leaf *leaf, const struct settings *settings)
{
	(void)settings;
	return leaf->kind == LEAF_INLINE_IMAGE && leaf->empty;
}

enum { EXCEPT_NAMES, EXCEPT_TYPES };

const struct param attachment_empty_params[] = {
	[EXCEPT_NAMES] = {
		.name = "except_names",
		.type = PARAM_PATTERNS,
		.preset = "",
		.what = "Attachments with a file name that fits one of these patterns may be empty.",
	},
	[EXCEPT_TYPES] = {
		.name = "except_types",
		.type = PARAM_PATTERNS,
		.preset = "",
		.what = "Attachments of a media type that fits one of these patterns may be empty.",
	},
	{ .name = NULL },
};

/* Whether a name that cannot be known for want of memory is excepted is not known either: the failure's answer stands. */
bool
attachment_empty(const struct leaf *leaf, const struct settings *settings)
{
	bool is_attachment = leaf->kind == LEAF_ATTACHMENT ||
			     (leaf->kind == LEAF_ENCLOSED &&
			      (leaf->part->has_name || (leaf->part->dispositions & DISPOSITION_ATTACHMENT) != 0));

	return is_attachment && leaf->empty && !leaf->part->name_refused &&
	       !string_list_matches(&settings->values[EXCEPT_NAMES].list, leaf->part->name) &&
	       !string_list_matches(&settings->values[EXCEPT_TYPES].list, leaf->part->type);
}

bool
leaves_settled(const struct message *message, const struct settings *settings)
{
	(void)settings;
	return mime_complete(&message->facts.mime) && content_decided(&message->facts.content);
}

enum { BLANK_IS_MISSING };

const struct param body_missing_params[] = {
	[BLANK_IS_MISSING] = {
		.name = "blank_is_missing",
		.type = PARAM_BOOLEAN,
		.preset = "true",
		.what = "Whether text of nothing but white space and invisible characters counts as no text.",
	},
	{ .name = NULL },
};

static bool
body_seen(const struct message *message, const struct settings *settings)
{
	const struct content *content = &message->facts.content;

	return content->seen || (settings->values[BLANK_IS_MISSING].number == 0 && content->text_octets);
}

bool
body_missing(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)finding_out;
	return !body_seen(message, settings);
}

bool
body_missing_settled(const struct message *message, const struct settings *settings)
{
	return body_seen(message, settings) || (mime_complete(&message->facts.mime) && !message->facts.content.open);
}

enum { NAMES, TYPES };

const struct param attachment_type_params[] = {
	[NAMES] = {
		.name = "names",
		.type = PARAM_PATTERNS,
		.preset = "",
		.what = "File names that fit one of these patterns are not allowed, blanks and dots at their ends aside.",
	},
	[TYPES] = {
		.name = "types",
		.type = PARAM_PATTERNS,
		.preset = "",
		.what = "Media types that fit one of these patterns are not allowed.",
	},
	{ .name = NULL },
};

/* Windows drops blanks and dots at the end of a name, and so would open it as what comes before. */
static bool
name_fits(const struct string_list *patterns, const char *name)
{
	char plain[MIME_NAME_MAX] = "";
	size_t length;

	buffer_append(plain, sizeof plain, bytes_of(name));
	length = strlen(plain);
	while (length > 0 && (plain[length - 1] == '.' || plain[length - 1] == ' '))
		plain[--length] = '\0';
	return string_list_matches(patterns, name) || string_list_matches(patterns, plain);
}

/* A name that is too long to be known whole is not allowed where names matter; of one that memory was refused for there is
 * nothing to say. */
bool
attachment_type(const struct leaf *leaf, const struct settings *settings)
{
	const struct string_list *names = &settings->values[NAMES].list;
	const struct mime_part *part = leaf->part;

	if (names->count > 0 && part->has_name && !part->name_refused &&
	    (part->name_cut || name_fits(names, part->name) || name_fits(names, part->other_name)))
		return true;
	return string_list_matches(&settings->values[TYPES].list, part->type);
}
