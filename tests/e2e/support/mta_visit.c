/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/mta_visit.h"

#include "tests/e2e/support/mta_expect.h"
#include "tests/e2e/support/smtp_auth.h"
#include "tests/e2e/support/smtp_tls.h"

#include <check.h>
#include <string.h>

static const struct login *
login_called(const char *name)
{
	const struct login *login = submission_logins;

	while (login->name != NULL && strcmp(login->name, name) != 0)
		login++;
	if (login->name == NULL)
		ck_abort_msg("there is no login %s", name);
	return login;
}

bool
mta_visit_begin(struct smtp *client, const struct mta *mta, const char *source, const struct visit *visit)
{
	smtp_open_from(client, source != NULL ? source : "127.0.0.1", mta->port, NULL);
	smtp_hello(client);
	if (!smtp_replied_code(client, 250)) {
		smtp_close(client);
		return false;
	}
	if (visit->tls != NULL) {
		smtp_start_tls(client, visit->tls);
		smtp_hello(client);
	}
	if (visit->login != NULL) {
		smtp_auth_plain(client, login_called(visit->login));
		mta_expect_code(mta, client, 235, visit->login);
	}
	return true;
}

void
mta_visit_greet(struct smtp *client, const struct mta *mta, const char *source, const struct visit *visit)
{
	if (!mta_visit_begin(client, mta, source, visit))
		ck_abort_msg("%s: EHLO was answered %s", mta_names[mta->kind], client->reply);
}

void
mta_expect_visit(const struct mta *mta, const char *source, const struct visit *visit, enum visit_end end,
		 const char *line, const char *what)
{
	struct smtp client;

	mta_visit_greet(&client, mta, source, visit);
	enum visit_end seen = visit_send(&client, visit);
	ck_assert_msg(seen == end, "%s: %s: %s instead of %s: %s", mta_names[mta->kind], what, visit_end_names[seen],
		      visit_end_names[end], client.reply);
	if (line != NULL)
		mta_expect_reply(mta, &client, line, what);
	smtp_close(&client);
}
