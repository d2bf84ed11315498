/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare spec that is complete and turns out to be no mailbox of its own, as other words or a bracket follow, is given as
 * a reading. */
#include "policy/parse/address_element.h"
#include "policy/parse/address_spec.h"

bool
address_in_angle(const struct address_parser *parser)
{
	return parser->place == ADDRESS_IN_ANGLE || parser->place == ADDRESS_IN_ROUTE;
}

bool
address_is_apart(const struct address_parser *parser)
{
	return ascii_is_blank(parser->before) || parser->before == ')' || parser->before == '>';
}

static void
due(struct address_parser *parser, enum address_event_type type, struct address_spec *spec)
{
	parser->due[parser->due_count].type = type;
	parser->due[parser->due_count].spec = spec;
	parser->due[parser->due_count].goes_on = false;
	parser->due_count++;
}

/* The domain goes on behind a blank or comment, as obs-domain has it: who stops there sees a shorter one. False when
 * there is none, or it was given already. */
static bool
domain_may_end(struct address_parser *parser, struct address_spec *spec)
{
	if (spec->shortened || !address_is_apart(parser) ||
	    (spec->state != ADDRESS_SPEC_LABEL && spec->state != ADDRESS_SPEC_LABEL_DOT))
		return false;
	due(parser, ADDRESS_READING, spec);
	parser->due[parser->due_count - 1].goes_on = true;
	spec->shortened = true;
	return true;
}

bool
address_word_begins(struct address_parser *parser, struct address_spec *spec)
{
	bool bare = spec == &parser->bare;

	switch (spec->state) {
	case ADDRESS_SPEC_DOT:
		if (address_is_apart(parser))
			spec->flaws |= ADDRESS_SPREAD;
		spec->state = ADDRESS_SPEC_WORD;
		break;
	case ADDRESS_SPEC_EMPTY:
		spec->state = ADDRESS_SPEC_WORD;
		break;
	case ADDRESS_SPEC_WORD:
		if (bare) { /* what came before was a phrase */
			address_spec_clear(spec);
			spec->state = ADDRESS_SPEC_WORD;
			parser->words = true;
		} else {
			spec->flaws |= address_is_apart(parser) ? ADDRESS_BLANK : ADDRESS_SPECIAL;
		}
		break;
	case ADDRESS_SPEC_LABEL_DOT:
		if (domain_may_end(parser, spec))
			return false;
		spec->state = ADDRESS_SPEC_LABEL;
		break;
	case ADDRESS_SPEC_AT:
		spec->state = ADDRESS_SPEC_LABEL;
		break;
	case ADDRESS_SPEC_LABEL:
		/* Some read a longer domain. */
		spec->flaws |= address_is_apart(parser) ? ADDRESS_BLANK : ADDRESS_SPECIAL;
		if (bare) {
			due(parser, ADDRESS_READING, spec);
			parser->words = true;
			return false;
		}
		break;
	}
	return true;
}

bool
address_dot(struct address_parser *parser, struct address_spec *spec)
{
	if (domain_may_end(parser, spec))
		return false;
	if (address_is_apart(parser) && spec->state == ADDRESS_SPEC_WORD)
		spec->flaws |= ADDRESS_SPREAD;
	address_spec_dot(spec);
	return true;
}

void
address_at_sign(struct address_parser *parser, struct address_spec *spec)
{
	if (address_spec_has_at(spec)) {
		spec->flaws |= ADDRESS_SEVERAL_AT;
		spec->state = ADDRESS_SPEC_AT;
		address_spec_add(spec, '@');
		return;
	}
	if (spec->state == ADDRESS_SPEC_EMPTY && parser->place == ADDRESS_IN_ANGLE)
		parser->place = ADDRESS_IN_ROUTE; /* or a local part is missing: the end tells */
	else if (spec->state == ADDRESS_SPEC_EMPTY && parser->place != ADDRESS_IN_ROUTE)
		spec->flaws |= ADDRESS_LOCAL_MISSING;
	else if (spec->state == ADDRESS_SPEC_DOT)
		spec->flaws |= ADDRESS_LOCAL_ENDS_WITH_DOT;
	spec->state = ADDRESS_SPEC_AT;
}

/* A domain of a route is complete, or what a comma or another bracket ends within angle brackets. */
static void
angle_goes_on(struct address_parser *parser)
{
	if (parser->angle.state != ADDRESS_SPEC_EMPTY)
		due(parser, ADDRESS_READING, &parser->angle);
}

