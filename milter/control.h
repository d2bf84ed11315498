/* SPDX-License-Identifier: BSD-2-Clause */
/* control.h - the supervisor's socket for administrators' commands (`postern limits`, `status`, `reload`): a Unix socket that only the daemon's user and root
 * may open. One line asks, lines answer, and the last one is `ok` or `error REASON`:
 *
 *      limits list                     one line a counter: USED LEFT WAIT_US LIMIT KEY, between tabs
 *      limits reset KEY
 *      limits set USED KEY
 *      reload                          as SIGHUP, and how it went; with a wrong configuration its errors come first
 *      status                          what the daemon does: see status.h
 *
 * Keys have no control characters (policy/charges.c). Each client is served by a child of the supervisor, within CONTROL_SERVE_S. */
#ifndef POSTERN_MILTER_CONTROL_H
#define POSTERN_MILTER_CONTROL_H

#include "milter/crew.h"
#include "milter/listen.h"

enum {
	CONTROL_CHILDREN_MAX = 8,   /* at a time; others wait in the backlog */
	CONTROL_SERVE_S = 30,       /* a list of a million counters takes two */
	CONTROL_RELOAD_MS = 25000,  /* what is waited for a reload's end: a table of a million keys is read in one */
	CONTROL_REQUEST_MAX = 1024, /* octets of the line: a key has 256 */
	CONTROL_LINE_MAX = 1024
};

/* What is served: the daemon as it was when the child was forked, and what it shares with it. */
struct control_view {
	const char *path; /* of the configuration */
	const struct conf *conf;
	const struct shared *shared;
	const struct crew *crew;
};

struct control_socket {
	bool open;
	struct listener listener;
	unsigned children;
};

/* path may be NULL: no socket. Where it cannot be made, the reason is logged and the daemon does without. */
void control_open(struct control_socket *control, const char *path);
void control_close(struct control_socket *control);
/* In a child that is not to serve: closes the copy, and leaves the socket's path alone. */
void control_leave(struct control_socket *control);

/* What to wait for, or -1 while nobody can be served. */
int control_descriptor(const struct control_socket *control);
/* The next client, or -1. */
int control_accept(struct control_socket *control);

/* In a child: serves the client and ends. */
_Noreturn void control_serve(int client, const struct control_view *view);

#endif
