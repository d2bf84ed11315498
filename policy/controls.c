/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/controls.h"

void
controls_feed(struct controls *controls, struct bytes chunk)
{
	bool after_cr = controls->after_cr;
	unsigned found = 0;

	for (size_t i = 0; i < chunk.length; i++) {
		char c = chunk.data[i];

		if (after_cr != (c == '\n'))
			found |= after_cr ? CONTROL_BARE_CR : CONTROL_BARE_LF;
		if (c == '\0')
			found |= CONTROL_NUL;
		after_cr = c == '\r';
	}
	controls->after_cr = after_cr;
	controls->found |= found;
}

void
controls_finish(struct controls *controls)
{
	if (controls->after_cr)
		controls->found |= CONTROL_BARE_CR;
	controls->after_cr = false;
}
