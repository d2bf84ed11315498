/* SPDX-License-Identifier: BSD-2-Clause */
/* How a worker process ends, as the supervisor sees it. */
#define _GNU_SOURCE
#include "milter/worker.h"

#include "milter/stores/memory.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, SERVED_MS = 5000 };

/* libmilter's loop, in place of the library's. */
static bool gives_up;
int
smfi_main(void)
{
	/* Not before the worker has told that it serves: it waits for a session of its own first, which nobody accepts here. */
	for (int waited = 0; !gives_up || waited < SERVED_MS; waited += 100)
		poll(NULL, 0, 100);
	return MI_FAILURE;
}

/* One worker, and the supervisor's ends of its pipes. */
struct hand {
	pid_t pid;
	int listener, orders, ready;
};

/* Returns when it serves. */
static void
hire(struct hand *hand)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct conf_errors errors;
	struct shared shared;
	int orders[2], ready[2];
	char octet;

	conf_errors_init(&errors);
	struct conf *conf = conf_load_text("test", bytes_of("checks = { subject_missing = { }; };"), &errors);
	ck_assert_ptr_nonnull(conf);
	shared_init(&shared, MEMORY_STORE_KEYS_MIN);
	hand->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(hand->listener, (struct sockaddr *)&address, sizeof address.sun_family), 0);
	ck_assert_int_eq(listen(hand->listener, 5), 0);
	ck_assert(pipe2(orders, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0);
	hand->pid = fork();
	if (hand->pid == 0) {
		close(orders[1]);
		worker_run(&(struct worker_settings){ .conf = conf,
						      .shared = &shared,
						      .listener = hand->listener,
						      .orders = orders[0],
						      .gate = ready[1] });
	}
	conf_free(conf);
	close(orders[0]);
	close(ready[1]);
	hand->orders = orders[1];
	hand->ready = ready[0];
	ck_assert_int_eq(read(hand->ready, &octet, 1), 1);
	ck_assert_int_eq(octet, WORKER_READY);
}

/* The status it ends with. */
static int
await_end(const struct hand *hand)
{
	int status = 0;

	for (int waited = 0; waitpid(hand->pid, &status, WNOHANG) == 0; waited += 20) {
		ck_assert_msg(waited < PATIENCE_MS, "it does not end");
		poll(NULL, 0, 20);
	}
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(told_to_stop_or_left_alone_it_ends_well)
{
	struct hand hand;

	hire(&hand);
	ck_assert_int_eq(write(hand.orders, &(char){ WORKER_ORDER_STOP }, 1), 1);
	ck_assert_int_eq(await_end(&hand), EX_OK);
	hire(&hand);
	close(hand.orders);
	ck_assert_int_eq(await_end(&hand), EX_OK);
}
END_TEST

START_TEST(when_libmilter_ends_unasked_it_ends_with_a_failure)
{
	struct hand hand;

	gives_up = true;
	hire(&hand);
	ck_assert_int_eq(await_end(&hand), EX_SOFTWARE);
}
END_TEST

SUITE_MAIN(worker, told_to_stop_or_left_alone_it_ends_well, when_libmilter_ends_unasked_it_ends_with_a_failure)
