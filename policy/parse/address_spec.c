/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_spec.h"

#include <string.h>

void
address_spec_clear(struct address_spec *spec)
{
	spec->state = ADDRESS_SPEC_EMPTY;
	spec->flaws = 0;
	spec->shortened = false;
	spec->local_length = spec->domain_length = 0;
}

bool
address_spec_has_at(const struct address_spec *spec)
{
	return spec->state >= ADDRESS_SPEC_AT;
}

void
address_spec_add(struct address_spec *spec, char c)
{
	bool in_domain = address_spec_has_at(spec);

	if (in_domain && spec->domain_length < ADDRESS_DOMAIN_MAX)
		spec->domain[spec->domain_length++] = c;
	else if (!in_domain && spec->local_length < ADDRESS_LOCAL_MAX)
		spec->local[spec->local_length++] = c;
	else
		spec->flaws |= ADDRESS_TOO_LONG;
}

void
address_spec_add_letters(struct address_spec *spec, struct bytes letters)
{
	bool in_domain = address_spec_has_at(spec);
	char *text = in_domain ? spec->domain : spec->local;
	size_t *length = in_domain ? &spec->domain_length : &spec->local_length;
	size_t room = (in_domain ? sizeof spec->domain : sizeof spec->local) - *length;

	if (letters.length > room) {
		spec->flaws |= ADDRESS_TOO_LONG;
		letters.length = room;
	}
	if (letters.length > 0)
		memcpy(text + *length, letters.data, letters.length);
	*length += letters.length;
}

void
address_spec_dot(struct address_spec *spec)
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
	address_spec_add(spec, '.');
}

uint32_t
address_domain_flaws(struct bytes domain)
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

		if (c >= 'a' && c <= 'z') {
			before = c;
			continue;
		}
		if (c == '-' && (before == '.' || after == '.'))
			flaws |= ADDRESS_DOMAIN_HYPHEN;
		else if (c != '.' && c != '-' && c != '_' && (unsigned char)c < 0x80 && !ascii_is_digit(c) &&
			 (ascii_lower(c) < 'a' || ascii_lower(c) > 'z'))
			flaws |= ADDRESS_DOMAIN_CHARACTER;
		before = c;
	}
	return domain.length > 0 && before == '.' ? flaws | ADDRESS_DOMAIN_EMPTY_LABEL : flaws;
}
