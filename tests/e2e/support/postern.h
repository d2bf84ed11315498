/* SPDX-License-Identifier: BSD-2-Clause */
/* postern.h - the program under test, run as a daemon below a temporary directory.
 *
 *      postern_prepare(&postern, &dir, "postern");
 *      postern_configure(&postern, "checks = { subject_empty = { }; };\n");
 *      postern_start(&postern);
 *      ... its socket is postern.socket, its log lines come to be in postern.log ...
 *      postern_stop(&postern);
 *
 * The program is $POSTERN, or else the one of the build tree in which the running program lies. Started by root it
 * becomes user nobody. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_POSTERN_H
#define POSTERN_TESTS_E2E_SUPPORT_POSTERN_H

#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

struct postern {
	struct path program;
	struct path directory; /* it may write there */
	struct path config;
	struct path socket;
	struct path log; /* what it writes on stderr */
	struct process supervisor;
	int leash;
	int listener; /* its socket, when a service manager holds it; else -1 */
};

/* What a configuration starts with that lets every check of the table refuse what it finds. */
extern const char postern_all_checks[];

/* Paths below dir/name; nothing runs yet. Of several instances each has a name of its own. */
void postern_prepare(struct postern *postern, const struct tempdir *dir, const char *name);
/* Writes the configuration: where to listen and as whom, then the text. */
void postern_configure(const struct postern *postern, const char *text);
/* Takes a copy of the shipped configuration, and a conf.d/here.conf beside it that says where to listen and as whom. */
void postern_configure_as_shipped(const struct postern *postern, const char *shipped);
/* Starts it on its configuration and returns when its socket answers; shows its log and ends the program when it does
 * not. The log begins anew. */
void postern_start(struct postern *postern);
/* Starts it as a service manager does one that ended: with the log and whatever else there is. Does not wait for anything. */
void postern_start_again(struct postern *postern);
/* From here on the socket is the service manager's, which is us: the daemon is started on it. Until it is let go. */
void postern_hold_socket(struct postern *postern);
void postern_let_go_socket(struct postern *postern);
/* Starts it and waits for its end: for configurations that it refuses. Returns its exit status. */
int postern_run(struct postern *postern);
/* SIGTERM, and its exit status. Ends the program when it does not stop within its time. */
int postern_stop(struct postern *postern);
/* Ends supervisor and workers at once, and removes what they leave. Nothing happens when it does not run. */
void postern_kill(struct postern *postern);
/* SIGHUP, and waits for the text in its log. */
bool postern_reload(struct postern *postern, const char *text);

/* Whether its log holds the text, or comes to hold it within PATIENCE_MS. */
bool postern_logs(const struct postern *postern, const char *text);
/* Whether something accepts connections at its socket. */
bool postern_answers(const struct postern *postern);

#endif
