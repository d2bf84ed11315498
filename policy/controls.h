/* SPDX-License-Identifier: BSD-2-Clause */
/* controls.h - NUL, bare CR and bare LF in what streams past (RFC 5321 2.3.8, RFC 5322 2.3), chunks cut anywhere.
 *
 *      struct controls c = { 0 };
 *      for each chunk: controls_feed(&c, chunk);
 *      controls_finish(&c);
 *      c.found ... */
#ifndef POSTERN_POLICY_CONTROLS_H
#define POSTERN_POLICY_CONTROLS_H

#include "policy/parse/bytes.h"

enum control { CONTROL_NUL = 1 << 0, CONTROL_BARE_CR = 1 << 1, CONTROL_BARE_LF = 1 << 2 };

struct controls {
	unsigned found; /* of enum control */
	bool after_cr;  /* the last octet was one */
};

void controls_feed(struct controls *controls, struct bytes chunk);
void controls_finish(struct controls *controls);

#endif
