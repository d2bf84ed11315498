/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/submission.h"

#include "tests/e2e/support/smtp_auth.h"
#include "tests/e2e/support/smtp_tls.h"

#include <check.h>
#include <string.h>

const struct login submission_logins[] = {
	{ "robin", "red-breast" },
	{ "alice@example.com", "looking.glass" },
	{ "blocked", "behind-bars" },
	{ NULL, NULL },
};

const char *const visit_end_names[VISIT_ACCEPTED + 1] = { "refused before MAIL", "refused at MAIL", "refused at RCPT",
							  "refused at the end of data", "accepted" };

static const char good_mail[] = "From: Robin <robin@example.com>\n"
				"To: reader@dest.example.org\n"
				"Subject: Good morning\n"
				"Date: Mon, 2 Mar 2026 09:00:00 +0000\n"
				"Message-ID: <20260302.1@example.com>\n"
				"\n"
				"The worm was early.\n";

const char *
submission_missing(void)
{
	const char *missing = postfix_missing();

	return missing != NULL ? missing : credentials_missing();
}

void
submission_start(struct postfix *postfix, const struct tempdir *dir, const char *name, const struct postern *postern)
{
	postfix_start_with(postfix, dir,
			   &(struct postfix_options){ .name = name,
						      .milter_socket = postern->socket.text,
						      .logins = submission_logins,
						      .tls = true,
						      .second_listener = "submission" });
}

bool
submission_open(struct rig *rig)
{
	const char *missing = submission_missing();

	if (missing != NULL) {
		fprintf(stderr, "skipped: %s\n", missing);
		return false;
	}
	if (!rig_prepare(rig))
		return false;
	submission_start(&rig->postfix, &rig->dir, "postfix", &rig->postern);
	return true;
}

void
submission_serve(struct rig *rig, const char *config)
{
	postern_configure(&rig->postern, config);
	postern_start(&rig->postern);
}

static bool
log_in(struct smtp *client, const struct visit *visit)
{
	const struct login *login = submission_logins;

	while (login->name != NULL && strcmp(login->name, visit->login) != 0)
		login++;
	if (login->name == NULL)
		ck_abort_msg("there is no login %s", visit->login);
	if (visit->auth_login)
		smtp_auth_login(client, login);
	else
		smtp_auth_plain(client, login);
	return smtp_replied_code(client, 235);
}

bool
visit_begin(struct smtp *client, const struct postfix *postfix, const struct visit *visit)
{
	smtp_open(client, visit->second_port ? postfix->second_port : postfix->port, NULL);
	smtp_hello(client);
	if (visit->address != NULL) {
		smtp_command(client, "XCLIENT ADDR=%s NAME=client.example.net", visit->address);
		smtp_hello(client);
	}
	if (!smtp_replied_code(client, 250))
		return false;
	if (visit->tls != NULL) {
		if (!smtp_start_tls(client, visit->tls))
			return false;
		smtp_hello(client);
	}
	return visit->login == NULL || log_in(client, visit);
}

static bool
name_recipients(struct smtp *client, const struct visit *visit)
{
	if (visit->to[0] == NULL) {
		smtp_command(client, "RCPT TO:<%s>", smtp_recipient);
		return smtp_replied_code(client, 250);
	}
	for (size_t i = 0; i < VISIT_RECIPIENTS_MAX && visit->to[i] != NULL; i++) {
		smtp_command(client, "RCPT TO:%s", visit->to[i]);
		if (!smtp_replied_code(client, 250))
			return false;
	}
	return true;
}

enum visit_end
visit_send(struct smtp *client, const struct visit *visit)
{
	static const char line_with_nul[] = { '\0', '\r', '\n' };
	const struct mail mail = { visit->id, NULL, visit->text != NULL ? visit->text : good_mail };

	smtp_command(client, "MAIL FROM:%s", visit->from != NULL ? visit->from : "<robin@example.com>");
	if (!smtp_replied_code(client, 250))
		return VISIT_AT_MAIL;
	if (!name_recipients(client, visit))
		return VISIT_AT_RCPT;
	smtp_command(client, "DATA");
	if (!smtp_replied_code(client, 354))
		ck_abort_msg("DATA was answered %s", client->reply);
	smtp_write_mail(client, &mail);
	if (visit->nul)
		smtp_write(client, line_with_nul, sizeof line_with_nul);
	smtp_end(client);
	return smtp_replied_code(client, 250) ? VISIT_ACCEPTED : VISIT_AT_END;
}

enum visit_end
visit_pay(struct smtp *client, const struct postfix *postfix, const struct visit *visit)
{
	return visit_begin(client, postfix, visit) ? visit_send(client, visit) : VISIT_BEFORE_MAIL;
}

void
expect_visit(const struct postfix *postfix, const struct visit *visit, enum visit_end end, const char *line,
	     const char *what)
{
	struct smtp client;
	enum visit_end seen = visit_pay(&client, postfix, visit);

	ck_assert_msg(seen == end, "%s: %s instead of %s: %s", what, visit_end_names[seen], visit_end_names[end],
		      client.reply);
	if (line != NULL)
		expect_reply(&client, line, what);
	smtp_close(&client);
}
