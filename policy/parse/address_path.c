/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_plain.h"

#include <string.h>

const char *
address_flaw_text(uint32_t flaws)
{
	static const struct {
		uint32_t flaw;
		const char *text;
	} texts[] = {
		{ ADDRESS_QUOTE_OPEN, "Quote not closed" },
		{ ADDRESS_COMMENT_OPEN, "Comment not closed" },
		{ ADDRESS_LITERAL_OPEN, "Domain literal not closed" },
		{ ADDRESS_ANGLE_OPEN, "Angle bracket not closed" },
		{ ADDRESS_QUOTE_UNCLEAR, "Quote or comment is not clear" },
		{ ADDRESS_CONTROL, "Address contains a control character" },
		{ ADDRESS_NONE_THERE, "Address missing" },
		{ ADDRESS_SEVERAL_AT, "Address contains more than one at sign" },
		{ ADDRESS_DOMAIN_MISSING, "Domain missing" },
		{ ADDRESS_BLANK, "Address contains a blank" },
		{ ADDRESS_DOMAIN_QUOTED, "Domain contains a quote" },
		{ ADDRESS_TOO_LONG, "Address too long" },
		{ ADDRESS_DOMAIN_CHARACTER, "Domain contains an illegal character" },
		{ ADDRESS_SPECIAL, "Address contains an unquoted special character" },
		{ ADDRESS_LOCAL_MISSING, "Local address missing" },
		{ ADDRESS_LOCAL_STARTS_WITH_DOT, "Local address starts with dot" },
		{ ADDRESS_LOCAL_ENDS_WITH_DOT, "Local address ends with dot" },
		{ ADDRESS_LOCAL_TWO_DOTS, "Local address contains two dots in a row" },
		{ ADDRESS_DOMAIN_EMPTY_LABEL, "Domain contains an empty label" },
		{ ADDRESS_DOMAIN_HYPHEN, "Domain label starts or ends with hyphen" },
		{ ADDRESS_ROUTE, "Address contains a source route" },
		{ ADDRESS_EXTRA, "Address mixed with other text" },
		{ ADDRESS_SPREAD, "Local address contains a blank at a dot" },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if ((flaws & texts[i].flaw) != 0)
			return texts[i].text;
	return "Address well formed";
}

bool
address_append(char *buffer, size_t size, struct bytes local, struct bytes domain)
{
	return buffer_append(buffer, size, local) &&
	       (domain.length == 0 ||
		(buffer_append(buffer, size, bytes_of("@")) && buffer_append(buffer, size, domain)));
}

static void
copy(char *out, size_t size, struct bytes text)
{
	out[0] = '\0';
	buffer_append(out, size, text);
}

/* The first mailbox is the path. Another one, a group, a phrase and whatever else lists have makes it none; the
 * readings of a source route have no local part. */
static void
take_event(struct address_path *path, const struct address_event *event, bool *seen)
{
	bool mailbox = event->type == ADDRESS_MAILBOX;

	if (*seen || (event->flaws & ADDRESS_EXTRA) != 0 || (!mailbox && event->local.length > 0))
		path->flaws |= ADDRESS_NONE_THERE;
	if (*seen || !mailbox)
		return;
	*seen = true;
	path->flaws |= event->flaws;
	if (event->local.length >= sizeof path->local || event->domain.length >= sizeof path->domain)
		path->flaws |= ADDRESS_TOO_LONG;
	copy(path->local, sizeof path->local, event->local);
	copy(path->domain, sizeof path->domain, event->domain);
}

static void
take_chunk(struct address_parser *parser, struct bytes chunk, struct address_path *path, bool *seen)
{
	struct address_event event;

	address_feed(parser, chunk);
	while (address_next(parser, &event))
		take_event(path, &event, seen);
}

/* Without brackets it is read as within them. A mailbox that is there before the end was followed by a separator; at the end there is one in any
 * case, as the path begins with a bracket. */
void
address_parse_path(struct bytes path, struct address_path *path_out)
{
	struct address_parser parser;
	struct address_event event;
	struct address_plain plain;
	bool seen = false;
	bool bracketed;

	path_out->null = false;
	path_out->flaws = 0;
	path_out->local[0] = path_out->domain[0] = '\0';
	path = bytes_trim(path);
	bracketed = path.length > 0 && path.data[0] == '<';
	if (path.length == 0 || (bracketed && bytes_is(bytes_trim(bytes_from(path, 1)), ">"))) {
		path_out->null = true;
		return;
	}
	if (address_plain(path, &plain) && !plain.named) {
		copy(path_out->local, sizeof path_out->local, plain.local);
		copy(path_out->domain, sizeof path_out->domain, plain.domain);
		return;
	}
	address_init(&parser);
	if (!bracketed)
		take_chunk(&parser, bytes_of("<"), path_out, &seen);
	take_chunk(&parser, path, path_out, &seen);
	if (!bracketed)
		take_chunk(&parser, bytes_of(">"), path_out, &seen);
	if (seen)
		path_out->flaws |= ADDRESS_NONE_THERE;
	address_finish(&parser);
	while (address_next(&parser, &event))
		take_event(path_out, &event, &seen);
}
