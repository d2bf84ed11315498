/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/mta_expect.h"

#include <check.h>
#include <stdio.h>

void
mta_expect_delivered(const struct mta *mta, const char *id, size_t times)
{
	char field[128];

	snprintf(field, sizeof field, "X-Id: %s\n", id);
	ck_assert_msg(mta_settles(mta), "%s: the queue does not empty", mta_names[mta->kind]);
	size_t delivered = mta_delivered(mta, field);
	ck_assert_msg(delivered == times, "%s: %s was delivered %zu times, not %zu", mta_names[mta->kind], id,
		      delivered, times);
}

void
mta_expect_reply(const struct mta *mta, const struct smtp *client, const char *line, const char *what)
{
	if (!smtp_replied(client, line))
		ck_abort_msg("%s: %s\n expected: %s\n but got:  %s", mta_names[mta->kind], what, line, client->reply);
}

void
mta_expect_code(const struct mta *mta, const struct smtp *client, int code, const char *what)
{
	if (!smtp_replied_code(client, code))
		ck_abort_msg("%s: %s\n expected: %d\n but got:  %s", mta_names[mta->kind], what, code, client->reply);
}

void
mta_greet(struct smtp *client, const struct mta *mta)
{
	smtp_open(client, mta->port, NULL);
	smtp_hello(client);
	mta_expect_code(mta, client, 250, "EHLO");
}
