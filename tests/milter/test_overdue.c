/* SPDX-License-Identifier: BSD-2-Clause */
/* Callbacks that do not return are noticed, whichever it is; and those that wait within their time are not. */
#define _POSIX_C_SOURCE 200809L
#include "milter/overdue.h"

#include "tests/support/suite.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t entered, go_on;

static sfsistat
wait_here(void)
{
	sem_post(&entered);
	sem_wait(&go_on);
	return SMFIS_CONTINUE;
}

static sfsistat
on_negotiate(SMFICTX *context, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
	     unsigned long *f0_out, unsigned long *f1_out, unsigned long *f2_out, unsigned long *f3_out)
{
	(void)context;
	*f0_out = f0;
	*f1_out = f1;
	*f2_out = f2;
	*f3_out = f3;
	return wait_here();
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	(void)context;
	(void)host;
	(void)address;
	return wait_here();
}

static sfsistat
on_word(SMFICTX *context, char *word)
{
	(void)context;
	(void)word;
	return wait_here();
}

static sfsistat
on_words(SMFICTX *context, char **words)
{
	(void)context;
	(void)words;
	return wait_here();
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	(void)context;
	(void)name;
	(void)value;
	return wait_here();
}

static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return wait_here();
}

static sfsistat
on_event(SMFICTX *context)
{
	(void)context;
	return wait_here();
}

static struct smfiDesc filter;

static void
watch(void)
{
	sem_init(&entered, 0, 0);
	sem_init(&go_on, 0, 0);
	filter = overdue_filter((struct smfiDesc){
		.xxfi_negotiate = on_negotiate,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_word,
		.xxfi_envfrom = on_words,
		.xxfi_envrcpt = on_words,
		.xxfi_header = on_header,
		.xxfi_eoh = on_event,
		.xxfi_body = on_body,
		.xxfi_eom = on_event,
		.xxfi_abort = on_event,
		.xxfi_close = on_event,
	});
}

/* --- a thread of libmilter ---------------------------------------------------------------------------------------- */

enum { CALLBACKS = 11 };

static sfsistat
call(size_t which)
{
	unsigned long offered[4];

	switch (which) {
	case 0:
		return filter.xxfi_negotiate(NULL, 1, 2, 3, 4, &offered[0], &offered[1], &offered[2], &offered[3]);
	case 1:
		return filter.xxfi_connect(NULL, NULL, NULL);
	case 2:
		return filter.xxfi_helo(NULL, NULL);
	case 3:
		return filter.xxfi_envfrom(NULL, NULL);
	case 4:
		return filter.xxfi_envrcpt(NULL, NULL);
	case 5:
		return filter.xxfi_header(NULL, NULL, NULL);
	case 6:
		return filter.xxfi_eoh(NULL);
	case 7:
		return filter.xxfi_body(NULL, NULL, 0);
	case 8:
		return filter.xxfi_eom(NULL);
	case 9:
		return filter.xxfi_abort(NULL);
	default:
		return filter.xxfi_close(NULL);
	}
}

static void *
call_once(void *which)
{
	ck_assert_int_eq(call(*(const size_t *)which), SMFIS_CONTINUE);
	return NULL;
}

/* Returns when the callback has begun. */
static pthread_t
begin(size_t *which)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, call_once, which), 0);
	sem_wait(&entered);
	return thread;
}

static void
end(pthread_t thread)
{
	sem_post(&go_on);
	pthread_join(thread, NULL);
}

static void
expect_look(unsigned slow, unsigned hung)
{
	struct overdue overdue = overdue_look();

	ck_assert_uint_eq(overdue.slow, slow);
	ck_assert_uint_eq(overdue.hung, hung);
}

START_TEST(each_callback_that_does_not_return_is_noticed)
{
	watch();
	for (size_t which = 0; which < CALLBACKS; which++) {
		pthread_t thread = begin(&which);

		expect_look(0, 0); /* it may have begun just now */
		for (int i = 1; i < OVERDUE_LOOKS; i++)
			expect_look(1, 0);
		expect_look(1, 1);
		expect_look(1, 1);
		end(thread);
		expect_look(0, 0);
	}
}
END_TEST

static void *
call_many(void *unused)
{
	(void)unused;
	for (size_t i = 0; i < 2 * OVERDUE_LOOKS; i++)
		ck_assert_int_eq(call(8), SMFIS_CONTINUE);
	return NULL;
}

START_TEST(a_thread_that_is_always_in_some_callback_is_not_slow)
{
	pthread_t thread;

	watch();
	ck_assert_int_eq(pthread_create(&thread, NULL, call_many, NULL), 0);
	for (size_t i = 0; i < 2 * OVERDUE_LOOKS; i++) {
		sem_wait(&entered);
		expect_look(0, 0);
		sem_post(&go_on);
	}
	pthread_join(thread, NULL);
}
END_TEST

static sfsistat
wait_often(SMFICTX *context)
{
	(void)context;
	for (int i = 0; i < 2 * OVERDUE_LOOKS; i++) {
		overdue_postpone();
		wait_here();
	}
	return SMFIS_CONTINUE;
}

START_TEST(a_callback_that_waits_again_and_again_goes_on)
{
	size_t which = 8;
	pthread_t thread;

	watch();
	filter = overdue_filter((struct smfiDesc){ .xxfi_eom = wait_often });
	ck_assert_int_eq(pthread_create(&thread, NULL, call_once, &which), 0);
	for (int i = 0; i < 2 * OVERDUE_LOOKS; i++) {
		sem_wait(&entered);
		expect_look(0, 0);
		expect_look(1, 0);
		sem_post(&go_on);
	}
	pthread_join(thread, NULL);
	overdue_postpone(); /* in no callback */
	expect_look(0, 0);
}
END_TEST

START_TEST(threads_that_ended_leave_their_places)
{
	size_t which = 3;

	watch();
	for (int i = 0; i < 2 * OVERDUE_THREADS; i++)
		end(begin(&which));
	pthread_t thread = begin(&which);
	for (int i = 0; i < OVERDUE_LOOKS; i++)
		overdue_look();
	expect_look(1, 1);
	end(thread);
}
END_TEST

SUITE_MAIN(overdue, each_callback_that_does_not_return_is_noticed, a_thread_that_is_always_in_some_callback_is_not_slow,
	   a_callback_that_waits_again_and_again_goes_on, threads_that_ended_leave_their_places)
