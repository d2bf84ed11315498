/* SPDX-License-Identifier: BSD-2-Clause */
/* storm_ledger.h - what became of each message of a storm: what its client was answered, and how often it was delivered.
 *
 *      storm_ledger_open(&ledger, "kills", letters, count, 1);
 *      number = storm_ledger_begin(&ledger, session, letter);         any thread, from here ...
 *      storm_ledger_answer(&ledger, number, STORM_AT_END, "250 2.0.0 Ok\r\n");
 *      storm_ledger_deliver(&ledger, maildir);                        ... to here
 *      struct storm_tally tally = storm_ledger_tally(&ledger);
 *      storm_ledger_close(&ledger);
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_STORM_LEDGER_H
#define POSTERN_TESTS_E2E_SUPPORT_STORM_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	STORM_MESSAGES_MAX = 200000, /* of one storm; 20 MB */
	STORM_POLICIES_MAX = 4,
	STORM_REPLY_MAX = 72, /* octets that are kept of an answer, for people */
	STORM_ID_MAX = 64
};

/* What is sent, and what each policy says to it. */
struct storm_letter {
	const char *name;
	const char *sender;                      /* MAIL FROM, between the <> */
	const char *text;                        /* LF line ends */
	const char *replies[STORM_POLICIES_MAX]; /* the whole line of a refusal; NULL: accepted */
};

enum storm_stage { STORM_AT_GREETING, STORM_AT_MAIL, STORM_BEFORE_DATA, STORM_AT_END };

enum storm_answer {
	STORM_PENDING,  /* the client ended before there was any */
	STORM_ACCEPTED, /* 250 */
	STORM_REFUSED,  /* 5xx */
	STORM_DEFERRED, /* 4xx */
	STORM_LOST,     /* the connection was lost, or nothing came in time */
	STORM_ANSWERS
};

struct storm_message {
	uint32_t session;
	uint16_t letter;
	uint8_t answer;
	uint8_t stage;    /* at which it was answered or lost */
	uint8_t policies; /* a bit for each that answers so; all of them where that does not say */
	uint8_t copies;   /* delivered */
	char reply[STORM_REPLY_MAX];
};

struct storm_ledger {
	char name[STORM_ID_MAX];
	const struct storm_letter *letters;
	size_t letters_count;
	unsigned policies;
	struct storm_message *messages;
	atomic_uint begun; /* STORM_MESSAGES_MAX or more: it is full */
	unsigned foreign;  /* delivered with an id of this run that was never sent */
};

/* Of the messages; copies are deliveries. */
struct storm_tally {
	unsigned answers[STORM_ANSWERS];
	unsigned sent;
	unsigned good; /* sent that no policy refuses, */
	unsigned good_accepted;
	unsigned copies;
};

void storm_ledger_open(struct storm_ledger *ledger, const char *name, const struct storm_letter *letters, size_t count,
		       unsigned policies);
void storm_ledger_close(struct storm_ledger *ledger);

/* A new message, its number; -1 when the ledger is full. */
int storm_ledger_begin(struct storm_ledger *ledger, uint32_t session, size_t letter);
/* Its X-Id. */
void storm_ledger_id(const struct storm_ledger *ledger, int number, char id_out[STORM_ID_MAX]);
/* The last word of the MTA on it, empty: the connection was lost. Returns what that means. */
enum storm_answer
storm_ledger_answer(struct storm_ledger *ledger, int number, enum storm_stage stage, const char *reply);

/* Enters the messages of this ledger that lie in a maildir's new/, and removes them. Returns how many there were. */
unsigned storm_ledger_deliver(struct storm_ledger *ledger, const char *maildir);

struct storm_tally storm_ledger_tally(const struct storm_ledger *ledger);
/* One line. */
void storm_ledger_print(const struct storm_ledger *ledger, FILE *out);

/* Why the message is no good, or NULL: see expect_storm_kept. */
const char *storm_ledger_flaw(const struct storm_ledger *ledger, int number);
/* A line that says what is known of it. */
void storm_ledger_describe(const struct storm_ledger *ledger, int number, FILE *out);

#endif
