/* SPDX-License-Identifier: BSD-2-Clause */
/* reason.h - whether something outside answers at present, and what was wrong last, in plain words; from several threads. */
#ifndef POSTERN_MILTER_STORES_REASON_H
#define POSTERN_MILTER_STORES_REASON_H

#include <pthread.h>
#include <stdbool.h>

enum { REASON_MAX = 320 }; /* octets with NUL: a path, and a sentence about it */

struct reason {
	pthread_mutex_t lock;
	bool wrong;
	char text[REASON_MAX]; /* empty: nothing was ever wrong */
};

void reason_init(struct reason *reason);
void reason_destroy(struct reason *reason);
/* It does not answer. Longer texts are cut; what is not printable ASCII, as a server may send it, becomes `?`. */
void reason_set(struct reason *reason, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* It answers; the text stays. */
void reason_clear(struct reason *reason);
/* True: it answers. *why_out is what was wrong last, or NULL; it is the calling thread's own until its next call. */
bool reason_healthy(struct reason *reason, const char **why_out);

#endif
