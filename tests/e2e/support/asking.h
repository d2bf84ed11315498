/* SPDX-License-Identifier: BSD-2-Clause */
/* asking.h - a daemon of the test's own that is asked by `postern status` and the like, with a policy and mail of which one knows what must be
 * counted. One a program. Each call fails the running Check test. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_ASKING_H
#define POSTERN_TESTS_E2E_SUPPORT_ASKING_H

#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/postern.h"

#include <jansson.h>

enum { ASKING_WORKERS = 2 };

struct asking {
	struct tempdir dir;
	struct postern postern;
	struct path metrics; /* where asking_start has it serve them */
	struct path output;
};
extern struct asking asking;

void asking_begin(void);
void asking_end(void);

/* Its configuration is the known policy and more. */
void asking_configure(const char *more);
/* Starts it, and returns when it can be asked. */
void asking_launch(void);
/* The same with metrics at a Unix socket. */
void asking_start(void);

/* `postern NAME -c CONFIG [MORE]`: its exit status; and whether it printed that. */
int asking_run(const char *name, const char *more);
bool asking_printed(const char *text);

/* How often its log holds the text. */
size_t asking_times_logged(const char *text);

/* `postern status --json`; yours to json_decref. */
json_t *asking_status(void);
/* The number that these names lead to; NULL ends them. Zero where there is none. */
long long asking_figure(const json_t *status, ...) __attribute__((sentinel));

/* Those that serve, once all of them do. */
void asking_workers(pid_t workers_out[ASKING_WORKERS]);

void asking_connect(struct milter_client *client);
/* Expects the verdict. */
void asking_send(struct milter_client *client, const char *sender, const char *text, const char *verdict);
/* Five messages in two sessions: two that pass, one of them without a body; three that are refused. And that status says so. */
void asking_send_known(void);
void asking_expect_known(void);

#endif
