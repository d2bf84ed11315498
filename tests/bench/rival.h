/* SPDX-License-Identifier: BSD-2-Clause */
/* rival.h - milters that a Postfix can ask, each with a Postfix of its own whose mail goes nowhere. All listen on Unix sockets in a directory of the
 * bench, ask no DNS and load nothing. */
#ifndef POSTERN_TESTS_BENCH_RIVAL_H
#define POSTERN_TESTS_BENCH_RIVAL_H

#include "tests/e2e/support/postern.h"
#include "tests/e2e/support/postfix.h"

enum rival_kind {
	RIVAL_NONE,       /* no milter */
	RIVAL_FILTER,     /* filters.c: wants every event, answers each, does nothing */
	RIVAL_POSTERN,    /* as shipped */
	RIVAL_OPENDKIM,   /* signs */
	RIVAL_RSPAMD,     /* the proxy that scans by itself */
	RIVAL_MIMEDEFANG, /* a filter in Perl that accepts each part */
	RIVAL_COUNT
};

/* What they are given. */
struct rival_needs {
	const struct tempdir *dir;
	const char *filters; /* program */
	const char *shipped; /* configuration of Postern */
};

enum { RIVAL_PROCESSES_MAX = 2, RIVAL_WORKERS = 2 /* processes that serve, where there is such a number */ };

struct rival {
	const char *name;
	const char *missing; /* why it cannot take part; NULL: it runs */
	struct path directory, socket;
	struct process processes[RIVAL_PROCESSES_MAX];
	struct postern postern;
	struct postfix postfix;
};

/* Starts the milter and its Postfix, and returns when both answer. */
void rival_start(struct rival *rival, enum rival_kind kind, const struct rival_needs *needs);
void rival_stop(struct rival *rival); /* one that is missing as well */

#endif
