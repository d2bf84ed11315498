/* SPDX-License-Identifier: BSD-2-Clause */
/* address_spec.h - an address being put together from its words, dots and `@`. Private to address.h's parser. */
#ifndef POSTERN_POLICY_PARSE_ADDRESS_SPEC_H
#define POSTERN_POLICY_PARSE_ADDRESS_SPEC_H

#include "policy/parse/address.h"

void address_spec_clear(struct address_spec *spec);
bool address_spec_has_at(const struct address_spec *spec);
/* To the local part or, behind the `@`, to the domain. */
void address_spec_add(struct address_spec *spec, char c);
void address_spec_add_letters(struct address_spec *spec, struct bytes letters);
void address_spec_dot(struct address_spec *spec);

/* What is wrong with a domain as a whole; what is in an address literal is not looked at. */
uint32_t address_domain_flaws(struct bytes domain);

#endif
