/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/health.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/wire.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPIN_MS = 500 }; /* long enough to tell a thread that spins from one that works */

static const char every_stage[] =
	"null_sender = { }; recipients_too_many = { limit = 2; reply = \"452 4.5.3 Two at a time\"; }; "
	"subject_missing = { }; attachment_empty = { }; connections_per_client = { limit = 100000; };";

static struct health {
	pid_t workers[ASKING_WORKERS];
	size_t descriptors[ASKING_WORKERS];
} start;

static size_t
descriptors_of(pid_t pid)
{
	char name[64];
	size_t count = 0;

	snprintf(name, sizeof name, "/proc/%d/fd", (int)pid);
	DIR *directory = opendir(name);
	ck_assert_msg(directory != NULL, "worker %d is gone", (int)pid);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

/* utime and stime, the 12th and 13th field behind the name. */
static unsigned long
ticks_of(pid_t pid)
{
	unsigned long user, system;
	char name[64];
	size_t length;

	snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
	char *text = file_read(name, &length);
	ck_assert_msg(text != NULL, "worker %d is gone", (int)pid);
	const char *end = strrchr(text, ')');
	ck_assert_int_eq(sscanf(end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system), 2);
	free(text);
	return user + system;
}

static unsigned long
cpu_ticks(void)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < ASKING_WORKERS; i++)
		sum += ticks_of(start.workers[i]);
	return sum;
}

void
health_remember(void)
{
	asking_workers(start.workers);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		start.descriptors[i] = descriptors_of(start.workers[i]);
}

void
health_configure(const char *checks)
{
	char text[2048];

	snprintf(text, sizeof text, "control = \"%s/control\";\nchecks = { %s };\n", asking.postern.directory.text,
		 checks != NULL ? checks : every_stage);
	postern_configure(&asking.postern, text);
}

void
health_begin(void)
{
	health_configure(NULL);
	asking_launch();
	health_expect_served(); /* what is opened once is open */
	health_remember();
}

/* What the peer of these packets is answered last, "y452 4.5.3 Two at a time". */
static void
expect_last_answer(const struct wire *wire, unsigned answers, const char *expected)
{
	char answer[256] = "";
	int fd = connect_unix(asking.postern.socket.text);

	ck_assert(fd >= 0 && wire_send(fd, wire->octets, wire->length));
	while (answers-- > 0)
		ck_assert(wire_read(fd, answer, answer + 1, sizeof answer - 1));
	ck_assert_str_eq(answer, expected);
	close(fd);
}

static void
expect_recipients_refused(void)
{
	struct wire wire = { 0 };

	wire_add_offer(&wire);
	wire_add_client(&wire);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	for (int i = 0; i < 3; i++)
		WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	/* The offer, connection, HELO, MAIL and each recipient. */
	expect_last_answer(&wire, 7, "y452 4.5.3 Two at a time");
	wire_free(&wire);
}

void
health_expect_served(void)
{
	static const char empty_attachment[] =
		"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
		"Content-Type: application/pdf; name=a.pdf\n\n--b--\n";
	struct milter_client client;

	asking_connect(&client);
	asking_send(&client, "<a@example.com>", "Subject: x\n\ntext\n", "accept");
	asking_send(&client, "<>", "Subject: x\n\ntext\n", "reply 550 5.7.1 Empty sender not allowed");
	asking_send(&client, "<a@example.com>", "From: a@example.com\n\ntext\n", "reply 554 5.6.0 Subject not present");
	asking_send(&client, "<a@example.com>", empty_attachment, "reply 554 5.6.0 Attachment is empty");
	milter_close(&client);
	expect_recipients_refused();
}

static bool
descriptors_are_same(void)
{
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		if (descriptors_of(start.workers[i]) > start.descriptors[i])
			return false;
	return true;
}

/* Tells how many there are too many of when it is for the last time. */
static bool
is_over(const json_t *status)
{
	return asking_figure(status, "sessions", "open", NULL) == 0 && descriptors_are_same();
}

void
health_expect_no_spin(void)
{
	unsigned long allowed = (unsigned long)sysconf(_SC_CLK_TCK) * SPIN_MS / 1000 / 2;
	struct deadline deadline = deadline_in(PATIENCE_MS);

	for (;;) {
		unsigned long before = cpu_ticks();

		nap_ms(SPIN_MS);
		if (cpu_ticks() - before < allowed)
			return;
		ck_assert_msg(deadline_nap(&deadline), "the workers spin");
	}
}

void
health_expect_same(void)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	pid_t workers[ASKING_WORKERS];
	json_t *status = asking_status();

	while (!is_over(status)) {
		ck_assert_msg(deadline_nap(&deadline),
			      "%lld sessions are open; descriptors: %zu and %zu, at first %zu and %zu",
			      asking_figure(status, "sessions", "open", NULL), descriptors_of(start.workers[0]),
			      descriptors_of(start.workers[1]), start.descriptors[0], start.descriptors[1]);
		json_decref(status);
		status = asking_status();
	}
	ck_assert_int_eq(asking_figure(status, "workers", "restarts", NULL), 0);
	json_decref(status);
	asking_workers(workers);
	ck_assert_mem_eq(workers, start.workers, sizeof workers);
	health_expect_no_spin();
}
