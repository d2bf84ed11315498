/* SPDX-License-Identifier: BSD-2-Clause */
/* control.h - the supervisor's socket for administrators' commands (`postern limits`): a Unix socket that only the daemon's user and root
 * may open. One line asks, lines answer, and the last one is `ok` or `error REASON`:
 *
 *      limits list                     one line a counter: USED LEFT WAIT_US LIMIT KEY, between tabs
 *      limits reset KEY
 *      limits set USED KEY
 *      reload                          as SIGHUP
 *
 * Keys have no control characters (policy/charges.c). Each client is served by a child of the supervisor, within CONTROL_SERVE_S. */
#ifndef POSTERN_MILTER_CONTROL_H
#define POSTERN_MILTER_CONTROL_H

#include "milter/listen.h"
#include "milter/world.h"

enum {
	CONTROL_CHILDREN_MAX = 8,   /* at a time; others wait in the backlog */
	CONTROL_SERVE_S = 30,       /* a list of a million counters takes two */
	CONTROL_REQUEST_MAX = 1024, /* octets of the line: a key has 256 */
	CONTROL_LINE_MAX = 1024
};

struct control {
	bool open;
	struct listener listener;
	unsigned children;
};

/* path may be NULL: no socket. Where it cannot be made, the reason is logged and the daemon does without. */
void control_open(struct control *control, const char *path);
void control_close(struct control *control);
/* In a child that is not to serve: closes the copy, and leaves the socket's path alone. */
void control_leave(struct control *control);

/* What to wait for, or -1 while nobody can be served. */
int control_descriptor(const struct control *control);
/* The next client, or -1. */
int control_accept(struct control *control);

/* In a child: serves the client and ends. */
_Noreturn void control_serve(int client, const struct conf *conf, const struct shared *shared);

#endif