void
address_open_angle(struct address_parser *parser)
{
	if (parser->place == ADDRESS_BARE) {
		if (address_spec_has_at(&parser->bare))
			due(parser, ADDRESS_READING, &parser->bare);
		else
			address_spec_clear(&parser->bare);
	} else {
		parser->element_flaws |= ADDRESS_EXTRA;
		angle_goes_on(parser);
	}
	parser->place = ADDRESS_IN_ANGLE;
}

void
address_close_angle(struct address_parser *parser)
{
	if (parser->place == ADDRESS_IN_ROUTE) /* its colon never came */
		parser->angle.flaws |= parser->angle.local_length > 0 ? ADDRESS_EXTRA : ADDRESS_LOCAL_MISSING;
	if (address_in_angle(parser))
		parser->place = ADDRESS_BEHIND_ANGLE;
	else if (parser->bare.state == ADDRESS_SPEC_WORD || parser->bare.state == ADDRESS_SPEC_DOT)
		parser->element_flaws |= ADDRESS_SPECIAL;
	else
		parser->element_flaws |= ADDRESS_EXTRA;
}

/* The end of a route's domain or of a group's name, whose flaws go over to what follows: a group's event has none. */
void
address_colon(struct address_parser *parser, struct address_spec *spec)
{
	if (parser->place == ADDRESS_IN_ROUTE) {
		parser->element_flaws |= ADDRESS_ROUTE;
		parser->place = ADDRESS_IN_ANGLE;
		angle_goes_on(parser);
		return;
	}
	if (address_spec_has_at(spec))
		due(parser, ADDRESS_READING, spec);
	else
		address_spec_clear(spec);
	parser->words = false;
	if (parser->place == ADDRESS_BARE) {
		due(parser, ADDRESS_GROUP, NULL);
		parser->in_group = true;
	} else {
		parser->element_flaws |= ADDRESS_EXTRA;
	}
}

uint32_t
address_mailbox_flaws(const struct address_parser *parser, const struct address_spec *spec)
{
	bool words = parser->place == ADDRESS_BARE && parser->words;
	uint32_t flaws = parser->element_flaws;

	if (address_in_angle(parser))
		flaws |= ADDRESS_ANGLE_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_QUOTE)
		flaws |= ADDRESS_QUOTE_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_COMMENT)
		flaws |= ADDRESS_COMMENT_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_LITERAL)
		flaws |= ADDRESS_LITERAL_OPEN;
	if (spec->state == ADDRESS_SPEC_EMPTY || (words && !address_spec_has_at(spec)))
		flaws |= ADDRESS_NONE_THERE;
	else if (spec->domain_length == 0)
		flaws |= ADDRESS_DOMAIN_MISSING;
	else if (words)
		flaws |= ADDRESS_EXTRA;
	return flaws;
}

/* A bare address is its mailbox when there are no angle brackets. */
void
address_element_end(struct address_parser *parser, bool group_ends)
{
	bool open = parser->finished && (parser->within == ADDRESS_IN_QUOTE || parser->within == ADDRESS_IN_COMMENT);

	if (parser->place != ADDRESS_BARE) {
		if (parser->bare.state != ADDRESS_SPEC_EMPTY) /* behind the brackets */
			parser->element_flaws |= ADDRESS_EXTRA;
		if (address_spec_has_at(&parser->bare))
			due(parser, ADDRESS_READING, &parser->bare);
		due(parser, ADDRESS_MAILBOX, &parser->angle);
	} else if (parser->bare.state != ADDRESS_SPEC_EMPTY || parser->element_flaws != 0 || open) {
		due(parser, ADDRESS_MAILBOX, &parser->bare);
	}
	if (group_ends && parser->in_group) {
		due(parser, ADDRESS_GROUP_END, NULL);
		parser->in_group = false;
	}
	parser->element_ends = true;
}

void
address_element_begins(struct address_parser *parser)
{
	parser->place = ADDRESS_BARE;
	parser->words = false;
	parser->quoted_at = false;
	parser->element_flaws = 0;
	parser->element_ends = false;
	address_spec_clear(&parser->bare);
	address_spec_clear(&parser->angle);
}

void
address_separator(struct address_parser *parser, char c)
{
	if (address_in_angle(parser)) {
		if (parser->place == ADDRESS_IN_ANGLE)
			parser->element_flaws |= ADDRESS_EXTRA;
		angle_goes_on(parser);
	} else {
		address_element_end(parser, c == ';');
	}
}
