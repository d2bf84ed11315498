/* SPDX-License-Identifier: BSD-2-Clause */
/* crowd.h - many connections to a daemon at once, each sending the samples of the end-to-end tests, good and refused; one half of them keeps its
 * connections, the other renews them.
 *
 *      crowd_start(&crowd, socket, &(struct crowd_options){ .connections = 1000, .renewed = 5, .keep = true });
 *      ... while (crowd_messages(&crowd) < 100000) ...
 *      crowd_stop(&crowd, &result); */
#ifndef POSTERN_TESTS_LOAD_CROWD_H
#define POSTERN_TESTS_LOAD_CROWD_H

#include "tests/bench/load.h"

#include <pthread.h>

enum { CROWD_HALVES = 2 };

struct crowd_half {
	struct load *load;
	struct course course;
	struct load_result result;
	struct histogram times;
	pthread_t thread;
};

struct crowd {
	struct letter letters[LETTERS_MAX];
	struct crowd_half halves[CROWD_HALVES];
	atomic_bool stop;
	atomic_size_t messages;
	uint64_t start_ns;
};

struct crowd_result {
	size_t messages, wrong;
	double seconds;
	char wrong_answer[LOAD_REPLY_MAX];
	struct histogram times; /* of replies */
};

/* The second half renews a connection after so many messages; the first too when `keep` is false. */
struct crowd_options {
	unsigned connections, renewed;
	bool keep;
	const struct letter *more; /* one letter beside the samples, or NULL */
};
void crowd_start(struct crowd *crowd, const char *socket, const struct crowd_options *options);
size_t crowd_messages(struct crowd *crowd);
void crowd_stop(struct crowd *crowd, struct crowd_result *result_out);

#endif
