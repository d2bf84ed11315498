/* SPDX-License-Identifier: BSD-2-Clause */
/* submission.h - Postfix as a submission service, and the visits that clients pay to it. It offers STARTTLS and AUTH on two ports: milters know one by
 * the name of the host, the other as "submission".
 *
 *      static struct rig rig;
 *      START_TEST(...) {
 *              submission_serve(&rig, "checks = { auth_required = { }; };\n");
 *              expect_visit(&rig.postfix, &(struct visit){ .login = "robin" }, VISIT_ACCEPTED, NULL, "who logged in");
 *              postern_kill(&rig.postern);
 *      } END_TEST
 *      SUBMISSION_MAIN(rig, suite_name, tests...)
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SUBMISSION_H
#define POSTERN_TESTS_E2E_SUPPORT_SUBMISSION_H

#include "tests/e2e/support/expect.h"

/* "robin", "alice@example.com", "blocked", with passwords. */
extern const struct login submission_logins[];

/* Why there is none here, or NULL. */
const char *submission_missing(void);
/* Such a Postfix, which asks this Postern. Of several below one directory each has its own name. */
void
submission_start(struct postfix *postfix, const struct tempdir *dir, const char *name, const struct postern *postern);

/* Prepares the rig and starts its Postfix; each test starts Postern. False after saying why when this machine cannot. */
bool submission_open(struct rig *rig);
/* Configures and starts Postern. */
void submission_serve(struct rig *rig, const char *config);

enum { VISIT_RECIPIENTS_MAX = 4 };

/* What one client does. All zero: from the loopback, in clear, without a login, one good message from robin@example.com. */
struct visit {
	const char *address;                  /* says that it comes from there (XCLIENT) */
	bool second_port;                     /* comes in at the port "submission" */
	const char *tls;                      /* encrypts with this version: see smtp_start_tls */
	const char *login;                    /* logs in as one of submission_logins, */
	bool auth_login;                      /* with LOGIN instead of PLAIN */
	const char *from;                     /* what follows MAIL FROM: */
	const char *to[VISIT_RECIPIENTS_MAX]; /* what follows RCPT TO:, NULL behind them; none: smtp_recipient */
	const char *id;                       /* of the message, X-Id */
	const char *text;                     /* of the message */
	bool nul;                             /* and a NUL in its last line */
};

/* The command that was refused. */
enum visit_end { VISIT_BEFORE_MAIL, VISIT_AT_MAIL, VISIT_AT_RCPT, VISIT_AT_END, VISIT_ACCEPTED };
extern const char *const visit_end_names[VISIT_ACCEPTED + 1];

/* All of it, up to the first refusal, whose reply is then in client->reply. The session stays open. */
enum visit_end visit_pay(struct smtp *client, const struct postfix *postfix, const struct visit *visit);
/* Its two halves: EHLO, encryption and login, false when one is refused; and the message. */
bool visit_begin(struct smtp *client, const struct postfix *postfix, const struct visit *visit);
enum visit_end visit_send(struct smtp *client, const struct visit *visit);

/* A visit that ends so, with this line unless it is NULL, and its session; `what` is for the message. */
void expect_visit(const struct postfix *postfix, const struct visit *visit, enum visit_end end, const char *line,
		  const char *what);

#define SUBMISSION_MAIN(rig, name, ...)                                                                 \
	int main(void)                                                                                  \
	{                                                                                               \
		const TTest *const tests[] = { __VA_ARGS__ };                                           \
                                                                                                        \
		if (!submission_open(&(rig)))                                                           \
			return RIG_SKIPPED;                                                             \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT); \
		rig_close(&(rig));                                                                      \
		return status;                                                                          \
	}

#endif
