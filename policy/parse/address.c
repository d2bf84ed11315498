/* SPDX-License-Identifier: BSD-2-Clause */
/* `within` says what an octet is part of (plain text, quoted string, comment, domain literal). Plain text is cut into
 * tokens here, and address_element.h says what they do.
 *
 * What is hidden from this parser is in quotes and comments, so these must begin and end where they do for other readers.
 * Some take `\"` for a letter outside quotes, too; some an encoded word for one token whatever it holds; some take a
 * quoted word for the address when a special that belongs to nothing follows it. Then the quote is unclear. */
#include "policy/parse/address_element.h"
#include "policy/parse/address_spec.h"

#include <string.h>

/* Letters, digits, `-`, `_`, `+` and UTF-8 mean nothing but themselves in an atom and in quotes; nearly all octets are such. */
static inline bool
means_itself(char c)
{
	unsigned char octet = (unsigned char)c;

	if ((unsigned char)((octet | 0x20) - 'a') < 26) /* a letter in either case: asked first */
		return true;
	return octet >= 0x80 || ascii_is_digit(c) || c == '-' || c == '_' || c == '+';
}

void
address_init(struct address_parser *parser)
{
	/* The texts are as long as their lengths say: they need no clearing, which would cost more than reading an address. */
	memset(parser, 0, offsetof(struct address_parser, bare));
	address_spec_clear(&parser->bare);
	address_spec_clear(&parser->angle);
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

static struct address_spec *
spec_of_place(struct address_parser *parser)
{
	return address_in_angle(parser) ? &parser->angle : &parser->bare;
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
	if (!parser->in_atom && !address_word_begins(parser, spec))
		return false;
	parser->in_atom = true;
	if (means_itself(c)) {
		address_spec_add(spec, c);
		return true;
	}
	note_control(parser, spec, c);
	if (c == '\x1b') /* who knows ISO 2022 reads what follows as something else */
		parser->element_flaws |= ADDRESS_CONTROL;
	if (c != '\0' && strchr("()[]\\:;", c) != NULL) {
		spec->flaws |= ADDRESS_SPECIAL;
		if (parser->quoted_at) /* who stops here takes what was quoted for the address */
			parser->element_flaws |= ADDRESS_QUOTE_UNCLEAR;
	}
	address_spec_add(spec, c);
	return true;
}

static bool
quote_opens(struct address_parser *parser, struct address_spec *spec)
{
	if (!address_word_begins(parser, spec))
		return false;
	if (address_spec_has_at(spec))
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

static void
literal_opens(struct address_parser *parser, struct address_spec *spec)
{
	spec->state = ADDRESS_SPEC_LABEL;
	address_spec_add(spec, '[');
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
		address_open_angle(parser);
		return true;
	case '>':
		address_close_angle(parser);
		return true;
	case '@':
		address_at_sign(parser, spec);
		return true;
	case '.':
		return address_dot(parser, spec);
	case ':':
		if (parser->place == ADDRESS_IN_ANGLE)
			break;
		address_colon(parser, spec);
		return true;
	case ';':
		if (address_in_angle(parser))
			break;
		address_separator(parser, c);
		return true;
	case ',':
		address_separator(parser, c);
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
	address_spec_add(spec, c);
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
	address_spec_add(spec, c);
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

	if (c != '?' && c != '=')
		return;
	if (c == '?' && parser->encoded_marks == 0 && parser->before == '=') {
		parser->encoded_marks = 1;
		parser->encoded_within = parser->within;
	} else if (c == '?' && parser->encoded_marks > 0 && parser->encoded_marks < ALL_MARKS) {
		parser->encoded_marks++;
	} else if (c == '=' && parser->encoded_marks == ALL_MARKS && parser->before == '?') {
		parser->encoded_marks = 0;
		if (parser->within != parser->encoded_within)
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

/* Takes letters while they come, which does what taking each by itself would. */
static void
take_letters(struct address_parser *parser)
{
	bool in_quote = parser->within == ADDRESS_IN_QUOTE && !parser->escaped;
	struct bytes chunk = parser->chunk;
	size_t length = 0;

	if ((!in_quote && !(parser->within == ADDRESS_PLAIN && parser->in_atom)) || parser->before == '\r')
		return;
	while (length < chunk.length && (means_itself(chunk.data[length]) || (in_quote && chunk.data[length] == ' ')))
		length++;
	if (length == 0)
		return;
	address_spec_add_letters(spec_of_place(parser), (struct bytes){ chunk.data, length });
	parser->before = chunk.data[length - 1];
	parser->chunk = bytes_from(chunk, length);
}

/* Outlook names people without a name by their address between apostrophes. */
static void
strip_apostrophes(struct address_event *event)
{
	struct bytes *local = &event->local;
	struct bytes *domain = &event->domain;

	if (local->length < 2 || domain->length < 2 || local->data[0] != '\'' ||
	    domain->data[domain->length - 1] != '\'')
		return;
	*local = bytes_from(*local, 1);
	domain->length--;
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
	if (event_out->type == ADDRESS_READING)
		strip_apostrophes(event_out);
	event_out->flaws = address_domain_flaws(event_out->domain) | spec->flaws;
	if (event_out->type == ADDRESS_MAILBOX)
		event_out->flaws |= address_mailbox_flaws(parser, spec);
	else if (spec->domain_length == 0)
		event_out->flaws |= ADDRESS_DOMAIN_MISSING;
}

bool
address_next(struct address_parser *parser, struct address_event *event_out)
{
	for (;;) {
		if (parser->spec_taken != NULL)
			address_spec_clear(parser->spec_taken);
		parser->spec_taken = NULL;
		if (parser->due_count > 0) {
			give(parser, event_out);
			return true;
		}
		if (parser->element_ends)
			address_element_begins(parser);
		if (parser->chunk.length > 0) {
			if (take(parser, parser->chunk.data[0])) {
				taken(parser);
				take_letters(parser);
			}
		} else if (parser->finished && !parser->ended) {
			parser->ended = true;
			address_element_end(parser, true);
		} else {
			return false;
		}
	}
}
