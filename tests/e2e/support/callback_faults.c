/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/callback_faults.h"

#include "tests/e2e/support/patience.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const callback_names[CALLBACKS] = { "negotiate", "connect", "helo", "envfrom", "envrcpt", "header",
						"eoh",       "body",    "eom",  "abort",   "close" };

static struct path orders;

static struct path
order(enum callback_fault fault, const char *name)
{
	char text[32];

	snprintf(text, sizeof text, "%s-%s", fault == FAULT_CRASH ? "crash" : "hang", name);
	return path_join(orders.text, text);
}

void
callback_faults_prepare(const struct postern *postern)
{
	struct stat owner;

	orders = path_join(postern->directory.text, "orders");
	ck_assert_int_eq(stat(postern->directory.text, &owner), 0);
	if (!path_exists(orders.text))
		directory_make(orders.text, 0755, owner.st_uid, owner.st_gid);
	for (size_t i = 0; i < CALLBACKS; i++) {
		unlink(order(FAULT_CRASH, callback_names[i]).text);
		unlink(order(FAULT_HANG, callback_names[i]).text);
	}
	ck_assert_int_eq(setenv("CALLBACK_FAULTS", orders.text, 1), 0);
}

void
callback_faults_expect_all(void)
{
	char expected[256] = "";
	size_t length;

	for (size_t i = 0; i < CALLBACKS; i++)
		strcat(strcat(expected, callback_names[i]), "\n");
	char *registered = file_read(path_join(orders.text, "callbacks").text, &length);
	ck_assert_ptr_nonnull(registered);
	ck_assert_str_eq(registered, expected);
	free(registered);
}

void
callback_fault_order(enum callback_fault fault, const char *name)
{
	file_write(order(fault, name).text, "");
}

bool
callback_fault_happened(enum callback_fault fault, const char *name)
{
	return !path_exists(order(fault, name).text);
}

void
callback_fault_await(enum callback_fault fault, const char *name)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (!callback_fault_happened(fault, name))
		ck_assert_msg(deadline_nap(&deadline), "nobody calls %s", name);
}
