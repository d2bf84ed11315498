/* SPDX-License-Identifier: BSD-2-Clause */
/* load_parts.h - what the files of load.h share. */
#ifndef POSTERN_TESTS_BENCH_LOAD_PARTS_H
#define POSTERN_TESTS_BENCH_LOAD_PARTS_H

#include "tests/bench/load.h"

enum phase { OPENING, RUNNING, HOLDING };

struct connection {
	int fd;
	const struct script *script; /* NULL: it rests */
	size_t step, sent;
	bool blocked;      /* waits until it can be written to */
	size_t turn;       /* of the messages */
	unsigned messages; /* answered on it */
	uint64_t asked_ns; /* when the last step that awaits a reply was sent */
	char in[LOAD_REPLY_MAX];
	size_t in_length;
};

struct load {
	const char *socket;
	struct script opening, closing;
	struct script *messages;
	const struct letter *letters; /* what they are made of, or NULL */
	size_t kinds;                 /* of them */
	struct connection *connections;
	unsigned count, resting;
	int epoll;
	enum phase phase;
	unsigned hold_chunks;
	struct course course;
	struct histogram *times; /* or NULL */
	struct load_result result;
};

/* Connects, and begins the opening. */
void load_open_connection(struct load *load, struct connection *connection);
void load_close_connection(struct load *load, struct connection *connection);
/* Until it waits for a reply, or for room to send, or rests. */
void load_advance(struct load *load, struct connection *connection);
/* Serves what is ready; waits until something is. */
void load_serve(struct load *load);

#endif
