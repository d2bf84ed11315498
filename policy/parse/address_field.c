/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_field.h"

void
address_field_init(struct address_field *field, struct bytes value)
{
	field->by_parser = !address_plain(value, &field->plain);
	field->state = field->by_parser ? ADDRESS_FIELD_FED : ADDRESS_FIELD_PLAIN;
	if (!field->by_parser)
		return;
	address_init(&field->parser);
	address_feed(&field->parser, value);
}

bool
address_field_next(struct address_field *field, struct address_event *event_out)
{
	enum address_field_state before = field->state;

	if (field->by_parser && address_next(&field->parser, event_out))
		return true;
	field->state = ADDRESS_FIELD_ENDED;
	if (before == ADDRESS_FIELD_PLAIN)
		*event_out = address_plain_event(&field->plain);
	if (before != ADDRESS_FIELD_FED)
		return before == ADDRESS_FIELD_PLAIN;
	address_finish(&field->parser);
	return address_next(&field->parser, event_out);
}
