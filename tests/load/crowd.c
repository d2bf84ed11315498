/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/load/crowd.h"

#include "tests/e2e/support/files.h"

#include <string.h>

static void *
run(void *argument)
{
	struct crowd_half *half = argument;

	load_run(half->load, &half->course, &half->result);
	return NULL;
}

void
crowd_start(struct crowd *crowd, const char *socket, const struct crowd_options *options)
{
	size_t count = letters_of_samples(crowd->letters);

	if (options->more != NULL && count < LETTERS_MAX)
		crowd->letters[count++] = *options->more;
	atomic_init(&crowd->stop, false);
	atomic_init(&crowd->messages, 0);
	crowd->start_ns = now_ns();
	for (size_t i = 0; i < CROWD_HALVES; i++) {
		struct crowd_half *half = &crowd->halves[i];

		*half = (struct crowd_half){
			.load = load_open_letters(socket, crowd->letters, count, options->connections / CROWD_HALVES),
			.course = { .stop = &crowd->stop,
				    .messages = &crowd->messages,
				    .renewed = i == 0 && options->keep ? 0 : options->renewed },
		};
		load_time(half->load, &half->times);
		if (pthread_create(&half->thread, NULL, run, half) != 0)
			fail("no thread for the load");
	}
}

size_t
crowd_messages(struct crowd *crowd)
{
	return atomic_load(&crowd->messages);
}

void
crowd_stop(struct crowd *crowd, struct crowd_result *result_out)
{
	*result_out = (struct crowd_result){ 0 };
	atomic_store(&crowd->stop, true);
	for (size_t i = 0; i < CROWD_HALVES; i++) {
		struct crowd_half *half = &crowd->halves[i];

		pthread_join(half->thread, NULL);
		load_close(half->load);
		result_out->messages += half->result.messages;
		result_out->wrong += half->result.wrong;
		if (half->result.wrong > 0)
			strcpy(result_out->wrong_answer, half->result.wrong_answer);
		histogram_merge(&result_out->times, &half->times);
	}
	result_out->seconds = (double)(now_ns() - crowd->start_ns) / 1e9;
}
