/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/progress.h"

#include "milter/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	FIRST_MS = 1000, /* shorter work is over before anybody has read how long it takes */
	EACH_MS = 200,   /* a number that changes faster cannot be read */
	BAR_COLUMNS = 20
};

bool
progress_wanted(void)
{
	return isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
}

void
progress_begin(struct progress *progress, bool shown, size_t total)
{
	*progress = (struct progress){ .shown = shown, .total = total };
	if (!shown)
		return;
	progress->begin_ms = clock_ms();
	progress->next_ms = progress->begin_ms + FIRST_MS;
}

static void
format_bar(double part, char bar_out[BAR_COLUMNS + 1])
{
	size_t full = (size_t)(part * BAR_COLUMNS);

	memset(bar_out, ' ', BAR_COLUMNS);
	memset(bar_out, '#', full);
	if (full < BAR_COLUMNS)
		bar_out[full] = '>';
	bar_out[BAR_COLUMNS] = '\0';
}

static void
format_left(int64_t seconds, char *left_out, size_t size)
{
	if (seconds < 3600)
		snprintf(left_out, size, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
	else
		snprintf(left_out, size, "%lld:%02d:%02d", (long long)(seconds / 3600), (int)(seconds / 60 % 60),
			 (int)(seconds % 60));
}

void
progress_line(const struct progress *progress, int64_t now_ms, char line_out[PROGRESS_LINE_MAX])
{
	double seconds = now_ms > progress->begin_ms ? (double)(now_ms - progress->begin_ms) / 1000 : 0.001;
	double rate = (double)progress->messages / seconds;
	char bar[BAR_COLUMNS + 1];
	char left[32];

	if (progress->total == 0) {
		snprintf(line_out, PROGRESS_LINE_MAX, "%zu messages, %.0f/s", progress->messages, rate);
		return;
	}
	/* Files may have grown since they were counted. */
	double part = progress->octets < progress->total ? (double)progress->octets / (double)progress->total : 1;
	format_bar(part, bar);
	format_left(part > 0 ? (int64_t)(seconds / part * (1 - part) + 0.5) : 0, left, sizeof left);
	snprintf(line_out, PROGRESS_LINE_MAX, "%3d %% [%s]  %zu messages, %.0f/s%s%s%s", (int)(part * 100), bar,
		 progress->messages, rate, part > 0 ? ", " : "", part > 0 ? left : "", part > 0 ? " left" : "");
}

void
progress_add(struct progress *progress, size_t messages, size_t octets)
{
	char line[PROGRESS_LINE_MAX];

	progress->messages += messages;
	progress->octets += octets;
	if (!progress->shown || clock_ms() < progress->next_ms)
		return;
	int64_t now = clock_ms();
	progress_line(progress, now, line);
	fprintf(stderr, "\r\033[K%s", line);
	fflush(stderr);
	progress->on_screen = true;
	progress->next_ms = now + EACH_MS;
}

void
progress_wipe(struct progress *progress)
{
	if (progress->on_screen)
		fputs("\r\033[K", stderr);
	progress->on_screen = false;
}
