/* SPDX-License-Identifier: BSD-2-Clause */
/* address_field.h - the addresses of a whole field's value: what the parser of address.h gives for it, by the short way of
 * address_plain.h where that does.
 *
 *      address_field_init(&field, value);
 *      while (address_field_next(&field, &event)) ...
 *
 * The value stays there meanwhile. As a parser, it must not be copied or moved. */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_FIELD_H
#define POSTERN_POLICY_PARSE_ADDRESS_FIELD_H

#include "policy/parse/address_plain.h"

struct address_field {
	enum address_field_state {
		ADDRESS_FIELD_PLAIN, /* its one mailbox is due */
		ADDRESS_FIELD_FED,   /* the parser has all of it */
		ADDRESS_FIELD_ENDED  /* and was told so; or the one mailbox was given */
	} state;
	bool by_parser;
	struct address_plain plain;
	struct address_parser parser; /* where by_parser */
};

void address_field_init(struct address_field *field, struct bytes value);
bool address_field_next(struct address_field *field, struct address_event *event_out);

#endif
