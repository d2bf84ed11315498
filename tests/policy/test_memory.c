/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory, at each request in turn: a policy is whole or there is none, and nothing is lost; a domain is
 * never taken for unreadable.
 *
 * malloc and its like are replaced for the whole program. Sanitizers bring an allocator of their own that cannot be replaced;
 * there this tests nothing. */
#include "policy/domain.h"
#include "policy/policy.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if !defined(__SANITIZE_ADDRESS__)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static volatile bool armed;
static volatile size_t asked, refused_at;
static volatile long held; /* blocks, while armed */

static bool
refuse(void)
{
	if (!armed)
		return false;
	return ++asked == refused_at;
}

static void *
hold(void *memory)
{
	held += armed && memory != NULL;
	return memory;
}

void *
malloc(size_t size)
{
	return refuse() ? NULL : hold(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return refuse() ? NULL : hold(__libc_calloc(count, size));
}

void *
realloc(void *memory, size_t size)
{
	if (refuse())
		return NULL;
	return memory != NULL ? __libc_realloc(memory, size) : hold(__libc_realloc(memory, size));
}

void
free(void *memory)
{
	held -= armed && memory != NULL;
	__libc_free(memory);
}

/* The request with that number is refused, of those to come. */
static void
arm(size_t number)
{
	asked = 0;
	held = 0;
	refused_at = number;
	armed = true;
}

START_TEST(a_policy_is_whole_or_none)
{
	struct policy *policy;
	size_t number = 0;

	do {
		arm(++number);
		policy = policy_new();
		bool refused = asked >= refused_at;
		policy_free(policy);
		armed = false;
		ck_assert_msg((policy == NULL) == refused, "request %zu", number);
		ck_assert_msg(held == 0, "request %zu: %ld blocks are lost", number, held);
	} while (policy == NULL);
	ck_assert_uint_gt(number, checks_count);
}
END_TEST

/* Not every request matters: one that would only give memory back does not. */
START_TEST(a_domain_is_never_unreadable_for_want_of_memory)
{
	size_t number = 0, refusals = 0;
	bool refused;

	do {
		char normal[DOMAIN_MAX] = "untouched";

		arm(++number);
		enum domain_status status = domain_normalize(bytes_of("b\xc3\xbc"
								      "cher.example"),
							     normal);
		refused = asked >= refused_at;
		armed = false;
		ck_assert_msg(status == DOMAIN_READABLE || (refused && status == DOMAIN_REFUSED), "request %zu",
			      number);
		ck_assert_str_eq(normal, status == DOMAIN_REFUSED ? "untouched" : "xn--bcher-kva.example");
		ck_assert_msg(held == 0, "request %zu: %ld blocks are lost", number, held);
		refusals += status == DOMAIN_REFUSED;
	} while (refused);
	ck_assert_uint_gt(refusals, 0);
}
END_TEST

#else

START_TEST(a_policy_is_whole_or_none)
{
}
END_TEST

START_TEST(a_domain_is_never_unreadable_for_want_of_memory)
{
}
END_TEST

#endif

SUITE_MAIN(memory, a_policy_is_whole_or_none, a_domain_is_never_unreadable_for_want_of_memory)
