/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/letter.h"

#include "tests/e2e/support/samples.h"

#include <string.h>

bool
letter_answered_by(const struct letter *letter, const struct reply *reply)
{
	if (reply->kind == 'a' || reply->kind == 'c')
		return letter->reply == NULL || letter->or_accepted;
	return reply->kind == 'y' && letter->reply != NULL && reply->length == strlen(letter->reply) + 1 &&
	       memcmp(reply->text, letter->reply, reply->length) == 0;
}

size_t
letters_of_samples(struct letter letters_out[LETTERS_MAX])
{
	size_t count = samples_count < LETTERS_MAX ? samples_count : LETTERS_MAX;

	for (size_t i = 0; i < count; i++)
		letters_out[i] = (struct letter){ .sender = samples[i].sender,
						  .text = samples[i].text,
						  .reply = samples[i].reply };
	return count;
}
