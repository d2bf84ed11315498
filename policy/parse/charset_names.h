/* SPDX-License-Identifier: BSD-2-Clause */
/* charset_names.h - which decoder a charset name from a message stands for.
 *
 * Names come from strangers, and iconv_open reads more into a name than a charset: conversion options after a slash, the
 * process's locale, file names. So a name gets there only when it is spelled like a charset (RFC 2978 2.3 and a little more);
 * any other names no charset. */
#ifndef POSTERN_POLICY_PARSE_CHARSET_NAMES_H
#define POSTERN_POLICY_PARSE_CHARSET_NAMES_H

#include "policy/parse/charset.h"

/* Case and white space around the name do not matter. With CHARSET_BY_ICONV, iconv_name_out is what to ask iconv for.
 * Returns false, with no output, when the name cannot be a charset's. */
bool charset_name_lookup(struct bytes name, enum charset_method *method_out, char iconv_name_out[CHARSET_NAME_MAX + 1]);

#endif
