/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/tables/breaker.h"

bool
breaker_allows(struct breaker *breaker, int64_t now_ms)
{
	if (breaker->pause_ms == 0)
		return true;
	if (breaker->trying || now_ms < breaker->paused_until_ms)
		return false;
	breaker->trying = true;
	return true;
}

void
breaker_note(struct breaker *breaker, int64_t now_ms, bool answered)
{
	if (answered) {
		*breaker = (struct breaker){ .failures = 0 };
		return;
	}
	/* Those that were under way when the pause began tell nothing new. */
	if (breaker->pause_ms > 0 && !breaker->trying)
		return;
	breaker->trying = false;
	if (++breaker->failures < BREAKER_FAILURES)
		return;
	breaker->pause_ms = breaker->pause_ms == 0 ? BREAKER_PAUSE_MS : breaker->pause_ms * 2;
	if (breaker->pause_ms > BREAKER_PAUSE_MAX_MS)
		breaker->pause_ms = BREAKER_PAUSE_MAX_MS;
	breaker->paused_until_ms = now_ms + breaker->pause_ms;
}
