/* SPDX-License-Identifier: BSD-2-Clause */
/* address_element.h - an element of an address list: what each token does to it, and the events it gives. Private to
 * address.h's parser.
 *
 *              <               >
 *      BARE -------> IN_ANGLE -----> BEHIND_ANGLE          `,` `;` and the end finish the element from anywhere,
 *                     @ |  ^ :            | <              but `,` in a route, and in an angle that goes on.
 *                       v  |              v
 *                     IN_ROUTE         IN_ANGLE
 *
 * Words, dots and `@` go to the spec of the place: `angle` within the brackets, `bare` outside. Each function may make
 * events due, which are to be taken before the next octet. */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_ELEMENT_H
#define POSTERN_POLICY_PARSE_ADDRESS_ELEMENT_H

#include "policy/parse/address.h"

bool address_in_angle(const struct address_parser *parser);
/* Behind a blank, a comment or a stray bracket. */
bool address_is_apart(const struct address_parser *parser);

void address_element_begins(struct address_parser *parser);
/* Everything that the element's end gives. */
void address_element_end(struct address_parser *parser, bool group_ends);

/* False when an event is due first: the octet is then to be looked at again. */
bool address_word_begins(struct address_parser *parser, struct address_spec *spec);
bool address_dot(struct address_parser *parser, struct address_spec *spec);

void address_at_sign(struct address_parser *parser, struct address_spec *spec);
void address_open_angle(struct address_parser *parser);
void address_close_angle(struct address_parser *parser);
void address_colon(struct address_parser *parser, struct address_spec *spec);
void address_separator(struct address_parser *parser, char c);

/* Judges the mailbox that is to be given: what is missing, what is open. */
uint32_t address_mailbox_flaws(const struct address_parser *parser, const struct address_spec *spec);

#endif
