/* SPDX-License-Identifier: BSD-2-Clause */
/* targets.h - one fuzz target for each parser, and one from a message's octets to its verdict. What a target takes:
 *
 *      header          octets                          charset         name of a charset, line end, octets
 *      address         an address list                 visible         `text` or `html`, blank, charset, line end, octets
 *      address_path    a path                          decoder         a transfer encoding, line end, octets
 *      params          a field's value                 mime            a Content-Type, line end, the body
 *      words           a field's value                 reply           a configured reply
 *      domain          a domain                        message         envelope sender, line end, the message */
#ifndef POSTERN_TESTS_FUZZ_TARGETS_H
#define POSTERN_TESTS_FUZZ_TARGETS_H

#include "tests/fuzz/fuzz.h"

extern const struct fuzz_target fuzz_header, fuzz_address, fuzz_address_path, fuzz_params, fuzz_words;
extern const struct fuzz_target fuzz_charset, fuzz_visible, fuzz_decoder, fuzz_mime;
extern const struct fuzz_target fuzz_domain, fuzz_reply, fuzz_message;

#endif
