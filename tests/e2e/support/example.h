/* SPDX-License-Identifier: BSD-2-Clause */
/* example.h - a file of conf/examples, served behind a Postfix as it stands but for its paths: what lies in /etc/postern and /var/lib/postern is looked for in the
 * test's directory, and Redis on a port of the loopback.
 *
 *      example_table(&rig, "blocked", "mallory\n");             /etc/postern/blocked
 *      example_serve(&rig, "submission", 0);
 *      example_play(&rig, rows, count);
 *      postern_kill(&rig.postern); */
#ifndef POSTERN_TESTS_E2E_SUPPORT_EXAMPLE_H
#define POSTERN_TESTS_E2E_SUPPORT_EXAMPLE_H

#include "tests/e2e/support/submission.h"

/* A file of the test's directory. */
void example_table(const struct rig *rig, const char *name, const char *text);
/* Asserts that `postern config test` has nothing to say about it, and starts Postern. */
void example_serve(struct rig *rig, const char *name, int redis_port);

struct example_row {
	const char *what;
	struct visit visit;
	enum visit_end end;
	const char *reply;  /* NULL: 250 */
	const char *logged; /* or NULL */
};

/* Pays the visits, one after the other. */
void example_play(const struct rig *rig, const struct example_row *rows, size_t count);

/* So many units are used of the counter with this key, as `postern limits` has it. */
void example_expect_used(const struct rig *rig, unsigned used, const char *key);

#endif
