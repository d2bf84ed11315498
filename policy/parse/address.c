/* SPDX-License-Identifier: BSD-2-Clause */
/* Two levels. `within` says what an octet is part of (plain text, quoted string, comment, domain literal); in plain text, `place` says
 * where in its element it is:
 *
 *              <               >
 *      BARE -------> IN_ANGLE -----> BEHIND_ANGLE          `,` `;` and the end finish the element from anywhere,
 *                     @ |  ^ :            | <              but `,` in a route, and in an angle that goes on.
 *                       v  |              v
 *                     IN_ROUTE         IN_ANGLE
 *
 * Words, dots and `@` go to the spec of the place: `angle` within the brackets, `bare` outside. A bare spec that is complete
 * and turns out to be no mailbox of its own, as other words or a bracket follow, is given as a reading.
 *
 * What is hidden from this parser is in quotes and comments, so these must begin and end where they do for other readers.
 * Some take `\"` for a letter outside quotes, too; some an encoded word for one token whatever it holds; some take a
 * quoted word for the address when a special that belongs to nothing follows it. Then the quote is unclear. */
#include "policy/parse/address.h"

#include <string.h>

void
address_init(struct address_parser *parser)
{
	memset(parser, 0, sizeof *parser);
}

void
address_feed(struct address_parser *parser, struct bytes chunk)
{
	parser->chunk = chunk;
}

void
address_finish(struct address_parser *parser)
{
	parser->chunk = (struct bytes){ NULL, 0 };
	parser->finished = true;
}

static void
spec_clear(struct address_spec *spec)
{
	spec->state = ADDRESS_SPEC_EMPTY;
	spec->flaws = 0;
	spec->shortened = false;
	spec->local_length = spec->domain_length = 0;
}

static bool
spec_has_at(const struct address_spec *spec)
{
	return spec->state >= ADDRESS_SPEC_AT;
}

static void
spec_add(struct address_spec *spec, char c)
{
	bool in_domain = spec_has_at(spec);

	if (in_domain && spec->domain_length < ADDRESS_DOMAIN_MAX)
		spec->domain[spec->domain_length++] = c;
	else if (!in_domain && spec->local_length < ADDRESS_LOCAL_MAX)
		spec->local[spec->local_length++] = c;
	else
		spec->flaws |= ADDRESS_TOO_LONG;
}

static bool
in_angle(const struct address_parser *parser)
{
	return parser->place == ADDRESS_IN_ANGLE || parser->place == ADDRESS_IN_ROUTE;
}

static struct address_spec *
spec_of_place(struct address_parser *parser)
{
	return in_angle(parser) ? &parser->angle : &parser->bare;
}

static void
due(struct address_parser *parser, enum address_event_type type, struct address_spec *spec)
{
	parser->due[parser->due_count].type = type;
	parser->due[parser->due_count].spec = spec;
	parser->due[parser->due_count].goes_on = false;
	parser->due_count++;
}

/* Behind a blank, a comment or a stray bracket. */
static bool
is_apart(const struct address_parser *parser)
{
	return ascii_is_blank(parser->before) || parser->before == ')' || parser->before == '>';
}

/* The domain goes on behind a blank or comment, as obs-domain has it: who stops there sees a shorter one. False when
 * there is none, or it was given already. */
static bool
domain_may_end(struct address_parser *parser, struct address_spec *spec)
{
	if (spec->shortened || !is_apart(parser) ||
	    (spec->state != ADDRESS_SPEC_LABEL && spec->state != ADDRESS_SPEC_LABEL_DOT))
		return false;
	due(parser, ADDRESS_READING, spec);
	parser->due[parser->due_count - 1].goes_on = true;
	spec->shortened = true;
	return true;
}

