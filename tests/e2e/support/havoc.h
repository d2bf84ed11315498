/* SPDX-License-Identifier: BSD-2-Clause */
/* havoc.h - dialogues of the milter protocol, by chance almost right: packets are left out, repeated and moved, their commands, lengths and data
 * changed, the end cut off.
 *
 *      struct wire wire = { 0 };
 *      havoc_dialogue(&dice, &wire);           the same dice throw the same dialogue
 *      ... wire_send(fd, wire.octets, wire.length) ...
 *      wire_free(&wire);
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_HAVOC_H
#define POSTERN_TESTS_E2E_SUPPORT_HAVOC_H

#include "tests/e2e/support/wire.h"
#include "tests/support/dice.h"

void havoc_dialogue(struct dice *dice, struct wire *wire_out);

#endif
