/* SPDX-License-Identifier: BSD-2-Clause */
/* mta.h - a Postfix or a Sendmail, for tests that ask the same of both, and a rig with one of each.
 *
 *      static struct mtas rig;
 *      START_TEST(...) {
 *              mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
 *              for (int kind = 0; kind < MTA_COUNT; kind++)
 *                      ... rig.mta[kind].port ... mta_settles(&rig.mta[kind]) ...
 *              postern_kill(&rig.postern);
 *      } END_TEST
 *      MTAS_MAIN(rig, suite_name, options, tests...)
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MTA_H
#define POSTERN_TESTS_E2E_SUPPORT_MTA_H

#include "tests/e2e/support/postern.h"
#include "tests/e2e/support/postfix.h"
#include "tests/e2e/support/sendmail.h"

enum mta_kind { MTA_POSTFIX, MTA_SENDMAIL, MTA_COUNT };
extern const char *const mta_names[MTA_COUNT];

/* One of the two, as kind says. */
struct mta {
	enum mta_kind kind;
	int port;
	struct postfix postfix;
	struct sendmail sendmail;
};

struct mta_options {
	const char *name;                          /* of its directory; NULL: its own name */
	const char *milters[SENDMAIL_MILTERS_MAX]; /* unix sockets, in their order; NULL ends them */
	bool milters_optional;                     /* mail passes while one is away */
	const struct login *logins;                /* may log in with PLAIN or LOGIN; NULL: nobody may */
	bool tls;                                  /* offers STARTTLS */
	bool ipv6;                                 /* answers at [::1] too */
};

void mta_start(struct mta *mta, enum mta_kind kind, const struct tempdir *dir, const struct mta_options *options);
void mta_stop(struct mta *mta);

/* As postfix_settles and the like. */
bool mta_settles(const struct mta *mta);
size_t mta_delivered(const struct mta *mta, const char *text);
size_t mta_held(const struct mta *mta, const char *text);
void mta_release(const struct mta *mta);
char *mta_delivered_mail(const struct mta *mta, const char *text);
/* Where it delivers to, one file for each recipient of a message. */
struct path mta_maildir(const struct mta *mta);

struct mtas {
	struct tempdir dir;
	struct postern postern;
	struct mta mta[MTA_COUNT];
};

/* Where the Postern of a rig listens: the first milter of MTAs whose options name none. Prepares Postern and starts both MTAs; false after
 * saying why when this machine cannot. */
bool mtas_open(struct mtas *mtas, const struct mta_options *options);
void mtas_close(struct mtas *mtas);
/* Configures and starts Postern. */
void mtas_serve(struct mtas *mtas, const char *config);

#define MTAS_MAIN(mtas, name, options, ...)                                                           \
	int main(void)                                                                                \
	{                                                                                             \
		const TTest *const tests[] = { __VA_ARGS__ };                                         \
                                                                                                      \
		if (!mtas_open(&(mtas), options))                                                     \
			return MTAS_SKIPPED;                                                          \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], MTAS_TIMEOUT_S); \
		mtas_close(&(mtas));                                                                  \
		return status;                                                                        \
	}

enum { MTAS_SKIPPED = 77, MTAS_TIMEOUT_S = 60 };

#endif
