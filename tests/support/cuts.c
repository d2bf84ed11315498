/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "tests/support/cuts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Both neighbours of the copy's pages are unmapped; the copy ends where the second one begins. */
struct bytes
guarded_copy(struct bytes bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner = (bytes.length / page + 1) * page;
	char *base = mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert(base != MAP_FAILED);
	ck_assert_int_eq(mprotect(base + page, inner, PROT_READ | PROT_WRITE), 0);
	char *data = base + page + inner - bytes.length;
	if (bytes.length > 0)
		memcpy(data, bytes.data, bytes.length);
	return (struct bytes){ data, bytes.length };
}

void
guarded_free(struct bytes copy)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner = (copy.length / page + 1) * page;
	/* The address is computed from the end, which is where the guard page begins. */
	char *base = (char *)copy.data + copy.length - inner - page;

	munmap(base, inner + 2 * page);
}

static void
compare(const struct cut_case *row, trace_run *run, const struct bytes *chunks, size_t count)
{
	struct trace trace = { NULL, 0, 0 };

	run(&trace, chunks, count);
	if (strcmp(trace_text(&trace), row->expected) != 0)
		ck_abort_msg("%s (in %zu chunks, the first of %zu octets)\n expected: %s\n but got:  %s", row->sentence,
			     count, count > 0 ? chunks[0].length : 0, row->expected, trace_text(&trace));
	trace_free(&trace);
}

static void
compare_cut_at(const struct cut_case *row, trace_run *run, struct bytes input, size_t cut)
{
	struct bytes chunks[2] = {
		guarded_copy((struct bytes){ input.data, cut }),
		guarded_copy((struct bytes){ input.data + cut, input.length - cut }),
	};

	compare(row, run, chunks, 2);
	guarded_free(chunks[0]);
	guarded_free(chunks[1]);
}

void
check_cuts(const struct cut_case *row, trace_run *run)
{
	struct bytes input = { row->input, row->length > 0 ? row->length : strlen(row->input) };
	struct bytes whole = guarded_copy(input);
	struct bytes *octets = calloc(input.length + 1, sizeof *octets);

	ck_assert_ptr_nonnull(octets);
	compare(row, run, &whole, 1);
	for (size_t i = 0; i < input.length; i++)
		octets[i] = (struct bytes){ whole.data + i, 1 };
	compare(row, run, octets, input.length);
	for (size_t cut = 0; cut <= input.length; cut++)
		compare_cut_at(row, run, input, cut);
	free(octets);
	guarded_free(whole);
}
