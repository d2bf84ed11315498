/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks that are given while armed are noted in a hash table with open addressing, so that those of before are told apart: a block
 * that is not in it is none of ours to count. A deleted place is closed by moving those behind it (Knuth 6.4 R), hence
 * no marks are left to fill it up. */
#define _GNU_SOURCE
#include "tests/faults/allocator.h"

#include <errno.h>
#include <iconv.h>
#include <idn2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
static const bool in_sanitizer = true;
#else
static const bool in_sanitizer = false;
#endif

enum { NOTES = 1 << 16 }; /* places; a configuration with everything in it takes some thousand blocks */

static volatile bool armed;
static volatile int spared;
static volatile int in_converter; /* what it takes stays with the C library, as long as that likes */
static volatile struct fault fault;
static volatile struct allocator_count count;
static void *volatile notes[NOTES];

static size_t
place_of(const void *block)
{
	return (size_t)((uintptr_t)block * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static void *
note(void *block)
{
	size_t at = place_of(block);

	if (!armed || spared > 0 || in_converter > 0 || block == NULL)
		return block;
	while (notes[at] != NULL)
		at = (at + 1) % NOTES;
	notes[at] = block;
	if (++count.held > NOTES / 2)
		abort();
	return block;
}

/* Moves those behind the empty place that would no longer be found. */
static void
close_gap(size_t gap)
{
	for (size_t at = (gap + 1) % NOTES; notes[at] != NULL; at = (at + 1) % NOTES) {
		size_t home = place_of(notes[at]);

		if ((at - home + NOTES) % NOTES < (at - gap + NOTES) % NOTES)
			continue;
		notes[gap] = notes[at];
		notes[at] = NULL;
		gap = at;
	}
}

/* Whether it was noted. */
static bool
strike(const void *block)
{
	size_t at = place_of(block);

	if (count.held == 0 || block == NULL)
		return false;
	while (notes[at] != NULL && notes[at] != block)
		at = (at + 1) % NOTES;
	if (notes[at] == NULL)
		return false;
	notes[at] = NULL;
	count.held--;
	close_gap(at);
	return true;
}

static bool
refuse(void)
{
	if (!armed || spared > 0)
		return false;
	count.asked++;
	bool refused = fault.at > 0 && (fault.all_after ? count.asked >= fault.at : count.asked == fault.at);
	if (refused)
		errno = ENOMEM;
	return refused;
}

static void
forget_all(void)
{
	for (size_t i = 0; count.held > 0 && i < NOTES; i++) {
		count.held -= notes[i] != NULL;
		notes[i] = NULL;
	}
}

void
allocator_arm(struct fault next)
{
	forget_all();
	fault.at = next.at;
	fault.all_after = next.all_after;
	count.asked = 0;
	count.descriptors = 0;
	armed = true;
}

void
allocator_pause(void)
{
	armed = false;
}

struct allocator_count
allocator_disarm(void)
{
	armed = false;
	return (struct allocator_count){ count.asked, count.held, count.descriptors };
}

void
allocator_spare(void)
{
	spared++;
}

void
allocator_spare_no_more(void)
{
	spared--;
}

#if defined(__SANITIZE_ADDRESS__)
#define OURS(name) __wrap_##name
#define THEIRS(name) __real_##name
#else
#define OURS(name) name
#define THEIRS(name) __libc_##name
#endif

void *THEIRS(malloc)(size_t size);
void *THEIRS(calloc)(size_t number, size_t size);
void *THEIRS(realloc)(void *block, size_t size);
void THEIRS(free)(void *block);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t number, size_t size);
void *OURS(realloc)(void *block, size_t size);
void OURS(free)(void *block);

void *
OURS(malloc)(size_t size)
{
	return refuse() ? NULL : note(THEIRS(malloc)(size));
}

void *
OURS(calloc)(size_t number, size_t size)
{
	return refuse() ? NULL : note(THEIRS(calloc)(number, size));
}

void *
OURS(realloc)(void *block, size_t size)
{
	if (refuse())
		return NULL;
	bool noted = strike(block);
	void *larger = THEIRS(realloc)(block, size);
	if (noted || block == NULL)
		note(larger);
	return larger;
}

void
OURS(free)(void *block)
{
	strike(block);
	THEIRS(free)(block);
}

iconv_t __real_iconv_open(const char *to, const char *from);
int __real_iconv_close(iconv_t descriptor);
iconv_t __wrap_iconv_open(const char *to, const char *from);
int __wrap_iconv_close(iconv_t descriptor);

iconv_t
__wrap_iconv_open(const char *to, const char *from)
{
	bool whole = in_sanitizer && refuse();

	in_converter++;
	iconv_t descriptor = whole ? (iconv_t)-1 : __real_iconv_open(to, from);
	in_converter--;
	if (armed && descriptor != (iconv_t)-1)
		count.descriptors++;
	return descriptor;
}

int
__wrap_iconv_close(iconv_t descriptor)
{
	in_converter++;
	int result = __real_iconv_close(descriptor);
	in_converter--;
	if (armed)
		count.descriptors--;
	return result;
}

#if defined(__SANITIZE_ADDRESS__)

int __real_idn2_to_ascii_8z(const char *input, char **output, int flags);
int __wrap_idn2_to_ascii_8z(const char *input, char **output, int flags);
char *__real_strdup(const char *string);
char *__wrap_strdup(const char *string);
FILE *__real_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size);

int
__wrap_idn2_to_ascii_8z(const char *input, char **output, int flags)
{
	return refuse() ? IDN2_MALLOC : __real_idn2_to_ascii_8z(input, output, flags);
}

char *
__wrap_strdup(const char *string)
{
	return refuse() ? NULL : note(__real_strdup(string));
}

FILE *
__wrap_open_memstream(char **text, size_t *size)
{
	return refuse() ? NULL : __real_open_memstream(text, size);
}

#endif
