/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/smtp_load.h"
#include "tests/e2e/support/postfix.h"
#include "tests/load/trials.h"

#include <stdio.h>

enum { FIRST = 125 /* connections; then twice as many, and so on */ };

/* As many processes as it takes, and mail that goes nowhere. */
static const char settings[] = "default_process_limit = 4000\n"
			       "virtual_transport = discard:\n"
			       "in_flow_delay = 0\n";

static bool
send_through(const struct trials *trials, const struct postfix *postfix, unsigned connections)
{
	static struct smtp_load_result result;
	struct letter letters[LETTERS_MAX];
	size_t count = letters_of_samples(letters);

	result = (struct smtp_load_result){ 0 };
	struct smtp_load *load = smtp_load_open(postfix->port, letters, count, connections);
	smtp_load_run(load, trials->seconds / 4, &result);
	smtp_load_close(load);
	printf("  %5u connections: messages %zu, %.0f a second; wrong answers %zu%s%s; the end of a message %s\n",
	       connections, result.messages, (double)result.messages / result.seconds, result.wrong,
	       result.wrong > 0 ? ", such as " : "", result.wrong_answer, histogram_line(&result.end).text);
	fflush(stdout);
	return result.wrong == 0;
}

bool
trial_of_postfix(struct trials *trials)
{
	struct postfix postfix;
	const char *missing = postfix_missing();
	bool right = true;

	printf("\nThrough Postfix:\n");
	if (missing != NULL) {
		printf("  skipped: %s\n", missing);
		return true;
	}
	postfix_start_with(&postfix, &trials->dir,
			   &(struct postfix_options){ .name = "postfix",
						      .milter_socket = trials->postern.socket.text,
						      .settings = settings });
	for (unsigned connections = FIRST; connections <= trials->smtp_most; connections *= 2)
		right = send_through(trials, &postfix, connections) && right;
	postfix_stop(&postfix);
	return right;
}
