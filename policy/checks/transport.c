/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of the message as octets: size, controls, structure. */
#include "policy/checks/rows.h"

/* Appends a name to a list of names. */
static void
append_name(char *list, size_t size, const char *name)
{
	if (list[0] != '\0')
		buffer_append(list, size, bytes_of(", "));
	buffer_append(list, size, bytes_of(name));
}

enum { FLAWS, MAX_DEPTH, MAX_PARTS };

/* In the order of the bits of enum mime_flaw, then of enum decoder_flaw. */
static const char *const flaw_names[] = {
	"boundary_missing",  "boundary_unseen",  "nested_too_deep", "too_many_parts", "unclosed", "encoded_multipart",
	"header_unreadable", "encoding_unknown", "base64_invalid",  "qp_invalid",     NULL,
};
enum { DECODER_FLAWS_SHIFT = 8, DECODER_FLAWS = DECODER_BASE64_INVALID | DECODER_QP_INVALID };
_Static_assert(MIME_ENCODING_UNKNOWN == 1 << (DECODER_FLAWS_SHIFT - 1), "the decoder's flaws follow those of MIME");

const struct param mime_invalid_params[] = {
	[FLAWS] = {
		.name = "flaws",
		.type = PARAM_CHOICES,
		.preset = "boundary_missing boundary_unseen nested_too_deep too_many_parts",
		.what = "The flaws of structure that are not tolerated.",
		.choices = flaw_names,
	},
	[MAX_DEPTH] = {
		.name = "max_depth",
		.type = PARAM_NUMBER,
		.preset = "100",
		.what = "How deep multiparts may lie within each other before they are nested_too_deep.",
		.unit = "levels",
		.least = 1,
		.most = MIME_DEPTH_MAX,
	},
	[MAX_PARTS] = {
		.name = "max_parts",
		.type = PARAM_NUMBER,
		.preset = "10000",
		.what = "How many parts a message may have before there are too_many_parts.",
		.unit = "parts",
		.least = 1,
		.most = 1000000,
	},
	{ .name = NULL },
};

void
mime_invalid_prepare(struct facts *facts, const struct settings *settings)
{
	facts->mime.depth_limit = (unsigned)settings->values[MAX_DEPTH].number;
	facts->mime.parts_limit = (unsigned)settings->values[MAX_PARTS].number;
	if ((settings->values[FLAWS].number >> DECODER_FLAWS_SHIFT) != 0)
		facts->content.wants_flaws = true;
}

static int64_t
refused_flaws(const struct facts *facts, const struct settings *settings)
{
	int64_t decoder = (int64_t)(facts->content.decoder_flaws & DECODER_FLAWS) << DECODER_FLAWS_SHIFT;

	return ((int64_t)facts->mime.flaws | decoder) & settings->values[FLAWS].number;
}

bool
mime_invalid(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	int64_t flaws = refused_flaws(&message->facts, settings);

	for (size_t i = 0; flaw_names[i] != NULL; i++)
		if ((flaws & (int64_t)1 << i) != 0)
			append_name(finding_out->value, sizeof finding_out->value, flaw_names[i]);
	return flaws != 0;
}

/* The structure stands when the outermost multipart is closed; how a part is encoded, when it has ended. */
bool
mime_invalid_settled(const struct message *message, const struct settings *settings)
{
	const struct facts *facts = &message->facts;

	(void)settings;
	return mime_complete(&facts->mime) && (!facts->content.open || !facts->content.wants_flaws);
}

enum { SIZE_LIMIT };

const struct param size_exceeded_params[] = {
	[SIZE_LIMIT] = {
		.name = "limit",
		.type = PARAM_SIZE,
		.preset = "none",
		.what = "The most octets a message may have, header and body together.",
	},
	{ .name = NULL },
};

static bool
is_too_large(const struct message *message, const struct settings *settings)
{
	int64_t limit = settings->values[SIZE_LIMIT].number;

	return limit > 0 && message->facts.size > (size_t)limit;
}

bool
size_exceeded(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	(void)finding_out;
	return is_too_large(message, settings);
}

bool
size_exceeded_settled(const struct message *message, const struct settings *settings)
{
	return settings->values[SIZE_LIMIT].number == 0 || is_too_large(message, settings);
}

enum { WHICH };

/* In the order of the bits of enum control. */
static const char *const control_names[] = { "nul", "bare_cr", "bare_lf", NULL };

const struct param control_characters_params[] = {
	[WHICH] = {
		.name = "which",
		.type = PARAM_CHOICES,
		.preset = "nul bare_cr bare_lf",
		.what = "What must not occur; the mail server may have mended line ends before.",
		.choices = control_names,
	},
	{ .name = NULL },
};

void
control_characters_prepare(struct facts *facts, const struct settings *settings)
{
	(void)settings;
	facts->wants_controls = true;
}

bool
control_characters(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	unsigned found = message->facts.controls.found & (unsigned)settings->values[WHICH].number;

	if (message->facts.line_feeds)
		found &= ~(unsigned)CONTROL_BARE_LF;
	for (size_t i = 0; control_names[i] != NULL; i++)
		if ((found & 1u << i) != 0)
			append_name(finding_out->value, sizeof finding_out->value, control_names[i]);
	return found != 0;
}

/* Which of them occur is in the finding: all must be known. */
bool
control_characters_settled(const struct message *message, const struct settings *settings)
{
	return ((unsigned)settings->values[WHICH].number & ~message->facts.controls.found) == 0;
}
