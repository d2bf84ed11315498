/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast bodies are judged: octets a second of each kind of body, as a ratio to memchr for a line feed over the same octets, line by line. Runs
 * of both are interleaved and the medians compared, so that the machine's mood does not matter. */
#define _POSIX_C_SOURCE 200809L
#include "policy/offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BODY_SIZE = 32 << 20, RUNS = 7 };

struct kind {
	const char *name;
	const char *before; /* header, and what comes before the repeated line */
	const char *line;
	const char *after;
};

#define HEAD "From: a@example.com\r\nSubject: x\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"

static const struct kind kinds[] = {
	{ "text, one part", HEAD "\r\n", "The quick brown fox jumps over the lazy dog, and then it does so again.\r\n",
	  "" },
	{ "base64 attachment", MIXED "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
	  "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n", "--b--\r\n" },
	{ "quoted-printable text",
	  HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
	  "=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=\r\n", "" },
	{ "small parts", MIXED, "Content-Type: text/plain\r\n\r\nhello\r\n--b\r\n", "--b--\r\n" },
	{ "blank text", HEAD "\r\n", "                                                                      \r\n", "" },
};

static double
now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct bytes
make_message(const struct kind *kind)
{
	size_t line = strlen(kind->line);
	size_t count = BODY_SIZE / line;
	size_t before = strlen(kind->before);
	char *text = malloc(before + count * line + strlen(kind->after) + 1);

	if (text == NULL)
		exit(EXIT_FAILURE);
	memcpy(text, kind->before, before);
	for (size_t i = 0; i < count; i++)
		memcpy(text + before + i * line, kind->line, line);
	strcpy(text + before + count * line, kind->after);
	return bytes_of(text);
}

static double
time_scan(struct message *message, struct bytes text)
{
	const struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = "<a@example.com>" };
	double start = now_s();

	offline_judge(message, &envelope, text);
	message_reset(message);
	return now_s() - start;
}

static double
time_memchr(struct bytes text, size_t *lines_out)
{
	double start = now_s();
	const char *at = text.data;
	const char *end = at + text.length;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		(*lines_out)++;
	}
	return now_s() - start;
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
median(double *values)
{
	qsort(values, RUNS, sizeof *values, compare);
	return values[RUNS / 2];
}

static void
measure(const struct policy *policy, const struct kind *kind)
{
	struct bytes text = make_message(kind);
	struct message *message = malloc(sizeof *message);
	double scan[RUNS], plain[RUNS];
	size_t lines = 0;

	if (message == NULL)
		exit(EXIT_FAILURE);
	message_init(message, policy);
	for (int i = 0; i < RUNS; i++) {
		scan[i] = time_scan(message, text);
		plain[i] = time_memchr(text, &lines);
	}
	double seconds = median(scan);
	printf("%-24s %8.2f GB/s   %5.2f of memchr over %zu lines\n", kind->name, (double)text.length / seconds / 1e9,
	       median(plain) / seconds, lines / RUNS);
	free(message);
	free((void *)text.data);
}

int
main(void)
{
	struct policy *policy = policy_new();

	if (policy == NULL)
		return EXIT_FAILURE;
	for (size_t i = 0; i < checks_count; i++)
		policy->profiles[0].checks[i].mode = MODE_ENFORCE;
	printf("Judging whole messages of %d MiB, all checks on, medians of %d runs; a message is %zu octets of "
	       "memory.\n",
	       BODY_SIZE >> 20, RUNS, sizeof(struct message));
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		measure(policy, &kinds[i]);
	policy_free(policy);
	return EXIT_SUCCESS;
}
