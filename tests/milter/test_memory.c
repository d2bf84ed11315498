/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory to the daemon, at each request in turn of a session with two messages that must not pass: neither is
 * ever accepted, and each is answered.
 *
 * calloc and malloc are replaced for the whole program. Sanitizers bring an allocator of their own that cannot be replaced;
 * there this tests nothing. */
#define _POSIX_C_SOURCE 200809L
#include "milter/callbacks.h"
#include "milter/stores/memory.h"
#include "tests/support/fake_milter.h"
#include "tests/support/suite.h"

#include <libmilter/mfdef.h>
#include <malloc.h>
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
void __libc_free(void *memory);

enum { OURS_MIN = 512 }; /* octets: Check, which notes every assertion of the fake library, asks for less at a time */

static bool armed;
static size_t asked, refused_at;
static long held; /* blocks, while armed */

static void *
give(void *memory, size_t size)
{
	held += armed && size >= OURS_MIN && memory != NULL;
	return memory;
}

static bool
refuse(size_t size)
{
	return armed && size >= OURS_MIN && ++asked == refused_at;
}

void *
malloc(size_t size)
{
	return refuse(size) ? NULL : give(__libc_malloc(size), size);
}

void *
calloc(size_t count, size_t size)
{
	return refuse(count * size) ? NULL : give(__libc_calloc(count, size), count * size);
}

void
free(void *memory)
{
	held -= armed && malloc_usable_size(memory) >= OURS_MIN;
	__libc_free(memory);
}

static const struct {
	const char *sentence, *config;
} policies[] = {
	{ "answered at MAIL at the earliest", "checks = { null_sender = { mode = \"enforce\"; }; subject_missing = { "
					      "mode = \"enforce\"; }; body_missing = { mode = \"enforce\"; }; };" },
	{ "answered at the end of the headers", "checks = { subject_missing = { mode = \"enforce\"; }; };" },
	{ "answered at the first chunk",
	  "checks = { subject_missing = { mode = \"enforce\"; }; body_missing = { mode = \"enforce\"; }; };" },
};

/* Whether an event that is answered settles the message; what goes on is CONTINUE or no reply. */
static bool
settles(sfsistat status, bool *passed_out)
{
	*passed_out |= status == SMFIS_ACCEPT;
	return status != SMFIS_CONTINUE && status != SMFIS_NOREPLY;
}

/* A message without a Subject, as far as the filter lets it come. Returns whether it passed. */
static bool
send_message(const struct smfiDesc *filter, SMFICTX *context, unsigned long protocol)
{
	char path[] = "<a@example.com>", name[] = "From", value[] = "a@example.com";
	char *arguments[] = { path, NULL };
	unsigned char body[] = "text\r\n";
	bool passed = false;

	if (settles(filter->xxfi_envfrom(context, arguments), &passed))
		return passed;
	filter->xxfi_header(context, name, value);
	if (settles(filter->xxfi_eoh(context), &passed))
		return passed;
	if ((protocol & SMFIP_NOBODY) == 0 && settles(filter->xxfi_body(context, body, sizeof body - 1), &passed))
		return passed;
	return filter->xxfi_eom(context) == SMFIS_ACCEPT;
}

/* Returns whether one of the messages passed. */
static bool
hold_session(const struct smfiDesc *filter, struct fake_milter *fake)
{
	SMFICTX *context = fake_milter_context(fake);
	unsigned long actions, protocol, f2, f3;
	char host[] = "client.example.com";
	bool passed = false;

	filter->xxfi_negotiate(context, 0x1ff, 0x1fffff, 0, 0, &actions, &protocol, &f2, &f3);
	filter->xxfi_connect(context, host, NULL);
	passed |= send_message(filter, context, protocol);
	passed |= send_message(filter, context, protocol);
	filter->xxfi_close(context);
	return passed;
}

static void
refuse_each(const char *sentence, const struct smfiDesc *filter)
{
	for (refused_at = 1, asked = refused_at; asked >= refused_at; refused_at++) {
		struct fake_milter fake;

		fake_milter_init(&fake);
		asked = 0;
		held = 0;
		armed = true;
		bool passed = hold_session(filter, &fake);
		armed = false;
		ck_assert_msg(!passed, "%s: a message passed when request %zu was refused", sentence, refused_at);
		ck_assert_msg(held == 0, "%s: %ld blocks are lost when request %zu was refused", sentence, held,
			      refused_at);
	}
	ck_assert_msg(refused_at >= 4, "%s: not even the session and its two messages were refused", sentence);
}

START_TEST(a_refused_request_never_lets_a_message_pass)
{
	for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
		struct conf_errors errors;

		conf_errors_init(&errors);
		struct conf *conf = conf_load_text("test", bytes_of(policies[i].config), &errors);
		ck_assert_ptr_nonnull(conf);
		struct shared shared;
		struct world world;

		shared_init(&shared, MEMORY_STORE_KEYS_MIN);
		ck_assert(world_open(&world, conf, &shared, 0));
		struct smfiDesc filter = callbacks_filter(&world);
		refuse_each(policies[i].sentence, &filter);
		world_close(&world);
		conf_free(conf);
	}
}
END_TEST

SUITE_MAIN(milter_memory, a_refused_request_never_lets_a_message_pass)

#else

START_TEST(the_allocator_of_the_sanitizer_cannot_be_replaced)
{
	ck_assert_ptr_nonnull(callbacks_filter);
}
END_TEST

SUITE_MAIN(milter_memory, the_allocator_of_the_sanitizer_cannot_be_replaced)

#endif