/* A word begins in the spec. Returns false when an event is due first: the octet is then to be looked at again. */
static bool
word_begins(struct address_parser *parser, struct address_spec *spec)
{
	bool bare = spec == &parser->bare;

	switch (spec->state) {
	case ADDRESS_SPEC_DOT:
		if (is_apart(parser))
			spec->flaws |= ADDRESS_EXTRA;
		spec->state = ADDRESS_SPEC_WORD;
		break;
	case ADDRESS_SPEC_EMPTY:
		spec->state = ADDRESS_SPEC_WORD;
		break;
	case ADDRESS_SPEC_WORD:
		if (bare) { /* what came before was a phrase */
			spec_clear(spec);
			spec->state = ADDRESS_SPEC_WORD;
			parser->words = true;
		} else {
			spec->flaws |= is_apart(parser) ? ADDRESS_BLANK : ADDRESS_SPECIAL;
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
		spec->flaws |= is_apart(parser) ? ADDRESS_BLANK : ADDRESS_SPECIAL; /* some read a longer domain */
		if (bare) {
			due(parser, ADDRESS_READING, spec);
			parser->words = true;
			return false;
		}
		break;
	}
	return true;
}

static void
dot(struct address_spec *spec)
{
	switch (spec->state) {
	case ADDRESS_SPEC_EMPTY:
		spec->flaws |= ADDRESS_LOCAL_STARTS_WITH_DOT;
		spec->state = ADDRESS_SPEC_DOT;
		break;
	case ADDRESS_SPEC_WORD:
		spec->state = ADDRESS_SPEC_DOT;
		break;
	case ADDRESS_SPEC_DOT:
		spec->flaws |= ADDRESS_LOCAL_TWO_DOTS;
		break;
	case ADDRESS_SPEC_AT:
	case ADDRESS_SPEC_LABEL_DOT:
		spec->flaws |= ADDRESS_DOMAIN_EMPTY_LABEL;
		spec->state = ADDRESS_SPEC_LABEL_DOT;
		break;
	case ADDRESS_SPEC_LABEL:
		spec->state = ADDRESS_SPEC_LABEL_DOT;
		break;
	}
	spec_add(spec, '.');
}

static void
at_sign(struct address_parser *parser, struct address_spec *spec)
{
	if (spec_has_at(spec)) {
		spec->flaws |= ADDRESS_SEVERAL_AT;
		spec->state = ADDRESS_SPEC_AT;
		spec_add(spec, '@');
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

static void
open_angle(struct address_parser *parser)
{
	if (parser->place == ADDRESS_BARE) {
		if (spec_has_at(&parser->bare))
			due(parser, ADDRESS_READING, &parser->bare);
		else
			spec_clear(&parser->bare);
	} else {
		parser->element_flaws |= ADDRESS_EXTRA;
		angle_goes_on(parser);
	}
	parser->place = ADDRESS_IN_ANGLE;
}

static void
close_angle(struct address_parser *parser)
{
	if (parser->place == ADDRESS_IN_ROUTE) /* its colon never came */
		parser->angle.flaws |= parser->angle.local_length > 0 ? ADDRESS_EXTRA : ADDRESS_LOCAL_MISSING;
	if (in_angle(parser))
		parser->place = ADDRESS_BEHIND_ANGLE;
	else if (parser->bare.state == ADDRESS_SPEC_WORD || parser->bare.state == ADDRESS_SPEC_DOT)
		parser->element_flaws |= ADDRESS_SPECIAL;
	else
		parser->element_flaws |= ADDRESS_EXTRA;
}

/* Judges the mailbox that is to be given: what is missing, what is open. */
static uint32_t
mailbox_flaws(const struct address_parser *parser, const struct address_spec *spec)
{
	bool words = parser->place == ADDRESS_BARE && parser->words;
	uint32_t flaws = parser->element_flaws;

	if (in_angle(parser))
		flaws |= ADDRESS_ANGLE_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_QUOTE)
		flaws |= ADDRESS_QUOTE_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_COMMENT)
		flaws |= ADDRESS_COMMENT_OPEN;
	if (parser->finished && parser->within == ADDRESS_IN_LITERAL)
		flaws |= ADDRESS_LITERAL_OPEN;
	if (spec->state == ADDRESS_SPEC_EMPTY || (words && !spec_has_at(spec)))
		flaws |= ADDRESS_NONE_THERE;
	else if (spec->domain_length == 0)
		flaws |= ADDRESS_DOMAIN_MISSING;
	else if (words)
		flaws |= ADDRESS_EXTRA;
	return flaws;
}

/* Everything that the element's end gives. A bare address is its mailbox when there are no angle brackets. */
static void
element_end(struct address_parser *parser, bool group_ends)
{
	bool open = parser->finished && (parser->within == ADDRESS_IN_QUOTE || parser->within == ADDRESS_IN_COMMENT);

	if (parser->place != ADDRESS_BARE) {
		if (parser->bare.state != ADDRESS_SPEC_EMPTY) /* behind the brackets */
			parser->element_flaws |= ADDRESS_EXTRA;
		if (spec_has_at(&parser->bare))
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

static void
element_begins(struct address_parser *parser)
{
	parser->place = ADDRESS_BARE;
	parser->words = false;
	parser->quoted_at = false;
	parser->element_flaws = 0;
	parser->element_ends = false;
	spec_clear(&parser->bare);
	spec_clear(&parser->angle);
}

/* The end of a route's domain or of a group's name, whose flaws go over to what follows: a group's event has none. */
static void
colon(struct address_parser *parser, struct address_spec *spec)
{
	if (parser->place == ADDRESS_IN_ROUTE) {
		parser->element_flaws |= ADDRESS_ROUTE;
		parser->place = ADDRESS_IN_ANGLE;
		angle_goes_on(parser);
		return;
	}
	if (spec_has_at(spec))
		due(parser, ADDRESS_READING, spec);
	else
		spec_clear(spec);
	parser->words = false;
	if (parser->place == ADDRESS_BARE) {
		due(parser, ADDRESS_GROUP, NULL);
		parser->in_group = true;
	} else {
		parser->element_flaws |= ADDRESS_EXTRA;
	}
}

static void
separator(struct address_parser *parser, char c)
{
	if (in_angle(parser)) {
		if (parser->place == ADDRESS_IN_ANGLE)
			parser->element_flaws |= ADDRESS_EXTRA;
		angle_goes_on(parser);
	} else {
		element_end(parser, c == ';');
	}
}

static bool
is_control(char c)
{
	return ((unsigned char)c < 0x20 && !ascii_is_blank(c)) || c == 0x7f;
}

/* A NUL ends the whole field for some readers. */
static void
note_control(struct address_parser *parser, struct address_spec *spec, char c)
{
	if (c == '\0')
		parser->element_flaws |= ADDRESS_CONTROL;
	else if (is_control(c))
		spec->flaws |= ADDRESS_CONTROL;
}

/* An octet of an atom, or one that is none and stands there all the same. False: look at it again. */
static bool
atom(struct address_parser *parser, struct address_spec *spec, char c)
{
	if (!parser->in_atom && !word_begins(parser, spec))
		return false;
	parser->in_atom = true;
	note_control(parser, spec, c);
	if (c == '\x1b') /* who knows ISO 2022 reads what follows as something else */
		parser->element_flaws |= ADDRESS_CONTROL;
	if (c != '\0' && strchr("()[]\\:;", c) != NULL) {
		spec->flaws |= ADDRESS_SPECIAL;
		if (parser->quoted_at) /* who stops here takes what was quoted for the address */
			parser->element_flaws |= ADDRESS_QUOTE_UNCLEAR;
	}
	spec_add(spec, c);
	return true;
}

static bool
quote_opens(struct address_parser *parser, struct address_spec *spec)
{
	if (!word_begins(parser, spec))
		return false;
	if (spec_has_at(spec))
		spec->flaws |= ADDRESS_DOMAIN_QUOTED;
	if (parser->before == '\\' || parser->place == ADDRESS_BEHIND_ANGLE)
		parser->element_flaws |= ADDRESS_QUOTE_UNCLEAR;
	parser->within = ADDRESS_IN_QUOTE;
	return true;
}

static void
comment_opens(struct address_parser *parser)
{
	if (parser->before == '\\')
		parser->element_flaws |= ADDRESS_QUOTE_UNCLEAR;
	parser->within = ADDRESS_IN_COMMENT;
	parser->comment_depth = 1;
}

static bool
take_dot(struct address_parser *parser, struct address_spec *spec)
{
	if (domain_may_end(parser, spec))
		return false;
	if (is_apart(parser) && spec->state == ADDRESS_SPEC_WORD)
		spec->flaws |= ADDRESS_EXTRA;
	dot(spec);
	return true;
}

static void
literal_opens(struct address_parser *parser, struct address_spec *spec)
{
	spec->state = ADDRESS_SPEC_LABEL;
	spec_add(spec, '[');
	parser->within = ADDRESS_IN_LITERAL;
}

/* False: look at the octet again once what is due was taken. */
static bool
take_plain(struct address_parser *parser, char c)
{
	struct address_spec *spec = spec_of_place(parser);
	bool was_in_atom = parser->in_atom;

	parser->in_atom = false;
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return true;
	case '(':
		comment_opens(parser);
		return true;
	case '"':
		return quote_opens(parser, spec);
	case '<':
		open_angle(parser);
		return true;
	case '>':
		close_angle(parser);
		return true;
	case '@':
		at_sign(parser, spec);
		return true;
	case '.':
		return take_dot(parser, spec);
	case ':':
		if (parser->place == ADDRESS_IN_ANGLE)
			break;
		colon(parser, spec);
		return true;
	case ';':
		if (in_angle(parser))
			break;
		separator(parser, c);
		return true;
	case ',':
		separator(parser, c);
		return true;
	default:
		break;
	}
	if (c == '[' && spec->state == ADDRESS_SPEC_AT) {
		literal_opens(parser, spec);
		return true;
	}
	parser->in_atom = was_in_atom;
	return atom(parser, spec, c);
}

/* A literal line break ends no quoted string: it is a fold, whose blank stays. */
static void
take_quoted(struct address_parser *parser, char c)
{
	struct address_spec *spec = spec_of_place(parser);

	if (!parser->escaped && c == '"') {
		parser->within = ADDRESS_PLAIN;
		return;
	}
	if (!parser->escaped && c == '\\') {
		parser->escaped = true;
		return;
	}
	parser->escaped = false;
	if (c == '\r' || c == '\n')
		return;
	note_control(parser, spec, c);
	if (c == '@')
		parser->quoted_at = true;
	spec_add(spec, c);
}

static void
take_comment(struct address_parser *parser, char c)
{
	if (c == '\0')
		parser->element_flaws |= ADDRESS_CONTROL;
	if (parser->escaped) {
		parser->escaped = false;
	} else if (c == '\\') {
		parser->escaped = true;
	} else if (c == '(') {
		parser->comment_depth++;
	} else if (c == ')' && --parser->comment_depth == 0) {
		parser->within = ADDRESS_PLAIN;
	}
}

static void
take_literal(struct address_parser *parser, char c)
{
	struct address_spec *spec = spec_of_place(parser);

	if (ascii_is_blank(c))
		return;
	note_control(parser, spec, c);
	spec_add(spec, c);
	if (c == ']')
		parser->within = ADDRESS_PLAIN;
}

static bool
take(struct address_parser *parser, char c)
{
	switch (parser->within) {
	case ADDRESS_PLAIN:
		return take_plain(parser, c);
	case ADDRESS_IN_QUOTE:
		take_quoted(parser, c);
		break;
	case ADDRESS_IN_COMMENT:
		take_comment(parser, c);
		break;
	case ADDRESS_IN_LITERAL:
		take_literal(parser, c);
		break;
	}
	return true;
}

/* Follows encoded words (RFC 2047 2). Their specials are no letters here, for readers who do not know them. */
static void
follow_encoded_word(struct address_parser *parser, char c)
{
	enum { ALL_MARKS = 4 };

	if (c == '?' && parser->encoded_marks == 0 && parser->before == '=') {
		parser->encoded_marks = 1;
		parser->encoded_within = (int)parser->within;
	} else if (c == '?' && parser->encoded_marks > 0 && parser->encoded_marks < ALL_MARKS) {
		parser->encoded_marks++;
	} else if (c == '=' && parser->encoded_marks == ALL_MARKS && parser->before == '?') {
		parser->encoded_marks = 0;
		if ((int)parser->within != parser->encoded_within)
			parser->element_flaws |= ADDRESS_QUOTE_UNCLEAR;
	}
}

static void
taken(struct address_parser *parser)
{
	char c = parser->chunk.data[0];

	follow_encoded_word(parser, c);
	if (parser->before == '\r' && c != '\n') /* the end of a line, and of quotes, for some */
		parser->element_flaws |= ADDRESS_CONTROL;
	parser->before = c;
	parser->chunk = bytes_from(parser->chunk, 1);
}

static uint32_t
domain_flaws(struct bytes domain)
{
	uint32_t flaws = 0;
	char before = '.';

	if (domain.length > 0 && domain.data[0] == '[') {
		ptrdiff_t end = bytes_find(domain, ']');

		return end >= 0 && (size_t)end + 1 < domain.length ? ADDRESS_DOMAIN_CHARACTER : 0;
	}
	for (size_t i = 0; i < domain.length; i++) {
		char c = domain.data[i];
		char after = i + 1 < domain.length ? domain.data[i + 1] : '.';

		if (c == '-' && (before == '.' || after == '.'))
			flaws |= ADDRESS_DOMAIN_HYPHEN;
		else if (c != '.' && c != '-' && c != '_' && (unsigned char)c < 0x80 && !ascii_is_digit(c) &&
		         (ascii_lower(c) < 'a' || ascii_lower(c) > 'z'))
			flaws |= ADDRESS_DOMAIN_CHARACTER;
		before = c;
	}
	return domain.length > 0 && before == '.' ? flaws | ADDRESS_DOMAIN_EMPTY_LABEL : flaws;
}

static void
give(struct address_parser *parser, struct address_event *event_out)
{
	struct address_spec *spec = parser->due[0].spec;
	bool goes_on = parser->due[0].goes_on;

	*event_out = (struct address_event){ .type = parser->due[0].type };
	parser->due_count--;
	memmove(&parser->due[0], &parser->due[1], parser->due_count * sizeof parser->due[0]);
	parser->spec_taken = goes_on ? NULL : spec;
	if (spec == NULL)
		return;
	event_out->local = (struct bytes){ spec->local, spec->local_length };
	event_out->domain = (struct bytes){ spec->domain, spec->domain_length };
	event_out->flaws = domain_flaws(event_out->domain) | spec->flaws;
	if (event_out->type == ADDRESS_MAILBOX)
		event_out->flaws |= mailbox_flaws(parser, spec);
	else if (spec->domain_length == 0)
		event_out->flaws |= ADDRESS_DOMAIN_MISSING;
}

bool
address_next(struct address_parser *parser, struct address_event *event_out)
{
	for (;;) {
		if (parser->spec_taken != NULL)
			spec_clear(parser->spec_taken);
		parser->spec_taken = NULL;
		if (parser->due_count > 0) {
			give(parser, event_out);
			return true;
		}
		if (parser->element_ends)
			element_begins(parser);
		if (parser->chunk.length > 0) {
			if (take(parser, parser->chunk.data[0]))
				taken(parser);
		} else if (parser->finished && !parser->ended) {
			parser->ended = true;
			element_end(parser, true);
		} else {
			return false;
		}
	}
}
