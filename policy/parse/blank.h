/* SPDX-License-Identifier: BSD-2-Clause */
/* blank.h - how much of a text at its beginning certainly shows nothing, found faster than point by point: a sender may fill
 * megabytes with it.
 *
 * What is counted is whole characters of which visible_point() is false; not all of those are known here, so that the octet after
 * them may begin another. Nothing allocates or fails. */
#ifndef POSTERN_POLICY_PARSE_BLANK_H
#define POSTERN_POLICY_PARSE_BLANK_H

#include "policy/parse/bytes.h"

size_t blank_ascii(struct bytes text);  /* in any charset that has ASCII as it is: controls and spaces */
size_t blank_latin1(struct bytes text); /* in ISO-8859-1 */
size_t blank_utf8(struct bytes text);   /* in UTF-8; text begins with a character */

#endif
