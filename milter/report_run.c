/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/report_run.h"

#include "milter/interrupt.h"
#include "milter/survey/logged.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	CHUNK_OCTETS = 65536,
	INTERRUPT_PAUSE_MS = 250 /* until an interrupt is seen that came just before the wait */
};

/* A log on its way through, and what is held of a line whose end has not come. */
struct reading {
	const struct report *report;
	struct report_result *result;
	struct tm now;
	struct logged logged;
	bool refused;  /* memory was */
	bool too_long; /* the line has more octets than are held */
	size_t length;
	char line[LOGGED_LINE_MAX];
	char chunk[CHUNK_OCTETS];
};

static bool
is_too_early(const struct reading *reading)
{
	const struct logged *logged = &reading->logged;

	return reading->report->has_since && logged->has_stamp && stamp_time(&logged->stamp) < reading->report->since;
}

static void
take_answer(struct reading *reading)
{
	struct report_counts *counts = &reading->result->counts;

	if (is_too_early(reading)) {
		counts->earlier++;
		return;
	}
	counts->answers++;
	counts->cut += reading->logged.cut ? 1 : 0;
	survey_add(&reading->result->survey, &reading->logged.sighting);
}

static void
take_line(struct reading *reading, struct bytes line)
{
	struct report_counts *counts = &reading->result->counts;

	counts->lines++;
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	switch (logged_read(line, &reading->now, &reading->logged)) {
	case LOGGED_ANSWER:
		take_answer(reading);
		break;
	case LOGGED_RECIPIENT:
		counts->recipients += is_too_early(reading) ? 0 : 1;
		break;
	case LOGGED_OTHER:
		counts->other++;
		break;
	case LOGGED_FOREIGN:
		counts->foreign++;
		break;
	case LOGGED_UNREADABLE:
		counts->unreadable++;
		break;
	}
	reading->refused = reading->refused || reading->logged.refused;
}

static void
end_line(struct reading *reading)
{
	if (reading->too_long) {
		reading->result->counts.lines++;
		reading->result->counts.unreadable++;
	} else {
		take_line(reading, (struct bytes){ reading->line, reading->length });
	}
	reading->length = 0;
	reading->too_long = false;
}

static void
hold(struct reading *reading, struct bytes more)
{
	reading->too_long = reading->too_long || more.length > LOGGED_LINE_MAX - reading->length;
	if (reading->too_long || more.length == 0)
		return;
	memcpy(reading->line + reading->length, more.data, more.length);
	reading->length += more.length;
}

static void
take_chunk(struct reading *reading, struct bytes chunk)
{
	for (ptrdiff_t end; (end = bytes_find(chunk, '\n')) >= 0; chunk = bytes_from(chunk, (size_t)end + 1)) {
		hold(reading, (struct bytes){ chunk.data, (size_t)end });
		end_line(reading);
	}
	hold(reading, chunk);
}

/* As read(2), but an interrupt ends it: then it is an end of file. */
static ssize_t
read_chunk(struct reading *reading, int descriptor)
{
	struct pollfd input = { .fd = descriptor, .events = POLLIN };

	while (!interrupted()) {
		int ready = poll(&input, 1, INTERRUPT_PAUSE_MS);

		if (ready > 0)
			return read(descriptor, reading->chunk, sizeof reading->chunk);
		if (ready < 0 && errno != EINTR)
			return -1;
	}
	reading->result->partial = true;
	return 0;
}

static void
complain(struct reading *reading, const char *name)
{
	fprintf(stderr, "postern: %s: %s\n", name, strerror(errno));
	reading->result->counts.failures++;
}

static void
read_file(struct reading *reading, const char *path)
{
	bool is_input = strcmp(path, "-") == 0;
	const char *name = is_input ? "standard input" : path;
	int descriptor = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	if (descriptor >= 0)
		while ((got = read_chunk(reading, descriptor)) > 0)
			take_chunk(reading, (struct bytes){ reading->chunk, (size_t)got });
	if (got < 0)
		complain(reading, name);
	if (reading->length > 0 || reading->too_long)
		end_line(reading);
	if (!is_input && descriptor >= 0)
		close(descriptor);
}

static bool
read_all(const struct report *report, struct report_result *result)
{
	struct reading *reading = calloc(1, sizeof *reading);

	if (reading == NULL)
		return false;
	reading->report = report;
	reading->result = result;
	localtime_r(&report->now, &reading->now);
	for (char *const *path = report->paths; *path != NULL && !interrupted(); path++)
		read_file(reading, *path);
	bool complete = !reading->refused;
	free(reading);
	return complete;
}

bool
report_run(const struct report *report, struct report_result *result_out)
{
	*result_out = (struct report_result){ .partial = false };
	if (!survey_init(&result_out->survey))
		return false;
	interrupt_watch();
	bool complete = read_all(report, result_out);
	survey_finish(&result_out->survey);
	if (complete && !survey_refused(&result_out->survey))
		return true;
	survey_free(&result_out->survey);
	return false;
}
