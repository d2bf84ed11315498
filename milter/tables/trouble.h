/* SPDX-License-Identifier: BSD-2-Clause */
/* trouble.h - what is wrong with a table at present, and the log's share of it: of each subject a line when it begins, one a minute while it
 * goes on, and one when it is over. Safe to call from several threads. */
#ifndef POSTERN_MILTER_TABLES_TROUBLE_H
#define POSTERN_MILTER_TABLES_TROUBLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	TROUBLE_WHY_MAX = 256,        /* octets with NUL; what is longer is cut */
	TROUBLE_SAID_EVERY_MS = 60000 /* a table that fails is asked a thousand times a second */
};

enum trouble_subject {
	TROUBLE_FAILED,  /* the last look-up could not be answered */
	TROUBLE_OLD,     /* a newer version of the file is not used, the one before it is */
	TROUBLE_CONTENT, /* the file is used, but something in it is most likely wrong */
	TROUBLE_COUNT
};

struct trouble {
	const char *source; /* of the table; borrowed */
	pthread_mutex_t lock;
	struct {
		atomic_bool present;
		bool said; /* since it is present */
		bool ever_said;
		int64_t said_ms;
		uint64_t unsaid; /* times, since */
		char why[TROUBLE_WHY_MAX];
	} subjects[TROUBLE_COUNT];
};

void trouble_init(struct trouble *trouble, const char *source);
void trouble_destroy(struct trouble *trouble);

/* why may hold any octet: it is escaped for the log. */
void trouble_set(struct trouble *trouble, enum trouble_subject subject, const char *why);
/* Costs next to nothing when there is none. */
void trouble_clear(struct trouble *trouble, enum trouble_subject subject);
/* False when there is none. why_out (TROUBLE_WHY_MAX octets) is printable ASCII. */
bool trouble_get(struct trouble *trouble, enum trouble_subject subject, char *why_out);

/* snprintf into why_out. */
void trouble_format(char why_out[TROUBLE_WHY_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
