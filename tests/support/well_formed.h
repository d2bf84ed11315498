/* SPDX-License-Identifier: BSD-2-Clause */
/* well_formed.h - whether a page is well-formed XML and harmless: no elements and attributes but those that Postern's pages are made of,
 * none of which runs or loads anything; values in double quotes, references, and the doctype in front. */
#ifndef POSTERN_TESTS_SUPPORT_WELL_FORMED_H
#define POSTERN_TESTS_SUPPORT_WELL_FORMED_H

/* NULL when it is; else what is wrong. *at_out is where. */
const char *well_formed(const char *page, const char **at_out);

#endif
