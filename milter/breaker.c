/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/breaker.h"

bool
breaker_allows(struct breaker *breaker, int64_t now_ms)
{
	if (!breaker->open)
		return true;
	if (breaker->trying || now_ms < breaker->paused_until_ms)
		return false;
	breaker->trying = true;
	return true;
}

void
breaker_withdraw(struct breaker *breaker)
{
	breaker->trying = false;
}

static void
pause_for(struct breaker *breaker, int64_t now_ms, int64_t pause_ms)
{
	const struct breaker_limits *limits = breaker->limits;

	if (pause_ms < limits->pause_ms)
		pause_ms = limits->pause_ms;
	breaker->pause_ms = pause_ms < limits->pause_max_ms ? pause_ms : limits->pause_max_ms;
	breaker->paused_until_ms = now_ms + breaker->pause_ms;
	breaker->open = true;
}

void
breaker_note_probe(struct breaker *breaker, int64_t now_ms, bool answered)
{
	breaker->trying = false;
	if (!answered) {
		pause_for(breaker, now_ms, breaker->pause_ms * 2);
		return;
	}
	breaker->open = false;
	breaker->failures = 0;
}

void
breaker_note(struct breaker *breaker, int64_t now_ms, bool answered)
{
	if (answered)
		*breaker = (struct breaker){ .limits = breaker->limits };
	else if (breaker->trying)
		breaker_note_probe(breaker, now_ms, false);
	/* Those that were under way when the pause began tell nothing new. */
	else if (!breaker->open && ++breaker->failures >= breaker->limits->failures)
		pause_for(breaker, now_ms, breaker->pause_ms);
}
