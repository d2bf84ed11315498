/* SPDX-License-Identifier: BSD-2-Clause */
/* address_trace.h - what address.h makes of an address list, as text, whole and however it is cut (cuts.h).
 *
 * Events are joined by `; `: `mailbox local@domain`, `reading local@domain`, `group`, `group-end`. A missing domain has no
 * `@`. Each flaw follows as ` !name`, in the order of enum address_flaw. */
#ifndef POSTERN_TESTS_SUPPORT_ADDRESS_TRACE_H
#define POSTERN_TESTS_SUPPORT_ADDRESS_TRACE_H

#include "policy/parse/address.h"
#include "tests/support/cuts.h"

struct address_flaw_name {
	uint32_t flaw;
	const char *name;
};

enum { ADDRESS_FLAW_COUNT = 23 };

extern const struct address_flaw_name address_flaw_names[ADDRESS_FLAW_COUNT];

void check_address_cases(const struct cut_case *rows, size_t count);
#define CHECK_ADDRESS_CASES(rows) check_address_cases((rows), sizeof(rows) / sizeof(rows)[0])

void trace_address(struct trace *trace, const struct bytes *chunks, size_t count);
void trace_address_flaws(struct trace *trace, uint32_t flaws);

#endif
