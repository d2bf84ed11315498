/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile_words.h - a session with its message, of good words but for those at one place.
 *
 *      struct words words = hostile_words(7, &hostile_places[i], &hostiles[j]);
 *      hostile_session(&wire, &words); */
#ifndef POSTERN_TESTS_E2E_SUPPORT_HOSTILE_WORDS_H
#define POSTERN_TESTS_E2E_SUPPORT_HOSTILE_WORDS_H

#include "tests/e2e/support/hostile.h"
#include "tests/e2e/support/wire.h"

enum {
	HOSTILE_TEXT_MAX = 512, /* octets of one place, with the NUL */
	HOSTILE_PLACES = 11
};

/* What is said in a session, each at its place. */
struct words {
	char host[HOSTILE_TEXT_MAX], helo[HOSTILE_TEXT_MAX], login[HOSTILE_TEXT_MAX], id[HOSTILE_TEXT_MAX],
		sender[HOSTILE_TEXT_MAX], recipient[HOSTILE_TEXT_MAX];
	char field[HOSTILE_TEXT_MAX], subject[HOSTILE_TEXT_MAX], from[HOSTILE_TEXT_MAX], type[HOSTILE_TEXT_MAX],
		file[HOSTILE_TEXT_MAX];
};

struct hostile_place {
	const char *name;
	size_t at;          /* in struct words */
	const char *around; /* each `@@` in it is what somebody wrote */
};
extern const struct hostile_place hostile_places[HOSTILE_PLACES];

/* The sender and the queue id, "5cQ" with the number, are those of the session alone. */
struct words hostile_good_words(size_t session);
struct words hostile_words(size_t session, const struct hostile_place *place, const struct hostile *hostile);

/* All of it, from the offer to QUIT. */
void hostile_session(struct wire *wire, const struct words *words);

#endif
